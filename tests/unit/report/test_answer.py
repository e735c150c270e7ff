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
        "Even if every shot hit, on average 2.1 of 16 would still get through, "
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
    summary["pk"]["stated"] = []
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


def test_limits_name_debris_and_every_placard_once(summary: dict[str, Any]) -> None:
    summary["placards"] *= 2
    summary["placards"].append("Seen between 2023-01 and 2023-01-20.")
    told = answer.limits(summary)
    assert "Stopped is not harmless" in told[0]
    assert answer.alone(summary) not in told, "it is the first sentence already"
    assert told.count(summary["placards"][1]) == 1
    assert told[-1] == "Seen between January 2023 and 20 January 2023."


def test_units_that_cannot_shoot_are_not_said_to_have_hit(summary: dict[str, Any]) -> None:
    summary["pk"]["stated"] = []
    assert sentence(summary) == "Nobody here can shoot at them: 7.2 of 16 get through; the rest fail by themselves."


def test_where_every_shot_kills_a_miss_is_sight_lost_on_the_way(summary: dict[str, Any]) -> None:
    summary["pk"]["floor"] |= {"mean": 2.0, "causes": {"missed": 2.0}}
    assert answer.floor_causes(summary)[0].label == "shot at, out of sight before the hit"
    assert "lose sight of them" in sentence(summary)


def test_a_bracket_that_changes_nothing_says_so(summary: dict[str, Any]) -> None:
    summary["pk"]["curve"] = [[p / 10, 15.2, 15.1, 15.3] for p in range(11)]
    assert answer.bracket_sentence(summary).endswith("15.2 of 16 get through all the same.")


def test_kill_probabilities_stand_together_by_weapon(summary: dict[str, Any]) -> None:
    summary["pk"]["stated"] *= 2
    assert answer.stated(summary) == [
        "Pantsir-S1, one missile: 0.5 at a drone (0.3–0.8, assumption), 0.45 at a cruise missile (0.3–0.75, estimate)",
        "Pantsir-S1, one burst of the gun: 0.35 at a drone (0.2–0.6, assumption), "
        "0.3 at a cruise missile (0.1–0.5, assumption)",
    ]


def test_the_assumptions_are_counted_in_words(summary: dict[str, Any]) -> None:
    assert answer.leans_on(summary) == (
        "The answer leans on 13 figures; 9 of them nobody published (assumptions), 1 is an estimate."
    )


@pytest.mark.parametrize(
    ("grades", "told"),
    [
        ("", "The answer leans on no figure at all."),
        ("a", "The answer leans on 1 figure; nobody published it (an assumption)."),
        ("p", "The answer leans on 1 figure; it is no assumption."),
        ("aa", "The answer leans on 2 figures; nobody published any of them (assumptions)."),
        ("pe", "The answer leans on 2 figures; none of them is an assumption, 1 is an estimate."),
        ("paee", "The answer leans on 4 figures; 1 of them nobody published (assumption), 2 are estimates."),
    ],
)
def test_what_the_answer_leans_on_is_counted_by_grade(summary: dict[str, Any], grades: str, told: str) -> None:
    words = {"a": "assumption", "p": "press", "e": "estimate"}
    summary["figures"] = [{"grade": words[grade]} for grade in grades]
    assert answer.leans_on(summary) == told


def test_each_stage_names_the_conclusions_that_it_carries(summary: dict[str, Any]) -> None:
    seeing, reaching, killing = answer.stages(summary)
    assert "who is seen" in seeing.carries
    assert all(word in seeing.carries for word in ("hidden", "never held on radar"))
    assert "the rest of part 1" in reaching.carries
    assert "curve of part 2" in killing.carries
    assert (seeing.grade, reaching.grade) == ("assumption", "estimate")
    assert answer.unpublished(seeing) == "nobody published 5 of its 6 figures"
    assert answer.unpublished(reaching) == "none of its 4 figures is an assumption"
    assert answer.outside_the_stages(summary) == "1 more figure says how often a threat fails by itself."


def test_a_stage_without_figures_is_not_told(summary: dict[str, Any]) -> None:
    summary["stages"]["kill"] |= {"grade": None, "figures": 0}
    assert [stage.key for stage in answer.stages(summary)] == ["sensing", "reach"]


def test_where_nobody_can_shoot_no_part_of_the_answer_is_named(summary: dict[str, Any]) -> None:
    summary["pk"]["stated"] = []
    assert {stage.carries for stage in answer.stages(summary)} == {""}


def test_stages_of_an_older_run_have_their_grades_only(summary: dict[str, Any]) -> None:
    del summary["stages"]
    assert [(stage.grade, answer.unpublished(stage)) for stage in answer.stages(summary)] == [("assumption", "")] * 3
    assert answer.outside_the_stages(summary) == ""
