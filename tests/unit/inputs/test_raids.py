"""Published raids as a scenario's raid: nights, months, years, shares; and what is refused."""

import pytest

from crenel.core.entries import PublishedRaid
from crenel.inputs import catalogue
from crenel.inputs.errors import InputError
from crenel.inputs.raids import published_raids

from .conftest import VALID

COUNTED = "{threat: shahed-136, count: 12, to: Centre"
WITHOUT_HEIGHT = "height: 100..1500 m, "


def asked(reading, group, *, without_height=False):
    text = VALID.replace(COUNTED, "{" + group + ", to: Centre")
    return reading(text.replace(WITHOUT_HEIGHT, "") if without_height else text)


def test_every_published_night_can_be_asked_for(reading):
    assert len(published_raids()) >= 20
    for key, night in published_raids().items():
        assert isinstance(night, PublishedRaid)
        groups = asked(reading, f"as_published: {key}").groups
        assert [(group.threat.key, group.count) for group in groups] == [(g.threat, g.count) for g in night.groups]


def test_a_night_says_where_its_numbers_come_from(reading):
    scenario = asked(reading, "as_published: 2024-11-17-ukraine")
    for group in scenario.groups:
        assert "a claim of one side" in group.note
        assert "Zircon" in group.note  # what was left out is told
        assert group.sources
        assert set(group.sources) <= set(scenario.sources)


def test_every_night_cites_sources_that_exist():
    for night in published_raids().values():
        assert night.source
        assert set(night.source) <= set(catalogue.sources())


def test_a_share_takes_a_part_and_at_least_one(reading):
    groups = asked(reading, "as_published: 2024-11-17-ukraine, share: 10 %").groups
    counts = {group.threat.key: group.count for group in groups}
    assert counts["shahed-136"] == 9
    assert counts["iskander-m"] == 1
    assert "10 %" in groups[0].note


def test_a_month_is_its_largest_night(reading):
    groups = asked(reading, "as_published: 2023-08-moscow").groups
    assert [(group.threat.key, group.count) for group in groups] == [("uj-22", 3)]


def test_a_year_is_the_median_raid_of_a_threat(reading):
    (group,) = asked(reading, "threat: shahed-136, as_published: 2024").groups
    assert group.count == 26
    assert "nine raids in ten up to 90" in group.note


def test_what_flies_on_an_arc_keeps_its_own_range_and_height(reading):
    groups = asked(reading, "as_published: 2024-11-17-ukraine").groups
    arc = next(group for group in groups if group.threat.motion == "ballistic" and group.threat.key == "kinzhal")
    assert arc.starts_m.low == arc.threat.range_m.value
    level = next(group for group in groups if group.threat.key == "shahed-136")
    assert level.starts_m.low == 60_000.0


def test_two_groups_of_one_threat_have_names_of_their_own(reading):
    text = VALID.replace(COUNTED, "{as_published: 2023-05-28-ukraine, to: Centre")
    row = next(line for line in text.splitlines() if "as_published" in line)
    names = [group.name for group in reading(text.replace(row, f"{row}\n{row}")).groups]
    assert names == ["shahed-136", "shahed-136-2"]


@pytest.mark.parametrize(
    ("group", "says"),
    [
        ("as_published: 2024-11-18-ukraine", "2024-11-17-ukraine"),
        ("as_published: 2024-12-ukraine", "no published raid"),
        ("as_published: 2024", "does not say what comes"),
        ("threat: shahed-136, as_published: 1999", "Known are: 2022"),
        ("threat: tb2, as_published: 2024", "no raid sizes"),
        ("threat: kalibr, as_published: 2024-11-17-ukraine", "says itself what comes"),
        ("threat: shahed-136", "wants a count"),
        ("threat: shahed-136, count: 3, as_published: 2024", "wants a count"),
        ("count: 3", "counts threats, but not which"),
        ("as_published: 2024-11-17-ukraine, share: 2", "from 0 to 1"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line(reading, group, says):
    with pytest.raises(InputError, match=r"test\.yaml:1\d:") as caught:
        asked(reading, group)
    assert says in str(caught.value)
