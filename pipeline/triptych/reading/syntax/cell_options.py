"""What the options of a cell of code say: those in its head as R writes them, those on its lines as YAML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from triptych.yaml_text import load_mapping

OPTION = re.compile(r"^[ \t]*(?:#|//|%%?|--)\|[ \t]?")  # what a line of options begins with
_ARGUMENT = re.compile(r"([\w.-]+)\s*=\s*(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^,\s()]+(?=\s*(?:,|$)))")
_LABEL = re.compile(r"[ \t,]*([\w:.-]+)[ \t]*(?:,|$)")


def cell_options(head: str, lines: Iterable[str]) -> dict[str, str]:
    """``setup, echo=FALSE`` behind the language, and the lines of options → option → text."""
    options = arguments(head)
    if label := _LABEL.match(head):
        options["label"] = label.group(1)
    return options | named(load_mapping("\n".join(OPTION.sub("", line) for line in lines)))


def arguments(written: str) -> dict[str, str]:
    """What R's arguments say, as far as they are values."""
    said = {}
    for name, value in _ARGUMENT.findall(written):
        bare = value[1:-1] if value[:1] in "\"'" else value
        said[name] = re.sub(r"\\(.)", r"\1", bare) if bare != value else bare
    return named(said)


def named(values: Mapping[str, Any]) -> dict[str, str]:
    """Options by the names that Quarto gives them."""
    said = {str(key).replace(".", "-"): value for key, value in values.items() if isinstance(value, str)}
    return {{"results": "output"}.get(name, name): value for name, value in said.items()}
