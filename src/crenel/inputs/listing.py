"""The catalogue as rows for a list."""

from dataclasses import asdict
from typing import Any

from crenel.core.doubt import figures
from crenel.core.records import Bracket, CrenelError, System, Threat
from crenel.inputs import catalogue as shipped
from crenel.inputs.errors import did_you_mean


def listing(key: str | None = None) -> list[dict[str, Any]]:
    """Every entry of the catalogue, or every figure of one, in SI units.

    Raises
    ------
    CrenelError
        If there is no such entry; it names the nearest.
    """
    systems, threats = shipped.system_keys(), shipped.threat_keys()
    if key is None:
        entries: list[tuple[str, System[Bracket] | Threat[Bracket]]]
        entries = [("system", shipped.system(name)) for name in systems]
        entries += [("threat", shipped.threat(name)) for name in threats]
        return [
            {
                "key": entry.key,
                "kind": kind,
                "name": entry.name,
                "figures": sum(1 for _ in figures(entry)),
                "assumptions": sum(figure.grade == "assumption" for figure in figures(entry)),
            }
            for kind, entry in entries
        ]
    if key not in systems + threats:
        raise CrenelError(f'the catalogue has no entry "{key}". {did_you_mean(key, systems + threats)}')
    return [asdict(figure) for figure in figures(shipped.system(key) if key in systems else shipped.threat(key))]
