"""The PowerPoint file that a manifest names as the deck's template: is it there, and may it be opened?"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping

from triptych.diagnostics import Diagnostic, Span, did_you_mean
from triptych.media.presentations import layout_names, refusals
from triptych.project import MANIFEST, Project, UnsafePath
from triptych.settings.formats import SlideKind
from triptych.settings.manifest import Manifest
from triptych.settings.positions import Positions
from triptych.yaml_text import MalformedYaml, load_yaml

_KEYS = ("format", "pptx", "template")


def vet_deck_template(project: Project, manifest: Manifest, positions: Positions) -> list[Diagnostic]:
    """DTP001 for a file that cannot be the template, DTP002 for layouts that it does not have."""
    options = manifest.format.pptx
    if options is None or not options.template:
        return []
    span = positions.find(_KEYS)
    try:
        path = project.locate(options.template)
        data = project.read_bytes(path) if path else b""
    except UnsafePath as error:
        return [Diagnostic(code="SEC005", span=span, message=str(error))]
    if path is None:
        message = f'deck template "{options.template}" does not exist'
        return [
            _unusable(span, message, "check the path; it is relative to the folder that contains `book.yaml`")
        ]
    if found := refusals(data):
        return [
            _unusable(
                span, f'deck template "{options.template}" cannot be used: {refusal.message}', refusal.hint
            )
            for refusal in found
        ]
    return _unknown_layouts(options.layouts, layout_names(data), positions)


def vetted_template(read: Callable[[str], bytes], name: str) -> tuple[bytes, Span]:
    """A template that reading has vetted, and where the manifest names it; ``read`` gives a file."""
    manifest = Positions(load_yaml(read(MANIFEST).decode("utf-8-sig")))
    path = posixpath.normpath(posixpath.join(posixpath.dirname(MANIFEST), name))
    return read(path), manifest.find(_KEYS)


def place_of_look(read: Callable[[str], bytes]) -> Span | None:
    """Return where the manifest names what decides the colours of slides: a template, else a theme.

    None for a manifest that names neither or cannot be read.
    """
    try:
        tree = load_yaml(read(MANIFEST).decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, MalformedYaml):
        return None
    for keys in (_KEYS, ("theme",)):
        found: object = tree
        for key in keys:
            found = found.get(key) if isinstance(found, Mapping) else None
        if found:
            return Positions(tree).find(keys)
    return None


def _unknown_layouts(
    asked: Mapping[SlideKind, str], names: list[str], positions: Positions
) -> list[Diagnostic]:
    found = []
    quoted = ", ".join(f'"{name}"' for name in names)
    for kind, name in asked.items():
        if name not in names:
            hint = did_you_mean(name, names) or f"use one of the template's layouts: {quoted}"
            span = positions.find((*_KEYS[:-1], "layouts", kind))
            message = f'the deck template has no layout named "{name}"'
            found.append(Diagnostic(code="DTP002", span=span, message=message, hint=hint))
    return found


def _unusable(span: Span, message: str, hint: str | None) -> Diagnostic:
    return Diagnostic(code="DTP001", span=span, message=message, hint=hint)
