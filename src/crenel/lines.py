"""What the command line prints of a checked scenario: records to plain lines."""

import math
import shlex
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

_PRESENCE: Final = (
    "Presence is the probability that a unit is there at all: as stated, else by a table of crenel's, an assumption, "
    "from the Admiralty code or the status. It moves the presence-weighted mean alone."
)


def checked(found: dict[str, Any]) -> Iterator[str]:
    """What `check` found, for people."""
    scenario, place = found["scenario"], found["place"]
    yield f"{scenario['title']}" + (f" ({scenario['when']})" if scenario["when"] else "")
    yield from _wrapped(scenario["note"])
    centre = place["centre"]
    yield f"\nPlace: {_position(centre)}, radius {_si(place['radius_m'], 'm')}, terrain {place['terrain']}"
    for note in found["notes"]:
        yield from _wrapped(note, "  ")
    for row in place["data"]:
        credit = ", ".join(filter(None, (row["attribution"], row["licence"] or "no licence stated")))
        yield from _wrapped(f"data: {row['what']} ({', '.join(row['files'])}): {credit}", "  ")
    yield f"\nDefended: {_count(len(found['assets']), 'asset')}"
    for asset in found["assets"]:
        yield f"  {asset['name']}: {_position(asset)}, radius {_si(asset['radius_m'], 'm')}, value {asset['value']:g}"
    yield f"\nBy: {_count(len(found['units']), 'unit')} (these alone; others may exist)"
    yield from _defence(found)
    yield f"\nRaid: {_count(found['threats'], 'threat')}"
    for group in found["groups"]:
        yield from _wrapped(_group_words(group), "  ")
    counts = ", ".join(f"{n} {grade}" for grade, n in found["n_figures"].items() if n)
    yield f"\nThe answer leans on {_count(sum(found['n_figures'].values()), 'figure')}: {counts}."
    yield "Value (bracket) and reason, those that move the answer most first."
    for grade, figures in (("Assumptions", found["assumptions"]), ("Estimates", found["estimates"])):
        yield f"\n{grade}: {len(figures)}"
        for figure in figures:
            yield from _wrapped(_figure_words(figure), "  ")
    if found["unknown"]:
        yield "\nNobody published"
        for key, words in found["unknown"].items():
            yield from _wrapped(f"{key}: {', '.join(words)}", "  ")
    yield f"\nSources: {len(found['sources'])}"
    for source in found["sources"]:
        yield from _wrapped(", ".join(source[key] for key in ("title", "publisher", "date") if source[key]), "  ")


def _defence(found: dict[str, Any]) -> Iterator[str]:
    """The units, and what they have in common."""
    for unit in found["units"]:
        yield from _wrapped(_unit_words(unit), "  ")
    if not found["units"]:
        return
    if any(unit["presence"] for unit in found["units"]):
        yield from _wrapped(_PRESENCE, "  ")
    for network in found["networks"]:
        yield from _wrapped(_network_words(network, found["doctrine"]), "  ")
    yield from _wrapped(f"doctrine: {_doctrine_words(found['doctrine'])}", "  ")
    yield from _wrapped(_common_words(found["common_mode"], found["common_mode_threat"]), "  ")


def place(found: dict[str, Any]) -> Iterator[str]:
    """What a place needs, for people."""
    where = found["place"]
    yield f"Place: {_position(where)}, radius {_si(where['radius_m'], 'm')}"
    yield "Nothing is fetched without --get. Sizes are estimates."
    for source in found["sources"]:
        yield ""
        datum = f", heights above {source['datum']}" if source.get("datum") else ""
        yield from _wrapped(f"{source['name']}{datum}: {source['note']}.")
        yield from _wrapped(f"licence: {source['licence']}", "  ")
        yield from _wrapped(f"credit: {source['attribution']}", "  ")
        for need in found["needs"]:
            if need["source"] == source["source"]:
                yield f"  {need['part']}: {need['name']}, about {_megabytes(need['n_bytes'])}"
                yield f"    {need['address']}"
    into = "" if found["file"] is None else f" --into {shlex.quote(found['file'])}"
    yield f"\nTogether about {_megabytes(found['n_bytes_estimated'])}, kept in {found['cache']}"
    if into:
        yield f"To get it and put it into the scenario:       {found['command']} --get{into}"
    else:
        yield f"To get it and print the lines for a scenario: {found['command']} --get"
    yield f"Fetched by hand, into one folder:             {found['command']} --from DIR{into}"


def got(found: dict[str, Any]) -> str:
    """Where the files of a place are, and what is next, for people."""
    files = f"files: {found['folder']}" if found["files"] else "no files were needed"
    if found["scenario"] is None:
        return f"{files}\nnext: put the lines in place of a scenario's `place:`, or have that done by --into FILE"
    name = shlex.quote(found["scenario"])
    return f"{files}\nnext: crenel check {name}; crenel run {name}"


def _megabytes(n_bytes: int) -> str:
    return f"{max(1, round(n_bytes / 1e6)):,} MB"


def published_raids(found: dict[str, Any]) -> Iterator[str]:
    """Raids as published, for people: what to write in a scenario for each."""
    yield "Nights: claims of one side, over a whole region. In a scenario's raid:"
    yield "  {as_published: 2024-11-17-ukraine, share: 5 %, to: …, from: …, starts: …}"
    for night in found["nights"]:
        came = ", ".join(f"{group['count']:,} {group['threat']}" for group in night["groups"])
        yield from _wrapped(f"{night['key']}  {came}", "  ")
    yield "\nThe largest night of a month: as_published: 2023-08-moscow"
    yield "\nThe median raid of a year: {threat: shahed-136, as_published: 2024, to: …}"
    yield f"  {'threat':<12} {'year':<5} {'median':>7} {'nine in ten up to':>18} {'most':>6} {'of raids':>9}"
    for size in found["years"]:
        yield (
            f"  {size['threat']:<12} {size['year']:<5} {size['median']:>7g} {size['p90']:>18g} {size['most']:>6,}"
            f" {size['n_raids']:>9,}"
        )


def _unit_words(unit: dict[str, Any]) -> str:
    evidence = unit["evidence"]
    error_m, up_m = evidence["position_error_m"], unit["mounted_m"]
    where = _position(unit) + (f" ± {_si(error_m, 'm')}" if error_m else "")
    up = f"{_si(up_m, 'm')} up" if up_m else "on the ground"
    if unit["facing_deg"] is not None:
        wide = f"{unit['sector_deg']:g}° about " if unit["sector_deg"] is not None else ""
        up += f", faces {wide}{unit['facing_deg']:g}°"
    said = evidence["status"] + (f" ({evidence['admiralty']})" if evidence["admiralty"] else "")
    if evidence["status"] != "assumed":
        said += f", identification {evidence['identified']}"
    if (there := unit["presence"]) is not None:
        said += f", presence {there['value']:.4g} ({there['low']:.4g} to {there['high']:.4g})"
    said += _works_words(unit["availability"])
    if unit["n_sectors"] > 1:
        said += f", {unit['n_sectors']} tracking radars of {360.0 / unit['n_sectors']:.4g}° each"
    if unit["guidance"]:
        said += ", its missiles home" if unit["guidance"] == "homing" else ", taken to guide its missiles to the end"
    return f"{unit['name']}: {unit['system_name']} [{unit['system']}], {where}, {up}, {said}"


def _works_words(chance: dict[str, Any] | None) -> str:
    if chance is None:
        return ""
    return f", works with probability {_three(chance, '1')}" if chance["high"] else ", never works (availability 0)"


def _network_words(network: dict[str, Any], doctrine: dict[str, Any]) -> str:
    delay_s, chance = network["delay_s"], network["availability"]
    passes = f"tracks reach the others after {_three(delay_s, 's')}" if delay_s["high"] else "tracks reach all at once"
    works = _works_words(chance) if chance["low"] < 1.0 else ", always works"
    own = "" if network["doctrine"] == doctrine else f"; its own doctrine: {_doctrine_words(network['doctrine'])}"
    return f"network {network['name']} ({_count(len(network['units']), 'unit')}): {passes}{works}{own}"


def _doctrine_words(doctrine: dict[str, Any]) -> str:
    salvo = [f"salvos of {n} against {_class(name)}" for name, n in doctrine["salvo"].items()]
    keep = [f"the last {n} missiles for {_class(name)} alone" for name, n in doctrine["keep"].items()]
    least = doctrine["least_pk"]
    silent = [f"silent where a shot kills with less than {least:g}"] if least else []
    rank = "the least time to its target first"
    if doctrine["rank"] == "value":
        rank = "the least time to its target, divided by the target's value, first"
    plan = "plans as if each threat flew straight on"
    if doctrine["planner"] == "knows_route":
        plan = "plans as if every route were known, the optimistic assumption"
    return "; ".join([*salvo, *keep, *silent, rank, plan])


def _common_words(raid: dict[str, Any] | None, threat: dict[str, Any] | None) -> str:
    told = [
        f"those {whose} share a correlation of {_three(found, '1')}"
        for whose, found in (("of a raid", raid), ("at one threat", threat))
        if found is not None and found["high"]
    ]
    return f"shots: {' and '.join(told)}" if told else "shots: independent of each other"


def _class(name: str) -> str:
    return name.replace("_", " ")


def _three(found: dict[str, Any], unit: str) -> str:
    low, value, high = (_si(found[key], unit) for key in ("low", "value", "high"))
    return value if low == high else f"{value} ({low} to {high})"


def _group_words(group: dict[str, Any]) -> str:
    low, high = group["from_deg"]
    around = "from all sides" if high - low >= 360.0 else f"from {low:g} to {high % 360.0:g}°"
    over = f"over {_si(group['within_s'], 's')}" if group["within_s"] else "all at once"
    if group["waves"] > 1:
        over = f"in {group['waves']} waves every {_si(group['wave_every_s'], 's')}, each {over}"
    decoy = ", decoys," if group["decoy"] else ""
    via = f", via {_count(len(group['via']), 'point')}" if group["via"] else ""
    above = "above the sea" if group["height_above"] == "sea" else "high"
    silences = ""
    if group["silences"]:
        silences = f", one that arrives silences the unit with probability {_three(group['silences'], '1')}"
    return (
        f"{group['name']}: {group['count']} × {group['threat_name']} [{group['threat']}]{decoy} to {group['to']},"
        f" {around}, starting {_span(group['starts_m'])} out{via}, {_span(group['height_m'])} {above}, {over}{silences}"
        + (f" ({group['note']})" if group["note"] else "")
    )


def _figure_words(figure: dict[str, Any]) -> str:
    value, low, high = (_si(figure[key], figure["unit"], figure["figure"]) for key in ("value", "low", "high"))
    bracket = f"({low} to {high})" if low != high else "(no bracket)"
    reason = f": {figure['note']}" if figure["note"] else ""
    return f"{figure['figure']}  {value} {bracket}{reason}"


def _wrapped(text: str, indent: str = "") -> list[str]:
    """Prose in lines that fit a screen."""
    return textwrap.wrap(
        text,
        width=100,
        initial_indent=indent,
        subsequent_indent=indent and 3 * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" + ("" if n == 1 else "s")


def _position(record: dict[str, Any]) -> str:
    lat_deg, lon_deg = record["lat_deg"], record["lon_deg"]
    return f"{abs(lat_deg):.4f} {'N' if lat_deg >= 0 else 'S'}, {abs(lon_deg):.4f} {'E' if lon_deg >= 0 else 'W'}"


def _span(ends_m: list[float]) -> str:
    low_m, high_m = ends_m
    return _si(low_m, "m") if low_m == high_m else f"{_si(low_m, 'm')} to {_si(high_m, 'm')}"


def _si(value: float, unit: str, figure: str = "") -> str:
    """An SI number as people write it."""
    if figure == "weather.rain":
        return f"{3.6e6 * value:.4g} mm/h"
    if unit == "Hz" and value >= 1e6:
        return f"{value / 1e9:.4g} GHz" if value >= 1e9 else f"{value / 1e6:.4g} MHz"
    if unit == "rad":
        return f"{math.degrees(value):.4g}°"
    if unit == "m" and abs(value) >= 1000.0:
        return f"{value / 1000.0:.4g} km"
    if unit == "s" and abs(value) >= 120.0 and value % 60.0 == 0.0:
        return f"{value / 60.0:.4g} min"
    return f"{value:.4g}" if unit in ("", "1") else f"{value:.4g} {unit}"


def verified(found: Mapping[str, Any]) -> Iterator[str]:
    """Whether a run came out the same again."""
    if found["same"]:
        yield f"{found['run']}: the same to the last digit"
        return
    yield f"{found['run']}: not the same"
    if found["crenel"]["then"] != found["crenel"]["now"]:
        yield f"   it was played with crenel {found['crenel']['then']}; this is {found['crenel']['now']}"
    yield from _first(
        f"   {row['where']}: then {_short(row['then'])}, now {_short(row['now'])}" for row in found["differs"]
    )
    if found["files"]:
        yield f"   files that differ: {len(found['files'])}, such as {found['files'][0]}"


def differing(found: Mapping[str, Any]) -> Iterator[str]:
    """What changed between two runs, and what that did to the answer."""
    yield f"{found['first']} and {found['second']}"
    if found["same"]:
        yield "nothing differs"
        return
    for part in ("asked", "place", "units", "assets", "groups", "figures"):
        if found[part]:
            yield f"{part}:"
            yield from _first(
                f"   {_named(row)}: {_short(row['first'])} -> {_short(row['second'])}" for row in found[part]
            )
    yield "the answer:"
    for name, label in (("leak", "threats that get through"), ("p_no_leak", "raids without a leak")):
        pair = found["answer"][name]
        first, second = pair["first"], pair["second"]
        beyond = "beyond chance" if pair["beyond_chance"] else "within chance"
        yield f"   {label}: {_told(first)} -> {_told(second)}, {beyond}"


def _first(rows: Iterable[str], most: int = 20) -> Iterator[str]:
    every = list(rows)
    yield from every[:most]
    if len(every) > most:
        yield f"   ... {len(every) - most} more: --json lists them"


def _named(row: Mapping[str, Any]) -> str:
    return f"{row['name']}, {row['what']}".removeprefix(", ")


def _told(estimate: Mapping[str, Any]) -> str:
    doubt = estimate.get("doubt")
    lo, hi = estimate["dice"]
    more = f"; {doubt[0]:.3g} to {doubt[1]:.3g} by what is not published" if doubt else ""
    return f"{estimate['mean']:.4g} ({lo:.4g} to {hi:.4g} by chance{more})"


def _short(value: Any) -> str:
    shown = str(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
