"""Graphviz's DOT → SVG, by graphviz-pure: a program that comes in a wheel and looks at no fonts here.

It is told to open no files, and stopped when it takes too long.
"""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from triptych.engine.processes.programs import ProgramExhausted, ProgramFailed, run_and_hear
from triptych.media.drawings.errors import CannotDraw, NotInstalled, WrongDiagram
from triptych.theme.theme import Theme

_SECONDS = 20


def draw_dot(
    source: str, theme: Theme, family: str, tight: bool, letters: float = 1.0
) -> tuple[bytes, tuple[str, ...]]:
    """A graph → SVG laid out for a font family, and what Graphviz complained of.

    A ``tight`` one has less space between its nodes; ``letters`` times as large as usual are those of its
    text. Raises ``WrongDiagram``, ``CannotDraw`` or
    ``NotInstalled``.
    """
    command: list[str | Path] = [_program("graphviz-pure"), "-Tsvg", *_look(theme, family, tight, letters)]
    # Graphviz opens no files for a server: a picture in a node would come from anywhere.
    server = {"SERVER_NAME": "triptych"}
    try:
        drawn, heard = run_and_hear(command, source.encode(), timeout=_SECONDS, environment=server)
    except ProgramExhausted as error:
        hint = "simplify the diagram, or split it into several diagrams"
        raise CannotDraw(f"Graphviz {error.stderr}", hint) from None
    except ProgramFailed as error:
        raise _error(error.stderr) from None
    if (graphs := drawn.count(b"</svg>")) != 1:
        raise WrongDiagram(
            "the source contains no graph"
            if not graphs
            else f"the source contains {graphs} graphs; the limit is 1"
        )
    lines = (re.sub(r"^(?:(?:Warning|Error): )+(?:<stdin>: )?", "", line) for line in heard.splitlines())
    return drawn, tuple(dict.fromkeys(line.strip() for line in lines if _concerns_author(line)))


def _look(theme: Theme, family: str, tight: bool, scale: float) -> list[str]:
    """The theme as defaults, which a diagram's own attributes go before."""
    colours = theme.colours
    letters = {"fontname": family, "fontsize": f"{12 * scale:g}", "fontcolor": f"#{colours.foreground}"}
    line = {"color": f"#{colours.dark}", "penwidth": "1.2"}
    spaces = {"nodesep": "0.15", "ranksep": "0.28"} if tight else {}
    defaults: Mapping[str, Mapping[str, str]] = {
        "G": {**letters, "bgcolor": "transparent", "pencolor": f"#{colours.muted}", "pad": "0.04", **spaces},
        "N": {**letters, **line, "fillcolor": f"#{colours.panel}"},
        "E": {
            **letters,
            **line,
            "color": f"#{colours.muted}",
            "fontsize": f"{11 * scale:g}",
            "arrowsize": "0.8",
        },
    }
    return [f"-{kind}{key}={value}" for kind, pairs in defaults.items() for key, value in pairs.items()]


def _error(heard: str) -> WrongDiagram:
    lines = [line.removeprefix("Error: ") for line in heard.splitlines() if line.startswith("Error: ")]
    message = (lines or [heard.strip().splitlines()[-1] if heard.strip() else "Graphviz failed"])[0]
    line = re.search(r" in line (\d+)", message)
    words = re.sub(r"^<stdin>: | in line \d+", "", message)
    return WrongDiagram(words.strip(), int(line.group(1)) if line else None)


def _concerns_author(line: str) -> bool:
    """Whether a complaint is about the diagram and not about fonts, which are ours anyway."""
    about_fonts = "metrics" in line or "value for width" in line
    about_servers = "SERVER_NAME" in line
    return bool(line.strip()) and not about_fonts and not about_servers


@cache
def _program(name: str) -> Path:
    """A program that a wheel brought along."""
    try:
        files = importlib.metadata.files(name) or []
        return Path(str(next(file for file in files if file.stem == name).locate())).resolve()
    except (importlib.metadata.PackageNotFoundError, StopIteration):
        raise NotInstalled("graphviz") from None
