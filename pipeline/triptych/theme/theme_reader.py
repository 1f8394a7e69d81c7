"""Read the theme of a manifest: a built-in theme, or a theme file that extends one."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from ruamel.yaml.comments import CommentedMap

from triptych.diagnostics import Diagnostic, Span, did_you_mean, join_names
from triptych.extensions import (
    ExtensionError,
    ExtensionGroup,
    list_extension_names,
    load_extension,
    require_kind,
)
from triptych.project import MANIFEST, Project, UnsafePathError
from triptych.text_problems import explain_encoding_error
from triptych.theme.colours import (
    READABLE_CONTRAST,
    TEXT_EMBLEM_INDEX,
    VISIBLE_CONTRAST,
    compute_contrast_ratio,
    compute_perceived_lightness,
    derive_colours_from_accent,
)
from triptych.theme.font_files import find_missing_styles, read_faces
from triptych.theme.templating import has_project_templates
from triptych.theme.theme import (
    FontFace,
    Theme,
    list_built_in_themes,
    load_theme,
    load_tokens,
    make_theme,
    merge_tokens,
)
from triptych.theme.theme_file import KeyPath, ThemeMistake, find_mistakes
from triptych.yaml_text import (
    MalformedYamlError,
    load_yaml,
    locate_value,
    report_curly_quotes,
    to_plain_values,
)

_DEFAULT_BASE = "house"
_EXTENSIONS = (".yaml", ".yml")
_MAX_LISTED_RATIOS = 3  # in a message
_THEMES_FOLDER = "templates/themes"


def read_theme(project: Project, name: str, span: Span | None = None) -> tuple[Theme, list[Diagnostic]]:
    """Return the theme called ``name`` and the findings. If there are errors, return a built-in theme.

    Report THM001 for an unknown theme or an invalid theme file, THM002 for low contrast, FNT002 for a font
    file that cannot be used, FNT003 for a missing style, and SEC005 for a path outside the project. ``span``
    is the position of the theme's name in the manifest.
    """
    span = span or Span(path=MANIFEST)
    try:
        path = find_theme_path(project, name)
        if path is None and name in list_built_in_themes():
            return load_theme(name), []
        if path is None and (file := _find_extension_file(name)) is not None:
            theme, findings = _read_theme_file(Project(file.parent, {}), file.name, file.read_text("utf-8"))
            return theme, [_move_to_manifest(finding, span) for finding in findings]
        if path is None and not name.endswith(_EXTENSIONS):
            extensions = list_extension_names(ExtensionGroup.THEMES)
            theme_names = [*list_built_in_themes(), *extensions, *_list_themes(project)]
            choices = ", ".join(theme_names)
            hint = (
                did_you_mean(name, theme_names)
                or f"write {choices}, or the path of a theme file such as themes/mine.yaml"
            )
            return _reject_theme(span, f'unknown theme "{name}"', hint)
        text = project.read_bytes(path) if path else b""
    except UnsafePathError as error:
        return load_theme(), [Diagnostic(code="SEC005", span=span, message=str(error))]
    except ExtensionError as error:
        return load_theme(), [Diagnostic(code="EXT003", span=span, message=str(error), hint=error.hint)]
    if path is None:
        hint = "check the path; it is relative to the folder that contains `book.yaml`"
        return _reject_theme(span, f'theme file "{name}" {project.describe_missing_file(name)}', hint)
    try:
        return _read_theme_file(project, path, text.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return load_theme(), [explain_encoding_error(error, path).to_diagnostic(path)]


def _move_to_manifest(finding: Diagnostic, span: Span) -> Diagnostic:
    """Move a finding in an extension's theme file to the manifest, and add the position to its message."""
    return replace(finding, span=span, message=f"{finding.span}: {finding.message}")


def _find_extension_file(name: str) -> Path | None:
    """Return the theme file of an extension, or None. Raise ``ExtensionError`` if it cannot be used."""
    value = load_extension(ExtensionGroup.THEMES, name)
    return value and require_kind(ExtensionGroup.THEMES, name, value, Path)


def find_theme_path(project: Project, name: str) -> str | None:
    """Return the path of the theme file that ``name`` refers to, or None if there is none.

    ``name`` is a path, or the name of a theme file in ``templates/themes/``.
    """
    if name.endswith(_EXTENSIONS):
        return project.locate_file(name)
    project_theme = f"{_THEMES_FOLDER}/{name}.yaml"
    return project_theme if has_project_templates(project.root) and project.has_file(project_theme) else None


def _list_themes(project: Project) -> list[str]:
    """Return the names of the theme files in a project's ``templates/themes/`` folder."""
    if not has_project_templates(project.root):
        return []
    return [PurePosixPath(path).stem for path in project.list_tree(_THEMES_FOLDER)[0]]


def _read_theme_file(project: Project, path: str, text: str) -> tuple[Theme, list[Diagnostic]]:
    """Return the theme defined by a theme file, or its base theme if there are errors, and the findings."""
    try:
        tree = load_yaml(text)
    except MalformedYamlError as error:
        return _reject_theme(Span(path=path, line=error.line, column=error.column), error.message, error.hint)
    if not isinstance(tree, CommentedMap):
        return _reject_theme(
            Span(path=path), "the theme file must be a mapping", "start with `extends: house`"
        )
    theme_name = PurePosixPath(path).stem
    base = str(tree.get("extends") or (theme_name if theme_name in list_built_in_themes() else _DEFAULT_BASE))
    if base not in list_built_in_themes():
        hint = f"set `extends:` to {join_names(list_built_in_themes(), 'or')}"
        message = f'cannot extend "{base}": only built-in themes can be extended'
        return _reject_theme(_find_position(tree, path, ("extends",)), message, hint)
    tokens = to_plain_values(tree)
    if findings := list(report_curly_quotes(text, path)):
        return load_theme(base), findings
    findings = [
        *_find_empty_colours(tree, path),
        *(_make_diagnostic(mistake, tree, path) for mistake in find_mistakes(tokens, *_list_families(base))),
    ]
    if findings:
        return load_theme(base), findings
    tokens.pop("extends", None)
    faces, findings = read_faces(
        tokens.pop("fonts", []),
        project,
        path,
        lambda number, key: _find_position(tree, path, ("fonts", number, key)),
    )
    if findings:
        return load_theme(base), findings
    theme = _make_theme(PurePosixPath(path).stem, base, json.dumps(tokens), tuple(faces))
    # The emblem has a dark background only if the title page is a panel.
    marked = theme.print.title_page == "panel" and "emblem" in tokens.get("colours", {})
    weak = [
        Diagnostic(
            code="THM002", span=_find_position(tree, path, ("colours", name)), message=message, hint=hint
        )
        for name, message, hint in _find_low_contrasts(theme, tokens.get("colours", {}), with_emblem=marked)
    ]
    span = _find_position(tree, path, ("fonts",), of_key=True)
    hint = "add a font file for each missing face under `fonts:`"
    return theme, weak + [
        Diagnostic(code="FNT003", span=span, message=message, hint=hint)
        for _, message in find_missing_styles(
            faces, (theme.serif, theme.sans), needs_italics=theme.print.italics
        )
    ]


def _find_empty_colours(tree: CommentedMap, path: str) -> Iterator[Diagnostic]:
    """Report THM001 for colours without a value, because an unquoted # starts a comment in YAML."""
    colours = tree.get("colours")
    for name, value in colours.items() if isinstance(colours, CommentedMap) else ():
        if value in (None, ""):
            span = _find_position(tree, path, ("colours", name), of_key=True)
            hint = 'quote the colour, for example "#1f6f5c"; an unquoted # starts a comment'
            yield Diagnostic(code="THM001", span=span, message=f'"colours.{name}" has no value', hint=hint)


@lru_cache(maxsize=16)
def _make_theme(name: str, base: str, tokens: str, faces: tuple[FontFace, ...]) -> Theme:
    """Create a theme, or return the same object for the same arguments.

    Caches rely on this, since they use a theme's identity.
    """
    set_tokens = json.loads(tokens)
    theme = make_theme(name, merge_tokens(load_tokens(base), set_tokens))
    families = {face.family for face in faces}
    others = (face for face in theme.faces if face.family not in families)
    base_theme = load_theme(base)
    return replace(
        theme,
        colours=derive_colours_from_accent(theme.colours, set_tokens.get("colours", {})),
        faces=(*faces, *others),
        fallback_families={
            role: getattr(base_theme, role)
            for role in ("serif", "sans", "mono")
            if getattr(theme, role) in families and getattr(base_theme, role) not in families
        },
    )


def _list_families(base: str) -> tuple[list[str], list[str]]:
    """Return the text families and the math families of the built-in theme ``base``."""
    theme = load_theme(base)
    text, math = ({face.family for face in faces} for faces in (theme.faces, theme.math_faces))
    return sorted(text), sorted(math)


class _ColourPair(NamedTuple):
    """A colour and a background on which it is used, with the required contrast ratio.

    ``key`` is the colour's key in the theme file, ``name`` is its name in messages, and ``background`` is the
    key of the background.
    """

    key: str
    name: str
    colour: str
    background: str
    background_colour: str
    required_ratio: float

    @property
    def ratio(self) -> float:
        """The contrast ratio between the colour and the background."""
        return compute_contrast_ratio(self.colour, self.background_colour)


def _find_low_contrasts(
    theme: Theme, set_by_theme: Collection[str], *, with_emblem: bool
) -> Iterator[tuple[str, str, str]]:
    """Yield the key, message and hint for each colour whose contrast is below WCAG level AA.

    A colour from the theme file is reported once, together with all base theme colours that it conflicts
    with.
    """
    groups: dict[tuple[str, str], list[_ColourPair]] = {}
    for colour_pair in _iter_colour_pairs(theme, with_emblem=with_emblem):
        if colour_pair.ratio < colour_pair.required_ratio:
            is_ground = colour_pair.key not in set_by_theme and colour_pair.background in set_by_theme
            cause = (
                (colour_pair.background, f'"{colour_pair.background}"')
                if is_ground
                else (colour_pair.key, colour_pair.name)
            )
            groups.setdefault(cause, []).append(colour_pair)
    for (key, name), weak in groups.items():
        first, *others = weak
        required = sorted({colour_pair.required_ratio for colour_pair in weak})
        needs = f"at least {required[-1]:g}:1 is required"
        if len(required) > 1:
            needs += f" for text and {required[0]:g}:1 for graphics"
        if not others:
            message = f'{first.name} on "{first.background}" has a contrast ratio of only {first.ratio:.1f}:1'
            changes = [
                f"make {name} {change}"
                for name, change in (
                    (
                        first.name,
                        _find_contrast_change(first.colour, [first.background_colour], first.required_ratio),
                    ),
                    (
                        f'"{first.background}"',
                        _find_contrast_change(first.background_colour, [first.colour], first.required_ratio),
                    ),
                )
                if change
            ]
            hint = ", or ".join(changes) or f'make {first.name} or "{first.background}" darker or lighter'
        else:
            weak.sort(key=lambda colour_pair: colour_pair.ratio)
            pairs = [
                f"with {colour_pair.name}" if colour_pair.name != name else f'on "{colour_pair.background}"'
                for colour_pair in weak
            ]
            ratios = [
                f"{colour_pair.ratio:.1f}:1 {pair}" for colour_pair, pair in zip(weak, pairs, strict=True)
            ]
            if len(ratios) > _MAX_LISTED_RATIOS:
                ratios[_MAX_LISTED_RATIOS:] = [f"{len(ratios) - _MAX_LISTED_RATIOS} more"]
            message = f"{name} has a contrast ratio of only {join_names(ratios)}"
            is_ground = any(colour_pair.name != name for colour_pair in weak)
            changed_colour = first.background_colour if is_ground else first.colour
            partners = [
                colour_pair.colour if is_ground else colour_pair.background_colour for colour_pair in weak
            ]
            change = _find_contrast_change(changed_colour, partners, required[-1], allow_crossing=True)
            hint = f"make {name} {change or 'darker or lighter'}"
            if is_ground:
                hint += ", or change the other colours as well"
        yield key, f"{message}; {needs}", hint


def _find_contrast_change(
    colour: str, partners: Sequence[str], min_contrast: float, *, allow_crossing: bool = False
) -> str:
    """Return the change, "darker" or "lighter", that can give a colour enough contrast with its partners.

    Return "" if there is none. Unless ``allow_crossing`` is true, the darker colour of each pair must remain
    the darker one.
    """
    extremes = {"darker": "000000", "lighter": "ffffff"}
    changes = [
        change
        for change, extreme in extremes.items()
        if all(compute_contrast_ratio(extreme, partner) >= min_contrast for partner in partners)
    ]
    for change in changes:
        if all(
            (compute_perceived_lightness(colour) <= compute_perceived_lightness(partner))
            == (change == "darker")
            for partner in partners
        ):
            return change
    return changes[0] if allow_crossing and len(changes) == 1 else ""


def _iter_colour_pairs(theme: Theme, *, with_emblem: bool) -> Iterator[_ColourPair]:
    """Yield each colour of a theme with each background on which it is used."""
    colours = theme.colours
    pairs = [
        (name, ground)
        for name in ("foreground", "muted", "accent", "link")
        for ground in ("background", "panel")
    ]
    for name, ground in [*pairs, ("background", "dark")]:
        yield _ColourPair(
            name, f'"{name}"', getattr(colours, name), ground, getattr(colours, ground), READABLE_CONTRAST
        )
    for place, colour in enumerate(colours.series, 1):
        name = f'colour {place} of "series"'
        yield _ColourPair("series", name, colour, "background", colours.background, VISIBLE_CONTRAST)
    for place, colour in enumerate(colours.emblem if with_emblem else ()):
        min_contrast = READABLE_CONTRAST if place == TEXT_EMBLEM_INDEX else VISIBLE_CONTRAST
        name = f'colour {place + 1} of "emblem"'
        yield _ColourPair("emblem", name, colour, "dark", colours.dark, min_contrast)


def _reject_theme(span: Span, message: str, hint: str | None = None) -> tuple[Theme, list[Diagnostic]]:
    return load_theme(), [Diagnostic(code="THM001", span=span, message=message, hint=hint)]


def _make_diagnostic(mistake: ThemeMistake, tree: CommentedMap, path: str) -> Diagnostic:
    hint = mistake.hint
    if mistake.alternatives:
        hint = (
            did_you_mean(str(mistake.path[-1]), mistake.alternatives)
            or f"use one of these keys: {', '.join(mistake.alternatives)}"
        )
    span = _find_position(tree, path, mistake.path, of_key=bool(mistake.alternatives))
    return Diagnostic(code="THM001", span=span, message=mistake.message, hint=hint)


def _find_position(tree: Any, path: str, steps: KeyPath, *, of_key: bool = False) -> Span:
    """Return the position of a token in a theme file, or of the innermost mapping that exists on its path."""
    line, column = locate_value(tree, steps, of_key=of_key)
    return Span(path=path, line=line, column=column)
