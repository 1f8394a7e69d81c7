"""Test that each fault put into a finished e-book is found."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from triptych.checks.epub import check_epub

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
PACKAGE = (
    '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><manifest>'
    '<item id="a" href="text/a.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="b" href="text/b.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="p" href="images/p.png" media-type="image/png"/></manifest></package>'
)
PAGE = (
    '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>T</title></head><body>'
    '<p id="x">Text <a href="b.xhtml#x">b</a> <a href="#x">x</a> <a href="https://a.example/#y">y</a></p>'
    '<img src="../images/p.png" alt=""/></body></html>'
)
GOOD = {
    "META-INF/container.xml": CONTAINER,
    "EPUB/package.opf": PACKAGE,
    "EPUB/text/a.xhtml": PAGE,
    "EPUB/text/b.xhtml": PAGE,
    "EPUB/images/p.png": "png",
}


def packed(files: dict[str, str], *, mimetype: int | None = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if mimetype is not None:
            archive.writestr("mimetype", "application/epub+zip", compress_type=mimetype)
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def messages(data: bytes) -> list[str]:
    findings = check_epub(data)
    assert all(finding.code == "CHK001" for finding in findings)
    return [finding.message for finding in findings]


def edited(name: str, old: str, new: str) -> dict[str, str]:
    assert old in GOOD[name]
    return {**GOOD, name: GOOD[name].replace(old, new)}


def without(name: str) -> dict[str, str]:
    return {other: text for other, text in GOOD.items() if other != name}


def test_valid_epub_has_no_violations() -> None:
    assert messages(packed(GOOD)) == []


FAULTS: list[tuple[Callable[[], dict[str, str]], str]] = [
    (lambda: without("META-INF/container.xml"), "cannot be read"),
    (lambda: without("EPUB/package.opf"), "cannot be read"),
    (lambda: edited("EPUB/package.opf", "</manifest>", ""), "cannot be read"),
    (
        lambda: without("EPUB/images/p.png"),
        "EPUB/images/p.png is missing, although the package document lists this file",
    ),
    (lambda: {**GOOD, "EPUB/more.css": ""}, "EPUB/more.css is not listed in the package document"),
    (lambda: edited("EPUB/text/a.xhtml", "</p>", ""), "EPUB/text/a.xhtml: "),
    (lambda: edited("EPUB/text/a.xhtml", "T</title>", "</title>"), "the page has no title"),
    (lambda: edited("EPUB/text/a.xhtml", "<title>T</title>", ""), "the page has no title"),
    (lambda: edited("EPUB/text/a.xhtml", ' alt=""', ""), "an image has no alt attribute"),
    (
        lambda: edited("EPUB/text/a.xhtml", "images/p", "images/q"),
        'the image "../images/q.png" is not in the package',
    ),
    (
        lambda: edited("EPUB/text/a.xhtml", "b.xhtml#x", "c.xhtml"),
        'the link "c.xhtml" points to a missing file',
    ),
    (
        lambda: edited("EPUB/text/a.xhtml", "b.xhtml#x", "b.xhtml#z"),
        'the link "b.xhtml#z" points to an undefined id',
    ),
    (
        lambda: edited("EPUB/text/a.xhtml", 'href="#x"', 'href="#z"'),
        'the link "#z" points to an undefined id',
    ),
    (lambda: edited("EPUB/text/a.xhtml", "<img", '<b id="x"/><img'), 'the id "x" is used 2 times'),
    (lambda: edited("EPUB/text/a.xhtml", "https://a.example/#y", "javascript:x"), "javascript"),
]


@pytest.mark.parametrize(("files", "message"), FAULTS, ids=[message for _, message in FAULTS])
def test_a_seeded_fault_is_found(files: Callable[[], dict[str, str]], message: str) -> None:
    assert any(message in text for text in messages(packed(files())))


@pytest.mark.parametrize("mimetype", [None, zipfile.ZIP_DEFLATED])
def test_mimetype_comes_first_and_is_uncompressed(mimetype: int | None) -> None:
    assert messages(packed(GOOD, mimetype=mimetype)) == [
        "the EPUB fails validation: the first file in the archive is not an uncompressed `mimetype` file"
    ]


def test_mimetype_has_the_required_content() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "text/plain")
        for name, text in GOOD.items():
            archive.writestr(name, text)
    assert messages(out.getvalue())


@pytest.mark.parametrize("data", [b"", b"text", packed(GOOD)[:200]])
def test_file_that_is_not_an_archive_is_reported(data: bytes) -> None:
    assert messages(data) == ["cannot open the EPUB: the file is not a ZIP archive"]


def test_archive_with_damaged_content_is_reported() -> None:
    data = bytearray(packed(GOOD))
    at = bytes(data).index(b"<container")
    data[at : at + 10] = b"XXXXXXXXXX"
    assert messages(bytes(data))


def test_an_empty_archive_is_a_finding() -> None:
    assert messages(packed({}, mimetype=None))
