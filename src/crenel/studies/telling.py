"""A number as it is told: its mean, what chance leaves open, what nobody published leaves open; never mixed."""

from typing import Any, NamedTuple

from crenel.studies.statistics import Ints, conditional_means, doubt_range, raids_by_blocks, share_by_blocks


class Told(NamedTuple):
    """Mean, 95 % by chance, and the range by doubt; None where no doubt was played."""

    mean: float
    dice: tuple[float, float]
    doubt: tuple[float, float] | None

    def times(self, factor: float) -> "Told":
        """The same in another unit: a share of threats times their number is threats per raid."""
        doubt = None if self.doubt is None else (self.doubt[0] * factor, self.doubt[1] * factor)
        return Told(self.mean * factor, (self.dice[0] * factor, self.dice[1] * factor), doubt)

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"mean": self.mean, "dice": list(self.dice), "doubt": None if self.doubt is None else list(self.doubt)}


def share(events: Ints, trials: Ints, *, n_raids: int, n_points: int) -> Told:
    """Share of trials with an event (see `share_by_blocks`)."""
    found = share_by_blocks(events, trials, n_raids=n_raids, n_points=n_points)
    return Told(found.mean, (found.lo, found.hi), _doubt(events, trials, n_points))


def no_leak(events: Ints, raids: Ints, n_points: int) -> Told:
    """Share of raids in which something holds (see `raids_by_blocks`)."""
    found = raids_by_blocks(events, raids, n_points=n_points)
    return Told(found.mean, (found.lo, found.hi), _doubt(events, raids, n_points))


def _doubt(events: Ints, trials: Ints, n_points: int) -> tuple[float, float] | None:
    if n_points == 1:
        return None
    found = doubt_range(conditional_means(events, trials, n_points=n_points))
    return None if found is None else (min(max(found[0], 0.0), 1.0), min(max(found[1], 0.0), 1.0))
