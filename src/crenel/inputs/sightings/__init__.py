"""Sightings, as people collect them in tables and on maps, to the text of a scenario."""

from crenel.inputs.sightings.drafting import Draft, draft

__all__ = ["Draft", "draft"]
