"""Build the Markdown snippets of a page as one book, and check its YAML."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.guide.pages import Block
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.press import press
from triptych.project import MANIFEST, Project
from triptych.reading.glossary import read_glossary
from triptych.reading.sections import split_section
from triptych.request import BuildRequest
from triptych.settings.catalog import CatalogSettings
from triptych.settings.manifest import Manifest
from triptych.settings.manifest_reader import read_manifest
from triptych.settings.validation_errors import validate_values
from triptych.settings.values import SourcePositions, merge_values
from triptych.stages import read_project
from triptych.theme.theme_reader import read_theme
from triptych.yaml_text import MalformedYamlError, load_yaml, to_plain_values

NAME = "snippets"
_BOOK = {"title": "Snippets", "author": "A. Writer", "date": "2026-01-31", "chapters": ["snippet-1.md"]}


class Snippets:
    """The book of snippets of a page, in its own folder next to the files of the page."""

    def __init__(self, folder: Path, cache: Cache) -> None:
        self.root = folder.with_name(f"{folder.name}-{NAME}")
        self._page_folder = folder
        self._cache = cache
        self._settings: dict[str, Any] = {}

    def add_settings(self, block: Block) -> None:
        """Use the keys of a YAML block for the book."""
        self._settings = merge_values(self._settings, YAML(typ="safe").load(block.text))

    def build(self, blocks: Sequence[Block]) -> list[Diagnostic]:
        """Build PDF, e-book and deck of all snippets, and return the findings."""
        project = self._project(
            {f"snippet-{number}.md": block.text for number, block in enumerate(blocks, 1)}
        )
        outcome = press(project, self._request(self.root / "build"))
        return outcome.diagnostics

    def findings(self, block: Block) -> list[Diagnostic]:
        """Return the findings in one block of Markdown; it is only built if reading has no findings."""
        project = self._project({"snippet-1.md": block.text})
        _, _, result = read_project(project, self._cache)
        return result or press(project, self._request(self.root / "build")).diagnostics

    def findings_in_yaml(self, block: Block) -> list[Diagnostic]:
        """Return the findings in a block of YAML."""
        try:
            tree = load_yaml(block.text)
        except MalformedYamlError as error:
            return [Diagnostic(code="MAN004", message=error.message, hint=error.hint)]
        if block.yaml_kind == "front matter":
            return split_section("section.md", f"---\n{block.text}---\n")[1]
        if block.yaml_kind == "catalogue":
            return _findings_in_catalogue(tree)
        project = self._project({})
        (self.root / "source/part.yaml").write_text(block.text, "utf-8")
        if block.yaml_kind == "theme":
            return read_theme(project, "part.yaml")[1]
        if block.yaml_kind == "glossary":
            manifest = Manifest.model_validate({"book": _BOOK, "glossary": "part.yaml"})
            return read_glossary(project, manifest, SourcePositions(None), self._cache)[1]
        (project.root / MANIFEST).write_text(_whole_manifest(block.text, tree), "utf-8")
        result = read_manifest(project)[2]
        if result or block.value("finding") is None:
            return result
        (project.root / "source/snippet-1.md").write_text("# A chapter\n\nText.\n", "utf-8")
        return read_project(project, self._cache)[2]

    def _request(self, folder: Path) -> BuildRequest:
        return BuildRequest(output_folder=folder, cache_folder=self._cache.folder)

    def _project(self, chapters: Mapping[str, str]) -> Project:
        """Write a book of some chapters, next to the files that the page has written."""
        shutil.rmtree(self.root, ignore_errors=True)
        source = self.root / "source"
        source.mkdir(parents=True)
        for name, path in self._files_of_page():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, source / name)
        for name, text in chapters.items():
            (source / name).write_text(text, "utf-8")
        names = list(chapters) or _BOOK["chapters"]
        settings = {"book": {**_BOOK, "chapters": names}, "lang": "en-GB", "output-file": NAME}
        YAML().dump(
            merge_values({**settings, **self._found_settings()}, self._settings), source / "book.yaml"
        )
        return Project(self.root, environ={})

    def _files_of_page(self) -> Iterator[tuple[str, Path]]:
        """Yield the files that snippets can refer to, relative to the manifest: data, images, themes.

        In a page that works in a project, snippets use the files in its `source/`.
        """
        for path in sorted(self._page_folder.rglob("*")):
            relative_to = path.relative_to(self._page_folder)
            parts = relative_to.parts
            if "source" in parts:
                parts = parts[parts.index("source") + 1 :]
            is_source = path.is_file() and path.suffix != ".md" and "build" not in relative_to.parts
            if is_source and parts != ("book.yaml",):
                yield "/".join(parts), path

    def _found_settings(self) -> dict[str, Any]:
        """Return the settings that result from the files of the page."""
        names = [name for name, _ in self._files_of_page()]
        result: dict[str, Any] = {}
        if bibliographies := [name for name in names if name.endswith(".bib")]:
            result["bibliography"] = bibliographies
        if "glossary.yaml" in names:
            result["glossary"] = "glossary.yaml"
        return result


def _findings_in_catalogue(tree: Any) -> list[Diagnostic]:
    """Return the findings in a catalogue or a part of one, and in the settings that its titles share."""
    values = {"titles": ["first-title"], **to_plain_values(tree)}
    shared = merge_values({"book": _BOOK}, values.get("defaults", {}))
    result = validate_values(values, SourcePositions(tree, "catalog.yaml"), CatalogSettings)[1]
    return (
        result + validate_values(shared, SourcePositions(tree.get("defaults"), "catalog.yaml"), Manifest)[1]
    )


def _whole_manifest(text: str, tree: Any) -> str:
    """Return a complete manifest unchanged, and add the required keys to a partial one."""
    if not isinstance(tree, dict) or not isinstance(tree.get("book", {}), dict):
        return text
    missing = {key: value for key, value in _BOOK.items() if key in ("title", "chapters")}
    if missing.keys() <= tree.get("book", {}).keys():
        return text
    if "lang" not in tree:
        text += "\nlang: en-GB\n"
    if "book" not in tree:
        return text + f"book: {{title: {_BOOK['title']}, chapters: [snippet-1.md]}}\n"
    tree["book"].update({key: value for key, value in missing.items() if key not in tree["book"]})
    out = StringIO()
    YAML().dump({"lang": "en-GB", **tree}, out)
    return out.getvalue()


def describe(finding: Diagnostic) -> str:
    """Return a finding as one line."""
    hint = f" (hint: {finding.hint})" if finding.hint else ""
    return f"{finding.span}: {finding.severity}[{finding.code}]: {finding.message}{hint}"
