"""catalog.yaml → the titles that are to be built, with all that is wrong with the list."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ruamel.yaml.comments import CommentedMap

from triptych.catalog.editions import LARGEST, Edition, editions
from triptych.catalog.titles import Catalog, Title
from triptych.diagnostics import Diagnostic, Span
from triptych.project import MANIFEST, Overlay, is_file, is_folder
from triptych.settings.catalog import CatalogSettings, TitleEntry
from triptych.settings.manifest import Manifest
from triptych.settings.problems import validated
from triptych.settings.values import Positions, merged, slug
from triptych.text_files import explain_encoding
from triptych.yaml_text import MalformedYaml, load_yaml, plain


def read_catalog(path: Path) -> tuple[Catalog | None, list[Diagnostic]]:
    """A list and what is wrong with it; None where it cannot be read at all. Raises OSError."""
    name, path = path.name, path.resolve()

    def refused(message: str, span: Span, hint: str | None = None) -> tuple[None, list[Diagnostic]]:
        return None, [Diagnostic(code="CAT001", span=span, message=message, hint=hint)]

    if path.stat().st_size > LARGEST:
        return refused(f"the catalogue is larger than the limit of {LARGEST >> 20} MB", Span(path=name))
    try:
        tree = load_yaml(path.read_text("utf-8-sig"))
    except UnicodeDecodeError as error:
        return None, [explain_encoding(error, name).finding(name, "CAT001")]
    except MalformedYaml as error:
        return refused(error.message, Span(path=name, line=error.line, column=error.column), error.hint)
    if not isinstance(tree, CommentedMap):
        hint = "list the title folders, for example `titles: [first-title, second-title]`"
        return refused("a catalogue must be a mapping with the key `titles`", Span(path=name), hint)
    positions = Positions(tree, name)
    settings, found = validated(plain(tree), positions, CatalogSettings)
    if settings is None:
        return None, found
    found += _wrong_defaults(settings, Positions(tree.get("defaults"), name))
    found += _wrong_folders(path.parent, settings, positions)
    titles = tuple(_Reader(path.parent, settings, positions, found).titles())
    found += _named_twice(titles)
    if not titles and not found:
        span = positions.find(("titles",), of_value=False)
        found.append(
            Diagnostic(
                code="CAT002",
                span=span,
                message="the catalogue lists no titles",
                hint=f"list at least one book folder under `titles:` in {name}",
            )
        )
    return Catalog(path=path, settings=settings, titles=titles), found


def _wrong_defaults(settings: CatalogSettings, positions: Positions) -> list[Diagnostic]:
    """What no manifest takes among the settings that all share."""
    whole = merged({"book": {"title": "?", "chapters": ["?"]}}, settings.defaults)
    return validated(whole, positions, Manifest)[1]


def _wrong_folders(root: Path, settings: CatalogSettings, positions: Positions) -> Iterator[Diagnostic]:
    """CAT008 for folders that titles are to share, and that are not there or not the catalogue's."""
    places = [(("shared", number), folder) for number, folder in enumerate(settings.shared)]
    for place, folder in [*places, (("templates",), settings.templates)]:
        if not folder or (_is_below(root, folder) and is_folder(root / folder)):
            continue
        message = f'folder "{folder}" does not exist'
        if not _is_below(root, folder):
            message = f'folder "{folder}" is outside the catalogue folder'
        hint = "use a path relative to the catalogue folder"
        yield Diagnostic(code="CAT008", span=positions.find(place), message=message, hint=hint)


def _is_below(root: Path, path: str) -> bool:
    """Whether a path leads to something below a folder, links followed."""
    return "\0" not in path and (root / path).resolve().is_relative_to(root)


def _named_twice(titles: Sequence[Title]) -> Iterator[Diagnostic]:
    """CAT003 for titles whose outputs would lie in one place."""
    spans = {title.name: title.span for title in titles}
    for name, count in Counter(title.name for title in titles).items():
        if count > 1:
            hint = "give each title a different `name`, or remove the duplicate titles"
            message = f'{count} titles share the name "{name}"'
            yield Diagnostic(code="CAT003", span=spans[name], message=message, hint=hint)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Finds the titles of a list; ``found`` is told what is wrong."""

    root: Path
    settings: CatalogSettings
    positions: Positions
    found: list[Diagnostic]

    def titles(self) -> Iterator[Title]:
        """All titles in all variants, in the order of the list; what two patterns mean is listed once."""
        listed: set[Path] = set()
        for number, entry in enumerate(self.settings.titles):
            span = self.positions.find(("titles", number))
            for folder in self._folders(entry.folder, span):
                if _is_pattern(entry.folder) and folder in listed:
                    continue
                listed.add(folder)
                yield from self._variants(entry, folder, span)

    def _folders(self, pattern: str, span: Span) -> list[Path]:
        """The folders of an item of the list that hold a manifest; CAT002 where there are none."""

        def wrong(message: str, hint: str | None = None) -> list[Path]:
            self.found.append(Diagnostic(code="CAT002", span=span, message=message, hint=hint))
            return []

        hint = f"give the path of a folder that contains {MANIFEST}, relative to the catalogue folder"
        if Path(pattern).is_absolute() or ".." in PurePosixPath(pattern).parts or "\0" in pattern:
            return wrong(f'"{pattern}" is outside the catalogue folder', hint)
        matches = self.root.glob(pattern) if _is_pattern(pattern) else [self.root / pattern]
        try:
            folders = sorted(filter(_is_title, matches))
        except (ValueError, OSError):  # "**" within a name, a name longer than any
            folders = []
        if outside := [one for one in folders if not one.resolve().is_relative_to(self.root)]:
            return wrong(f'"{outside[0].relative_to(self.root)}" is outside the catalogue folder', hint)
        if not folders:
            if any("**" in part and part != "**" for part in PurePosixPath(pattern).parts):
                hint = "write `**` as a complete path component, such as `**/*`"
            return wrong(f'"{pattern}" matches no folder that contains {MANIFEST}', hint)
        return folders

    def _variants(self, entry: TitleEntry, folder: Path, span: Span) -> Iterator[Title]:
        """A title for each row of its file, in each variant of the matrix."""
        name = entry.name or (
            folder.relative_to(self.root).as_posix() if folder != self.root else folder.name
        )
        for edition in editions(entry, name, self.root, self.found, span):
            for variant, profiles, language in self._matrix(entry, edition):
                # A translation is a title of its own within the folder, or the same text in another language.
                own = bool(language) and _is_title(folder / language)
                spoken: Mapping[str, str] = {"lang": language} if language and not own else {}
                yield Title(
                    name="/".join(filter(None, (edition.name, variant))),
                    folder=folder / language if own else folder,
                    span=span,
                    profiles=profiles,
                    formats=entry.formats or self.settings.matrix.formats,
                    overlay=Overlay(self.settings.defaults, merged(edition.settings, spoken)),
                )

    def _matrix(self, entry: TitleEntry, edition: Edition) -> Iterator[tuple[str, tuple[str, ...], str]]:
        """The name, the profiles and the language of each variant of an edition."""
        matrix = self.settings.matrix
        languages = (edition.language,) if edition.language else matrix.languages or ("",)
        for language, more in itertools.product(languages, matrix.profiles or ((),)):
            profiles = tuple(dict.fromkeys((*entry.profiles, *edition.profiles, *more)))
            parts = (language if len(languages) > 1 else "", "-".join(map(slug, more)))
            yield "/".join(filter(None, parts)), profiles, language


def _is_pattern(path: str) -> bool:
    return any(sign in path for sign in "*?[")


def _is_title(folder: Path) -> bool:
    """Whether a folder holds a manifest."""
    return is_file(folder / MANIFEST)  # a name may be longer than the disk allows
