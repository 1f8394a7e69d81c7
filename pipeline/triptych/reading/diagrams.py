"""Convert ``mermaid`` and ``dot`` code blocks to figures, or to listings if they cannot be drawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeAlias, TypeGuard

from triptych.diagnostics import Diagnostic, Span
from triptych.engine.cache import Cache
from triptych.engine.extras import get_install_command
from triptych.engine.processes.limits import DRAWING_LIMITS, LimitExceededError, run_with_limits
from triptych.engine.tasks import DIAGRAM, Task
from triptych.formats import FORMATS
from triptych.media.diagrams import (
    Diagram,
    DiagramEngineError,
    ExtraNotInstalledError,
    InvalidDiagramError,
    draw_diagram,
)
from triptych.media.fonts.fonts import find_missing_characters, find_missing_cjk_characters
from triptych.media.picture_files import inspect_svg
from triptych.model.nodes import Attr, Block, CodeBlock, Figure, Image, Inline, Picture
from triptych.model.walk import plain_text
from triptych.theme.theme import Theme, load_theme, make_theme_key

DrawFunction: TypeAlias = Callable[[str, str], Diagram]

# Attributes that belong to the image, not to the figure.
_SIZES = ("width", "height")
# Accessibility text in Mermaid code: `accDescr: …` on one line, or `accDescr { … }` on several lines.
_ACCESSIBLE_TEXT = re.compile(r"^[ \t]*acc(Title|Descr)[ \t]*(?::(.*)|\{([^}]*)\})", re.MULTILINE)


def make_draw_function(theme: Theme, cache: Cache) -> DrawFunction:
    """Return a function that draws diagrams in the theme's style and caches them."""
    return partial(_draw_with_cache, theme, cache)


def _draw_with_cache(theme: Theme, cache: Cache, language: str, source: str) -> Diagram:
    task = Task.for_step(
        DIAGRAM, source.partition("\n")[0], theme=make_theme_key(theme), language=language, code=source
    )
    diagram: Diagram = cache.get_or_make(task, lambda: draw_with_limits(language, source, theme), Diagram)
    return diagram


def draw_with_limits(language: str, source: str, theme: Theme) -> Diagram:
    """Draw a diagram, whose source is untrusted, in a process with time and memory limits."""
    if language != "mermaid":
        return draw_diagram(language, source, theme)  # runs in a process with its own limits
    try:
        limits = DRAWING_LIMITS.allow_files(face.path for face in theme.faces if face.project_file)
        return run_with_limits(limits, draw_diagram, language, source, theme)
    except LimitExceededError as error:
        raise DiagramEngineError(f"{error}", "simplify the diagram") from None


def read_diagram(
    draw: DrawFunction, code: CodeBlock, caption: tuple[Inline, ...], description: tuple[Block, ...]
) -> tuple[Block, list[Diagnostic]]:
    """Convert a diagram's code to a figure. If drawing fails, return a listing and report the reason.

    ``code`` has the author's attributes and the position of the first non-empty line.
    """
    listing = replace(code, caption=caption)
    if code.attr.get("eval") == "false":
        return listing, []
    try:
        diagram = draw(code.language, code.text)
    except InvalidDiagramError as error:
        message = f"the {code.language} diagram cannot be parsed: {error.message}"
        return listing, [Diagnostic(code="DIA002", span=_locate_line(code, error.line), message=message)]
    except ExtraNotInstalledError as error:
        message, command = "the Graphviz renderer is not installed", get_install_command(error.extra)
        return listing, [Diagnostic(code="ENV003", span=code.span, message=message, hint=command)]
    except DiagramEngineError as error:
        message = (
            f"the {code.language} diagram cannot be drawn: {error.message}; its source code is shown instead"
        )
        return listing, [Diagnostic(code="DIA001", span=code.span, message=message, hint=error.hint)]
    findings = [
        Diagnostic(
            code="DIA003",
            span=code.span,
            message=f"the {code.language} diagram may not render as intended: {complaint}",
        )
        for complaint in diagram.warnings
    ]
    if missing := find_missing_characters(diagram.text, load_theme()):
        character = f'"{missing[0]}" (U+{ord(missing[0]):04X})'
        message = f"no bundled font has a glyph for {character} in the diagram"
        hint = get_install_command("cjk") if find_missing_cjk_characters(missing) else None
        findings.append(Diagnostic(code="FNT001", span=code.span, message=message, hint=hint))
    return _make_figure(code, caption, description, diagram), findings


def merge_narrow_variants(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], list[Diagnostic]]:
    """Merge each diagram of class ``narrow`` into the preceding one, as its variant for small screens."""
    if not any(map(_is_narrow, blocks)):
        return blocks, []
    out: list[Block] = []
    findings: list[Diagnostic] = []
    for block in blocks:
        if not _is_narrow(block):
            out.append(block)
        elif out and _is_diagram(out[-1]) and not _is_narrow(out[-1]):
            out[-1] = _add_narrow_variant(out[-1], block)
        else:
            out.append(block)
            message = "this `.narrow` diagram does not directly follow the diagram it replaces"
            hint = "move the `.narrow` diagram directly after the wide diagram that it replaces"
            findings.append(Diagnostic(code="DIA003", span=block.span, message=message, hint=hint))
    return tuple(out), findings


def _is_diagram(block: Block) -> TypeGuard[Figure]:
    return isinstance(block, Figure) and block.attr.has("diagram") and len(block.images) == 1


def _is_narrow(block: Block) -> TypeGuard[Figure]:
    return _is_diagram(block) and block.attr.has("narrow")


def _add_narrow_variant(wide: Figure, narrow: Figure) -> Figure:
    (image,), (other,) = wide.images, narrow.images
    assert image.picture is not None and other.picture is not None
    picture = replace(image.picture, narrow=other.picture.drawing)
    return replace(wide, images=(replace(image, picture=picture),))


def _find_accessible_text(code: CodeBlock) -> str:
    """Return the description (``accDescr``) or else the title (``accTitle``) in a Mermaid diagram, or ""."""
    if code.language != "mermaid":
        return ""
    texts = {
        name: " ".join((line or block).split()) for name, line, block in _ACCESSIBLE_TEXT.findall(code.text)
    }
    return texts.get("Descr") or texts.get("Title", "")


def _make_figure(
    code: CodeBlock, caption: tuple[Inline, ...], description: tuple[Block, ...], diagram: Diagram
) -> Figure:
    attr = code.attr
    sizes = tuple((name, attr.get(name)) for name in _SIZES if attr.get(name))
    if (inches := attr.get("fig-width")) and not sizes:
        sizes = (("width", f"{inches}in"),)
    drawings = [
        (name, diagram.page_variant if form.is_paged else diagram.slide_variant if form.is_deck else None)
        for name, form in FORMATS.items()
    ]
    image = Image(
        source="diagram",
        alt=attr.get("fig-alt") or attr.get("alt") or _find_accessible_text(code) or plain_text(caption),
        picture=replace(_make_picture(diagram.svg), narrow=diagram.phone_variant),
        variants=tuple((output, _make_picture(svg)) for output, svg in drawings if svg),
        attr=Attr("", attr.classes, sizes),
        span=code.span,
    )
    return Figure(
        images=(image,),
        caption=caption,
        description=description,
        attr=replace(attr, classes=(*attr.classes, "diagram")),
        span=code.span,
    )


def _make_picture(drawing: bytes) -> Picture:
    media_type, width, height = inspect_svg(drawing)
    return Picture(path="", media_type=media_type, width=width, height=height, drawing=drawing)


def _locate_line(code: CodeBlock, line: int | None) -> Span | None:
    if code.span is None or line is None:
        return code.span
    first = next((number for number, text in enumerate(code.text.split("\n"), 1) if text.strip()), 1)
    return replace(code.span, line=code.span.line + line - first, column=1) if line != first else code.span
