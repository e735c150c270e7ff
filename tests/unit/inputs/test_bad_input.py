"""Every way in which the input can be wrong: one clear error, with its place and remedy, and nothing else happens."""

import random
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crenel.core.records import Bracket, CrenelError, Scenario
from crenel.inputs import InputError, load, read

Reading = Callable[[str], Scenario[Bracket]]
Spoiled = Callable[..., str]

BOMB = "a: &a [x, x, x]\n" + "".join(
    f"{n}: &{n} [*{p}, *{p}, *{p}]\n" for p, n in zip("abcdefg", "bcdefgh", strict=True)
)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r": the file is empty"),
        (b"# only a comment\n", r": the file is empty"),
        (b"- crenel: 1\n", r":1:1: the file's top level is a list"),
        (b"just words\n", r":1:1: the file's top level is a single piece of text"),
        (b"\x7fELF\x02\x01\x01\x00\x00", r":1: the file holds a NUL byte"),
        (b"crenel: 1\ntitle: a\x00b\n", r":2: the file holds a NUL byte"),
        (b"\x89PNG\r\n\x1a\n\xff\xd8", r":1:1: the file is not UTF-8"),
        ("crenel: 1\ntitle: Café\n".encode("latin-1"), r":2:11: the file is not UTF-8"),
        (b"crenel: 1\nnote: " + b"x" * 2_000_001, r": the file is larger than 2 MB"),
        (b"crenel: 1\ntitle: [a\nwhen: 2\n", r":3:\d+: this is broken YAML"),
        (b"crenel: 1\n\ttitle: a\n", r":2:1: this is broken YAML"),
        (b"crenel: 1\ntitle: \x07\n", r": this is not YAML"),
        (BOMB.encode(), r":1:4: an anchor"),
        (b"crenel: 1\ntitle: *a\n", r":2:8: an alias"),
        (b"crenel: !!python/object/apply:os.system [true]\n", r":1:9: a tag"),
        (b"crenel: !own 1\n", r":1:9: a tag"),
        (b"crenel: 1\ntitle: " + b"[" * 100_000, r":2:\d+: brackets or lists nest deeper than 50"),
        (b"[" * 100_000, r":1:51: brackets or lists nest deeper than 50"),
        (b"crenel: 1\ncrenel: 1\n", r":2:1: the key \"crenel\" stands here a second time"),
        (b"crenel: 1\n---\ncrenel: 1\n", r":2:1: a second document"),
        (b"[a, b]: 1\n", r":1:1: a key must be a plain word"),
    ],
)
def test_a_file_that_is_no_scenario_text(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(content)
    _refused(path, rf"case\.yaml{message}")
    assert list(tmp_path.iterdir()) == [path]


def test_a_path_that_is_no_file(tmp_path: Path) -> None:
    _refused(tmp_path, "this is a folder")
    _refused(tmp_path / "none.yaml", r"none\.yaml: there is no such file")
    _refused("moscow-roftops", "neither a file nor an example .* Did you mean 'moscow-rooftops'")
    _refused("zzz", "neither a file nor an example .* Known are: ")
    _refused("a\0b", "there is no such file")
    _refused("x" * 5000, "")
    _refused("", "this is a folder")


@pytest.mark.parametrize(
    ("old", "new", "pointed", "message"),
    [
        ("crenel: 1\n", "", "title: Rooftop systems in Moscow", r"the file does not say which version"),
        ("crenel: 1", "crenel: 2", "2", r"this scenario is of format 2.*pip install --upgrade crenel"),
        ("crenel: 1", "crenel: one", "one", r"'crenel' wants the version"),
        ("crenel: 1", "crenel: 99999999999999999999", "99999999999999999999", r"'crenel' wants the version"),
        (
            "title:",
            "titel:",
            "titel: Rooftop systems in Moscow",
            r"the file has no key \"titel\"\. Did you mean 'title'",
        ),
        ("radius: 40 km", "raduis: 40 km", "raduis: 40 km", r"'place' has no key \"raduis\"\. Did you mean 'radius'"),
        ("radius: 40 km, ", "", "{centre: [55.74 N, 37.60 E],", r"'place' has no 'radius'\. Add \"radius: 40 km\""),
        ("radius: 40 km", "radius: 40 kg", "40 kg", r"'radius' wants a length, not a mass"),
        ("radius: 40 km", "radius: .nan", ".nan", r"'radius' wants a length"),
        ("radius: 40 km", "radius: -40 km", "-40 km", r"'radius' wants a length, not a negative one"),
        ("radius: 40 km", "radius: −40 km", "−40 km", r"'radius' wants a length, not a negative one"),
        ("radius: 40 km", "radius: 40 mm", "40 mm", r"'radius' wants a length from 100 m"),
        ("radius: 40 km", "radius: 40", "40", r"'radius' has no unit"),
        ("radius: 40 km", "radius: [40 km]", "[40 km]", r"'radius' wants one value, not a list"),
        ("radius: 40 km", "radius: ", "radius: ", r"'radius' has no value"),
        ("[55.74 N, 37.60 E]", "[137, 37.60]", "[137, 37.60]", r"'centre' has the latitude 137.*look swapped"),
        ("[55.74 N, 37.60 E]", "[37.60, 55.74]", "[37.60, 55.74]", r"of the centre look swapped.*\[55\.74, 37\.6\]"),
        ("[55.729 N, 37.590 E]", "[37.590, 55.729]", "[37.590, 55.729]", r".*look swapped.*\[55\.729, 37\.59\]"),
        ("[55.729 N, 37.590 E]", "[59.9, 30.3]", "[59.9, 30.3]", r"\"Ministry\" stands .* outside the place"),
        ("[55.752 N, 37.618 E]", "[55.752 N]", "[55.752 N]", r"'at' wants two numbers"),
        ("flat 150 m", "flat", "flat", r"'terrain' says flat, but not how high"),
        ("flat 150 m", "flat 150 kg", "flat 150 kg", r"'terrain' wants a height, not a mass.*terrain: flat 150 m"),
        ("flat 150 m", "missing.tif", "missing.tif", r"there is no terrain file \"missing\.tif\""),
        ("flat 150 m", "{file: missing.tif}", "missing.tif", r"there is no terrain file"),
        ("flat 150 m", ".", ".", r"the terrain \".\" is a folder that holds no raster"),
        ("flat 150 m", "[missing.tif, other.tif]", "missing.tif", r"there is no terrain file \"missing\.tif\""),
        ("flat 150 m", "[]", "[]", r"'file' is an empty list"),
        ("flat 150 m", "{file: a.tif, model: roofs}", "roofs", r"'model' wants one of a few words"),
        ("flat 150 m", "{file: a.tif, ground: b.tif}", "{file: a.tif, ground", r".*Add \"model: surface\""),
        ("flat 150 m", "{file: a.tif, missing_tiles: land}", "land", r"'missing_tiles' wants one of a few words"),
        (
            "flat 150 m",
            "/vsicurl/https://example.org/a.tif",
            "/vsicurl/https://example.org/a.t",
            r".*not a file on this computer",
        ),
        ("flat 150 m", "https://example.org/a.tif", "https://example.org/a.tif", r".*not a file on this computer"),
        (
            "flat 150 m",
            "package:../../secret.tif",
            "package:../../secret.tif",
            r"no terrain called .* ships with crenel",
        ),
        ("flat 150 m", "{voids: fill}", "{voids: fill}", r"'terrain' wants either a file or a flat height"),
        ("flat 150 m", "{file: a.tif, voids: maybe}", "maybe", r"'voids' wants one of a few words"),
        ("buildings: none", "buildings: city.gpkg", "city.gpkg", r"there is no buildings file .* for none write"),
        ("buildings: none", "buildings: .", ".", r"the buildings \".\" is a folder"),
        ("buildings: none", "buildings: https://example.org/a", "https://example.org/a", r".*not a file on this"),
        ("buildings: none", "buildings: {missing: 9 m}", "{missing: 9 m}", r"'buildings' has no 'file'"),
        ("buildings: none", "buildings: {file: a, missing: 0..9 m}", "0..9 m", r"'missing' wants heights from 1 m"),
        ("buildings: none", "buildings: {file: a, floor: 3}", "3}", r"'floor' has no unit"),
        ("buildings: none", "buildings: none, land: park.gpkg", "park.gpkg", r"there is no land file"),
        ("{floors: 9,", "{building: Ministry,", "{building: Ministry", r"the unit stands on a building, and the place"),
        ("date: 2023-01-20", "date: 2023-02-30", "2023-02-30", r"'date' wants a date"),
        ("source: afp", "source: apf", "apf", r"there is no source \"apf\".*Did you mean 'afp'"),
        ("status: pictured", "status: photo", "photo", r"'status' wants one of a few words.*official, verified"),
        ("mounted:", "on:", "on: {floors: 9", r"there is no key 'on'.*mounted"),
        ("{floors: 9,", "{floors: 9, roof: 9 m,", "{floors: 9, roof: 9 m, grade", r"'mounted' wants exactly one of"),
        ("{floors: 9,", "{floors: 9.5,", "9.5", r"'floors' wants a whole number"),
        ("system: pantsir-s1", "system: pantsir", "pantsir", r".*Did you mean 'pantsir-s1'"),
        ("system: pantsir-s1", "system: ../../etc/passwd", "../../etc/passwd", r"the catalogue has no system"),
        ("channels: 4", "chanels: 4", "chanels: 4", r"'set' has no key \"chanels\"\. Did you mean 'channels'"),
        ("channels: 4", "channels: 0", "0", r"'channels' wants a whole number from 1"),
        ("channels: 4", "pk: 70", "70", r"'pk' wants a probability"),
        ("channels: 4", "search_range: 900 km", "900 km", r"the search_range of .* beyond its instrumented_range"),
        ("channels: 4", "missile_range: 10 m", "10 m", r"the missile_range_min of .* beyond its missile_range"),
        ("count: 12", "count: 1.5", "1.5", r"'count' wants a whole number from 1 to 10,000, not \"1\.5\""),
        ("count: 12", "count: -1", "-1", r"'count' wants a whole number"),
        ("count: 12", "count: 0", "0", r"'count' wants a whole number"),
        ("count: 12", "count: 100000000000", "100000000000", r"'count' wants a whole number"),
        ("count: 12", "count: 1e2", "1e2", r"'count' wants a whole number"),
        ("threat: shahed-136, count", "threat: shahed, count", "shahed", r".*Did you mean 'shahed-136'"),
        (
            "to: Centre",
            "to: Center",
            "Center",
            r"there is no asset and no unit called \"Center\"\. Did you mean 'Centre'",
        ),
        ("150..240 deg", "south", "south", r"'from' wants directions"),
        ("starts: 60 km", "starts: 900 m", "900 m", r"the threats would start inside"),
        ("starts: 60 km, ", "", "{threat: shahed-136, count: ", r"this group of the raid has no 'starts'"),
        ("100..1500 m", "1500..100 m", "1500..100 m", r"'height' runs backwards"),
        ("100..1500 m", "0..1500 m", "0..1500 m", r"'height' wants heights from 1 m"),
        ("starts: 60 km", "starts: 20000 km", "20000 km", r"'starts' wants distances from 100 m"),
        ("within: 10 min", "set: {apogee: 50 km}", "50 km", r".* flies level"),
        ("within: 10 min", "set: {height: 50 m}", "100..1500 m", r"the height is said twice"),
        ("seed: 7", "seed: -1", "-1", r"'seed' wants a whole number"),
        ("seed: 7", "half_width: 0.5 points", "half_width: 0.5 points", r"'half_width' is not read yet.*-n"),
        (
            "{threat: shahed-136, height: 100 m}",
            "{threat: shahid}",
            "shahid",
            r"the catalogue has no threat \"shahid\"",
        ),
        ("study: {", "study: 5 # {", "5 # {seed: 7", r"'study' wants keys and values"),
    ],
)
def test_a_scenario_with_one_mistake(
    spoiled: Spoiled, reading: Reading, old: str, new: str, pointed: str, message: str
) -> None:
    text = spoiled((old, new))
    with pytest.raises(InputError, match=message) as caught:
        reading(text)
    mark = caught.value.mark
    assert str(caught.value).startswith(f"test.yaml:{mark.line}:{mark.column}: ")
    assert text.splitlines()[mark.line - 1][mark.column - 1 :].startswith(pointed)
    assert len(str(caught.value).splitlines()) == 1


def test_a_threat_on_an_arc_has_no_height(spoiled: Spoiled, reading: Reading) -> None:
    with pytest.raises(InputError, match="flies on an arc and has no 'height'"):
        reading(spoiled(("threat: shahed-136, count", "threat: iskander-m, count")))


@pytest.mark.parametrize(
    ("system", "setting", "message"),
    [
        ("tor-m2", "gun_rounds: 3", "has no gun"),
        ("gepard", "missile_pk: 0.3", "has no missiles"),
        ("gepard", "salvo: 2", "has no missiles"),
    ],
)
def test_a_setting_for_a_part_that_is_not_there(
    spoiled: Spoiled, reading: Reading, system: str, setting: str, message: str
) -> None:
    with pytest.raises(InputError, match=rf"test\.yaml:9:\d+: .*{message}"):
        reading(spoiled(("system: pantsir-s1", f"system: {system}"), ("channels: 4", setting)))


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("assets: []", "'assets' is an empty list"),
        ("assets: {name: Centre}", "'assets' wants a list, not a group of keys"),
        ("assets: [Centre]", "this asset wants keys and values"),
        ("assets: [{name: Centre, at: [55.752 N, 37.618 E], radius: 1 km}, ~]", "this item of the list is empty"),
        (
            "assets: [{name: A, at: '55.75, 37.6', radius: 1 km}, {name: A, at: '55.75, 37.6', radius: 1 km}]",
            "is taken",
        ),
    ],
)
def test_sections_of_the_wrong_shape(valid: str, reading: Reading, section: str, message: str) -> None:
    start, end = valid.index("assets:"), valid.index("raid:")
    with pytest.raises(InputError, match=message):
        reading(valid[:start] + section + "\n" + valid[end:])


def test_too_many_threats_in_all(spoiled: Spoiled, reading: Reading) -> None:
    more = "raid:\n  - {threat: kalibr, count: 9999, to: Centre, from: all, starts: 60 km}\n"
    with pytest.raises(InputError, match=r"test\.yaml:12:1: the raid has 10,011 threats in all; the limit is 10,000"):
        reading(spoiled(("raid:\n", more)))


def test_repeated_names(spoiled: Spoiled, reading: Reading) -> None:
    again = "defence:\n  - {unit: Ministry, system: gepard, at: [55.7 N, 37.6 E]}\n"
    with pytest.raises(InputError, match=r"test\.yaml:9:\d+: the name \"Ministry\" is taken \(line 8\)"):
        reading(spoiled(("defence:\n", again)))


def test_a_source_key_of_the_catalogue_is_taken(spoiled: Spoiled, reading: Reading, valid: str) -> None:
    radar = reading(valid).units[0].system.radar
    assert radar is not None
    key = radar.search_range_m.sources[0]
    with pytest.raises(InputError, match="Choose another key"):
        reading(spoiled(("  afp:", f"  {key}: {{title: Mine}}\n  afp:")))


PIECES = [
    "~",
    "[]",
    "{}",
    "[",
    "}",
    ":",
    "&a",
    "*a",
    "!x",
    "\t",
    "-1",
    "1e999",
    ".nan",
    "40 kg",
    "'",
    '"',
    "\u2028",
    "°",
    "\n",
    "🛰",
    "9" * 400,
]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), piece=st.sampled_from(PIECES) | st.text(max_size=6), n_cuts=st.integers(1, 3))
def test_spoilt_text_never_ends_in_anything_but_an_answer(
    valid: str, tmp_path: Path, seed: int, piece: str, n_cuts: int
) -> None:
    dice = random.Random(seed)
    text = valid
    for _ in range(n_cuts):
        # Whole words more often than single letters: a word is where a value of the wrong kind comes to stand.
        words = list(re.finditer(r"[^\s,{}\[\]]+|.", text))
        word = dice.choice(words)
        text = text[: word.start()] + piece + text[word.end() :]
    with suppress(CrenelError):
        assert read(text, name="test", folder=tmp_path).n_threats > 0


def _refused(path: str | Path, message: str) -> str:
    with pytest.raises(InputError) as caught:
        load(path)
    text = str(caught.value)
    assert re.search(message, text), text
    for line in text.splitlines():
        assert re.search(r"[.?!]$", line), line
    return text
