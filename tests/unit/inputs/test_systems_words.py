"""Tracking radars that share the circle, guidance, reloading: in a scenario's `set` and in entries of a catalogue."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crenel.core import doubt
from crenel.core.records import Bracket, Scenario
from crenel.inputs import InputError, catalogue, system
from crenel.inputs.catalogue import shipped
from crenel.results import figures
from stated import EVERY_WORD, spoilt

Reading = Callable[[str], Scenario[Bracket]]

ENTRY = """\
name: Ours
class: short_range
published:
  reload_time: {value: 15 min, low: 10 min, high: 30 min, grade: press, source: [tass_2020_pantsir]}
  missiles_spare: {value: 8, grade: press, source: [tass_2020_pantsir]}
  missile_range_max: {value: 12 km, grade: press, source: [tass_2020_pantsir]}
  guidance: {text: by radio, grade: press, source: [tass_2020_pantsir]}
radar:
  search_range: {value: 30 km, at_rcs: 1 m², low: 20 km, high: 40 km, grade: assumption, note: a guess}
fire_control:
  sectors: 4
  channels_per_sector: {value: 2, low: 1, high: 3, grade: assumption, note: a guess}
missile:
  range_max: {from: [missile_range_max]}
  speed_mean: {value: 700 m/s, low: 600 m/s, high: 800 m/s, grade: assumption, note: a guess}
  guidance: command
  spare_rounds: {from: [missiles_spare]}
  reload: {from: [reload_time]}
  pk_at_range_max_frac: {value: 0.5, low: 0.3, high: 0.9, grade: assumption, note: a guess}
unknown: []
"""


def with_entry(folder: Path, text: str = ENTRY) -> Path:
    (folder / "systems").mkdir(parents=True, exist_ok=True)
    (folder / "systems" / "ours.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_unit_may_have_sectors_reloads_and_missiles_that_home(reading: Reading) -> None:
    alone = reading(EVERY_WORD).units[3].system
    assert alone.fire_control is not None
    assert alone.missile is not None
    assert alone.fire_control.n_sectors == 4
    assert alone.missile.guidance == "homing"
    told = {
        "channels_per_sector": (alone.fire_control.channels_per_sector, 1.0),
        "missile_pk_at_range_max": (alone.missile.pk_at_range_max_frac, 0.5),
        "spare_rounds": (alone.missile.spare_rounds, 12.0),
        "reload": (alone.missile.reload_s, 1200.0),
    }
    for key, (figure, value) in told.items():
        assert figure is not None
        assert (figure.figure, figure.low, figure.value, figure.grade) == (
            f"unit:Alone.{key}",
            value,
            value,
            "assumption",
        )
    plain = doubt.resolve(reading(EVERY_WORD)).units[3].system
    assert plain.missile is not None
    assert (plain.missile.spare_rounds, plain.missile.reload_s) == (12.0, 1200.0)


def test_what_nobody_published_is_not_there() -> None:
    pantsir = system("pantsir-s1")
    assert pantsir.fire_control is not None
    assert pantsir.missile is not None
    assert (pantsir.fire_control.n_sectors, pantsir.fire_control.channels_per_sector) == (1, None)
    assert (pantsir.missile.pk_at_range_max_frac, pantsir.missile.spare_rounds) == (None, None)
    assert (pantsir.missile.reload_s, pantsir.missile.guidance) == (None, "command")


@pytest.mark.parametrize("key", ["nasams", "iris-t-slm", "patriot-pac3-mse"])
def test_published_reload_times_are_carried(key: str) -> None:
    missile = system(key).missile
    assert missile is not None
    assert missile.reload_s is not None
    assert missile.reload_s.grade != "assumption"
    assert missile.reload_s.sources
    assert missile.reload_s.value >= 1200.0
    published = {figure.name: figure for figure in shipped().entry(key).figures}
    assert published["reload_time"].used_by == (f"{key}.missile.reload",)


def test_published_as_infrared_homes() -> None:
    missile = system("manpads").missile
    assert missile is not None
    assert missile.guidance == "homing"


def test_an_entry_says_all_of_it(tmp_path: Path) -> None:
    ours = catalogue.open_catalogue(with_entry(tmp_path), under=shipped()).system("ours")
    assert ours.fire_control is not None
    assert ours.missile is not None
    assert ours.fire_control.n_sectors == 4
    assert ours.fire_control.channels_per_sector is not None
    assert ours.fire_control.channels_per_sector.high == 3.0
    assert ours.missile.reload_s is not None
    assert (ours.missile.reload_s.low, ours.missile.reload_s.high, ours.missile.reload_s.grade) == (600, 1800, "press")
    assert ours.missile.spare_rounds is not None
    assert ours.missile.spare_rounds.sources == ("tass_2020_pantsir",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("sectors: 4", "sectors: 0", "'sectors' wants a whole number from 1 to 36"),
        ("sectors: 4", "sectors: four", "'sectors' wants a whole number"),
        ("sectors: 4", "sectrs: 4", "'fire_control' has no key \"sectrs\".*Did you mean 'sectors'"),
        ("guidance: command", "guidance: laser", "'guidance' knows no \"laser\".*command, homing"),
        ("channels_per_sector: {value: 2, low: 1", "channels_per_sector: {value: 2, low: 0", "may not be zero"),
        ("reload: {from: [reload_time]}", "reload: {from: [missiles_spare]}", "is in 1, 'reload' in s"),
        ("reload: {from: [reload_time]}", "reload: 20 min", "no grade and no source"),
        ("spare_rounds: {from: [missiles_spare]}", "spare_rounds: {value: 2.5, grade: press}", "a whole number"),
        ("frac: {value: 0.5", "frac: {value: 1.5", "a share from 0 to 1"),
    ],
)
def test_what_an_entry_cannot_say(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in ENTRY
    book = catalogue.open_catalogue(with_entry(tmp_path, ENTRY.replace(old, new, 1)), under=shipped())
    with pytest.raises(InputError, match=rf"systems/ours\.yaml:\d+:\d+: .*{message}"):
        book.system("ours")


@pytest.mark.parametrize(
    ("old", "new", "pointed", "message"),
    [
        ("fire_control_sectors: 4", "fire_control_sectors: 37", "37", r"wants a whole number from 1 to 36"),
        ("channels_per_sector: 1", "channels_per_sector: 0", "0", r"'channels_per_sector' wants a whole number from 1"),
        ("missile_guidance: homing", "missile_guidance: laser", "laser", r"one of a few words.*homing"),
        ("missile_pk_at_range_max: 0.5", "missile_pk_at_range_max: 5", "5", r"wants a probability"),
        ("spare_rounds: 12", "spare_rounds: -1", "-1", r"'spare_rounds' wants a whole number from 0"),
        ("reload: 20 min", "reload: 20", "20", r"'reload' has no unit"),
        (" channels_per_sector: 1,", "", "fire_control_sectors", r"how many engagements each tracking radar"),
        ("channels_per_sector: 1,", "channels_per_sector: 1, fire_control_sector: 90 deg,", "fire_control_sectors",
         r"4 tracking radars of .* share the circle, and one looks into a sector"),
        (", reload: 20 min", "", "spare_rounds", r""),
        ("spare_rounds: 12, ", "", "reload", r""),
    ],
)  # fmt: skip
def test_what_a_unit_cannot_set(reading: Reading, old: str, new: str, pointed: str, message: str) -> None:
    text = EVERY_WORD.replace("homing,\n           spare", "homing, spare").replace(old, new, 1)
    message = message or {"spare_rounds": "how long .* takes to reload", "reload": "what .* reloads with"}[pointed]
    with pytest.raises(InputError, match=message) as caught:
        reading(text)
    mark = caught.value.mark
    assert text.splitlines()[mark.line - 1][mark.column - 1 :].startswith(pointed), str(caught.value)


@pytest.mark.parametrize("setting", ["missile_guidance: homing", "spare_rounds: 4", "missile_pk_at_range_max: 0.5"])
def test_a_unit_without_missiles_sets_nothing_of_them(reading: Reading, setting: str) -> None:
    text = spoilt("at: [55.690 N, 37.400 E],", f"at: [55.690 N, 37.400 E], set: {{{setting}}},")
    with pytest.raises(InputError, match=r"test\.yaml:13:\d+: .*has no missiles\. Delete this key"):
        reading(text.replace("tor-m2", "gepard"))


def test_a_reload_without_missiles_to_load_moves_no_answer(reading: Reading) -> None:
    def told(text: str) -> set[str]:
        return {figure.figure for figure in figures.mattering(reading(text)) if "reload" in figure.figure}

    nasams = spoilt("system: tor-m2", "system: nasams")
    assert told(nasams) == {"unit:Alone.reload"}
    with_rounds = nasams.replace("availability: 0,", "availability: 0, set: {spare_rounds: 6},")
    assert told(with_rounds) == {"unit:Alone.reload", "nasams.missile.reload"}
