"""Words for units that need no units library, and words that such a library would read as nobody here means them."""

import math
from types import MappingProxyType
from typing import Final

_DEG: Final = math.pi / 180.0

# word -> (what it measures, factor to SI). A test holds every word that the units library knows against it.
EVERYDAY: Final[MappingProxyType[str, tuple[str, float]]] = MappingProxyType(
    {
        "m": ("length", 1.0),
        "km": ("length", 1000.0),
        "cm": ("length", 0.01),
        "ft": ("length", 0.3048),
        "mi": ("length", 1609.344),
        "nmi": ("length", 1852.0),
        "m/s": ("speed", 1.0),
        "km/h": ("speed", 1.0 / 3.6),
        "km/s": ("speed", 1000.0),
        "mm/h": ("speed", 1e-3 / 3600.0),
        "kn": ("speed", 1852.0 / 3600.0),
        "kt": ("speed", 1852.0 / 3600.0),
        "mph": ("speed", 0.44704),
        "s": ("time", 1.0),
        "ms": ("time", 0.001),
        "min": ("time", 60.0),
        "h": ("time", 3600.0),
        "rad": ("angle", 1.0),
        "mrad": ("angle", 0.001),
        "deg": ("angle", _DEG),
        "degrees": ("angle", _DEG),
        "°": ("angle", _DEG),
        "m²": ("area", 1.0),
        "m2": ("area", 1.0),
        "m^2": ("area", 1.0),
        "cm²": ("area", 1e-4),
        "cm2": ("area", 1e-4),
        "Hz": ("rate", 1.0),
        "MHz": ("rate", 1e6),
        "GHz": ("rate", 1e9),
        "1/s": ("rate", 1.0),
        "1/min": ("rate", 1.0 / 60.0),
        "rounds/s": ("rate", 1.0),
        "rounds/min": ("rate", 1.0 / 60.0),
        "rounds": ("plain", 1.0),
        "round": ("plain", 1.0),
        "missiles": ("plain", 1.0),
        "channels": ("plain", 1.0),
        "%": ("plain", 0.01),
        "dB": ("dB", 1.0),
        "kg": ("mass", 1.0),
        "t": ("mass", 1000.0),
        "USD": ("money", 1.0),
        "k USD": ("money", 1e3),
        "M USD": ("money", 1e6),
    }
)

# Words that a units library reads, but not as the writer means them.
MISREAD: Final = MappingProxyType(
    {
        "nm": "'nm' is nanometres; write nmi for nautical miles",
        "NM": "write nmi for nautical miles",
        "rpm": "write rounds/min, or 1/min",
        "M": "write m for metres",
        "Mach": "Mach depends on height; write m/s or km/h",
    }
)
