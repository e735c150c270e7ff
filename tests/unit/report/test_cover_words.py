"""The answer of coverage in sentences: what a reader sees first."""

from typing import Any

import pytest

from crenel.report import cover_words

SHARE = {"asset": "Square", "threat": "drone", "height_m": 60.0, "near_m": 10_000.0, "in_sight": 0.312, "held": 0.238}


def side(from_deg: float, **changes: Any) -> dict[str, Any]:
    plain = {
        "asset": "Square",
        "threat": "drone",
        "height_m": 60.0,
        "starts_m": 20_000.0,
        "from_deg": from_deg,
        "to_deg": from_deg + 40.0,
        "warning_s": 300.0,
        "worst_s": 300.0,
        "reason": "visible",
        "passes": None,
    }
    return {**plain, **changes}


def answer(*warning: dict[str, Any], radars: tuple[str, ...] = ("Radar",), required_s: float = 0.0) -> dict[str, Any]:
    rows = list(warning) or [side(40.0 * i) for i in range(9)]
    return {
        "question": {
            "heights_m": [60.0],
            "threats": [{"key": "drone", "name": "Drone", "threat_class": "drone"}],
            "requirement": {"warning_s": required_s} if required_s else None,
        },
        "units": [{"name": "Radar", "sees": True}, {"name": "Gun", "sees": False}],
        "assets": [{"name": "Square"}],
        "shares": [SHARE],
        "warning": rows,
        "place": {"air": {"frequency_hz": dict.fromkeys(radars)}},
    }


def hidden(late_s: float) -> list[dict[str, Any]]:
    return [side(40.0 * i, **({"worst_s": late_s, "reason": "masked_by_terrain"} if i == 5 else {})) for i in range(9)]


def test_the_first_sentences_say_how_much_and_from_where_it_is_hidden_until_when() -> None:
    assert cover_words.sentences(answer(*hidden(40.0))) == [
        "A drone 60 m up is in line of sight over 31 % of the area within 10 km of Square, and held on radar over "
        "24 %.",
        "From 200° to 240° the hills hide it until 40 s before arrival.",
    ]


def test_held_by_other_sensors_is_not_called_radar() -> None:
    first, _ = cover_words.sentences(answer(radars=()))
    assert "held firmly over 24 %" in first


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([side(0.0, passes=True), side(40.0, passes=True)], "is met from every side at every required height."),
        ([side(0.0, passes=True), side(40.0, passes=False)], "is missed from 1 of 2 sides at 60 m (40–80°)."),
        ([side(0.0, passes=False), side(40.0, passes=False)], "is missed from 2 of 2 sides at 60 m."),
        ([side(0.0)], "holds at none of the heights that were worked out."),
        (
            # The same two sides from far and from near: each is judged once, and missed if it is from either.
            [side(0.0, passes=True), side(40.0, passes=True), side(0.0, passes=False, starts_m=1e3),
             side(40.0, passes=True, starts_m=1e3)],
            "is missed from 1 of 2 sides at 60 m (0–40°).",
        ),
    ],
)  # fmt: skip
def test_what_is_required_is_met_or_missed_side_by_side(rows: list[dict[str, Any]], says: str) -> None:
    assert cover_words.required(answer(*rows, required_s=45.0)) == f"The required warning of 45 s {says}"
