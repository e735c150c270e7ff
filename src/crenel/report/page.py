"""Write the report: one self-contained page from a run folder alone, the same bytes each time."""

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from crenel.report import answer, charts, doubts, drawing, fallen, plan, plan_drawing, saved, sections, words
from crenel.report import folder as run_folder
from crenel.report.embedded import embedded
from crenel.report.folder import Pictures, Run

NAME: Final = "report.html"

_BEYOND: Final = " (beyond this map)"


def write(folder: Path) -> Path:
    """Write `report.html` into a run folder.

    Parameters
    ----------
    folder : Path
        A run folder; read are `summary.json`, `manifest.json` and `maps/`.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    CrenelError
        The folder is none, is incomplete, or has a format that this version cannot read.
    """
    page = html(run_folder.read(folder)).encode("utf-8")
    path = folder / NAME
    unfinished = folder / f"{NAME}.tmp"
    with unfinished.open("wb") as out:
        out.write(page)
        out.flush()
        os.fsync(out.fileno())
    unfinished.replace(path)
    return path


def html(run: Run) -> str:
    """The page of a run, as text."""
    summary = run.summary
    return (
        templates()
        .get_template("report.html.jinja")
        .render(
            head=sections.head(summary),
            n=f"{summary['threats']:,}",
            armed=answer.armed(summary),
            floor=sections.floor(summary),
            curve=sections.curve(summary),
            break_even=sections.break_even(summary),
            stated=sections.stated(summary),
            doubt=sections.doubt(summary),
            checks=doubts.flagged(summary),
            ladder=sections.ladder(summary),
            map=_map(run.pictures, summary) if run.pictures else None,
            fates=[(bar, drawing.bar(bar)) for bar in charts.fate_bars(summary)],
            causes=[(bar, drawing.bar(bar)) for bar in charts.cause_bars(summary)],
            fallen=fallen.section(summary),
            decoys=answer.decoys(summary),
            saved=saved.rows(run.saved) if run.saved else [],
            about_saved=saved.ABOUT,
            ring=drawing.ring(charts.ring(summary)) if summary.get("sectors") else "",
            sectors=sections.sectors(summary),
            assets=sections.assets(summary),
            groups=sections.groups(summary),
            units=sections.units(summary),
            place=sections.place(summary),
            assumptions=sections.figures(summary, "assumptions"),
            leans_on=answer.leans_on(summary),
            figures=sections.figures(summary, "figures"),
            sources=sections.sources(summary),
            limits=answer.limits(summary),
            trust=sections.trust(summary),
            provenance=sections.provenance(summary, run.manifest),
            embedded=embedded(summary, run.text) if run.text else "",
        )
    )


def _map(pictures: Pictures, summary: answer.Summary) -> dict[str, Any]:
    picture = pictures.plan
    layer, alt = plan.ground(picture, summary, pictures.land), plan.alt(picture, summary)
    wide, narrow = (plan.notes(picture, summary, width) for width in (drawing.WIDE, drawing.NARROW))
    return {
        "store": plan_drawing.ground(layer, pictures),
        "wide": plan_drawing.annotated(wide, alt),
        "narrow": plan_drawing.annotated(narrow, alt),
        "dark": bool(pictures.hidden),
        "built": bool(pictures.buildings),
        "land": bool(layer.areas or layer.ways),
        "caption": plan.caption(picture, summary),
        "attribution": words.said(summary["place"].get("attribution") or ""),
        "lines": [
            (plan_drawing.key_line(kind), _ring_words(kind, picture) + ("" if plan.shown(layer, kind) else _BEYOND))
            for kind in plan.KINDS
            if kind in layer.rings
        ],
        "units": [
            {
                "mark": plan_drawing.key_mark(number, plan.FIRM.get(unit["status"], "weak")),
                "name": words.clean(unit["name"]),
                "system": words.clean(unit["system_name"]),
                "status": words.EVIDENCE.get(unit["status"], unit["status"]),
                "error": words.quantity(unit["position_error_m"], "m") if unit["position_error_m"] else "",
                # A circle no wider than the mark itself is not seen, so the key does not point at it.
                "circled": radius > plan.MARK_RADIUS,
            }
            for number, (unit, (_, radius)) in enumerate(zip(picture["units"], layer.errors, strict=True), start=1)
        ],
        "approaches": [approach.told for approach in layer.approaches if approach.told],
    }


def _ring_words(kind: str, picture: Mapping[str, Any]) -> str:
    masked = kind in ("detection", "jamming") and picture["terrain"] != "flat"
    return words.RINGS[kind] + (", where nothing hides it" if masked else "")


def _kept_together(value: Any) -> Any:
    """A number and its % sign stay on one line; drawings are left alone."""
    return value.replace(" %", "\u00a0%") if isinstance(value, str) and not isinstance(value, Markup) else value


@lru_cache(maxsize=1)
def templates() -> Environment:
    """The templates of every page: all that they are given is escaped."""
    return Environment(
        loader=PackageLoader("crenel.report"),
        # The names end in .jinja, so escaping is switched on for all rather than by ending.
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_kept_together,
        trim_blocks=True,
        lstrip_blocks=True,
    )
