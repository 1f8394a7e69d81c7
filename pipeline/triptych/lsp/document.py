"""Represent a document open in an editor, and find the name at a position."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lsprotocol import types

from triptych.diagnostics import Diagnostic
from triptych.lsp.index import ProjectIndex
from triptych.lsp.markdown_scan import AttributeBlock, AttributePart, Mention
from triptych.lsp.snapshot import DataTable
from triptych.lsp.source_text import Encoding, SourceText

# Attributes whose values are column names of the data file.
COLUMN_KEYS = frozenset("x y series facet labels label size lines column row columns order where".split())


@dataclass(frozen=True, slots=True)
class DataColumn:
    """The name of a column of the data file ``path``, from offset ``start`` to ``end`` of a document."""

    path: str
    name: str
    table: DataTable
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """A document with its project. ``pictures`` are PNGs of figures, ``findings`` those in the document."""

    index: ProjectIndex
    path: str
    source: SourceText
    encoding: Encoding
    make_uri: Callable[[str], str]
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    findings: tuple[Diagnostic, ...] = ()

    def get_offset(self, position: types.Position) -> int:
        """Return the offset of a position in the document."""
        return self.source.get_offset(position, self.encoding)

    def make_range(self, start: int, end: int) -> types.Range:
        """Return the range between two offsets in the document."""
        return self.source.make_range(start, end, self.encoding)

    def make_location(self, path: str, start: int, end: int) -> types.Location:
        """Return the location of a range in a file of the project."""
        source = self.index.get_text(path) or SourceText("")
        return types.Location(self.make_uri(path), source.make_range(start, end, self.encoding))

    def find_mention(self, offset: int) -> Mention | None:
        """Return the name at an offset, or None if there is none."""
        touching = [
            mention
            for mention in self.index.list_mentions(self.path)
            if mention.start <= offset <= mention.end
        ]
        return min(touching, key=lambda mention: mention.end - mention.start, default=None)

    def find_attribute(self, offset: int) -> tuple[AttributeBlock, AttributePart] | None:
        """Return the attribute or class at an offset with its block, or None if there is none."""
        scan = self.index.scan(self.path) if self.index.is_section(self.path) else None
        block = scan.find_block(offset) if scan else None
        for part in block.parts if block else ():
            if block and part.key_start <= offset <= part.end:
                return block, part
        return None

    def find_column(self, offset: int) -> DataColumn | None:
        """Return the column of a data file whose name is at an offset, or None if there is none."""
        attribute_place = self.find_attribute(offset)
        if (
            attribute_place is None
            or attribute_place[1].key not in COLUMN_KEYS
            or offset < attribute_place[1].start
        ):
            return None
        block, part = attribute_place
        path = self.index.locate_file(block.get("data"), self.path) if block.get("data") else None
        table = self.index.get_table(path) if path else None
        if path is None or table is None:
            return None
        for name, start, end in split_values(part.text):
            name = name.partition("=")[0].strip() if part.key == "where" else name
            start, end = part.start + start, part.start + end
            if start <= offset <= end and name in dict(table.columns):
                return DataColumn(path, name, table, start, end)
        return None


def split_values(text: str) -> list[tuple[str, int, int]]:
    """Split a value at commas and semicolons. Return each item without spaces, and its offsets."""
    items, start = [], 0
    for end, character in enumerate(f"{text},"):
        if character in ",;":
            item = text[start:end]
            left = start + len(item) - len(item.lstrip())
            items.append((item.strip(), left, left + len(item.strip())))
            start = end + 1
    return items
