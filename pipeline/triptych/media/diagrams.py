"""Diagrams written as text → vector drawings in the theme's colours and fonts.

Engines lay a diagram out for a font that they know; its styles are written out, its text becomes outlines of
our own fonts, and what draws nothing goes. So it looks the same in print, in e-readers and on slides.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from math import inf
from pathlib import Path
from typing import Any

from lxml import etree

from triptych.engine.extras import Extra
from triptych.engine.processes.programs import ProgramExhausted, ProgramFailed, run_with_stderr
from triptych.media.fonts.shaping import measure_width
from triptych.media.picture_files import NUMBER, measure_svg, parse_svg, sanitise_svg
from triptych.media.raster import UnusablePicture
from triptych.media.svg_styles import remove_invisible, set_size, write_out_styles
from triptych.media.svg_text import outline_texts
from triptych.media.xml_names import SPACE, SVG, remove_element
from triptych.theme.colours import mix_colours
from triptych.theme.print_design import CHART_LETTERS
from triptych.theme.theme import Theme

_MOST_CHARACTERS = 100_000
_FAMILY = "Arial"  # both engines know how wide its letters are
_NARROWER = 0.92  # our letters are wider by a twelfth
_SIZE = 0.75  # of what engines draw for screens: their text comes out as large as a caption
_ENOUGH = 0.85  # of the size that letters should have: for so little no drawing is turned
_HEIGHT = 1.25  # of a page's room for figures, as a part of its width
EM = 40 / 3  # pixels, ten points: letters of a chart, and those beside lines, are then three quarters of text
SMALL = 20  # em that most telephones have across
_MOST_LINES = 500  # of a drawing that is drawn in other ways; larger ones are no more legible, and take long
_NARROWEST_PAGE = 24  # em that a telephone of today has across
_HIGHEST = 60  # em from top to bottom of a drawing for telephones: two screens
_SLIDE = (860.0, 350.0)  # points of width and height that a slide has for a drawing
_LARGEST = 2.4  # points of a slide for a pixel of a drawing
_DEFAULT_LETTER_SIZE = 12.0  # units of a drawing that does not say how large they are
_LEGIBLE = 18.0  # points of letters that are read from the back of a room
_LARGER = (1.25, 1.5, 1.75)  # times the usual letters


@dataclass(frozen=True, slots=True)
class Diagram:
    """A drawing, what it says, and what its engine left out.

    ``printed`` is the drawing for pages, where that is another: larger, or arranged for their width.
    ``narrow`` is the one for telephones, where the drawing is too wide for them and another is not;
    ``projected`` the one for slides, where another has larger letters there.
    """

    svg: bytes
    text: str = ""
    complaints: tuple[str, ...] = ()
    printed: bytes = b""
    narrow: bytes = b""
    projected: bytes = b""


def draw_diagram(language: str, source: str, theme: Theme) -> Diagram:
    """Draw a diagram as SVG 1.1, the same bytes each time. Raises ``WrongDiagram`` or ``CannotDraw``."""
    if len(source) > _MOST_CHARACTERS:
        raise WrongDiagram(f"the source has {len(source):,} characters; the limit is {_MOST_CHARACTERS:,}")
    drawn, complaints = ENGINES[language](source, theme, _FAMILY, False)
    svg, text, letters = _finish_drawing(drawn, theme)
    printed, narrow = (
        _draw_for_page(language, source, svg, theme),
        _draw_for_phone(language, source, svg, theme),
    )
    projected = _draw_for_slide(language, source, svg, letters, theme)
    return Diagram(svg, text, complaints, printed, narrow, projected)


def _draw_for_page(language: str, source: str, svg: bytes, theme: Theme) -> bytes:
    """Return the variant with the largest letters on a page of the theme, b"" if it is the original.

    A page shows no picture wider than its text, so that a wide drawing would have small letters there. What
    does not fit as it is written is drawn with less space between its parts, then from top to bottom in place
    of from left to right or the other way about.
    """
    scale = max(1.0, theme.print.type.smallest / CHART_LETTERS)
    enough = 1.0 if theme.print.large else _ENOUGH
    best, fits = svg, _measure_letter_scale(svg, theme)
    for other in _iter_arrangements(language, source, theme) if fits < enough and not _is_large(svg) else ():
        if (share := _measure_letter_scale(other, theme)) > fits + 0.02:
            best, fits = other, share
        if fits >= enough:
            break
    if best == svg and scale == 1:
        return b""
    root = etree.fromstring(best)
    for side in ("width", "height"):
        root.set(side, f"{float(root.get(side, '0')) * scale:.2f}")
    return etree.tostring(root)


def _draw_for_phone(language: str, source: str, svg: bytes, theme: Theme) -> bytes:
    """Return a variant that fits the page of a phone, b"" if none does or none is needed."""
    if measure_svg(svg)[1] <= SMALL * EM or _is_large(svg):
        return b""
    narrowest, _ = _draw_variant(language, turn_diagram(language, source), theme, tight=True)
    _, width, height = measure_svg(narrowest) if narrowest else ("", inf, inf)
    return narrowest if width <= _NARROWEST_PAGE * EM and height <= _HIGHEST * EM else b""


def _draw_for_slide(language: str, source: str, svg: bytes, letters: float, theme: Theme) -> bytes:
    """Return the variant with the largest letters on a slide, b"" if it is the original.

    Boxes and gaps stay as they are while letters grow, until these are legible from the back of a room.
    """
    best, largest = b"", letters * _find_slide_scale(svg)
    if largest >= _LEGIBLE or _is_large(svg):
        return b""
    for written in (source, turn_diagram(language, source)):
        for larger in (1.0, *_LARGER):
            drawing, size = _draw_variant(language, written, theme, tight=True, letters=larger)
            if drawing and (shown := size * _find_slide_scale(drawing)) > largest * 1.02:
                best, largest = drawing, shown
            if largest >= _LEGIBLE:
                return best
    return best


def _find_slide_scale(svg: bytes) -> float:
    """Return the points of a slide per pixel of a drawing."""
    _, width, height = measure_svg(svg)
    return min(_SLIDE[0] / width, _SLIDE[1] / height, _LARGEST)


def _iter_arrangements(language: str, source: str, theme: Theme) -> Iterator[bytes]:
    """Yield other drawings of a diagram, those nearest to the author's first."""
    other = turn_diagram(language, source)
    for written, tight in ((source, True), (other, False), (other, True)):
        drawing, _ = _draw_variant(language, written, theme, tight=tight)
        if drawing:
            yield drawing


def _is_large(svg: bytes) -> bool:
    return svg.count(b"<path") > _MOST_LINES


def _draw_variant(
    language: str, source: str, theme: Theme, *, tight: bool, letters: float = 1.0
) -> tuple[bytes, float]:
    """Draw a variant of a diagram; return it with the size of its smallest letters in pixels.

    The drawing is b"" where there is none, which is no mistake of the author's.
    """
    with suppress(WrongDiagram, CannotDraw):
        if source:
            drawing, _, size = _finish_drawing(
                ENGINES[language](source, theme, _FAMILY, tight, letters)[0], theme
            )
            return drawing, size
    return b"", 0.0


def _measure_letter_scale(svg: bytes, theme: Theme) -> float:
    """Return the scale at which a page shows a drawing, at most 1."""
    _, width, height = measure_svg(svg)
    room = theme.print.chart_width / _SIZE
    return min(1.0, room / width, room * _HEIGHT / height)


def _measure_original_width(theme: Theme, text: etree._Element) -> float:
    """Return the width that the engine assumed for a text, in units of the drawing."""
    bold = text.get("font-weight") == "bold"
    faces = [face for face in theme.slide_fallbacks if face.family == _FAMILY and not face.italic]
    face = next((face for face in faces if (face.weight > 400) is bold), faces[0])
    return measure_width(text.text or "", (face,)) * float(text.get("font-size", "12"))


def _find_smallest_letters(root: etree._Element) -> float:
    texts = (one for one in root.iter(f"{SVG}text", f"{SVG}tspan") if (one.text or "").strip())
    sizes = (NUMBER.match(one.get("font-size", "")) for one in texts)
    return min((float(size[0]) for size in sizes if size), default=_DEFAULT_LETTER_SIZE)


def _finish_drawing(drawn: bytes, theme: Theme) -> tuple[bytes, str, float]:
    """Set an engine's drawing in the theme's faces and remove what is invisible.

    Return it with its text and the size of its smallest letters in pixels.
    """
    try:
        root = parse_svg(sanitise_svg(drawn))
    except UnusablePicture as error:
        raise CannotDraw(f"the generated SVG cannot be used: {error}", "simplify the diagram") from None
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    write_out_styles(root)
    centre_lines(root, partial(_measure_original_width, theme))
    letters = _find_smallest_letters(root)
    text = outline_texts(root, theme, scale=_NARROWER)
    remove_invisible(root)
    set_size(root, _SIZE)
    return etree.tostring(root), text, letters * _SIZE


class WrongDiagram(Exception):
    """The diagram's text is not understood; ``line`` counts from 1 in it, None where none is known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message, line)
        self.message, self.line = message, line


class ExtraNotInstalled(Exception):
    """What draws such a diagram is an extra that is not there."""

    def __init__(self, extra: Extra) -> None:
        super().__init__(extra)
        self.extra: Extra = extra


class CannotDraw(Exception):
    """Nothing here draws such a diagram."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.message, self.hint = message, hint


_TURNED = {"LR": "TB", "RL": "BT", "TB": "LR", "TD": "LR", "BT": "RL"}
_RANKDIR = re.compile(r'(\brankdir\s*=\s*"?)(LR|RL|TB|BT)\b')
_FLOW = re.compile(r"^(\s*(?:flowchart|graph)(?:-elk)?\s+)(LR|RL|TB|TD|BT)\b", re.MULTILINE)
_DIRECTION = re.compile(r"^(\s*direction\s+)(LR|RL|TB|TD|BT)\b", re.MULTILINE)
_RANKED = re.compile(r"^\s*(stateDiagram(?:-v2)?|classDiagram(?:-v2)?|erDiagram)[ \t]*$", re.MULTILINE)


def turn_diagram(language: str, source: str) -> str:
    """Return a diagram's source with the other direction, "" if the diagram has none."""
    return _turn_mermaid(source) if language == "mermaid" else _turn_dot(source)


def _turn_dot(source: str) -> str:
    """Graphviz draws from top to bottom where nothing is said; engines without ranks take no notice."""
    if _RANKDIR.search(source):
        return _RANKDIR.sub(_turn_direction, source, count=1)
    return source.replace("{", "{ rankdir=LR; ", 1) if "{" in source else ""


def _turn_mermaid(source: str) -> str:
    if _FLOW.search(source):
        return _FLOW.sub(_turn_direction, source, count=1)
    if not (kind := _RANKED.search(source)):
        return ""
    if _DIRECTION.search(source):
        return _DIRECTION.sub(_turn_direction, source, count=1)
    return f"{source[: kind.end()]}\n  direction LR{source[kind.end() :]}"


def _turn_direction(match: re.Match[str]) -> str:
    return match[1] + _TURNED[match[2]]


_SECONDS = 20


def draw_dot(
    source: str, theme: Theme, family: str, tight: bool, letters: float = 1.0
) -> tuple[bytes, tuple[str, ...]]:
    """Lay out a graph with Graphviz; return the SVG and Graphviz's warnings.

    A ``tight`` one has less space between its nodes; ``letters`` times as large as usual are those of its
    text. Raises ``WrongDiagram``, ``CannotDraw`` or
    ``ExtraNotInstalled``.
    """
    command: list[str | Path] = [
        _find_program("graphviz-pure"),
        "-Tsvg",
        *_build_dot_options(theme, family, tight, letters),
    ]
    # Graphviz opens no files for a server: a picture in a node would come from anywhere.
    server = {"SERVER_NAME": "triptych"}
    try:
        drawn, heard = run_with_stderr(command, source.encode(), timeout=_SECONDS, environment=server)
    except ProgramExhausted as error:
        hint = "simplify the diagram, or split it into several diagrams"
        raise CannotDraw(f"Graphviz {error.stderr}", hint) from None
    except ProgramFailed as error:
        raise _parse_graphviz_error(error.stderr) from None
    if (graphs := drawn.count(b"</svg>")) != 1:
        raise WrongDiagram(
            "the source contains no graph"
            if not graphs
            else f"the source contains {graphs} graphs; the limit is 1"
        )
    lines = (re.sub(r"^(?:(?:Warning|Error): )+(?:<stdin>: )?", "", line) for line in heard.splitlines())
    return drawn, tuple(dict.fromkeys(line.strip() for line in lines if _concerns_author(line)))


def _build_dot_options(theme: Theme, family: str, tight: bool, scale: float) -> list[str]:
    """Return the theme as default attributes, which a diagram's own attributes override."""
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


def _parse_graphviz_error(heard: str) -> WrongDiagram:
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
def _find_program(name: str) -> Path:
    """Return the path of a program from an installed wheel."""
    try:
        files = importlib.metadata.files(name) or []
        return Path(str(next(file for file in files if file.stem == name).locate())).resolve()
    except (importlib.metadata.PackageNotFoundError, StopIteration):
        raise ExtraNotInstalled("graphviz") from None


_NEAR = 1.0  # user units, by which the places that an engine writes may be off
_LOOKS = ("font-family", "font-size", "font-weight", "font-style", "fill", "fill-opacity")

_DiagramLine = list[etree._Element]
Width = Callable[[etree._Element], float]


def centre_lines(root: etree._Element, width: Width) -> None:
    """Make each line of a centred label one text with its middle as its place.

    ``width`` is how wide a text is in the face that the drawing was laid out for, in user units.
    """
    for group in root.iter(f"{SVG}g"):
        lines = list(_split_lines([child for child in group if _is_piece(child)], width))
        middles = [(float(line[0].get("x", "0")) + _find_end(line[-1], width)) / 2 for line in lines]
        if len(lines) > 1 and max(middles) - min(middles) < _NEAR:
            for line in lines:
                _join_line(line, sum(middles) / len(middles))


def _is_piece(element: etree._Element) -> bool:
    placed = element.get("x") is not None and element.get("y") is not None
    return (
        element.tag == f"{SVG}text" and placed and not len(element) and element.get("text-anchor") == "start"
    )


def _split_lines(pieces: _DiagramLine, width: Width) -> Iterator[_DiagramLine]:
    """Yield the lines of a label: a piece continues a line if it begins where the line ends."""
    line: _DiagramLine = []
    for piece in pieces:
        on_it = line and piece.get("y") == line[-1].get("y")
        if line and not (on_it and abs(float(piece.get("x", "0")) - _find_end(line[-1], width)) < _NEAR):
            yield line
            line = []
        line.append(piece)
    if line:
        yield line


def _find_end(piece: etree._Element, width: Width) -> float:
    return float(piece.get("x", "0")) + width(piece)


def _join_line(line: _DiagramLine, middle: float) -> None:
    first, *others = line
    words = first.text
    first.text = None
    for piece in line:
        span = etree.SubElement(first, f"{SVG}tspan")
        span.text = words if piece is first else piece.text
        for name in _LOOKS:
            if value := piece.get(name):
                span.set(name, value)
    first.set("text-anchor", "middle")
    first.set("x", f"{middle:.2f}")
    first.set(SPACE, "preserve")
    for piece in others:
        remove_element(piece)


_BASE_LETTER_SIZE = 16  # pixels
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
    """Lay out a diagram with merman; return the SVG.

    A ``tight`` one has less space in and between its boxes, and longer texts on more lines; ``letters`` times
    as large as usual are those of its text. Raises ``WrongDiagram`` or ``CannotDraw``."""
    try:
        import merman
    except (ImportError, OSError):
        hint = "run `pip install merman`, if a wheel exists for your platform"
        raise CannotDraw("the Mermaid renderer (merman) is not installed", hint) from None
    try:
        drawn = merman.Merman().render_svg(
            source, json.dumps(_build_mermaid_options(theme, family, tight, letters))
        )
    except merman.MermanError.Binding as error:
        raise _convert_mermaid_error(error, source) from None
    except merman.MermanError as error:
        raise CannotDraw(f"the Mermaid renderer (merman) failed: {error}", _REWRITE) from None
    except merman.merman_uniffi.InternalError as error:  # a fault of its own, which it tells at length
        reason = " ".join(str(error).partition("`")[0].split())
        raise CannotDraw(f"the Mermaid renderer (merman) failed: {reason}", _REWRITE) from None
    return drawn.encode(), ()


def _convert_mermaid_error(error: Any, source: str) -> WrongDiagram | CannotDraw:
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


def _build_mermaid_options(theme: Theme, family: str, tight: bool, letters: float) -> dict[str, Any]:
    """Return options without clock and scripts, with limits, and with the theme's colours."""
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
            "themeVariables": {
                **_build_mermaid_colours(theme, family),
                "fontSize": f"{_BASE_LETTER_SIZE * letters:g}px",
            },
            **(_TIGHT if tight else {}),
        },
    }


def _build_mermaid_colours(theme: Theme, family: str) -> dict[str, Any]:
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
            f"cScale{place}": f"#{mix_colours('ffffff', colour[1:], _TINT)}",
            f"cScaleLabel{place}": ink,
            f"git{place}": colour,
            f"gitBranchLabel{place}": paper,
        }
    return variables


# The engine for each name that authors give a language.
ENGINES = {"dot": draw_dot, "graphviz": draw_dot, "mermaid": draw_mermaid}
