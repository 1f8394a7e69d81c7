"""What every writer works with: the project's files, templates, theme, words, and drawings made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import jinja2

from triptych.engine.cache import Cache, digest
from triptych.engine.freshness import program_digest
from triptych.labels import Labels, load_labels
from triptych.media.charts import draw_chart
from triptych.media.fonts import subset_font
from triptych.model.book import Book
from triptych.model.nodes import Chart
from triptych.project import Project
from triptych.templating import page_templates
from triptych.theme import FontFace, Theme, load_theme


@dataclass(frozen=True, slots=True)
class Workshop:
    """The tools of one build."""

    labels: Labels
    theme: Theme
    templates: jinja2.Environment
    read: Callable[[str], bytes]
    cache: Cache

    @classmethod
    def for_book(cls, project: Project, book: Book, cache: Cache) -> Workshop:
        """The tools for a book, with the project's own templates before the built-in ones."""
        templates = page_templates(project.root / "templates")
        return cls(load_labels(book.metadata.language), load_theme(), templates, project.read_bytes, cache)

    def draw(self, chart: Chart) -> bytes:
        """A chart's SVG; the same chart is drawn once for all outputs."""
        key = digest("chart", program_digest(), repr(self.theme), repr(chart))
        return self._once("chart", key, lambda: draw_chart(chart, self.theme))

    def subset(self, face: FontFace, characters: frozenset[str]) -> bytes:
        """A face reduced to some characters."""
        key = digest("font", program_digest(), repr(face), "".join(sorted(characters)))
        return self._once("font", key, lambda: subset_font(face, characters))

    def _once(self, kind: str, key: str, make: Callable[[], bytes]) -> bytes:
        known = self.cache.get(kind, key)
        if known is None:
            known = make()
            self.cache.put(kind, key, known)
        return known
