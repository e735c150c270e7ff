"""The data that a place can be made from: what each is, what it may be used for, and the credit that it asks for."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

Model: TypeAlias = Literal["surface", "ground", "unknown"]


@dataclass(frozen=True, slots=True)
class Source:
    """A body of data. `model` and `datum` are for terrain; `note` says what a user should know first."""

    key: str
    name: str
    attribution: str
    licence: str
    note: str
    model: Model = "unknown"
    datum: str = ""


GLO30: Final = Source(
    key="glo30",
    name="Copernicus DEM GLO-30",
    # The notice that the licence asks for with anything made from the data, in its own words.
    attribution="produced using Copernicus WorldDEM-30 © DLR e.V. 2010-2014 and © Airbus Defence and Space GmbH "
    "2014-2018 provided under COPERNICUS by the European Union and ESA; all rights reserved",
    licence="free of charge for anyone, with this notice: https://docs.sentinel-hub.com/api/latest/static/files/data/"
    "dem/resources/license/License-COPDEM-30.pdf. The organisations in charge of the Copernicus programme by law or by "
    "delegation do not incur any liability for any use of the Copernicus WorldDEM-30",
    note="a surface model, which holds roofs and treetops as radar satellites saw them in 2011 to 2015",
    model="surface",
    datum="EGM2008",
)
SRTM: Final = Source(
    key="srtm",
    name="SRTM, from Terrain Tiles on AWS",
    attribution="SRTM, GMTED2010 and 3DEP terrain data courtesy of the U.S. Geological Survey; ETOPO1 terrain data "
    "U.S. National Oceanic and Atmospheric Administration; via Terrain Tiles (Mapzen, Linux Foundation)",
    licence="public domain where it is SRTM; other sources that were blended in ask for credit: "
    "https://github.com/tilezen/joerd/blob/master/docs/attribution.md",
    note="mostly a surface model, of February 2000; coarser beyond 60° N and 56° S; ground heights (3DEP) in the USA",
    model="surface",
    datum="EGM96",
)
OVERTURE: Final = Source(
    key="overture",
    name="Overture Maps",
    attribution="© OpenStreetMap contributors, Overture Maps Foundation; Esri Community Maps contributors and Google "
    "Open Buildings (CC BY 4.0), Microsoft",
    licence="ODbL 1.0: https://opendatacommons.org/licenses/odbl/1-0/; sources: https://docs.overturemaps.org/attribution/",
    note="OpenStreetMap, with footprints that machines drew from pictures where it has none; most have no height",
)
OSM: Final = Source(
    key="osm",
    name="OpenStreetMap",
    attribution="© OpenStreetMap contributors",
    licence="ODbL 1.0: https://www.openstreetmap.org/copyright",
    note="what people have drawn; most buildings have no height, some have levels",
)
BY_KEY: Final = MappingProxyType({source.key: source for source in (GLO30, SRTM, OVERTURE, OSM)})

TERRAIN: Final = ("glo30", "srtm", "none")
BUILDINGS: Final = ("overture", "osm", "none")
