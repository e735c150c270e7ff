from typing import Any

from crenel.report import evidence


def test_rows_run_from_nobody_to_everybody_and_then_by_chance(summary: dict[str, Any]) -> None:
    rows = evidence.rungs(summary)
    assert [row.label for row in rows] == [
        "none of these units",
        "officially acknowledged",
        "+ placed and dated by a named party",
        "+ seen in pictures",
        "+ reported",
        "+ claimed or assumed: all of them",
        "each by its stated chance",
        "… chances at their low ends",
        "… chances at their high ends",
    ]
    assert [evidence.through(row, 16) for row in rows] == [
        "15.7 of 16",
        "no unit has this status",
        "no unit has this status",
        "10.4 of 16 (10.3–10.5)",
        "8.6 of 16 (8.5–8.7)",
        "7.2 of 16 (7.1–7.3)",
        "9.5 of 16 (9.3–9.7)",
        "11.3 of 16 (11.1–11.5)",
        "8.1 of 16 (7.9–8.3)",
    ]
    assert [row.units for row in rows] == ["–", "–", "–", "1 unit", "2 units", "3 units", "–", "–", "–"]


def test_a_rung_where_nobody_stands_has_no_number(summary: dict[str, Any]) -> None:
    """Least of all the undefended city's, or that of the rung below."""
    summary["evidence"]["ladder"][3] |= {"leak": None, "units": 1, "note": "no unit has this status"}
    row = evidence.rungs(summary)[4]
    assert (row.leak, row.units, evidence.through(row, 16)) == (None, "–", "no unit has this status")


def test_without_stated_chances_there_are_no_weighted_rows(summary: dict[str, Any]) -> None:
    summary["evidence"]["weighted"] = dict.fromkeys(("low", "mid", "high"))
    summary["evidence"]["presence"] = [None] * 3
    assert len(evidence.rungs(summary)) == 6
    assert evidence.by_chance(summary).startswith("No unit has a stated chance of being there")


def test_it_is_said_which_units_are_there_by_chance(summary: dict[str, Any]) -> None:
    assert "(1 of 3 has no stated chance and always is)" in evidence.by_chance(summary)
    summary["evidence"]["presence"][0] = None
    assert "(2 of 3 have no stated chance and always are)" in evidence.by_chance(summary)
    summary["evidence"]["presence"] = summary["evidence"]["presence"][1:2]
    assert "(" not in evidence.by_chance(summary)


def test_the_chance_of_a_unit_comes_with_bracket_and_grade(summary: dict[str, Any]) -> None:
    assert evidence.presence(summary, 0) == "90 % (80–100 %, estimate)"
    assert evidence.presence(summary, 2) == ""
    summary["evidence"]["presence"][1] |= {"low": 0.5, "high": 0.5}
    assert evidence.presence(summary, 1) == "50 % (assumption)"


def test_an_older_run_and_a_city_without_units_have_no_ladder(summary: dict[str, Any]) -> None:
    assert evidence.rungs(summary | {"units": []}) == []
    del summary["evidence"]
    assert evidence.rungs(summary) == []
    assert evidence.presence(summary, 0) == ""
