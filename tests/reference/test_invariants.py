"""What must hold in every raid that the reference plays, whatever the dice."""

from random import Random

import pytest

from crenel import inputs
from crenel.core import doubt
from reference.adapter import Adapter, draw_ways
from reference.case import Case
from reference.cause import CAUSES, cause_of, reengage_blocked
from reference.dice import Dice
from reference.geometry import Geometry
from reference.looks import Looks
from reference.mutations import reference_case
from reference.outcome import came_down
from reference.raid import play
from reference.record import Played
from reference.scenarios import random_case

FATES = ("missile", "gun", "soft_kill", "own_failure", "leaked")


def check(geometry: Geometry, played: Played) -> None:
    case = geometry.case
    assert all(fate in FATES for fate in played.fates)
    for i, threat in enumerate(case.threats):
        cause = cause_of(geometry, played, i)
        assert (cause in CAUSES) == (played.fates[i] == "leaked")
        assert (cause == "missed") <= (played.shots[i] > 0)
        assert reengage_blocked(geometry, played, i) in ("", "saturated", "held", "no_rounds")
        assert threat.route.start_s <= played.ended_s[i] <= threat.route.end_s
        assert came_down(case, played, i) in ("inside an asset", "within 1 km", "within 5 km", "farther", "unknown")
    for entries in played.stock.values():
        assert all(ready >= 0 and spare >= 0 for _, ready, spare in entries)
    check_shots(case, played)
    assert [event.time_s for event in played.log] == sorted(event.time_s for event in played.log)


def check_shots(case: Case, played: Played) -> None:
    for shot in played.engagements:
        unit = case.units[shot.u]
        since = [a for a, b in played.pictures[shot.i, shot.u] if a <= shot.launch_s <= b]
        assert since
        assert shot.launch_s >= since[0] + unit.reaction_s
        assert shot.launch_s <= played.silenced_s[shot.u]
        assert shot.launch_s < shot.meet_s <= shot.free_s
        at_once = [s for s in played.engagements if s.u == shot.u and s.launch_s <= shot.launch_s < s.free_s]
        assert len(at_once) <= unit.channels
    kills = [event for event in played.log if event.what == "kill"]
    for kill in kills:
        assert any(s.meet_s == kill.time_s and s.i == kill.threat and not s.lost for s in played.engagements)


def play_some(case: Case, raids: int, seed: int) -> list[Played]:
    geometry, looks = Geometry(case), Looks(case)
    played = [play(geometry, Dice(f"{seed}/{number}"), looks) for number in range(raids)]
    for one in played:
        check(geometry, one)
    return played


@pytest.mark.parametrize("seed", range(4))
def test_random_raids(seed: int) -> None:
    play_some(reference_case(random_case(seed)), 20, seed)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(40))
def test_many_random_raids(seed: int) -> None:
    play_some(reference_case(random_case(seed)), 400, seed)


def test_a_raid_of_the_catalogue() -> None:
    case = doubt.resolve(inputs.load("moscow-rooftops"))
    adapter = Adapter(case)
    played = play_some(adapter.reference(draw_ways(case, Random(1)), step_s=5.0), 2, 1)
    assert all(len(one.fates) == case.n_threats for one in played)
    assert any(one.engagements for one in played)


def test_the_same_tracks_and_dice_are_the_same_raid() -> None:
    case = reference_case(random_case(1))
    geometry, looks = Geometry(case), Looks(case)
    rolled = looks.roll(Dice(5).phase, Dice(5).looks)
    assert play(geometry, Dice(5), looks).log == play(geometry, Dice(5), tracks=rolled).log
