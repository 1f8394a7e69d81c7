"""Read ``book.yaml``: apply profiles and talks, validate the result, and report all mistakes at once."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pydantic
from ruamel.yaml.comments import CommentedMap

from triptych.diagnostics import Diagnostic, Span, did_you_mean, join_names
from triptych.extensions import ExtensionError
from triptych.formats import OutputFormat, list_extension_formats, load_output_extension
from triptych.languages.language_tags import has_vertical_lines, report_invalid_tag
from triptych.project import MANIFEST, Project, UnsafePathError
from triptych.settings.format_options import PptxOptions, normalise_format_value
from triptych.settings.manifest import Manifest
from triptych.settings.validation_errors import validate_values
from triptych.settings.values import (
    SourcePositions,
    StrictModel,
    apply_over_defaults,
    merge_trees,
    merge_values,
)
from triptych.text_problems import explain_encoding_error
from triptych.yaml_text import MalformedYamlError, load_yaml, report_curly_quotes, to_plain_values

_FIND_MANIFEST = "pass the folder that contains source/book.yaml, or create a project with `triptych new DIR`"


def read_manifest(
    project: Project, profiles: Sequence[str] = (), talk: str = ""
) -> tuple[Manifest | None, SourcePositions, list[Diagnostic]]:
    """Read ``source/book.yaml``. The manifest is None if the file is missing or cannot be validated.

    The settings of each profile override the general ones; an empty value removes a setting. A built-in
    profile selects one output. ``talk`` selects the deck of a talk or, together with that profile, its
    handout or script.
    """
    span = Span(path=MANIFEST)
    try:
        text = project.read_text(MANIFEST)
        tree = load_yaml(text)
    except (FileNotFoundError, UnsafePathError) as error:
        message, hint = "no source/book.yaml in this folder", _FIND_MANIFEST
        if isinstance(error, UnsafePathError):
            message, hint = str(error), error.hint
        missing = Diagnostic(code="MAN003", span=span, message=message, hint=hint)
        return None, SourcePositions(None), [missing]
    except UnicodeDecodeError as error:
        return None, SourcePositions(None), [explain_encoding_error(error, MANIFEST).to_diagnostic(MANIFEST)]
    except MalformedYamlError as error:
        span = Span(path=MANIFEST, line=error.line, column=error.column)
        problem = Diagnostic(code="MAN004", span=span, message=error.message, hint=error.hint)
        return None, SourcePositions(None), [problem]
    if not isinstance(tree, CommentedMap):
        hint = "start with `book: {title: My report, chapters: [introduction.md]}`"
        problem = Diagnostic(
            code="MAN004", span=span, message="`book.yaml` must be a mapping (`key: value`)", hint=hint
        )
        return None, SourcePositions(None), [problem]
    positions = SourcePositions(tree)
    values = to_plain_values(tree)
    if isinstance(tree.get("format"), CommentedMap):
        # An empty value enables the output with default options.
        default_options = {
            str(name): "default" for name, options in tree["format"].items() if options in (None, "")
        }
        values["format"] = {**values.get("format", {}), **default_options}
    values = apply_over_defaults(values, project.overlay.defaults)
    unknown = list(report_curly_quotes(text, MANIFEST))
    named_by = ""
    slides = _read_slide_options(values)
    profiles_tree = tree.get("profiles")
    variants = profiles_tree if isinstance(profiles_tree, Mapping) else {}
    common = copy.deepcopy(values) if variants else {}
    merged = tree
    for name in profiles:
        variant = variants.get(name)
        values = _apply_profile(values, name, variant)
        if isinstance(variant, Mapping):
            merged = merge_trees(merged, variant)
            positions = SourcePositions(merged, whole_tree=tree)
            named_by = name if variant.get("output-file") else named_by
        elif name not in (*BUILT_IN_PROFILES, *_list_section_names(profiles_tree)):
            known_profiles = [*_list_section_names(profiles_tree), *BUILT_IN_PROFILES]
            hint = did_you_mean(name, known_profiles) or "define the profile under `profiles:` in `book.yaml`"
            unknown.append(Diagnostic(code="MAN007", message=f'unknown profile "{name}"', hint=hint))
    values = merge_values(values, project.overlay.overrides)
    if talk:
        unknown += _apply_talk(values, talk)
    unknown += _reject_raised_limits(project, values, positions)
    manifest, findings = _validate_manifest(values, positions)
    if manifest is not None:
        manifest._deck_options = slides
        manifest._talk = talk if talk in manifest.talks else ""
        key = ("talks", talk) if manifest._talk else ("talk",)
        manifest._talk_length_span = positions.find((*key, "minutes"), of_value=False)
        manifest._variants = tuple(dict.fromkeys(name for name in profiles if name != named_by))
    if variants:
        above = project.overlay.overrides
        base = (
            _validate_manifest(copy.deepcopy(merge_values(common, above)), SourcePositions(tree))[1]
            if profiles or talk
            else []
        )
        findings += _check_profiles(common, tree, above, [*findings, *base])
    return manifest, positions, unknown + findings


def _apply_profile(values: dict[str, Any], name: str, variant: object) -> dict[str, Any]:
    """Merge the values of a manifest with those of a profile, which may be built in."""
    if name in BUILT_IN_PROFILES:
        output, options = BUILT_IN_PROFILES[name]
        values = {**values, "format": _select_format(values.get("format"), output, options)}
    return merge_values(values, variant) if isinstance(variant, Mapping) else values


def _validate_manifest(
    values: dict[str, Any], positions: SourcePositions
) -> tuple[Manifest | None, list[Diagnostic]]:
    """Validate the values of a manifest and their combinations. Invalid values are removed."""
    extensions, problems = _take_extension_options(values.get("format"), positions)
    manifest, findings = validate_values(values, positions, Manifest)
    findings += problems
    if manifest is not None:
        manifest._extension_options = extensions
        tags = ((("lang",), manifest.lang), (("book", "lang"), manifest.book.lang))
        findings += [
            problem for keys, tag in tags if (problem := report_invalid_tag(tag, positions.find(keys)))
        ]
        findings += _check_writing_mode(manifest, positions)
        findings += _check_chapters(manifest, positions) if not findings else []
        findings += _find_joined_authors(manifest, positions)
    return manifest, findings


def _take_extension_options(
    formats: Any, positions: SourcePositions
) -> tuple[dict[OutputFormat, StrictModel], list[Diagnostic]]:
    """Remove the outputs of extensions from the ``format:`` section; return their options by name.

    Report EXT003 for an extension that cannot be loaded.
    """
    options_by_output: dict[OutputFormat, StrictModel] = {}
    findings: list[Diagnostic] = []
    names = list_extension_formats() if isinstance(formats, dict) else ()
    for name in [name for name in names if name in formats]:
        value: Any = normalise_format_value(formats.pop(name))
        if value is None:
            continue
        try:
            output = load_output_extension(name)
        except ExtensionError as error:
            span = positions.find(("format", name), of_value=False)
            findings.append(Diagnostic(code="EXT003", span=span, message=str(error), hint=error.hint))
            continue
        format_tree = (
            positions.tree.get("format", {}).get(name) if isinstance(positions.tree, CommentedMap) else None
        )
        own_positions = SourcePositions(format_tree) if isinstance(format_tree, CommentedMap) else positions
        options, problems = validate_values(value, own_positions, output.options)
        findings += problems
        if options is not None:
            options_by_output[name] = options
    return options_by_output, findings


def _check_profiles(
    common_values: dict[str, Any],
    tree: CommentedMap,
    overrides: Mapping[str, Any],
    findings: Sequence[Diagnostic],
) -> list[Diagnostic]:
    """Validate all profiles of the manifest, including inactive ones.

    ``common_values`` are the values of the manifest without its profiles. Problems in ``findings`` are not
    reported again.
    """
    variants = tree["profiles"]
    top_level = {field.alias or name.replace("_", "-") for name, field in Manifest.model_fields.items()}
    reported = {(finding.code, finding.span) for finding in findings}
    problems: list[Diagnostic] = []
    before = ""
    for name, variant in variants.items():
        if name in top_level:
            span = SourcePositions(tree).find(("profiles", name), of_value=False)
            message = f'"{name}" cannot be used as a profile name: it is a top-level key'
            move = f'indent `{name}:` so that it belongs to the profile "{before}"'
            hint = f"{move}, or rename the profile" if before else "rename the profile"
            problems.append(Diagnostic(code="MAN002", span=span, message=message, hint=hint))
            continue
        before = name
        if isinstance(variant, Mapping) and variant:
            values = copy.deepcopy(merge_values(_apply_profile(common_values, name, variant), overrides))
            _, variant_findings = _validate_manifest(values, SourcePositions(merge_trees(tree, variant)))
            problems += [
                finding for finding in variant_findings if (finding.code, finding.span) not in reported
            ]
            reported |= {(finding.code, finding.span) for finding in variant_findings}
    return problems


def _reject_raised_limits(
    project: Project, values: dict[str, Any], positions: SourcePositions
) -> list[Diagnostic]:
    """Remove ``limits:`` from the manifest of an untrusted project, and report MAN012."""
    if project.trusted or not values.pop("limits", None):
        return []
    message = "`limits:` is only allowed in a trusted project"
    hint = "pass `--limits trusted` if you trust the authors of this project, or delete `limits:`"
    span = positions.find(("limits",), of_value=False)
    return [Diagnostic(code="MAN012", span=span, message=message, hint=hint)]


def _check_writing_mode(manifest: Manifest, positions: SourcePositions) -> list[Diagnostic]:
    """Report MAN002 for vertical writing in a language that is only written horizontally."""
    epub = manifest.format.epub
    if epub is None or epub.writing_mode == "horizontal-tb" or has_vertical_lines(manifest.language):
        return []
    language = manifest.language if manifest.has_language else "not set"
    needs = "vertical-rl requires text in Chinese, Japanese or Korean"
    message = f"`format.epub.writing-mode` {needs}, but `lang` is {language}"
    hint = "set `lang` to `zh`, `ja` or `ko`, or write `writing-mode: horizontal-tb`"
    span = positions.find(("format", "epub", "writing-mode"))
    return [Diagnostic(code="MAN002", span=span, message=message, hint=hint)]


def _find_joined_authors(manifest: Manifest, positions: SourcePositions) -> Iterator[Diagnostic]:
    """Report MAN010 for each author entry that seems to contain several names."""
    for number, person in enumerate(manifest.book.author):
        names = re.split(r"(?<!\s)\s++(?:(?:and|und|et|y)\s++|;\s*+)|;\s*+", person.name)
        if len(names) > 1 and all(len(name.split()) > 1 for name in names):
            span = positions.find(("book", "author", number))
            message = f'"{person.name}" looks like several authors in one string'
            hint = f"write a list: `author: [{', '.join(names)}]`"
            yield Diagnostic(code="MAN010", span=span, message=message, hint=hint)


def _check_chapters(manifest: Manifest, positions: SourcePositions) -> list[Diagnostic]:
    """Report MAN005 if the book has no chapters."""
    if manifest.book.chapters or manifest.book.appendices:
        return []
    span = positions.find(("book", "chapters"), of_value=False)
    hint = "list the section files in order: `chapters: [introduction.md, results.md]`"
    return [Diagnostic(code="MAN005", span=span, message="the book has no chapters", hint=hint)]


# The built-in profiles of every manifest: the output that each selects, and its options.
BUILT_IN_PROFILES: Mapping[str, tuple[OutputFormat, Mapping[str, str]]] = {
    "kindle": ("epub", {"store": "kindle"}),
    "handout": ("pdf", {"content": "handout", "page-size": "a4"}),
    "script": ("pdf", {"content": "script", "page-size": "a4"}),
    "kdp": ("pdf", {"print-service": "kdp"}),
    "ingramspark": ("pdf", {"print-service": "ingramspark"}),
}


def _select_format(formats: object, output: OutputFormat, options: Mapping[str, str]) -> dict[str, Any]:
    """Return the ``format:`` section with only one output. ``options`` override its options."""
    format_tree = formats.get(output) if isinstance(formats, dict) else None
    return {output: {**(format_tree if isinstance(format_tree, dict) else {}), **options}}


def _read_slide_options(values: Mapping[str, Any]) -> PptxOptions:
    """Return the options of the deck, or the defaults if they are invalid. Errors are reported elsewhere."""
    formats = values.get("format")
    options_tree = formats.get("pptx") if isinstance(formats, Mapping) else None
    try:
        return PptxOptions.model_validate(options_tree if isinstance(options_tree, Mapping) else {})
    except pydantic.ValidationError:
        return PptxOptions()


def _apply_talk(values: dict[str, Any], name: str) -> list[Diagnostic]:
    """Replace ``talk:`` with the talk ``name`` from ``talks:``. Report MAN007 if it does not exist."""
    talks = values.get("talks")
    names = _list_section_names(talks)
    if name not in names:
        define = "leave out `--talk`, or define the talk under `talks:` in `book.yaml`"
        choices = f"use one of the talks {join_names(names, 'or')}" if len(names) > 1 else define
        hint = did_you_mean(name, names) or choices
        return [Diagnostic(code="MAN007", message=f'unknown talk "{name}"', hint=hint)]
    talk_tree = talks[name] if isinstance(talks, Mapping) else None
    if isinstance(talk_tree, Mapping):
        common = values.get("talk")
        inherited = dict(common) if isinstance(common, Mapping) else {}
        inherited.pop("slides", None)
        values["talk"] = inherited | {key: value for key, value in talk_tree.items() if key != "chapters"}
    formats = values.get("format")
    pdf = formats.get("pdf") if isinstance(formats, Mapping) else None
    if not (isinstance(pdf, Mapping) and pdf.get("content") in ("handout", "script")):
        values["format"] = _select_format(values.get("format"), "pptx", {})
    return []


def _list_section_names(section: object) -> list[str]:
    return [str(name) for name in section] if isinstance(section, Mapping | list) else []
