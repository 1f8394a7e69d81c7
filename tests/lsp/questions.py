r"""Generate requests about a book, with the answers that a plain search in its source gives.

The search is independent of the server. It reads lines, skips fenced code, comments and inline code, and
recognises ids: in braces after ``#``, in front matter, or in ``\label``.
"""

from __future__ import annotations

import csv
import itertools
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lsp.client import Client, position_of

Check = Callable[[Any], object]
_ID = r"(?:sec|fig|tbl|eq|lst|nte|tip|imp|wrn|cau|thm|lem|cor|prp|cnj|def|exm|exr|sol|rem|alg)-[A-Za-z0-9][A-Za-z0-9-]*"


@dataclass(frozen=True, slots=True)
class Question:
    """A request about an offset of a file, and a test of its answer. ``insert`` is typed there before."""

    method: str
    path: Path
    offset: int
    is_right: Check
    insert: str = ""
    more: tuple[tuple[str, Any], ...] = ()

    def ask(self, client: Client) -> Any:
        text = self.path.read_text("utf-8")
        if self.insert:
            text = text[: self.offset] + self.insert + text[self.offset :]
            client.change(self.path, text)
        offset = self.offset + len(self.insert)
        return client.at(self.method, self.path, text, offset, **dict(self.more))

    def undo(self, client: Client) -> None:
        """Undo the typed text."""
        if self.insert:
            client.change(self.path, self.path.read_text("utf-8"))

    def __str__(self) -> str:
        return f"{self.method} at {self.path.name}:{self.offset} {self.insert!r}"


class SourceSearch:
    """The sections of a book as plain text: ids, references, headings and citations with their offsets."""

    def __init__(self, root: Path, sections: list[str]) -> None:
        self.files = [root / "source" / name for name in sections]
        self.texts = {path: path.read_text("utf-8") for path in self.files}
        self.prose = {path: _blank_code(text) for path, text in self.texts.items()}
        self.ids: dict[str, tuple[Path, int]] = {}
        self.uses: list[tuple[str, Path, int]] = []
        self.citations: list[tuple[str, Path, int]] = []
        for path, text in self.prose.items():
            for match in re.finditer(r"\{[^{}]*?#([A-Za-z][\w-]*)|^id: *([\w-]+)$", text, re.MULTILINE):
                self.ids.setdefault(match[1] or match[2], (path, match.start(1 if match[1] else 2)))
            link = r"\]\((?!\w+:)[^()\s#]*#([\w-]+)\)|^\[[^\]]+\]: (?!\w+:)[^\s#]*#([\w-]+)"
            for match in re.finditer(rf"(?<![\w\\])@({_ID})|{link}", text, re.MULTILINE):
                assert match.lastindex
                self.uses.append((match[match.lastindex], path, match.start(match.lastindex)))
            for match in re.finditer(r"(?<![\w\\])@([a-z][a-z0-9_]+[0-9]{4}[a-z]*)\b", text):
                self.citations.append((match[1], path, match.start(1)))

    def list_headings(self, path: Path) -> list[str]:
        lines = zip(self.texts[path].split("\n"), self.prose[path].split("\n"), strict=True)
        titles = (line.lstrip("#").strip() for line, prose in lines if re.match(r"#{1,6} ", prose))
        return [re.sub(r"\s*\{[^{}]*\}$", "", title) for title in titles]


def _blank_code(text: str) -> str:
    """Replace code and comments with spaces of the same length."""
    out, fence = [], ""
    for line in text.split("\n"):
        match = re.match(r"\s*(?:[-*>]\s+|\d+\.\s+)*(`{3,}|~{3,})", line)
        if fence:
            out.append(" " * len(line))
            if match and match[1].startswith(fence) and not line.strip().strip("`~> "):
                fence = ""
        elif match:
            fence = match[1]
            brace = line.find("{#")
            out.append(" " * len(line) if brace < 0 else " " * brace + line[brace:])
        else:
            out.append(re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", lambda found: " " * len(found[0]), line))
    blank = re.sub(r"\S", " ", "\n".join(out)) if not out else "\n".join(out)
    return re.sub(r"<!--.*?-->", lambda found: re.sub(r"\S", " ", found[0]), blank, flags=re.DOTALL)


def list_sections(root: Path) -> list[str]:
    """Return the sections that a manifest lists under ``book:``, except those of profiles."""
    manifest = (root / "source/book.yaml").read_text("utf-8")
    own = re.search(r"^book:(.*?)^(?=\w)", manifest, re.MULTILINE | re.DOTALL)
    assert own is not None
    return [name for name in re.findall(r"[\w./-]+\.md\b", own[1]) if (root / "source" / name).is_file()]


def list_questions(root: Path, sections: list[str], count: int, seed: int = 1) -> list[Question]:
    """Return random but reproducible questions of all kinds about a book."""
    draw = random.Random(seed)
    search = SourceSearch(root, sections)
    kinds = [list(kind(root, search)) for kind in _KINDS]
    for questions in kinds:
        draw.shuffle(questions)
    turns = itertools.chain.from_iterable(itertools.zip_longest(*kinds))
    return [question for question in turns if question is not None][:count]


def _about_definitions(root: Path, search: SourceSearch) -> Iterator[Question]:
    for name, path, offset in search.uses:
        if name in search.ids:
            file, start = search.ids[name]
            place = (file.as_uri(), position_of(search.texts[file], start))

            def is_right(answer: Any, place: tuple[str, Any] = place) -> bool:
                return [(item["uri"], item["range"]["start"]) for item in answer] == [place]

            yield Question("definition", path, offset + 1, is_right)


def _about_references(root: Path, search: SourceSearch) -> Iterator[Question]:
    manifest = root / "source/book.yaml"
    for name, (path, offset) in search.ids.items():
        uses = [(file, start) for used, file, start in search.uses if used == name]
        expected = sorted(
            (file.as_uri(), *position_of(search.texts[file], start).values()) for file, start in uses
        )

        def is_right(answer: Any, expected: list[Any] = expected) -> bool:
            result = sorted((item["uri"], *item["range"]["start"].values()) for item in answer)
            return [item for item in result if item[0] != manifest.as_uri()] == expected

        yield Question(
            "references", path, offset + 1, is_right, more=(("context", {"includeDeclaration": False}),)
        )


def _about_renaming(root: Path, search: SourceSearch) -> Iterator[Question]:
    manifest = (root / "source/book.yaml").read_text("utf-8")
    for name, (path, offset) in search.ids.items():
        prefix = re.match(r"[a-z]{2,3}-", name)
        new = f"{prefix[0] if prefix else ''}renamed-x"
        expected = 1 + sum(used == name for used, _, _ in search.uses)
        expected += len(re.findall(rf"(?<![\w-]){re.escape(name)}(?![\w-])", manifest))

        def is_right(answer: Any, expected: int = expected, new: str = new) -> bool:
            edits = [edit for file in answer["changes"].values() for edit in file]
            return len(edits) == expected and {edit["newText"] for edit in edits} == {new}

        yield Question("rename", path, offset + 1, is_right, more=(("newName", new),))


def _about_captions(root: Path, search: SourceSearch) -> Iterator[Question]:
    for name, path, offset in search.uses:
        if name.startswith("fig-") and name in search.ids:
            file, start = search.ids[name]
            text = search.texts[file]
            line = text[text.rfind("\n", 0, start) + 1 : text.index("\n", start)]
            if not line.startswith("::: {") or ".chart" not in line:
                continue
            caption = text[text.index("}\n", start) + 2 :].split("\n")[0].replace("’", "'")
            words = re.sub(r"[*`]|\[?@[^\]]*\]?", "", caption).strip()[:24].strip()

            def is_right(answer: Any, words: str = words) -> bool:
                return answer is not None and words in re.sub(
                    r"[\\]", "", answer["contents"]["value"]
                ).replace("’", "'")

            yield Question("hover", path, offset + 1, is_right)


def _about_sources(root: Path, search: SourceSearch) -> Iterator[Question]:
    bibliography = root / "source/references.bib"
    entries = bibliography.read_text("utf-8") if bibliography.is_file() else ""
    for key, path, offset in search.citations:
        place = entries.find(f"{{{key},")
        if place >= 0:
            position = position_of(entries, place + 1)

            def is_right(answer: Any, position: Any = position) -> bool:
                uri = bibliography.as_uri()
                return [(item["uri"], item["range"]["start"]) for item in answer] == [(uri, position)]

            yield Question("definition", path, offset + 1, is_right)
            entry = entries[place : entries.index("\n}", place)]
            if year := re.search(r"(?:year|date) *= *\{?([0-9]{4})", entry):

                def has_year(answer: Any, year: str = year[1]) -> bool:
                    return year in answer["contents"]["value"]

                yield Question("hover", path, offset + 1, has_year)


def _about_completion(root: Path, search: SourceSearch) -> Iterator[Question]:
    numbered = {name for name in search.ids if re.fullmatch(_ID, name)}
    for path, text in search.prose.items():
        for match in re.finditer(r"(?<=[a-z]\.)\n\n(?=[A-Z])", text):

            def has_ids(answer: Any) -> bool:
                return numbered <= {item["label"] for item in answer["items"]}

            yield Question("completion", path, match.start(), has_ids, insert=" See @")
            break


def _about_columns(root: Path, search: SourceSearch) -> Iterator[Question]:
    for path, text in search.texts.items():
        for match in re.finditer(r"data=(\S+\.csv) x=", text):
            file = next(
                (item for item in (path.parent / match[1], root / "source" / match[1]) if item.is_file()),
                None,
            )
            if file is not None:
                with file.open(encoding="utf-8") as rows:
                    header = next(csv.reader(rows))

                def is_right(answer: Any, header: list[str] = header) -> bool:
                    return {item["label"] for item in answer["items"]} == set(header)

                yield Question("completion", path, match.end(), is_right)


def _about_symbols(root: Path, search: SourceSearch) -> Iterator[Question]:
    for path in search.files:
        headings = [_strip_marks(title) for title in search.list_headings(path)]

        def is_right(answer: Any, headings: list[str] = headings) -> bool:
            result: list[str] = []

            def collect(symbols: Any) -> None:
                for symbol in symbols or ():
                    if symbol["kind"] == 15:  # a heading
                        result.append(_strip_marks(symbol["name"]))
                    collect(symbol.get("children"))

            collect(answer)
            return result == headings

        yield Question("documentSymbol", path, 0, is_right)


def _strip_marks(title: str) -> str:
    return re.sub(r"[\W_]+", " ", re.sub(r"\]\([^)]*\)|\{[^{}]*\}", "", title)).strip()


_KINDS = (
    _about_definitions,
    _about_references,
    _about_sources,
    _about_captions,
    _about_renaming,
    _about_completion,
    _about_columns,
    _about_symbols,
)
