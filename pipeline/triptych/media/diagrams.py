"""Diagrams written as text → vector drawings in the theme's colours and fonts.

Graphviz files are drawn by graphviz-pure, a program that comes in a wheel; it is told to read no files and is
stopped when it takes too long. Mermaid's are drawn by merman, a library without a browser in it, with limits
on what a diagram may ask for. Neither looks at the machine's fonts, and their text becomes outlines of ours.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from lxml import etree

from triptych.engine.programs import ProgramFailed, run_and_hear
from triptych.media.pictures import parse_svg, safe_svg
from triptych.media.svg_styles import write_out_styles
from triptych.media.svg_text import outline_texts
from triptych.media.unusable import UnusablePicture
from triptych.theme import Theme

# What authors call the languages, and what we call them.
LANGUAGES = {"dot": "dot", "graphviz": "dot", "mermaid": "mermaid"}
_MOST_CHARACTERS = 100_000
_SECONDS = 20
_LAID_OUT_FOR = "Arial"  # both engines know how wide its letters are
_NARROWER = 0.92  # our letters are wider by a twelfth
_SIZE = 0.75  # of what engines draw for screens: their text comes out as large as a caption
_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}href"
# Of a shape's attributes what makes its shape and look; the rest is for scripts and screen readers.
_ATTRIBUTES = frozenset(
    "id d x y x1 y1 x2 y2 cx cy r rx ry fx fy width height points transform viewBox preserveAspectRatio offset"
    " gradientUnits gradientTransform spreadMethod href markerWidth markerHeight markerUnits refX refY orient"
    " overflow fill stroke fill-opacity fill-rule stroke-width stroke-opacity stroke-dasharray"
    " stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit opacity stop-color stop-opacity"
    " display visibility marker-start marker-mid marker-end clip-path clipPathUnits".split()
)
_DEFINITIONS = ("marker", "linearGradient", "radialGradient", "symbol", "clipPath")


class WrongDiagram(Exception):
    """The diagram's text is not understood; ``line`` counts from 1 in it, None where none is known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message, self.line = message, line


class CannotDraw(Exception):
    """Nothing here draws such a diagram."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


@dataclass(frozen=True, slots=True)
class Diagram:
    """A drawing, what it says, and what its engine left out."""

    svg: bytes
    text: str = ""
    complaints: tuple[str, ...] = ()


def draw_diagram(language: str, source: str, theme: Theme) -> Diagram:
    """A diagram → SVG 1.1, the same bytes each time. Raises ``WrongDiagram`` or ``CannotDraw``."""
    if len(source) > _MOST_CHARACTERS:
        raise WrongDiagram(f"it has more than {_MOST_CHARACTERS} characters")
    engine = {"dot": _graphviz, "mermaid": _mermaid}[language]
    drawn, complaints = engine(source, theme)
    try:
        root = parse_svg(safe_svg(drawn))
    except UnusablePicture as error:
        raise CannotDraw(f"the drawing cannot be used: {error}", "simplify the diagram") from None
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    write_out_styles(root)
    text = outline_texts(root, theme, scale=_NARROWER)
    _tidy(root)
    _set_size(root)
    return Diagram(etree.tostring(root), text, complaints)


# --- Graphviz ------------------------------------------------------------------------------------


def _graphviz(source: str, theme: Theme) -> tuple[bytes, tuple[str, ...]]:
    command = [_program("graphviz-pure"), "-Tsvg", *_graphviz_look(theme)]
    # Graphviz opens no files for a server: a picture in a node would come from anywhere.
    server = {"SERVER_NAME": "triptych"}
    try:
        drawn, heard = run_and_hear(command, source.encode(), timeout=_SECONDS, more=server)
    except ProgramFailed as error:
        raise _graphviz_error(error.stderr) from None
    if not drawn:
        raise WrongDiagram("it has no graph")
    lines = (re.sub(r"^(?:(?:Warning|Error): )+(?:<stdin>: )?", "", line) for line in heard.splitlines())
    return drawn, tuple(dict.fromkeys(line.strip() for line in lines if _concerns_author(line)))


def _graphviz_look(theme: Theme) -> list[str]:
    """The theme as defaults, which a diagram's own attributes go before."""
    colours = theme.colours
    letters = {"fontname": _LAID_OUT_FOR, "fontsize": "12", "fontcolor": f"#{colours.ink}"}
    line = {"color": f"#{colours.deep}", "penwidth": "1.2"}
    defaults: Mapping[str, Mapping[str, str]] = {
        "G": {**letters, "bgcolor": "transparent", "pencolor": f"#{colours.muted}", "pad": "0.04"},
        "N": {**letters, **line, "fillcolor": f"#{colours.panel}"},
        "E": {**letters, **line, "color": f"#{colours.muted}", "fontsize": "11", "arrowsize": "0.8"},
    }
    return [f"-{kind}{key}={value}" for kind, pairs in defaults.items() for key, value in pairs.items()]


def _graphviz_error(heard: str) -> WrongDiagram:
    lines = [line.removeprefix("Error: ") for line in heard.splitlines() if line.startswith("Error: ")]
    message = (lines or [heard.strip().splitlines()[-1] if heard.strip() else "it cannot be drawn"])[0]
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
        raise CannotDraw(f"{name} is not installed", f"pip install {name}") from None


# --- Mermaid -------------------------------------------------------------------------------------


def _mermaid(source: str, theme: Theme) -> tuple[bytes, tuple[str, ...]]:
    try:
        import merman
    except (ImportError, OSError):
        hint = "pip install 'triptych[mermaid]', where your system has it"
        raise CannotDraw("nothing is installed that draws Mermaid", hint) from None
    try:
        drawn = merman.Merman().render_svg(source, json.dumps(_mermaid_options(theme)))
    except merman.MermanError.Binding as error:
        raise _mermaid_error(error, source) from None
    except merman.MermanError as error:
        raise CannotDraw(f"merman cannot draw it: {error}", "write it another way") from None
    return drawn.encode(), ()


def _mermaid_error(error: Any, source: str) -> WrongDiagram | CannotDraw:
    message = re.sub(r"^Diagram parse error \([\w-]+\): ", "", error.message)
    message = message[:1].lower() + message[1:]
    if error.code_name == "MERMAN_RESOURCE_LIMIT_EXCEEDED":
        return WrongDiagram("it is too large to be drawn")
    if error.code_name in ("MERMAN_PARSE_ERROR", "MERMAN_NO_DIAGRAM"):
        span = error.diagnostic.span if error.diagnostic else None
        # Places count bytes.
        line = source.encode()[: span.start].count(b"\n") + 1 if span else None
        return WrongDiagram(message, line)
    return CannotDraw(f"merman cannot draw it: {message}", "write it another way")


def _mermaid_options(theme: Theme) -> dict[str, Any]:
    """No clock, no HTML in labels, limits for strangers' input, and Mermaid's base theme in our colours."""
    return {
        "version": 2,
        "runtime_policy": "deterministic",
        "resources": {"profile": "constrained"},
        "svg": {"pipeline": "resvg-safe", "diagram_id": "d"},
        "site_config": {
            "securityLevel": "strict",
            "theme": "base",
            "look": "classic",
            "fontFamily": _LAID_OUT_FOR,
            "themeVariables": _mermaid_colours(theme),
        },
    }


def _mermaid_colours(theme: Theme) -> dict[str, Any]:
    colours = theme.colours
    ink, deep, panel = f"#{colours.ink}", f"#{colours.deep}", f"#{colours.panel}"
    muted, rule, paper = f"#{colours.muted}", f"#{colours.rule}", f"#{colours.paper}"
    series = [f"#{colour}" for colour in colours.series]
    variables: dict[str, Any] = {
        "fontFamily": _LAID_OUT_FOR,
        "fontSize": "16px",
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
            f"cScale{place}": _tint(colour),
            f"cScaleLabel{place}": ink,
            f"git{place}": colour,
            f"gitBranchLabel{place}": paper,
        }
    return variables


def _tint(colour: str) -> str:
    """A colour light enough for ink on it."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * 0.3):02x}" for part in parts)


# --- What both have in common --------------------------------------------------------------------


def _tidy(root: etree._Element) -> None:
    """Take out what draws nothing: hidden parts, unused definitions, attributes for scripts."""
    for element in list(root.iter()):
        classes = (element.get("class") or "").split()
        # Today's line in a plan: a book has no today.
        if _local(element) in ("title", "desc", "metadata", "filter") or "today" in classes:
            _remove(element)
        elif element.get("display") == "none":
            _remove(element)
        elif _local(element) == "a":
            element.tag = f"{_SVG}g"
        elif _local(element) == "svg" and element is not root:
            _unframe(element)
    for element in root.iter():
        if (target := element.attrib.pop(_XLINK, None)) is not None:
            element.set("href", target)
        for name in set(element.attrib) - _ATTRIBUTES:
            del element.attrib[name]
    _drop_unused(root)
    etree.cleanup_namespaces(root)


def _unframe(frame: etree._Element) -> None:
    """A drawing within the drawing as a group: its frame would cut off letters wider than was thought."""
    box = (frame.get("viewBox") or "").split()
    if box[:2] != ["0", "0"] or box[2:] != [frame.get("width"), frame.get("height")]:
        frame.set("overflow", "visible")
        return
    x, y = frame.get("x", "0"), frame.get("y", "0")
    frame.tag = f"{_SVG}g"
    for name in ("viewBox", "width", "height", "x", "y", "preserveAspectRatio", "overflow"):
        frame.attrib.pop(name, None)
    frame.set("transform", f"translate({x} {y})")


def _drop_unused(root: etree._Element) -> None:
    """Definitions that nothing points to, again until all are pointed to; ids that nothing names."""
    while True:
        values = [str(value) for element in root.iter() for value in element.attrib.values()]
        used = {name for value in values for name in re.findall(r"#([^)\"']+)", value)}
        unused = [
            element
            for element in root.iter()
            if _local(element) in _DEFINITIONS and element.get("id") not in used
        ]
        for element in unused:
            _remove(element)
        if not unused:
            break
    for element in root.iter():
        if element.get("id") not in used:
            element.attrib.pop("id", None)


def _set_size(root: etree._Element) -> None:
    """Width and height in pixels, so that the drawing's text is as large as a caption's."""
    box = [float(part) for part in re.findall(r"-?[\d.]+(?:e-?\d+)?", root.get("viewBox", ""))]
    if len(box) != 4:
        return
    points = (root.get("width") or "").endswith("pt")  # Graphviz counts in points
    for name, side in (("width", box[2]), ("height", box[3])):
        root.set(name, f"{side * _SIZE * (4 / 3 if points else 1):.2f}")


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


__all__ = ["LANGUAGES", "CannotDraw", "Diagram", "WrongDiagram", "draw_diagram"]
