"""Convert matplotlib's sample of Cumberland Mountain into the terrain of the example `cumberland`.

Run once: python tools/make_cumberland.py. The file in the package is its output.
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
    # The sample's ymin and ymax are swapped: its first row is the northern one, as rasters have it.
    south_deg, north_deg = sorted((float(sample["ymin"]), float(sample["ymax"])))
    west_deg, east_deg = float(sample["xmin"]), float(sample["xmax"])
    n_rows, n_columns = heights_m.shape
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
            TITLE="Cumberland Mountain, Kentucky and Tennessee, 3 arc-seconds",
            POSITION=(
                "latitudes as the sample states them; its highest cell would be Cross Mountain, Tennessee, "
                "if all of them were 0.28667 degrees less"
            ),
            VERTICAL_DATUM="not stated by the sample; metres above sea level",
        )
    print(f"{TARGET.name}: {n_columns} x {n_rows} cells, {heights_m.min()} to {heights_m.max()} m")


if __name__ == "__main__":
    main()
