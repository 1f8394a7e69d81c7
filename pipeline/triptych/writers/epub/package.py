"""Pack an EPUB container (EPUB 3.3, section 4), subset its fonts, and detect active or remote content."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from triptych.engine.archives import Member, build_archive
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.engine.output_digests import DIGEST_PLACEHOLDER
from triptych.media.fonts.fonts import (
    find_fallback_characters,
    select_characters_beyond_latin,
    subset_font,
)
from triptych.media.fonts.math_fonts import list_math_characters, subset_math_font
from triptych.media.formulas.formulas import select_math_face
from triptych.media.output_pictures import SVG_MEDIA_TYPE
from triptych.media.picture_files import PDF_MEDIA_TYPE
from triptych.media.picture_sizes import PictureTarget
from triptych.media.xml_parsing import explain_xml_error, parse_untrusted_xml
from triptych.model.nodes import Picture, is_forbidden_url
from triptych.theme.theme import FontFace, Script, Theme
from triptych.writers.epub.remote_resources import find_remote_resource, find_remote_style

_DIGEST_FILE = "META-INF/digest.txt"
_DIGEST_TEXT = (
    f"Digest of all other files, from which Triptych detects edits made by hand: {DIGEST_PLACEHOLDER}\n"
)


def pack_epub(files: Mapping[str, bytes], modified: dt.datetime, memory: Memory = NO_MEMORY) -> bytes:
    """Pack files into an EPUB. ``files`` maps paths to contents.

    The file ``mimetype`` is first and uncompressed. The other files follow, sorted by path. The last file
    contains the digest of all other files.
    """
    members = {"mimetype": Member.make_stored(b"application/epub+zip")}
    members |= {name: Member.from_content(name, files[name], memory) for name in sorted(files)}
    return build_archive(members.items(), modified, _DIGEST_FILE, _DIGEST_TEXT.encode())


# Reading systems have fonts for the major scripts, Greek, Cyrillic and emoji. Fonts of these scripts are
# embedded only if they are small, as for a Chinese word in an English book.
_MAX_SCRIPT_SIZE = 1_000_000  # bytes
_SCRIPTS_NOT_EMBEDDED = ("Zsye", "Cyrl")
_EMPHASIS = {"Jpan": "\N{SESAME DOT}"}  # emphasis marks in the style sheet


def subset_fonts(
    theme: Theme,
    scripts: Sequence[Script],
    text: str,
    code: str = "",
    formulas: str = "",
    memory: Memory = NO_MEMORY,
) -> dict[FontFace, bytes]:
    """Return the fonts to embed, reduced to the characters of the text, code and formulas of the book.

    Fonts of ``scripts`` are included only if they are small. All fonts are TrueType or OpenType, because Kobo
    does not support WOFF2.
    """

    def subset_face(face: FontFace, characters: frozenset[str]) -> bytes:
        return memory.call(_subset_face, face, characters)

    used = _collect_characters(text)
    fonts = {face: subset_face(face, used) for face in _list_theme_faces(theme)}
    if code:
        # One style is sufficient: reading systems synthesise the others, and all widths stay equal.
        fonts |= {
            face: subset_face(face, _collect_characters(code))
            for face in _list_bundled_faces(theme, theme.mono)[:1]
        }
    for role in ("serif", "sans"):
        if unsupported := find_fallback_characters(text, theme, role):
            fonts |= {
                face: subset_face(face, unsupported)
                for face in _list_bundled_faces(theme, theme.fallback_families[role])
            }
    for script in scripts:
        characters = select_characters_beyond_latin(text + _EMPHASIS.get(script.name, ""))
        subsets = {face: subset_face(face, characters) for face in script.faces}
        if script.name not in _SCRIPTS_NOT_EMBEDDED and sum(map(len, subsets.values())) <= _MAX_SCRIPT_SIZE:
            fonts |= subsets
    if formulas:
        face = select_math_face(theme)
        shared = select_characters_beyond_latin(text) if face in fonts else frozenset()
        fonts[face] = memory.call(subset_math_font, face, frozenset(formulas) | shared)
    return fonts


def find_formula_characters(formulas: str, theme: Theme) -> tuple[str, str]:
    """Divide the characters of formulas into those in the mathematical font and all others."""
    known = list_math_characters(select_math_face(theme))
    used = dict.fromkeys(formulas)
    return "".join(one for one in used if one in known), "".join(one for one in used if one not in known)


def _subset_face(face: FontFace, characters: frozenset[str]) -> bytes:
    return subset_font(face, characters)


def _list_theme_faces(theme: Theme) -> list[FontFace]:
    """Return the font faces for text and headings, and the project's own faces for code."""
    families = (theme.serif, theme.sans)
    project_faces = [
        face for face in theme.faces if face.project_file and face.family in (*families, theme.mono)
    ]
    return project_faces + [
        face for family in dict.fromkeys(families) for face in _list_bundled_faces(theme, family)
    ]


def _list_bundled_faces(theme: Theme, family: str) -> list[FontFace]:
    return [
        face
        for face in theme.faces
        if face.family == family and face.weight in (400, 600) and not face.project_file
    ]


def _collect_characters(text: str) -> frozenset[str]:
    """Return the characters of a string, with printable ASCII and common punctuation added."""
    return frozenset({*text, *map(chr, range(32, 127)), *"–—‘’“”…•"})


_BOX_PROPERTIES = "margin|padding|border"
_TWO_SIDES = re.compile(rf"(?<![\w-])({_BOX_PROPERTIES})-(block|inline)\s*:\s*([^;}}]+)")
_ONE_SIDE = re.compile(rf"(?<![\w-])({_BOX_PROPERTIES})-((?:block|inline)-(?:start|end))(?=[\w-]*\s*:)")
_LOGICAL_SIZE = re.compile(r"(?<![\w-])((?:max-|min-)?)(inline|block)-size(?=\s*:)")
_LOGICAL_ALIGNMENT = re.compile(r"(?<![\w-])(text-align|float)(\s*:\s*)(?:inline-)?(start|end)(?![\w-])")
_VALUE = re.compile(r"(?:[^\s()]|\([^()]*\))+")  # matches a length or a function


def convert_logical_properties(css: str, direction: str) -> str:
    """Convert logical CSS properties to physical ones for the direction "ltr" or "rtl"."""
    start, end = ("right", "left") if direction == "rtl" else ("left", "right")
    sides = {"block-start": "top", "block-end": "bottom", "inline-start": start, "inline-end": end}
    lines = {"start": start, "end": end}

    def convert_both_sides(match: re.Match[str]) -> str:
        box, axis, value_text = match.groups()
        values = [value_text.strip()] if box == "border" else _VALUE.findall(value_text)
        if not values:  # from an author's style sheet
            return match[0]
        first, last = f"{box}-{sides[f'{axis}-start']}", f"{box}-{sides[f'{axis}-end']}"
        return f"{first}: {values[0]}; {last}: {values[-1]}"

    css = _TWO_SIDES.sub(convert_both_sides, css)
    css = _ONE_SIDE.sub(lambda match: f"{match[1]}-{sides[match[2]]}", css)
    css = _LOGICAL_SIZE.sub(lambda match: match[1] + {"inline": "width", "block": "height"}[match[2]], css)
    return _LOGICAL_ALIGNMENT.sub(lambda match: match[1] + match[2] + lines[match[3]], css)


# The text area of a large tablet in CSS pixels: 6.5 by 9 inches.
_WIDTH, _HEIGHT = 624.0, 864.0
_MAX_PIXELS = 3_200_000  # bookshops accept up to four million
_COVER_WIDTH = 1600  # pixels of a rasterised cover
_MAX_COVER_PIXELS = 5_600_000  # the limit of Apple Books, the lowest of all bookshops
_ALL_PICTURES = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp"))


@dataclass(frozen=True, slots=True)
class RetailerProfile:
    """The requirements of a retailer's reading systems.

    ``max_toc_levels`` limits the depth of the table of contents. If ``needs_raster_drawings`` is true,
    drawings and formulas are rasterised, because SVG and MathML are not well supported. ``media_types`` are
    the supported image types.
    """

    max_toc_levels: int = 7  # parts, chapters, and headings down to level six
    needs_raster_drawings: bool = False
    media_types: frozenset[str] = _ALL_PICTURES

    def make_picture_target(self, dpi: int) -> PictureTarget:
        """Return the maximum size of images on the largest common device at ``dpi``."""
        return PictureTarget(
            width=_WIDTH,
            wide=_WIDTH,
            height=_HEIGHT,
            dpi=dpi,
            most_dots=_MAX_PIXELS,
            media_types=self.media_types,
            in_dots=self.needs_raster_drawings,
            motion=True,
            opaque=True,
        )

    def make_cover_target(self, cover: Picture) -> PictureTarget:
        """Return the maximum size of the cover.

        A drawing is rasterised. An image keeps its size, unless it has more pixels than retailers accept.
        """
        width = _COVER_WIDTH if cover.media_type in (SVG_MEDIA_TYPE, PDF_MEDIA_TYPE) else cover.width
        height = math.ceil(width * cover.height / cover.width)
        return replace(
            self.make_picture_target(96),
            wide=width,
            most_dots=_MAX_COVER_PIXELS,
            in_dots=True,
            longest=max(_COVER_WIDTH, height),
        )


RETAILER_PROFILES: Mapping[str, RetailerProfile] = {
    "": RetailerProfile(),
    "kindle": RetailerProfile(
        max_toc_levels=2, needs_raster_drawings=True, media_types=_ALL_PICTURES - {"image/webp"}
    ),
}


_MARKUP_EXTENSIONS = (".xhtml", ".svg", ".html", ".ncx", ".opf", ".xml")
_ACTIVE_ELEMENTS = frozenset("applet base embed frame frameset handler iframe listener object script".split())
_ANIMATION_ELEMENTS = frozenset("animate animatemotion animatetransform set".split())
_URL_ATTRIBUTES = frozenset(
    "action background by cite classid codebase data formaction from href icon longdesc manifest ping poster "
    "profile src srcset to usemap values".split()
)
_SCRIPT_SCHEME = re.compile(
    r"(?:java|vb|live)script:|data:(?!image/(?:png|jpeg|gif|webp)[;,])", re.IGNORECASE
)
_IGNORED_CHARACTERS = re.compile(r"[\x00-\x20\x7f-\xa0]+")  # characters ignored in a URL (URL Standard, 4.4)
_SCRIPT_STYLE = re.compile(
    r"(?:java|vb)script:|expression\(|(?<![-\w])behaviou?r:|-moz-binding:", re.IGNORECASE
)
_DECLARATION = re.compile(rb"<!doctype[^>]*\[", re.IGNORECASE)
# Fast: each begins with a fixed letter.
_EVENT_HANDLERS = re.compile(rb" on[a-z]+="), re.compile(rb"\non[a-z]+=")
_SUSPECT_STRINGS = (
    b'<script :script script: <iframe <object <embed <base <?xml-s <!entity src="http url(http'.split()
)


def find_forbidden_content(path: str, data: bytes, *, is_trusted: bool) -> str:
    """Describe the first active or remote content in a file of the package, or return "".

    If ``is_trusted`` is true, the file was written by this program, and is parsed only if a fast search finds
    a suspicious string.
    """
    if path.endswith(".css"):
        return "" if is_trusted else _describe_forbidden_style(data.decode("utf-8", "replace"))
    if not path.endswith(_MARKUP_EXTENSIONS) or (is_trusted and not _is_suspect(data.lower())):
        return ""
    if _DECLARATION.search(data):
        return "a document type declaration with entities"
    try:
        root = parse_untrusted_xml(data, huge_tree=True)
    except etree.XMLSyntaxError as error:
        return f"markup that is not well-formed ({explain_xml_error(error)})"
    for node in (*root.itersiblings(preceding=True), *root.iter(), *root.itersiblings()):
        if problem := _describe_forbidden_node(node):
            return problem
    return ""


def _is_suspect(lowercase_data: bytes) -> bool:
    return any(word in lowercase_data for word in _SUSPECT_STRINGS) or any(
        handler.search(lowercase_data) for handler in _EVENT_HANDLERS
    )


def _describe_forbidden_node(node: etree._Element) -> str:
    if isinstance(node, etree._Comment):
        return ""
    if isinstance(node, etree._ProcessingInstruction | etree._Entity):
        return "a processing instruction or an entity reference"
    name = str(node.tag).rpartition("}")[2].lower()
    if name in _ACTIVE_ELEMENTS:
        return f"a <{name}> element"
    if name == "img" and not node.get("src", "").strip():
        return 'src=""'
    if name == "style" and (problem := _describe_forbidden_style("".join(map(str, node.itertext())))):
        return problem
    for key, text in node.attrib.items():
        attribute, value = str(key).rpartition("}")[2].lower(), str(text)
        if attribute.startswith("on"):
            return f"an event handler ({attribute}=)"
        if attribute in ("http-equiv", "srcdoc"):
            return f"the attribute {attribute}="
        if attribute == "href" and name in ("a", "area") and is_forbidden_url(value):
            return f'a link to "{value[:40]}"'
        if attribute in _URL_ATTRIBUTES and _SCRIPT_SCHEME.match(_IGNORED_CHARACTERS.sub("", value)):
            return f"a script address ({attribute}=)"
        if name in _ANIMATION_ELEMENTS and attribute == "attributename":
            changed_attribute = value.strip().rpartition(":")[2].lower()
            if changed_attribute in ("href", "src") or changed_attribute.startswith("on"):
                return f"a <{name}> element that changes {changed_attribute}="
        if attribute == "style" and (problem := _describe_active_style(value)):
            return problem
    return find_remote_resource(node)


def _describe_forbidden_style(css: str) -> str:
    return _describe_active_style(css) or find_remote_style(css)


def _describe_active_style(css: str) -> str:
    """Describe a script in a style sheet, or return "" if there is none.

    Old reading systems run such scripts, even if they are hidden by comments and escapes.
    """
    closed, end, rest = css.rpartition("*/")  # contains no unclosed comment
    plain = re.sub(r"/\*.*?\*/", "", closed + end, flags=re.DOTALL) + rest
    plain = re.sub(r"\\([0-9a-fA-F]{1,6})\s?", lambda m: chr(min(int(m[1], 16), 0x10FFFF)), plain)
    match = _SCRIPT_STYLE.search(re.sub(r"[\s\\]+", "", plain))
    return f"a script in a style sheet ({match[0]})" if match else ""
