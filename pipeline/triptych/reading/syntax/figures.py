"""Convert ``::: {#fig-x}`` around images, charts or tables to a figure of captioned panels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from triptych.media.picture_sizes import is_wide
from triptych.model.nodes import (
    Attr,
    Block,
    Chart,
    Figure,
    Group,
    Image,
    Inline,
    LineBreak,
    Paragraph,
    SoftBreak,
    Table,
    Text,
)
from triptych.model.walk import plain_text
from triptych.model.whole_numbers import parse_whole_number

_MAX_COLUMNS = 6
_ROW = re.compile(r"\[([^\[\]]*)\]")
_WIDTH = re.compile(r"(?<![-\d.])\d+(?:\.\d+)?")


def is_figure(attr: Attr) -> bool:
    """Return whether a div is a figure, by its id or by attributes for the columns of its panels."""
    in_columns = attr.get("layout-ncol") or _parse_panel_widths(attr)
    return attr.id.startswith("fig-") or bool(in_columns and not attr.id.startswith("tbl-"))


def read_figure(attr: Attr, content: tuple[Block, ...]) -> Figure | None:
    """Convert a div to a figure with its last paragraph as caption. Return None for other content."""
    content, description = split_description(content, attr)
    last = content[-1] if content else None
    pictured = isinstance(last, Paragraph) and any(isinstance(node, Image) for node in last.content)
    caption = last.content if isinstance(last, Paragraph) and not pictured else ()
    panel_blocks = content[:-1] if caption else content
    if not panel_blocks or not all(
        isinstance(block, Paragraph | Figure | Chart | Table) for block in panel_blocks
    ):
        return None
    if any(isinstance(block, Paragraph) and not _has_only_images(block) for block in panel_blocks):
        return None
    panels = tuple(panel for block in panel_blocks for panel in _split_panels(block))
    if len(panels) > 1:
        return Figure(
            images=(), panels=panels, columns=_count_columns(attr, len(panels)), caption=caption, attr=attr
        )
    single_panel = panels[0] if panels else None
    if not isinstance(single_panel, Figure):
        return None
    images = tuple(_widen_image(image, attr) for image in single_panel.images)
    if single_panel.attr.has("diagram"):
        attr = replace(attr, classes=(*attr.classes, "diagram"))
        images = tuple(replace(image, alt=image.alt or plain_text(caption)) for image in images)
    return replace(
        single_panel,
        images=images,
        caption=caption or single_panel.caption,
        description=description or single_panel.description,
        attr=attr,
    )


def split_description(content: tuple[Block, ...], attr: Attr) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Return the blocks of a figure without its long description, and the description.

    The description is in ``::: {.description}`` or in the attribute ``fig-desc``.
    """
    frames = [block for block in content if isinstance(block, Group) and block.attr.has("description")]
    rest = tuple(block for block in content if block not in frames)
    return rest, tuple(block for frame in frames for block in frame.content) or read_description_attribute(
        attr
    )


def read_description_attribute(attr: Attr) -> tuple[Block, ...]:
    """Return the long description in the attribute ``fig-desc`` as blocks."""
    text = attr.get("fig-desc")
    return (Paragraph(content=(Text(text=text),)),) if text else ()


def convert_images_to_figures(content: tuple[Block, ...]) -> Iterator[Block]:
    """Convert images that fill a line of a paragraph to figures, since slides have no inline images."""
    for block in content:
        if isinstance(block, Group):
            yield replace(block, content=tuple(convert_images_to_figures(block.content)))
        elif isinstance(block, Paragraph) and any(isinstance(node, Image) for node in block.content):
            for image, lines in groupby(_split_lines(block.content), key=_find_lone_image):
                if image is not None:
                    yield _make_captioned_figure(image)
                else:
                    yield replace(block, content=tuple(node for line in lines for node in line))
        else:
            yield block


def _split_lines(content: tuple[Inline, ...]) -> list[tuple[Inline, ...]]:
    """Split the inlines of a paragraph after each line break."""
    lines: list[list[Inline]] = [[]]
    for node in content:
        lines[-1].append(node)
        if isinstance(node, SoftBreak | LineBreak):
            lines.append([])
    return [tuple(line) for line in lines if line]


def _find_lone_image(line: tuple[Inline, ...]) -> Image | None:
    images = [node for node in line if isinstance(node, Image) and not node.is_decorative]
    return images[0] if len(images) == 1 and _has_only_images(Paragraph(content=line)) else None


def _make_captioned_figure(image: Image) -> Figure:
    """Convert an image to the figure that pandoc makes of an image in its own paragraph."""
    has_own_alt = image.attr.get("fig-alt") or image.attr.get("alt")
    caption = () if has_own_alt or not image.alt else (Text(text=image.alt),)
    return replace(_make_panel(image), caption=caption, attr=image.attr)


def _widen_image(image: Image, attr: Attr) -> Image:
    """Return an image with the class ``full-width`` if its figure has such a class."""
    if not is_wide(attr) or is_wide(image.attr):
        return image
    return replace(image, attr=replace(image.attr, classes=(*image.attr.classes, "full-width")))


def _split_panels(block: Block) -> tuple[Figure | Chart | Table, ...]:
    """Return the panels in one block of a figure. Each image in a paragraph is a panel."""
    match block:
        case Chart():
            return (replace(block, headline=""),)  # a panel has only a caption
        case Figure() | Table():
            return (block,)
        case Paragraph():
            return tuple(map(_make_panel, [node for node in block.content if isinstance(node, Image)]))
    return ()


def _make_panel(image: Image) -> Figure:
    plain_image = replace(image, attr=replace(image.attr, id=""))
    return Figure(images=(plain_image,), caption=(), attr=Attr(image.attr.id), span=image.span)


def _has_only_images(block: Paragraph) -> bool:
    return all(
        isinstance(node, Image | SoftBreak | LineBreak) or (isinstance(node, Text) and not node.text.strip())
        for node in block.content
    )


def _count_columns(attr: Attr, count: int) -> int:
    """Return the number of columns set by ``layout-ncol``, ``layout-nrow`` or ``layout``, by default 1."""
    if column_count := parse_whole_number(attr.get("layout-ncol")):
        return min(column_count, count, _MAX_COLUMNS)
    if rows := parse_whole_number(attr.get("layout-nrow")):
        return min(-(-count // rows), _MAX_COLUMNS)
    return min(max(map(len, _parse_panel_widths(attr)), default=1), count, _MAX_COLUMNS)


def _parse_panel_widths(attr: Attr) -> list[list[str]]:
    """Parse the widths of the panels in each row of ``layout="[[40, -20, 40], [100]]"``.

    Negative widths, which are spacing in Quarto, are omitted. Outputs give all panels of a row the same
    width.
    """
    rows = (_WIDTH.findall(row) for row in _ROW.findall(attr.get("layout")))
    return [row for row in rows if row]
