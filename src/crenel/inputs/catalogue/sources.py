"""Where the catalogue's figures and the model's formulas come from: `sources.yaml` to records."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from crenel.core.records import Source
from crenel.inputs.errors import did_you_mean, quoted
from crenel.inputs.nodes import Node

_KEYS: Final = ("title", "publisher", "date", "address", "quoted_by")
_NONE: Final[Mapping[str, Source]] = MappingProxyType({})


def read_sources(tree: Node, *, known: Mapping[str, Source] = _NONE) -> Mapping[str, Source]:
    """The sources of a file, by key.

    Parameters
    ----------
    tree : Node
    known : mapping
        Sources that are there already: their keys are taken, and `quoted_by` may name them.

    Raises
    ------
    InputError
        A key that is taken, no title, an address that is none, a compilation that is not there.
    """
    titles = {key: source.title for key, source in known.items()}
    for key, node in tree.mapping().items():
        if key in known:
            raise tree.key_mark(key).error(f"there is a source {quoted(key)} already", "Choose another key.")
        node.known_keys(_KEYS, f"source {quoted(key)}")
        titles[key] = node.need("title").text("'title'")
    return MappingProxyType({key: _source(node, key, titles) for key, node in tree.mapping().items()})


def _source(node: Node, key: str, titles: Mapping[str, str]) -> Source:
    texts = {word: found.text(f"'{word}'") for word, found in node.mapping().items()}
    address = texts.get("address", "")
    if address and not address.startswith(("https://", "http://")):
        raise node.need("address").error("'address' wants a web address", "Begin it with https://.")
    quoting = texts.pop("quoted_by", None)
    if quoting is not None:
        if quoting not in titles:
            raise node.need("quoted_by").error(f"there is no source {quoted(quoting)}", did_you_mean(quoting, titles))
        compilation = titles[quoting].partition(":")[0].partition(",")[0]
        texts["title"] += f" (as quoted in {compilation}; original not read)"
    return Source(key=key, **texts)
