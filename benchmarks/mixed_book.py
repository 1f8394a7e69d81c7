"""Generate a book with typical content of reports: prose with notes, lists, tables, code, pictures.

All chapters have the same composition and length but unique words, so that no cached result can be used for
another chapter. The same number of pages gives the same book.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

_PAGES = 11.3  # pages of a chapter, at the default page size and including its entries in the contents
_PICTURE = (960, 540)  # pixels
_SECTIONS = 3

_ADJECTIVES = (
    "annual early deep careful coastal common dense distant dry electric even final gentle heavy hidden "
    "industrial large late local long mechanical narrow northern open ordinary public quiet rapid "
    "regional rural second slow small southern steady steep strong uneven upper useful western wide"
).split()
_NOUNS = (
    "account archive basin bridge budget canal catalogue circuit coast committee current district "
    "engine estimate factory field forest furnace garden harbour index instrument journey ledger "
    "library line machine market measure meadow method mill model mountain network observation orchard "
    "plain plant pump quarry railway record region report reservoir river road sample school season "
    "series signal station survey table theory tower turbine valley village voyage wall water winter "
    "workshop"
).split()
_VERBS = (
    "answers balances carries changes confirms crosses describes divides explains feeds follows governs "
    "joins limits marks meets moves opposes outlasts precedes raises reaches replaces resembles serves "
    "shapes shows strengthens supports surrounds tests touches turns widens"
).split()
_JOINTS = ("although", "because", "before", "so that", "until", "where", "while", "whenever")
_OPENINGS = ("At first", "By then", "Elsewhere", "For that reason", "In practice", "On the whole")


def write_mixed_book(pages: int, folder: Path, *, whole: bool = False) -> None:
    """Write a project whose PDF has about the given number of pages, in one chapter if ``whole`` is True."""
    chapters, sections = max(1, round(pages / _PAGES)), _SECTIONS
    if whole:
        chapters, sections = 1, chapters * _SECTIONS
    source = folder / "source"
    (source / "images").mkdir(parents=True)
    manifest = ["book:", "  title: A mixed book", "  author: Nobody", "  date: 2026-01-01", "  chapters:"]
    for number in range(1, chapters + 1):
        chapter = _Chapter(number, chapters, sections, random.Random(number))
        manifest.append(f"    - {chapter.name}.md")
        (source / f"{chapter.name}.md").write_text("\n\n".join(chapter.text()) + "\n", "utf-8")
        chapter.picture().save(source / "images" / f"{chapter.name}.png")
    (source / "book.yaml").write_text("\n".join([*manifest, "lang: en-GB", ""]), "utf-8")


@dataclass(frozen=True, slots=True)
class _Chapter:
    """A chapter; ``chance`` is its own random number generator with a fixed seed."""

    number: int
    last: int
    sections: int
    chance: random.Random

    @property
    def name(self) -> str:
        return f"chapter-{self.number:03}"

    def text(self) -> Iterator[str]:
        """Return the blocks of the chapter's Markdown."""
        takeaways = "\n".join(f"  - {self._clause().capitalize()}" for _ in range(3))
        title = f"The {self._thing()} {self.number}"
        head = f"title: {title}\nid: sec-{self.number}\nsummary: {self._sentence()}\ntakeaways:\n{takeaways}"
        yield f"---\n{head}\n---"
        for section in range(1, self.sections + 1):
            yield f"## On the {self._thing()} {{#sec-{self.number}-{section}}}"
            yield from self._section(section)

    def picture(self) -> Image.Image:
        """Return a picture of bars of different heights."""
        picture = Image.new("RGB", _PICTURE, "white")
        draw = ImageDraw.Draw(picture)
        for left in range(60, _PICTURE[0] - 60, 70):
            draw.rectangle((left, self.chance.randrange(40, 460), left + 44, 480), fill=(70, 110, 150))
        draw.line((40, 480, _PICTURE[0] - 40, 480), fill="black", width=3)
        return picture

    def _section(self, section: int) -> Iterator[str]:
        key = f"{self.number}-{section}"
        yield f"{self._paragraph()} {self._sentence()[:-1]}, as @tbl-{key} shows.[^{section}]"
        yield f"[^{section}]: {self._sentence()} {self._sentence()}"
        yield self._paragraph()
        yield "\n".join(f"- **The {self._thing()}** {self._clause()}." for _ in range(5))
        yield self._paragraph()
        yield self._table(key)
        yield f"{self._paragraph()} More on this stands in @sec-{self.number % self.last + 1}."
        yield self._code()
        yield self._paragraph()
        if section == 2:
            yield self._figure()
        yield "\n".join(f"{place}. {self._sentence()}" for place in range(1, 5))
        yield f"::: {{.callout-note}}\n{self._sentence()} {self._sentence()}\n:::"
        yield from (self._paragraph() for _ in range(3))

    def _figure(self) -> str:
        caption, alt = f"The {self._thing()} in ten years", f"Bars of different heights: the {self._thing()}"
        return f'![{caption}](images/{self.name}.png){{#fig-{self.number} fig-alt="{alt}"}}'

    def _table(self, key: str) -> str:
        lines = ["| Place | Kind | 1990 | 2000 | 2010 |", "|---|---|--:|--:|--:|"]
        for _ in range(6):
            figures = [f"{self.chance.uniform(1, 900):.1f}" for _ in range(3)]
            row = [self._thing().capitalize(), self.chance.choice(_NOUNS), *figures]
            lines.append(f"| {' | '.join(row)} |")
        return "\n".join([*lines, "", f": The {self._thing()} {{#tbl-{key}}}"])

    def _code(self) -> str:
        names = [self.chance.choice(_NOUNS) for _ in range(6)]
        lines = [f"def {names[0]}_of({names[1]}: list[float], {names[2]}: int = 3) -> float:"]
        lines += [f'    """{self._clause().capitalize()}."""', "    total = 0.0"]
        for name in names[3:]:
            low, share = self.chance.randrange(9), self.chance.randrange(2, 99)
            lines.append(f"    for {name}_number, value in enumerate({names[1]}):")
            lines.append(f"        if value > {low} and {name}_number % {names[2]} == 0:")
            lines.append(f'            total += value / {share}  # the "{self._thing()}"')
        return "\n".join(["```python", *lines, "    return total", "```"])

    def _paragraph(self) -> str:
        parts = [self._sentence() for _ in range(5)]
        parts.insert(2, f"It is the *{self._thing()}* that {self._clause()}.")
        return " ".join(parts)

    def _sentence(self) -> str:
        clause = f"the {self._thing()} {self._clause()}"
        if self.chance.random() < 0.3:
            return f"{self.chance.choice(_OPENINGS)} {clause}."
        if self.chance.random() < 0.5:
            clause += f", {self.chance.choice(_JOINTS)} the {self._thing()} {self._clause()}"
        return f"{clause[0].upper()}{clause[1:]}."

    def _clause(self) -> str:
        return f"{self.chance.choice(_VERBS)} the {self._thing()} of the {self.chance.choice(_NOUNS)}"

    def _thing(self) -> str:
        return f"{self.chance.choice(_ADJECTIVES)} {self.chance.choice(_NOUNS)}"
