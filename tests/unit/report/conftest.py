"""A run folder as a run would leave it: made up, but with the shapes and sizes of the Moscow example."""

import json
import math
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

CAUSES = ("missed", "unseen", "undetected", "out_of_reach", "too_late", "saturated", "held", "no_rounds")


def dice(mean: float, half: float) -> dict[str, Any]:
    return {"mean": mean, "dice": [max(0.0, mean - half), mean + half]}


def unit(name: str, place: tuple[float, float], status: str, note: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "system": "pantsir-s1",
        "system_name": "Pantsir-S1",
        "lat_deg": place[0],
        "lon_deg": place[1],
        "position_error_m": 300.0,
        "mounted_m": 28.0,
        "network": "moscow",
        "evidence": {
            "status": status,
            "source": "afp-2023-01-20",
            "seen": "2023-01-20",
            "identified": "likely",
            "note": note,
        },
        "stopped": 3.1,
        "rounds_fired": 6.4,
    } | more


def figure(name: str, value: float, low: float, high: float, unit: str, grade: str, **more: Any) -> dict[str, Any]:
    return {
        "figure": name,
        "value": value,
        "low": low,
        "high": high,
        "unit": unit,
        "grade": grade,
        "note": "",
        "sources": [],
        "used_by": ["Defence ministry", "Centre rooftop", "Novo-Ogaryovo"],
        "origin": "catalogue",
        "bears_on": "failure" if name.endswith("own_failure") else "distance",
    } | more


def rung(status: str, label: str, added: int, units: int, leak: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "status": status,
        "label": label,
        "added": added,
        "units": units,
        "leak": leak,
        "p_no_leak": leak and {"mean": 0.0, "dice": [0.0, 0.0006]},
        "note": "" if leak else "no unit has this status",
    }


def evidence() -> dict[str, Any]:
    return {
        "ladder": [
            rung("official", "officially acknowledged", 0, 0, None),
            rung("verified", "+ placed and dated by a named party", 0, 0, None),
            rung("pictured", "+ seen in pictures", 1, 1, dice(10.4, 0.1)),
            rung("reported", "+ reported", 1, 2, dice(8.6, 0.1)),
            rung("all", "+ claimed or assumed: all of them", 1, 3, dice(7.17, 0.09)),
        ],
        "weighted": {"low": dice(11.3, 0.2), "mid": dice(9.5, 0.2), "high": dice(8.1, 0.2)},
        "weighted_p_no_leak": {end: {"mean": 0.0, "dice": [0.0, 0.0006]} for end in ("low", "mid", "high")},
        "presence": [
            {"name": "Defence ministry", "low": 0.8, "value": 0.9, "high": 1.0, "grade": "estimate"},
            {"name": "Centre rooftop", "low": 0.2, "value": 0.5, "high": 0.7, "grade": "assumption"},
            None,
        ],
        "undefended": {"leak": 15.71},
    }


def curve() -> list[list[float]]:
    rows = []
    for step in range(11):
        p = step / 10
        leak = 2.14 + 13.6 * (1 - p) ** 2.1
        rows.append([p, leak, leak - 0.12, leak + 0.12])
    return rows


def make_summary() -> dict[str, Any]:
    fates = {"missile": 0.463, "gun": 0.071, "soft_kill": 0.0, "own_failure": 0.018, "leaked": 0.448}
    causes = dict.fromkeys(CAUSES, 0.0) | {
        "missed": 0.236,
        "out_of_reach": 0.024,
        "unseen": 0.092,
        "too_late": 0.051,
        "saturated": 0.041,
        "undetected": 0.004,
    }
    figures = [
        figure("pantsir-s1.radar.search_range", 36_000, 30_000, 36_000, "m", "press", sources=["apa"]),
        figure(
            "pantsir-s1.radar.pd_at_ref", 0.8, 0.5, 0.9, "1", "assumption",
            note="Unpublished; the usual convention for a quoted radar range.",
        ),
        figure("pantsir-s1.radar.elevation_max", 1.047, 0.9, 1.4, "rad", "assumption", note="No figure is published."),
        figure(
            "pantsir-s1.missile.pk.drone", 0.5, 0.3, 0.8, "1", "assumption",
            note="No trial or war record gives a single-shot figure; the bracket spans every press claim.",
        ),
        figure("pantsir-s1.missile.pk.cruise", 0.45, 0.3, 0.75, "1", "estimate", sources=["catalogo"]),
        figure("pantsir-s1.missile.range_max", 20_000, 18_000, 20_000, "m", "press", sources=["apa", "tass"]),
        figure("pantsir-s1.missile.rounds", 12, 12, 12, "1", "press", sources=["tass"]),
        figure(
            "pantsir-s1.reaction", 6, 4, 12, "s", "assumption",
            note="4 to 6 s is advertised; a crew in peace time is slower.",
        ),
        figure("pantsir-s1.assessment", 2, 1, 5, "s", "assumption", note="Not published for this system."),
        figure("shahed-136.rcs", 0.05, 0.01, 0.2, "m2", "assumption", note="No measurement is public."),
        figure("shahed-136.own_failure", 0.02, 0, 0.1, "1", "assumption", note="Losses without a shot are on record."),
        figure(
            "model.rcs_pass_sigma", 4, 2, 6, "dB", "assumption", used_by=["model"],
            note="Aspect and shape change the echo from one approach to the next.",
        ),
        figure(
            "unit:Centre rooftop.mounted", 40, 30, 60, "m", "assumption", used_by=["Centre rooftop"],
            note="Counted from floors in the video.",
        ),
    ]  # fmt: skip
    return {
        "results": 1,
        "crenel": "0.1.0",
        "scenario": {
            "name": "moscow-rooftops",
            "title": "Rooftop systems in Moscow, January 2023",
            "when": "2023-01-20",
            "hash": "5f3a9c1e77d2b04a8f" + "0" * 46,
            "note": "Positions are estimates to some hundreds of metres.",
        },
        "seed": 1,
        "replicates": 6400,
        "blocks": 16,
        "passes": 64,
        "threats": 16,
        "units": [
            unit("Defence ministry", (55.729, 37.590), "pictured", "On the ministry building along the Moskva river."),
            unit("Centre rooftop", (55.748, 37.655), "claimed", "A video purportedly shows it hoisted onto a roof."),
            unit(
                "Novo-Ogaryovo", (55.700, 37.300), "reported", "Some 10 km from the residence.",
                position_error_m=3000.0, stopped=1.2, rounds_fired=2.5,
            ),
        ],
        "groups": [
            {
                "name": "drones", "threat": "shahed-136", "threat_name": "Shahed-136", "count": 12,
                "to": "City centre", "from_deg": [150, 240], "starts_m": [60_000, 60_000], "height_m": [100, 1500],
                "leak_share": dice(0.42, 0.006),
            },
            {
                "name": "cruise missiles", "threat": "kalibr", "threat_name": "3M-14 Kalibr", "count": 4,
                "to": "Ministry quarter", "from_deg": [250, 300], "starts_m": [80_000, 80_000],
                "height_m": [50, 50], "leak_share": dice(0.532, 0.011),
            },
        ],
        "assets": [
            {
                "name": "City centre", "lat_deg": 55.752, "lon_deg": 37.618, "radius_m": 1000, "value": 1,
                "threats": 12, "leak": dice(5.04, 0.07),
            },
            {
                "name": "Ministry quarter", "lat_deg": 55.729, "lon_deg": 37.590, "radius_m": 500, "value": 1,
                "threats": 4, "leak": dice(2.13, 0.045),
            },
        ],
        "sectors": [
            {
                "from_deg": low, "to_deg": low + 30, "share_of_threats": share,
                "leak_share": dice(leak, 0.012),
                "causes": {"missed": leak * 0.5, "unseen": leak * 0.3, top: leak * 0.6},
            }
            for low, share, leak, top in (
                (150, 0.25, 0.39, "missed"), (180, 0.25, 0.40, "missed"), (210, 0.25, 0.47, "unseen"),
                (240, 0.05, 0.49, "unseen"), (270, 0.2, 0.54, "too_late"),
            )
        ],
        "leak": dice(7.17, 0.09),
        "leak_share": dice(0.448, 0.0056),
        "p_no_leak": {"mean": 0.0, "dice": [0.0, 0.0006]},
        "leak_quantiles": {"p05": 4, "p50": 7, "p95": 10},
        "undefended": {"leak": 15.71},
        "evidence": evidence(),
        "pk": {
            "stated": [
                {
                    "unit_system": "pantsir-s1", "weapon": weapon, "threat_class": target, "value": value,
                    "low": low, "high": high, "grade": grade, "sources": [],
                }
                for weapon, target, value, low, high, grade in (
                    ("missile", "drone", 0.5, 0.3, 0.8, "assumption"),
                    ("missile", "cruise", 0.45, 0.3, 0.75, "estimate"),
                    ("gun", "drone", 0.35, 0.2, 0.6, "assumption"),
                    ("gun", "cruise", 0.3, 0.1, 0.5, "assumption"),
                )
            ],
            "published": None,
            "bracket": [0.3, 0.8],
            "grade": "assumption",
            "curve": curve(),
            "no_leak": [[step / 10, 0.0, 0.0, 0.0006] for step in range(11)],
            "floor": dice(2.14, 0.08) | {
                "share": 0.134,
                "causes": dict.fromkeys(CAUSES, 0.0) | {"unseen": 1.31, "out_of_reach": 0.41, "too_late": 0.34,
                                                        "undetected": 0.08},
            },
            "break_even": {
                "half": 0.37, "tenth": None, "none": None,
                "reached": {"half": "within the bracket", "tenth": "never", "none": "never"},
            },
        },
        "fates": fates,
        "causes": causes,
        "reengage_blocked": 0.11,
        "rounds_fired": {"missile": 15.3, "gun_bursts": 4.1},
        "assumptions": [entry for entry in figures if entry["grade"] == "assumption"],
        "figures": figures,
        "sources": [
            {
                "key": "afp-2023-01-20", "title": "Kremlin keeps mum on missile systems seen on Moscow rooftops",
                "publisher": "AFP", "date": "2023-01-20", "address": "",
            },
            {
                "key": "apa", "title": "KBP 2K22/2K22M/M1 Tunguska; Pantsir-S1 (APA-TR-2009-0703)",
                "publisher": "Air Power Australia", "date": "2012-01-01",
                "address": "https://www.ausairpower.net/APA-96K6-Pantsir-2K22-Tunguska.html",
            },
            {
                "key": "tass", "title": "Pantsir-S1 anti-aircraft system", "publisher": "TASS", "date": "2016-05-11",
                "address": "https://tass.com/defense/875017",
            },
            {
                "key": "catalogo", "title": "Cielo Cerrado, catalogue of ranges", "publisher": "", "date": "",
                "address": "github:AltaLasagnaS/cielo-cerrado:docs/CATALOGO.md",
            },
        ],
        "weakest_grade": "assumption",
        "weakest_grade_by_stage": {"sensing": "assumption", "reach": "assumption", "kill": "assumption"},
        "stages": {
            "sensing": {
                "grade": "assumption", "figures": 6, "unpublished": 5, "estimates": 0, "sources": ["tass", "apa"],
            },
            "reach": {"grade": "estimate", "figures": 4, "unpublished": 0, "estimates": 1, "sources": ["tass"]},
            "kill": {"grade": "assumption", "figures": 2, "unpublished": 1, "estimates": 1, "sources": []},
        },
        "placards": [
            "These 3 units alone; others may exist.",
            "The route starts outside the terrain for 20 km; there it is never in sight."],
        "place": {
            "centre_lat_deg": 55.74, "centre_lon_deg": 37.60, "radius_m": 40_000, "terrain": "flat 150 m",
            "datum": "as stated", "notes": [], "attribution": "",
        },
        "fallback_looks_share": 0.012,
        "picture": {"threat": "shahed-136", "height_m": 100},
    }  # fmt: skip


def circle(east: float, north: float, radius: float, wobble: float = 0.0) -> list[list[float]]:
    points = []
    for bearing in range(0, 360, 2):
        angle = math.radians(bearing)
        reach = radius * (1 + wobble * math.sin(3 * angle) + wobble / 2 * math.sin(7 * angle + 1))
        points.append([east + reach * math.sin(angle), north + reach * math.cos(angle)])
    return points


def make_picture(*, raster: bool = False) -> dict[str, Any]:
    units = (
        ("Defence ministry", -600.0, -1200.0, "pictured", 300.0),
        ("Centre rooftop", 3450.0, 900.0, "claimed", 300.0),
        ("Novo-Ogaryovo", -18800.0, -4400.0, "reported", 3000.0),
    )
    wobble = 0.06 if raster else 0.0
    reaches = {"detection": 17_900.0, "missile": 16_500.0, "gun": 4_000.0} | ({} if raster else {"sight": 38_000.0})
    return {
        "half_width_m": 40_000.0,
        "threat": "shahed-136",
        "threat_name": "Shahed-136",
        "height_m": 100.0,
        "terrain": "raster" if raster else "flat",
        "hillshade": "hillshade.png" if raster else None,
        "units": [
            {
                "name": name, "system_name": "Pantsir-S1", "east_m": east, "north_m": north,
                "position_error_m": error, "status": status,
            }
            for name, east, north, status, error in units
        ],
        "assets": [
            {"name": "City centre", "east_m": 1130.0, "north_m": 1340.0, "radius_m": 1000.0},
            {"name": "Ministry quarter", "east_m": -640.0, "north_m": -1220.0, "radius_m": 500.0},
        ],
        "groups": [
            {
                "name": "drones", "to": "City centre", "east_m": 1130.0, "north_m": 1340.0,
                "from_deg": [150, 240], "starts_m": [60_000, 60_000],
            },
            {
                "name": "cruise missiles", "to": "Ministry quarter", "east_m": -640.0, "north_m": -1220.0,
                "from_deg": [250, 300], "starts_m": [80_000, 80_000],
            },
        ],
        "rings": [
            {"unit": name, "kind": kind, "polygon": circle(east, north, radius, wobble)}
            for name, east, north, _, _ in units
            for kind, radius in reaches.items()
        ],
        "sight": [{"unit": name, "png": f"sight-{i}.png"} for i, (name, *_) in enumerate(units)] if raster else [],
        "extent_m": [-40_000.0, -40_000.0, 40_000.0, 40_000.0],
    }  # fmt: skip


def png(bands: np.ndarray) -> bytes:
    """(rows, columns) grey or (rows, columns, 4) RGBA as PNG."""
    rows, columns = bands.shape[:2]
    raw = b"".join(b"\0" + bands[row].tobytes() for row in range(rows))
    header = struct.pack(">IIBBBBB", columns, rows, 8, 6 if bands.ndim == 3 else 0, 0, 0, 0)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def relief(side: int = 800) -> np.ndarray:
    """Shaded made-up hills: smooth waves with a little grain, so that it packs as badly as real ground."""
    north, east = np.mgrid[0:side, 0:side] / side * 2 * math.pi
    height = (
        np.sin(2 * east + np.cos(3 * north)) + 0.5 * np.sin(5 * north + east) + 0.25 * np.sin(11 * east - 7 * north)
    )
    slope = np.gradient(height, axis=0) + np.gradient(height, axis=1)
    grain = np.random.default_rng(1).normal(0, 3, slope.shape)
    return np.clip(190 + slope * 900 / max(1, 1e-9 + np.abs(slope).max() * 20) * 8 + grain, 60, 255).astype(np.uint8)


def write_folder(folder: Path, *, raster: bool = False, summary: dict[str, Any] | None = None) -> Path:
    (folder / "maps").mkdir(parents=True)
    found = summary or make_summary()
    if raster and summary is None:
        found["place"] |= {"terrain": "ridge.tif", "datum": "EGM96", "notes": ["reprojected from EPSG:4326"]}
    (folder / "summary.json").write_text(json.dumps(found), encoding="utf-8")
    (folder / "case.json").write_text("{}", encoding="utf-8")
    manifest = {
        "results": 1,
        "crenel": "0.1.0",
        "environment": {"python": "3.11.9", "numpy": "2.3.1", "numba": "0.68.0"},
        "name": "moscow-rooftops",
        "title": "Rooftop systems in Moscow, January 2023",
        "seed": 1,
        "scenario": "5f3a9c1e77d2b04a8f" + "0" * 46,
        "figures": "ab12" * 16,
        "terrain": None,
        "tables": "cd34" * 16,
        "replicates": 6400,
        "blocks": 16,
        "n_passes": 64,
        "threats": 16,
        "sources": ["afp-2023-01-20", "apa", "tass", "catalogo"],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "maps" / "picture.json").write_text(json.dumps(make_picture(raster=raster)), encoding="utf-8")
    if raster:
        (folder / "maps" / "hillshade.png").write_bytes(png(relief()))
        for index in range(3):
            shade = np.zeros((800, 800, 4), np.uint8)
            shade[relief() < 185 - 2 * index] = (20, 20, 20, 120)
            (folder / "maps" / f"sight-{index}.png").write_bytes(png(shade))
    return folder


@pytest.fixture
def summary() -> dict[str, Any]:
    return make_summary()


@pytest.fixture
def picture() -> Callable[..., dict[str, Any]]:
    return make_picture


@pytest.fixture
def as_png() -> Callable[[np.ndarray], bytes]:
    return png


@pytest.fixture
def run_folder(tmp_path: Path) -> Callable[..., Path]:
    def make(**choices: Any) -> Path:
        return write_folder(tmp_path / "run", **choices)

    return make
