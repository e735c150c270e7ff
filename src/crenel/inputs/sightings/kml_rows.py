"""Sightings from KML: placemarks with a point, their data and their time.

Expat is driven directly, so that a document type, and with it every entity, is refused before anything is expanded.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from crenel.inputs.errors import InputError, Mark, quoted
from crenel.inputs.sightings.rows import Table, point_of

_MAX_DEPTH: Final = 50
_MAX_ELEMENTS: Final = 200_000
_TIMES: Final = ("TimeSpan",)


@dataclass(slots=True)
class _Element:
    """One XML element: its name without a prefix, its line, its attribute `name`, its own text, what it holds."""

    tag: str
    line: int
    name: str = ""
    text: list[str] = field(default_factory=list)
    children: list["_Element"] = field(default_factory=list)

    def child(self, tag: str) -> "_Element | None":
        return next((child for child in self.children if child.tag == tag), None)

    def said(self, *path: str) -> str:
        """The text at the end of a path of tags; empty where it leads nowhere."""
        piece: _Element | None = self
        for tag in path:
            piece = piece.child(tag) if piece is not None else None
        return "" if piece is None else "".join(piece.text).strip()

    def every(self, tag: str) -> Iterator["_Element"]:
        """Every element of that tag below, in the order of the text."""
        waiting = self.children[::-1]
        while waiting:
            piece = waiting.pop()
            if piece.tag == tag:
                yield piece
            else:
                waiting.extend(reversed(piece.children))


def read_kml(data: bytes, file: str) -> Table:
    """The rows of a KML document: one for each placemark.

    Raises
    ------
    InputError
        Broken XML, a document type, nesting too deep, too many elements or placemarks.
    """
    root = _parsed(data, file)
    table = Table()
    for number, placemark in enumerate(root.every("Placemark"), start=1):
        mark = Mark(file, placemark.line, part=f"placemark {number}")
        try:
            _add(table, placemark, mark)
        except InputError as error:
            if error.mark != mark:
                raise
            table.errors.append(error)
    if any(True for _ in root.every("NetworkLink")):
        table.unread["NetworkLink (never opened)"] = None
    return table


def _parsed(data: bytes, file: str) -> _Element:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    root = _Element("", 0)
    open_elements = [root]
    n_elements = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal n_elements
        n_elements += 1
        mark = Mark(file, parser.CurrentLineNumber)
        if len(open_elements) > _MAX_DEPTH:
            raise mark.error(f"elements nest deeper than {_MAX_DEPTH}", "Save the places in fewer folders.")
        if n_elements > _MAX_ELEMENTS:
            raise mark.error("the file holds too many elements", "Split it, or keep what lies in one place.")
        element = _Element(tag.rpartition(":")[2], parser.CurrentLineNumber, attributes.get("name", ""))
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def end(_: str) -> None:
        open_elements.pop()

    def text(piece: str) -> None:
        open_elements[-1].text.append(piece)

    def doctype(*_: object) -> None:
        mark = Mark(file, parser.CurrentLineNumber)
        raise mark.error("a document type (<!DOCTYPE ...>) is not read", "Delete it: a KML needs none.")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        what = f"this is broken XML: {expat.ErrorString(error.code)}"
        raise Mark(file, error.lineno, error.offset + 1).error(what, "Mend it here, or save the file again.") from None
    except (ValueError, LookupError) as error:
        # An encoding that is unknown, or that takes several bytes for a letter.
        raise Mark(file).error(f"this is not XML that can be read ({error})", "Save it again as UTF-8.") from None
    if not any(True for _ in root.every("kml")):
        raise Mark(file).error("this is XML, but no KML", "Save the places as KML.")
    return root


def _add(table: Table, placemark: _Element, mark: Mark) -> None:
    numbers = re.split(r"\s*,\s*", placemark.said("Point", "coordinates"))
    if placemark.child("Point") is None:
        what = f"the placemark {quoted(placemark.said('name'))} has no point of its own"
        raise mark.error(what, "Mark the place with a point, or delete the placemark.")
    if len(numbers) not in {2, 3}:
        what = f"the coordinates {quoted(', '.join(numbers))} are not longitude,latitude"
        raise mark.error(what, 'Write for example "37.590,55.729".')
    if len(numbers) == 3 and not re.fullmatch(r"-?0*\.?0*", numbers[2]):
        table.unread["altitude of the point"] = None
    for tag in _TIMES:
        if placemark.child(tag) is not None:
            table.unread[tag] = None
    table.add(mark, _texts(placemark), point_of(numbers[0], numbers[1], mark))


def _texts(placemark: _Element) -> Iterator[tuple[str, str]]:
    yield "name", placemark.said("name")
    yield "description", _without_tags(placemark.said("description"))
    yield "date", placemark.said("TimeStamp", "when")
    for extended in placemark.children:
        if extended.tag == "ExtendedData":
            for data in extended.every("Data"):
                yield data.name, data.said("value")
            for data in extended.every("SimpleData"):
                yield data.name, data.said()


def _without_tags(text: str) -> str:
    """The words of a description, which may be a piece of a web page."""
    return html.unescape(re.sub(r"<[^<>]*>", " ", text)) if "<" in text else text
