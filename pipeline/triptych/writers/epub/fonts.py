"""The faces that a package brings, cut down to the characters in use."""

from __future__ import annotations

from collections.abc import Sequence

from triptych.engine.memory import NO_MEMORY, Memory
from triptych.media.fonts.fonts import for_stand_in, foreign, subset_font
from triptych.theme.theme import FontFace, Script, Theme

# Reading systems have faces of their own for the large scripts, a sans for Greek and Cyrillic, and coloured
# emoji. Faces of a script go into the package where they are small: those of a Chinese word in an English
# book, not those of a Chinese book.
_LARGEST_SCRIPT = 1_000_000  # bytes
_OF_THE_DEVICE = ("Zsye", "Cyrl")
_EMPHASIS = {"Jpan": "\N{SESAME DOT}"}  # what the style sheet sets above emphasised characters


def embedded(
    theme: Theme, scripts: Sequence[Script], words: str, code: str = "", memory: Memory = NO_MEMORY
) -> dict[FontFace, bytes]:
    """The faces for a text, for the scripts in it and for the ``code`` in it, with their bytes.

    Kobo reads TrueType and OpenType, and no WOFF2.
    """

    def subset(face: FontFace, characters: frozenset[str]) -> bytes:
        return memory.call(_subset, face, characters)

    used = _characters(words)
    fonts = {face: subset(face, used) for face in _of_theme(theme)}
    if code:
        # One is enough: reading systems slant and embolden it, and all letters keep their width.
        fonts |= {face: subset(face, _characters(code)) for face in _bundled(theme, theme.mono)[:1]}
    for role in ("serif", "sans"):
        if lacking := for_stand_in(words, theme, role):
            fonts |= {face: subset(face, lacking) for face in _bundled(theme, theme.stand_ins[role])}
    for script in scripts:
        characters = foreign(words + _EMPHASIS.get(script.name, ""))
        subsets = {face: subset(face, characters) for face in script.faces}
        if script.name not in _OF_THE_DEVICE and sum(map(len, subsets.values())) <= _LARGEST_SCRIPT:
            fonts |= subsets
    return fonts


def _subset(face: FontFace, characters: frozenset[str]) -> bytes:
    return subset_font(face, characters)


def _of_theme(theme: Theme) -> list[FontFace]:
    """Text and headings, and the project's own for code."""
    families = (theme.serif, theme.sans)
    project_faces = [face for face in theme.faces if face.own and face.family in (*families, theme.mono)]
    return project_faces + [face for family in dict.fromkeys(families) for face in _bundled(theme, family)]


def _bundled(theme: Theme, family: str) -> list[FontFace]:
    return [
        face for face in theme.faces if face.family == family and face.weight in (400, 600) and not face.own
    ]


def _characters(words: str) -> frozenset[str]:
    """What each text font must show. ASCII is always there."""
    return frozenset({*words, *map(chr, range(32, 127)), *"–—‘’“”…•"})
