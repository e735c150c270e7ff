"""Positions as people write and paste them: decimal, hemisphere letters, degrees-minutes-seconds, a map link."""

import math
import re
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from crenel.core.records import GeoPoint
from crenel.inputs.errors import TextError, quoted

EXAMPLE: Final = "[55.740 N, 37.600 E]"

_EARTH_RADIUS_M: Final = 6_371_000.0
_LONGEST: Final = 2000
_LONGEST_PLAIN: Final = 100
_NUMBER: Final = r"-?\d{1,3}(?:\.\d{1,18})?"
_AXIS: Final = {"N": (0, 1.0), "S": (0, -1.0), "E": (1, 1.0), "W": (1, -1.0)}
# Degrees, then minutes, then seconds, each with or without its sign; a letter before or after.
_ANGLE: Final = re.compile(
    r"(?P<before>[NSEW])?\s*(?P<sign>[+-])?(?P<deg>\d{1,3}(?:\.\d{1,18})?)\s*(?:°|º|deg)?"
    r"(?:\s*(?P<min>\d{1,2}(?:\.\d{1,18})?)\s*['′’]?)?"
    r"(?:\s*(?P<sec>\d{1,2}(?:\.\d{1,18})?)\s*(?:\"|″|”|'')?)?"
    r"\s*(?P<after>[NSEW])?",
    re.ASCII,
)


class CoordinateError(TextError):
    """A text that is no position."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what, example=EXAMPLE, remedy=remedy)


@lru_cache(maxsize=1024)
def point(text: str) -> GeoPoint:
    """The position that a text names, on WGS 84.

    Parameters
    ----------
    text : str
        "55.74 N, 37.60 E"; "55.74, 37.60" (latitude first); "55°43'44\\"N 37°35'24\\"E"; or a link copied from the
        address line of Google Maps, OpenStreetMap, Yandex Maps, Bing or Apple Maps, or a geo: address.

    Raises
    ------
    CoordinateError
        Not a position, off the globe, or latitude and longitude visibly swapped.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        raise CoordinateError("is too long for a position")
    if re.match(r"[a-z]+://|www\.|geo:", text, re.IGNORECASE):
        return _on_globe(*_from_link(text), text=text)
    return _pair(*_halves(text), text=text)


def position(written: object) -> GeoPoint:
    """As `point`, of a text or of a list of two texts.

    Raises
    ------
    CoordinateError
        As `point`.
    """
    if isinstance(written, str):
        return point(written)
    if not isinstance(written, list) or not all(isinstance(item, str) for item in written):
        raise CoordinateError("wants a position")
    if len(written) != 2:
        raise CoordinateError(f"wants two numbers, latitude and longitude, not {len(written)}")
    return _pair(*written, text=", ".join(written))


def degrees(where: GeoPoint) -> tuple[float, float]:
    """Latitude and longitude in degrees, for people."""
    return math.degrees(where.lat_rad), math.degrees(where.lon_rad)


def distance_m(a: GeoPoint, b: GeoPoint) -> float:
    """How far apart two positions are on a sphere: good to half a per cent, for questions of plausibility."""
    half_lat, half_lon = (b.lat_rad - a.lat_rad) / 2.0, (b.lon_rad - a.lon_rad) / 2.0
    chord = math.sin(half_lat) ** 2 + math.cos(a.lat_rad) * math.cos(b.lat_rad) * math.sin(half_lon) ** 2
    return 2.0 * _EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))


def is_swapped(at: GeoPoint, centre: GeoPoint, radius_m: float) -> bool:
    """Whether a position lies outside a circle, and inside with latitude and longitude exchanged."""
    if abs(at.lon_rad) > math.pi / 2.0 or distance_m(centre, at) <= radius_m:
        return False
    return distance_m(centre, GeoPoint(at.lon_rad, at.lat_rad)) <= radius_m


def _halves(text: str) -> tuple[str, str]:
    """Latitude and longitude as two texts, in the order written."""
    shown = quoted(text)
    plain = text.strip("[]() ")
    if len(plain) > _LONGEST_PLAIN:
        raise CoordinateError(f"wants a position, not {shown}")
    for separator in (",", ";"):
        if separator in plain:
            halves = [half.strip() for half in plain.split(separator)]
            if len(halves) != 2:
                raise CoordinateError(f"cannot be read as a position ({shown})", "Write decimals with a point: 55.740.")
            return halves[0], halves[1]
    # No comma: a hemisphere letter ends the first half, or two begin the halves.
    if found := re.fullmatch(r"(.*?[NSEW])\s*(\S.*[NSEW])", plain, re.IGNORECASE):
        return found[1], found[2]
    if found := re.fullmatch(r"([NSEW].*?)\s*([NSEW].*)", plain, re.IGNORECASE):
        return found[1], found[2]
    if found := re.fullmatch(rf"({_NUMBER})\s+({_NUMBER})", plain, re.ASCII):
        return found[1], found[2]
    raise CoordinateError(f"wants a position, not {shown}")


def _pair(first: str, second: str, *, text: str) -> GeoPoint:
    (axis_a, value_a), (axis_b, value_b) = _angle(first, text), _angle(second, text)
    if axis_a is None and axis_b is None:
        return _on_globe(value_a, value_b, text=text)
    axis_a = 1 - axis_b if axis_a is None and axis_b is not None else axis_a
    axis_b = 1 - axis_a if axis_b is None and axis_a is not None else axis_b
    if axis_a == axis_b:
        both = "latitudes" if axis_a == 0 else "longitudes"
        raise CoordinateError(f"holds two {both} ({quoted(text)})")
    return _on_globe(*((value_a, value_b) if axis_a == 0 else (value_b, value_a)), text=text)


def _angle(half: str, text: str) -> tuple[int | None, float]:
    """Which axis a half belongs to (0 latitude, 1 longitude, None unsaid), and its degrees."""
    found = _ANGLE.fullmatch(half.replace("−", "-").strip().upper().replace("DEG", "°"))
    if found is None:
        raise CoordinateError(f"wants a position, not {quoted(text)}")
    letter = found["before"] or found["after"]
    if (found["before"] and found["after"]) or (letter and found["sign"] == "-"):
        raise CoordinateError(f"says its hemisphere twice ({quoted(text)})")
    minutes, seconds = float(found["min"] or 0.0), float(found["sec"] or 0.0)
    if minutes >= 60.0 or seconds >= 60.0 or (found["min"] and "." in found["deg"]):
        raise CoordinateError(f"cannot be read as degrees, minutes and seconds ({quoted(text)})")
    value = float(found["deg"]) + minutes / 60.0 + seconds / 3600.0
    if letter:
        axis, sign = _AXIS[letter]
        return axis, sign * value
    return None, -value if found["sign"] == "-" else value


def _on_globe(lat_deg: float, lon_deg: float, *, text: str) -> GeoPoint:
    shown = quoted(text)
    if abs(lat_deg) > 90.0:
        is_lettered = re.search("[NS]", text, re.IGNORECASE) is not None
        if abs(lat_deg) <= 180.0 and abs(lon_deg) <= 90.0 and not is_lettered:
            raise CoordinateError(
                f"has the latitude {lat_deg:g}, beyond the pole: latitude and longitude look swapped ({shown})",
                f"Write latitude first: [{lon_deg:g}, {lat_deg:g}].",
            )
        raise CoordinateError(f"has the latitude {lat_deg:g}, which is beyond the pole ({shown})")
    if abs(lon_deg) > 180.0:
        raise CoordinateError(f"has the longitude {lon_deg:g}, which is beyond 180 ({shown})")
    return GeoPoint(math.radians(lat_deg), math.radians(lon_deg))


# --- links -----------------------------------------------------------------------------------------------------------

_LINK_PAIR: Final = re.compile(rf"({_NUMBER})\s*[,~+ /]\s*({_NUMBER})")


def _from_link(text: str) -> tuple[float, float]:
    """Latitude and longitude in degrees: the marker's if there is one, else the middle of the view."""
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").lower()
    except ValueError:
        raise CoordinateError("is not a map link that can be read") from None
    asked = dict(parse_qsl(parts.query, max_num_fields=50)) if parts.query.count("&") < 50 else {}
    found = _yandex(asked) if "yandex" in host else _marked(asked, parts.fragment) or _in_path(unquote(text))
    if found is None:
        raise CoordinateError(
            "is a link without a position in it",
            f"Open it, and copy the long address from the address line, or write the position: {EXAMPLE}.",
        )
    return found


def _yandex(asked: dict[str, str]) -> tuple[float, float] | None:
    # Yandex writes longitude first.
    for key in ("whatshere[point]", "pt", "poi[point]", "ll"):
        if found := _LINK_PAIR.match(asked.get(key, "")):
            return float(found[2]), float(found[1])
    return None


def _marked(asked: dict[str, str], fragment: str) -> tuple[float, float] | None:
    both = rf"{_NUMBER}"
    if re.fullmatch(both, asked.get("mlat", "")) and re.fullmatch(both, asked.get("mlon", "")):
        return float(asked["mlat"]), float(asked["mlon"])
    for key in ("q", "query", "ll", "sll", "daddr", "center", "cp", "coordinate"):
        if found := _LINK_PAIR.match(asked.get(key, "").removeprefix("loc:")):
            return float(found[1]), float(found[2])
    if found := re.search(rf"map=\d[\d.]*/({_NUMBER})/({_NUMBER})", fragment):
        return float(found[1]), float(found[2])
    return None


def _in_path(text: str) -> tuple[float, float] | None:
    for pattern in (
        rf"!3d({_NUMBER})!4d({_NUMBER})",  # Google's pin; "@" is only where the view stood
        rf"/(?:place|search|dir/)/?({_NUMBER}),[+ ]?({_NUMBER})",
        rf"@({_NUMBER}),({_NUMBER})",
        rf"^geo:({_NUMBER}),({_NUMBER})",
        rf"#\d[\d.]*/({_NUMBER})/({_NUMBER})",
    ):
        if found := re.search(pattern, text, re.IGNORECASE):
            return float(found[1]), float(found[2])
    return None
