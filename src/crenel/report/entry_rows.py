"""What is told of an entry of the catalogue, as plain rows: for the page, the terminal and the documentation alike.

A record is what `Entry.record()` gives. Nothing in it is trusted: texts are cleaned here, and escaped where they are
written.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from crenel.report import entry_words, sections, words

Record: TypeAlias = Mapping[str, Any]
Row: TypeAlias = dict[str, Any]

SHIPPED: Final = "catalogue"
"""The origin of entries that ship with crenel."""


def heading(record: Record) -> Row:
    """Name, kind and profile; what the entry lacks comes before all else."""
    name = words.clean(record["name"])
    return {
        "key": words.clean(record["key"]),
        "name": name,
        "kind": entry_words.KINDS.get(record["kind"], ""),
        "class": words.clean(record["class"]).replace("_", " "),
        "profile": profile(record),
        "note": words.said(record["note"]),
        "refusal": _refusal(record),
        "about": _about(record, name),
        "origin": "" if record["origin"] == SHIPPED else words.clean(record["origin"]),
        "counts": f"{words.plural(len(record['figures']), 'published figure')}, "
        + words.plural(len(record["assumptions"]), "assumption"),
        "n_model": len(record["model"]),
    }


def profile(record: Record) -> str:
    """The line about an entry, without the words that it cannot be played: they have a place of their own."""
    return words.clean(record["profile"]).removesuffix("cannot be played").removesuffix("; ")


def published(record: Record) -> list[Row]:
    """One row a statement in numbers."""
    numbered = source_numbers(record)
    rows = []
    for figure in record["figures"]:
        value, bracket = entry_words.published(figure)
        rows.append(
            {
                "key": words.clean(figure["name"]),
                "name": _capital(entry_words.statement(figure["name"])),
                "value": value,
                "bracket": bracket,
                "condition": entry_words.condition(figure),
                "grade": words.GRADES.get(figure["grade"], words.clean(figure["grade"])),
                "note": words.said(figure["note"]),
                "sources": [numbered[key] for key in figure["sources"] if key in numbered],
                "is_used": bool(figure["used_by"]),
            }
        )
    return rows


def facts(record: Record) -> list[Row]:
    """One row a statement in words."""
    numbered = source_numbers(record)
    return [
        {
            "key": words.clean(fact["name"]),
            "name": _capital(entry_words.statement(fact["name"])),
            "text": words.clean(fact["text"]),
            "grade": words.GRADES.get(fact["grade"], words.clean(fact["grade"])),
            "note": words.said(fact["note"]),
            "sources": [numbered[key] for key in fact["sources"] if key in numbered],
        }
        for fact in record["facts"]
    ]


def model(record: Record) -> list[Row]:
    """One row a figure of the model, with the statements that it rests on."""
    numbered = source_numbers(record)
    stated = {figure["name"]: figure for figure in record["figures"]}
    rows = []
    for figure in record["model"]:
        value, bracket = entry_words.taken(figure)
        rows.append(
            {
                "key": words.clean(figure["figure"].partition(".")[2]),
                "part": entry_words.part(figure["figure"]) if record["kind"] == "system" else "",
                "name": _capital(entry_words.figure(figure["figure"])),
                "value": value,
                "bracket": bracket,
                "condition": entry_words.condition(figure),
                "grade": words.GRADES.get(figure["grade"], words.clean(figure["grade"])),
                "is_assumed": figure["grade"] == "assumption",
                "from": [(words.clean(name), _told(stated[name])) for name in figure["from"]],
                "note": words.said(figure["note"]),
                "sources": [numbered[key] for key in figure["sources"] if key in numbered],
            }
        )
    return rows


def settings(record: Record) -> list[tuple[str, str]]:
    """The rules of the model and other plain settings, in words."""
    held = record["settings"]
    rows = []
    for key, value in held.items():
        if key.endswith(".confirm_n"):
            continue
        shown = entry_words.setting(value)
        if key.endswith(".confirm_m"):
            shown += f" of {entry_words.setting(held[f'{key[:-1]}n'])}"
        rows.append((_capital(entry_words.SETTINGS.get(key, words.clean(key))), shown))
    return rows


def unknown(record: Record) -> list[str]:
    """What was looked for and not found."""
    return [words.clean(text) for text in record["unknown"]]


def not_used(record: Record) -> list[tuple[str, str]]:
    """What was published and is not carried here, and why."""
    return [(_capital(entry_words.statement(name)), words.said(reason)) for name, reason in record["not_used"].items()]


def raid_sizes(record: Record) -> list[Row]:
    """How many came in one raid, year by year."""
    numbered = source_numbers(record)
    return [
        {
            "year": str(size["year"]),
            "n_raids": f"{size['n_raids']:,}",
            "median": entry_words.exact(size["median"]),
            "p90": entry_words.exact(size["p90"]),
            "most": f"{size['most']:,}",
            "sources": [numbered[key] for key in size["sources"] if key in numbered],
        }
        for size in record["raid_sizes"]
    ]


def sources(record: Record) -> list[Row]:
    """The sources in the order of their numbers."""
    return sections.sources(record)


def source_numbers(record: Record) -> dict[str, int]:
    """The number that a source has, by its key."""
    return sections.source_numbers(record)


def _about(record: Record, name: str) -> str:
    """The first sentence: what it is, and what its figures are."""
    if record["is_generic"]:
        return (
            f"{name}: a kind of {record['kind']}, not a named one, with what the model takes for it: assumptions, and "
            "no measurements of ours."
        )
    return (
        f"What is published about the {record['kind']} {name}, and what the model takes from it: claims of others, no "
        "measurements of ours."
    )


def _refusal(record: Record) -> str:
    if record["can_be_played"]:
        return ""
    owner = record["key"]
    lacks = [f"the {entry_words.figure(f'{owner}.{key}')}" for key in record["lacks"]]
    if lacks:
        return f"This entry cannot be played as it stands: nobody published {words.listed(lacks)}."
    return "This entry cannot be played as it stands: all that the model would take is assumed."


def _told(figure: Mapping[str, Any]) -> str:
    condition = entry_words.condition(figure)
    link = " " if condition.startswith(("at ", "over ")) else ", "
    return link.join(part for part in (entry_words.statement(figure["name"]), condition) if part)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
