"""What is seen and reached, without dice: the geometry behind the map picture."""

from crenel.coverage.images import png_bytes
from crenel.coverage.picture import Picture, default_picture, picture

__all__ = ["Picture", "default_picture", "picture", "png_bytes"]
