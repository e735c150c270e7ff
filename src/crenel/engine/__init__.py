"""The engine: geometry once, dice many. `prepare` makes tables, `play` plays raids on them."""

from crenel.engine.play import Played, Refought, fight_again, play
from crenel.engine.prepare import prepare
from crenel.engine.presence import fight_present
from crenel.engine.replay import Event, Flight, Replay, replay
from crenel.engine.smallest import warm
from crenel.engine.tables import Tables

__all__ = [
    "Event",
    "Flight",
    "Played",
    "Refought",
    "Replay",
    "Tables",
    "fight_again",
    "fight_present",
    "play",
    "prepare",
    "replay",
    "warm",
]
