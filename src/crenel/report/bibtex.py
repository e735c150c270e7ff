"""BibTeX: entries that every style and every engine reads, whatever somebody wrote into a title."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from crenel.report import words

# BibTeX counts braces even behind a backslash, so they are written by name.
_COMMANDS: Final = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "^": r"{\textasciicircum}",
    "~": r"{\textasciitilde}",
    "<": r"{\textless}",
    ">": r"{\textgreater}",
    "|": r"{\textbar}",
    "–": "--",
    "—": "---",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "„": r"{\quotedblbase}",
    "«": r"{\guillemotleft}",
    "»": r"{\guillemotright}",
    "…": r"{\ldots}",
    "−": r"{\textminus}",
    "×": r"{\texttimes}",
    "°": r"{\textdegree}",
    "²": r"{\texttwosuperior}",
    "³": r"{\textthreesuperior}",
    "µ": r"{\textmu}",
    "±": r"{\textpm}",
    "€": r"{\texteuro}",
    "£": r"{\pounds}",
    "§": r"{\S}",
    "ß": r"{\ss}",
    "ø": r"{\o}",
    "Ø": r"{\O}",
    "æ": r"{\ae}",
    "Æ": r"{\AE}",
    "œ": r"{\oe}",
    "Œ": r"{\OE}",
    "ł": r"{\l}",
    "Ł": r"{\L}",
    "đ": r"{\dj}",
    "Đ": r"{\DJ}",
    "ı": r"{\i}",
}

_ACCENTS: Final = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0323": "d",
    "\u0327": "c",
    "\u0328": "k",
}

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NOT_IN_KEYS: Final = re.compile(r"[^A-Za-z0-9:._/+-]+")
_QUOTED: Final = re.compile(r"(.+) \((as quoted in .+; original not read)\)")


def escaped(text: str) -> str:
    """Somebody's words for LaTeX: specials and Latin accents as commands, other scripts as UTF-8."""
    return "".join(_letter(letter) for letter in unicodedata.normalize("NFC", words.clean(text)))


def address(text: str) -> str:
    """A web address in ASCII, with nothing that a brace-delimited field cannot hold; empty if it is none."""
    try:
        parts = urlsplit(words.clean(text))
        host = parts.netloc.encode("idna").decode("ascii") if not parts.netloc.isascii() else parts.netloc
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    rest = (quote(part, safe="/%:@!$&'()*+,;=?#[]~-._") for part in (parts.path, parts.query, parts.fragment))
    path, query, fragment = rest
    return urlunsplit((parts.scheme, quote(host, safe=".:-@[]"), path, query, fragment))


def keys(sources: Iterable[str]) -> dict[str, str]:
    """A citation key for each source: its own, with what BibTeX cannot hold replaced, and no two alike."""
    found: dict[str, str] = {}
    for source in sources:
        plain = unicodedata.normalize("NFKD", source).encode("ascii", "ignore").decode("ascii")
        key = wanted = _NOT_IN_KEYS.sub("-", plain).strip("-") or "source"
        n = 2
        # Some tools do not tell letters of different case apart.
        while key.casefold() in {taken.casefold() for taken in found.values()}:
            key, n = f"{wanted}-{n}", n + 1
        found[source] = key
    return found


def source(row: Mapping[str, str], key: str) -> str:
    """One source of a run: `title`, `publisher`, `date` and `address`, as far as they are known."""
    title, note = words.clean(row.get("title") or row["key"]), ""
    if found := _QUOTED.fullmatch(title):
        title, note = found[1], found[2]
    publisher = escaped(row.get("publisher") or "")
    fields = {
        "author": f"{{{publisher}}}" if publisher else "",
        "title": f"{{{escaped(title)}}}",
        **_dated(row.get("date") or ""),
        "url": address(row.get("address") or ""),
        "note": escaped(note[:1].upper() + note[1:]),
        # Styles sort by this where there is no author.
        "key": "" if publisher else escaped(title),
    }
    return entry("misc", key, fields)


def entry(kind: str, key: str, fields: Mapping[str, str]) -> str:
    """One entry of fields that are escaped already; empty ones are left out. Months are BibTeX's own names."""
    lines = [f"@{kind}{{{key},"]
    for name, value in fields.items():
        if value:
            lines.append(f"  {name} = {value}," if name == "month" else f"  {name} = {{{value}}},")
    return "\n".join([*lines, "}"])


def _dated(date: str) -> dict[str, str]:
    found = re.search(r"\b((?:1[89]|20)\d\d)\b(?:-(0[1-9]|1[0-2]))?", date)
    if found is None:
        return {}
    return {"year": found[1], "month": _MONTHS[int(found[2]) - 1] if found[2] else ""}


def _letter(letter: str) -> str:
    if letter in _COMMANDS:
        return _COMMANDS[letter]
    if letter.isascii():
        return letter
    base, *marks = list(unicodedata.normalize("NFD", letter))
    if base.isascii() and base.isalpha() and marks and all(mark in _ACCENTS for mark in marks):
        told = r"\i" if base == "i" else r"\j" if base == "j" else base
        for mark in marks:
            told = f"{{\\{_ACCENTS[mark]}{{{told}}}}}"
        return told
    return letter
