"""What evidence says of a unit's being there: the table, the code, and what goes before what."""

from collections.abc import Callable
from itertools import pairwise, product
from pathlib import Path
from typing import get_args

import pytest

from crenel.core.doubt import resolve
from crenel.core.records import EVIDENCE, Bracket, EvidenceStatus, Scenario
from crenel.inputs import InputError
from crenel.inputs.evidence import BY_CREDIBILITY, BY_RELIABILITY, BY_STATUS, Chance, admiralty_code, presence
from crenel.results.figures import figure_rows, mattering
from crenel.results.summary import unit_row

Reading = Callable[[str], Scenario[Bracket]]
Spoiled = Callable[..., str]

STATED = "evidence: {status: pictured, source: afp, position_error: 300 m}"


def unit_of(scenario: Scenario[Bracket]) -> Bracket | None:
    (unit,) = scenario.units
    return unit.presence


# --- the table --------------------------------------------------------------------------------------------------------


def test_every_status_and_code_has_a_bracket_in_order() -> None:
    assert set(BY_STATUS) == set(EVIDENCE) == set(get_args(EvidenceStatus))
    chances = [chance for chance in BY_STATUS.values() if chance is not None]
    codes = [letter + digit for letter, digit in product("ABCDEF", "123456")]
    assert (set(BY_RELIABILITY), set(BY_CREDIBILITY)) == (set("ABCDEF"), set("123456"))
    found = [presence("reported", code) for code in codes]
    for low, value, high in chances + [suggested.chance for suggested in found if suggested is not None]:
        assert 0.0 <= low < value < high <= 1.0
    assert None not in found


def test_firmer_evidence_never_says_less() -> None:
    chances = [chance for chance in BY_STATUS.values() if chance is not None]
    for firmer, weaker in pairwise(chances):
        assert all(a >= b for a, b in zip(firmer, weaker, strict=True))
        assert firmer.value > weaker.value
    for letter in "ABCDEF":
        values = [chance(letter + digit).value for digit in "12345"]
        assert values == sorted(values, reverse=True)


def test_a_less_reliable_source_widens_and_does_not_move() -> None:
    for digit in "123456":
        brackets = [chance(letter + digit) for letter in "ABCDEF"]
        for better, worse in pairwise(brackets):
            assert worse.low <= better.low
            assert worse.high >= better.high
            assert worse.value == better.value
        assert brackets[-1].high - brackets[-1].low > 0.9, "F: nearly anything"
    assert chance("A6").high - chance("A6").low >= 0.89, "6: nearly anything"


def chance(code: str) -> Chance:
    suggested = presence("reported", code)
    assert suggested is not None
    return suggested.chance


@pytest.mark.parametrize(
    ("written", "code"), [("B2", "B2"), ("b2", "B2"), ("F-6", "F6"), ("a 1", "A1"), (" C3 ", "C3")]
)
def test_codes_as_people_write_them(written: str, code: str) -> None:
    assert admiralty_code(written) == code


def test_the_table_that_people_read_is_the_one_that_counts() -> None:
    page = (Path(__file__).parents[3] / "docs" / "model.md").read_text(encoding="utf-8")
    rows = {f"| {status} | {c.low:g} | {c.value:g} | {c.high:g} |" for status, c in BY_STATUS.items() if c is not None}
    rows |= {f"| {n} {words} | {c.low:g} | {c.value:g} | {c.high:g} |" for n, (words, c) in BY_CREDIBILITY.items()}
    rows |= {f"| {letter} {words} | {share:g} |" for letter, (words, share) in BY_RELIABILITY.items()}
    assert len(rows) == 17
    assert rows <= set(page.splitlines())


# --- in a scenario ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("evidence", "expected", "note"),
    [
        ("evidence: official", (0.95, 0.98, 1.0), "from the status 'official'"),
        ("evidence: {status: pictured}", (0.7, 0.85, 0.95), "from the status 'pictured'"),
        ("evidence: {status: pictured, admiralty: a3}", (0.35, 0.55, 0.75), "from the Admiralty code A3"),
        ("evidence: {admiralty: B2}", (0.59, 0.8, 0.91), "usually reliable; information: probably true"),
        ("evidence: {status: assumed, admiralty: A4}", (0.15, 0.3, 0.5), "Admiralty code A4"),
        ("evidence: {status: pictured, admiralty: A4, presence: 0.9}", (0.9, 0.9, 0.9), "as the scenario states it"),
        ("evidence: {status: pictured, presence: 0.6..0.9}", (0.6, 0.75, 0.9), "as the scenario states it"),
        ("evidence: {status: assumed, presence: 60..90 %}", (0.6, 0.75, 0.9), "as the scenario states it"),
        ("evidence: {status: claimed, presence: {value: 0.8, low: 0.5, high: 90 %}}", (0.5, 0.8, 0.9), "as the sc"),
    ],
)
def test_stated_goes_before_the_code_and_the_code_before_the_status(
    spoiled: Spoiled, reading: Reading, evidence: str, expected: tuple[float, float, float], note: str
) -> None:
    found = unit_of(reading(spoiled((STATED, evidence))))
    assert found is not None
    assert (found.low, found.value, found.high) == pytest.approx(expected)
    assert (found.figure, found.unit, found.grade) == ("unit:Ministry.presence", "1", "assumption")
    assert note in found.note


@pytest.mark.parametrize("evidence", [f", {STATED}", ", evidence: assumed", ", evidence: {status: assumed}"])
def test_that_an_assumed_unit_is_there_is_what_the_question_supposes(
    spoiled: Spoiled, reading: Reading, evidence: str
) -> None:
    written = "" if STATED in evidence else evidence
    assert unit_of(reading(spoiled((f", {STATED}", written)))) is None


def test_a_code_alone_is_a_report_and_is_kept(spoiled: Spoiled, reading: Reading) -> None:
    (unit,) = reading(spoiled((STATED, "evidence: {admiralty: c-3, source: afp}"))).units
    assert (unit.evidence.status, unit.evidence.admiralty, unit.evidence.source) == ("reported", "C3", "afp")


@pytest.mark.parametrize(
    ("evidence", "pointed", "message"),
    [
        ("{presence: 0.7}", "{presence", r"'evidence' has neither 'status' nor 'admiralty'\. Add \"status: reported\""),
        ("{admiralty: G2}", "G2", r"'admiralty' wants an Admiralty code, A to F .*\"G2\".*\"admiralty: B2\""),
        ("{admiralty: B7}", "B7", r"'admiralty' wants an Admiralty code"),
        ("{admiralty: 2B}", "2B", r"Write the letter first: \"B2\""),
        ("{admiralty: [B, 2]}", "[B", r"'admiralty' wants an Admiralty code.*not a list"),
        ("{admiralty: ~}", "admiralty", r"'admiralty' has no value"),
        ("{status: official, presence: 1.2}", "1.2", r"'presence' wants a probability from 0 to 1, not \"1\.2\""),
        ("{status: official, presence: 0.9..0.6}", "0.9..0.6", r"'presence' runs backwards"),
        ("{status: official, presence: likely}", "likely", r"'presence' wants a probability.*\"presence: 0\.7\""),
        ("{status: official, presence: [0.6, 0.9]}", "[0.6", r"'presence' wants keys and values.*value, low, high"),
        ("{status: official, presence: {value: 0.7, low: 0.6}}", "{value", r"'presence' has no 'high'. Add \"high: 0"),
        (
            "{status: official, presence: {value: 0.5, low: 0.6, high: 0.9}}",
            "{value",
            r"'presence' has its value outside its bracket \(low 0\.6, value 0\.5, high 0\.9\)",
        ),
        (
            "{status: official, presence: {vlaue: 0.5, low: 0, high: 1}}",
            "vlaue",
            r"'presence' has no key \"vlaue\"\. Did you mean",
        ),
    ],
)
def test_what_no_evidence_can_say(
    spoiled: Spoiled, reading: Reading, evidence: str, pointed: str, message: str
) -> None:
    text = spoiled((STATED, f"evidence: {evidence}"))
    with pytest.raises(InputError, match=message) as caught:
        reading(text)
    mark = caught.value.mark
    assert str(caught.value).startswith(f"test.yaml:{mark.line}:{mark.column}: ")
    assert text.splitlines()[mark.line - 1][mark.column - 1 :].startswith(pointed)


# --- what it does not touch -------------------------------------------------------------------------------------------


def test_presence_is_told_and_moves_no_answer(spoiled: Spoiled, reading: Reading) -> None:
    coded = reading(spoiled((STATED, "evidence: {admiralty: B2}")))
    silent = reading(spoiled((f", {STATED}", "")))
    more = {figure.figure for figure in mattering(coded)} - {figure.figure for figure in mattering(silent)}
    assert more == {"unit:Ministry.presence"}
    assert {row["bears_on"] for row in figure_rows(coded) if "presence" in row["figure"]} == {"presence"}
    row = unit_row(coded.units[0])
    assert row["presence"] == {"low": 0.59, "value": 0.8, "high": 0.91}
    assert row["evidence"]["admiralty"] == "B2"
    assert unit_row(silent.units[0])["presence"] is None
    assert resolve(coded).units[0].presence == 0.8
