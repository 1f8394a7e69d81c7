"""Check the package, links and images of an EPUB in each build, without external programs."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from triptych.checks.epub.package import read_package_document, resolve_url
from triptych.checks.findings import REBUILD_HINT
from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.media.xml_parsing import XHTML
from triptych.model.nodes import LINK_SCHEMES

_MIMETYPE = b"application/epub+zip"


def check_epub(data: bytes, memory: Memory = NO_MEMORY) -> list[Diagnostic]:
    """Report CHK001 for each fault in an EPUB (EPUB 3.3)."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            first = archive.infolist()[0]
            files = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, IndexError):
        return [
            Diagnostic(
                code="CHK001",
                message="cannot open the EPUB: the file is not a ZIP archive",
                hint=REBUILD_HINT,
            )
        ]
    messages = list(_check_container(first, files)) + list(_check_package(files, memory))
    return [
        Diagnostic(code="CHK001", message=f"the EPUB fails validation: {message}", hint=REBUILD_HINT)
        for message in messages
    ]


def _check_container(first: zipfile.ZipInfo, files: Mapping[str, bytes]) -> Iterator[str]:
    if first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED or first.extra:
        yield "the first file in the archive is not an uncompressed `mimetype` file"
    if files.get("mimetype", _MIMETYPE) != _MIMETYPE:
        yield "the `mimetype` file does not contain `application/epub+zip`"


def _check_package(files: Mapping[str, bytes], memory: Memory) -> Iterator[str]:
    try:
        package = read_package_document(files.__getitem__)
    except (KeyError, StopIteration, etree.XMLSyntaxError) as error:
        yield f"the package document cannot be read: {error}"
        return
    items = [item.path for item in package.items]
    for name in sorted(set(items) - set(files)):
        yield f"{name} is missing, although the package document lists this file"
    expected_files = {*items, package.path, "mimetype"}
    for name in sorted(
        name for name in files if name not in expected_files and not name.startswith("META-INF/")
    ):
        yield f"{name} is not listed in the package document"
    pages = {
        name: memory.call(_read_page_facts, files[name])
        for name in items
        if name.endswith(".xhtml") and name in files
    }
    ids = {name: frozenset(page.ids) for name, page in pages.items() if not page.parse_error}
    for name, page in pages.items():
        if page.parse_error:
            yield f"{name}: {page.parse_error}"
            continue
        for identifier, count in Counter(page.ids).items():
            if count > 1:
                yield f'{name}: the id "{identifier}" is used {count} times'
        yield from _check_page(name, page, ids, files)


@dataclass(frozen=True, slots=True)
class _PageFacts:
    """The properties of a content document that are checked.

    ``images`` pairs the URL of each image with whether it has an alt attribute. ``parse_error`` is "" if the
    document is well-formed.
    """

    has_title: bool = False
    ids: tuple[str, ...] = ()
    images: tuple[tuple[str, bool], ...] = ()
    links: tuple[str, ...] = ()
    parse_error: str = ""


def _read_page_facts(data: bytes) -> _PageFacts:
    try:
        page = etree.fromstring(data)
    except etree.XMLSyntaxError as error:
        return _PageFacts(parse_error=str(error))
    title = page.find(f"{XHTML}head/{XHTML}title")
    return _PageFacts(
        has_title=title is not None and bool((title.text or "").strip()),
        ids=tuple(filter(None, (element.get("id") for element in page.iter()))),
        images=tuple((e.get("src", ""), e.get("alt") is not None) for e in page.iter(f"{XHTML}img")),
        links=tuple(link.get("href", "") for link in page.iter(f"{XHTML}a")),
    )


def _check_page(
    name: str, page: _PageFacts, ids: Mapping[str, frozenset[str]], files: Mapping[str, bytes]
) -> Iterator[str]:
    """Report faults in the title, images and links of one content document."""
    if not page.has_title:
        yield f"{name}: the page has no title"
    for source, has_alt in page.images:
        if not has_alt:
            yield f"{name}: an image has no alt attribute"
        if resolve_url(name, unquote(source)) not in files:
            yield f'{name}: the image "{source}" is not in the package'
    for link in page.links:
        target, _, fragment = link.partition("#")
        if ":" in target:
            if target.partition(":")[0].lower() not in LINK_SCHEMES:
                yield f'{name}: the link "{link}" has an unsupported URL scheme'
            continue
        file = resolve_url(name, unquote(target)) if target else name
        if file not in files:
            yield f'{name}: the link "{link}" points to a missing file'
        elif fragment and file in ids and unquote(fragment) not in ids[file]:
            yield f'{name}: the link "{link}" points to an undefined id'
