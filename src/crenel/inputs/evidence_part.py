"""The part of the file format that says how anyone knows of a unit."""

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import PlainValidator, WithJsonSchema, model_validator

from crenel.core.records import EVIDENCE
from crenel.core.records import EvidenceStatus as Status
from crenel.inputs.doubt_part import Chance
from crenel.inputs.errors import TextError
from crenel.inputs.evidence import admiralty_code
from crenel.inputs.fields import Day, Distance, Name, Note
from crenel.inputs.parts import Part, one_of

Certainty: TypeAlias = Literal["sure", "likely", "possible"]
CERTAINTY: Final = ("sure", "likely", "possible")
"""How sure it is which system was seen, surest first."""

_ADMIRALTY: Final = {"type": "string", "pattern": "^[A-Fa-f][ -]?[1-6]$", "examples": ["B2", "F6"]}

StatusWord: TypeAlias = Annotated[Status, *one_of(*EVIDENCE)]
CertaintyWord: TypeAlias = Annotated[Certainty, *one_of(*CERTAINTY)]
AdmiraltyCode: TypeAlias = Annotated[str, PlainValidator(admiralty_code), WithJsonSchema(_ADMIRALTY)]


class EvidencePart(Part):
    """How anyone knows that the unit stands there: at least a status or an Admiralty code."""

    status: StatusWord | None = None
    """official; verified (placed and dated by a named party); pictured; reported; claimed (by a party); assumed. Left
    out beside an Admiralty code, it is reported."""
    admiralty: AdmiraltyCode = ""
    """Admiralty (NATO) code such as B2: reliability of the source A to F, credibility of the information 1 to 6."""
    presence: Chance = None
    """Probability that it stands there at all: `0.8`, a range such as `0.6..0.9`, whose middle is then the central
    value, or keys. Left out, a table of crenel's, an assumption, gives one for the Admiralty code, else for the status;
    that an `assumed` unit is there is what the question supposes."""
    source: Name = ""
    """Key of an entry under `sources`."""
    seen: Day = ""
    """When it was seen: year, month, day."""
    archived: Note = ""
    """Archive link, or hash of a kept copy."""
    identified: CertaintyWord = "likely"
    """How sure it is that it is this system: sure, likely or possible."""
    position_error: Distance = 0.0
    """How far off the position may be."""
    note: Note = ""
    """Anything a reader should know about it."""

    @model_validator(mode="after")
    def _says_something(self) -> "EvidencePart":
        if self.status is None and not self.admiralty:
            raise TextError("has neither 'status' nor 'admiralty'", remedy='Add "status: reported".')
        return self
