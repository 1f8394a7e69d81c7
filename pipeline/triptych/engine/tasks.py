"""Define the build steps whose results are cached, in the order of a build.

A step is a pure function of named inputs. Its result is read from the cache (``engine/cache.py``) if an
earlier build computed it from the same inputs. ``triptych build --explain`` shows the steps that ran and the
inputs that had changed. Results that depend on the whole book, such as the numbering, the table of contents
and the order of slides, are not cached, since computing them is fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Generic, TypeVar

from triptych.engine.store.program_digest import compute_digest, get_program_digest

T = TypeVar("T")


class ResultFormat(StrEnum):
    """The format of a stored result: a file, or pickled values (``store/serialisation.py``)."""

    BYTES = "bytes"
    VALUES = "values"


@dataclass(frozen=True, slots=True)
class CachedStep(Generic[T]):
    """A build step whose results are cached, in a folder called ``name``.

    ``description`` is shown to users. If ``slot`` is set, the cache keeps only the result of the last build,
    whatever its inputs were, as the starting point for the next build. ``magic_numbers`` are the valid
    prefixes of a result file; they are empty if the file is validated by parsing it. A result file may also
    be empty.
    """

    name: str
    description: str
    result_format: ResultFormat
    slot: bool = False
    magic_numbers: tuple[bytes, ...] = ()


_SVG, _PNG, _ZIP = (b"<?xml", b"<svg"), b"\x89PNG\r\n\x1a\n", b"PK\3\4"
_FONT = (b"\0\1\0\0", b"OTTO", b"true", b"ttcf", b"wOFF", b"wOF2")


CACHED_STEPS: list[CachedStep[Any]] = []


def _add_file_step(
    name: str, description: str, *magic_numbers: bytes, slot: bool = False
) -> CachedStep[bytes]:
    step: CachedStep[bytes] = CachedStep(name, description, ResultFormat.BYTES, slot, magic_numbers)
    CACHED_STEPS.append(step)
    return step


def _add_value_step(name: str, description: str, *, slot: bool = False) -> CachedStep[Any]:
    step: CachedStep[Any] = CachedStep(name, description, ResultFormat.VALUES, slot)
    CACHED_STEPS.append(step)
    return step


# Reading
AST = _add_file_step("ast", "text parsed by pandoc")
BIBLIOGRAPHY = _add_file_step("bibliography", "bibliography as CSL entries")
CITATIONS = _add_file_step("cite", "citations formatted in the style")
FORMATTED_SOURCES = _add_value_step("sources", "formatted bibliography of the book")
DIAGRAM = _add_value_step("diagram", "drawn diagram")
PICTURE_SIZE = _add_value_step("measure", "size and integrity of a picture")
OPENED_SECTION = _add_value_step("opened", "section with its front matter parsed and its values inserted")
CITED_SECTION = _add_value_step("cited", "citations and lint findings of a section")
TERMS = _add_value_step("terms", "parsed glossary file")
GLOSSARY = _add_value_step("glossary", "glossary entries")
SECTION = _add_value_step("section", "chapter of a section, before numbering")

# For all outputs
CHART = _add_file_step("chart", "drawn chart", *_SVG)
OUTLINED_CHART = _add_file_step("outlined", "drawn chart with text as outlines", *_SVG)
FORMULA = _add_file_step("formula", "drawn formula")
COVER = _add_file_step("cover", "generated cover", _PNG)
RASTERISED_DRAWING = _add_file_step("raster", "rasterised drawing", _PNG)
PICTURE = _add_file_step("picture", "picture prepared for an output")
FONT_SUBSET = _add_file_step("face", "font subset", *_FONT)

# The deck
TEMPLATE = _add_file_step("template", "slide template of the theme", _ZIP)
NUMBER_SIZES = _add_value_step("numbers", "size of big numbers in the deck")
FORMULA_SIZE = _add_value_step("formula-size", "size of displayed formulas in the deck")
TITLE_SIZE = _add_value_step("title-size", "size of slide titles")
SLIDE = _add_value_step("slide", "slide, fitted and drawn")
NOTES_PAGE = _add_value_step("notes", "page of the speaker's notes")
OFFICE_FONT = _add_file_step("office-font", "font for embedding in the deck")

# The PDF
STYLE = _add_file_step("style", "style sheet of the last build", slot=True)
LAYOUT = _add_file_step("layout", "page breaks of the last build", slot=True)
QUIRE = _add_file_step("quire", "painted pages")
MARGINS = _add_file_step("margins", "running heads and folios")

PAGE_NUMBERS = _add_value_step("printed", "page numbers of the last build", slot=True)

# Checks of the outputs
PAGE_TEXT = _add_value_step("leaf", "text of a PDF page or an EPUB document")
VERDICT = _add_value_step("verdict", "whether a chapter is complete in an output")

_MAX_INTERNED_LENGTH = 64  # characters; many tasks share short inputs such as names, settings and digests
_digest_short = lru_cache(maxsize=1024)(compute_digest)


@dataclass(frozen=True, slots=True)
class Task(Generic[T]):
    """A step with the digests of its inputs, from which ``key`` is computed.

    ``subject`` names the processed section, page or slide for users. It is not part of the key, so that tasks
    that differ only in their subject share a result. A path that occurs in the result must be one of the
    inputs.
    """

    step: CachedStep[T]
    subject: str
    inputs: tuple[tuple[str, str], ...]
    key: str

    @classmethod
    def for_step(cls, step: CachedStep[T], subject: str, /, **inputs: str | bytes) -> Task[T]:
        """Return a task with named inputs. The program's digest is an additional input of every task."""
        all_inputs = (*inputs.items(), ("program", get_program_digest()))
        digests = tuple(
            [
                (name, (_digest_short if len(value) <= _MAX_INTERNED_LENGTH else compute_digest)(value))
                for name, value in all_inputs
            ]
        )
        key = compute_digest(step.name, *(part for pair in digests for part in pair))
        return cls(step, subject, digests, key)
