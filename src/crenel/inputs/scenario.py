"""A scenario file to frozen records in SI units: what may stand together, and what the catalogue adds."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from crenel.core.doubt import figures
from crenel.core.records import (
    Asset,
    Bracket,
    CoverAsk,
    Evidence,
    Group,
    Scenario,
    Source,
    Study,
    System,
    Unit,
)
from crenel.inputs import catalogue
from crenel.inputs.catalogue import Catalogue
from crenel.inputs.complaints import validated
from crenel.inputs.coordinates import degrees, distance_m, is_swapped
from crenel.inputs.cover import read_cover
from crenel.inputs.doubt_part import AS_STATED, CorrelationPart
from crenel.inputs.errors import InputError, Mark, did_you_mean, gathered, quoted, together
from crenel.inputs.evidence import Chance, Suggested, presence
from crenel.inputs.evidence_part import EvidencePart
from crenel.inputs.examples import example_path, examples, is_example
from crenel.inputs.groups import read_groups
from crenel.inputs.models import MountedPart, ScenarioPart, StudyPart, UnitPart
from crenel.inputs.networks import read_networks, refuse_doctrine
from crenel.inputs.nodes import Node, parse_tree, read_text
from crenel.inputs.overrides import system_with
from crenel.inputs.place import place_of

_FLOOR_M: Final = (3.0, 3.25, 3.5)
"""Height of one floor: low, taken, high."""

_RCS_PASS_SIGMA: Final = Bracket(
    value=4.0,
    low=2.0,
    high=6.0,
    figure="model.rcs_pass_sigma",
    unit="dB",
    grade="assumption",
    note="how far the cross-section of one pass lies from the mean, as a standard deviation: nobody publishes it",
)

COMMON_MODE: Final = Bracket(
    value=0.05,
    low=0.0,
    high=0.2,
    figure="model.common_mode",
    unit="1",
    grade="assumption",
    note="how far all shots of a raid miss or hit together, as a correlation: nobody publishes it, and none at all "
    "would make the answer look surer than it is",
)

UNIT_RADIUS: Final = Bracket(
    value=100.0,
    low=30.0,
    high=300.0,
    figure="model.unit_radius",
    unit="m",
    grade="assumption",
    note="how near a threat must come to a unit to have reached it: not published; the vehicles of one stand some tens "
    "to some hundreds of metres apart",
)


def load(name_or_path: str | Path) -> Scenario[Bracket]:
    """The scenario of a file, or an example that ships with crenel.

    Parameters
    ----------
    name_or_path : str or Path
        A file; where there is none of that name, an example such as "moscow-rooftops".

    Returns
    -------
    Scenario[Bracket]
        In SI units, every published figure with its source, grade and bracket.

    Raises
    ------
    InputError
        Anything that the file says wrongly, with line, column and remedy.
    """
    path, name = _found(name_or_path)
    shown = path.name if is_example(name) and path == example_path(name) else str(path)
    return read(read_text(path, shown), name=name, folder=path.parent, shown=shown)


def read(text: str, *, name: str, folder: Path, shown: str = "") -> Scenario[Bracket]:
    """The scenario of a text.

    Parameters
    ----------
    text : str
        As in a scenario file.
    name : str
        What the scenario is called, for folders and reports.
    folder : Path
        Where relative paths begin.
    shown : str
        What messages call the text; `name` unless said.

    Raises
    ------
    InputError
        As `load`.
    """
    tree = parse_tree(text, shown or name)
    part = validated(tree)
    errors: list[InputError] = []
    _refuse_repeats(part, tree, errors)
    _refuse_far(part, tree, errors)
    place = None
    with gathered(errors):
        place = place_of(part.place, folder=folder, node=tree.reach(("place",)))
    known = _catalogue(part, tree, folder)
    bound = read_networks(part, tree, errors)
    units = _units(part, tree, known, errors)
    refuse_doctrine(bound, units, tree, errors)
    groups = read_groups(part, tree, known, units, errors)
    with gathered(errors):
        _refuse_unknown_picture(part.study, tree, known)
    cover = read_cover(part.cover, tree, known, groups, errors)
    if errors or place is None:
        raise together(errors)
    return Scenario(
        name=name,
        title=part.title,
        when=part.when,
        place=place,
        units=tuple(units),
        assets=tuple(Asset(asset.name, asset.at, asset.radius, asset.value) for asset in part.assets),
        groups=tuple(groups),
        study=_study(part.study),
        rcs_pass_sigma_db=_RCS_PASS_SIGMA,
        cover=cover,
        networks=bound.networks,
        doctrine=bound.alone.doctrine,
        common_mode_frac=COMMON_MODE if part.common_mode is None else part.common_mode.bracket(COMMON_MODE.figure),
        common_mode_threat_frac=_of_one_threat(part.common_mode_threat),
        sources=_sources(part, tree, known, units, groups, cover),
        text=text,
        note=part.note,
    )


def _of_one_threat(part: CorrelationPart | None) -> Bracket | None:
    return None if part is None else part.bracket("model.common_mode_threat")


def slug(text: str) -> str:
    """A text as one lower-case word with hyphens, for folder names."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:60] or "scenario"


# --- which file ------------------------------------------------------------------------------------------------------


def _found(name_or_path: str | Path) -> tuple[Path, str]:
    """The file, and the name of the scenario."""
    path = Path(name_or_path)
    word = str(name_or_path)
    try:
        is_file, is_there = path.is_file(), path.exists()
    except (OSError, ValueError):
        is_file, is_there = False, False
    if not is_file and is_example(word):
        return example_path(word), word
    # read_text says what is wrong with a path; a bare word more likely misspells an example.
    if not is_there and re.fullmatch(r"[\w-]{1,80}", word):
        what = f"there is neither a file nor an example called {quoted(word)}"
        raise Mark(word).error(what, did_you_mean(word, examples()))
    return path, slug(path.stem)


# --- what may stand together -----------------------------------------------------------------------------------------


def _refuse_repeats(part: ScenarioPart, tree: Node, errors: list[InputError]) -> None:
    lists: Mapping[str, tuple[str, Sequence[str | None]]] = {
        "defence": ("unit", [unit.unit for unit in part.defence]),
        "assets": ("name", [asset.name for asset in part.assets]),
        "raid": ("name", [group.name for group in part.raid]),
    }
    for section, (key, names) in lists.items():
        first: dict[str, int] = {}
        for number, name in enumerate(names):
            if name is None or first.setdefault(name, number) == number:
                continue
            line = tree.reach((section, first[name])).line
            mark = tree.reach((section, number, key)).mark
            errors.append(mark.error(f"the name {quoted(name)} is taken (line {line})", "Give each its own name."))


def _refuse_far(part: ScenarioPart, tree: Node, errors: list[InputError]) -> None:
    """Refuse positions outside the place: most are swapped or mistyped."""
    centre, radius_m = part.place.centre, part.place.radius
    positions = [(("defence", number, "at"), unit.unit, unit.at) for number, unit in enumerate(part.defence)]
    positions += [(("assets", number, "at"), asset.name, asset.at) for number, asset in enumerate(part.assets)]
    if len(positions) > 1 and all(is_swapped(at, centre, radius_m) for _, _, at in positions):
        lat_deg, lon_deg = degrees(centre)
        what = "latitude and longitude of the centre look swapped: no unit and no asset is anywhere near it"
        remedy = f"Write latitude first: [{lon_deg:g}, {lat_deg:g}]."
        errors.append(tree.reach(("place", "centre")).error(what, remedy))
        return
    for path, name, at in positions:
        if (off_m := distance_m(centre, at)) <= radius_m:
            continue
        lat_deg, lon_deg = degrees(at)
        if is_swapped(at, centre, radius_m):
            what = (
                f"latitude and longitude of {quoted(name)} look swapped: as written it is {off_m / 1000:,.0f} km away"
            )
            remedy = f"Write latitude first: [{lon_deg:g}, {lat_deg:g}]."
        else:
            within = f"the place (radius {radius_m / 1000:g} km)"
            what = f"{quoted(name)} stands {off_m / 1000:,.1f} km from the centre, outside {within}"
            remedy = "Mend the position, or raise the radius of the place."
        errors.append(tree.reach(path).error(what, remedy))


def _refuse_unknown_picture(study: StudyPart, tree: Node, known: Catalogue) -> None:
    if study.picture.threat:
        known.draft(study.picture.threat, "threat", where=tree.reach(("study", "picture", "threat")).mark)


def _catalogue(part: ScenarioPart, tree: Node, folder: Path) -> Catalogue:
    """The catalogue that the scenario is read with: what ships, under the user's own folder if it names one."""
    if not part.catalogue:
        return catalogue.shipped()
    return catalogue.with_folder(folder / part.catalogue, where=tree.reach(("catalogue",)).mark)


# --- place and defence -----------------------------------------------------------------------------------------------


def _units(part: ScenarioPart, tree: Node, known: Catalogue, errors: list[InputError]) -> list[Unit[Bracket]]:
    units: list[Unit[Bracket]] = []
    targets = {group.to for group in part.raid} - {asset.name for asset in part.assets}
    for number, unit in enumerate(part.defence):
        node = tree.reach(("defence", number))
        with gathered(errors):
            _refuse_unknown_source(unit.evidence.source, part, node)
        with gathered(errors):
            _refuse_without_buildings(part, unit, node)
        with gathered(errors):
            units.append(_unit(unit, node, known, is_target=unit.unit in targets))
    return units


def _refuse_without_buildings(part: ScenarioPart, unit: UnitPart, node: Node) -> None:
    if part.place.buildings is None and unit.mounted is not None and unit.mounted.building is not None:
        what = "the unit stands on a building, and the place has none"
        remedy = "Give the place a file of buildings, or say how high the roof is: mounted: {roof: 40 m}."
        raise node.reach(("mounted",)).error(what, remedy)


def _refuse_unknown_source(key: str, part: ScenarioPart, node: Node) -> None:
    if key and key not in part.sources:
        remedy = did_you_mean(key, part.sources) if part.sources else "Add it under 'sources', with its title."
        raise node.reach(("evidence", "source")).error(f"there is no source {quoted(key)} under 'sources'", remedy)


def _unit(part: UnitPart, node: Node, known: Catalogue, *, is_target: bool) -> Unit[Bracket]:
    entry, draft = known.draft(part.system, "system", where=node.reach(("system",)).mark)
    system = system_with(entry, draft, part.set, unit=part.unit, node=node)
    if part.facing is not None and not _looks_one_way(system):
        what = f"{system.name} looks all around, so that it faces no way"
        raise node.reach(("facing",)).error(what, 'Delete "facing", or say how wide it looks: "set: {sector: 90 deg}".')
    return Unit(
        name=part.unit,
        system=_turned(system) if part.facing == "all" else system,
        at=part.at,
        mounted_m=_mounted(part.mounted, part.unit),
        network=part.network,
        evidence=_evidence(part.evidence),
        presence=_presence(part.evidence, part.unit),
        on_building=None if part.mounted is None else part.mounted.building,
        availability=None if part.availability is None else part.availability.bracket(f"unit:{part.unit}.availability"),
        radius_m=_radius(part) if is_target else None,
        facing_rad=None if part.facing == "all" else part.facing,
        parapet_m=(part.mounted.parapet or 0.0) if part.mounted is not None else 0.0,
    )


def _looks_one_way(system: System[Bracket]) -> bool:
    """Whether it matters which way a unit faces."""
    looking = (system.radar, system.sensor, system.fire_control)
    several = system.fire_control is not None and system.fire_control.n_sectors > 1
    return several or any(part is not None and part.sector_rad is not None for part in looking)


def _turned(system: System[Bracket]) -> System[Bracket]:
    """A system that is turned to where it is needed: it has no sector."""
    radar, sensor, control = system.radar, system.sensor, system.fire_control
    return replace(
        system,
        radar=None if radar is None else replace(radar, sector_rad=None),
        sensor=None if sensor is None else replace(sensor, sector_rad=None),
        fire_control=None if control is None else replace(control, sector_rad=None),
    )


def _radius(part: UnitPart) -> Bracket:
    if part.radius is None:
        return UNIT_RADIUS
    figure = f"unit:{part.unit}.radius"
    return Bracket(part.radius, part.radius, part.radius, figure=figure, unit="m", grade="assumption", note=AS_STATED)


def _mounted(part: MountedPart | None, unit: str) -> Bracket:
    figure = f"unit:{unit}.mounted"
    if part is None:
        note = "the scenario does not say: taken to stand on the ground"
        return Bracket(0.0, 0.0, 0.0, figure=figure, unit="m", grade="assumption", note=note)
    if part.building is not None:  # the world knows its height, and this layer does not know the world
        return Bracket(math.nan, math.nan, math.nan, figure=figure, unit="m", grade=part.grade, note=part.note)
    if part.floors is None:
        height_m = (part.height if part.height is not None else part.roof) or 0.0
        note = part.note or AS_STATED
        return Bracket(height_m, height_m, height_m, figure=figure, unit="m", grade=part.grade, note=note)
    low, value, high = (part.floors * floor_m for floor_m in _FLOOR_M)
    note = part.note or f"{part.floors} floors of 3.0 to 3.5 m"
    return Bracket(value, low, high, figure=figure, unit="m", grade=part.grade, note=note)


def _evidence(part: EvidencePart) -> Evidence:
    return Evidence(
        status=part.status or "reported",
        source=part.source,
        seen=part.seen,
        archived=part.archived,
        identified=part.identified,
        position_error_m=part.position_error,
        note=part.note,
        admiralty=part.admiralty,
    )


def _presence(part: EvidencePart, unit: str) -> Bracket | None:
    suggested = presence(part.status or "reported", part.admiralty)
    if (stated := part.presence) is not None:
        suggested = Suggested(Chance(stated.low, stated.value, stated.high), AS_STATED)
    if suggested is None:
        return None
    (low, value, high), note = suggested
    return Bracket(value, low, high, figure=f"unit:{unit}.presence", unit="1", grade="assumption", note=note)


# --- study and sources -----------------------------------------------------------------------------------------------


def _study(part: StudyPart) -> Study:
    return Study(seed=part.seed, picture_threat=part.picture.threat, picture_height_m=part.picture.height or 0.0)


def _sources(
    part: ScenarioPart,
    tree: Node,
    known: Catalogue,
    units: Sequence[Unit[Bracket]],
    groups: Sequence[Group[Bracket]],
    cover: CoverAsk[Bracket],
) -> Mapping[str, Source]:
    """Every source that the scenario states or its catalogue entries cite."""
    found = {
        key: Source(key, title=source.title, publisher=source.publisher, date=source.date, address=source.address)
        for key, source in part.sources.items()
    }
    published = known.shared.sources
    cited = {key for bracket in figures((tuple(units), tuple(groups), cover.threats)) for key in bracket.sources}
    cited |= {key for group in groups for key in group.sources}
    for key in sorted(cited):
        if key in found:
            mark = tree.reach(("sources",)).key_mark(key)
            raise mark.error(f"the catalogue has a source of the key {quoted(key)} already", "Choose another key.")
        found[key] = published[key]
    return MappingProxyType(found)
