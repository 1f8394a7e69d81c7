"""book.yaml → frozen settings, with a diagnostic for each mistake in it.

The manifest takes the keys of a Quarto book. Mistakes never stop the reading: what is wrong is
reported and left out, so that all errors of a run come together.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypeAlias

import pydantic
from pydantic import AliasChoices, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError
from ruamel.yaml.comments import CommentedMap

from triptych.diagnostics import Diagnostic, Span, did_you_mean
from triptych.project import MANIFEST, Project, UnsafePath
from triptych.yaml_text import MalformedYaml, load_yaml, plain

OutputFormat: TypeAlias = Literal["pdf", "epub", "pptx"]
OUTPUT_FORMATS: tuple[OutputFormat, ...] = ("pdf", "epub", "pptx")


def _hyphenated(name: str) -> str:
    return name.replace("_", "-")


class _Strict(pydantic.BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=_hyphenated, populate_by_name=True)


def _calendar_date(value: object) -> object:
    """Year-month-day and nothing else: pydantic would take a number for seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise PydanticCustomError("date_form", "not year-month-day")
    return value


def _list(value: object) -> object:
    return value if isinstance(value, list) or value is None else [value]


class PersonEntry(_Strict):
    """A contributor as the manifest names one."""

    name: str
    role: str = Field("aut", pattern="^[a-z]{3}$")
    file_as: str = ""


def _people(value: object) -> object:
    return (
        [{"name": entry} if isinstance(entry, str) else entry for entry in value]
        if isinstance(value, list)
        else value
    )


class PartEntry(_Strict):
    """A part: a title and the section files under it."""

    part: str
    chapters: tuple[str, ...]


class BookEntry(_Strict):
    """The ``book:`` section."""

    title: str
    subtitle: str = ""
    author: Annotated[tuple[PersonEntry, ...], BeforeValidator(_people), BeforeValidator(_list)] = Field(
        (), validation_alias=AliasChoices("author", "authors")
    )
    date: Annotated[dt.date | None, BeforeValidator(_calendar_date)] = None
    lang: str = ""
    description: str = ""
    keywords: Annotated[tuple[str, ...], BeforeValidator(_list)] = ()
    rights: str = ""
    publisher: str = ""
    identifier: str = ""
    cover_image: str = ""
    chapters: tuple[PartEntry | str, ...]
    appendices: tuple[str, ...] = ()


class PdfOptions(_Strict):
    """The ``format: pdf:`` section; ``lof``, ``lot``, ``lol``: lists of figures, tables, listings.

    ``image_dpi`` is how fine pictures made of dots are at their printed size.
    """

    page_size: Literal["a4", "a5", "letter", "6x9"] = "6x9"
    image_dpi: int = Field(default=300, ge=96, le=1200)
    toc_depth: int = Field(default=2, ge=1, le=4)
    lof: bool = False
    lot: bool = False
    lol: bool = False


class EpubOptions(_Strict):
    """The ``format: epub:`` section; ``image_dpi`` counts on a large tablet's page."""

    embed_fonts: bool = True
    image_dpi: int = Field(default=300, ge=96, le=1200)
    toc_depth: int = Field(default=3, ge=1, le=6)
    lof: bool = False
    lot: bool = False
    lol: bool = False


class PptxOptions(_Strict):
    """The ``format: pptx:`` section; ``image_dpi`` counts on a slide of 13.33 × 7.5 inches."""

    footer: str = ""
    image_dpi: int = Field(default=220, ge=96, le=1200)


def _default(value: object) -> object:
    """Quarto writes ``pdf: default`` for a format without options."""
    if value in ("false", "no"):
        return None
    return {} if value in ("default", "true", "yes") else value


class FormatEntry(_Strict):
    """The ``format:`` section: the outputs to make, each with its options."""

    pdf: Annotated[PdfOptions | None, BeforeValidator(_default)] = None
    epub: Annotated[EpubOptions | None, BeforeValidator(_default)] = None
    pptx: Annotated[PptxOptions | None, BeforeValidator(_default)] = None


def _profiles(value: object) -> object:
    """A list of names for profiles that change no setting but only what is shown."""
    return {str(name): {} for name in value} if isinstance(value, list) else value


class Manifest(_Strict):
    """The whole manifest. Without ``format`` all three outputs are made."""

    book: BookEntry
    lang: str = "en"
    output_name: str = Field("", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$|^$")
    format: FormatEntry = FormatEntry(pdf=PdfOptions(), epub=EpubOptions(), pptx=PptxOptions())
    bibliography: Annotated[tuple[str, ...], BeforeValidator(_list)] = ()
    csl: str = ""
    bibliography_scope: Literal["book", "chapter"] = "book"
    glossary: str = ""
    jinja: bool = False
    profiles: Annotated[dict[str, Any], BeforeValidator(_profiles)] = {}
    variables: dict[str, Any] = {}

    @property
    def language(self) -> str:
        """The language of the book, a BCP 47 tag."""
        return self.book.lang or self.lang

    @property
    def formats(self) -> tuple[OutputFormat, ...]:
        """The outputs that the manifest asks for."""
        return tuple(name for name in OUTPUT_FORMATS if getattr(self.format, name) is not None)

    @property
    def stem(self) -> str:
        """What output files are named after."""
        return self.output_name or slug(self.book.title) or "book"


def slug(text: str) -> str:
    """ASCII words joined by hyphens; "" where the text has none."""
    return "-".join(re.findall("[a-z0-9]+", text.replace("’", "").replace("'", "").lower()))


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

    The values under ``profiles:`` of each profile asked for take the place of the common ones.
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
    for name in profiles:
        overlay = values.get("profiles", {}).get(name) if isinstance(values.get("profiles"), dict) else None
        if isinstance(overlay, dict):
            values = _merged(values, overlay)
        elif name not in _names_of(tree.get("profiles")):
            hint = (
                did_you_mean(name, _names_of(tree.get("profiles"))) or "profiles are named under `profiles:`"
            )
            message = f'the manifest has no profile "{name}"'
            unknown.append(Diagnostic(code="MAN007", span=span, message=message, hint=hint))
    manifest, found = _validate(values, positions)
    return manifest, positions, unknown + found


def _names_of(section: object) -> list[str]:
    return [str(name) for name in section] if isinstance(section, Mapping | list) else []


def _merged(values: dict[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    """Values with those of an overlay in their place; mappings are merged, lists replaced."""
    merged = dict(values)
    for key, value in overlay.items():
        old = merged.get(key)
        merged[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, Mapping) else value
    return merged


def _validate(tree: dict[str, Any], positions: Positions) -> tuple[Manifest | None, list[Diagnostic]]:
    """Validate, and again without what was wrong, until a manifest stands or nothing is left to drop."""
    found: list[Diagnostic] = []
    while True:
        try:
            return Manifest.model_validate(tree), found
        except pydantic.ValidationError as error:
            problems = [p for p in error.errors(include_url=False) if not _shadow(p)]
        found += [_problem(problem, positions) for problem in problems]
        # Backwards, so that taking one item out of a list leaves the places of those before it.
        mended = {(*_real_steps(tree, p["loc"]), p["type"] == "missing"): p for p in reversed(problems)}
        if not any([_mend(tree, problem["loc"], problem["type"]) for problem in mended.values()]):
            return None, found


def _shadow(problem: Any) -> bool:
    """Whether an error only says that a mapping is not the plain text which may stand in its place."""
    return problem["type"] == "string_type" and isinstance(problem["input"], dict)


# What stands in for a required value that is missing or wrong, so that reading goes on.
_PLACEHOLDERS: Mapping[str, Any] = {"book": {}, "title": "Untitled", "chapters": [], "name": "?", "part": "?"}


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
        node[last] = _PLACEHOLDERS[last]
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
            return Diagnostic(code="MAN005", span=span, message=f'the key "{name}" is missing')
        case kind if kind.startswith("date"):
            message = f'"{problem["input"]}" is not a date'
            hint = "write year-month-day, such as 2026-03-31"
            return Diagnostic(code="MAN006", span=positions.find(location), message=message, hint=hint)
    reason = problem["msg"][:1].lower() + problem["msg"][1:]
    return Diagnostic(code="MAN002", span=positions.find(location), message=f'"{name}": {reason}')


def _keys_at(location: Sequence[str | int]) -> set[str]:
    """The keys that the manifest knows at a place."""
    sections: dict[str, type[_Strict]] = {
        "book": BookEntry,
        "format": FormatEntry,
        "pdf": PdfOptions,
        "epub": EpubOptions,
        "pptx": PptxOptions,
        "author": PersonEntry,
        "chapters": PartEntry,
    }
    named = [step for step in location if step in sections]
    model = sections[str(named[-1])] if named else Manifest
    return {field.alias or _hyphenated(name) for name, field in model.model_fields.items()}
