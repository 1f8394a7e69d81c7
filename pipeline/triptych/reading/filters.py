"""Read a project's filters: Lua filters for pandoc's tree, and Python filters for the document model.

Filters are code, so they only run if the command line allows it (``--trust``).
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import Field, dataclass, field, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from triptych.diagnostics import Diagnostic, Span
from triptych.engine.store.serialisation import has_shape
from triptych.model.book import Book, Chapter
from triptych.project import Project, UnsafePathError
from triptych.settings.manifest import Manifest
from triptych.settings.values import SourcePositions

_FILTER_CODE = "EXT002"

T = TypeVar("T")


class FilterError(Exception):
    """Raised by a filter to report a mistake in the source at ``span``, with a hint."""

    def __init__(self, message: str, span: Span | None = None, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.span, self.hint = span, hint


@dataclass(frozen=True, slots=True)
class FilterFile:
    """A filter: its path relative to the project, its code, and the folder of the project."""

    path: str
    code: str
    root: Path


@dataclass(frozen=True, slots=True)
class LuaFilters:
    """A project's Lua filters in order, and the metadata passed to them with each text."""

    files: tuple[FilterFile, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the filters and metadata as JSON, or "" if there are none. It is part of cache keys."""
        if not self.files:
            return ""
        filters = [{"path": file.path, "code": file.code} for file in self.files]
        return json.dumps({"filters": filters, "metadata": self.metadata}, sort_keys=True)


NO_LUA_FILTERS = LuaFilters()


def read_filters(
    project: Project, manifest: Manifest, positions: SourcePositions
) -> tuple[LuaFilters, tuple[FilterFile, ...], list[Diagnostic]]:
    """Read the filters listed in the manifest. Return Lua filters, Python filters and findings.

    Report EXT001 and return no filters if the project is not allowed to run code.
    """
    if not manifest.filters:
        return NO_LUA_FILTERS, (), []
    if not project.runs_filters:
        message = "the project has filters, which can run arbitrary code; they run only with `--trust`"
        hint = "review the filters, then pass `--trust`; or remove `filters:` from book.yaml"
        span = positions.find(("filters",), of_value=False)
        return NO_LUA_FILTERS, (), [Diagnostic(code="EXT001", span=span, message=message, hint=hint)]
    files: list[FilterFile] = []
    findings: list[Diagnostic] = []
    for index, name in enumerate(manifest.filters):
        span = positions.find(("filters", index))
        file = _read_filter(project, name, span)
        if isinstance(file, Diagnostic):
            findings.append(file)
        else:
            files.append(file)
    metadata = {"title": manifest.book.title, "lang": manifest.language, **manifest.variables}
    lua = tuple(file for file in files if file.path.endswith(".lua"))
    python = tuple(file for file in files if file.path.endswith(".py"))
    return LuaFilters(lua, metadata), python, findings


def _read_filter(project: Project, name: str, span: Span) -> FilterFile | Diagnostic:
    if not name.endswith((".lua", ".py")):
        hint = "use a `.lua` or `.py` file"
        return Diagnostic(
            code=_FILTER_CODE, span=span, message=f'"{name}" is not a Lua or Python file', hint=hint
        )
    try:
        path = project.locate_file(name)
        if path is not None:
            return FilterFile(path, project.read_text(path), project.root)
    except UnsafePathError as error:
        return Diagnostic(code="SEC005", span=span, message=str(error), hint=error.hint)
    except UnicodeDecodeError:
        message = f'filter "{name}" is not UTF-8 text'
        return Diagnostic(code=_FILTER_CODE, span=span, message=message, hint="save the file as UTF-8")
    hint = "check the path; it is relative to the folder that contains `book.yaml`"
    return Diagnostic(code=_FILTER_CODE, span=span, message=f'filter "{name}" does not exist', hint=hint)


def apply_python_filters(book: Book, filters: Sequence[FilterFile]) -> tuple[Book, list[Diagnostic]]:
    """Apply Python filters in order. Report EXT002 for a filter that fails, and ignore its changes."""
    findings: list[Diagnostic] = []
    for file in filters:
        try:
            with contextlib.redirect_stdout(sys.stderr):  # standard output may be reserved for JSON
                book = _apply_python_filter(book, file)
        except FilterError as error:
            span = error.span or Span(path=file.path)
            findings.append(Diagnostic(code=_FILTER_CODE, span=span, message=str(error), hint=error.hint))
        except (Exception, SystemExit) as error:  # a filter may raise anything
            findings.append(_report_exception(file, error))
    return book, findings


def _apply_python_filter(book: Book, file: FilterFile) -> Book:
    name = str(file.root / file.path)
    namespace: dict[str, Any] = {"__name__": Path(file.path).stem, "__file__": name}
    exec(compile(file.code, name, "exec", dont_inherit=True), namespace)
    filter_chapter, filter_book = namespace.get("filter_chapter"), namespace.get("filter_book")
    if filter_chapter is None and filter_book is None:
        message = "the filter defines neither `filter_chapter` nor `filter_book`"
        raise FilterError(message, hint="define `filter_chapter(chapter)`, and return the changed chapter")
    if filter_chapter is not None:
        chapters = [_call_filter(file, filter_chapter, chapter, Chapter) for chapter in book.chapters]
        book = replace(book, chapters=tuple(chapters))
    return book if filter_book is None else _call_filter(file, filter_book, book, Book)


def _call_filter(file: FilterFile, function: Callable[[T], Any], value: T, kind: type[T]) -> T:
    """Call a filter's function and return its result. Raise ``FilterError`` if the result is invalid."""
    result = function(value)
    if result is not value and (problem := _find_wrong_value(result, kind, f"a `{kind.__name__}`")):
        code = getattr(function, "__code__", None)
        span = Span(path=file.path, line=code.co_firstlineno if code else 1)
        message = f"the filter returned an invalid {kind.__name__.lower()}; {problem}"
        hint = "change nodes with `dataclasses.replace`; their fields and types are in `triptych.nodes`"
        raise FilterError(message, span, hint=hint)
    return result  # type: ignore[no-any-return]


def _report_exception(file: FilterFile, error: BaseException) -> Diagnostic:
    """Report an exception at the innermost line of the filter's code."""
    name, line = str(file.root / file.path), 1
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == name:
            line = trace.tb_lineno
        trace = trace.tb_next
    message = f"the filter raised {type(error).__name__}: {' '.join(str(error).split())}".rstrip(": ")
    if isinstance(error, SyntaxError) and error.filename == name:
        message, line = f"the filter is not valid Python: {error.msg}", error.lineno or 1
    return Diagnostic(code=_FILTER_CODE, span=Span(path=file.path, line=line), message=message)


def _find_wrong_value(value: Any, shape: Any, expected: str) -> str | None:
    """Describe the first value in a tree of dataclasses that does not have its declared type.

    ``expected`` describes the type ``shape``. Return None if all types are correct.
    """
    if not has_shape(value, shape):
        return f"{expected} is required here"
    for node in _iter_dataclasses(value):
        for member, shape_of_field in _get_field_types(node.__class__):
            expected = f"`{type(node).__name__}.{member.name}: {member.type}`"
            if problem := _find_wrong_value(getattr(node, member.name), shape_of_field, expected):
                return problem
    return None


def _iter_dataclasses(value: Any) -> Iterator[Any]:
    """Yield the dataclasses in nested collections, but not those inside other dataclasses."""
    if is_dataclass(value):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _iter_dataclasses(item)
    elif isinstance(value, tuple | list | frozenset):
        for item in value:
            yield from _iter_dataclasses(item)


@cache
def _get_field_types(kind: Any) -> list[tuple[Field[Any], Any]]:
    hints = get_type_hints(kind)
    return [(field, hints[field.name]) for field in fields(kind)]
