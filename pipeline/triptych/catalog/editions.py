"""One source and a file of readers → an edition for each of its rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triptych.diagnostics import Diagnostic, Span
from triptych.project import is_file
from triptych.settings.catalog import TitleEntry
from triptych.settings.values import merged, slug
from triptych.text_files import explain_encoding

LARGEST = 16 << 20  # bytes of a list of titles or readers
_PLACE = re.compile(r"\{([^{}]+)\}")
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*|")  # a language (BCP 47), or none
_BETWEEN = re.compile(r"[\s;,]+")
_NAME, _PROFILES, _LANGUAGE = "name", "profiles", "language"  # columns that say more than a value


@dataclass(frozen=True, slots=True)
class Edition:
    """A title for one reader, or for all: its name, the settings over those of its manifest, its variant."""

    name: str
    settings: dict[str, Any]
    profiles: tuple[str, ...] = ()
    language: str = ""


def editions(
    entry: TitleEntry, name: str, root: Path, found: list[Diagnostic], at: Span
) -> Iterator[Edition]:
    """The title as it is, or one for each row of its file; CAT004 for what is wrong with that.

    All columns are variables of the text but ``profiles`` and ``language``. ``name``, or the first of them,
    names the edition.
    """
    if not entry.merge:
        yield Edition(name, merged({}, entry.settings))
        return
    for number, row in enumerate(_rows(root, entry.merge, found, at), 1):
        values = {key: value for key, value in row.items() if key not in (_PROFILES, _LANGUAGE)}
        settings = _filled(entry.settings, row)
        yield Edition(
            name=f"{name}/{slug(row.get(_NAME) or next(iter(row.values()))) or number}",
            settings={**settings, "variables": {**values, **settings.get("variables", {})}},
            profiles=tuple(filter(None, _BETWEEN.split(row.get(_PROFILES, "")))),
            language=row.get(_LANGUAGE, ""),
        )


def _rows(root: Path, path: str, found: list[Diagnostic], at: Span) -> list[dict[str, str]]:
    """The rows of a CSV file (RFC 4180) by the names in its first line."""

    def wrong(message: str, place: Span) -> list[dict[str, str]]:
        found.append(Diagnostic(code="CAT004", span=place, message=message))
        return []

    file = root / path
    if not file.resolve().is_relative_to(root) or not is_file(file):
        return wrong(f'CSV file "{path}" does not exist, or is outside the catalogue folder', at)
    if file.stat().st_size > LARGEST:
        return wrong(f'CSV file "{path}" is larger than the limit of {LARGEST >> 20} MB', at)
    try:
        lines = csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline=""))
        head = [cell.strip() for cell in next(lines, [])]
        table = [(lines.line_num, cells) for cells in lines if any(cells)]
    except UnicodeDecodeError as error:
        found.append(explain_encoding(error, path).finding(path, "CAT004"))
        return []
    except csv.Error as error:
        return wrong(f"the CSV file cannot be parsed: {error}", Span(path=path))
    if not head or "" in head or len(set(head)) < len(head):
        return wrong("each column needs a unique name in the header row", Span(path=path))
    for line, cells in table:
        if len(cells) != len(head):
            wrong(f"this row has {len(cells)} cells; the header has {len(head)}", Span(path=path, line=line))
    rows = [
        (line, dict(zip(head, map(str.strip, cells), strict=True)))
        for line, cells in table
        if len(cells) == len(head)
    ]
    for line, row in rows:
        if not _TAG.fullmatch(row.get(_LANGUAGE, "")):
            wrong(
                f'"{row[_LANGUAGE]}" is not a valid language tag, such as de or pt-BR',
                Span(path=path, line=line),
            )
    return [row for _, row in rows if _TAG.fullmatch(row.get(_LANGUAGE, ""))]


def _filled(value: Any, row: Mapping[str, str]) -> Any:
    """Settings with the cells of a row in the places that name their columns; other braces stay."""
    if isinstance(value, Mapping):
        return {key: _filled(item, row) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, row) for item in value]
    if isinstance(value, str):
        return _PLACE.sub(lambda match: row.get(match[1].strip(), match[0]), value)
    return value
