"""The words that a publishing tool adds to a text, in the language of the book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ruamel.yaml import YAML

from triptych.theme import templates_folder


@dataclass(frozen=True, slots=True)
class Labels:
    """Words by key, such as ``figure`` → "Figure"; ``language`` is the tag they were asked for.

    ``quotation_marks`` open and close a double, then a single quotation.
    """

    language: str
    words: Mapping[str, str]
    quotation_marks: tuple[str, str, str, str]

    def __getitem__(self, key: str) -> str:
        return self.words[key]


@cache
def load_labels(language: str) -> Labels:
    """The words of a language, of its parent language, or else the English ones."""
    table = YAML(typ="safe").load((templates_folder() / "labels.yaml").read_text("utf-8"))
    primary = language.partition("-")[0].lower()
    words = {**table["en"], **table.get(primary, {}), **table.get(language, {})}
    double_open, double_close, open_, close = words.pop("quotation-marks")
    return Labels(language, words, (double_open, double_close, open_, close))
