"""The list of coming events: a binary heap ordered by (time, kind, threat, unit)."""

from typing import Final

from crenel.core.jit import kernel
from crenel.engine.tables import Records

# Kinds, in the order in which events of one moment happen.
INTERCEPT: Final = 0
ASSESS: Final = 1
CHANNEL_FREE: Final = 2
RELOADED: Final = 3
DECIDE: Final = 4
SOFT_KILL: Final = 5
OWN_FAILURE: Final = 6
ARRIVAL: Final = 7

_BITS = 24  # room for threats and for units


@kernel
def event_key(kind: int, threat: int, unit: int) -> int:
    """One number that orders events of one moment: kind, then threat, then unit."""
    return (kind << (2 * _BITS)) | (threat << _BITS) | unit


@kernel
def kind_of(key: int) -> int:
    """The kind of an event."""
    return key >> (2 * _BITS)


@kernel
def threat_of(key: int) -> int:
    """The threat of an event."""
    return (key >> _BITS) & ((1 << _BITS) - 1)


@kernel
def unit_of(key: int) -> int:
    """The unit of an event."""
    return key & ((1 << _BITS) - 1)


@kernel
def _before(time_s: float, key: int, other: Records) -> bool:
    return bool(time_s < other.time_s or (time_s == other.time_s and key < other.key))


@kernel
def push(out_events: Records, n_events: int, time_s: float, key: int) -> int:
    """Add an event; the new number of events. The array must have room for it."""
    _rise(out_events, n_events, time_s, key)
    return n_events + 1


@kernel
def pop(out_events: Records, n_events: int) -> int:
    """Remove the first event, which is at index 0; the new number of events.

    Notes
    -----
    The gap sinks to a leaf, then the last event rises from there: it mostly belongs near the bottom, so that one
    comparison a level is enough.
    """
    last = n_events - 1
    gap = 0
    child = 2
    while child < last:
        if _before(out_events[child - 1].time_s, out_events[child - 1].key, out_events[child]):
            child -= 1
        out_events[gap].time_s = out_events[child].time_s
        out_events[gap].key = out_events[child].key
        gap = child
        child = 2 * gap + 2
    if child == last:
        out_events[gap].time_s = out_events[child - 1].time_s
        out_events[gap].key = out_events[child - 1].key
        gap = child - 1
    _rise(out_events, gap, out_events[last].time_s, out_events[last].key)
    return last


@kernel
def _rise(out_events: Records, gap: int, time_s: float, key: int) -> None:
    """Put an event into a gap, or above it."""
    while gap > 0:
        parent = (gap - 1) >> 1
        if not _before(time_s, key, out_events[parent]):
            break
        out_events[gap].time_s = out_events[parent].time_s
        out_events[gap].key = out_events[parent].key
        gap = parent
    out_events[gap].time_s = time_s
    out_events[gap].key = key
