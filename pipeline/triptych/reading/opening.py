"""A section file opened: front matter apart, includes and values put in, cells of code as Markdown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from triptych.data.folder import DataFolder
from triptych.diagnostics import Diagnostic, did_you_mean, has_errors
from triptych.engine.cache import Cache
from triptych.engine.tasks import OPENED, Task
from triptych.project import MANIFEST, Project, UnsafePath
from triptych.reading.chapter import Entry
from triptych.reading.files.source_text import read_source
from triptych.reading.front_matter import Section, split
from triptych.reading.noted_files import remember
from triptych.reading.shortcodes import Expander
from triptych.reading.syntax.cells import read_cells
from triptych.reading.values import ValueRenderer


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens the sections of a book. ``settings`` are what shortcodes look up, ``expressions`` says whether
    values stand in prose.
    """

    project: Project
    settings: Mapping[str, Any]
    data: DataFolder
    language: str
    cache: Cache
    expressions: bool

    def open(self, entry: Entry) -> tuple[Section | None, list[Diagnostic]]:
        """A section file in two halves, or None and a diagnostic at the manifest's line that names it.

        A file in another encoding is read as what it probably says, so that its ids are known all the same.
        """

        def problem(code: str, message: str, hint: str | None = None) -> tuple[None, list[Diagnostic]]:
            return None, [Diagnostic(code=code, span=entry.span, message=message, hint=hint)]

        try:
            path = self.project.locate(entry.path)
            if path is None:
                hint = did_you_mean(entry.path, self.project.source_files("*.md"))
                if self.project.has(entry.path):
                    inner = entry.path.removeprefix(f"{PurePosixPath(MANIFEST).parent}/")
                    move = f'move "{entry.path}" into the folder that contains `book.yaml`'
                    hint = move if inner == entry.path else f'write "{inner}", without the folder'
                files = [word for word in entry.path.split() if word != "-"]
                if len(files) > 1 and all(file.endswith(".md") for file in files):
                    hint = "list each file on a separate line that starts with `- `, all indented alike"
                hint = hint or "check the path; it is relative to the folder that contains `book.yaml`"
                return problem("SEC001", f'section file "{entry.path}" does not exist', hint)
            text, found = read_source(self.project, path)
        except UnsafePath as error:
            return problem("SEC005", str(error), error.hint)
        task = Task.of(
            OPENED,
            path,
            path=path,  # places are told by it
            text=text,
            settings=json.dumps(self.settings, sort_keys=True),
            data=repr(self.data.notation),
            language=self.language,
            expressions=str(self.expressions),
        )
        opened: tuple[Section, list[Diagnostic]] = remember(
            self.project,
            self.cache,
            task,
            lambda: self._opened(path, text),
            lambda opened: not has_errors(opened[1]),
            tuple[Section, list[Diagnostic]],
        )
        section, problems = opened
        return section, [*found, *problems]

    def _opened(self, path: str, text: str) -> tuple[Section, list[Diagnostic]]:
        section, found = split(path, text)
        section = self._with_shortcodes(section, found)
        section = self._with_values(section, found) if self.expressions else section
        body, problems = read_cells(section.path, section.body)
        return replace(section, body=body), found + [moved(problem, section) for problem in problems]

    def _with_shortcodes(self, section: Section, found: list[Diagnostic]) -> Section:
        """A section with its includes and variables."""
        if "{{<" not in section.body:
            return section
        lines = Expander(self.project, self.settings, found).expand(section.path, section.body)
        places = tuple((line.path, line.number) for line in lines)
        return replace(section, body="\n".join(line.text for line in lines), lines=places)

    def _with_values(self, section: Section, found: list[Diagnostic]) -> Section:
        """A section with the values that its expressions ask for."""
        data = self.data.anew()
        filled = ValueRenderer(data, self.language).render(section.path, section.body)
        found += [*data.found, *(moved(problem, section) for problem in filled.found)]
        lines = section.lines
        if filled.lines is not None:
            lines = tuple(section.lines[n - 1] if section.lines else (section.path, n) for n in filled.lines)
        return replace(section, body=filled.text, lines=lines)


def moved(problem: Diagnostic, section: Section) -> Diagnostic:
    """A finding in a text that was put together, at its place in the file."""
    if problem.span is None or section.lines is None or problem.span.path != section.path:
        return problem
    path, line = section.lines[min(problem.span.line, len(section.lines)) - 1]
    return replace(problem, span=replace(problem.span, path=path, line=line))
