"""Settings over settings: those of a profile over the manifest's own, and these over common ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ruamel.yaml.comments import CommentedMap

from triptych.formats import FORMATS
from triptych.yaml_text import plain


def merged(values: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    """Values with those of an overlay in their place; mappings are merged, lists replaced.

    What the overlay leaves empty is taken away, but for sections and outputs: they stay as they are.
    """
    result = dict(values)
    for key, value in overlay.items():
        old = result.get(key)
        if value in (None, ""):
            if not isinstance(old, dict) and key not in FORMATS:
                result.pop(key, None)
        elif isinstance(old, dict) and isinstance(value, Mapping):
            result[key] = merged(old, value)
        else:
            result[key] = plain(value)
    return result


def over_defaults(values: dict[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """A manifest's values over common ones. Which outputs are made it says itself, where it names any."""
    asked, common = values.get("format"), defaults.get("format")
    if isinstance(asked, Mapping) and isinstance(common, Mapping):
        options = {name: value for name, value in common.items() if name in asked}
        defaults = {**defaults, "format": options}
    return merged(defaults, values)


def merge_trees(tree: CommentedMap, overlay: Mapping[str, Any]) -> CommentedMap:
    """Return a tree merged with an overlay as by ``merged``; each key keeps its place in the file."""
    result = CommentedMap()
    for source in (tree, overlay):
        places = source.lc.data if isinstance(source, CommentedMap) else None
        for key, value in source.items():
            old = result.get(key)
            if source is overlay and value in (None, ""):
                continue
            both = isinstance(old, CommentedMap) and isinstance(value, Mapping)
            result[key] = merge_trees(old, value) if both else value
            if places and key in places and not both:
                result.lc.add_kv_line_col(key, places[key])
    return result
