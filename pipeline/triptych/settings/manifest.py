"""book.yaml → frozen settings, with a diagnostic for each mistake in it.

The manifest takes the keys of a Quarto book. Mistakes never stop the reading: what is wrong is
reported and left out, so that all errors of a run come together.
"""

from __future__ import annotations

import copy
import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, TypeAlias, get_args

import pydantic
from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, PrivateAttr, WithJsonSchema
from pydantic_core import PydanticCustomError
from ruamel.yaml.comments import CommentedMap

from triptych.diagnostics import Diagnostic, Severity, Span, did_you_mean
from triptych.languages.customs import has_vertical_lines
from triptych.languages.language_tags import tag_problem
from triptych.model.isbn import URN, isbn_13
from triptych.model.relators import RELATORS, WORDS
from triptych.outputs import OUTPUT_FORMATS, OutputFormat
from triptych.project import MANIFEST, Project, UnsafePath
from triptych.settings.pdf_options import MarginsEntry, PdfOptions, SizeEntry
from triptych.settings.strict import Strict, hyphenated
from triptych.yaml_text import MalformedYaml, load_yaml, plain


def _calendar_date(value: object) -> object:
    """Year-month-day and nothing else: pydantic would take a number for seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise PydanticCustomError("date_form", "not year-month-day")
    return value


def _position(value: object) -> object:
    """A place in a series, as EPUB writes it."""
    text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    if isinstance(text, str) and text and not re.fullmatch(r"\d+(\.\d+)*", text):
        raise PydanticCustomError("position", "not a number such as 3 or 2.1")
    return text


def _list(value: object) -> object:
    return value if isinstance(value, list) or value is None else [value]


Texts: TypeAlias = Annotated[
    tuple[str, ...], BeforeValidator(_list, json_schema_input_type=str | tuple[str, ...])
]


# The values of schema:accessibilityHazard.
Hazard: TypeAlias = Literal[
    "none",
    "unknown",
    "flashing",
    "noFlashingHazard",
    "unknownFlashingHazard",
    "motionSimulation",
    "noMotionSimulationHazard",
    "unknownMotionSimulationHazard",
    "sound",
    "noSoundHazard",
    "unknownSoundHazard",
]


def _relator(value: str) -> str:
    """One of the MARC relators."""
    if value not in RELATORS:
        raise PydanticCustomError("relator", "no MARC relator")
    return value


class PersonEntry(Strict):
    """A contributor as the manifest names one."""

    name: str
    """The name as it stands on the title page."""
    role: Annotated[str, AfterValidator(_relator), WithJsonSchema({"enum": sorted(RELATORS)})] = "aut"
    """MARC relator code: aut writes, edt edits, trl translates, ill illustrates."""
    file_as: str = ""
    """The name as libraries sort it, such as “Lovelace, Ada”."""


def _named(value: object) -> object:
    """A name alone is a mapping with that name."""
    return {"name": value} if isinstance(value, str) else value


People: TypeAlias = Annotated[
    tuple[Annotated[PersonEntry, BeforeValidator(_named)], ...],
    BeforeValidator(_list, json_schema_input_type=str | PersonEntry | tuple[str | PersonEntry, ...]),
]


def _isbn(value: object) -> object:
    """An ISBN as 13 digits."""
    if isinstance(value, str | int) and str(value).strip():
        try:
            return isbn_13(str(value))
        except ValueError as error:
            raise PydanticCustomError("isbn", "no ISBN: {reason}", {"reason": str(error)}) from None
    return value


def _identifier(value: object) -> object:
    """An ISBN within a URN is one as well."""
    if isinstance(value, str) and value.lower().startswith(URN):
        return f"{URN}{_isbn(value[len(URN) :])}"
    return value


class SeriesEntry(Strict):
    """The series that a book belongs to."""

    name: str
    """The name of the series."""
    number: Annotated[str, BeforeValidator(_position, json_schema_input_type=str | int | float)] = ""
    """Which one of it the book is, such as 3 or 2.1."""


class SubjectEntry(Strict):
    """A subject of a scheme that shops and libraries share."""

    name: str
    """The subject in words."""
    authority: str = ""
    """The scheme: BISAC, THEMA, LCSH, DDC … or the address of another."""
    term: str = ""
    """The code of the subject in the scheme."""

    @pydantic.model_validator(mode="after")
    def _whole(self) -> SubjectEntry:
        if bool(self.authority) != bool(self.term):
            raise PydanticCustomError("subject", "a code needs its scheme, and a scheme its code")
        return self


Subjects: TypeAlias = Annotated[
    tuple[Annotated[SubjectEntry, BeforeValidator(_named)], ...],
    BeforeValidator(_list, json_schema_input_type=str | SubjectEntry | tuple[str | SubjectEntry, ...]),
]


class PartEntry(Strict):
    """A part: a title and the section files under it."""

    part: str
    """The title of the part."""
    chapters: tuple[str, ...]
    """The section files of the part, in order."""


_LEVEL = r"^(|WCAG 2\.[012] Level A{1,3})$"


class AccessibilityEntry(Strict):
    """What the author declares of the e-book's accessibility; all else is computed from the content."""

    conforms_to: str = Field(default="", pattern=_LEVEL)
    """The level that the e-book was found to keep, such as “WCAG 2.2 Level AA”."""
    certified_by: str = ""
    """Who found so."""
    credential: str = ""
    """What entitles them to it: words or an address."""
    report: str = ""
    """The address of their report."""
    exemption: Literal[
        "", "eaa-disproportionate-burden", "eaa-fundamental-alteration", "eaa-microenterprise"
    ] = ""
    """Why the European Accessibility Act does not apply."""
    hazards: Annotated[
        tuple[Hazard, ...],
        BeforeValidator(_list, json_schema_input_type=Hazard | tuple[Hazard, ...]),
    ] = ()
    """What may harm readers, in place of what the pictures tell, such as none or flashing."""
    summary: str = ""
    """How accessible the e-book is, in your words."""


class BookEntry(Strict):
    """The ``book:`` section."""

    title: str
    """The title of the book."""
    subtitle: str = ""
    """What stands under the title."""
    author: People = Field((), validation_alias=AliasChoices("author", "authors"))
    """Who made the book: a name, a mapping of name, role and file-as, or a list of these."""
    date: Annotated[
        dt.date | None, BeforeValidator(_calendar_date, json_schema_input_type=dt.date | None)
    ] = None
    """The day of publication, year-month-day; it also dates the files."""
    lang: str = ""
    """The language of the book, a BCP 47 tag such as en-GB; as the key of that name beside this section."""
    description: str = ""
    """A sentence or two for shops and libraries."""
    keywords: Texts = ()
    """Words that readers look for."""
    subjects: Subjects = Field((), validation_alias=AliasChoices("subjects", "subject"))
    """Subjects for shops and libraries: words, or mappings of name, authority and term."""
    series: Annotated[
        SeriesEntry | None, BeforeValidator(_named, json_schema_input_type=str | SeriesEntry | None)
    ] = None
    """The series that the book belongs to: its name, or a mapping of name and number."""
    rights: str = ""
    """Who holds the rights and what readers may do, such as “© 2026 Ada Lovelace”."""
    publisher: str = ""
    """Who publishes the book."""
    identifier: Annotated[str, BeforeValidator(_identifier)] = ""
    """A name that no other book has, such as urn:isbn:9783161484100; without it the ISBN, else a UUID."""
    isbn: Annotated[str, BeforeValidator(_isbn, json_schema_input_type=str | int)] = ""
    """The ISBN of the e-book, of 10 or 13 digits; its check digit is verified."""
    source: Annotated[str, BeforeValidator(_identifier)] = ""
    """What the e-book was made from: the identifier of a printed edition, such as urn:isbn:9783161484100."""
    cover_image: str = ""
    """The picture on the cover, a path from the folder of the manifest."""
    logo: str = ""
    """The publisher's mark for title pages and slides, a picture's path from the folder of the manifest."""
    logo_alt: str = ""
    """What the mark is called for whom does not see it; by default the publisher's name."""
    accessibility: AccessibilityEntry = AccessibilityEntry()
    """What you declare of the e-book's accessibility."""
    chapters: tuple[PartEntry | str, ...]
    """The section files in order, each a chapter, and parts with theirs; paths from here."""
    appendices: tuple[str, ...] = ()
    """The section files after the chapters, lettered instead of numbered."""


class EpubOptions(Strict):
    """The ``format: epub:`` section; ``image_dpi`` counts on a large tablet's page."""

    embed_fonts: bool = True
    """Whether the file brings its fonts, reduced to the characters in use."""
    image_dpi: int = Field(default=300, ge=96, le=1200)
    """How fine pictures made of dots are on a large tablet's page, in dots per inch."""
    store: Literal["", "kindle"] = ""
    """The shop that the file is for, where it asks for more than EPUB, as `--profile kindle` says it."""
    toc_depth: int = Field(default=3, ge=1, le=6)
    """Levels of headings in the contents."""
    drop_caps: bool = False
    """Whether a large letter opens each chapter that begins with a paragraph of text."""
    page_list: bool = True
    """Whether the pages of the PDF are marked and listed, where it is built with the e-book."""
    lof: bool = False
    """Whether there is a list of figures."""
    lot: bool = False
    """Whether there is a list of tables."""
    lol: bool = False
    """Whether there is a list of listings."""
    writing: Literal["horizontal", "vertical"] = "horizontal"
    """How lines run; vertical ones, from right to left, are for Chinese, Japanese and Korean."""


# The kinds of slides that a template of one's own may have a layout for.
SlideKind: TypeAlias = Literal[
    "title",
    "divider",
    "bullets",
    "chart",
    "table",
    "picture",
    "quote",
    "code",
    "equation",
    "callout",
    "numbers",
    "timeline",
    "columns",
    "comparison",
    "full-picture",
    "closing",
]


class PptxOptions(Strict):
    """The ``format: pptx:`` section; ``image_dpi`` counts on a slide of 13.33 × 7.5 inches."""

    template: str = ""
    """A PowerPoint file of your own, .pptx or .potx, whose layouts the slides take; path from here."""
    layouts: dict[SlideKind, str] = Field(default_factory=dict)
    """Kinds of slides, and the name of the template's layout that each takes."""
    footer: str = ""
    """What stands at the foot of each slide."""
    overflow: Literal["split", "shrink", "error"] = "split"
    """What becomes of a slide with too much on it: further slides, smaller text before these, or an error."""
    variation: Literal["light", "dark", "contrast"] = "light"
    """The theme's colours for slides: light, dark, or at the contrast of WCAG's level AAA."""
    incremental: bool = False
    """Whether the points of lists appear one after another, with a click each."""
    image_dpi: int = Field(default=220, ge=96, le=1200)
    """How fine pictures made of dots are on a slide of 13.33 × 7.5 inches, in dots per inch."""


def _default(value: object) -> object:
    """Quarto writes ``pdf: default`` for a format without options."""
    if value in ("false", "no"):
        return None
    return {} if value in ("default", "true", "yes") else value


_SWITCH = Literal["default"] | bool | None


class FormatEntry(Strict):
    """The ``format:`` section: the outputs to make, each with its options."""

    pdf: Annotated[
        PdfOptions | None, BeforeValidator(_default, json_schema_input_type=PdfOptions | _SWITCH)
    ] = None
    """The printed book: its options, or “default” for none."""
    epub: Annotated[
        EpubOptions | None, BeforeValidator(_default, json_schema_input_type=EpubOptions | _SWITCH)
    ] = None
    """The e-book: its options, or “default” for none."""
    pptx: Annotated[
        PptxOptions | None, BeforeValidator(_default, json_schema_input_type=PptxOptions | _SWITCH)
    ] = None
    """The PowerPoint deck: its options, or “default” for none."""


def _sign(value: object) -> object:
    return "\t" if value in ("tab", "\\t") else value


class DataEntry(Strict):
    """The ``data:`` section: how data files are written, where the place that names one doesn't say."""

    delimiter: Annotated[
        Literal["", ",", ";", "|", "\t"],
        BeforeValidator(_sign, json_schema_input_type=Literal["", ",", ";", "|", "tab"]),
    ] = ""
    """What stands between cells: a comma, a semicolon, a bar or “tab”; without it each file tells."""
    decimal: Literal["", ".", ","] = ""
    """What stands before the fraction of a number: a point or a comma; without it each file tells."""


# What `lint:` may set: the names of rules, as the table of codes has them.
LintRule: TypeAlias = Literal[
    "missing-words",
    "missing-drawings",
    "unclosed-div",
    "fence-as-text",
    "undefined-note",
    "unused-note",
    "defined-twice",
    "unknown-class",
    "unknown-attribute",
    "id-without-kind",
    "swallowed-block",
    "list-indent",
    "prose-as-code",
    "ragged-table",
    "code-not-run",
    "latex-as-text",
    "unclosed-formula",
    "attributes-as-text",
    "unlisted-file",
    "foreign-container",
    "repeated-title",
    "unclosed-fence",
    "heading-as-text",
    "shortcode-as-text",
    "pandoc-remark",
    "link-as-text",
    "too-wide",
    "emphasis-as-text",
    "reference-as-text",
    "guessed-notation",
    "list-as-text",
    "table-as-text",
    "foreign-markup",
    "code-as-text",
    "repeated-label",
    "unmet-condition",
    "unclosed-mark",
    "front-matter-as-text",
]
Verdict: TypeAlias = Literal["off", "note", "warning", "error"]


def _profiles(value: object) -> object:
    """A list of names for profiles that change no setting but only what is shown."""
    names = isinstance(value, list) and all(isinstance(name, str) for name in value)
    return {name: {} for name in value} if names else value  # type: ignore[attr-defined]


class Manifest(Strict):
    """The whole manifest. Without ``format`` all three outputs are made."""

    book: BookEntry
    """What the book is called, who made it, and its sections."""
    lang: str = "en"
    """The language of the book, a BCP 47 tag such as en-GB."""
    theme: str = "house"
    """The look of the outputs: house, report, large-print, or a file of your own such as themes/mine.yaml."""
    output_name: str = Field("", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$|^$")
    """What the output files are named after; by default the title."""
    format: FormatEntry = FormatEntry(pdf=PdfOptions(), epub=EpubOptions(), pptx=PptxOptions())
    """The outputs to make, each with its options; without it all three are made."""
    bibliography: Texts = ()
    """Files of sources: BibTeX, CSL JSON or CSL YAML; paths from here."""
    csl: str = ""
    """A citation style, a CSL file; by default Chicago author-date."""
    bibliography_scope: Literal["book", "chapter"] = "book"
    """Whether the book has one bibliography, or each chapter its own."""
    glossary: str = ""
    """A file of terms that the text may use, in YAML; path from here."""
    jinja: bool = False
    """Whether expressions in double braces are allowed in prose."""
    profiles: Annotated[
        dict[str, dict[str, Any]],
        BeforeValidator(_profiles, json_schema_input_type=tuple[str, ...] | dict[str, dict[str, Any] | None]),
    ] = Field(default_factory=dict)
    """Variants of the book: names, or names with the settings that each puts in place."""
    data: DataEntry = DataEntry()
    """How the data files are written, where they are not as spreadsheets in English write them."""
    variables: dict[str, Any] = Field(default_factory=dict)
    """Values that the shortcode “var” puts into prose."""
    lint: dict[LintRule, Verdict] = Field(default_factory=dict)
    """How bad a likely mistake is: the name of its rule, and error, warning, note or off."""
    exclude: Texts = ()
    """Files of the source folder that are no sections, such as drafts/*.md, and need no note about that."""
    math: Literal["strict", "keep"] = "strict"
    """Whether a formula that is not understood is an error, or kept as its TeX."""
    _variants: tuple[str, ...] = PrivateAttr(())

    @property
    def verdicts(self) -> dict[str, Severity | None]:
        """The severity of each rule that the manifest sets, None where it is off."""
        named: dict[str, Severity | None] = {"formula": Severity.WARNING} if self.math == "keep" else {}
        return named | {rule: None if said == "off" else Severity(said) for rule, said in self.lint.items()}

    @property
    def language(self) -> str:
        """The language of the book, a BCP 47 tag."""
        return self.book.lang or self.lang or "en"

    @property
    def names_language(self) -> bool:
        """Whether the manifest says in which language the book is."""
        return bool(self.book.lang or ("lang" in self.model_fields_set and self.lang))

    @property
    def formats(self) -> tuple[OutputFormat, ...]:
        """The outputs that the manifest asks for."""
        return tuple(name for name in OUTPUT_FORMATS if getattr(self.format, name) is not None)

    @property
    def stem(self) -> str:
        """What output files are named after."""
        return self.output_name or slug(self.book.title) or "book"

    @property
    def is_handout(self) -> bool:
        """Whether the PDF shows the slides of the deck instead of the book."""
        return self.format.pdf is not None and self.format.pdf.content == "handout"

    def file_name(self, output: OutputFormat) -> str:
        """The name of an output's file: variants of the book stand beside each other.

        A profile's name is in it, unless the ``output-name`` in force is that profile's own; so is what the
        file is for, if that is one shop alone or what people take home from the talk.
        """
        special = ""
        if output == "epub" and self.format.epub:
            special = self.format.epub.store
        elif output == "pdf" and self.is_handout:
            special = "handout"
        parts = [name for profile in self._variants if (name := _file_part(profile))]
        if special and special not in parts:
            parts.append(special)
        return f"{'-'.join((self.stem, *parts))}.{output}"


def _file_part(profile: str) -> str:
    """A profile's name as part of a file's: letters of any script, digits, and what joins them."""
    return re.sub(r"[^\w.-]+", "-", profile).strip(".-")


def slug(text: str) -> str:
    """ASCII words joined by hyphens, letters without their accents; "" where the text has none."""
    return "-".join(re.findall("[a-z0-9]+", bare_letters(text.replace("’", "").replace("'", "").lower())))


def bare_letters(text: str) -> str:
    """Letters of Latin alphabets without their accents, as they are read: ``cómo`` → ``como``."""
    apart = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(char for char in apart if not unicodedata.combining(char))


# Letters that Unicode does not take apart.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


class Positions:
    """Where in the manifest each key stands: key paths as pydantic names them → spans."""

    def __init__(self, tree: object) -> None:
        self.tree = tree

    def find(self, location: Sequence[str | int], *, of_value: bool = True) -> Span:
        """The place of a key path, or of the nearest parent that is there."""
        node: Any = self.tree
        span = Span(path=MANIFEST)
        for step in location:
            try:
                if isinstance(node, CommentedMap):
                    line, column = (node.lc.value if of_value else node.lc.key)(step)
                elif isinstance(node, list) and isinstance(step, int):
                    line, column = node.lc.item(step)  # type: ignore[attr-defined,unused-ignore]
                else:
                    continue  # a step inside a union that pydantic adds
                node = node[step]  # type: ignore[index,unused-ignore]
            except (KeyError, IndexError, AttributeError, TypeError):
                continue
            span = Span(path=MANIFEST, line=line + 1, column=column + 1)
        return span


def read_manifest(
    project: Project, profiles: Sequence[str] = ()
) -> tuple[Manifest | None, Positions, list[Diagnostic]]:
    """Read ``source/book.yaml``; None where it is missing or no YAML at all.

    The values under ``profiles:`` of each profile asked for take the place of the common ones; an empty
    one takes them away. A profile called like a shop makes that shop's e-book, and nothing else. What the
    profiles asked for are called is in the names of the files.
    """
    span = Span(path=MANIFEST)
    try:
        tree = load_yaml(project.read_text(MANIFEST))
    except (FileNotFoundError, UnsafePath):
        hint = "name the folder that holds source/book.yaml, or run `triptych new DIR` for a project"
        return None, Positions(None), [Diagnostic(code="MAN003", span=span, message="no manifest", hint=hint)]
    except UnicodeDecodeError:
        return None, Positions(None), [Diagnostic(code="SEC003", span=span, message="not UTF-8 text")]
    except MalformedYaml as error:
        span = Span(path=MANIFEST, line=error.line, column=error.column)
        hint = "check the indentation, and quote values that hold a colon, a # or a leading @"
        return None, Positions(None), [Diagnostic(code="MAN004", span=span, message=error.message, hint=hint)]
    if not isinstance(tree, CommentedMap):
        message = "the manifest must be a mapping that starts with `book:`"
        return None, Positions(None), [Diagnostic(code="MAN004", span=span, message=message)]
    positions = Positions(tree)
    values = plain(tree)
    if isinstance(tree.get("format"), CommentedMap):
        # Here an empty value says something: the output is wanted, as it comes.
        bare = {str(name): "default" for name, options in tree["format"].items() if options in (None, "")}
        values["format"] = {**values.get("format", {}), **bare}
    unknown = []
    named_by = ""
    written = tree.get("profiles")
    overlays = written if isinstance(written, Mapping) else {}
    for name in profiles:
        overlay = overlays.get(name)
        if name in BUILT_IN_PROFILES:
            output, options = BUILT_IN_PROFILES[name]
            values["format"] = _only(values.get("format"), output, options)
        if isinstance(overlay, Mapping):
            values = _merged(values, overlay)
            named_by = name if overlay.get("output-name") else named_by
        elif name not in (*BUILT_IN_PROFILES, *_names_of(tree.get("profiles"))):
            hint = (
                did_you_mean(name, _names_of(tree.get("profiles"))) or "profiles are named under `profiles:`"
            )
            message = f'the manifest has no profile "{name}"'
            unknown.append(Diagnostic(code="MAN007", span=span, message=message, hint=hint))
    manifest, found = _validate(values, positions)
    if manifest is not None:
        manifest._variants = tuple(dict.fromkeys(name for name in profiles if name != named_by))
        tags = ((("lang",), manifest.lang), (("book", "lang"), manifest.book.lang))
        found += [problem for keys, tag in tags if (problem := tag_problem(tag, positions.find(keys)))]
        found += _writing_problems(manifest, positions)
        found += _missing_chapters(manifest, positions) if not found else []
        found += _joined_authors(manifest, positions)
    return manifest, positions, unknown + found


def _writing_problems(manifest: Manifest, positions: Positions) -> list[Diagnostic]:
    """MAN002 where an e-book is to be vertical in a language that never is."""
    epub = manifest.format.epub
    if epub is None or epub.writing == "horizontal" or has_vertical_lines(manifest.language):
        return []
    said = f"in {manifest.language}" if manifest.names_language else "that names no language"
    message = f'"format.epub.writing": a book {said} has no vertical lines'
    hint = "they are for Chinese, Japanese and Korean: name the language as `lang: ja`, or write `horizontal`"
    span = positions.find(("format", "epub", "writing"))
    return [Diagnostic(code="MAN002", span=span, message=message, hint=hint)]


def _joined_authors(manifest: Manifest, positions: Positions) -> Iterator[Diagnostic]:
    """MAN010 for two people who would stand in catalogues as one."""
    for number, person in enumerate(manifest.book.author):
        names = re.split(r"\s+(?:and|und|et|y)\s+|\s*;\s*", person.name)
        if len(names) > 1 and all(len(name.split()) > 1 for name in names):
            span = positions.find(("book", "author", number))
            message = f'"{person.name}" is taken for the name of one person'
            hint = f"write a list: author: [{', '.join(names)}]"
            yield Diagnostic(code="MAN010", span=span, message=message, hint=hint)


def _missing_chapters(manifest: Manifest, positions: Positions) -> list[Diagnostic]:
    """MAN005 for a book of no pages."""
    if manifest.book.chapters or manifest.book.appendices:
        return []
    span = positions.find(("book", "chapters"), of_value=False)
    hint = "name the section files in order: `chapters: [introduction.md, results.md]`"
    return [Diagnostic(code="MAN005", span=span, message="the book has no chapters", hint=hint)]


# Profiles that need not be written: the one output of each, and the options that make it what it is.
BUILT_IN_PROFILES: Mapping[str, tuple[OutputFormat, Mapping[str, str]]] = {
    "kindle": ("epub", {"store": "kindle"}),
    "handout": ("pdf", {"content": "handout", "page-size": "a4"}),
}


def _only(formats: object, output: OutputFormat, options: Mapping[str, str]) -> dict[str, Any]:
    """One output alone, with its options of the manifest and others in their place."""
    written = formats.get(output) if isinstance(formats, dict) else None
    return {output: {**(written if isinstance(written, dict) else {}), **options}}


def _names_of(section: object) -> list[str]:
    return [str(name) for name in section] if isinstance(section, Mapping | list) else []


def _merged(values: dict[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    """Values with those of an overlay in their place; mappings are merged, lists replaced.

    What the overlay leaves empty is taken away, but for sections and outputs: they stay as they are.
    """
    merged = dict(values)
    for key, value in overlay.items():
        old = merged.get(key)
        if value in (None, ""):
            if not isinstance(old, dict) and key not in OUTPUT_FORMATS:
                merged.pop(key, None)
        elif isinstance(old, dict) and isinstance(value, Mapping):
            merged[key] = _merged(old, value)
        else:
            merged[key] = plain(value)
    return merged


def _validate(tree: dict[str, Any], positions: Positions) -> tuple[Manifest | None, list[Diagnostic]]:
    """Validate, and again without what was wrong, until a manifest stands or nothing is left to drop."""
    found: list[Diagnostic] = []
    missing: set[tuple[str | int, ...]] = set()  # with what would be in them
    while True:
        try:
            return Manifest.model_validate(tree), found
        except pydantic.ValidationError as error:
            problems = [p for p in error.errors(include_url=False) if not _shadow(p)]
        found += [_problem(problem, positions) for problem in problems if problem["loc"][:-1] not in missing]
        missing |= {problem["loc"] for problem in problems if problem["type"] == "missing"}
        # Backwards, so that taking one item out of a list leaves the places of those before it.
        mended = {(*_real_steps(tree, p["loc"]), p["type"] == "missing"): p for p in reversed(problems)}
        if not any([_mend(tree, problem["loc"], problem["type"]) for problem in mended.values()]):
            return None, found


def _shadow(problem: Any) -> bool:
    """Whether an error only says that a mapping is not the plain text which may stand in its place."""
    of_a_choice = problem["loc"][-1:] == ("str",)  # pydantic names the way that it tried
    return of_a_choice and problem["type"] == "string_type" and isinstance(problem["input"], dict)


# What stands in for a required value that is missing or wrong, so that reading goes on.
_PLACEHOLDERS: Mapping[str, Any] = {
    "book": {},
    "title": "Untitled",
    "chapters": [],
    "name": "?",
    "part": "?",
    "width": "210mm",
    "height": "297mm",
}


def _mend(tree: dict[str, Any], location: Sequence[str | int], kind: str) -> bool:
    """Take a wrong value out of the tree, or put a placeholder in; False where nothing can be done."""
    steps = _real_steps(tree, location)
    name = str(location[-1])
    if kind == "missing" and steps[-1:] != [name]:
        steps.append(name)
    if not steps:
        return False
    node: Any = tree
    for step in steps[:-1]:
        node = node[step]
    last: Any = steps[-1]
    if last in _PLACEHOLDERS and isinstance(node, dict) and node.get(last) != _PLACEHOLDERS[last]:
        node[last] = copy.copy(_PLACEHOLDERS[last])  # it may be filled in turn
    elif isinstance(node, dict | list) and kind != "missing":
        del node[last]
    else:
        return False
    return True


def _real_steps(tree: Any, location: Sequence[Any]) -> list[str | int]:
    """The steps of a pydantic location that exist in the tree; tags of unions do not."""
    steps: list[str | int] = []
    node: Any = tree
    for step in location:
        if (isinstance(node, dict) and step in node) or (
            isinstance(node, list) and isinstance(step, int) and step < len(node)
        ):
            node = node[step]
            steps.append(step)
    return steps


# Mappings whose keys are names of a list, and what these name.
_NAMED_KEYS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "layouts": ("kinds of slides", get_args(SlideKind)),
    "lint": ("rules", get_args(LintRule)),
}


def _problem(problem: Any, positions: Positions) -> Diagnostic:
    """A pydantic error → a diagnostic in an author's words."""
    location = problem["loc"]
    name = ".".join(str(step) for step in location if isinstance(step, str) and not step[:1].isupper())
    last = str(location[-1])
    match problem["type"]:
        case "extra_forbidden":
            known = _keys_at(location[:-1])
            hint = did_you_mean(last, known) or f"known keys here: {', '.join(sorted(known))}"
            span = positions.find(location, of_value=False)
            return Diagnostic(code="MAN001", span=span, message=f'unknown key "{last}"', hint=hint)
        case "missing":
            span = positions.find(location[:-1], of_value=False)
            example = _EXAMPLES.get(last, f"{last}: …")
            hint = f"write `{example}` {_where(location[:-1])}"
            return Diagnostic(code="MAN005", span=span, message=f'the key "{name}" is missing', hint=hint)
        case "literal_error" if last == "[key]":
            what, names = _NAMED_KEYS[str(location[-3])]
            hint = did_you_mean(str(location[-2]), names) or f"{what} are {', '.join(names)}"
            span = positions.find(location[:-1], of_value=False)
            return Diagnostic(code="MAN001", span=span, message=f'unknown key "{location[-2]}"', hint=hint)
        case "relator":
            said = str(problem["input"])
            near = WORDS.get(re.sub(r"[\s_]+", "-", said.strip().lower()))
            hint = (
                f'write "{near}"'
                if near
                else "roles are MARC relators: aut, edt, trl, ill, pht, com, aui, aft, ctb, cov, bkd, pbl …"
            )
            message = f'"{name}": no MARC relator has the code "{said}"'
            return Diagnostic(code="MAN002", span=positions.find(location), message=message, hint=hint)
        case kind if kind.startswith("date"):
            message = f'"{problem["input"]}" is not a date'
            hint = "write year-month-day, such as 2026-03-31"
            return Diagnostic(code="MAN006", span=positions.find(location), message=message, hint=hint)
    reason = problem["msg"][:1].lower() + problem["msg"][1:]
    return Diagnostic(code="MAN002", span=positions.find(location), message=f'"{name}": {reason}')


# What required keys look like.
_EXAMPLES: Mapping[str, str] = {
    "book": "book: {title: My report, chapters: [introduction.md]}",
    "title": "title: My report",
    "chapters": "chapters: [introduction.md]",
    "part": "part: Results",
    "name": "name: Ada Lovelace",
    "width": "width: 170mm",
    "height": "height: 240mm",
}


def _where(parent: Sequence[str | int]) -> str:
    """In which mapping a missing key belongs."""
    if not parent:
        return "as a line of its own"
    keys = [str(step) for step in parent if isinstance(step, str) and not step[:1].isupper()]
    listed = parent[-1] == keys[-1] if keys else False
    return f"under `{keys[-1]}:`" if listed else f"in this item of `{keys[-1]}:`"


def _keys_at(location: Sequence[str | int]) -> set[str]:
    """The keys that the manifest knows at a place."""
    sections: dict[str, type[Strict]] = {
        "book": BookEntry,
        "format": FormatEntry,
        "pdf": PdfOptions,
        "page-size": SizeEntry,
        "margins": MarginsEntry,
        "epub": EpubOptions,
        "pptx": PptxOptions,
        "author": PersonEntry,
        "chapters": PartEntry,
        "data": DataEntry,
    }
    named = [step for step in location if step in sections]
    model = sections[str(named[-1])] if named else Manifest
    return {field.alias or hyphenated(name) for name, field in model.model_fields.items()}
