"""The page of coverage: one self-contained file with the answer first, in the look of a run's report."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any, Final

from crenel.report import answer, cover_drawing, cover_pictures, cover_words, numbers, plan, sections, words
from crenel.report.cover_drawing import STEPS_S, Compass
from crenel.report.drawing import NARROW, WIDE
from crenel.report.page import templates
from crenel.results.coverage import Coverage, Layer

NAME: Final = "cover.html"

_MOST_MAPS: Final = 4
_MOST_GAPS: Final = 24
_LEAST_LOST: Final = 0.005

_LIMITS: Final = (
    "Nobody in here plans a way in, and a side is never narrower than 15°.",
    "Held means: firm by then on at least one unit with an even chance, and in view there. A track that is lost by "
    "chance is not counted as lost; warning runs from the first firm track.",
    "Sight is taken as all or nothing: nothing bends round an edge. Other signals, jamming, birds and echoes from the "
    "ground itself are left out.",
)

Summary = Mapping[str, Any]


def html(coverage: Coverage) -> str:
    """The page of a coverage, as text."""
    summary = coverage.answer
    named = {**summary, "groups": _groups(summary)}
    return (
        templates()
        .get_template("cover.html.jinja")
        .render(
            head=_head(summary),
            shares=list(_shares(summary)),
            maps=list(_maps(coverage)),
            units=_units(summary),
            assets=[_asset(summary, asset) for asset in summary["assets"]],
            required=summary["question"]["requirement"] is not None,
            alarm=_alarm(summary),
            gaps=[_gap(gap, summary) for gap in summary["gaps"][:_MOST_GAPS]],
            n_more_gaps=max(len(summary["gaps"]) - _MOST_GAPS, 0),
            without=list(_without(summary)),
            place=sections.place(summary),
            assumptions=sections.figures(named, "assumptions"),
            assumption_count=answer.leans_on(named),
            figures=sections.figures(named, "figures"),
            sources=sections.sources(summary),
            limits=[*map(words.dated, summary["placards"][1:]), *_LIMITS, *_air(summary)],
            provenance=_provenance(coverage),
        )
    )


def _groups(summary: Summary) -> list[dict[str, Any]]:
    """The threats as the sections of a report know them."""
    return [{"threat": row["key"], "threat_name": row["name"]} for row in summary["question"]["threats"]]


def _head(summary: Summary) -> dict[str, Any]:
    scenario, question = summary["scenario"], summary["question"]
    flown = words.listed([words.clean(row["name"]) for row in question["threats"]])
    heights = words.listed([words.quantity(height_m, "m") for height_m in question["heights_m"]])
    told = cover_words.sentences(summary)
    return {
        "alone": answer.alone(summary),
        "title": words.clean(scenario["title"]),
        "day": words.day(scenario.get("when") or ""),
        "note": words.clean(scenario.get("note") or ""),
        "asked": f"{flown}, {heights} above the ground{_in_rain(summary)}",
        "sentences": told,
        "sentence": " ".join(told),
    }


def _in_rain(summary: Summary) -> str:
    rain = (summary["place"].get("air") or {}).get("rain_mps")
    if not rain or rain[2] <= 0.0:
        return ""
    low, value, high = rain
    figure = ("m/s", "weather.rain")
    return f", in rain of {words.bracket(low, high, *figure) or words.quantity(value, *figure)}"


def _shares(summary: Summary) -> Iterator[dict[str, str]]:
    names = {row["key"]: words.clean(row["name"]) for row in summary["question"]["threats"]}
    for row in summary["shares"]:
        dark = {reason: share for reason, share in row["reasons"].items() if reason != "visible" and share > 0.005}
        told = [
            f"{cover_words.percent(share)} {cover_words.CAUSES[reason]}"
            for reason, share in sorted(dark.items(), key=lambda pair: -pair[1])
        ]
        yield {
            "asset": words.clean(row["asset"]),
            "near": words.quantity(row["near_m"], "m"),
            "threat": names[row["threat"]],
            "height": words.quantity(row["height_m"], "m"),
            "in_sight": cover_words.percent(row["in_sight"]),
            "visible": cover_words.percent(row["visible"]),
            "held": cover_words.percent(row["held"]),
            "dark": ", ".join(told),
        }


def _maps(coverage: Coverage) -> Iterator[dict[str, Any]]:
    """Who sees it at each height, and how likely it is held at the headline's."""
    summary, grid = coverage.answer, coverage.rasters
    threat = summary["question"]["threats"][0]["key"]
    heights = summary["question"]["heights_m"]
    wanted_m = cover_words.headline_height(summary)
    shown = sorted(heights, key=lambda height_m: (height_m != wanted_m, abs(height_m - wanted_m)))[: _MOST_MAPS - 1]
    layers = list(grid.layers())
    chosen = [
        layer
        for kind, at in [("reason_any", sorted(shown)), ("p_held", [wanted_m])]
        for layer in layers
        if layer.kind == kind and layer.threat == threat and layer.height_m in at
        and layer.asset in ("", summary["assets"][0]["name"])
    ]  # fmt: skip
    for number, layer in enumerate(chosen):
        yield _map(layer, coverage, f"cells-{number}")


def _map(layer: Layer, coverage: Coverage, name: str) -> dict[str, Any]:
    summary, grid = coverage.answer, coverage.rasters
    extent_m = cover_pictures.extent_m(grid)
    half_m = max(extent_m[2] - extent_m[0], extent_m[3] - extent_m[1]) / 2.0
    middle = ((extent_m[0] + extent_m[2]) / 2.0, (extent_m[1] + extent_m[3]) / 2.0)
    picture = _picture(summary, half_m, middle, extent_m)
    left, top, width, height = plan.ground(picture, {**summary, "groups": []}).extent
    address = "data:image/png;base64," + base64.b64encode(cover_pictures.map_png(layer, grid)).decode("ascii")
    legend = cover_pictures.legend_rows(layer, grid)
    title = cover_pictures.title(layer)
    target = cover_pictures.target(layer, summary)
    told = "; ".join(f"{words_} {cover_words.percent(share)}" for _, words_, share in legend)
    alt = f"Map, {words.quantity(2.0 * half_m, 'm')} across, north up. {title}: {target}. {told}."
    drawn = [plan.notes(picture, {**summary, "groups": []}, width_) for width_ in (WIDE, NARROW)]
    return {
        "title": title,
        "target": target,
        "store": cover_drawing.map_store(name, address, (left, top, width, height), plan.SIDE),
        "wide": cover_drawing.map_drawing(drawn[0], alt, name),
        "narrow": cover_drawing.map_drawing(drawn[1], alt, name),
        "legend": [(colour, told_, cover_words.percent(share)) for colour, told_, share in legend],
    }


def _picture(
    summary: Summary, half_m: float, middle: tuple[float, float], extent_m: tuple[float, float, float, float]
) -> dict[str, Any]:
    """What the plan of a run's map is made from, without rings and approaches."""
    west, south, east, north = extent_m
    return {
        "half_width_m": half_m,
        "terrain": "raster",
        "units": [
            {
                "name": row["name"],
                "east_m": row["east_m"] - middle[0],
                "north_m": row["north_m"] - middle[1],
                "position_error_m": 0.0,
                "status": row["evidence"]["status"],
            }
            for row in summary["units"]
        ],
        "assets": [
            {**row, "east_m": row["east_m"] - middle[0], "north_m": row["north_m"] - middle[1]}
            for row in summary["assets"]
        ],
        "groups": [],
        "rings": [],
        "extent_m": [west - middle[0], south - middle[1], east - middle[0], north - middle[1]],
    }


def _units(summary: Summary) -> list[dict[str, Any]]:
    from crenel.report.plan_drawing import key_mark

    return [
        {
            "mark": key_mark(number, plan.FIRM.get(row["evidence"]["status"], "weak")),
            "name": words.clean(row["name"]),
            "system": words.clean(row["system_name"]),
            "status": words.EVIDENCE.get(row["evidence"]["status"], row["evidence"]["status"]),
            "error": words.quantity(row["position_error_m"], "m") if row["position_error_m"] else "",
            "sees": row["sees"],
            "faces": _faces(row),
        }
        for number, row in enumerate(summary["units"], start=1)
    ]


def _faces(row: Mapping[str, Any]) -> str:
    if row.get("sector_deg") is None:
        return ""
    return f"looks {row['sector_deg']:.0f}° wide about {row['facing_deg']:.0f}°"


def _asset(summary: Summary, asset: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": words.clean(asset["name"]),
        "radius": words.quantity(asset["radius_m"], "m"),
        "threats": [_against(summary, asset["name"], threat) for threat in summary["question"]["threats"]],
    }


def _against(summary: Summary, asset: str, threat: Mapping[str, Any]) -> dict[str, Any]:
    rows = [row for row in summary["azimuths"] if row["asset"] == asset and row["threat"] == threat["key"]]
    sides = [row for row in summary["warning"] if row["asset"] == asset and row["threat"] == threat["key"]]
    wanted_m = cover_words.headline_height(summary)
    low_m, high_m = threat["starts_m"]
    return {
        "name": words.clean(threat["name"]),
        "starts": words.distances(low_m, high_m),
        "speed": f"{numbers.significant(threat['speed_mps'])} m/s",
        "key": [(cover_drawing.line_key(n), words.quantity(row["height_m"], "m")) for n, row in enumerate(rows)],
        "compasses": list(_compasses(summary, rows, asset)),
        "sides": [_side(row) for row in sides if row["height_m"] == wanted_m],
        "others": [_side(row) for row in sides if row["height_m"] != wanted_m],
        "several_starts": low_m < high_m,
    }


def _compasses(summary: Summary, rows: list[Mapping[str, Any]], asset: str) -> Iterator[tuple[str, Any]]:
    wanted = (summary["question"]["requirement"] or {}).get("warning_s", 0.0)
    late = tuple(tuple(row["worst_s"]) for row in rows)
    whole, rings = cover_drawing.nice_rings(max(*map(max, late), wanted), cover_words.seconds, STEPS_S)
    alt = f"Compass around {asset}: warning time by direction, nine threats of ten. The table gives it side by side."
    yield "Warning time, nine threats of ten", cover_drawing.compass(Compass(late, whole, rings, alt, wanted))
    firm = tuple(tuple(away or 0.0 for away in row["first_firm_m"]) for row in rows)
    whole, rings = cover_drawing.nice_rings(max(map(max, firm)), lambda value: words.quantity(value, "m"))
    alt = f"Compass around {asset}: how far out the median threat is first held, by direction."
    yield "Where it is first held", cover_drawing.compass(Compass(firm, whole, rings, alt))
    depth = tuple(_busiest(row["engagements"]) for row in rows)
    if any(any(series) for series in depth):
        whole, rings = cover_drawing.nice_rings(max(map(max, depth)), lambda value: f"{value:.0f}")
        alt = f"Compass around {asset}: engagements that the busiest unit can start one after another, by direction."
        yield "Depth of fire, engagements", cover_drawing.compass(Compass(depth, whole, rings, alt, stepped=True))


def _busiest(engagements: Mapping[str, list[int]]) -> tuple[float, ...]:
    return tuple(float(max(counts)) for counts in zip(*engagements.values(), strict=True)) or (0.0,)


def _side(row: Mapping[str, Any]) -> dict[str, Any]:
    held = row["worst_s"] > 0.0
    left = ""
    if row["left_low_s"] is not None:
        low, high = row["left_low_s"], row["left_high_s"]
        left = "none" if high <= 0.0 else cover_words.short_seconds(max(low, 0.0), high)
    return {
        "height": words.quantity(row["height_m"], "m"),
        "starts": words.quantity(row["starts_m"], "m"),
        "where": words.directions(row["from_deg"], row["to_deg"]),
        "points": words.side(row["from_deg"], row["to_deg"]),
        "warning": cover_words.short_seconds(row["warning_s"]) if row["warning_s"] > 0.0 else "none",
        "worst": cover_words.short_seconds(row["worst_s"]) if held else "none",
        "first_firm": words.quantity(row["first_firm_m"], "m") if row["first_firm_m"] else "never",
        "reason": "–" if row["reason"] == "visible" and held else cover_words.CAUSES[row["reason"]],
        "left": left,
        "passes": {True: "met", False: "missed", None: ""}[row["passes"]],
    }


def _alarm(summary: Summary) -> str:
    alarm = summary["question"]["alarm"]
    if alarm is None:
        return ""
    low, high = alarm["decide_s"]
    decide = cover_words.seconds(low) if low == high else f"{cover_words.seconds(low)} to {cover_words.seconds(high)}"
    return f"{decide} to decide and {cover_words.seconds(alarm['act_s'])} to act"


def _gap(gap: Mapping[str, Any], summary: Summary) -> dict[str, str]:
    names = {row["key"]: words.clean(row["name"]) for row in summary["question"]["threats"]}
    return {
        "where": words.directions(gap["from_deg"], gap["to_deg"]),
        "points": "" if gap["to_deg"] - gap["from_deg"] >= 360.0 else words.side(gap["from_deg"], gap["to_deg"]),
        "asset": words.clean(gap["asset"]),
        "threat": names.get(gap["threat"], gap["threat"]),
        "height": words.quantity(gap["height_m"], "m"),
        "kind": cover_words.KINDS[gap["kind"]],
        "share": cover_words.percent(gap["share"]),
        "cause": cover_words.CAUSES[gap["cause"]],
        "remedy": words.clean(gap["remedy"]) or "not tried",
    }


def _without(summary: Summary) -> Iterator[dict[str, str]]:
    """What is lost with any one unit, at the headline's height."""
    threat, height_m = summary["question"]["threats"][0]["key"], cover_words.headline_height(summary)
    for row in summary["without"]:
        if row["threat"] == threat and row["height_m"] == height_m:
            lost = {key: row[f"{key}_lost"] for key in ("in_sight", "visible", "held")}
            yield {
                "unit": words.clean(row["unit"]),
                "asset": words.clean(row["asset"]),
                **{key: cover_words.percent(v) if v >= _LEAST_LOST else "nothing" for key, v in lost.items()},
                "warning": _warning_left(row),
            }


def _warning_left(row: Mapping[str, Any]) -> str:
    before_s, left_s = row["worst_s"], row["worst_left_s"]
    if before_s <= 0.0:
        return "none anyway"
    if before_s - left_s < 1.0:
        return "as before"
    left = cover_words.short_seconds(left_s) if left_s > 0.0 else "none"
    return f"{left}, not {cover_words.short_seconds(before_s)}"


def _air(summary: Summary) -> list[str]:
    """What was not asked of air and ground; what was is a placard."""
    air = summary["place"].get("air") or {"frequency_hz": {}, "surface": "rough"}
    if not air["frequency_hz"]:
        return []
    told = []
    if air["surface"] == "rough":
        told.append(
            "Radar waves meet rough ground, which mirrors nothing. Over water or a plain, echoes of what flies low "
            "come and go: say surface: sea, or flat."
        )
    if air.get("rain_mps") is None:
        told.append("The air is taken as clear. Rain would shorten what short waves see: say weather: {rain: 5 mm/h}.")
    return told


def _provenance(coverage: Coverage) -> list[tuple[str, str]]:
    summary, grid = coverage.answer, coverage.rasters
    n_rows, n_columns = grid.shape
    return [
        ("Program", f"crenel {words.clean(summary['crenel'])}, coverage format {summary['coverage']}"),
        ("Scenario", words.clean(summary["scenario"]["name"])),
        ("Cells", f"{n_columns:,} by {n_rows:,} of {words.quantity(grid.cell_m, 'm')}"),
        ("Projection", grid.projection),
        ("Question hash", words.clean(summary["scenario"]["hash"])),
        (
            "Beside this page",
            "layers/ (GeoTIFF), pictures/ (PNG), outlines.geojson, outlines.kml, warning.csv, gaps.csv",
        ),
    ]
