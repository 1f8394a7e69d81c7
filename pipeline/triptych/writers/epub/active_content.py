"""Find active content in the finished files of an e-book: scripts, event handlers, `javascript:` links.

The program writes none. A project's own templates can write any markup, so the files are looked at as reading
systems will see them: after everything has been put into them, parsed, with their declarations.
"""

from __future__ import annotations

import re

from lxml import etree

from triptych.media.xml_names import explain_xml_error, parsed
from triptych.model.nodes import is_forbidden_address

_PAGES = (".xhtml", ".svg", ".html", ".ncx")
_ELEMENTS = frozenset("applet base embed frame frameset handler iframe listener object script".split())
_ANIMATIONS = frozenset("animate animatemotion animatetransform set".split())
_ADDRESSES = frozenset(
    "action background by cite classid codebase data formaction from href icon longdesc manifest ping poster "
    "profile src srcset to usemap values".split()
)
_SCRIPT_SCHEME = re.compile(
    r"(?:java|vb|live)script:|data:(?!image/(?:png|jpeg|gif|webp)[;,])", re.IGNORECASE
)
_IGNORED = re.compile(r"[\x00-\x20\x7f-\xa0]+")  # within an address, as browsers read it (URL Standard, 4.4)
_SCRIPT_STYLE = re.compile(
    r"(?:java|vb)script:|expression\(|(?<![-\w])behaviou?r:|-moz-binding:", re.IGNORECASE
)
_DECLARATION = re.compile(rb"<!doctype[^>]*\[", re.IGNORECASE)
_HANDLERS = (re.compile(rb" on[a-z]+="), re.compile(rb"\non[a-z]+="))  # fast: each begins with a fixed letter
_SUSPECT = b"<script :script script: <iframe <object <embed <base <?xml-s <!entity".split()


def find_active_content(path: str, data: bytes, *, trusted: bool) -> str:
    """Return a description of the first active content of a file of the e-book, "" where there is none.

    A ``trusted`` file is made of what the program wrote: it is searched first, and parsed if need be.
    """
    if path.endswith(".css"):
        return "" if trusted else _in_style(data.decode("utf-8", "replace"))
    if not path.endswith(_PAGES) or (trusted and not _is_suspect(data.lower())):
        return ""
    if _DECLARATION.search(data):
        return "a document type declaration with entities"
    try:
        root = parsed(data, huge=True)
    except etree.XMLSyntaxError as error:
        return f"markup that is not well-formed ({explain_xml_error(error)})"
    for node in (*root.itersiblings(preceding=True), *root.iter(), *root.itersiblings()):
        if found := _in_node(node):
            return found
    return ""


def _is_suspect(lower: bytes) -> bool:
    return any(word in lower for word in _SUSPECT) or any(one.search(lower) for one in _HANDLERS)


def _in_node(node: etree._Element) -> str:
    if isinstance(node, etree._Comment):
        return ""
    if isinstance(node, etree._ProcessingInstruction | etree._Entity):
        return "a processing instruction or an entity reference"
    name = str(node.tag).rpartition("}")[2].lower()
    if name in _ELEMENTS:
        return f"a <{name}> element"
    if name == "style" and (found := _in_style(node.text or "")):
        return found
    for key, text in node.attrib.items():
        attribute, value = str(key).rpartition("}")[2].lower(), str(text)
        if attribute.startswith("on"):
            return f"an event handler ({attribute}=)"
        if attribute in ("http-equiv", "srcdoc"):
            return f"the attribute {attribute}="
        if attribute == "href" and name in ("a", "area") and is_forbidden_address(value):
            return f'a link to "{value[:40]}"'
        if attribute in _ADDRESSES and _SCRIPT_SCHEME.match(_IGNORED.sub("", value)):
            return f"a script address ({attribute}=)"
        if name in _ANIMATIONS and attribute == "attributename":
            changed = value.strip().rpartition(":")[2].lower()
            if changed in ("href", "src") or changed.startswith("on"):
                return f"a <{name}> element that changes {changed}="
        if attribute == "style" and (found := _in_style(value)):
            return found
    return ""


def _in_style(css: str) -> str:
    """Describe a script in a style sheet, as old reading systems run it; comments and escapes hide none."""
    plain = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    plain = re.sub(r"\\([0-9a-fA-F]{1,6})\s?", lambda m: chr(min(int(m[1], 16), 0x10FFFF)), plain)
    found = _SCRIPT_STYLE.search(re.sub(r"[\s\\]+", "", plain))
    return f"a script in a style sheet ({found[0]})" if found else ""
