"""Define the settings in ``book.yaml``, whose keys follow those of a Quarto book.

The ``book:`` section is in ``book.py``, ``format:`` in ``format_options.py`` and ``pdf_options.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, cast

from pydantic import AliasChoices, BeforeValidator, Field, PrivateAttr

from triptych.diagnostics import CODES, FORMULA_RULE, Severity, Span
from triptych.formats import FORMATS, OutputFormat
from triptych.settings.book import BookEntry
from triptych.settings.format_options import EpubOptions, FormatEntry, PptxOptions
from triptych.settings.pdf_options import PdfOptions
from triptych.settings.talks import NamedTalkEntry, TalkEntry
from triptych.settings.values import (
    ByteSize,
    ReadingLimits,
    StrictModel,
    TextList,
    make_file_name_part,
    make_slug,
)


def _normalise_delimiter(value: object) -> object:
    return "\t" if value in ("tab", "\\t") else value


_MAX_STEM = 200  # characters; file systems allow 255, and suffixes are added


class DataEntry(StrictModel):
    """The ``data:`` section: the default notation of data files."""

    delimiter: Annotated[
        Literal["", ",", ";", "|", "\t"],
        BeforeValidator(_normalise_delimiter, json_schema_input_type=Literal["", ",", ";", "|", "tab"]),
    ] = ""
    """Delimiter between cells: a comma, a semicolon, a vertical bar or tab. Default: detected in each file.
    Example: `;`, `tab`.
    """
    decimal: Literal["", ".", ","] = ""
    """Decimal separator: a point or a comma. Default: detected in each file. Example: `","`."""


class CacheEntry(StrictModel):
    """The ``cache:`` section: the size of the build cache."""

    limit: ByteSize = 2 * 10**9
    """Maximum size of the cache; the least recently used results are deleted first. Default: 2GB. Example:
    `500MB`.
    """


# The rules in the table of codes. `math:` sets the one about formulas.
if TYPE_CHECKING:
    LintRule: TypeAlias = str
else:
    LintRule = Literal[
        tuple(dict.fromkeys(code.rule for code in CODES.values() if code.rule not in ("", FORMULA_RULE)))
    ]
LintSeverity: TypeAlias = Literal["off", "note", "warning", "error"]


# The theme's chart colours, in order.
ChartColour: TypeAlias = Literal["accent1", "accent2", "accent3", "accent4", "accent5", "accent6"]


def _wrap_profiles(value: object) -> object:
    """Convert a list of profile names to profiles without settings, which affect only conditions."""
    names = isinstance(value, list) and all(isinstance(name, str) for name in value)
    return {name: {} for name in value} if names else value  # type: ignore[attr-defined]


class Manifest(StrictModel):
    """The whole manifest."""

    book: BookEntry
    """Title, authors and section files of the book. Example: `{title: My report, chapters:
    [introduction.md]}`.
    """
    lang: str = "en"
    """Language of the book, a BCP 47 tag. Default: en. Example: `en-GB`."""
    theme: str = "house"
    """Theme of all outputs: house, report, large-print, or the path of your own theme file. Default: house.
    Example: `report`, `themes/mine.yaml`.
    """
    output_file: str = Field("", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$|^$")
    """Base name of the output files. Default: made from the title. Example: `annual-report`."""
    format: FormatEntry = FormatEntry(pdf=PdfOptions(), epub=EpubOptions(), pptx=PptxOptions())
    """Outputs to build, each with its options. Default: pdf, epub and pptx. Example: `{pdf: {page-size: a5},
    epub: default}`.
    """
    bibliography: TextList = ()
    """Bibliography files in BibTeX, RIS, CSL JSON or CSL YAML; paths are relative to the manifest. Example:
    `references.bib`, `[own.bib, others.json]`.
    """
    csl: str = ""
    """Citation style, a CSL file. Default: Chicago author-date. Example: `style.csl`."""
    bibliography_scope: Literal["book", "chapter"] = "book"
    """One bibliography for the whole book, or one per chapter. Default: book. Example: `chapter`."""
    glossary: str = ""
    """Glossary file in YAML, a path relative to the manifest. Example: `glossary.yaml`."""
    jinja: bool = False
    """Allow Jinja expressions in double braces in the text. Default: false. Example: `true`."""
    profiles: Annotated[
        dict[str, dict[str, Any]],
        BeforeValidator(
            _wrap_profiles, json_schema_input_type=tuple[str, ...] | dict[str, dict[str, Any] | None]
        ),
    ] = Field(default_factory=dict)
    """Variants of the book: a list of names, or a mapping of names to the settings that each profile
    overrides. Example: `[print, screen]`, `{large: {theme: large-print}}`.
    """
    talk: TalkEntry = TalkEntry()
    """Length and slides of the talk. Example: `{minutes: 20}`."""
    talks: dict[str, NamedTalkEntry] = Field(default_factory=dict)
    """Additional talks by name; build one with `triptych build --talk NAME`. Example: `{board: {minutes:
    10}}`.
    """
    data: DataEntry = DataEntry()
    """Delimiter and decimal separator of the data files. Default: detected in each file. Example:
    `{delimiter: ";", decimal: ","}`.
    """
    variables: dict[str, Any] = Field(default_factory=dict)
    """Values for the `var` shortcode. Example: `{version: 1.2}`."""
    chart_colours: dict[str, ChartColour] = Field(
        default_factory=dict, validation_alias=AliasChoices("chart-colours", "chart-colors")
    )
    """Colours of series and bars in all charts, by name: accent1 to accent6, which are the chart colours of
    the theme in order. Example: `{China: accent1, Europe: accent2}`.
    """
    lint: dict[LintRule, LintSeverity] = Field(default_factory=dict)
    """Severity of lint rules: error, warning, note or off. Example: `{unlisted-file: off}`."""
    exclude: TextList = ()
    """Files in the source folder that are not sections of the book, as glob patterns. Example:
    `[drafts/*.md]`.
    """
    filters: TextList = ()
    """Lua filters for pandoc's document tree and Python filters for chapters, in the order in which they run;
    they run only with `--trust`. Paths are relative to the manifest. Example: `[filters/units.lua]`.
    """
    cache: CacheEntry = CacheEntry()
    """Size limit of the build cache. Example: `{limit: 500MB}`."""
    limits: ReadingLimits = ReadingLimits()
    """Higher resource limits for this book; they apply only if the project is trusted on the command line.
    Example: `{chart-values: 20000}`.
    """
    math: Literal["strict", "keep"] = "strict"
    """How to handle a formula that cannot be parsed: strict reports an error, keep prints its TeX code with
    a warning. Default: strict. Example: `keep`.
    """
    _variants: tuple[str, ...] = PrivateAttr(())
    _talk: str = PrivateAttr("")
    _talk_length_span: Span | None = PrivateAttr(None)
    _deck_options: PptxOptions = PrivateAttr(PptxOptions())
    _extension_options: dict[OutputFormat, StrictModel] = PrivateAttr(default_factory=dict)

    @property
    def rule_severities(self) -> dict[str, Severity | None]:
        """The severity of each lint rule that the manifest sets, or None if the rule is off."""
        severities: dict[str, Severity | None] = {"formula": Severity.WARNING} if self.math == "keep" else {}
        return severities | {
            rule: None if verdict == "off" else Severity(verdict) for rule, verdict in self.lint.items()
        }

    @property
    def language(self) -> str:
        """The BCP 47 language tag of the book."""
        return self.book.lang or self.lang or "en"

    @property
    def has_language(self) -> bool:
        """Whether the manifest sets the book's language."""
        return bool(self.book.lang or ("lang" in self.model_fields_set and self.lang))

    @property
    def formats(self) -> tuple[OutputFormat, ...]:
        """The enabled output formats."""
        built_in = [name for name in FORMATS if getattr(self.format, name) is not None]
        return (*built_in, *self._extension_options)

    def get_extension_options(self, name: str) -> StrictModel:
        """Return the options of an enabled output that is defined by an extension."""
        return self._extension_options[cast(OutputFormat, name)]

    @property
    def stem(self) -> str:
        """The file name of the outputs, without extension."""
        return self.output_file or make_slug(self.book.title)[:_MAX_STEM].rstrip("-") or "book"

    @property
    def talk_chapters(self) -> tuple[str, ...]:
        """The chapters of the requested talk as named in the manifest, or () for all chapters."""
        return self.talks[self._talk].chapters if self._talk else ()

    @property
    def talk_length_span(self) -> Span | None:
        """The position in the manifest of the requested talk's length."""
        return self._talk_length_span

    @property
    def deck_options(self) -> PptxOptions:
        """The options of the deck, which also apply to a handout or script made from the slides."""
        return self.format.pptx or self._deck_options

    @property
    def is_handout(self) -> bool:
        """Whether the PDF is a handout or script instead of the book."""
        return self.format.pdf is not None and self.format.pdf.content != "book"

    @property
    def has_separate_cover(self) -> bool:
        """Whether the cover of the printed book is a separate file."""
        pdf = self.format.pdf
        return pdf is not None and pdf.cover == "separate" and pdf.content == "book"

    def get_cover_file_name(self) -> str:
        """Return the file name of the printed book's separate cover."""
        return f"{self.get_file_name('pdf').removesuffix('.pdf')}-cover.pdf"

    def get_file_name(self, output: OutputFormat) -> str:
        """Return the file name of an output.

        It contains the names of profiles that do not set ``output-file``, the name of the talk, and the name
        of the store, "handout" or "script".
        """
        purpose = ""
        if output == "epub" and self.format.epub:
            purpose = self.format.epub.store
        elif output == "pdf" and self.format.pdf and self.is_handout:
            purpose = self.format.pdf.content
        names = (*self._variants, self._talk) if output == "pptx" or self.is_handout else self._variants
        parts = [part for name in names if (part := make_file_name_part(name))]
        if purpose and purpose not in parts:
            parts.append(purpose)
        return f"{'-'.join((self.stem, *parts))}.{FORMATS[output].file_extension}"
