"""Constants of nature."""

from typing import Final

LIGHT_MPS: Final = 299_792_458.0

BOLTZMANN: Final = 1.380649e-23
"""In J/K."""
