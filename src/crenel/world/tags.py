"""How high buildings are, as the people write it who map them: "12 m", "12", "40 ft", 4 floors, or nothing at all."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

_FOOT_M: Final = 0.3048
_HIGHEST_M: Final = 1000.0  # no building is higher
_MOST_FLOORS: Final = 200

TAGGED, FROM_FLOORS, ASSUMED = 0, 1, 2
"""How a height is known: the file states it; it states floors; it states neither."""

HEIGHT_KEYS: Final = (
    *("height", "buildingheight", "measuredheight", "heightm", "bldgheight", "bldgheigh", "renderheight"),
    *("heightft", "bldgheightft"),
)
"""Keys under which heights stand, without capitals and signs; the first that holds one counts."""

FLOOR_KEYS: Final = (
    *(
        "buildinglevels",
        "levels",
        "numfloors",
        "floors",
        "nfloors",
        "numberoffloors",
        "storeys",
        "stories",
        "numstories",
    ),
    "storeysaboveground",
)
"""Keys under which numbers of floors stand."""

NAME_KEYS: Final = ("name", "buildingname", "bldgname", "names", "namesprimary", "primaryname")
"""Keys under which names stand."""

ABOVE_GROUND_KEYS: Final = ("minheight", "buildingminheight", "minlevel", "buildingminlevel")
"""Keys under which it stands where a building begins, in metres or floors: zero for most."""

EXTRA_KEYS: Final = ("othertags", "tags")
"""Keys under which some files hold further keys and values as one text."""

_UNITS_M: Final = {
    **dict.fromkeys(("", "m", "m.", "metre", "metres", "meter", "meters", "м"), 1.0),
    **dict.fromkeys(("ft", "ft.", "foot", "feet", "'", "′", "’"), _FOOT_M),
    **dict.fromkeys(("cm",), 0.01),
}
_NUMBER: Final = r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)"
_QUANTITY: Final = re.compile(rf"(?:~|ca\.?|c\.|approx\.?)?\s*({_NUMBER})\s*(\D*?)", re.ASCII | re.IGNORECASE)
_FEET_AND_INCHES: Final = re.compile(r"(\d+)\s*(?:'|′|’|ft)\s*(\d+(?:\.\d+)?)\s*(?:\"|″|''|in)", re.ASCII)
_HSTORE: Final = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')


@lru_cache(maxsize=4096)
def plain_key(key: str) -> str:
    """A key without capitals and signs: "building:levels" and "Building_Levels" are one."""
    return re.sub(r"[^a-z0-9]", "", key.casefold())


def height_m(written: object, *, key: str = "height") -> float | None:
    """The height that a value says [m].

    Parameters
    ----------
    written : object
        Text or a number; metres unless it says feet. A decimal comma is one.
    key : str
        Where it stood: a key that ends in "ft" says feet.

    Returns
    -------
    float or None
        Zero and negative ones too, as written; None where there is no height to read, or one beyond reason.
    """
    default = _FOOT_M if plain_key(key).endswith("ft") else 1.0
    if isinstance(written, str):
        found = _height_of_text(written.strip(), default)
    elif isinstance(written, int | float) and not isinstance(written, bool):
        found = float(written) * default
    else:
        return None
    return found if found is not None and math.isfinite(found) and abs(found) <= _HIGHEST_M else None


def _height_of_text(text: str, default: float) -> float | None:
    if feet := _FEET_AND_INCHES.fullmatch(text):
        return (int(feet[1]) + float(feet[2]) / 12.0) * _FOOT_M
    quantity = _QUANTITY.fullmatch(text)
    if quantity is None:
        return None
    unit = quantity[2].strip().casefold()
    if unit not in _UNITS_M:
        return None
    return float(quantity[1].replace(",", ".")) * (_UNITS_M[unit] if unit else default)


def n_floors(written: object) -> float | None:
    """The number of floors that a value says: above 0 and within reason, halves allowed; else None."""
    if isinstance(written, str):
        text = written.strip().replace(",", ".")
        # Mappers write "2;3" or "2-3" where parts differ: the highest counts, as it does for the roof.
        parts = re.split(r"\s*[;-]\s*", text)
        if not all(re.fullmatch(r"\d+(?:\.\d+)?", part, re.ASCII) for part in parts):
            return None
        number = max(float(part) for part in parts)
    elif isinstance(written, int | float) and not isinstance(written, bool):
        number = float(written)
    else:
        return None
    return number if math.isfinite(number) and 0.0 < number <= _MOST_FLOORS else None


def name_of(written: object) -> str:
    """A name in one line; empty where there is none. Some files keep names in several languages: the main one."""
    if isinstance(written, Mapping):
        written = written.get("primary")
    if not isinstance(written, str):
        return ""
    text = written.strip()
    if text.startswith("{"):
        return name_of(_object(text).get("primary"))
    return " ".join(text.split())


def further(written: object) -> Iterator[tuple[str, Any]]:
    """The keys and values that some files hold as one text: PostgreSQL's hstore, or JSON."""
    if isinstance(written, Mapping):
        yield from written.items()
    elif isinstance(written, str) and written.lstrip().startswith("{"):
        yield from _object(written).items()
    elif isinstance(written, str):
        for key, value in _HSTORE.findall(written):
            yield key.replace('\\"', '"'), value.replace('\\"', '"')


def _object(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
