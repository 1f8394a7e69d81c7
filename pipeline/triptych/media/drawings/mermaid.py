"""Mermaid → SVG, by merman: Mermaid's parsers and layouts in a library without a browser or a clock."""

from __future__ import annotations

import json
import re
from typing import Any

from triptych.media.drawings.errors import CannotDraw, WrongDiagram
from triptych.theme.oklab import mixed
from triptych.theme.theme import Theme

_LETTERS = 16  # pixels
_REWRITE = "simplify or rewrite the diagram"
_TINT = 0.3  # of a colour: light enough for ink on it
_TIGHT = {
    "flowchart": {"nodeSpacing": 22, "rankSpacing": 30, "wrappingWidth": 110, "padding": 9},
    "sequence": {"actorMargin": 16, "width": 110, "wrap": True},
    "state": {"nodeSpacing": 22, "rankSpacing": 30},
    "class": {"nodeSpacing": 22, "rankSpacing": 30},
}


def draw_mermaid(
    source: str, theme: Theme, family: str, tight: bool, letters: float = 1.0
) -> tuple[bytes, tuple[str, ...]]:
    """A diagram → SVG laid out for a font family.

    A ``tight`` one has less space in and between its boxes, and longer texts on more lines; ``letters`` times
    as large as usual are those of its text. Raises ``WrongDiagram`` or ``CannotDraw``."""
    try:
        import merman
    except (ImportError, OSError):
        hint = "run `pip install merman`, if a wheel exists for your platform"
        raise CannotDraw("the Mermaid renderer (merman) is not installed", hint) from None
    try:
        drawn = merman.Merman().render_svg(source, json.dumps(_options(theme, family, tight, letters)))
    except merman.MermanError.Binding as error:
        raise _error(error, source) from None
    except merman.MermanError as error:
        raise CannotDraw(f"the Mermaid renderer (merman) failed: {error}", _REWRITE) from None
    except merman.merman_uniffi.InternalError as error:  # a fault of its own, which it tells at length
        reason = " ".join(str(error).partition("`")[0].split())
        raise CannotDraw(f"the Mermaid renderer (merman) failed: {reason}", _REWRITE) from None
    return drawn.encode(), ()


def _error(error: Any, source: str) -> WrongDiagram | CannotDraw:
    message = re.sub(r"^Diagram parse error \([\w-]+\): ", "", error.message)
    message = message[:1].lower() + message[1:]
    if error.code_name == "MERMAN_RESOURCE_LIMIT_EXCEEDED":
        return CannotDraw("size limit exceeded", "split it into several smaller diagrams")
    if error.code_name in ("MERMAN_PARSE_ERROR", "MERMAN_NO_DIAGRAM"):
        span = error.diagnostic.span if error.diagnostic else None
        # Places count bytes.
        line = source.encode()[: span.start].count(b"\n") + 1 if span else None
        return WrongDiagram(message, line)
    return CannotDraw(f"the Mermaid renderer (merman) failed: {message}", _REWRITE)


def _options(theme: Theme, family: str, tight: bool, letters: float) -> dict[str, Any]:
    """No clock, no scripts, limits on what a diagram may ask for, and Mermaid's base theme in our colours."""
    return {
        "version": 2,
        "runtime_policy": "deterministic",
        "resources": {"profile": "interactive"},
        "svg": {"pipeline": "resvg-safe", "diagram_id": "d"},
        "site_config": {
            "securityLevel": "strict",
            "theme": "base",
            "look": "classic",
            "fontFamily": family,
            "themeVariables": {**_colours(theme, family), "fontSize": f"{_LETTERS * letters:g}px"},
            **(_TIGHT if tight else {}),
        },
    }


def _colours(theme: Theme, family: str) -> dict[str, Any]:
    colours = theme.colours
    ink, deep, panel = f"#{colours.foreground}", f"#{colours.dark}", f"#{colours.panel}"
    muted, rule, paper = f"#{colours.muted}", f"#{colours.rule}", f"#{colours.background}"
    series = [f"#{colour}" for colour in colours.series]
    variables: dict[str, Any] = {
        "fontFamily": family,
        "background": paper,
        "primaryColor": panel,
        "primaryBorderColor": deep,
        "primaryTextColor": ink,
        "secondaryColor": paper,
        "tertiaryColor": paper,
        "tertiaryBorderColor": rule,
        "lineColor": muted,
        "textColor": ink,
        "edgeLabelBackground": paper,
        "clusterBkg": paper,
        "clusterBorder": muted,
        "noteBkgColor": panel,
        "noteBorderColor": rule,
        "noteTextColor": ink,
        "activationBkgColor": rule,
        "activationBorderColor": muted,
        "signalColor": muted,
        "signalTextColor": ink,
        "sequenceNumberColor": paper,
        "pieStrokeColor": paper,
        "pieOuterStrokeColor": paper,
        "pieSectionTextColor": paper,
        "pieOpacity": "1",
        "taskBkgColor": series[1],
        "taskBorderColor": series[1],
        "taskTextColor": paper,
        "taskTextDarkColor": ink,
        "sectionBkgColor": panel,
        "altSectionBkgColor": paper,
        "sectionBkgColor2": panel,
        "xyChart": {"plotColorPalette": ",".join(series)},
    }
    for place in range(12):
        colour = series[place % len(series)]
        variables |= {
            f"pie{place + 1}": colour,
            f"cScale{place}": f"#{mixed('ffffff', colour[1:], _TINT)}",
            f"cScaleLabel{place}": ink,
            f"git{place}": colour,
            f"gitBranchLabel{place}": paper,
        }
    return variables
