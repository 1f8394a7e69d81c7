"""Read the data files of the edition, and find the rows that its charts show."""

from __future__ import annotations

import csv
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.edition.amounts import Amount, amounts
from triptych.model.book import Chapter

SOURCE = Path(__file__).parents[2] / "source"

_NAMED = re.compile(r"""\bdata(?:=|\(")(?:data/)?(?P<file>[\w-]+\.csv)""")
_CHART = re.compile(
    r"^::: \{(?P<attributes>[^}]*\.chart\b[^}]*)\}\n(?P<caption>.*?)^:::", re.MULTILINE | re.DOTALL
)
_TABLE = re.compile(
    r"^::: \{#(?P<id>tbl-[\w-]+)[^}]*\.table\b[^}]*\}\n(?P<caption>.*?)^:::", re.MULTILINE | re.DOTALL
)
_SOURCE_TABLE = re.compile(r"^(?P<rows>(?:\|.*\n)+)\n: [^\n{]*\{#(?P<id>tbl-[\w-]+)", re.MULTILINE)
_KEY = re.compile(r"@([\w:-]+)")


@dataclass(frozen=True, slots=True)
class Charted:
    """A chart in the source: its id ("" on a slide), the rows that it shows and the sources that it cites."""

    id: str
    rows: tuple[dict[str, str], ...]
    cited: frozenset[str]

    @property
    def keys(self) -> frozenset[str]:
        """Return the keys of the sources of its rows."""
        return frozenset(row["source_key"] for row in self.rows)


def table_sources() -> dict[str, frozenset[str]]:
    """Return the cited keys by the id of the table: in captions of data tables and in rows of other tables."""
    result = {}
    for path in SOURCE.glob("*.md"):
        text = path.read_text("utf-8")
        result |= {match["id"]: frozenset(_KEY.findall(match["caption"])) for match in _TABLE.finditer(text)}
        result |= {
            match["id"]: frozenset(_KEY.findall(match["rows"])) for match in _SOURCE_TABLE.finditer(text)
        }
    return result


def rows_with_sources(path: str, name: str) -> dict[str, list[list[str]]]:
    """Return the keys in the cells of a table in a source file, by the first cell of the row."""
    matches = _SOURCE_TABLE.finditer((SOURCE / path).read_text("utf-8"))
    (table,) = (match["rows"] for match in matches if match["id"] == name)
    lines = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    return {first: [_KEY.findall(cell) for cell in cells] for first, *cells in lines}


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a data file."""
    with (SOURCE / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def series(name: str) -> Iterator[Amount]:
    """Return the numbers of a data file in the units given by its column names."""
    for row in rows(name):
        for column, cell in row.items():
            yield from (amount.scaled(column) for amount in amounts(cell.removeprefix("-")))


def written(chapter: Chapter) -> str:
    """Return the source of a chapter."""
    return (SOURCE.parent / chapter.source).read_text("utf-8")


def data_files(chapter: Chapter) -> set[str]:
    """Return the names of the data files that the source of a chapter refers to."""
    return set(_NAMED.findall(written(chapter)))


def charted_rows(chapter: Chapter) -> Iterator[Charted]:
    """Return the charts in the source of a chapter."""
    for match in _CHART.finditer(written(chapter)):
        words = shlex.split(match["attributes"])
        value = dict(word.split("=", 1) for word in words if "=" in word)
        column, _, expected = value.get("where", "").partition("=")
        ends = [item.strip() for item in value["ends"].split(";")] if "ends" in value else None
        shown = tuple(
            row
            for row in rows(Path(value["data"]).name)
            if (not column or row[column] == expected)
            and (ends is None or row[value["x"]] in ends)
            and any(row[name] for name in value.get("y", value.get("series", "")).split(","))
        )
        name = next((word for word in words if word.startswith("#")), "")
        named = match["caption"] + value.get("source", "")
        yield Charted(name.removeprefix("#"), shown, frozenset(_KEY.findall(named)))
