"""A Word document: pandoc reads it, each heading of level 1 begins a chapter."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from triptych.diagnostics import Span
from triptych.engine.processes.bounds import say_at
from triptych.engine.processes.limits import WORD
from triptych.engine.processes.pandoc import run_pandoc
from triptych.engine.processes.programs import ProgramFailed
from triptych.project import LARGEST_FILE
from triptych_import.book import Metadata, SourceBook
from triptych_import.draft import Draft, Finding
from triptych_import.outline.splitting import split
from triptych_import.project import calendar_date
from triptych_import.refusals import NoBook, no_book
from triptych_import.word.parts import LARGEST_PART, changes, language, not_kept, part, refusal
from triptych_import.word.styles import read_as_meant
from triptych_import.word.tree import adapted

LOOKS_FOR = "a Word document (*.docx)"
_CORE = "docProps/core.xml"
_FORMAT = "markdown-simple_tables-multiline_tables-raw_attribute"


def recognises(path: Path) -> bool:
    """Whether it is a Word document."""
    return path.is_file() and path.suffix.lower() == ".docx"


def read(path: Path) -> SourceBook:
    """A Word document → the book."""
    say_at(path.name)
    if path.stat().st_size > LARGEST_FILE:
        raise _refused(path.name, f"the document is larger than the limit of {LARGEST_FILE >> 20} MB")
    data = path.read_bytes()
    if reason := refusal(data):
        raise _refused(path.name, reason)
    try:
        return _read(path, data)
    except ProgramFailed as failure:
        raise _refused(path.name, " ".join(str(failure).split())[:300]) from None


def _refused(name: str, reason: str) -> NoBook:
    hint = "fix the problem in Word and save the document again"
    return no_book("IMP002", Span(path=name), reason, hint)


def _read(path: Path, data: bytes) -> SourceBook:
    meant, looks = read_as_meant(data)
    read_tree = _tree(meant)
    tree, found = adapted(read_tree, path.name, looks)
    everything = _tree(data, "--track-changes=all")
    found += changes(everything, path.name)
    # Notes stand behind the block that they belong to, so that they are in its chapter.
    options = ["-f", "json", "-t", _FORMAT, "--wrap=none", "--reference-location=block"]
    text = run_pandoc(["--sandbox", *options], json.dumps(tree).encode(), WORD)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = dict(_media(archive))
        core = _core(archive)
        found += not_kept(archive, read_tree, path.name)
        core.setdefault("language", language(archive))
    parts = split(Draft.of(path.name, text.decode("utf-8")), opening="Opening")
    if not parts.at:
        what = "no heading starts a chapter"
        found.append(Finding(path=path.name, what=what, done="imported as one chapter"))
    return SourceBook(
        metadata=_metadata(tree.get("meta", {}), core, path),
        sections=parts.sections,
        files=files,
        findings=tuple(found),
    )


def _tree(data: bytes, *options: str) -> Any:
    """Pandoc's tree of a document."""
    return json.loads(run_pandoc(["--sandbox", "-f", "docx+styles", "-t", "json", *options], data, WORD))


def _media(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """The pictures in a document, under the names that pandoc gives them."""
    for info in archive.infolist():
        if info.filename.startswith("word/media/") and info.file_size <= LARGEST_PART:
            yield info.filename.removeprefix("word/"), archive.read(info)


def _core(archive: zipfile.ZipFile) -> dict[str, str]:
    """The document's properties: local name → text."""
    root = part(archive, _CORE)
    if root is None:
        return {}
    properties = {
        etree.QName(node).localname: (node.text or "").strip() for node in root if isinstance(node.tag, str)
    }
    return {name: text for name, text in properties.items() if text}


def _metadata(meta: dict[str, Any], core: dict[str, str], path: Path) -> Metadata:
    """What the title block says, else what the properties say."""

    def words(value: Any) -> str:
        if value["t"] == "MetaList":
            return "; ".join(words(item) for item in value["c"])
        blocks = value["c"] if value["t"] == "MetaBlocks" else [{"t": "Plain", "c": value["c"]}]
        document: dict[str, Any] = {"pandoc-api-version": [1, 23], "meta": {}, "blocks": blocks}
        plain = ["--sandbox", "-f", "json", "-t", "plain", "--wrap=none"]
        return run_pandoc(plain, json.dumps(document).encode(), WORD).decode().strip()

    title_block = {
        key: words(value) for key, value in meta.items() if key in ("title", "subtitle", "author", "date")
    }
    authors = re.split(r"\s*;\s*", title_block.get("author") or core.get("creator", ""))
    stem = path.stem.replace("-", " ").replace("_", " ")
    return Metadata(
        title=title_block.get("title") or core.get("title") or stem,
        subtitle=title_block.get("subtitle", ""),
        authors=tuple(name for name in authors if name),
        date=calendar_date(title_block.get("date", "")) or calendar_date(core.get("created", "")[:10]),
        language=core.get("language", ""),
        description=core.get("description", ""),
    )
