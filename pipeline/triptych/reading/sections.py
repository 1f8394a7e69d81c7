"""Sections → chapters: each is made again where it, its citations or a file that it names has changed."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from triptych.charts.reader import ChartReader
from triptych.data.folder import DataFolder
from triptych.diagnostics import Diagnostic, has_errors
from triptych.engine.cache import Cache
from triptych.engine.tasks import SECTION, Task
from triptych.model.book import Chapter
from triptych.model.nodes import Image, Table
from triptych.model.walk import chapter_nodes, rewrite_chapter
from triptych.project import Project
from triptych.reading.chapter import ChapterMaker, Entry
from triptych.reading.files.diagrams import drawer
from triptych.reading.files.pictures import PictureFinder
from triptych.reading.front_matter import Section
from triptych.reading.locate import Locator
from triptych.reading.noted_files import remember
from triptych.reading.references.bibliography import Bibliography
from triptych.reading.syntax.reader import block_reader, inline_reader
from triptych.reading.syntax.tables import too_large
from triptych.reading.texts import Texts
from triptych.theme.theme import Theme, key_of

# What depends on the machine: another program or font may be there tomorrow.
_PASSING = ("ENV003", "DIA001", "FNT001")


@dataclass(frozen=True, slots=True)
class Sections:
    """Makes the chapters of a book."""

    project: Project
    bibliography: Bibliography
    data: DataFolder
    pictures: PictureFinder
    theme: Theme
    language: str
    cache: Cache

    def chapter(self, entry: Entry, section: Section, texts: Texts) -> tuple[Chapter, tuple[Diagnostic, ...]]:
        """A chapter and what is wrong with its section."""
        return remember(
            self.project,
            self.cache,
            self._task(entry, section, texts),
            lambda: self._made(entry, section, texts),
            lambda made: not has_errors(made[1]) and all(one.code not in _PASSING for one in made[1]),
            tuple[Chapter, tuple[Diagnostic, ...]],
        )

    def _made(self, entry: Entry, section: Section, texts: Texts) -> tuple[Chapter, tuple[Diagnostic, ...]]:
        data, pictures = self.data.anew(), self.pictures.anew()
        locator = Locator(section.path, section.body, lines=section.lines)
        inlines = inline_reader(locator, self.bibliography, most=self.data.limits.section_elements)
        charts = ChartReader(data, section.path, section.front_matter.lang or self.language)
        blocks = block_reader(inlines, charts, drawer(self.theme, self.cache))
        chapter = ChapterMaker(entry, section, blocks).make(texts.trees(self.cache, self.data.limits))
        found = inlines.found
        found += too_large(chapter_nodes(chapter, Table), self.data.limits)
        chapter = rewrite_chapter(chapter, partial(pictures.fill, beside=section.path, found=found), Image)
        return chapter, (*found, *data.found)

    def _task(self, entry: Entry, section: Section, texts: Texts) -> Task[Any]:
        own = replace(section, body="", text="")
        return Task.of(
            SECTION,
            section.path,
            text=section.text,
            body=json.dumps(texts.texts),
            section=f"{own!r} {entry!r}",
            citations=json.dumps(texts.cited),
            bibliography=self.bibliography.mark,
            data=repr(self.data.notation),
            theme=key_of(self.theme),
            language=self.language,
        )
