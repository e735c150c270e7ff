from typing import Any

import pytest

from crenel.core.records import CrenelError
from crenel.report import terminal, text, words


def test_the_answer_stands_in_its_order(summary: dict[str, Any]) -> None:
    told = text(summary)
    parts = [
        "These 3 units alone; others may exist.",
        "Rooftop systems in Moscow, January 2023",
        "Even if every shot hit",
        "1. Whatever the missiles do",
        "2. If each shot kills with probability p",
        "3. Break-even",
        "At the kill probabilities that the catalogue and the scenario state",
        "How it changes with the evidence",
        "What became of them, and why",
        "Per target",
        "Per side",
        "How sure",
        "What this cannot show",
    ]
    assert [told.index(part) for part in parts] == sorted(told.index(part) for part in parts)


def test_people_read_words_not_codes(summary: dict[str, Any]) -> None:
    told = text(summary)
    assert words.CAUSES["unseen"] in told
    for code in ("out_of_reach", "too_late", "own_failure", "soft_kill", "no_rounds"):
        assert code not in told


def test_no_count_at_the_stated_values_without_p_and_grade(summary: dict[str, Any]) -> None:
    line = next(line for line in text(summary).splitlines() if "7.2 of 16" in line)
    assert "p = 0.3–0.5 (assumption at worst)" in line
    assert "(7.1–7.3)" in line


def test_each_rung_of_the_evidence_has_its_line_with_p_and_grade_over_it(summary: dict[str, Any]) -> None:
    lines = text(summary).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("How it changes with the evidence"))
    assert "p = 0.3–0.5, assumption" in lines[start]
    rows = [" ".join(line.replace("█", "").split()) for line in lines[start + 1 : start + 10]]
    assert rows == [
        "none of these units – 15.7 of 16",
        "officially acknowledged – no unit has this status",
        "+ placed and dated by a named party – no unit has this status",
        "+ seen in pictures 1 unit 10.4 of 16 (10.3–10.5)",
        "+ reported 2 units 8.6 of 16 (8.5–8.7)",
        "+ claimed or assumed: all of them 3 units 7.2 of 16 (7.1–7.3)",
        "each by its stated chance – 9.5 of 16 (9.3–9.7)",
        "… chances at their low ends – 11.3 of 16 (11.1–11.5)",
        "… chances at their high ends – 8.1 of 16 (7.9–8.3)",
    ]
    assert lines[start + 1].count("█") > lines[start + 4].count("█") > lines[start + 6].count("█") > 0


def test_an_older_run_is_told_without_its_ladder(summary: dict[str, Any]) -> None:
    for key in ("evidence", "stages"):
        del summary[key]
    told = text(summary)
    assert "How it changes" not in told
    assert "assumption at worst" in told


def test_what_each_conclusion_leans_on_is_told(summary: dict[str, Any]) -> None:
    told = " ".join(text(summary).split())
    assert "The answer leans on 13 figures; 9 of them nobody published (assumptions), 1 is an estimate." in told
    assert "who is seen, and when (in part 1: “hidden” and “never held on radar”): assumption at worst; nobody" in told
    assert "where on the curve of part 2 the answer lies: assumption at worst; nobody published 1 of its 2" in told


def test_lines_keep_to_the_width_whatever_the_names(summary: dict[str, Any]) -> None:
    summary["scenario"]["title"] = "A title that goes on " * 20
    summary["assets"][0]["name"] = "x" * 300
    summary["units"][0]["system_name"] = "y" * 90
    summary["threats"] = 10_000
    assert max(map(len, text(summary).splitlines())) <= terminal.WIDTH


def test_names_cannot_steer_the_terminal(summary: dict[str, Any]) -> None:
    summary["assets"][0]["name"] = "\x1b[2Jgone"
    summary["placards"] = ["\x1b]0;x\x07"]
    assert "\x1b" not in text(summary)


def test_a_run_without_weapons_speaks_of_no_kill_probability(summary: dict[str, Any]) -> None:
    summary["pk"] |= {"stated": [], "bracket": None, "grade": None}
    told = text(summary)
    assert "Nobody can shoot" in told
    assert "p =" not in told
    assert "Break-even" not in told


def test_zero_events_print_a_bound(summary: dict[str, Any]) -> None:
    assert "Nothing gets through in fewer than 0.06 % of raids." in " ".join(text(summary).split())


def test_long_lists_end_in_a_pointer_to_the_report(summary: dict[str, Any]) -> None:
    told = text(summary)
    assert "… 1 more side: see the report" in told
    assert "SSE, 150–180°" not in told, "the sides that let least through are the ones left out"
    assert "WNW, 270–300°" in told
    assert len(told.splitlines()) <= 90


def test_a_curve_never_prints_a_bare_zero(summary: dict[str, Any]) -> None:
    summary["pk"]["curve"][-1] = [1.0, 0.0, 0.0, 0.06]
    rows = [line for line in text(summary).splitlines() if line.startswith(("   through of 16", "   share"))]
    assert rows[0].endswith("<0.1")
    assert rows[1].endswith("<1 %")


def test_a_title_that_holds_the_month_is_not_dated_again(summary: dict[str, Any]) -> None:
    assert "2023 (20 January 2023)" not in text(summary)
    summary["scenario"]["title"] = "Rooftops"
    assert "Rooftops (20 January 2023)" in text(summary)


def test_a_newer_format_is_refused(summary: dict[str, Any]) -> None:
    with pytest.raises(CrenelError, match="results format 3"):
        text(summary | {"results": 3})


def test_a_per_cent_sign_stays_with_its_number(summary: dict[str, Any]) -> None:
    for length in range(12):
        summary["scenario"]["title"] = "x" * length + " 5 % of all" * 15
        assert not any(line.strip().startswith("%") for line in text(summary).splitlines())
