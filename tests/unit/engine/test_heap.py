import heapq

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crenel.engine import heap
from crenel.engine.state import EVENT
from crenel.engine.tables import records

MOMENTS = st.floats(0.0, 1e5, allow_nan=False).map(lambda t: round(t, 1)) | st.sampled_from([0.0, 1.5, 2.0])
KEYS = st.builds(
    lambda kind, threat, unit: int(heap.event_key(kind, threat, unit)),
    st.integers(0, 6),
    st.integers(0, 9_999),
    st.integers(0, 500),
)
STEPS = st.lists(st.none() | st.tuples(MOMENTS, KEYS), max_size=60)  # None: pop


@pytest.mark.nojit
@settings(deadline=None)  # the first call compiles
@given(STEPS)
def test_events_come_in_the_order_of_a_plain_queue(steps: list[tuple[float, int] | None]) -> None:
    events, n, plain = records((61,), EVENT), 0, list[tuple[float, int]]()
    for step in [*steps, *[None] * 61]:
        if step is not None:
            n = heap.push(events, n, *step)
            heapq.heappush(plain, step)
        elif n:
            assert (events[0].time_s, events[0].key) == heapq.heappop(plain)
            n = heap.pop(events, n)
        assert n == len(plain)
    assert n == 0


@pytest.mark.nojit
@settings(deadline=None)
@given(st.integers(0, 6), st.integers(0, 9_999), st.integers(0, 2**20))
def test_a_key_holds_what_it_was_made_of(kind: int, threat: int, unit: int) -> None:
    key = heap.event_key(kind, threat, unit)
    assert (heap.kind_of(key), heap.threat_of(key), heap.unit_of(key)) == (kind, threat, unit)


@pytest.mark.nojit
def test_events_of_one_moment_come_by_kind_then_threat_then_unit() -> None:
    ordered = [(0, 5, 5), (1, 0, 0), (1, 0, 1), (1, 1, 0), (2, 0, 9), (3, 0, 0), (5, 0, 0)]
    keys = [int(heap.event_key(*names)) for names in ordered]
    assert keys == sorted(keys)
    kinds = (
        *(heap.INTERCEPT, heap.ASSESS, heap.CHANNEL_FREE, heap.DECIDE),
        *(heap.SOFT_KILL, heap.OWN_FAILURE, heap.ARRIVAL),
    )
    assert list(kinds) == sorted(kinds)
