from typing import Any

import pytest

from crenel.report import sections


def test_the_ladder_draws_a_bar_for_each_number_and_none_without(summary: dict[str, Any]) -> None:
    ladder = sections.ladder(summary)
    assert ladder is not None
    rows = ladder["rows"]
    assert [row["counted"] for row in rows] == [True, False, False, True, True, True, True, True, True]
    assert [bool(row["bar"]) for row in rows] == [row["counted"] for row in rows]
    assert (rows[3]["label"], rows[3]["units"], rows[3]["through"]) == (
        "+ seen in pictures",
        "1",
        "10.4 of 16 (10.3–10.5)",
    )
    assert sections.ladder(summary | {"units": []}) is None


def test_stages_cite_their_sources_by_number(summary: dict[str, Any]) -> None:
    rows = sections.trust(summary)["stages"]
    assert [row["sources"] for row in rows] == [[2, 3], [3], []]
    assert [row["unpublished"] for row in rows] == ["5 of 6", "0 of 4", "1 of 2"]


def test_a_figure_from_elsewhere_is_marked(summary: dict[str, Any]) -> None:
    summary["figures"][0]["origin"] = "your catalogue (my-folder)"
    summary["figures"][1]["origin"] = "model"
    del summary["figures"][2]["origin"]
    rows = sections.figures(summary, "figures")
    assert [row["origin"] for row in rows[:3]] == ["your catalogue (my-folder)", "", ""]


def test_a_source_that_nothing_cites_is_marked(summary: dict[str, Any]) -> None:
    summary["sources"][1]["used"] = False
    assert [row["used"] for row in sections.sources(summary)] == [True, False, True, True]


@pytest.mark.parametrize(
    ("address", "linked"),
    [
        ("https://tass.com/defense/875017", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("JAVASCRIPT:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("github:somebody/something:docs/x.md", False),
        ("https://", False),
        ("http://[broken", False),
        ("//example.org", False),
        ("", False),
    ],
)
def test_only_web_addresses_become_links(address: str, linked: bool) -> None:
    assert bool(sections.link(address)) is linked


def test_assumptions_are_told_in_plain_words(summary: dict[str, Any]) -> None:
    rows = sections.figures(summary, "assumptions")
    assert (rows[0]["owner"], rows[0]["name"]) == (
        "Pantsir-S1",
        "Chance that one look sees the target at that range",
    )
    assert (rows[0]["value"], rows[0]["bracket"], rows[0]["grade"]) == ("80 %", "50–90 %", "assumption")
    assert all(row["note"] for row in rows)
    assert sections.figures(summary, "figures")[0]["sources"] == [2]


def test_a_stated_count_never_stands_without_p_and_grade(summary: dict[str, Any]) -> None:
    row = sections.stated(summary)
    assert (row["count"], row["interval"], row["p"], row["grade"]) == ("7.2", "7.1–7.3", "0.3–0.5", "assumption")
    assert row["bare"] == "15.7"
    assert row["none"] == "fewer than 0.06 %"


def test_each_sector_has_its_cause_and_what_would_help(summary: dict[str, Any]) -> None:
    row = sections.sectors(summary)[2]
    assert row["where"] == "210–240°"
    assert row["leak"] == "47 % (46–48 %)"
    assert row["cause"] == "hidden by terrain, buildings or horizon"
    assert row["remedy"]


def test_units_carry_their_evidence(summary: dict[str, Any]) -> None:
    row = sections.units(summary)[0]
    assert (row["status"], row["source"], row["seen"]) == ("seen in pictures", 1, "20 January 2023")
    assert row["at"] == "55.729° N, 37.590° E"


def test_provenance_says_how_to_get_the_same_numbers_and_no_time(summary: dict[str, Any]) -> None:
    manifest = {"tables": ["a"] * 16, "environment": {"numpy": "2.3", "numba": "0.68"}, "terrain": None, "seed": 1}
    manifest |= {"stages": {"kill": {"grade": "press"}}, "weakest_grade_by_stage": {"kill": "press"}, "sources": ["a"]}
    rows = dict(sections.provenance(summary, manifest))
    assert rows["Run it again"] == "crenel run scenario.yaml -n 6400 --seed 1 --doubt 0"
    assert rows["Tables hash"] == "a, a, a, a … (16 in all)"
    assert rows["Made with"] == "numpy 2.3, numba 0.68"
    assert not {"Terrain hash", "Stages", "Weakest grade by stage", "Sources"} & rows.keys(), "told in words elsewhere"


def test_a_unit_whose_rounds_were_not_counted_says_nothing_of_them(summary: dict[str, Any]) -> None:
    summary["units"][0]["rounds_fired"] = None
    assert sections.units(summary)[0]["fired"] == ""


def test_the_raid_in_words(summary: dict[str, Any]) -> None:
    assert sections.raid(summary) == "12 × Shahed-136 and 4 × 3M-14 Kalibr"
    summary["groups"].append(summary["groups"][0] | {"count": 3})
    assert sections.raid(summary) == "15 × Shahed-136 and 4 × 3M-14 Kalibr"
