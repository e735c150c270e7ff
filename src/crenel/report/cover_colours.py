"""What the colours of coverage mean: each kind of layer as a few classes that anyone can tell apart.

Dark against light and blue against ochre, so that no class rests on red against green.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from crenel.report.canvas import Colour, Pixels

_NO_DATA: Final[Colour] = (255, 255, 255)
_GROUND: Final[Colour] = (233, 229, 220)
_BLUES: Final[tuple[Colour, ...]] = ((214, 226, 238), (168, 195, 221), (113, 157, 199), (61, 116, 168), (24, 71, 120))


@dataclass(frozen=True, slots=True)
class Key:
    """The classes of one kind of layer: lower bounds in rising order, a colour and words for each."""

    title: str
    bounds: tuple[float, ...]
    colours: tuple[Colour, ...]
    words: tuple[str, ...]

    def classes(self, values: npt.NDArray[np.generic]) -> npt.NDArray[np.int64]:
        """Which class each value belongs to; -1 for NaN."""
        found = np.searchsorted(np.array(self.bounds), np.nan_to_num(values.astype(float), nan=-1.0), side="right") - 1
        return np.where(np.isnan(values.astype(float)), -1, np.maximum(found, 0)).astype(np.int64)


REASONS: Final[Mapping[str, tuple[str, Colour]]] = {
    "visible": ("in view and strong enough", (38, 98, 158)),
    "too_weak": ("in view, the echo or signal too weak", (158, 193, 224)),
    "too_slow": ("in view, too slow towards the radar", (142, 196, 190)),
    "outside_limits": ("outside sector or elevation limits", (196, 178, 214)),
    "beyond_instrumented": ("beyond the range that is shown", (208, 206, 200)),
    "masked_by_building": ("hidden by a building", (168, 132, 92)),
    "masked_by_terrain": ("hidden by terrain", (122, 106, 92)),
    "below_horizon": ("below the horizon", (222, 170, 84)),
    "no_data": ("no heights known", _NO_DATA),
}
"""In the order of reading, with the words that people read."""

_KEYS: Final[Mapping[str, Key]] = {
    "sight_height": Key(
        "Least height in sight",
        (0.0, 10.0, 30.0, 60.0, 120.0, 300.0),
        (*reversed(_BLUES), _GROUND),
        (
            "from 0 to 10 m",
            "from 10 to 30 m",
            "from 30 to 60 m",
            "from 60 to 120 m",
            "from 120 to 300 m",
            "above 300 m",
        ),
    ),
    "n_units": Key(
        "Units that see it", (0.0, 1.0, 2.0, 3.0, 4.0), (_GROUND, *_BLUES[1:]), ("none", "1", "2", "3", "4 or more")
    ),
    "p_look": Key(
        "Chance that one look detects it",
        (0.0, 0.05, 0.25, 0.5, 0.75, 0.9),
        (_GROUND, *_BLUES),
        ("below 5 %", "5 to 25 %", "25 to 50 %", "50 to 75 %", "75 to 90 %", "above 90 %"),
    ),
    "p_held": Key(
        "Held firmly here",
        (0.0, 0.05, 0.25, 0.5, 0.75, 0.9),
        (_GROUND, *_BLUES),
        ("below 5 %", "5 to 25 %", "25 to 50 %", "50 to 75 %", "75 to 90 %", "above 90 %"),
    ),
    "time_left": Key(
        "Time left when held here",
        (0.0, 1e-9, 30.0, 60.0, 120.0, 300.0),
        (_GROUND, *_BLUES),
        ("not held here", "below 30 s", "30 s to 1 min", "1 to 2 min", "2 to 5 min", "above 5 min"),
    ),
    "reach": Key(
        "Can be met here", (0.0, 1.0), (_GROUND, _BLUES[3]), ("no round meets it here", "a round can meet it here")
    ),
    "engagements": Key(
        "Engagements started by here",
        (0.0, 1.0, 2.0, 4.0, 8.0, 16.0),
        (_GROUND, *_BLUES),
        ("none", "1", "2 to 3", "4 to 7", "8 to 15", "16 or more"),
    ),
}


def key_of(kind: str, flags: Mapping[str, Sequence[str]]) -> Key:
    """The classes of a kind of layer."""
    if kind not in flags:
        return _KEYS[kind]
    names = flags[kind]
    told = [REASONS[name] for name in names]
    title = "Seen by any unit, or why not" if kind == "reason_any" else "Seen, or why not"
    return Key(title, tuple(map(float, range(len(names)))), tuple(c for _, c in told), tuple(w for w, _ in told))


def legend(key: Key, values: npt.NDArray[np.generic]) -> list[tuple[Colour, str, float]]:
    """Colour, words and share of all cells of each class that occurs, the last class first; what is not known last."""
    found = key.classes(values)
    counts = np.bincount(found[found >= 0], minlength=len(key.bounds)) / found.size
    rows = [(key.colours[n], key.words[n], float(counts[n])) for n in reversed(range(len(key.bounds))) if counts[n]]
    unknown = float((found < 0).mean())
    return [*rows, (_NO_DATA, "not worked out", unknown)] if unknown else rows


def painted(key: Key, values: npt.NDArray[np.generic], hillshade: Pixels | None, side: int) -> Pixels:
    """(H', W', 3) picture of a layer, at most `side` pixels long, over the relief of the ground if there is one."""
    longest = max(values.shape)
    # Cells stay square and sharp; a layer of more cells than pixels loses every other one.
    scale = side / longest
    shape = tuple(max(1, round(n * scale)) for n in values.shape)
    rows, columns = (
        np.minimum((np.arange(n) / n * m).astype(int), m - 1) for n, m in zip(shape, values.shape, strict=True)
    )
    found = key.classes(values[np.ix_(rows, columns)])
    table = np.array([*key.colours, _NO_DATA], np.uint8)
    picture = table[found]
    if hillshade is not None:
        y, x = (
            np.minimum((np.arange(n) / n * m).astype(int), m - 1) for n, m in zip(shape, hillshade.shape, strict=True)
        )
        shade = np.clip(hillshade[np.ix_(y, x)] / 214.0, 0.45, 1.12)[..., np.newaxis]
        picture = np.clip(picture * (0.3 + 0.7 * shade), 0, 255).astype(np.uint8)
        picture[found == len(key.colours)] = _NO_DATA
    return picture
