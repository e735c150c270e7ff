"""The tables and facts of the page, section by section, as plain data for the templates."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from crenel.report import answer, charts, doubt_drawing, doubts, drawing, evidence, numbers, words
from crenel.report.answer import Summary
from crenel.report.numbers import Estimate, estimate

Row = dict[str, Any]

_LONGEST_LIST: Final = 4

_TOLD: Final = {
    *("results", "crenel", "name", "title", "seed", "replicates", "blocks", "n_passes", "threats", "sources"),
    *("weakest_grade_by_stage", "weakest_grade", "stages"),
}
"""Keys of a manifest that the page already tells in words."""

_MANIFEST_WORDS: Final = {
    "scenario": "Scenario hash",
    "figures": "Figures hash",
    "terrain": "Terrain hash",
    "tables": "Tables hash",
    "environment": "Made with",
}


def head(summary: Summary) -> Row:
    """Title, date, the sentence, and what was played."""
    scenario = summary["scenario"]
    return {
        "alone": answer.alone(summary),
        "title": words.clean(scenario["title"]),
        "day": words.day(scenario.get("when") or ""),
        "note": words.clean(scenario.get("note") or ""),
        "sentence": answer.sentence(summary),
        "raid": raid(summary),
        "replicates": numbers.whole(summary["replicates"]),
    }


def raid(summary: Summary) -> str:
    """What comes, each kind once: "12 × Shahed-136 and 4 × 3M-14 Kalibr"."""
    kinds: dict[str, int] = {}
    for group in summary["groups"]:
        name = words.clean(group["threat_name"])
        kinds[name] = kinds.get(name, 0) + group["count"]
    told = [f"{n:,} × {name}" for name, n in kinds.items()]
    return words.listed(told)


def floor(summary: Summary) -> Row:
    """Part one of the answer."""
    found = estimate(summary["pk"]["floor"])
    return {
        "count": numbers.count(found),
        "interval": numbers.count_interval(found),
        "doubt": doubts.span(summary["pk"]["floor"]),
        "share": numbers.percent(found.scaled(1.0 / summary["threats"])),
        "bars": [(bar, drawing.bar(bar)) for bar in charts.floor_bars(summary)],
    }


def curve(summary: Summary) -> Row:
    """Part two of the answer, for both widths, and its numbers for those who want them."""
    info = charts.curve(summary)
    rows = []
    for p, share, low, high in info.points:
        leak = Estimate(share, low, high)
        rows.append((numbers.probability(p), numbers.percent(leak), numbers.percent_interval(leak)))
    return {
        "wide": drawing.curve(info, drawing.WIDE),
        "narrow": drawing.curve(info, drawing.NARROW),
        "told": answer.bracket_sentence(summary),
        "rows": rows,
        "published": info.published is not None,
    }


def break_even(summary: Summary) -> Row:
    """Part three of the answer."""
    info = charts.break_even(summary)
    verdicts = [
        {"label": row.label, "p": row.verdict, "reached": found.reached}
        for row, found in zip(info.rows, answer.break_even(summary), strict=True)
    ]
    return {
        "wide": drawing.break_even(info, drawing.WIDE),
        "narrow": drawing.break_even(info, drawing.NARROW),
        "rows": verdicts,
        "bracket": numbers.span(*info.bracket),
        "grade": info.grade,
    }


def stated(summary: Summary) -> Row:
    """Leaks at the stated kill probabilities with their grade, beside the undefended city."""
    leak, bare, none = estimate(summary["leak"]), answer.undefended(summary), estimate(summary["p_no_leak"])
    quantiles = summary.get("leak_quantiles")
    return {
        "count": numbers.count(leak),
        "interval": numbers.count_interval(leak),
        "share": percent(summary["leak_share"]),
        "p": answer.stated_span(summary),
        "title": answer.stated_title(summary),
        "takes": answer.stated_takes(summary),
        "doubt": doubts.span(summary["leak"]),
        "grade": answer.stated_grade(summary),
        "lines": answer.stated(summary),
        "bare": numbers.count(bare),
        "dots": drawing.dots(charts.dots(leak, summary["threats"])),
        "bare_dots": drawing.dots(charts.dots(bare, summary["threats"])),
        "none": percent(summary["p_no_leak"]).replace("below", "fewer than") if none.mean == 0 else percent(none),
        "spread": f"{numbers.significant(quantiles['p05'], 2)} to {numbers.significant(quantiles['p95'], 2)}"
        if quantiles
        else "",
        "missiles": numbers.significant(summary["rounds_fired"]["missile"]),
        "bursts": numbers.significant(summary["rounds_fired"].get("gun_bursts", 0.0)),
    }


def doubt(summary: Summary) -> Row | None:
    """Dice and doubt; None for a run at the central values."""
    info = doubts.strip(summary)
    if info is None:
        return None
    return {
        "sentence": doubts.sentence(summary),
        "wide": doubt_drawing.strip(info, drawing.WIDE),
        "narrow": doubt_drawing.strip(info, drawing.NARROW),
        "corners": doubts.corners(summary),
        "extremes": doubts.extremes(summary),
        "held": doubts.held(summary),
    }


def ladder(summary: Summary) -> Row | None:
    """What gets through by how firm the evidence for the units is; None where there is no ladder."""
    found = evidence.rungs(summary)
    if not found:
        return None
    rows = [
        {
            "label": rung.label[:1].upper() + rung.label[1:],
            "units": f"{rung.n_units:,}" if rung.leak is not None and rung.n_units else "–",
            "through": evidence.through(rung, summary["threats"]),
            "counted": rung.leak is not None,
            "bar": drawing.bar(bar) if bar else "",
        }
        for rung, bar in zip(found, charts.ladder_bars(summary), strict=True)
    ]
    return {"rows": rows, "alone": evidence.ALONE, "by_chance": evidence.by_chance(summary)}


def sectors(summary: Summary) -> list[Row]:
    """One row per sector of approach, with its main cause and what would mend it."""
    rows = []
    for sector in summary.get("sectors") or ():
        worst = max(words.CAUSES, key=lambda cause: sector["causes"].get(cause, 0.0))
        leaks = bool(sector["causes"].get(worst))
        rows.append(
            {
                "where": words.directions(sector["from_deg"], sector["to_deg"]),
                "points": words.side(sector["from_deg"], sector["to_deg"]),
                "share": numbers.percent(Estimate(sector["share_of_threats"])),
                "leak": percent(sector["leak_share"]),
                "cause": words.CAUSES[worst] if leaks else "",
                "remedy": words.REMEDIES[worst] if leaks else "",
            }
        )
    return rows


def assets(summary: Summary) -> list[Row]:
    """One row per target."""
    return [
        {
            "name": words.clean(asset["name"]),
            "radius": words.quantity(asset["radius_m"], "m"),
            "threats": f"{asset['threats']:,}",
            "leak": counted(asset["leak"]),
        }
        for asset in summary.get("assets") or ()
    ]


def groups(summary: Summary) -> list[Row]:
    """One row per group of the raid."""
    numbered = source_numbers(summary)
    return [
        {
            "name": words.clean(group["name"]),
            "threat": f"{group['count']:,} × {words.clean(group['threat_name'])}",
            "to": words.clean(group["to"]),
            "from": words.directions(*group["from_deg"]),
            "starts": words.distances(*group["starts_m"]),
            "height": words.distances(*group["height_m"]),
            "leak": percent(group["leak_share"]),
            "note": words.said(group.get("note") or ""),
            "sources": [numbered[key] for key in group.get("sources") or () if key in numbered],
        }
        for group in summary["groups"]
    ]


def units(summary: Summary) -> list[Row]:
    """One row per unit with the evidence for it."""
    numbered = source_numbers(summary)
    return [
        {
            "name": words.clean(unit["name"]),
            "system": words.clean(unit["system_name"]),
            "at": f"{abs(unit['lat_deg']):.3f}° {'N' if unit['lat_deg'] >= 0 else 'S'}, "
            f"{abs(unit['lon_deg']):.3f}° {'E' if unit['lon_deg'] >= 0 else 'W'}",
            "error": f"± {words.quantity(unit['position_error_m'], 'm')}" if unit["position_error_m"] else "",
            "mounted": words.quantity(unit["mounted_m"], "m") if unit.get("mounted_m") else "",
            "network": words.clean(unit.get("network") or ""),
            "status": words.EVIDENCE.get(unit["evidence"]["status"], unit["evidence"]["status"]),
            "identified": words.IDENTIFIED.get(unit["evidence"].get("identified", ""), ""),
            "seen": words.day(unit["evidence"].get("seen") or ""),
            "source": numbered.get(unit["evidence"].get("source", "")),
            "note": words.said(unit["evidence"].get("note") or ""),
            "presence": evidence.presence(summary, number),
            "stopped": numbers.count(Estimate(unit["stopped"])),
            "fired": "" if unit.get("rounds_fired") is None else numbers.significant(unit["rounds_fired"], 2),
        }
        for number, unit in enumerate(summary["units"])
    ]


def figures(summary: Summary, which: str) -> list[Row]:
    """The figures of a summary in plain words, `assumptions` or all `figures`, under what they bear on.

    A figure that a scenario sets alike for several units or groups takes one row.
    """
    names, numbered = words.owners(summary), source_numbers(summary)
    rows: dict[tuple[Any, ...], Row] = {}
    owners: dict[tuple[Any, ...], list[str]] = {}
    for entry in summary[which]:
        owner, what = words.figure(entry["figure"], names)
        key: tuple[Any, ...] = (owner, what)
        if entry["figure"].startswith(("unit:", "group:", "network:")):
            key = ("set", what, entry["value"], entry["low"], entry["high"], entry["grade"], entry.get("note"))
        owners.setdefault(key, []).append(owner)
        rows.setdefault(
            key,
            {
                "about": words.BEARS_ON.get(entry.get("bears_on", ""), ""),
                "name": what[:1].upper() + what[1:],
                "key": words.clean(entry["figure"]),
                "value": words.quantity(entry["value"], entry["unit"], entry["figure"]),
                "bracket": words.bracket(entry["low"], entry["high"], entry["unit"], entry["figure"]),
                "grade": words.GRADES.get(entry["grade"], words.clean(entry["grade"])),
                "origin": "" if entry.get("origin", "catalogue") in words.AT_HOME else words.clean(entry["origin"]),
                "note": words.said(entry.get("note") or ""),
                "sources": [numbered[key] for key in entry.get("sources") or () if key in numbered],
            },
        )
    return [{**row, "owner": _several(owners[key])} for key, row in rows.items()]


def sources(summary: Summary) -> list[Row]:
    """The sources in the order of their numbers; only http and https addresses become links."""
    return [
        {
            "number": number,
            "title": words.clean(source.get("title") or source["key"]),
            "publisher": words.clean(source.get("publisher") or ""),
            "date": words.day(source.get("date") or ""),
            "link": link(source.get("address") or ""),
            "address": words.clean(source.get("address") or ""),
            "used": source.get("used", True),
        }
        for number, source in enumerate(summary["sources"], start=1)
    ]


def source_numbers(summary: Summary) -> dict[str, int]:
    """The number that a source has on the page, by its key."""
    return {source["key"]: number for number, source in enumerate(summary["sources"], start=1)}


def link(address: str) -> str:
    """The address if a reader may be sent there: http or https with a host; else an empty text."""
    cleaned = words.clean(address)
    try:
        parts = urlsplit(cleaned)
    except ValueError:
        return ""
    return cleaned if parts.scheme in ("http", "https") and parts.netloc and " " not in cleaned else ""


def trust(summary: Summary) -> Row:
    """How sure anyone can be, and of what not."""
    numbered = source_numbers(summary)
    return {
        "replicates": numbers.whole(summary["replicates"]),
        "blocks": summary["blocks"],
        "passes": summary["passes"],
        "leans_on": answer.leans_on(summary),
        "bracket": answer.bracket_sentence(summary),
        "stages": [
            {
                "name": stage.label[:1].upper() + stage.label[1:],
                "carries": stage.carries,
                "grade": stage.grade,
                "unpublished": f"{stage.n_unpublished:,} of {stage.n_figures:,}" if stage.n_figures else "",
                "sources": sorted(numbered[key] for key in stage.sources if key in numbered),
            }
            for stage in answer.stages(summary)
        ],
        "outside": answer.outside_the_stages(summary),
        "fallback": numbers.percent(Estimate(summary.get("fallback_looks_share") or 0.0)),
        "any_fallback": bool(summary.get("fallback_looks_share")),
    }


def place(summary: Summary) -> Row:
    """The ground that the answer stands on."""
    given = summary["place"]
    is_flat = str(given.get("terrain", "")).startswith("flat")
    return {
        "terrain": words.clean(given.get("terrain") or ""),
        "datum": "" if is_flat else words.clean(given.get("datum") or ""),
        # What bare flat ground leaves out stands among the limits.
        "notes": [words.said(note) for note in given.get("notes") or () if not is_flat or given.get("buildings")],
        # Folders of older versions hold the credit only.
        "data": [_credit(row) for row in given.get("data") or ()] or [words.said(given.get("attribution") or "")],
    }


def _credit(row: Mapping[str, Any]) -> str:
    """Whose data it is, and on what terms."""
    files = words.listed([words.clean(name) for name in row["files"][:_LONGEST_LIST]])
    more = f" and {len(row['files']) - _LONGEST_LIST} more" if len(row["files"]) > _LONGEST_LIST else ""
    licence = words.clean(row["licence"])
    terms = f"Licence: {licence}" if licence else "Licence not stated: not for publishing"
    told = (f"{words.clean(row['what'])} ({files}{more})", words.clean(row["attribution"]), terms)
    return " ".join(filter(None, map(words.said, told)))


def provenance(summary: Summary, manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What somebody needs to get the same numbers again. No clock times: the page is a function of the folder."""
    seed, n = summary["seed"], summary["replicates"]
    rows = [
        ("Program", f"crenel {words.clean(summary.get('crenel', ''))}, results format {summary['results']}"),
        ("Scenario", words.clean(summary["scenario"]["name"])),
        ("Seed", str(seed)),
        ("Raids", f"{numbers.whole(n)} in {summary['blocks']} blocks, {summary['passes']} passes per group and block"),
        (
            "Run it again",
            f"crenel run scenario.yaml -n {n} --seed {seed} --doubt {(summary.get('doubts') or {}).get('n_doubt', 0)}",
        ),
        ("Rebuild this page", "crenel report DIR"),
        ("Scenario hash", words.clean(summary["scenario"]["hash"])),
    ]
    extra = _flat({key: value for key, value in manifest.items() if key not in _TOLD})
    return rows + [(name, value) for name, value in extra if value != summary["scenario"]["hash"]]


def percent(value: Any) -> str:
    """A share with its interval."""
    found = value if isinstance(value, Estimate) else estimate(value)
    return numbers.with_interval(numbers.percent(found), numbers.percent_interval(found))


def counted(value: Any) -> str:
    """A number of threats with its interval."""
    found = estimate(value)
    return numbers.with_interval(numbers.count(found), numbers.count_interval(found))


def _several(owners: list[str]) -> str:
    """ "U01, U02 and U03", "U01 and 9 others"."""
    return words.listed(owners) if len(owners) <= _LONGEST_LIST else f"{owners[0]} and {len(owners) - 1} others"


def _flat(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in manifest.items():
        name = _MANIFEST_WORDS.get(key, words.clean(key).replace("_", " ").capitalize())
        if isinstance(value, Mapping):
            yield name, ", ".join(f"{words.clean(part)} {words.clean(item)}" for part, item in value.items())
        elif isinstance(value, list):
            shown = ", ".join(words.clean(item) for item in value[:_LONGEST_LIST])
            yield name, f"{shown} … ({len(value)} in all)" if len(value) > _LONGEST_LIST else shown
        elif value is not None:
            yield name, words.clean(value)
