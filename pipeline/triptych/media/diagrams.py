"""Draw Graphviz and Mermaid diagrams as SVG in the theme's colours and fonts.

The layout engine measures text in Arial. To look the same in every output, its drawing is then simplified:
CSS becomes presentation attributes, text becomes outlines in the theme's fonts, and invisible elements are
removed.
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

from triptych.engine.extras import Extra, get_install_command
from triptych.engine.processes.programs import ProgramError, ProgramLimitError, run_program_with_stderr
from triptych.engine.processes.sandbox import Sandbox
from triptych.media.fonts.shaping import measure_width
from triptych.media.picture_files import NUMBER, inspect_svg, parse_svg, sanitise_svg
from triptych.media.raster_images import UnusablePictureError
from triptych.media.svg_styles import convert_css_to_attributes, remove_invisible_elements, set_drawing_size
from triptych.media.svg_text import outline_texts
from triptych.media.xml_parsing import SVG, XML_SPACE, remove_element
from triptych.theme.colours import mix_colours
from triptych.theme.print_design import CHART_FONT_SIZE
from triptych.theme.theme import Theme

_MAX_CHARACTERS = 100_000
_ENGINE_FAMILY = "Arial"  # both engines have the metrics of this font
_TEXT_SCALE = 0.92  # scale of text, since the theme's fonts are about 8 % wider than Arial
_DRAWING_SCALE = 0.75  # scale of the engine's drawing that gives its text the size of captions
_SUFFICIENT_SCALE = 0.85  # scale of text above which no other arrangement is tried
_MAX_HEIGHT_RATIO = 1.25  # maximum ratio of height to width of a figure on a page
PIXELS_PER_EM = 40 / 3  # pixels (10 pt); this makes text in charts three quarters as large as body text
PHONE_WIDTH = 20  # em; the screen width of most phones
_MAX_PATHS = 500  # larger drawings would take too long to draw in other arrangements
_MIN_PHONE_WIDTH = 24  # em; the screen width of current phones
_MAX_PHONE_HEIGHT = 60  # em; the maximum height of a drawing on phones (two screens)
_SLIDE_SIZE = (860.0, 350.0)  # points; width and height available on a slide
MAX_SLIDE_SCALE = 4.0  # maximum scale of a drawing on a slide, in points per pixel
_DEFAULT_FONT_SIZE = 12.0  # user units; for a drawing without font sizes
_LEGIBLE_SIZE = 18.0  # points; legible from the back of a room
_FONT_SCALES = (1.25, 1.5, 1.75)  # font sizes to try for slides, relative to the normal size


@dataclass(frozen=True, slots=True)
class Diagram:
    """A diagram as SVG, with its text and the layout engine's warnings.

    There are variants for printed pages, phones and slides. A variant is b"" where ``svg`` itself is used.
    """

    svg: bytes
    text: str = ""
    warnings: tuple[str, ...] = ()
    page_variant: bytes = b""
    phone_variant: bytes = b""
    slide_variant: bytes = b""


def draw_diagram(language: str, source: str, theme: Theme) -> Diagram:
    """Draw a diagram as SVG 1.1, with variants for printed pages, phones and slides.

    Raise ``InvalidDiagramError`` if the source is invalid, ``ExtraNotInstalledError`` if the engine is an
    optional dependency that is not installed, or ``DiagramEngineError`` if the engine is missing, fails or
    exceeds a limit.
    """
    if len(source) > _MAX_CHARACTERS:
        raise InvalidDiagramError(
            f"the source has {len(source):,} characters; the limit is {_MAX_CHARACTERS:,}"
        )
    drawing, warnings = ENGINES[language](source, theme, _ENGINE_FAMILY, False)
    svg, text, text_size = _finish_drawing(drawing, theme)
    print_variant, narrow = (
        _draw_page_variant(language, source, svg, theme),
        _draw_phone_variant(language, source, svg, theme),
    )
    projected = _draw_slide_variant(language, source, svg, text_size, theme)
    return Diagram(svg, text, warnings, print_variant, narrow, projected)


def _draw_page_variant(language: str, source: str, svg: bytes, theme: Theme) -> bytes:
    """Return the variant with the largest text on a printed page, or b"" if ``svg`` is the best.

    A drawing wider than the page would be scaled down. It is therefore redrawn with less spacing, then in the
    other direction (top to bottom or left to right).
    """
    scale = max(1.0, theme.print.type.smallest_size / CHART_FONT_SIZE)
    sufficient_scale = 1.0 if theme.print.large else _SUFFICIENT_SCALE
    best, fits = svg, _measure_page_scale(svg, theme)
    for other in (
        _iter_variants(language, source, theme)
        if fits < sufficient_scale and not _is_large_drawing(svg)
        else ()
    ):
        if (page_scale := _measure_page_scale(other, theme)) > fits + 0.02:
            best, fits = other, page_scale
        if fits >= sufficient_scale:
            break
    if best == svg and scale == 1:
        return b""
    root = etree.fromstring(best)
    for side in ("width", "height"):
        root.set(side, f"{float(root.get(side, '0')) * scale:.2f}")
    return etree.tostring(root)


def _draw_phone_variant(language: str, source: str, svg: bytes, theme: Theme) -> bytes:
    """Return a variant that fits on a phone.

    Return b"" if ``svg`` fits already or is a large drawing, or if no variant fits.
    """
    if inspect_svg(svg)[1] <= PHONE_WIDTH * PIXELS_PER_EM or _is_large_drawing(svg):
        return b""
    narrowest, _ = _draw_variant(language, swap_direction(language, source), theme, compact=True)
    _, width, height = inspect_svg(narrowest) if narrowest else ("", inf, inf)
    return (
        narrowest
        if width <= _MIN_PHONE_WIDTH * PIXELS_PER_EM and height <= _MAX_PHONE_HEIGHT * PIXELS_PER_EM
        else b""
    )


def _draw_slide_variant(language: str, source: str, svg: bytes, text_size: float, theme: Theme) -> bytes:
    """Return the variant with the largest text on a slide, or b"" if it is ``svg`` itself.

    The font size is increased, with unchanged padding and spacing, until the text is legible.
    """
    best, largest = b"", text_size * _find_slide_scale(svg)
    if largest >= _LEGIBLE_SIZE or _is_large_drawing(svg):
        return b""
    for variant_source in (source, swap_direction(language, source)):
        for larger in (1.0, *_FONT_SCALES):
            drawing, size = _draw_variant(language, variant_source, theme, compact=True, font_scale=larger)
            if drawing and (slide_size := size * _find_slide_scale(drawing)) > largest * 1.02:
                best, largest = drawing, slide_size
            if largest >= _LEGIBLE_SIZE:
                return best
    return best


def _find_slide_scale(svg: bytes) -> float:
    """Return the scale of a drawing on a slide, in points per pixel."""
    _, width, height = inspect_svg(svg)
    return min(_SLIDE_SIZE[0] / width, _SLIDE_SIZE[1] / height, MAX_SLIDE_SCALE)


def _iter_variants(language: str, source: str, theme: Theme) -> Iterator[bytes]:
    """Yield drawings of a diagram with less spacing or in the other direction.

    The drawing with the smallest change comes first.
    """
    other = swap_direction(language, source)
    for variant_source, is_compact in ((source, True), (other, False), (other, True)):
        drawing, _ = _draw_variant(language, variant_source, theme, compact=is_compact)
        if drawing:
            yield drawing


def _is_large_drawing(svg: bytes) -> bool:
    return svg.count(b"<path") > _MAX_PATHS


def _draw_variant(
    language: str, source: str, theme: Theme, *, compact: bool, font_scale: float = 1.0
) -> tuple[bytes, float]:
    """Draw a variant of a diagram; return the drawing and the size of its smallest text in pixels.

    Return b"" and 0 if ``source`` is empty or cannot be drawn. If ``compact`` is true, the spacing is
    reduced.
    """
    with suppress(InvalidDiagramError, DiagramEngineError):
        if source:
            drawing, _, size = _finish_drawing(
                ENGINES[language](source, theme, _ENGINE_FAMILY, compact, font_scale)[0], theme
            )
            return drawing, size
    return b"", 0.0


def _measure_page_scale(svg: bytes, theme: Theme) -> float:
    """Return the scale, at most 1, at which a drawing fits on a page."""
    _, width, height = inspect_svg(svg)
    available_width = theme.print.chart_width / _DRAWING_SCALE
    return min(1.0, available_width / width, available_width * _MAX_HEIGHT_RATIO / height)


def _measure_original_width(theme: Theme, text: etree._Element) -> float:
    """Return the width of a text element that the layout engine assumed, in user units."""
    bold = text.get("font-weight") == "bold"
    faces = [face for face in theme.slide_fallbacks if face.family == _ENGINE_FAMILY and not face.italic]
    face = next((face for face in faces if (face.weight > 400) is bold), faces[0])
    return measure_width(text.text or "", (face,)) * float(text.get("font-size", "12"))


def _find_smallest_font_size(root: etree._Element) -> float:
    texts = (element for element in root.iter(f"{SVG}text", f"{SVG}tspan") if (element.text or "").strip())
    sizes = (NUMBER.match(element.get("font-size", "")) for element in texts)
    return min((float(size[0]) for size in sizes if size), default=_DEFAULT_FONT_SIZE)


def _finish_drawing(drawing: bytes, theme: Theme) -> tuple[bytes, str, float]:
    """Replace the text of an engine's drawing with outlines; remove CSS and invisible elements.

    Return the drawing, its text, and the size of its smallest text in pixels.
    """
    try:
        root = parse_svg(sanitise_svg(drawing))
    except UnusablePictureError as error:
        raise DiagramEngineError(
            f"the generated SVG cannot be used: {error}", "simplify the diagram"
        ) from None
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    convert_css_to_attributes(root)
    join_label_lines(root, partial(_measure_original_width, theme))
    text_size = _find_smallest_font_size(root)
    text = outline_texts(root, theme, scale=_TEXT_SCALE)
    remove_invisible_elements(root)
    set_drawing_size(root, _DRAWING_SCALE)
    return etree.tostring(root), text, text_size * _DRAWING_SCALE


class InvalidDiagramError(Exception):
    """Raised if the source of a diagram is invalid. ``line`` is 1-based, or None if unknown."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message, line)
        self.message, self.line = message, line


class ExtraNotInstalledError(Exception):
    """Raised if the layout engine is an optional dependency that is not installed."""

    def __init__(self, extra: Extra) -> None:
        super().__init__(extra)
        self.extra: Extra = extra


class DiagramEngineError(Exception):
    """Raised if the layout engine is missing, fails or exceeds a limit."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.message, self.hint = message, hint


_SWAPPED_DIRECTIONS = {"LR": "TB", "RL": "BT", "TB": "LR", "TD": "LR", "BT": "RL"}
_RANKDIR = re.compile(r'(\brankdir\s*=\s*"?)(LR|RL|TB|BT)\b')
_FLOWCHART_DIRECTION = re.compile(r"^(\s*(?:flowchart|graph)(?:-elk)?\s+)(LR|RL|TB|TD|BT)\b", re.MULTILINE)
_DIRECTION = re.compile(r"^(\s*direction\s+)(LR|RL|TB|TD|BT)\b", re.MULTILINE)
_DIAGRAM_WITHOUT_DIRECTION = re.compile(
    r"^\s*(stateDiagram(?:-v2)?|classDiagram(?:-v2)?|erDiagram)[ \t]*$", re.MULTILINE
)


def swap_direction(language: str, source: str) -> str:
    """Swap the layout direction in a diagram's source; return "" if the diagram type has none."""
    return _swap_mermaid_direction(source) if language == "mermaid" else _swap_dot_direction(source)


def _swap_dot_direction(source: str) -> str:
    """Swap ``rankdir`` in DOT source. The default is top to bottom; some layout engines ignore it."""
    if _RANKDIR.search(source):
        return _RANKDIR.sub(_replace_direction, source, count=1)
    return source.replace("{", "{ rankdir=LR; ", 1) if "{" in source else ""


def _swap_mermaid_direction(source: str) -> str:
    if _FLOWCHART_DIRECTION.search(source):
        return _FLOWCHART_DIRECTION.sub(_replace_direction, source, count=1)
    if not (kind := _DIAGRAM_WITHOUT_DIRECTION.search(source)):
        return ""
    if _DIRECTION.search(source):
        return _DIRECTION.sub(_replace_direction, source, count=1)
    return f"{source[: kind.end()]}\n  direction LR{source[kind.end() :]}"


def _replace_direction(match: re.Match[str]) -> str:
    return match[1] + _SWAPPED_DIRECTIONS[match[2]]


_TIMEOUT = 20


def draw_dot(
    source: str, theme: Theme, family: str, compact: bool, font_scale: float = 1.0
) -> tuple[bytes, tuple[str, ...]]:
    """Lay out a graph with Graphviz; return the SVG and Graphviz's warnings.

    Text is set in the font ``family``, at ``font_scale`` times the normal size. If ``compact`` is true, the
    spacing between nodes is reduced. Raise ``InvalidDiagramError`` if the source is invalid or does not
    contain exactly one graph, ``DiagramEngineError`` if Graphviz exceeds its time limit, or
    ``ExtraNotInstalledError`` if it is not installed.
    """
    program = _find_executable("graphviz-pure")
    command: list[str | Path] = [
        program,
        "-Tsvg",
        *_build_dot_options(theme, family, compact, font_scale),
    ]
    # This variable keeps Graphviz from opening image files, which might be anywhere on the computer.
    server = {"SERVER_NAME": "triptych"}
    try:
        drawing, stderr = run_program_with_stderr(
            command,
            source.encode(),
            timeout=_TIMEOUT,
            environment=server,
            sandbox=Sandbox(program=program),
        )
    except ProgramLimitError as error:
        hint = "simplify the diagram, or split it into several diagrams"
        raise DiagramEngineError(f"Graphviz {error.stderr}", hint) from None
    except ProgramError as error:
        raise _parse_graphviz_error(error.stderr) from None
    if (graphs := drawing.count(b"</svg>")) != 1:
        raise InvalidDiagramError(
            "the source contains no graph"
            if not graphs
            else f"the source contains {graphs} graphs; the limit is 1"
        )
    lines = (re.sub(r"^(?:(?:Warning|Error): )+(?:<stdin>: )?", "", line) for line in stderr.splitlines())
    return drawing, tuple(dict.fromkeys(line.strip() for line in lines if _is_author_warning(line)))


def _build_dot_options(theme: Theme, family: str, compact: bool, font_scale: float) -> list[str]:
    """Return Graphviz options for the theme's colours and fonts; the source's attributes override them."""
    colours = theme.colours
    font = {"fontname": family, "fontsize": f"{12 * font_scale:g}", "fontcolor": f"#{colours.foreground}"}
    line = {"color": f"#{colours.dark}", "penwidth": "1.2"}
    spaces = {"nodesep": "0.15", "ranksep": "0.28"} if compact else {}
    defaults: Mapping[str, Mapping[str, str]] = {
        "G": {**font, "bgcolor": "transparent", "pencolor": f"#{colours.muted}", "pad": "0.04", **spaces},
        "N": {**font, **line, "fillcolor": f"#{colours.panel}"},
        "E": {
            **font,
            **line,
            "color": f"#{colours.muted}",
            "fontsize": f"{11 * font_scale:g}",
            "arrowsize": "0.8",
        },
    }
    return [f"-{kind}{key}={value}" for kind, pairs in defaults.items() for key, value in pairs.items()]


def _parse_graphviz_error(stderr: str) -> InvalidDiagramError:
    lines = [line.removeprefix("Error: ") for line in stderr.splitlines() if line.startswith("Error: ")]
    message = (lines or [stderr.strip().splitlines()[-1] if stderr.strip() else "Graphviz failed"])[0]
    line = re.search(r" in line (\d+)", message)
    words = re.sub(r"^<stdin>: | in line \d+", "", message)
    return InvalidDiagramError(words.strip(), int(line.group(1)) if line else None)


def _is_author_warning(line: str) -> bool:
    """Return whether a Graphviz warning is about the diagram, as opposed to fonts or the environment."""
    about_fonts = "metrics" in line or "value for width" in line
    about_servers = "SERVER_NAME" in line
    return bool(line.strip()) and not about_fonts and not about_servers


@cache
def _find_executable(name: str) -> Path:
    """Return the path of an executable installed by a wheel."""
    try:
        files = importlib.metadata.files(name) or []
        return Path(str(next(file for file in files if file.stem == name).locate())).resolve()
    except (importlib.metadata.PackageNotFoundError, StopIteration):
        raise ExtraNotInstalledError("graphviz") from None


_TOLERANCE = 1.0  # user units; tolerance for positions, which engines round
_STYLE_ATTRIBUTES = ("font-family", "font-size", "font-weight", "font-style", "fill", "fill-opacity")

_DiagramLine = list[etree._Element]
MeasureText = Callable[[etree._Element], float]


def join_label_lines(root: etree._Element, measure_text: MeasureText) -> None:
    """Join the text elements of each line of a centred label into one, anchored in the middle.

    ``measure_text`` returns the width of a text element in user units, in the font used for the layout.
    """
    for group in root.iter(f"{SVG}g"):
        lines = list(_split_label_lines([child for child in group if _is_label_piece(child)], measure_text))
        middles = [
            (float(line[0].get("x", "0")) + _find_right_edge(line[-1], measure_text)) / 2 for line in lines
        ]
        if len(lines) > 1 and max(middles) - min(middles) < _TOLERANCE:
            for line in lines:
                _join_line_pieces(line, sum(middles) / len(middles))


def _is_label_piece(element: etree._Element) -> bool:
    has_position = element.get("x") is not None and element.get("y") is not None
    return (
        element.tag == f"{SVG}text"
        and has_position
        and not len(element)
        and element.get("text-anchor") == "start"
    )


def _split_label_lines(pieces: _DiagramLine, measure_text: MeasureText) -> Iterator[_DiagramLine]:
    """Yield the text elements of each line of a label.

    A text element continues the line if it starts where the previous one ends.
    """
    line: _DiagramLine = []
    for piece in pieces:
        on_it = line and piece.get("y") == line[-1].get("y")
        if line and not (
            on_it and abs(float(piece.get("x", "0")) - _find_right_edge(line[-1], measure_text)) < _TOLERANCE
        ):
            yield line
            line = []
        line.append(piece)
    if line:
        yield line


def _find_right_edge(piece: etree._Element, measure_text: MeasureText) -> float:
    return float(piece.get("x", "0")) + measure_text(piece)


def _join_line_pieces(line: _DiagramLine, centre: float) -> None:
    first, *others = line
    words = first.text
    first.text = None
    for piece in line:
        span = etree.SubElement(first, f"{SVG}tspan")
        span.text = words if piece is first else piece.text
        for name in _STYLE_ATTRIBUTES:
            if value := piece.get(name):
                span.set(name, value)
    first.set("text-anchor", "middle")
    first.set("x", f"{centre:.2f}")
    first.set(XML_SPACE, "preserve")
    for piece in others:
        remove_element(piece)


_BASE_FONT_SIZE = 16  # pixels
_REWRITE_HINT = "simplify or rewrite the diagram"
_TINT = 0.3  # light enough for dark text
_COMPACT_OPTIONS = {
    "flowchart": {"nodeSpacing": 22, "rankSpacing": 30, "wrappingWidth": 110, "padding": 9},
    "sequence": {"actorMargin": 16, "width": 110, "wrap": True},
    "state": {"nodeSpacing": 22, "rankSpacing": 30},
    "class": {"nodeSpacing": 22, "rankSpacing": 30},
}


def draw_mermaid(
    source: str, theme: Theme, family: str, compact: bool, font_scale: float = 1.0
) -> tuple[bytes, tuple[str, ...]]:
    """Lay out a Mermaid diagram with merman; return the SVG and an empty tuple of warnings.

    Text is set in the font ``family``, at ``font_scale`` times the normal size. If ``compact`` is true,
    padding and spacing are reduced, and long text is wrapped. Raise ``InvalidDiagramError`` if the source is
    invalid, or ``DiagramEngineError`` if merman is missing, fails or exceeds a limit.
    """
    try:
        import merman
    except (ImportError, OSError):
        hint = f"run `{get_install_command('mermaid')}` (wheels are not available for every platform)"
        raise DiagramEngineError("the Mermaid renderer (merman) is not installed", hint) from None
    try:
        drawing = merman.Merman().render_svg(
            source, json.dumps(_build_mermaid_options(theme, family, compact, font_scale))
        )
    except merman.MermanError.Binding as error:
        raise _convert_mermaid_error(error, source) from None
    except merman.MermanError as error:
        raise DiagramEngineError(f"the Mermaid renderer (merman) failed: {error}", _REWRITE_HINT) from None
    except merman.merman_uniffi.InternalError as error:  # due to a bug in merman; the message is long
        reason = " ".join(str(error).partition("`")[0].split())
        raise DiagramEngineError(f"the Mermaid renderer (merman) failed: {reason}", _REWRITE_HINT) from None
    return drawing.encode(), ()


def _convert_mermaid_error(error: Any, source: str) -> InvalidDiagramError | DiagramEngineError:
    message = re.sub(r"^Diagram parse error \([\w-]+\): ", "", error.message)
    message = message[:1].lower() + message[1:]
    if error.code_name == "MERMAN_RESOURCE_LIMIT_EXCEEDED":
        return DiagramEngineError("size limit exceeded", "split it into several smaller diagrams")
    if error.code_name in ("MERMAN_PARSE_ERROR", "MERMAN_NO_DIAGRAM"):
        span = error.diagnostic.span if error.diagnostic else None
        # Offsets are in bytes.
        line = source.encode()[: span.start].count(b"\n") + 1 if span else None
        return InvalidDiagramError(message, line)
    return DiagramEngineError(f"the Mermaid renderer (merman) failed: {message}", _REWRITE_HINT)


def _build_mermaid_options(theme: Theme, family: str, compact: bool, font_scale: float) -> dict[str, Any]:
    """Return merman's options: the theme's colours, resource limits, deterministic output, and no scripts."""
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
                "fontSize": f"{_BASE_FONT_SIZE * font_scale:g}px",
            },
            **(_COMPACT_OPTIONS if compact else {}),
        },
    }


def _build_mermaid_colours(theme: Theme, family: str) -> dict[str, Any]:
    colours = theme.colours
    ink, border, panel = f"#{colours.foreground}", f"#{colours.dark}", f"#{colours.panel}"
    muted, rule, paper = f"#{colours.muted}", f"#{colours.rule}", f"#{colours.background}"
    series = [f"#{colour}" for colour in colours.series]
    variables: dict[str, Any] = {
        "fontFamily": family,
        "background": paper,
        "primaryColor": panel,
        "primaryBorderColor": border,
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


# The engine for each language of a fenced code block.
ENGINES = {"dot": draw_dot, "graphviz": draw_dot, "mermaid": draw_mermaid}
