"""Check the templates of a project, and find Markdown files that the manifest does not list."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import PurePath, PurePosixPath
from typing import Any

import jinja2
from jinja2 import meta

from triptych.diagnostics import Diagnostic, Span, did_you_mean, join_names
from triptych.folders import find_deep_folder, get_templates_folder, iter_files
from triptych.media.template_checks import find_rejection_reasons, list_layout_names, read_slide_size
from triptych.model.nodes import Picture
from triptych.project import (
    MANIFEST,
    TEMPLATES_FOLDER,
    Project,
    UnsafePathError,
    is_left_by_programs,
    is_text,
    make_depth_error,
    to_text,
)
from triptych.reading.pictures import PictureFinder
from triptych.settings.format_options import SLIDE_SIZES, SlideKind, SlideSize
from triptych.settings.manifest import Manifest
from triptych.settings.values import SourcePositions
from triptych.theme.templating import has_project_templates, iter_image_paths, list_replaceable_templates
from triptych.theme.theme import Theme
from triptych.theme.theme_reader import find_theme_path
from triptych.yaml_text import MalformedYamlError, load_yaml

# Other files that may be next to fonts and templates, such as a licence.
_NOTICES = ("README", "LICEN", "COPYING", "OFL", "FONTLOG", "AUTHORS", "CHANGELOG")
_TEXTS = {".md", ".txt"}
_CHECK_PATH = "check the path; Triptych looks next to the template, then next to `book.yaml`"


def find_template_pictures(
    project: Project, theme_name: str, theme: Theme, pictures: PictureFinder
) -> tuple[dict[str, Picture], list[Diagnostic]]:
    """Map the paths of images in a project's templates to the images.

    Report missing images and unused files.
    """
    if not has_project_templates(project.root):
        return {}, []
    files = [path.removeprefix(f"{TEMPLATES_FOLDER}/") for path in project.list_tree(TEMPLATES_FOLDER)[0]]
    texts = _collect_used_templates(project, files)
    pictures_by_path: dict[str, Picture] = {}
    findings: list[Diagnostic] = []
    for name, text in texts.items():
        for picture, problems in _find_pictures(f"{TEMPLATES_FOLDER}/{name}", text, pictures):
            findings += problems
            if picture:
                pictures_by_path[picture.path] = picture
    used = {f"{TEMPLATES_FOLDER}/{name}" for name in texts} | set(pictures_by_path)
    used |= {face.file for face in theme.faces if face.project_file}
    used |= {path for path in (_find_theme_file(project, theme_name),) if path}
    idle = [name for name in files if f"{TEMPLATES_FOLDER}/{name}" not in used and _can_be_template(name)]
    return pictures_by_path, findings + list(map(_report_unused_template, idle))


def _find_theme_file(project: Project, name: str) -> str | None:
    try:
        return find_theme_path(project, name)
    except UnsafePathError:
        return None


def _collect_used_templates(project: Project, files: list[str]) -> dict[str, str]:
    """Map the file names of the templates in use, including those they include, to their text."""
    environment = jinja2.Environment(autoescape=False)
    waiting = [name for name in files if name in list_replaceable_templates()]
    texts: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        try:
            texts[name] = project.read_text(f"{TEMPLATES_FOLDER}/{name}")
            included = list(meta.find_referenced_templates(environment.parse(texts[name])))
        except (jinja2.TemplateSyntaxError, RecursionError, UnicodeDecodeError, UnsafePathError):
            included = []  # reported when the template is rendered
        if None in included:  # a computed name may refer to any template
            included = [other for other in files if other.endswith(".j2")]
        waiting += [other for other in included if other in files and other not in texts]
    return texts


def _find_pictures(
    path: str, text: str, pictures: PictureFinder
) -> Iterator[tuple[Picture | None, list[Diagnostic]]]:
    for image_path in iter_image_paths(text):
        span = Span(path=path, line=image_path.line, column=image_path.column)
        picture, problems = pictures.find(image_path.path, referring_file=path, span=span)
        missing = [
            Diagnostic(code="IMG007", span=span, message=problem.message, hint=_CHECK_PATH)
            if problem.code == "IMG001"
            else problem
            for problem in problems
        ]
        yield picture, missing


def _can_be_template(name: str) -> bool:
    path = PurePosixPath(name)
    if is_left_by_programs(path) or path.name.endswith("~"):
        return False
    return path.suffix.lower() not in _TEXTS and not path.name.upper().startswith(_NOTICES)


def _report_unused_template(name: str) -> Diagnostic:
    folder, path = name.partition("/")[0], PurePosixPath(name)
    built_in = (get_templates_folder() / name).is_file()
    if folder == "themes" and path.suffix == ".yaml":
        hint = f"set `theme: {path.stem}` in `book.yaml` to use the theme, or delete the theme file"
    elif folder == "fonts":
        hint = "list the font under `fonts:` in a theme, or delete the file"
    elif built_in and folder == "deck":
        hint = (
            "to style the slides, set a PowerPoint template in `book.yaml`: "
            "`format: {pptx: {template: brand.pptx}}`"
        )
    elif built_in:
        hint = (
            "the built-in template of this name cannot be replaced; delete this file and customise the theme"
        )
    elif called := sorted(
        template for template in list_replaceable_templates() if PurePosixPath(template).name == path.name
    ):
        hint = f"did you mean {join_names(called, 'or')}?"
    else:
        hint = did_you_mean(name, list_replaceable_templates()) or (
            'name the file after the built-in template to replace, for example "print/title-page.xhtml.j2"'
        )
    span = Span(path=f"{TEMPLATES_FOLDER}/{name}")
    message = f"this file in `{TEMPLATES_FOLDER}/` has no effect"
    if hint.startswith("did you mean"):
        message = f'no template is named "{name}"; this file has no effect'
    elif folder == "themes":
        message = f'theme "{path.stem}" in `{TEMPLATES_FOLDER}/themes/` is not used'
    return Diagnostic(code="TPL003", span=span, message=message, hint=hint)


def report_refused_paths(project: Project) -> list[Diagnostic]:
    """Report SEC005 for paths that cannot be used.

    They are paths in the templates folder that are outside the project, cannot be opened or have too many
    levels, and folders of the source with too many levels.
    """
    refused_paths = dict(project.list_tree(TEMPLATES_FOLDER)[1])
    if deep_folder := find_deep_folder(project.root / _SOURCE):
        refused_paths[to_text(deep_folder.relative_to(project.root).as_posix())] = make_depth_error()
    return [
        Diagnostic(code="SEC005", span=Span(path=path), message=str(error), hint=error.hint)
        for path, error in refused_paths.items()
    ]


_KEYS = ("format", "pptx", "template")
_RATIO_TOLERANCE = 0.01  # difference of aspect ratios due to sizes in whole millimetres


def check_deck_template(project: Project, manifest: Manifest, positions: SourcePositions) -> list[Diagnostic]:
    """Report DTP001 if the deck template cannot be used, and settings that do not suit it.

    DTP002 is for layouts that the template does not have, DTP005 for another aspect ratio or colour scheme.
    """
    options = manifest.format.pptx
    if options is None or not options.template:
        return []
    span = positions.find(_KEYS)
    try:
        path = project.locate_file(options.template)
        data = project.read_bytes(path) if path else b""
    except UnsafePathError as error:
        return [Diagnostic(code="SEC005", span=span, message=str(error))]
    if path is None:
        message = f'deck template "{options.template}" {project.describe_missing_file(options.template)}'
        return [
            _report_unusable_template(
                span, message, "check the path; it is relative to the folder that contains `book.yaml`"
            )
        ]
    if reasons := find_rejection_reasons(data):
        return [
            _report_unusable_template(
                span, f'deck template "{options.template}" cannot be used: {refusal.message}', refusal.hint
            )
            for refusal in reasons
        ]
    findings = _report_unknown_layouts(options.layouts, list_layout_names(data), positions)
    if "slide_size" in options.model_fields_set:
        findings += _report_other_slide_size(options.slide_size, read_slide_size(data), positions)
    if options.color_scheme != "light":
        findings.append(_report_colour_scheme(options.color_scheme, positions))
    return findings


def load_checked_template(read_file: Callable[[str], bytes], name: str) -> tuple[bytes, Span]:
    """Return a deck template, and the position of its setting in the manifest.

    ``name`` is its path in the manifest, which ``check_deck_template`` has checked.
    """
    manifest = SourcePositions(load_yaml(read_file(MANIFEST).decode("utf-8-sig")))
    path = posixpath.normpath(posixpath.join(posixpath.dirname(MANIFEST), name))
    return read_file(path), manifest.find(_KEYS)


def find_template_or_theme(read_file: Callable[[str], bytes]) -> Span | None:
    """Return the position of the deck template in the manifest, or else of the theme.

    Return None if the manifest sets neither or cannot be read.
    """
    try:
        tree = load_yaml(read_file(MANIFEST).decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, MalformedYamlError):
        return None
    for keys in (_KEYS, ("theme",)):
        value: object = tree
        for key in keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        if value:
            return SourcePositions(tree).find(keys)
    return None


def _report_unknown_layouts(
    layouts: Mapping[SlideKind, str], names: list[str], positions: SourcePositions
) -> list[Diagnostic]:
    findings = []
    quoted_names = ", ".join(f'"{name}"' for name in names)
    for kind, name in layouts.items():
        if name not in names:
            hint = did_you_mean(name, names) or f"use a layout of the template: {quoted_names}"
            span = positions.find((*_KEYS[:-1], "layouts", kind))
            message = f'the deck template has no layout named "{name}"'
            findings.append(Diagnostic(code="DTP002", span=span, message=message, hint=hint))
    return findings


def _report_other_slide_size(
    requested: SlideSize, size: tuple[float, float], positions: SourcePositions
) -> list[Diagnostic]:
    width, height = SLIDE_SIZES[requested]
    if abs(size[0] / size[1] / (width / height) - 1) <= _RATIO_TOLERANCE:
        return []
    message = (
        f"the deck template has slides of {size[0] / 72:.4g} × {size[1] / 72:.4g} inches; "
        f"`slide-size: {requested}` was ignored"
    )
    hint = "remove `slide-size`, or change the size in PowerPoint under Design › Slide Size"
    span = positions.find((*_KEYS[:-1], "slide-size"))
    return [Diagnostic(code="DTP005", span=span, message=message, hint=hint)]


def _report_colour_scheme(scheme: str, positions: SourcePositions) -> Diagnostic:
    spans = [positions.find((*_KEYS[:-1], name)) for name in ("color-scheme", "colour-scheme")]
    return Diagnostic(
        code="DTP005",
        # The position of the spelling that is not used is that of the whole mapping, which starts earlier.
        span=max(spans, key=lambda span: (span.line or 0, span.column or 0)),
        message=f"the deck template sets the colours; `color-scheme: {scheme}` was ignored",
        hint="remove `color-scheme`, or change the colours in PowerPoint under Design › Variants",
    )


def _report_unusable_template(span: Span, message: str, hint: str | None) -> Diagnostic:
    return Diagnostic(code="DTP001", span=span, message=message, hint=hint)


_SOURCE = PurePosixPath(MANIFEST).parent
# Common files about a project that are not part of the book.
_NO_CHAPTERS = frozenset(
    "readme contributing license licence changelog code_of_conduct authors notes todo".split()
)


def report_unlisted_files(
    project: Project, manifest: Manifest, positions: SourcePositions
) -> list[Diagnostic]:
    """Report LNT017 for Markdown files that are not listed or included, and unused ``exclude`` patterns.

    Files whose names start with an underscore are meant to be included, as in Quarto. Chapters of all
    profiles count as listed.
    """
    listed_paths = {str(_SOURCE / path) for path in _iter_listed_chapters(positions.whole_tree)} | set(
        project.digests
    )
    if not manifest.book.chapters:
        return []  # reported as an error
    files = _list_files(project)
    span = positions.find(("book", "chapters"), of_value=False)
    findings = list(_report_unused_patterns(files, manifest.exclude, positions))
    findings += [
        Diagnostic(
            code="LNT017",
            span=span,
            message=f'file name "{to_text(name)}" is not valid UTF-8, so it cannot be listed in `book.yaml`',
            hint="rename the file",
        )
        for name in files
        if not is_text(name)
    ]
    left = [
        name
        for name in files
        if str(_SOURCE / name) not in listed_paths
        and is_text(name)
        and not _is_excluded(name, manifest.exclude)
    ]
    if not left:
        return findings
    message = f'"{left[0]}" is in the source folder but not in `book.yaml`'
    hint = f'add the file to `chapters:`, or exclude it with `exclude: ["{left[0]}"]`'
    if len(left) > 1:
        message = f'{len(left)} files, such as "{left[0]}", are in the source folder but not in `book.yaml`'
        hint = "add the files to `chapters:`, or list them under `exclude:`"
    return [*findings, Diagnostic(code="LNT017", span=span, message=message, hint=hint)]


def _report_unused_patterns(
    files: list[str], patterns: tuple[str, ...], positions: SourcePositions
) -> Iterator[Diagnostic]:
    for number, pattern in enumerate(patterns):
        if not any(_is_excluded(name, (pattern,)) for name in files):
            message = f'the `exclude:` pattern "{pattern}" matches no Markdown file in the source folder'
            span = positions.find(("exclude", number))
            hint = did_you_mean(pattern, files) or "correct or delete the pattern"
            yield Diagnostic(code="LNT017", span=span, message=message, hint=hint)


def _list_files(project: Project) -> list[str]:
    folder = project.root / _SOURCE
    files = (file for file in iter_files(folder) if file.suffix == ".md" and file.is_file())
    paths = (file.relative_to(folder) for file in files)
    return sorted(path.as_posix() for path in paths if not _is_non_chapter(path))


def _is_non_chapter(path: PurePath) -> bool:
    is_part = any(part.startswith("_") for part in path.parts)
    return is_part or path.stem.lower() in _NO_CHAPTERS or is_left_by_programs(path)


def _is_excluded(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _iter_listed_chapters(tree: Any) -> Iterator[str]:
    """Yield all strings under ``chapters`` and ``appendices`` in the manifest, also in profiles."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from (
                iter_nested_strings(value)
                if key in ("chapters", "appendices")
                else _iter_listed_chapters(value)
            )


def iter_nested_strings(value: object) -> Iterator[str]:
    """Yield the strings of a value of the manifest, also those in lists and under ``chapters`` of parts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from iter_nested_strings(value.get("chapters"))
    elif isinstance(value, list):
        for item in value:
            yield from iter_nested_strings(item)
