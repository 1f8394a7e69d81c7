"""Tables of words by language, as they lie in ``templates/``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from ruamel.yaml import YAML

from triptych.bundled_files import templates_folder


def entries(table: str, tags: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The entries of some tags (in lower case): to parse all languages takes as long as to read a book.

    ``table`` is the name of the file. An anchor has the name of its tag in lower case.
    """
    blocks = _blocks(table)
    wanted = [blocks[tag] for tag in tags if tag in blocks]
    heads = "\n".join(block.partition("\n")[0] for block in wanted)  # an alias is its block's only line
    anchors = [block for name, block in blocks.items() if re.search(rf"\*{name}$", heads, re.MULTILINE)]
    text = "".join(dict.fromkeys((*anchors, *wanted)))
    return {tag.lower(): entry for tag, entry in (YAML(typ="safe").load(text) or {}).items()}


def tags(table: str) -> list[str]:
    """The tags that a table has entries of, in lower case."""
    return list(_blocks(table))


@cache
def _blocks(table: str) -> dict[str, str]:
    """The text of each top-level entry of a table, by its tag in lower case."""
    text = (templates_folder() / table).read_text("utf-8")
    parts = re.split(r"^(?=[\w\"-]+:)", text, flags=re.MULTILINE)[1:]
    return {part.partition(":")[0].strip('"').lower(): part for part in parts}
