"""A raid as Tacview ACMI 2.2: text, one line for each object at each moment at which something changes."""

from collections.abc import Iterator
from typing import Final

from crenel.export.marking import SIMULATED, begins, told
from crenel.results.replay import Flight, Replay

_BOM: Final = "\ufeff"
_TYPES: Final = {
    "drone": "Air+FixedWing",
    "small_drone": "Air+Rotorcraft",
    "cruise": "Weapon+Missile",
    "ballistic": "Weapon+Missile",
    "aircraft": "Air+FixedWing",
}
_FIRST_UNIT: Final = 0x1000
_FIRST_ASSET: Final = 0x8000


def replay_acmi(replay: Replay) -> bytes:
    """A replay as ACMI 2.2.

    Parameters
    ----------
    replay : Replay

    Returns
    -------
    bytes
        UTF-8 with its mark. Altitudes are above mean sea level, as the format wants: height above the ground plus the
        ground's own, in the datum of the scenario's terrain. An object is removed when its flight ends.
    """
    start = begins(replay)
    lines = [
        "FileType=text/acmi/tacview",
        "FileVersion=2.2",
        f"0,ReferenceTime={start.isoformat(timespec='seconds')}Z",
        f"0,Title={_plain(f'{SIMULATED}: {replay.title}')}",
        f"0,DataSource={_plain(f'crenel {replay.crenel} ({SIMULATED.lower()})')}",
        f"0,Category={SIMULATED.capitalize()}",
        f"0,Comments={_plain(told(replay))}",
        "0,ReferenceLongitude=0",
        "0,ReferenceLatitude=0",
    ]
    lines += _standing(replay)
    lines += _moving(replay)
    return (_BOM + "\n".join(lines) + "\n").encode("utf-8")


def _standing(replay: Replay) -> Iterator[str]:
    for number, stand in enumerate(replay.stands):
        place = f"{stand.lon_deg:.7f}|{stand.lat_deg:.7f}|{stand.ground_msl_m + stand.height_agl_m:.1f}"
        name = _plain(f"{SIMULATED}: {stand.name}")
        yield (
            f"{_FIRST_UNIT + number:x},T={place},Type=Ground+AntiAircraft,Name={_plain(stand.system)},"
            f"CallSign={name},Coalition=Defence,Color=Blue"
        )
    for number, goal in enumerate(replay.goals):
        yield (
            f"{_FIRST_ASSET + number:x},T={goal.lon_deg:.7f}|{goal.lat_deg:.7f}|,Type=Navaid+Static+Bullseye,"
            f"Name={_plain(f'{SIMULATED}: {goal.name}')},Coalition=Defence,Color=Cyan"
        )


def _moving(replay: Replay) -> Iterator[str]:
    """Lines by time: a frame begins with `#` and its seconds; within one, threats in their order."""
    frames: dict[float, list[str]] = {}
    for number, flight in enumerate(replay.flights):
        identity = f"{number + 1:x}"
        for index, knot in enumerate(flight.knots):
            place = f"T={knot.lon_deg:.7f}|{knot.lat_deg:.7f}|{knot.ground_msl_m + knot.height_agl_m:.1f}"
            told_once = _named(flight) if index == 0 else ""
            frames.setdefault(round(knot.time_s, 3), []).append(f"{identity},{place}{told_once}")
        word = {"leaked": "Message", "missile": "Destroyed", "gun": "Destroyed"}.get(flight.fate, "Message")
        said = "" if word == "Destroyed" else f"|{_plain(flight.fate.replace('_', ' '))}"
        ended = frames.setdefault(round(flight.knots[-1].time_s, 3), [])
        ended += [f"0,Event={word}|{identity}{said}", f"-{identity}"]
    for time_s in sorted(frames):
        yield f"#{time_s:.3f}"
        yield from frames[time_s]


def _named(flight: Flight) -> str:
    kind = _TYPES.get(flight.threat_class, "Air")
    return f",Type={kind},Name={_plain(f'{SIMULATED}: {flight.name}')},Coalition=Raid,Color=Red"


def _plain(text: str) -> str:
    """A value as the format wants it: commas and backslashes escaped, no line breaks."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return printable.replace("\\", "\\\\").replace(",", "\\,").replace("|", "/")
