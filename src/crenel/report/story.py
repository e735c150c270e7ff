"""One raid in sentences, minute by minute, from the record of it."""

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, Final

from crenel.report import saved, words

Json = Mapping[str, Any]

WIDTH: Final = 100

_RESULTS: Final = {
    "stopped": "shot down",
    "missed": "missed",
    "lost": "missed, it was out of reach or out of sight by then",
    "gone": "too late, it was down by then",
    "through": "too late, it was through by then",
}

_COUNTS: Final = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)

FALLEN: Final = {
    "inside": "inside a target's radius",
    "within_1km": "within 1 km of a target",
    "within_5km": "within 5 km of a target",
    "farther": "farther away",
    "unknown": "nobody can say where",
}
"""Where what did not get through came down; in words that follow "it came down"."""


def clock(seconds: float) -> str:
    """Minutes and seconds of a raid: "02:31"."""
    whole = round(seconds)
    return f"{whole // 60:02d}:{whole % 60:02d}"


def sentences(raid: Json) -> list[str]:
    """A sentence for each event, in their order; empty where another one tells it already.

    Units that come to hold a threat in the same moment are told once; a shot tells what becomes of it.
    """
    return [_sentence(raid, number) for number in range(len(raid["events"]))]


def leakers(raid: Json) -> list[str]:
    """Why each threat that got through did."""
    return [_leaker(raid, i) for i, flight in enumerate(raid["flights"]) if _leaked(flight) and not flight["decoy"]]


def head(raid: Json) -> list[str]:
    """Which raid it is, and how it went."""
    scenario = raid["scenario"]
    which = f"raid {raid['replicate']:,}" + (f", {raid['why']}" if raid["why"] else "")
    if raid["doubt_point"] is not None:
        which += f"; the figures are those of setting {raid['doubt_point']} of what is not published"
    n, decoys = raid["threats"], [flight for flight in raid["flights"] if flight["decoy"]]
    came = f"{words.plural(n, 'threat')} came, {raid['leaks']:,} got through."
    if decoys:
        through = sum(_leaked(flight) for flight in decoys)
        came += f" Beside them {words.plural(len(decoys), 'decoy')}, of which {through:,} got through."
    return [
        words.clean(scenario["title"]),
        f"Seed {raid['seed']}, {which}. A simulation: nothing here was observed.",
        came,
    ]


def _sentence(raid: Json, number: int) -> str:
    event: Json = raid["events"][number]
    kind, i, u = event["kind"], event["threat"], event["unit"]
    what = raid["flights"][i]["name"] if i >= 0 else ""
    who = words.clean(raid["units"][u]["name"]) if u >= 0 else ""
    if kind in ("firm", "lost"):
        return _track(raid, number, what)
    if kind in ("launched", "fired"):
        return _shot(event, who, what)
    if kind == "reloaded":
        return f"{who} has {_missiles(event['rounds'])} loaded again."
    if kind == "silenced":
        return f"{_capital(what)} reaches {who}, which falls silent."
    if kind == "jammed":
        return f"{who} jams {what}: it is thrown off, and {_fell(raid['flights'][i])}."
    if kind == "failed":
        return f"{_capital(what)} fails by itself; it {_fell(raid['flights'][i])}."
    if kind == "leaked":
        return f"{_capital(what)} gets through to {words.clean(raid['flights'][i]['to'])}."
    if kind == "shot_down":
        return f"{who} shoots {what} down; it {_fell(raid['flights'][i])}."
    return ""  # met and assessed: told with the shot


def _track(raid: Json, number: int, what: str) -> str:
    event: Json = raid["events"][number]
    same = [
        n
        for n, other in enumerate(raid["events"])
        if (other["kind"], other["threat"], other["time_s"]) == (event["kind"], event["threat"], event["time_s"])
    ]
    if same[0] != number:
        return ""
    one = len(same) == 1
    who = words.listed([words.clean(raid["units"][raid["events"][n]["unit"]]["name"]) for n in same])
    if not one and len(same) == len(raid["units"]):
        who = "Both units" if len(same) == 2 else f"All {_number(len(same))} units"
    if event["kind"] == "lost":
        return f"{who} {'loses' if one else 'lose'} {what}."
    nearest_m = min(raid["events"][n]["distance_m"] for n in same)
    return (
        f"{who} {'holds' if one else 'hold'} {what} firmly, {_km(nearest_m)} {'out' if one else 'out at the nearest'}."
    )


def _shot(event: Json, who: str, what: str) -> str:
    fires = "fires a burst" if event["kind"] == "fired" else f"launches {_missiles(event['rounds'])}"
    said = f"{who} {fires} at {what}, {_km(event['distance_m'])} out"
    if event["meets_s"] is None:
        return f"{said}; nothing came of it."
    many = event["kind"] == "launched" and event["rounds"] > 1
    return (
        f"{said}; {'they meet' if many else 'it meets'} it at {clock(event['meets_s'])}: {_RESULTS[event['result']]}."
    )


def _leaker(raid: Json, i: int) -> str:
    flight: Json = raid["flights"][i]
    said = f"{_capital(flight['name'])}, through at {clock(flight['ended_s'])}: {words.CAUSES[flight['cause']]}"
    shots = [
        f"{n} {name}{'s' * (n != 1)}" for n, name in ((flight["missiles"], "missile"), (flight["bursts"], "burst")) if n
    ]
    held = [event for event in raid["events"] if event["threat"] == i and event["kind"] == "firm"]
    more = []
    if shots:
        more.append(f"{words.listed(shots)} fired at it")
    if held:
        more.append(f"held from {clock(held[0]['time_s'])}, {flight['ended_s'] - held[0]['time_s']:.0f} s before")
    elif flight["cause"] not in ("unseen", "undetected"):
        more.append("never held")
    beside = f" ({'; '.join(more)})" if more else ""
    return f"{said}{beside}. What helps in general: {words.REMEDIES[flight['cause']]}."


def told(raid: Json) -> Iterator[str]:
    """The raid's log, each line with its time; an empty line between two minutes."""
    minute = None
    for event, said in zip(raid["events"], sentences(raid), strict=True):
        if not said:
            continue
        now = round(event["time_s"]) // 60
        if minute is not None and now != minute:
            yield ""
        minute = now
        yield f"{clock(event['time_s'])} {said}"


def text(raid: Json) -> str:
    """The whole of it for a terminal: which raid, its log, why each leaker leaked, what would have saved it."""
    found = [line for said in head(raid) for line in textwrap.wrap(said, WIDTH)]
    found.append("")
    for line in told(raid):
        found += textwrap.wrap(line, WIDTH, subsequent_indent="      ") if line else [""]
    found += ["", "Why they got through" if raid["leaks"] else "Nothing got through."]
    for line in leakers(raid):
        found += textwrap.wrap(line, WIDTH, initial_indent="   - ", subsequent_indent="     ")
    if raid.get("saved"):
        found += ["", "What would have saved it"]
        found += textwrap.wrap(saved.ABOUT, WIDTH, initial_indent="   ", subsequent_indent="   ")
        for line in saved.lines(raid["saved"]):
            found += textwrap.wrap(line, WIDTH, initial_indent="   - ", subsequent_indent="     ")
    return "\n".join(line.rstrip() for line in found)


def _fell(flight: Json) -> str:
    where = flight["came_down"]
    return f"comes down {FALLEN[where]}" if where != "unknown" else "comes down nobody can say where"


def _leaked(flight: Json) -> bool:
    return bool(flight["fate"] == "leaked")


def _missiles(n: int) -> str:
    return f"{_number(n)} missile{'s' * (n != 1)}"


def _number(n: int) -> str:
    return _COUNTS[n] if n < len(_COUNTS) else f"{n:,}"


def _km(metres: float) -> str:
    return f"{metres / 1000.0:.1f} km" if metres < 100_000.0 else f"{metres / 1000.0:,.0f} km"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
