"""SVG as text: elements whose every attribute and every word is escaped."""

from collections.abc import Iterable
from typing import TypeAlias

from markupsafe import Markup, escape

Value: TypeAlias = str | float | int

_NARROW = frozenset("iIjlft.,:;'|!()[] ")
_WIDE = frozenset("mwMWQGO@%—")


def tag(name: str, *children: str, **attributes: Value) -> Markup:
    """One element. Children that are not `Markup` are escaped; ``class_`` means class, an underscore a hyphen."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_text(value))}"' for key, value in attributes.items()
    )
    inside = Markup("").join(children)
    # The names of elements and attributes are ours; values and children went through `escape` above.
    return Markup(f"<{name}{written}>{inside}</{name}>") if children else Markup(f"<{name}{written}/>")


def picture(*children: str, width: float, height: float, alt: str, class_: str = "") -> Markup:
    """A drawing that says in words what it shows."""
    return tag(
        "svg", *children, viewBox=f"0 0 {_text(width)} {_text(height)}", role="img", aria_label=alt, class_=class_
    )


def text(x: float, y: float, words: str, **attributes: Value) -> Markup:
    """A line of text."""
    return tag("text", words, x=x, y=y, **attributes)


def line(start: tuple[float, float], end: tuple[float, float], **attributes: Value) -> Markup:
    """A straight line."""
    return tag("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], **attributes)


def path(points: Iterable[tuple[float, float]], *, closed: bool = False) -> str:
    """Path data through some points."""
    joined = "L".join(f"{_text(float(x))} {_text(float(y))}" for x, y in points)
    return f"M{joined}{'Z' if closed else ''}"


def text_width(words: str, size: float) -> float:
    """A generous estimate of how wide a line is in a system font of `size`."""
    ems = sum(
        0.36 if c in _NARROW else 0.9 if c in _WIDE else 1.0 if ord(c) > 0x2E80 else 0.7 if c.isupper() else 0.6
        for c in words
    )
    return ems * size


def fitted(words: str, width: float, size: float) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    if text_width(words, size) <= width:
        return words
    while words and text_width(words + "…", size) > width:
        words = words[:-1]
    return words.rstrip() + "…"


def lines(words: str, width: float, size: float) -> list[str]:
    """The text broken between words so that each line fits."""
    broken = [""]
    for word in words.split():
        longer = f"{broken[-1]} {word}".strip()
        if broken[-1] and text_width(longer, size) > width:
            broken.append(word)
        else:
            broken[-1] = longer
    return [fitted(part, width, size) for part in broken]


def _text(value: Value) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return str(value)
