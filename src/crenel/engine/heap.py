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
    i = n_events
    while i > 0:
        parent = (i - 1) >> 1
        if not _before(time_s, key, out_events[parent]):
            break
        out_events[i].time_s = out_events[parent].time_s
        out_events[i].key = out_events[parent].key
        i = parent
    out_events[i].time_s = time_s
    out_events[i].key = key
    return n_events + 1


@kernel
def pop(out_events: Records, n_events: int) -> int:
    """Remove the first event, which is at index 0; the new number of events."""
    last = n_events - 1
    time_s = out_events[last].time_s
    key = out_events[last].key
    i = 0
    while True:
        child = 2 * i + 1
        if child >= last:
            break
        other = child + 1
        if other < last and _before(out_events[other].time_s, out_events[other].key, out_events[child]):
            child = other
        if not _before(out_events[child].time_s, out_events[child].key, out_events[last]):
            break
        out_events[i].time_s = out_events[child].time_s
        out_events[i].key = out_events[child].key
        i = child
    out_events[i].time_s = time_s
    out_events[i].key = key
    return last
