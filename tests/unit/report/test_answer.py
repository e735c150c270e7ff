from typing import Any

import pytest

from crenel.report import answer, sentence

INTERNAL = ("leak", "floor", "fate", "unseen_", "out_of_reach", "too_late", "pk", "p_", "saturated", "replicate")


@pytest.mark.parametrize("cause", answer.words.CAUSES)
@pytest.mark.parametrize("n", [1, 16, 10_000])
def test_the_sentence_is_short_and_plain(summary: dict[str, Any], cause: str, n: int) -> None:
    summary["threats"] = n
    summary["pk"]["floor"] |= {"mean": n / 7, "causes": {cause: n / 7}}
    told = sentence(summary)
    assert len(told.split()) <= answer.MOST_WORDS
    assert not any(word in told for word in INTERNAL)
    assert told.endswith(".")


def test_the_sentence_tells_the_floor_and_its_main_cause(summary: dict[str, Any]) -> None:
    assert sentence(summary) == (
        "Even if every shot hit, 2.1 of 16 would still get through, "
        "mostly because they arrive unseen below the horizon."
    )


def test_over_real_ground_the_sentence_names_terrain(summary: dict[str, Any]) -> None:
    summary["place"]["terrain"] = "ridge.tif"
    assert "because terrain or the horizon hides them" in sentence(summary)


def test_without_a_floor_the_sentence_says_what_half_the_shots_would_do(summary: dict[str, Any]) -> None:
    summary["pk"]["floor"] = {"mean": 0.0, "dice": [0.0, 0.001], "share": 0.0, "causes": {}}
    assert sentence(summary) == (
        "If every shot hit, almost none of 16 would get through; if only half of them did, 5.3 of 16 would."
    )


def test_without_units_the_sentence_says_so(summary: dict[str, Any]) -> None:
    summary |= {"units": [], "leak": {"mean": 15.7, "dice": [15.6, 15.8]}}
    assert sentence(summary) == "With nobody to stop them, 15.7 of 16 get through; the rest fail by themselves."
    assert answer.alone(summary) == "No unit at all; others may exist."


def test_the_first_sentence_counts_the_units(summary: dict[str, Any]) -> None:
    assert answer.alone(summary) == "These 3 units alone; others may exist."
    assert answer.alone(summary | {"units": summary["units"][:1]}) == "This 1 unit alone; others may exist."


def test_the_curve_is_read_between_its_points(summary: dict[str, Any]) -> None:
    summary["pk"]["curve"] = [[0.0, 10.0, 9.0, 11.0], [0.5, 6.0, None, 7.0], [1.0, 0.0, 0.0, 0.1]]
    assert answer.at_probability(summary, 0.25) == answer.Estimate(8.0, 9.0, 9.0)
    assert answer.at_probability(summary, 1.0).mean == 0.0
    assert answer.at_probability(summary, 0.0).mean == 10.0


def test_the_bracket_always_comes_with_its_grade(summary: dict[str, Any]) -> None:
    assert answer.bracket_sentence(summary) == (
        "For a kill probability of 0.3–0.8 per shot (assumption), between 2.6 and 8.6 of 16 get through."
    )


def test_causes_come_most_first_and_without_empty_ones(summary: dict[str, Any]) -> None:
    found = answer.causes(summary)
    assert [share.key for share in found[:2]] == ["missed", "unseen"]
    assert all(share.value > 0 for share in found)
    assert [share.key for share in answer.fates(summary)] == list(answer.words.FATES)


def test_the_weakest_grade_of_the_stated_values_is_told(summary: dict[str, Any]) -> None:
    assert answer.stated_grade(summary) == "assumption"
    for entry in summary["pk"]["stated"]:
        entry["grade"] = "press"
    summary["pk"]["stated"][1]["grade"] = "estimate"
    assert answer.stated_grade(summary) == "estimate"
    assert answer.stated_span(summary) == "0.3–0.5"


def test_limits_name_debris_flat_ground_and_every_placard_once(summary: dict[str, Any]) -> None:
    summary["placards"] *= 2
    told = answer.limits(summary)
    assert told[0].startswith("Stopped is not harmless")
    assert answer.FLAT in told
    assert answer.alone(summary) not in told, "it is the first sentence already"
    assert told.count(summary["placards"][1]) == 1
    assert answer.FLAT not in answer.limits(summary | {"placards": ["The ground is taken as flat at 150 m."]})
    summary["place"]["terrain"] = "ridge.tif"
    assert answer.FLAT not in answer.limits(summary)
