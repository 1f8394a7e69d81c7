"""Where in the text each page begins, so that the e-book can say so at the same word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triptych.markup.passages import Place, letters
from triptych.writers.print.quire import Start


class PageStarts:
    """Reads the text of pages, one after another. ``places`` are the passages of the document's elements.

    ``found`` has the start of each page, None for one without text.
    """

    def __init__(self, places: Mapping[Any, Place]) -> None:
        self._places = places
        self._read: dict[Place, int] = {}  # letters of each passage so far
        self._start: Start | None = None
        self.found: list[Start | None] = []

    def read(self, box: Any) -> None:
        """Read a line's text, in the order in which boxes stand on the page."""
        place = self._places.get(box.element)
        pseudo = box.element_tag.partition("::")[2]
        if place is None or pseudo not in ("", "first-letter", "first-line"):
            return
        if count := len(letters(box.text)):
            before = self._read.get(place, 0)
            self._read[place] = before + count
            self._start = self._start or Start(*place, before)

    def turn(self) -> None:
        """The page is at its end."""
        self.found.append(self._start)
        self._start = None
