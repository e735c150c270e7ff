"""One channel against one threat that comes straight at it: how often it can shoot before the threat is too near.

First intercept at 18 km, then each at (r - v t) w / (w + v), where v is the threat's speed, w the round's, and t the
time between an intercept and the next launch, until that is below 1.2 km.
"""

import numpy as np
import pytest

import cases


def ranges_m(*, delay_s: float, v: float = 200.0, w: float = 900.0) -> list[float]:
    found = [18_000.0]
    while (after := (found[-1] - v * delay_s) * w / (w + v)) >= 1_200.0:
        found.append(after)
    return found


@pytest.mark.nojit
@pytest.mark.parametrize(("delay_s", "n_shots"), [(6.0, 7), (9.0, 6)])
def test_number_of_shots(delay_s: float, n_shots: int) -> None:
    assert len(ranges_m(delay_s=delay_s)) == n_shots
    asked = cases.case(cases.unit(missile=cases.missile(0.0), assessment_s=delay_s))
    played = cases.play(asked, 2)
    assert played.rounds.tolist() == [[n_shots]] * 2
    assert cases.cause_names(played) == {"missed"}


def test_where_each_shot_meets_the_threat() -> None:
    published_km = [18.0, 13.26, 9.37, 6.20, 3.60, 1.47]
    expected = ranges_m(delay_s=9.0)
    assert [r / 1e3 for r in expected] == pytest.approx(published_km, abs=0.01)
    asked = cases.case(cases.unit(missile=cases.missile(0.3), assessment_s=9.0))
    played = cases.play(asked, 400, n_passes=8)
    killed = played.fate == 0
    met_m = np.hypot(played.east_m[killed], played.north_m[killed])
    wanted_m = np.array(expected)[played.rounds[killed] - 1]
    assert set(played.rounds[killed]) == {1, 2, 3, 4, 5, 6}
    assert met_m == pytest.approx(wanted_m, abs=2.0)  # whole metres, and flights read between launch times 100 m apart


@pytest.mark.nojit
def test_the_reaction_delays_the_first_shot() -> None:
    """Held from the start at 40 km; with 100 s of reaction the round starts at 20 km and meets it at 16.36 km, or up to
    a tenth of a second (of the first look) later."""
    asked = cases.case(cases.unit(missile=cases.missile(1.0), reaction_s=100.0, radar=cases.radar(scan_period_s=0.1)))
    played = cases.play(asked, 2)
    assert np.hypot(played.east_m, played.north_m) == pytest.approx(20e3 * 900 / 1100 - 8.0, abs=10.0)
