"""The citation style that a manifest names → one that stands for itself: citeproc fetches nothing.

Of most journals' styles only the name is their own. They name a parent, which citeproc would fetch from the
network (CSL 1.0.2, "Dependent Styles"); here it is taken from the project.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from triptych.diagnostics import Diagnostic, Span
from triptych.encodings import FROM_NETWORK
from triptych.media.xml_names import explain_xml_error, parsed
from triptych.project import MANIFEST, Project, UnsafePath
from triptych.settings.manifest import Manifest
from triptych.settings.positions import Positions

_CSL = "{http://purl.org/net/xbiblio/csl}"
_LARGEST = 1_000_000  # bytes: the longest styles that are published have 200,000


def read_style(
    project: Project, manifest: Manifest, positions: Positions
) -> tuple[bytes | None, list[Diagnostic]]:
    """The manifest's citation style with all that it says, None where it names none.

    CIT002 for one that cannot be read, CIT003 for one whose parent is not in the project.
    """
    if not manifest.csl:
        return None, []
    try:
        path = project.locate(manifest.csl)
        if path is not None:
            root = _root(project.read_bytes(path))
            link = _parent_link(root)
            if link is not None:
                return _by_parent(project, path, link)
            if root.find(f"{_CSL}citation") is None:
                raise ValueError("the style has no <citation> element")
            return etree.tostring(root), []
        message = f'citation style "{manifest.csl}" does not exist'
        hint = "check the path; it is relative to the folder that contains `book.yaml`"
        hint = FROM_NETWORK if "://" in manifest.csl else hint
    except UnsafePath as error:
        message, hint = str(error), error.hint
    except ValueError as error:
        message = f'"{manifest.csl}" is not a valid CSL style: {error}'
        hint = "download the style again, for example from zotero.org/styles"
    return None, [Diagnostic(code="CIT002", span=positions.find(("csl",)), message=message, hint=hint)]


def _root(data: bytes) -> Any:
    """The root of a style. Raises ValueError where it is none."""
    if len(data) > _LARGEST:
        raise ValueError(f"the file has {len(data):,} bytes; the limit is {_LARGEST:,}")
    try:
        root: Any = parsed(data)
    except etree.XMLSyntaxError as error:
        raise ValueError(explain_xml_error(error)) from None
    if root.tag != f"{_CSL}style":
        raise ValueError("the root element is not a CSL <style>")
    return root


def _parent_link(root: Any) -> Any:
    """The link to a style's parent, or None; citeproc looks at no namespaces."""
    links = root.iterfind("{*}info/{*}link")
    return next((link for link in links if link.get("rel") == "independent-parent"), None)


def _by_parent(project: Project, path: str, link: Any) -> tuple[bytes | None, list[Diagnostic]]:
    """The parent of a style, which says all but its name; of what language it is the book says."""
    address = link.get("href", "")
    parent = _parent_of(project, path, address)
    if parent is None:
        name = _file_name(address)
        return None, [
            Diagnostic(
                code="CIT003",
                span=Span(path=path, line=link.sourceline or 1),
                message=f'this CSL style depends on "{address}", which is not in the project',
                hint=f"save the parent style as {name}, next to this style",
            )
        ]
    return etree.tostring(parent), []


def _parent_of(project: Project, path: str, address: str) -> Any:
    """A style that stands for itself and has the name or the id of an address, beside one or the manifest."""
    named = project.locate(_file_name(address), beside=path)
    others = (other for place in (path, MANIFEST) for other in project.beside(place, ".csl"))
    for candidate in dict.fromkeys([*([named] if named else []), *others]):
        try:
            root = _root(project.read_bytes(candidate))
        except (UnsafePath, ValueError, OSError):
            continue
        style_id = root.findtext(f"{_CSL}info/{_CSL}id") or ""
        stands = _parent_link(root) is None and root.find(f"{_CSL}citation") is not None
        if candidate != path and stands and (candidate == named or _key(style_id) == _key(address)):
            return root
    return None


def _file_name(address: str) -> str:
    """What a style is called as a file, by its address."""
    name = _key(address).rpartition("/")[2] or "parent"
    return name if name.endswith(".csl") else f"{name}.csl"


def _key(address: str) -> str:
    """An address without what does not tell styles apart."""
    return address.strip().removeprefix("https://").removeprefix("http://").rstrip("/").lower()
