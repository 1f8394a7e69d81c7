"""The data files of the edition, and which rows of them its charts show."""

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
_KEY = re.compile(r"@([\w:-]+)")


@dataclass(frozen=True, slots=True)
class Charted:
    """A chart as it is written: its id, "" on a slide, the rows that it shows and the sources it names."""

    id: str
    rows: tuple[dict[str, str], ...]
    cited: frozenset[str]

    @property
    def keys(self) -> frozenset[str]:
        """The sources of its rows."""
        return frozenset(row["source_key"] for row in self.rows)


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a data file."""
    with (SOURCE / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def series(name: str) -> Iterator[Amount]:
    """The numbers of a data file; the names of its columns tell their units."""
    for row in rows(name):
        for column, cell in row.items():
            yield from (amount.scaled(column) for amount in amounts(cell.removeprefix("-")))


def written(chapter: Chapter) -> str:
    """The source of a chapter."""
    return (SOURCE.parent / chapter.source).read_text("utf-8")


def data_files(chapter: Chapter) -> set[str]:
    """The names of the data files that the source of a chapter asks for."""
    return set(_NAMED.findall(written(chapter)))


def charted_rows(chapter: Chapter) -> Iterator[Charted]:
    """The charts in the source of a chapter."""
    for match in _CHART.finditer(written(chapter)):
        words = shlex.split(match["attributes"])
        value = dict(word.split("=", 1) for word in words if "=" in word)
        column, _, wanted = value.get("where", "").partition("=")
        ends = [one.strip() for one in value["ends"].split(";")] if "ends" in value else None
        shown = tuple(
            row
            for row in rows(Path(value["data"]).name)
            if (not column or row[column] == wanted)
            and (ends is None or row[value["x"]] in ends)
            and any(row[name] for name in value.get("y", value.get("series", "")).split(","))
        )
        name = next((word for word in words if word.startswith("#")), "")
        yield Charted(name.removeprefix("#"), shown, frozenset(_KEY.findall(match["caption"])))
