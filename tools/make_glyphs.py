"""Draw the letters that pictures of coverage are labelled with, from DejaVu Sans, which may be used freely.

Needs matplotlib, which brings the font and pillow. Writes src/crenel/report/data/glyphs.npz: for each face an atlas
(height, width) of grey from 0 to 255, the characters in it, and where each begins.
"""

from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

FACES = {"plain": ("DejaVuSans.ttf", 17), "bold": ("DejaVuSans-Bold.ttf", 22), "small": ("DejaVuSans.ttf", 14)}
RANGES = ((0x20, 0x7E), (0xA0, 0x17F), (0x400, 0x45F), (0x2013, 0x2014), (0x2018, 0x201E), (0x2026, 0x2026))
SINGLE = "−≤≥×…→□"
TARGET = Path(__file__).resolve().parents[1] / "src" / "crenel" / "report" / "data" / "glyphs.npz"


def main() -> None:
    """Write the atlas."""
    letters = "".join(chr(code) for low, high in RANGES for code in range(low, high + 1)) + SINGLE
    letters = "".join(dict.fromkeys(letters))
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    arrays = {"letters": np.array([ord(letter) for letter in letters], np.uint32)}
    for face, (name, size) in FACES.items():
        font = ImageFont.truetype(str(fonts / name), size)
        widths = [max(round(font.getlength(letter)), 1) for letter in letters]
        ascent, descent = font.getmetrics()
        image = Image.new("L", (sum(widths), ascent + descent))
        at = 0
        for letter, width in zip(letters, widths, strict=True):
            # Each on a sheet of its own: some letters reach over their edge, which must not show beside others.
            sheet = Image.new("L", (width, ascent + descent))
            ImageDraw.Draw(sheet).text((0, 0), letter, font=font, fill=255)
            image.paste(sheet, (at, 0))
            at += width
        arrays[face] = np.asarray(image)
        arrays[f"{face}_at"] = np.cumsum([0, *widths]).astype(np.int32)
    TARGET.parent.mkdir(exist_ok=True)
    np.savez_compressed(TARGET, **arrays)
    print(TARGET, TARGET.stat().st_size)


if __name__ == "__main__":
    main()
