"""Read a project's font files as faces of a theme, and report files that cannot be used."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import uharfbuzz as hb
from fontTools.ttLib import TTFont

from triptych.diagnostics import Diagnostic, Span, format_message, join_names
from triptych.project import Project, UnsafePathError
from triptych.theme.theme import FontFace, ProjectFontFile

# OS/2 fsType, https://learn.microsoft.com/typography/opentype/spec/os2#fstype
_LICENCE, _RESTRICTED, _NO_SUBSETTING, _BITMAPS_ONLY = 0x000E, 0x0002, 0x0100, 0x0200
_REQUIRED_TABLES = ("head", "hhea", "hmtx", "maxp", "cmap", "name", "OS/2", "post")
_OUTLINE_TABLES = ("glyf", "CFF ", "CFF2")
_FAMILY_NAME_IDS = (1, 16)  # name IDs: the family and the typographic family
_WEIGHTS = (400, 600, 700)  # default instances of a variable font
_MIN_BOLD_WEIGHT = 600
_REPLACE_HINT = "use another file; this one is damaged or not a font"

# Returns the position in the theme file of a key in an entry of `fonts`, given the entry's index.
LocateFontKey = Callable[[int, str], Span]


class _UnusableFontError(Exception):
    """Raised if a font file cannot be used. The arguments are the reason and a hint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _FontProperties:
    """The properties of a font file.

    ``weight_range`` is the range of the weight axis, or None if the font is not variable.
    """

    project_file: ProjectFontFile
    families: tuple[str, ...]
    weight: int
    italic: bool
    weight_range: tuple[int, int] | None


def read_faces(
    entries: Sequence[Mapping[str, Any]], project: Project, theme: str, locate_key: LocateFontKey
) -> tuple[list[FontFace], list[Diagnostic]]:
    """Read the font files listed under ``fonts:``; return their faces and the findings.

    Report FNT002 for each font file that cannot be used, and SEC005 for a path outside the project. Files are
    searched for next to the theme file, next to the manifest, and in ``templates/fonts/``.
    """
    faces: list[FontFace] = []
    findings: list[Diagnostic] = []
    for number, entry in enumerate(entries):
        try:
            entry_faces = list(_iter_faces(entry, project, theme))
        except UnsafePathError as error:
            findings.append(Diagnostic(code="SEC005", span=locate_key(number, "file"), message=str(error)))
            continue
        except _UnusableFontError as error:
            reason, hint = error.args
            message = f'font file "{entry["file"]}" {reason}'
            findings.append(
                Diagnostic(code="FNT002", span=locate_key(number, "file"), message=message, hint=hint)
            )
            continue
        styles = {(face.family, face.weight, face.italic) for face in faces}
        if any((face.family, face.weight, face.italic) in styles for face in entry_faces):
            message = (
                f'font file "{entry["file"]}" has the same family, weight and style as another font file'
            )
            hint = "give each font file a different `weight:` or `italic:`, or remove one of the two files"
            findings.append(
                Diagnostic(code="FNT002", span=locate_key(number, "file"), message=message, hint=hint)
            )
            continue
        faces += entry_faces
    return faces, findings


def find_missing_styles(
    faces: Iterable[FontFace], families: Iterable[str], *, needs_italics: bool
) -> Iterator[tuple[str, str]]:
    """Yield each of the project's font families without a face for a style, with a message."""
    faces = list(faces)
    for family in dict.fromkeys(families):
        family_faces = [face for face in faces if face.family == family]
        if not family_faces:
            continue
        gaps = [
            name
            for name, is_present in (
                ("regular", any(face.weight < _MIN_BOLD_WEIGHT and not face.italic for face in family_faces)),
                ("bold", any(face.weight >= _MIN_BOLD_WEIGHT and not face.italic for face in family_faces)),
                (
                    "italic",
                    not needs_italics
                    or any(face.weight < _MIN_BOLD_WEIGHT and face.italic for face in family_faces),
                ),
                (
                    "bold italic",
                    not needs_italics
                    or any(face.weight >= _MIN_BOLD_WEIGHT and face.italic for face in family_faces),
                ),
            )
            if not is_present
        ]
        if gaps:
            missing = join_names(gaps, "or")
            yield (
                family,
                f'font family "{family}" has no {missing} face; using the closest available face',
            )


def _iter_faces(entry: Mapping[str, Any], project: Project, theme: str) -> Iterator[FontFace]:
    path = _locate_font_file(str(entry["file"]), project, theme)
    font = _read_font_properties(path, project)
    family = str(entry["family"])
    if font.families and family not in font.families:
        names = " or ".join(f'"{name}"' for name in font.families)
        raise _UnusableFontError(
            f'contains the family {names}, not "{family}"', f"set `family: {font.families[0]}`"
        )
    italic = bool(entry.get("italic", font.italic))
    for weight in _select_weights(entry, font):
        yield FontFace(family=family, file=path, weight=weight, italic=italic, project_file=font.project_file)


def _select_weights(entry: Mapping[str, Any], font: _FontProperties) -> list[int]:
    if font.weight_range is None:
        return [int(entry.get("weight", font.weight))]
    min_weight, max_weight = font.weight_range
    if "weight" not in entry:
        return sorted({min(max(weight, min_weight), max_weight) for weight in _WEIGHTS})
    weight = int(entry["weight"])
    if not min_weight <= weight <= max_weight:
        raise _UnusableFontError(
            f"does not provide the weight {weight}", f"use a weight from {min_weight} to {max_weight}"
        )
    return [weight]


def _locate_font_file(name: str, project: Project, theme: str) -> str:
    for referring_file in (theme, "templates/fonts/-", "templates/-"):
        if path := project.locate_file(name, referring_file=referring_file):
            return path
    raise _UnusableFontError(
        "does not exist",
        "check the path; Triptych looks next to the theme file, in the folder that contains `book.yaml` "
        "and in `templates/fonts/`",
    )


def _read_font_properties(path: str, project: Project) -> _FontProperties:
    data = project.read_bytes(path)
    if data[:4] == b"ttcf":
        raise _UnusableFontError("is a font collection", "use a file with a single font")
    if data[:4] in (b"wOFF", b"wOF2"):
        raise _UnusableFontError("is a web font (WOFF)", "use the original OTF or TTF file")
    try:
        with TTFont(io.BytesIO(data), lazy=True) as tables:
            missing_tables = [name for name in _REQUIRED_TABLES if name not in tables]
            if missing_tables:
                raise _UnusableFontError(f'has no "{missing_tables[0]}" table', _REPLACE_HINT)
            if not any(name in tables for name in _OUTLINE_TABLES):
                raise _UnusableFontError("contains no glyph outlines", "use the OTF or TTF file of the font")
            if "CFF2" in tables and "fvar" not in tables:
                from fontTools.cffLib.CFF2ToCFF import convertCFF2ToCFF

                convertCFF2ToCFF(tables)  # as for the PDF; damaged fonts fail here
            kind = tables["OS/2"].fsType
            names = tables["name"]
            families = tuple(
                dict.fromkeys(name for number in _FAMILY_NAME_IDS if (name := names.getDebugName(number)))
            )
            axes = tables["fvar"].axes if "fvar" in tables else ()
            weights = next(
                ((int(axis.minValue), int(axis.maxValue)) for axis in axes if axis.axisTag == "wght"), None
            )
            weight = min(max(int(tables["OS/2"].usWeightClass), 100), 900)
            italic = bool(tables["OS/2"].fsSelection & 1 or tables["post"].italicAngle)
            if not tables["head"].unitsPerEm or not tables["maxp"].numGlyphs or tables["hhea"].ascent is None:
                raise _UnusableFontError("contains no font metrics", _REPLACE_HINT)
        hb_face = hb.Face(data)
        usable = hb_face.glyph_count > 1 and len(hb_face.unicodes) > 0
    except _UnusableFontError:
        raise
    except Exception as error:  # damaged files raise all kinds of exceptions
        reason = " ".join(str(error).split())[:80] or type(error).__name__
        raise _UnusableFontError(f"cannot be read: {format_message(reason)}", _REPLACE_HINT) from None
    if not usable:
        raise _UnusableFontError("contains no characters", _REPLACE_HINT)
    if kind & _LICENCE == _RESTRICTED:
        raise _UnusableFontError(
            "does not permit embedding (OS/2 fsType)",
            "get an embedding licence from the foundry, or use another font",
        )
    if kind & _BITMAPS_ONLY:
        raise _UnusableFontError(
            "permits embedding of bitmaps only (OS/2 fsType)",
            "get an embedding licence from the foundry, or use another font",
        )
    own_file = ProjectFontFile(
        folder=str(project.root),
        digest=sha256(data).hexdigest()[:12],
        extension="otf" if data[:4] == b"OTTO" else "ttf",
        forbids_subsetting=bool(kind & _NO_SUBSETTING),
    )
    return _FontProperties(
        project_file=own_file, families=families, weight=weight, italic=italic, weight_range=weights
    )
