"""Load the words that the program adds to a book, such as "Figure" or "Chapter", in the book's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from triptych.languages.word_tables import iter_fallback_tags, load_entries
from triptych.template_views import template_view

_NON_LABEL_KEYS = ("quotation-marks", "credits", "patterns")  # keys of an entry that are not labels


@template_view(
    "__getitem__",
    "named",
    "titled",
    "listed",
    "credited",
    "bracketed",
    "colon",
    "comma",
    "full_stop",
    "part_of",
    "dated",
    fields=False,
)
@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one language, by key: ``labels["figure"]`` is "Figure".

    ``language`` is the requested language tag. ``quotation_marks`` are the double opening and closing marks,
    then the single ones. ``patterns`` are format strings that combine a label with a number in the language's
    word order. ``credits`` are format strings for contributors' names, by role.
    """

    language: str
    words: Mapping[str, str]
    quotation_marks: tuple[str, str, str, str]
    patterns: Mapping[str, str]
    credits: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.words[key]

    def named(self, key: str, number: str) -> str:
        """Return the label for ``key`` with a number, such as "Figure 3.2" or 第3章."""
        return self.patterns.get(key, self.patterns["numbered"]).format(word=self.words[key], number=number)

    def titled(self, name: str, title: str) -> str:
        """Join an element's name and title in the language's style, such as "Chapter 3" and "Storage"."""
        return self.patterns["titled"].format(name=name, title=title)

    def listed(self, names: Iterable[str]) -> str:
        """Join names with the list separator of the language."""
        return self.patterns["separator"].join(names)

    def credited(self, role: str, names: Iterable[str]) -> str:
        """Return a credit line for contributors with the MARC relator code ``role``.

        A line of authors consists only of their names.
        """
        return self.credits.get(role, "{names}").format(names=self.listed(names))

    def bracketed(self, text: str) -> str:
        """Return ``text`` in the language's brackets, preceded by a space if the language uses one."""
        return self.patterns["bracketed"].format(text=text)

    @property
    def brackets(self) -> tuple[str, str]:
        """Return the opening bracket, including any space before it, and the closing bracket."""
        before, _, after = self.patterns["bracketed"].partition("{text}")
        return before, after

    @property
    def colon(self) -> str:
        """Return the separator between a label and its text, such as ": "."""
        return self.titled("", "")

    @property
    def comma(self) -> str:
        """Return the separator between items on a line, such as publisher and date."""
        return self.patterns["comma"]

    @property
    def semicolon(self) -> str:
        """Return the separator between cross-references of the index, including the space after it."""
        return self.patterns["semicolon"]

    @property
    def full_stop(self) -> str:
        """Return the language's full stop, including the space between two sentences."""
        return self.patterns["full-stop"]

    def part_of(self, number: int, total: int) -> str:
        """Return a position in a series, such as "2 of 3"."""
        return self.patterns["part-of"].format(number=number, total=total)

    def format_page_reference(self, names: Iterable[str]) -> str:
        """Return an abbreviated page reference such as "p. 3" or "pp. 28–29, 31".

        ``names`` are page labels and page ranges.
        """
        page_names = tuple(names)
        has_several_pages = len(page_names) > 1 or any("–" in name for name in page_names)
        pattern = self.patterns.get("page-short", self.patterns["numbered"])
        word = self.words["pages-short" if has_several_pages else "page-short"]
        return pattern.format(word=word, number=self.listed(page_names))

    def format_duration(self, minutes: str) -> str:
        """Return a duration such as "2 min"."""
        return f"{minutes}\u00a0{self.words['minutes-short']}"

    def dated(self, date: dt.date) -> str:
        """Format a date in words, such as "31 January 2026"."""
        if not isinstance(date, dt.date):  # a template may pass any value
            raise TypeError("`dated` needs a date")
        from triptych.languages.numerals import format_long_date  # slow to import

        return format_long_date(date, self.language)


@cache
def load_labels(language: str) -> Labels:
    """Load the labels of a language.

    Missing labels are taken from shorter tags (RFC 4647, 3.4), then from English.
    """
    tags = ("en", *reversed(list(iter_fallback_tags(language))))
    table = load_entries("labels.yaml", tags)
    words: dict[str, str] = {}
    patterns: dict[str, str] = {}
    credits: dict[str, str] = {}
    marks: list[str] = []
    for tag in tags:
        entry = table.get(tag, {})
        words |= {key: word for key, word in entry.items() if key not in _NON_LABEL_KEYS}
        patterns |= entry.get("patterns", {})
        credits |= entry.get("credits", {})
        marks = entry.get("quotation-marks", marks)
    double_open, double_close, open_, close = marks
    return Labels(language, words, (double_open, double_close, open_, close), patterns, credits)
