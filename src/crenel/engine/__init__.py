"""The engine: geometry once, dice many. `prepare` makes tables, `play` plays raids on them."""

from crenel.engine.play import Played, play
from crenel.engine.prepare import prepare
from crenel.engine.tables import Tables

__all__ = ["Played", "Tables", "play", "prepare"]
