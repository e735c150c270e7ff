"""Which system of the catalogue people mean by "Pantsir-S1", "SA-22" or "96K6 Pantsir": an exact match, never a guess.

Letters and digits count, and nothing else. An entry is known by its key, by its name with and without what stands in
brackets, by each word of its name that holds a digit, and by other public names of the same thing.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from types import MappingProxyType
from typing import Final

from crenel.inputs import catalogue
from crenel.inputs.errors import TextError, nearest, quoted

_ALSO: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "pantsirs1": ("96K6", "Панцирь-С1"),
        "torm1": ("9K331", "Тор-М1"),
        "torm2": ("9K332", "Тор-М2"),
        "s400": ("40R6", "С-400", "Triumf", "Триумф"),
        "bukm1": ("9K37M1", "Бук-М1"),
        "bukm2": ("9K317", "Бук-М2"),
        "bukm3": ("9K317M", "Бук-М3"),
        "osaakm": ("9K33M3", "Оса-АКМ"),
        "s300ps": ("С-300ПС",),
        "s300pmu2": ("С-300ПМУ2",),
        "gepard": ("Flakpanzer Gepard",),
        "sa8": ("Gecko",),
        "sa11": ("Gadfly",),
        "sa15": ("Gauntlet",),
        "sa17": ("Grizzly",),
        "sa20": ("Gargoyle",),
        "sa21": ("Growler",),
        "sa22": ("Greyhound",),
    }
)
"""Other public names, by a form that the catalogue gives: makers' indices, NATO's code words, the Russian spelling."""

_FEWEST: Final = 3
"""A name of fewer letters and digits ("S1") belongs to too many systems."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """How an entry may be called: the forms that mean it alone, and the words that may stand beside one."""

    key: str
    title: str
    forms: frozenset[str]
    words: frozenset[str]

    def is_named_by(self, words: tuple[str, ...]) -> bool:
        """Whether a run of the words means this entry, and the others are words of its names too."""
        if not self.words.issuperset(words):
            return False
        return any("".join(words[i:j]) in self.forms for i, j in combinations(range(len(words) + 1), 2))


def system_key(text: str) -> str:
    """The catalogue's key of the system that a text names.

    Raises
    ------
    TextError
        None is called that, or several are; with the nearest.
    """
    keys = catalogue.system_keys()
    if text in keys:
        return text
    found = _called(text)
    if len(found) == 1:
        return found[0]
    if found:
        raise TextError(f"{quoted(text)} may be any of {', '.join(found)}", remedy="Write one of these keys.")
    remedy = "`crenel catalogue` lists those that there are."
    if near := _near(text):
        remedy = f"Did you mean {' or '.join(quoted(name) for name in near)}? `crenel catalogue` lists all."
    raise TextError(f"{quoted(text)} is no system of the catalogue", remedy=remedy)


def is_system(text: str) -> bool:
    """Whether a text is, as a whole, the name of exactly one system."""
    return len([entry for entry in _entries() if _joined(text) in entry.forms]) == 1


def title_of(key: str) -> str:
    """The name of a system without what stands in brackets: "Pantsir-S1"."""
    return next(entry.title for entry in _entries() if entry.key == key)


def _called(text: str) -> list[str]:
    """The keys of whatever a text may mean; a stricter match goes before a looser one."""
    joined, words = _joined(text), _words(text)
    if not joined or len(words) > 12:
        return []
    for is_meant in (
        lambda entry: joined == _joined(entry.key),
        lambda entry: joined in entry.forms,
        lambda entry: entry.is_named_by(words),
    ):
        if found := [entry.key for entry in _entries() if is_meant(entry)]:
            return found
    return []


def _near(text: str) -> list[str]:
    """Names that look or sound like the text."""
    names = {name: entry.title for entry in _entries() for name in (entry.key, entry.title, *entry.forms)}
    alike = [names[name] for name in nearest(text, names)] + [names[name] for name in nearest(_joined(text), names)]
    long = {word for word in _words(text) if len(word) > _FEWEST}
    alike += [entry.title for entry in _entries() if long & entry.words]
    return list(dict.fromkeys(alike))[:3]


@lru_cache(maxsize=1)
def _entries() -> tuple[_Entry, ...]:
    return tuple(_entry(key, catalogue.shipped().entry(key).name) for key in catalogue.system_keys())


def _entry(key: str, name: str) -> _Entry:
    title = " ".join(re.sub(r"\([^()]*\)", " ", name).split()) or key
    names = [key, name, title, *_designations(name, title)]
    names += [also for given in names for also in _ALSO.get(_joined(given), ())]
    forms = frozenset(form for form in map(_joined, names) if len(form) >= _FEWEST)
    return _Entry(key, title, forms, frozenset(word for each in names for word in _words(each)))


def _designations(name: str, title: str) -> Iterator[str]:
    """What stands in brackets, and the words that hold a digit."""
    for inside in re.findall(r"\(([^()]*)\)", name):
        yield from re.split(r"[,;/]", inside)
    yield from (word for word in re.split(r"[\s/]+", title) if re.search(r"\d", word))


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold()))


def _joined(text: str) -> str:
    return "".join(_words(text))
