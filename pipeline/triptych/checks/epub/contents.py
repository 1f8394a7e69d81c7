"""What an e-book's pages hold that its metadata speak of, counted: images, formulas, headings, links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from lxml import etree

from triptych.checks.epub.package import PackageDocument
from triptych.media.xml_names import MATHML, XHTML, local_name

_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_LOCATORS = frozenset(("index-locator", "index-locator-range"))


def contents_of(package: PackageDocument, read: Callable[[str], bytes]) -> Counter[str]:
    """How many there are of each in all pages. Raises what ``read`` does, and ``etree.XMLSyntaxError``.

    ``images`` are those that are no decoration, of which ``described`` have words in their place, and
    ``extended`` a description apart; ``formulas`` are in MathML, of which ``spoken`` have their words beside.
    """
    found = Counter[str]()
    for item in package.items:
        if item.media_type == "application/xhtml+xml":
            page = _counted(etree.fromstring(read(item.path)))
            if "nav" not in item.properties:  # what leads to headings has none of the book's
                page["contents_links"] = page["listed_pages"] = 0
            found += page
    return found


def _counted(page: etree._Element) -> Counter[str]:
    elements = list(page.iter(etree.Element))
    types = {element: (element.get(_EPUB_TYPE) or "").split() for element in elements}
    images = [element for element in elements if _is_image(element)]
    formulas = [element for element in elements if element.tag == f"{MATHML}math"]
    return Counter(
        images=len(images),
        described=sum(map(_has_words, images)),
        extended=sum(1 for element in images if _is_extended(element)),
        formulas=len(formulas),
        spoken=sum(1 for formula in formulas if (formula.get("alttext") or "").strip()),
        headings=sum(1 for element in elements if local_name(element) in _HEADINGS),
        roles=sum(1 for element in elements if element.get("role")),
        page_breaks=sum(1 for named in types.values() if "pagebreak" in named),
        contents_links=_links(element for element in elements if "toc" in types[element]),
        listed_pages=_links(element for element in elements if "page-list" in types[element]),
        index_links=sum(1 for element in elements if _LOCATORS.intersection(types[element])),
        ruby=sum(1 for element in elements if element.tag == f"{XHTML}ruby"),
        audio=sum(1 for element in elements if element.tag == f"{XHTML}audio"),
        video=sum(1 for element in elements if element.tag == f"{XHTML}video"),
    )


def _is_image(element: etree._Element) -> bool:
    """An image that says something, not one within another: decoration has an empty text, or is hidden."""
    hidden = element.get("aria-hidden") == "true" or element.get("role") in ("presentation", "none")
    if hidden or any(above.get("role") == "img" for above in element.iterancestors()):
        return False
    if element.tag == f"{XHTML}img":
        return element.get("alt") != ""
    return element.get("role") == "img"


def _has_words(image: etree._Element) -> bool:
    return any((image.get(name) or "").strip() for name in ("alt", "aria-label", "aria-labelledby"))


def _is_extended(image: etree._Element) -> bool:
    """Whether it, or the figure around it, names the description that tells more."""
    around = (above for above in image.iterancestors() if above.tag == f"{XHTML}figure")
    return any(
        one.get(name) for one in (image, *around) for name in ("aria-details", "aria-describedby", "longdesc")
    )


def _links(parts: Iterable[etree._Element]) -> int:
    return sum(1 for part in parts for _ in part.iter(f"{XHTML}a"))
