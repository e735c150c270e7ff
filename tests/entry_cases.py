"""Entries of the catalogue to read: two that ship, one that cannot be played, and one that nobody should trust."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from crenel.core.entries import Entry, PublishedFact, PublishedFigure, RaidSize
from crenel.core.records import Bracket, Source
from crenel.inputs import catalogue

NASTY = '<script>alert("x")</script>\' onload="boom" | `a` [b](javascript:c) {d} \\e $f$ &amp; 100 % _g_ #h ~i ^j'
SIZES = (
    RaidSize(2022, 43, 9.0, 15.8, 35, ("cielo_cerrado",)),
    RaidSize(2025, 372, 108.0, 323.8, 810, ("cielo_cerrado",)),
)


def pantsir() -> Entry:
    """A system with radar, missiles and guns."""
    return catalogue.shipped().entry("pantsir-s1")


def shahed() -> Entry:
    """A threat, with raid sizes."""
    return replace(catalogue.shipped().entry("shahed-136"), raid_sizes=SIZES)


def unplayable() -> Entry:
    """A system whose radar nobody published."""
    model = tuple(bracket for bracket in pantsir().model if ".search_range" not in bracket.figure)
    return replace(pantsir(), model=model, lacks=("radar.search_range",), profile="missile to 18 km; cannot be played")


def hostile() -> Entry:
    """A system of somebody's own folder, in which every text that people write is an attack."""
    source = Source("evil", NASTY, publisher=NASTY, date=NASTY, address="javascript:alert(1)")
    linked = Source("sly", "Sly", address='https://example.org/"><script>(a)|b`c d')
    said = {"grade": "press", "source": ("evil", "sly"), "note": NASTY}
    figure = PublishedFigure(
        'search_range_"><script>|`', 30.0, 20.0, 40.0, "km", 3e4, 2e4, 4e4, "m", at_rcs_m2=1.0, aspect=NASTY,
        band=NASTY, raid=NASTY, used_by=("evil-1.radar.search_range",), **said,
    )  # fmt: skip
    bracket = Bracket(3e4, 2e4, 4e4, "evil-1.radar.search_range", "m", "press", ("evil",), NASTY)
    pk = Bracket(0.5, 0.1, 0.9, "evil-1.missile.pk.drone", "1", "assumption", (), NASTY)
    return replace(
        pantsir(),
        key="evil-1",
        name=NASTY,
        profile=NASTY,
        note=NASTY,
        entry_class=NASTY,
        figures=(figure,),
        facts=(PublishedFact('role_"><b>', NASTY, **said),),
        model=(bracket, pk),
        unknown=(NASTY, "- a list", "1. a number", "# a heading"),
        not_used=MappingProxyType({NASTY: NASTY}),
        sources=MappingProxyType({"evil": source, "sly": linked}),
        origin=f"your catalogue ({NASTY})",
        at_rcs_m2=MappingProxyType({"evil-1.radar.search_range": 1.0}),
        over_m=MappingProxyType({}),
        settings=MappingProxyType({NASTY: NASTY}),
    )


def curve(record: dict[str, Any], *, targets: tuple[tuple[str, float], ...] = ()) -> dict[str, Any]:
    """Some range of a radar: here it grows with the logarithm of the target, so that no test can take it for ours."""
    sizes = [10.0 ** (step / 20.0) for step in range(-60, 41)]
    ranges = [1e4 * (4.0 + step / 20.0) for step in range(-60, 41)]
    return {
        "rcs_m2": sizes,
        "low_m": [0.8 * each for each in ranges],
        "value_m": ranges,
        "high_m": [1.25 * each for each in ranges],
        "targets": [{"name": name, "rcs_m2": rcs_m2} for name, rcs_m2 in targets],
    }
