"""Read ``catalog.yaml`` and its CSV files, and expand them to a list of titles to build."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ruamel.yaml.comments import CommentedMap

from triptych.diagnostics import Diagnostic, Span
from triptych.folders import MAX_FOLDER_DEPTH, find_deep_folder, resolve_links
from triptych.formats import OutputFormat
from triptych.project import MANIFEST, NO_OVERLAY, Overlay, is_file, is_folder, is_text, to_text
from triptych.settings.catalog import CatalogSettings, TitleEntry
from triptych.settings.manifest import Manifest
from triptych.settings.validation_errors import validate_values
from triptych.settings.values import SourcePositions, make_slug, merge_values
from triptych.text_problems import explain_encoding_error
from triptych.yaml_text import MalformedYamlError, load_yaml, to_plain_values

MAX_FILE_SIZE = 16 << 20  # bytes of a catalogue or a CSV file
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*|")  # BCP 47, or empty
_SEPARATOR = re.compile(r"[\s;,]+")
_NAME, _PROFILES, _LANGUAGE = "name", "profiles", "language"  # columns with a special meaning


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A variant of a book to build, with its project in ``folder``.

    ``name`` is a relative POSIX path, which is also its path in the output folder.
    """

    name: str
    folder: Path
    span: Span
    profiles: tuple[str, ...] = ()
    formats: tuple[OutputFormat, ...] = ()
    overlay: Overlay = NO_OVERLAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """A catalogue file (``path``) with its settings and titles."""

    path: Path
    settings: CatalogSettings
    titles: tuple[Title, ...]

    @property
    def root(self) -> Path:
        """The folder of the catalogue file. Paths in the catalogue are relative to it."""
        return self.path.parent

    @property
    def output_folder(self) -> Path:
        """The folder for the outputs and reports of all titles."""
        return resolve_links(self.root / self.settings.output_dir)


def select_titles(
    titles: Iterable[Title], patterns: Sequence[str], shard: tuple[int, int] = (1, 1)
) -> list[Title]:
    """Return the titles of a shard whose names match a glob pattern, or all if there are no patterns.

    ``shard`` is the 1-based number of the shard, and the number of shards. Each title is in exactly one
    shard. Adjacent titles are in different shards, because they often take a similar time.
    """
    selected = [
        title for title in titles if not patterns or any(map(PurePosixPath(title.name).match, patterns))
    ]
    number, count = shard
    return selected[number - 1 :: count]


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of a title: for all readers, or for a row of a CSV file.

    ``settings`` override settings in the title's manifest.
    """

    name: str
    settings: dict[str, Any]
    profiles: tuple[str, ...] = ()
    language: str = ""


def list_editions(
    entry: TitleEntry, name: str, root: Path, findings: list[Diagnostic], entry_span: Span
) -> Iterator[Edition]:
    """Yield an edition for each row of a title's CSV file, or a single edition without such a file.

    All columns except ``profiles`` and ``language`` become variables of the book. An edition is named after
    the cell in the column ``name``, or else in the first column. Errors in the CSV file are reported as
    CAT004.
    """
    if not entry.merge:
        yield Edition(name, merge_values({}, entry.settings))
        return
    for number, row in enumerate(_read_csv_rows(root, entry.merge, findings, entry_span), 1):
        values = {key: value for key, value in row.items() if key not in (_PROFILES, _LANGUAGE)}
        settings = _fill_placeholders(entry.settings, row)
        yield Edition(
            name=f"{name}/{make_slug(row.get(_NAME) or next(iter(row.values()))) or number}",
            settings={**settings, "variables": {**values, **settings.get("variables", {})}},
            profiles=tuple(filter(None, _SEPARATOR.split(row.get(_PROFILES, "")))),
            language=row.get(_LANGUAGE, ""),
        )


def _read_csv_rows(
    root: Path, path: str, findings: list[Diagnostic], entry_span: Span
) -> list[dict[str, str]]:
    """Return the rows of a CSV file (RFC 4180), each as a mapping from column names to cells.

    Report CAT004 if the file cannot be read or a row is invalid. Invalid rows are omitted.
    """

    def report_csv_error(message: str, span: Span) -> list[dict[str, str]]:
        findings.append(Diagnostic(code="CAT004", span=span, message=message))
        return []

    file = root / path
    if not resolve_links(file).is_relative_to(root) or not is_file(file):
        return report_csv_error(
            f'CSV file "{path}" does not exist, or is outside the catalogue folder', entry_span
        )
    if file.stat().st_size > MAX_FILE_SIZE:
        return report_csv_error(
            f'CSV file "{path}" is larger than the limit of {MAX_FILE_SIZE >> 20} MB', entry_span
        )
    try:
        lines = csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline=""))
        header = [cell.strip() for cell in next(lines, [])]
        table = [(lines.line_num, cells) for cells in lines if any(cells)]
    except UnicodeDecodeError as error:
        findings.append(explain_encoding_error(error, path).to_diagnostic(path, "CAT004"))
        return []
    except csv.Error as error:
        return report_csv_error(f"the CSV file cannot be parsed: {error}", Span(path=path))
    if not header or "" in header or len(set(header)) < len(header):
        return report_csv_error("each column needs a unique name in the header row", Span(path=path))
    rows = []
    for line, cells in table:
        span = Span(path=path, line=line)
        if len(cells) != len(header):
            report_csv_error(f"this row has {len(cells)} cells; the header has {len(header)}", span)
            continue
        row = dict(zip(header, map(str.strip, cells), strict=True))
        if _LANGUAGE_TAG.fullmatch(row.get(_LANGUAGE, "")):
            rows.append(row)
        else:
            report_csv_error(f'"{row[_LANGUAGE]}" is not a valid language tag, such as de or pt-BR', span)
    return rows


def _fill_placeholders(value: Any, row: Mapping[str, str]) -> Any:
    """Replace placeholders such as ``{name}`` in nested settings with cells of a CSV row.

    Placeholders without a column of the same name are kept.
    """
    if isinstance(value, Mapping):
        return {key: _fill_placeholders(item, row) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill_placeholders(item, row) for item in value]
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda match: row.get(match[1].strip(), match[0]), value)
    return value


def read_catalog(path: Path) -> tuple[Catalog | None, list[Diagnostic]]:
    """Return the catalogue and the findings. The catalogue is None if the file is invalid.

    Raise OSError if the file cannot be read.
    """
    name, path = path.name, path.resolve()

    def refuse_catalog(message: str, span: Span, hint: str | None = None) -> tuple[None, list[Diagnostic]]:
        return None, [Diagnostic(code="CAT001", span=span, message=message, hint=hint)]

    if path.stat().st_size > MAX_FILE_SIZE:
        return refuse_catalog(
            f"the catalogue is larger than the limit of {MAX_FILE_SIZE >> 20} MB", Span(path=name)
        )
    try:
        tree = load_yaml(path.read_text("utf-8-sig"))
    except UnicodeDecodeError as error:
        return None, [explain_encoding_error(error, name).to_diagnostic(name, "CAT001")]
    except MalformedYamlError as error:
        return refuse_catalog(
            error.message, Span(path=name, line=error.line, column=error.column), error.hint
        )
    if not isinstance(tree, CommentedMap):
        hint = "list the title folders, for example `titles: [first-title, second-title]`"
        return refuse_catalog("a catalogue must be a mapping with the key `titles`", Span(path=name), hint)
    positions = SourcePositions(tree, name)
    settings, findings = validate_values(to_plain_values(tree), positions, CatalogSettings)
    if settings is None:
        return None, findings
    findings += _check_defaults(settings, SourcePositions(tree.get("defaults"), name))
    findings += _check_folders(path.parent, settings, positions)
    titles = tuple(_TitleReader(path.parent, settings, positions, findings).read_titles())
    findings += _check_title_names(titles)
    if not titles and not findings:
        span = positions.find(("titles",), of_value=False)
        findings.append(
            Diagnostic(
                code="CAT002",
                span=span,
                message="the catalogue lists no titles",
                hint=f"list at least one book folder under `titles:` in {name}",
            )
        )
    return Catalog(path=path, settings=settings, titles=titles), findings


def _check_defaults(settings: CatalogSettings, positions: SourcePositions) -> list[Diagnostic]:
    manifest_values = merge_values({"book": {"title": "?", "chapters": ["?"]}}, settings.defaults)
    return validate_values(manifest_values, positions, Manifest)[1]


def _check_folders(root: Path, settings: CatalogSettings, positions: SourcePositions) -> Iterator[Diagnostic]:
    """Report CAT008 for shared and template folders that are missing or outside the catalogue folder."""
    folders = [(("shared", number), folder) for number, folder in enumerate(settings.shared)]
    for steps, folder in [*folders, (("templates",), settings.templates)]:
        if not folder or (_is_below(root, folder) and is_folder(root / folder)):
            continue
        message = f'folder "{folder}" does not exist'
        if not _is_below(root, folder):
            message = f'folder "{folder}" is outside the catalogue folder'
        hint = "use a path relative to the catalogue folder"
        yield Diagnostic(code="CAT008", span=positions.find(steps), message=message, hint=hint)


def _is_below(root: Path, path: str) -> bool:
    """Return whether a path relative to ``root`` is still below ``root`` with symbolic links resolved."""
    return "\0" not in path and resolve_links(root / path).is_relative_to(root)


def _check_title_names(titles: Sequence[Title]) -> Iterator[Diagnostic]:
    """Report CAT003 for each name of several titles, since their outputs would have the same path."""
    spans = {title.name: title.span for title in titles}
    for name, count in Counter(title.name for title in titles).items():
        if count > 1:
            hint = "give each title a different `name`, or remove the duplicate titles"
            message = f'{count} titles share the name "{name}"'
            yield Diagnostic(code="CAT003", span=spans[name], message=message, hint=hint)


@dataclass(frozen=True, slots=True)
class _TitleReader:
    """Expands the entries of a catalogue to titles, and collects findings about the entries."""

    root: Path
    settings: CatalogSettings
    positions: SourcePositions
    findings: list[Diagnostic]

    def read_titles(self) -> Iterator[Title]:
        """Yield the titles of all entries in all variants, in the order of the catalogue.

        A folder of an earlier entry is skipped if a glob pattern matches it again.
        """
        known_folders: set[Path] = set()
        for number, entry in enumerate(self.settings.titles):
            span = self.positions.find(("titles", number))
            for folder in self._find_folders(entry.folder, span):
                if _is_glob_pattern(entry.folder) and folder in known_folders:
                    continue
                known_folders.add(folder)
                yield from self._list_variants(entry, folder, span)

    def _find_folders(self, pattern: str, span: Span) -> list[Path]:
        """Return the folders with a manifest that match ``pattern``. Report CAT002 if no folder matches."""

        def report_pattern_error(message: str, hint: str | None = None) -> list[Path]:
            self.findings.append(Diagnostic(code="CAT002", span=span, message=message, hint=hint))
            return []

        hint = f"give the path of a folder that contains {MANIFEST}, relative to the catalogue folder"
        if Path(pattern).is_absolute() or ".." in PurePosixPath(pattern).parts or "\0" in pattern:
            return report_pattern_error(f'"{pattern}" is outside the catalogue folder', hint)
        if "**" in pattern and (deep_folder := find_deep_folder(self.root)):
            path = to_text(deep_folder.relative_to(self.root).as_posix())
            return report_pattern_error(
                f'"{pattern}" searches {MAX_FOLDER_DEPTH} levels of folders; "{path}" has more',
                "list the folders of the titles, or delete the folder",
            )
        matches = self.root.glob(pattern) if _is_glob_pattern(pattern) else [self.root / pattern]
        try:
            folders = sorted(filter(_has_manifest, matches))
        except (ValueError, OSError):  # "**" is part of a name, or a name is too long
            folders = []
        if unreadable := [folder for folder in folders if not is_text(str(folder.relative_to(self.root)))]:
            path = to_text(str(unreadable[0].relative_to(self.root)))
            return report_pattern_error(f'the name of "{path}" is not UTF-8', "rename the folder")
        if outside := [folder for folder in folders if not resolve_links(folder).is_relative_to(self.root)]:
            return report_pattern_error(
                f'"{outside[0].relative_to(self.root)}" is outside the catalogue folder', hint
            )
        if not folders:
            if any("**" in part and part != "**" for part in PurePosixPath(pattern).parts):
                hint = "write `**` as a complete path component, such as `**/*`"
            return report_pattern_error(f'"{pattern}" matches no folder that contains {MANIFEST}', hint)
        return folders

    def _list_variants(self, entry: TitleEntry, folder: Path, span: Span) -> Iterator[Title]:
        name = entry.name or (
            folder.relative_to(self.root).as_posix() if folder != self.root else folder.name
        )
        for edition in list_editions(entry, name, self.root, self.findings, span):
            for variant, profiles, language in self._expand_build_matrix(entry, edition):
                # A translation is a separate project in a folder named after the language, or the same text
                # with another `lang`.
                is_separate = bool(language) and _has_manifest(folder / language)
                language_settings: Mapping[str, str] = (
                    {"lang": language} if language and not is_separate else {}
                )
                yield Title(
                    name="/".join(filter(None, (edition.name, variant))),
                    folder=folder / language if is_separate else folder,
                    span=span,
                    profiles=profiles,
                    formats=entry.formats or self.settings.matrix.formats,
                    overlay=Overlay(
                        self.settings.defaults, merge_values(edition.settings, language_settings)
                    ),
                )

    def _expand_build_matrix(
        self, entry: TitleEntry, edition: Edition
    ) -> Iterator[tuple[str, tuple[str, ...], str]]:
        """Yield the name, the profiles and the language of each combination in the build matrix."""
        matrix = self.settings.matrix
        languages = (edition.language,) if edition.language else matrix.languages or ("",)
        for language, matrix_profiles in itertools.product(languages, matrix.profiles or ((),)):
            profiles = tuple(dict.fromkeys((*entry.profiles, *edition.profiles, *matrix_profiles)))
            parts = (language if len(languages) > 1 else "", "-".join(map(make_slug, matrix_profiles)))
            yield "/".join(filter(None, parts)), profiles, language


def _is_glob_pattern(path: str) -> bool:
    return any(sign in path for sign in "*?[")


def _has_manifest(folder: Path) -> bool:
    return is_file(folder / MANIFEST)
