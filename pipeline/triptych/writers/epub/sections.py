"""Sections within sections, as headings have them: a reading system then knows what belongs to which.

Each holds the id of its heading, so that a link leads to the whole.
"""

from __future__ import annotations

from dataclasses import replace

from triptych.markup.blocks import BlockWriter
from triptych.markup.xml import text
from triptych.model.nodes import Block, Heading


def in_sections(blocks: tuple[Block, ...], writer: BlockWriter) -> str:
    """The blocks of a chapter as XHTML; headings within other blocks open no section."""
    parts: list[str] = []
    levels: list[int] = []  # of the sections that are open
    for block in blocks:
        if isinstance(block, Heading):
            while levels and levels[-1] >= block.level:
                parts.append("</section>\n")
                levels.pop()
            levels.append(block.level)
            name = f' id="{text(block.attr.id)}"' if block.attr.id else ""
            parts.append(f"<section{name}>\n")
            parts.append(writer.heading(replace(block, attr=replace(block.attr, id="")), block.attr.id))
        else:
            parts.append(writer.blocks((block,)))
    return "".join((*parts, "</section>\n" * len(levels)))
