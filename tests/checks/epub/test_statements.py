"""Test whether the accessibility metadata of an e-book agrees with its content."""

from __future__ import annotations

import io
import zipfile

import pytest

from triptych.checks.epub.statements import Statement, StatementSection, list_statements

CONTAINER = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="a.opf"/></rootfiles></container>'
NAV = (
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>'
    '<nav epub:type="toc"><ol><li><a href="p.xhtml">P</a></li></ol></nav>{}</body></html>'
)


def book(
    body: str = "", *, metas: str = "", links: str = "", nav: str = "", **said: list[str] | str
) -> bytes:
    """Return an e-book with one page; ``said`` maps Schema.org properties to their values."""
    lines = [
        f'<meta property="schema:{name}">{value}</meta>'
        for name, values in said.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xml:lang="cy"><metadata>'
        f"{''.join(lines)}{metas}{links}</metadata><manifest>"
        '<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        '<item id="p" href="p.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="p"/></spine></package>'
    )
    page = f'<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>{body}</body></html>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in (
            ("META-INF/container.xml", CONTAINER),
            ("a.opf", package),
            ("nav.xhtml", NAV.format(nav)),
            ("p.xhtml", page),
        ):
            archive.writestr(name, text)
    return out.getvalue()


def section(title: str, data: bytes) -> StatementSection:
    return next(statement for statement in list_statements(data) if statement.title == title)


def words(title: str, data: bytes) -> list[str]:
    return [statement.words for statement in section(title, data).statements]


def statement(title: str, text: str, data: bytes) -> Statement:
    return next(statement for statement in section(title, data).statements if statement.words == text)


def test_sections_follow_the_order_of_the_guide() -> None:
    assert [statement.title for statement in list_statements(book())] == [
        "Ways of reading",
        "Conformance",
        "Navigation",
        "Rich content",
        "Hazards",
        "Accessibility summary",
        "Legal considerations",
        "Additional accessibility information",
    ]


def test_missing_metadata_gives_no_information_statement() -> None:
    data = book()
    assert words("Ways of reading", data) == [
        "No information about appearance modifiability is available",
        "No information about nonvisual reading is available",
        "No information about prerecorded audio is available",
    ]
    for title in ("Conformance", "Navigation", "Rich content", "Hazards", "Legal considerations"):
        assert words(title, data) == ["No information is available"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"accessMode": "textual"}, "Readable in read aloud or dynamic braille"),
        (
            {"accessMode": ["textual", "visual"], "accessModeSufficient": ["textual,visual", "textual"]},
            "Readable in read aloud or dynamic braille",
        ),
        (
            {"accessMode": ["textual", "visual"], "accessModeSufficient": "textual,visual"},
            "Not fully readable in read aloud or dynamic braille",
        ),
        ({"accessMode": "visual"}, "Not readable in read aloud or dynamic braille"),
        (
            {"accessMode": "visual", "accessibilityFeature": "alternativeText"},
            "Not fully readable in read aloud or dynamic braille",
        ),
    ],
)
def test_nonvisual_reading_depends_on_alt_texts(said: dict[str, list[str] | str], expected: str) -> None:
    assert expected in words("Ways of reading", book(**said))


def test_appearance_and_audio() -> None:
    fixed = '<meta property="rendition:layout">pre-paginated</meta>'
    assert "Appearance cannot be modified" in words("Ways of reading", book(metas=fixed))
    reflowing = book(metas=fixed, accessibilityFeature="displayTransformability")
    assert "Appearance can be modified" in words("Ways of reading", reflowing)
    text = {
        "Prerecorded audio synchronized with text": {"accessibilityFeature": "synchronizedAudioText"},
        "Prerecorded audio only": {"accessModeSufficient": "auditory"},
        "Prerecorded audio clips": {"accessMode": ["textual", "auditory"]},
    }
    for expected, metadata in text.items():
        assert expected in words("Ways of reading", book(**metadata))


def test_a_picture_without_words_makes_the_claim_doubtful() -> None:
    claims = {"accessMode": ["textual", "visual"], "accessModeSufficient": "textual"}
    features = {"accessibilityFeature": "alternativeText"}
    sound = book(
        '<img alt="A dot"/><img alt=""/><svg role="img" aria-label="x"><g role="img"/></svg>',
        **claims,
        **features,
    )
    shown = statement("Ways of reading", "Has alternative text", sound)
    assert (shown.facts, shown.unsupported) == ("2 of 2 images have alt text", False)
    lacking = book('<img alt="A dot"/><img/>', **claims, **features)
    for claim in ("Has alternative text", "Readable in read aloud or dynamic braille"):
        shown = statement("Ways of reading", claim, lacking)
        assert (shown.facts, shown.unsupported) == ("1 of 2 images have alt text", True)
    assert statement("Ways of reading", "Has alternative text", book("x", **features)).unsupported


def test_unsupported_and_undeclared_features_are_reported() -> None:
    index = '<a epub:type="index-locator" href="#x">1</a>'
    data = book(f"<h1>T</h1>{index}{index}", accessibilityFeature=["structuralNavigation", "pageNavigation"])
    result = section("Navigation", data)
    assert [(statement.words, statement.facts, statement.unsupported) for statement in result.statements] == [
        ("Go to page", "no page list entries", True),
        ("Headings", "1 heading", False),
    ]
    assert result.undeclared == (
        "2 index links, but `index` is missing from the metadata",
        "1 link in the table of contents, but `tableOfContents` is missing from the metadata",
    )


def test_rich_content() -> None:
    formula = '<math xmlns="http://www.w3.org/1998/Math/MathML" alttext="x"/>'
    figure = '<figure aria-details="d"><img alt="A"/></figure>'
    data = book(formula + figure, accessibilityFeature=["MathML", "describedMath", "longDescription"])
    assert [(item.words, item.facts) for item in section("Rich content", data).statements] == [
        (
            "Information-rich images are described by extended descriptions",
            "1 image with an extended description",
        ),
        ("Text descriptions of math are provided", "1 formula with a text description"),
        ("Math as MathML", "1 formula in MathML"),
    ]
    assert section("Rich content", book(formula)).undeclared == (
        "1 formula in MathML, but `MathML` is missing from the metadata",
    )
    assert statement("Rich content", "Math as MathML", book(accessibilityFeature="MathML")).unsupported


def test_conformance_statement_names_the_certifier() -> None:
    metas = (
        '<meta property="dcterms:conformsTo" id="c">EPUB Accessibility 1.1 - WCAG 2.2 Level AA</meta>'
        '<meta property="a11y:certifiedBy" refines="#c" id="w">Ada</meta>'
        '<meta property="a11y:certifierCredential" refines="#w">https://example.org/badge</meta>'
    )
    links = '<link rel="a11y:certifierReport" refines="#w" href="javascript:alert(1)"/>'
    statements = section("Conformance", book(metas=metas, links=links)).statements
    assert [(item.words, item.link) for item in statements] == [
        ("This publication meets accepted accessibility standards", ""),
        ("The publication was certified by Ada", ""),
        ("The certifier's credential is https://example.org/badge", "https://example.org/badge"),
        ("This publication claims to meet EPUB Accessibility 1.1 WCAG 2.2 Level AA", ""),
        ("For more information refer to the certifier's report", ""),
    ]


def test_older_conformance_claim_is_recognised_by_its_url() -> None:
    address = "http://www.idpf.org/epub/a11y/accessibility-20170105.html#wcag-a"
    links = f'<link rel="dcterms:conformsTo" href="{address}"/><link rel="dcterms:conformsTo" href="{address}aa"/>'
    assert words("Conformance", book(links=links)) == [
        "This publication exceeds accepted accessibility standards",
        "This publication claims to meet EPUB Accessibility 1.0 WCAG 2.0 Level AAA",
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["none"], ["No hazards"]),
        (["noFlashingHazard", "noMotionSimulationHazard", "noSoundHazard"], ["No hazards"]),
        (["unknown"], ["The presence of hazards is unknown"]),
        (["flashing", "noSoundHazard"], ["Flashing content", "No sound hazards"]),
    ],
)
def test_hazards(said: list[str], expected: list[str]) -> None:
    assert words("Hazards", book(accessibilityHazard=said)) == expected


def test_summary_has_the_language_of_the_book_and_exemptions_are_reported() -> None:
    result = section("Accessibility summary", book(accessibilitySummary="Mae  popeth"))
    assert (result.language, result.statements[0].words) == ("cy", "Mae popeth")
    assert section("Accessibility summary", book()).language == ""
    exempt = book(metas='<meta property="a11y:exemption">eaa-microenterprise</meta>')
    assert words("Legal considerations", exempt) == [
        "Claims an accessibility exemption in some jurisdictions"
    ]


def test_additional_information() -> None:
    mark = '<span role="doc-pagebreak" epub:type="pagebreak" id="p1"/>'
    result = section(
        "Additional accessibility information", book(mark, accessibilityFeature=["pageBreakMarkers"])
    )
    assert [(statement.words, statement.facts) for statement in result.statements] == [
        ("Page breaks included", "1 page break marker")
    ]
    assert result.undeclared == ()


@pytest.mark.parametrize("data", [b"", b"PK", book()[:200]])
def test_unreadable_file_has_no_statements(data: bytes) -> None:
    assert list_statements(data) == ()


def test_malformed_pages_have_no_statements() -> None:
    assert list_statements(book("<p>")) == ()
