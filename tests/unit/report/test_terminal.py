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
        "At the stated kill probabilities (weakest grade: assumption)",
        "What became of them",
        "Why they got through",
        "Per target",
        "Per sector of approach",
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
    assert "At p = 0.3–0.5" in line
    assert "(7.1–7.3)" in line


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
    assert "No unit here can shoot" in told
    assert "Break-even" not in told


def test_zero_events_print_a_bound(summary: dict[str, Any]) -> None:
    assert "Nothing gets through in fewer than 0.06 % of raids." in text(summary)


def test_a_newer_format_is_refused(summary: dict[str, Any]) -> None:
    with pytest.raises(CrenelError, match="results format 2"):
        text(summary | {"results": 2})
