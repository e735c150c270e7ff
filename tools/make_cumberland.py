"""Convert matplotlib's sample of the Cumberland Mountains into the terrain of the example `cumberland`.

Run once: python tools/make_cumberland.py. The file in the package is its output.

The sample's latitudes are wrong. It calls 36.73292 N the lower and 36.44625 N the upper edge: the second is the true
northern edge, and the first was counted from it upwards, by the raster's own height of 0.28667 degrees, instead of
downwards. With the rows below 36.44625 N, the highest cell lies at 36.19833 N 84.23083 W and has 1076 m: Cross
Mountain, Tennessee (36.19833 N 84.23056 W, 1077 m).
"""

from pathlib import Path

import numpy as np
import rasterio
from matplotlib import cbook
from rasterio.transform import from_bounds

TARGET = Path(__file__).parents[1] / "src/crenel/inputs/data/terrain/cumberland.tif"


def main() -> None:
    """Write the file."""
    sample = np.load(cbook.get_sample_data("jacksboro_fault_dem.npz", asfileobj=False))
    heights_m = sample["elevation"]
    n_rows, n_columns = heights_m.shape
    north_deg = float(sample["ymax"])
    south_deg = north_deg - n_rows * float(sample["dy"])
    west_deg, east_deg = float(sample["xmin"]), float(sample["xmax"])
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(
        TARGET,
        "w",
        driver="GTiff",
        width=n_columns,
        height=n_rows,
        count=1,
        dtype="int16",
        crs="EPSG:4326",
        transform=from_bounds(west_deg, south_deg, east_deg, north_deg, n_columns, n_rows),
        nodata=-32768,
        compress="deflate",
        predictor=2,
        zlevel=9,
    ) as dataset:
        dataset.write(heights_m.astype("int16"), 1)
        dataset.update_tags(
            ORIGIN="U.S. Geological Survey (public domain), by way of matplotlib's sample data jacksboro_fault_dem.npz",
            TITLE="Cumberland Mountains, Tennessee, 3 arc-seconds",
            POSITION=(
                "northern edge as the sample states it, rows counted down from there; so its highest cell is Cross "
                "Mountain, Tennessee. The sample itself counts them up, 0.28667 degrees too far north"
            ),
            VERTICAL_DATUM="not stated by the sample; metres above sea level",
        )
    print(f"{TARGET.name}: {n_columns} x {n_rows} cells, {heights_m.min()} to {heights_m.max()} m")


if __name__ == "__main__":
    main()
