"""How likely a unit is to stand there at all, by the evidence for it: one table, and it is an assumption.

The Admiralty system, also called the NATO system, grades an item of information by two characters (NATO's joint
doctrine for intelligence, AJP-2.1, which took over from STANAG 2511): a letter A to F for how reliable its source is,
and a digit 1 to 6 for how credible the information is. The two are judged apart from each other, in words; the system
names no probabilities, and no more does a status such as "pictured". The brackets below are ours. Whoever knows better
states `presence` in the scenario, which goes before the code, which goes before the status.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from crenel.core.records import EvidenceStatus
from crenel.inputs.errors import TextError, quoted


class Chance(NamedTuple):
    """A probability: the least that it may be, what it is taken to be, the most that it may be."""

    low: float
    value: float
    high: float


class Suggested(NamedTuple):
    """A probability, and where it comes from."""

    chance: Chance
    note: str


BY_STATUS: Final[Mapping[EvidenceStatus, Chance | None]] = MappingProxyType(
    {
        "official": Chance(0.95, 0.98, 1.0),
        "verified": Chance(0.9, 0.95, 1.0),
        "pictured": Chance(0.7, 0.85, 0.95),
        "reported": Chance(0.4, 0.6, 0.85),
        "claimed": Chance(0.2, 0.5, 0.8),
        "assumed": None,
    }
)
"""By status. Pictures may be old, of elsewhere or of a dummy; a claim is made by a party that gains from it. A unit
that is assumed has no probability: that it is there is what the question supposes."""

BY_CREDIBILITY: Final[Mapping[str, tuple[str, Chance]]] = MappingProxyType(
    {
        "1": ("confirmed by other sources", Chance(0.9, 0.95, 1.0)),
        "2": ("probably true", Chance(0.65, 0.8, 0.9)),
        "3": ("possibly true", Chance(0.35, 0.55, 0.75)),
        "4": ("doubtful", Chance(0.15, 0.3, 0.5)),
        "5": ("improbable", Chance(0.0, 0.1, 0.25)),
        "6": ("truth cannot be judged", Chance(0.05, 0.5, 0.95)),
    }
)
"""By the digit, if the source is completely reliable: the digit sets the bracket."""

BY_RELIABILITY: Final[Mapping[str, tuple[str, float]]] = MappingProxyType(
    {
        "A": ("completely reliable", 0.0),
        "B": ("usually reliable", 0.1),
        "C": ("fairly reliable", 0.25),
        "D": ("not usually reliable", 0.5),
        "E": ("unreliable", 0.75),
        "F": ("reliability cannot be judged", 0.9),
    }
)
"""By the letter: the share of the way to 0 and to 1 by which the bracket's ends move outwards. The central value stays:
the code judges the information apart from its source."""

_TABLE: Final = "by crenel's table, an assumption"


def admiralty_code(written: object) -> str:
    """An Admiralty code as two characters, "B2"; "b2" and "B-2" will do.

    Raises
    ------
    TextError
        Anything else.
    """
    text = written.strip().upper() if isinstance(written, str) else ""
    if found := re.fullmatch(r"([A-F])[ -]?([1-6])", text, re.ASCII):
        return found[1] + found[2]
    shown = quoted(written) if isinstance(written, str) else "a list or keys"
    turned = re.fullmatch(r"([1-6])[ -]?([A-F])", text, re.ASCII)
    remedy = f'Write the letter first: "{turned[2]}{turned[1]}".' if turned else ""
    what = f"wants an Admiralty code, A to F for the source and 1 to 6 for the information, not {shown}"
    raise TextError(what, example="B2", remedy=remedy)


def presence(status: EvidenceStatus, admiralty: str = "") -> Suggested | None:
    """The probability that evidence suggests: by the Admiralty code if there is one, else by the status.

    Parameters
    ----------
    status : EvidenceStatus
    admiralty : str
        As `admiralty_code` gives it, or empty.

    Returns
    -------
    Suggested or None
        None where nothing suggests one: a unit that is assumed.
    """
    if admiralty:
        reliability, widening = BY_RELIABILITY[admiralty[0]]
        credibility, chance = BY_CREDIBILITY[admiralty[1]]
        note = f"from the Admiralty code {admiralty} (source: {reliability}; information: {credibility}) {_TABLE}"
        return Suggested(_widened(chance, widening), note)
    by_status = BY_STATUS[status]
    return None if by_status is None else Suggested(by_status, f"from the status '{status}' {_TABLE}")


def _widened(chance: Chance, share: float) -> Chance:
    low, high = chance.low * (1.0 - share), chance.high + (1.0 - chance.high) * share
    # Whole hundredths: more digits would claim to know something.
    return Chance(round(low, 2), chance.value, round(high, 2))
