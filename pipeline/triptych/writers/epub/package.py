"""Pack an EPUB container (EPUB 3.3, section 4), subset its fonts, and find active content."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from triptych.engine.archives import Member, build_archive
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.engine.seals import UNSEALED
from triptych.media.fonts.fonts import find_fallback_characters, select_characters_beyond_latin, subset_font
from triptych.media.output_pictures import SVG_MEDIA_TYPE
from triptych.media.picture_files import PDF_MEDIA_TYPE
from triptych.media.picture_sizes import PictureTarget
from triptych.media.xml_parsing import explain_xml_error, parse_untrusted_xml
from triptych.model.nodes import Picture, is_forbidden_url
from triptych.theme.theme import FontFace, Script, Theme

_SEAL = "META-INF/seal.txt"
_SEAL_TEXT = f"Digest of all other files, from which Triptych detects edits made by hand: {UNSEALED}\n"


def pack_epub(files: Mapping[str, bytes], modified: dt.datetime, memory: Memory = NO_MEMORY) -> bytes:
    """Pack files, given by path, into an EPUB.

    The file ``mimetype`` is first and uncompressed. The other files follow, sorted by path. The last file is
    the seal, a digest of all other files.
    """
    members = {"mimetype": Member.make_stored(b"application/epub+zip")}
    members |= {name: Member.from_content(name, files[name], memory) for name in sorted(files)}
    return build_archive(members.items(), modified, _SEAL, _SEAL_TEXT.encode())


# Reading systems have fonts for large scripts, Greek, Cyrillic and emoji. Fonts of a script are embedded only
# if they are small, as for a Chinese word in an English book.
_MAX_SCRIPT_SIZE = 1_000_000  # bytes
_NOT_EMBEDDED = ("Zsye", "Cyrl")
_EMPHASIS = {"Jpan": "\N{SESAME DOT}"}  # emphasis marks of the style sheet


def subset_fonts(
    theme: Theme, scripts: Sequence[Script], text: str, code: str = "", memory: Memory = NO_MEMORY
) -> dict[FontFace, bytes]:
    """Return the fonts to embed, subset to the characters that the book's text and code use.

    Fonts of ``scripts`` are only included if they are small. All fonts are TrueType or OpenType, because Kobo
    does not support WOFF2.
    """

    def subset_face(face: FontFace, characters: frozenset[str]) -> bytes:
        return memory.call(_subset_face, face, characters)

    used = _collect_characters(text)
    fonts = {face: subset_face(face, used) for face in _list_theme_faces(theme)}
    if code:
        # One style is enough: reading systems synthesise the others, and the widths stay equal.
        fonts |= {
            face: subset_face(face, _collect_characters(code))
            for face in _list_bundled_faces(theme, theme.mono)[:1]
        }
    for role in ("serif", "sans"):
        if lacking := find_fallback_characters(text, theme, role):
            fonts |= {
                face: subset_face(face, lacking)
                for face in _list_bundled_faces(theme, theme.fallback_families[role])
            }
    for script in scripts:
        characters = select_characters_beyond_latin(text + _EMPHASIS.get(script.name, ""))
        subsets = {face: subset_face(face, characters) for face in script.faces}
        if script.name not in _NOT_EMBEDDED and sum(map(len, subsets.values())) <= _MAX_SCRIPT_SIZE:
            fonts |= subsets
    return fonts


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
_VALUE = re.compile(r"(?:[^\s()]|\([^()]*\))+")  # a length or a function


def convert_logical_properties(css: str, direction: str) -> str:
    """Convert logical CSS properties to physical ones for the direction "ltr" or "rtl"."""
    start, end = ("right", "left") if direction == "rtl" else ("left", "right")
    sides = {"block-start": "top", "block-end": "bottom", "inline-start": start, "inline-end": end}
    lines = {"start": start, "end": end}

    def convert_both_sides(match: re.Match[str]) -> str:
        box, axis, written = match.groups()
        values = [written.strip()] if box == "border" else _VALUE.findall(written)
        if not values:  # in an author's style sheet
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
_MAX_COVER_PIXELS = 5_600_000  # the limit of Apple Books, which is the lowest
_ALL_PICTURES = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp"))


@dataclass(frozen=True, slots=True)
class RetailerProfile:
    """The requirements of a retailer's reading systems.

    ``max_toc_levels`` limits the depth of the table of contents. If ``needs_raster_drawings`` is true,
    drawings and formulas are rasterised, because SVG and MathML are not well supported. ``media_types`` are
    the supported image types.
    """

    max_toc_levels: int = 7  # parts, chapters, and headings down to the sixth level
    needs_raster_drawings: bool = False
    media_types: frozenset[str] = _ALL_PICTURES

    def make_picture_target(self, dpi: int) -> PictureTarget:
        """Return the maximum size of images on the largest common device, at a resolution of ``dpi``."""
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

        An image keeps its size, unless it has more pixels than retailers accept; a drawing is rasterised.
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


_MARKUP_EXTENSIONS = (".xhtml", ".svg", ".html", ".ncx")
_ACTIVE_ELEMENTS = frozenset("applet base embed frame frameset handler iframe listener object script".split())
_ANIMATION_ELEMENTS = frozenset("animate animatemotion animatetransform set".split())
_URL_ATTRIBUTES = frozenset(
    "action background by cite classid codebase data formaction from href icon longdesc manifest ping poster "
    "profile src srcset to usemap values".split()
)
_SCRIPT_SCHEME = re.compile(
    r"(?:java|vb|live)script:|data:(?!image/(?:png|jpeg|gif|webp)[;,])", re.IGNORECASE
)
_IGNORED_CHARACTERS = re.compile(r"[\x00-\x20\x7f-\xa0]+")  # within a URL (URL Standard, 4.4)
_SCRIPT_STYLE = re.compile(
    r"(?:java|vb)script:|expression\(|(?<![-\w])behaviou?r:|-moz-binding:", re.IGNORECASE
)
_DECLARATION = re.compile(rb"<!doctype[^>]*\[", re.IGNORECASE)
_EVENT_HANDLERS = (
    re.compile(rb" on[a-z]+="),
    re.compile(rb"\non[a-z]+="),
)  # fast: each begins with a fixed letter
_SUSPECT_STRINGS = b"<script :script script: <iframe <object <embed <base <?xml-s <!entity".split()


def find_active_content(path: str, data: bytes, *, is_trusted: bool) -> str:
    """Describe the first active content in a file of the package, or return "" if there is none.

    If ``is_trusted`` is true, this program has written the file. Such a file is only parsed if a fast search
    finds a suspect string.
    """
    if path.endswith(".css"):
        return "" if is_trusted else _describe_active_style(data.decode("utf-8", "replace"))
    if not path.endswith(_MARKUP_EXTENSIONS) or (is_trusted and not _is_suspect(data.lower())):
        return ""
    if _DECLARATION.search(data):
        return "a document type declaration with entities"
    try:
        root = parse_untrusted_xml(data, huge_tree=True)
    except etree.XMLSyntaxError as error:
        return f"markup that is not well-formed ({explain_xml_error(error)})"
    for node in (*root.itersiblings(preceding=True), *root.iter(), *root.itersiblings()):
        if found := _describe_active_node(node):
            return found
    return ""


def _is_suspect(lowercase_data: bytes) -> bool:
    return any(word in lowercase_data for word in _SUSPECT_STRINGS) or any(
        one.search(lowercase_data) for one in _EVENT_HANDLERS
    )


def _describe_active_node(node: etree._Element) -> str:
    if isinstance(node, etree._Comment):
        return ""
    if isinstance(node, etree._ProcessingInstruction | etree._Entity):
        return "a processing instruction or an entity reference"
    name = str(node.tag).rpartition("}")[2].lower()
    if name in _ACTIVE_ELEMENTS:
        return f"a <{name}> element"
    if name == "style" and (found := _describe_active_style(node.text or "")):
        return found
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
            changed = value.strip().rpartition(":")[2].lower()
            if changed in ("href", "src") or changed.startswith("on"):
                return f"a <{name}> element that changes {changed}="
        if attribute == "style" and (found := _describe_active_style(value)):
            return found
    return ""


def _describe_active_style(css: str) -> str:
    """Describe a script in a style sheet, or return "" if there is none.

    Old reading systems execute such scripts, even if comments and escapes hide them.
    """
    closed, end, rest = css.rpartition("*/")  # no comment begins in it that does not end
    plain = re.sub(r"/\*.*?\*/", "", closed + end, flags=re.DOTALL) + rest
    plain = re.sub(r"\\([0-9a-fA-F]{1,6})\s?", lambda m: chr(min(int(m[1], 16), 0x10FFFF)), plain)
    found = _SCRIPT_STYLE.search(re.sub(r"[\s\\]+", "", plain))
    return f"a script in a style sheet ({found[0]})" if found else ""
