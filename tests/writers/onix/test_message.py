"""Test the ONIX record: its content, and validity according to EDItEUR's schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from tests.conftest import tiny_png, write_files
from triptych.build_context import BuildContext
from triptych.checks.onix_record import check_record, find_onix_schema, validate_record
from triptych.diagnostics import Severity
from triptych.engine.cache import Cache
from triptych.engine.output_digests import has_valid_digest
from triptych.languages.language_tags import _load_library_codes, get_library_code, get_script_and_country
from triptych.model.book import RELATORS
from triptych.outputs import OUTPUTS
from triptych.outputs.base import WritingJob, WrittenOutput
from triptych.project import Project
from triptych.stages import read_project
from triptych.writers.onix.codes import get_role_code, get_scheme_code

NS = "{http://ns.editeur.org/onix/3.0/reference}"
FULL = """book:
  title: Numbers & signs
  subtitle: A guide
  author:
    - {name: Ada Lovelace, file-as: "Lovelace, Ada"}
    - {name: Jan Tr, role: trl}
    - {name: Sam O, role: wit}
    - {name: The Sums Office, role: edt, file-as: "Sums Office, The", organisation: true}
  date: 2026-03-04
  description: Short.
  blurb: |
    One paragraph.

    Another.
  keywords: [sums]
  subjects:
    - {name: Mathematics, authority: THEMA, term: PB}
    - {name: China, authority: THEMA, term: 1FPC}
    - {name: MATHEMATICS / General, authority: BISAC, term: MAT000000}
    - {name: Sums, authority: HOUSE, term: S1}
    - arithmetic
  series: {name: Guides, number: 3}
  publisher: House
  isbn: 978-3-16-148410-0
  source: urn:isbn:9781861972712
  accessibility:
    conforms-to: WCAG 2.2 Level AA
    certified-by: Ada
    credential: https://example.org/badge
    report: https://example.org/report
    exemption: eaa-microenterprise
    hazards: [flashing, noSoundHazard]
  chapters: [section.md]
lang: zh-Hant-TW
"""
FORMATS = """format:
  pdf: {isbn: 978-1-86197-271-2}
  epub: default
  onix:
    email: shops@example.org
    countries: [DE, AT]
    prices:
      - {amount: 19.9, currency: EUR, countries: DE}
      - {amount: "7", currency: USD, tax: excluded, output: pdf}
"""
TEXT = "# One\n\nText $x^2$ and ![A dot](dot.png).\n"


def made(folder: Path, manifest: str = FULL, formats: str = FORMATS, text: str = TEXT) -> WrittenOutput:
    files = {"source/book.yaml": manifest + formats, "source/section.md": text, "source/dot.png": tiny_png()}
    project, cache = Project(write_files(folder / "p", files)), Cache(folder / "cache")
    settings, book, result = read_project(project, cache)
    assert settings is not None and book is not None, result
    return OUTPUTS["onix"].write(WritingJob(book, settings, BuildContext.for_book(project, book, cache)))


def product(data: bytes, detail: str) -> etree._Element:
    """Return the product of a form (list 175), or of a printed book."""
    root = etree.fromstring(data)
    return next(
        item
        for item in root.iter(f"{NS}Product")
        if detail in [it.text for it in item.iter(f"{NS}ProductFormDetail", f"{NS}ProductForm")]
    )


def texts(element: etree._Element, path: str) -> list[str | None]:
    return [result.text for result in element.findall("/".join(NS + step for step in path.split("/")))]


def features(element: etree._Element, kind: str) -> dict[str | None, str | None]:
    result = element.iter(f"{NS}ProductFormFeature")
    return {
        item.findtext(f"{NS}ProductFormFeatureValue"): item.findtext(f"{NS}ProductFormFeatureDescription")
        for item in result
        if item.findtext(f"{NS}ProductFormFeatureType") == kind
    }


def faults(folder: Path, data: bytes) -> list[str]:
    """Return the errors that the schema finds, which is available if the tests are."""
    schema, file = find_onix_schema(), folder / "x.onix.xml"
    assert schema is not None, "pip install onixcheck"
    file.write_bytes(data)
    return [str(finding) for finding in validate_record(file, schema)]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return made(tmp_path_factory.mktemp("onix")).data


class TestSchema:
    def test_schema_accepts_full_and_minimal_records(self, tmp_path: Path, full: bytes) -> None:
        assert faults(tmp_path, full) == []
        bare = "book: {title: T, chapters: [section.md]}\n"
        assert faults(tmp_path, made(tmp_path, bare, "format: {epub: default, onix: default}\n").data) == []

    def test_schema_finds_errors(self, tmp_path: Path, full: bytes) -> None:
        wrong = full.replace(b"<ProductForm>EA<", b"<ProductForm>ZZZ<", 1)
        assert any("CHK023" in fault and "ProductForm" in fault for fault in faults(tmp_path, wrong))

    def test_all_codes_of_our_tables_are_in_the_lists(self) -> None:
        schema = find_onix_schema()
        assert schema is not None
        lists = etree.parse(schema.with_name("ONIX_BookProduct_CodeLists.xsd"))

        def codes(number: int) -> set[str]:
            findings = lists.iterfind(f".//{{*}}simpleType[@name='List{number}']//{{*}}enumeration")
            return {item.get("value", "") for item in findings}

        assert {get_role_code(role) for role in RELATORS} <= codes(17)
        assert set(_load_library_codes().values()) <= codes(74)
        schemes = ("BISAC", "BIC", "CLC", "DDC", "LCC", "LCSH", "UDC", "WGS", "own")
        assert {get_scheme_code(scheme, "1") for scheme in schemes} <= codes(27)
        assert {get_scheme_code("Thema", term) for term in "A123456"} <= codes(27)


class TestProducts:
    def test_each_file_is_one_with_its_number(self, full: bytes) -> None:
        for detail, isbn, other in (
            ("E101", "9783161484100", "9781861972712"),
            ("E107", "9781861972712", "9783161484100"),
        ):
            result = product(full, detail)
            assert texts(result, "ProductIdentifier/ProductIDType") == ["15"]
            assert texts(result, "ProductIdentifier/IDValue") == [isbn]
            assert texts(result, "DescriptiveDetail/ProductForm") == ["EA"]
            assert texts(result, "RelatedMaterial/RelatedProduct/ProductRelationCode") == ["06"]
            assert texts(result, "RelatedMaterial/RelatedProduct/ProductIdentifier/IDValue") == [other]
        references = [it.text for it in etree.fromstring(full).iter(f"{NS}RecordReference")]
        assert len(set(references)) == 2

    def test_record_without_an_isbn_has_a_proprietary_identifier(self, tmp_path: Path) -> None:
        manifest = FULL.replace("  isbn: 978-3-16-148410-0\n", "")
        result = product(made(tmp_path, manifest, "format: {epub: default, onix: default}\n").data, "E101")
        assert texts(result, "ProductIdentifier/ProductIDType") == ["01"]
        assert texts(result, "ProductIdentifier/IDTypeName") == ["House"]
        assert (texts(result, "ProductIdentifier/IDValue")[0] or "").endswith(".epub")
        assert texts(result, "RelatedMaterial/RelatedProduct/ProductRelationCode") == ["13"]
        assert texts(result, "RelatedMaterial/RelatedProduct/ProductIdentifier/IDValue") == ["9781861972712"]

    def test_print_ready_pdf_is_a_printed_book(self, tmp_path: Path) -> None:
        formats = "format: {pdf: {pdf-standard: pdf/x-4, colour: cmyk}, onix: default}\n"
        data = made(tmp_path, formats=formats).data
        result = product(data, "BA")
        assert (
            features(result, "09") == {} and texts(result, "DescriptiveDetail/EpubTechnicalProtection") == []
        )
        assert faults(tmp_path, data) == []

    def test_deck_alone_is_not_a_product(self, tmp_path: Path) -> None:
        output = made(tmp_path, formats="format: {pptx: default, onix: default}\n")
        assert output.data == b"" and [it.code for it in output.findings] == ["ONX002"]


class TestDescription:
    def test_title_series_and_people(self, full: bytes) -> None:
        detail = product(full, "E101").find(f"{NS}DescriptiveDetail")
        assert detail is not None
        assert texts(detail, "TitleDetail/TitleElement/TitleText") == ["Numbers & signs"]
        assert texts(detail, "TitleDetail/TitleElement/Subtitle") == ["A guide"]
        assert texts(detail, "Collection/TitleDetail/TitleElement/PartNumber") == ["3"]
        assert texts(detail, "Collection/TitleDetail/TitleElement/TitleText") == ["Guides"]
        assert texts(detail, "Contributor/ContributorRole") == ["A01", "B06", "Z99", "B01"]
        assert texts(detail, "Contributor/PersonNameInverted") == ["Lovelace, Ada"]
        assert texts(detail, "Contributor/CorporateName") == ["The Sums Office"]
        assert texts(detail, "Contributor/CorporateNameInverted") == ["Sums Office, The"]

    def test_the_language_has_its_script_and_country(self, full: bytes) -> None:
        detail = product(full, "E101").find(f"{NS}DescriptiveDetail/{NS}Language")
        assert detail is not None
        assert [(it.tag.removeprefix(NS), it.text) for it in detail] == [
            ("LanguageRole", "01"),
            ("LanguageCode", "chi"),
            ("CountryCode", "TW"),
            ("ScriptCode", "Hant"),
        ]

    def test_subjects_have_their_schemes(self, full: bytes) -> None:
        subjects = product(full, "E101").findall(f"{NS}DescriptiveDetail/{NS}Subject")
        rows = [
            (
                subject.findtext(f"{NS}SubjectSchemeIdentifier"),
                subject.findtext(f"{NS}SubjectSchemeName"),
                subject.findtext(f"{NS}SubjectCode"),
                subject.find(f"{NS}MainSubject") is not None,
            )
            for subject in subjects
        ]
        assert rows == [
            ("93", None, "PB", True),
            ("94", None, "1FPC", False),
            ("10", None, "MAT000000", True),
            ("24", "HOUSE", "S1", True),
            ("20", None, None, False),
        ]
        assert subjects[-1].findtext(f"{NS}SubjectHeadingText") == "sums; arithmetic"

    def test_descriptions_are_short_long_and_by_chapters(self, full: bytes) -> None:
        contents = product(full, "E101").findall(f"{NS}CollateralDetail/{NS}TextContent")
        assert [content.findtext(f"{NS}TextType") for content in contents] == ["02", "03", "04"]
        assert contents[0].findtext(f"{NS}Text") == "Short."
        assert texts(contents[1], "Text/p") == ["One paragraph.", "Another."]
        assert texts(contents[2], "Text/ol/li") == ["One"]

    def test_long_description_has_no_short_version(self, tmp_path: Path) -> None:
        manifest = FULL.replace("description: Short.", f"description: {'word ' * 100}")
        result = product(made(tmp_path, manifest).data, "E101")
        assert texts(result, "CollateralDetail/TextContent/TextType") == ["03", "04"]


class TestAccessibility:
    def test_epub_features_match_its_metadata(self, full: bytes) -> None:
        text = features(product(full, "E101"), "09")
        expected = {
            "04",
            "10",
            "11",
            "13",
            "14",
            "17",
            "19",
            "22",
            "29",
            "36",
            "41",
            "52",
            "53",
            "75",
            "82",
            "85",
        }
        assert expected <= text.keys() and "12" not in text and "16" not in text and "15" not in text
        assert text["90"] == "Ada" and text["89"] == "https://example.org/badge"
        assert text["94"] == "https://example.org/report"
        assert (text["00"] or "").startswith("The book has")
        assert features(product(full, "E101"), "12").keys() == {"13", "16"}

    def test_pdf_features_match_its_tags(self, full: bytes) -> None:
        text = features(product(full, "E107"), "09")
        assert text.keys() == {"05", "11", "13", "14", "22", "52", "53"}

    def test_picture_without_alt_text_is_not_declared_as_described(self, tmp_path: Path) -> None:
        data = made(tmp_path, text="# One\n\n![](dot.png)\n").data
        for detail in ("E101", "E107"):
            assert not {"14", "52"} & features(product(data, detail), "09").keys()

    def test_page_count_is_declared_if_the_pdf_is_built(self, tmp_path: Path) -> None:
        data = made(tmp_path, formats="format: {epub: default, onix: default}\n").data
        assert not {"19", "41"} & features(product(data, "E101"), "09").keys()

    def test_formulas_of_kindle_are_pictures(self, tmp_path: Path) -> None:
        data = made(tmp_path, formats="format: {epub: {store: kindle}, onix: default}\n").data
        text = features(product(data, "E101"), "09")
        assert "17" not in text and "53" in text

    def test_unknown_hazards_are_declared_separately(self, tmp_path: Path) -> None:
        data = made(tmp_path, FULL.replace("[flashing, noSoundHazard]", "unknown")).data
        assert features(product(data, "E101"), "12").keys() == {"24", "25", "26"}


class TestSupply:
    def prices(self, data: bytes, detail: str) -> Iterator[tuple[str | None, ...]]:
        names = ("PriceType", "PriceAmount", "CurrencyCode", "UnpricedItemType")
        for price in product(data, detail).iter(f"{NS}Price"):
            countries = price.findtext(f"{NS}Territory/{NS}CountriesIncluded")
            yield (*(price.findtext(NS + name) for name in names), countries)

    def test_prices_are_those_of_the_output(self, full: bytes) -> None:
        assert [*self.prices(full, "E101")] == [("02", "19.90", "EUR", None, "DE")]
        assert [*self.prices(full, "E107")][1] == ("01", "7.00", "USD", None, None)

    def test_free_book_is_declared_and_missing_prices_are_unpriced(self, tmp_path: Path) -> None:
        formats = "format: {epub: default, onix: {prices: [{amount: 0}]}}\n"
        data = made(tmp_path, formats=formats).data
        assert [*self.prices(data, "E101")] == [(None, None, None, "01", None)]
        assert faults(tmp_path, data) == []
        data = made(tmp_path, formats="format: {epub: default, onix: default}\n").data
        assert texts(product(data, "E101"), "ProductSupply/SupplyDetail/UnpricedItemType") == ["04"]

    def test_rights_date_and_state(self, tmp_path: Path, full: bytes) -> None:
        result = product(full, "E101")
        assert texts(result, "PublishingDetail/SalesRights/Territory/CountriesIncluded") == ["DE AT"]
        assert texts(result, "PublishingDetail/PublishingDate/Date") == ["20260304"]
        assert texts(result, "PublishingDetail/PublishingStatus") == ["04"]
        assert texts(result, "ProductSupply/SupplyDetail/ProductAvailability") == ["20"]
        formats = "format: {epub: default, onix: {status: forthcoming, countries: WORLD}}\n"
        data = made(tmp_path, formats=formats).data
        result = product(data, "E101")
        assert texts(result, "PublishingDetail/SalesRights/Territory/RegionsIncluded") == ["WORLD"]
        assert texts(result, "PublishingDetail/PublishingStatus") == ["02"]
        assert texts(result, "NotificationType") == ["02"]
        assert texts(result, "ProductSupply/SupplyDetail/ProductAvailability") == ["10"]
        assert faults(tmp_path, data) == []

    @pytest.mark.parametrize(
        "price", ["{amount: 5}", "{amount: 0, currency: EUR}", "{amount: 1.234, currency: EUR}"]
    )
    def test_invalid_price_is_rejected(self, tmp_path: Path, price: str) -> None:
        formats = f"format: {{epub: default, onix: {{prices: [{price}]}}}}\n"
        files = {"source/book.yaml": FULL + formats, "source/section.md": "# One\n"}
        project = Project(write_files(tmp_path / "p", files))
        _, _, findings = read_project(project, Cache(tmp_path / "cache"))
        errors = [it for it in findings if it.severity is Severity.ERROR]
        assert errors and all(it.span and it.span.line == FULL.count("\n") + 1 for it in errors)


class TestMessage:
    def test_record_is_reproducible_and_sealed(self, tmp_path: Path, full: bytes) -> None:
        assert made(tmp_path).data == full
        assert texts(etree.fromstring(full), "Header/SentDateTime") == ["20260304T000000Z"]
        assert texts(etree.fromstring(full), "Header/Sender/SenderName") == ["House"]
        assert texts(etree.fromstring(full), "Header/Sender/EmailAddress") == ["shops@example.org"]
        assert has_valid_digest(full)
        assert not has_valid_digest(full.replace(b"Ada", b"Eve", 1)) and not has_valid_digest(full + b"\n")

    def test_missing_bookshop_metadata_is_reported(self, tmp_path: Path) -> None:
        assert made(tmp_path / "a").findings == []
        bare = made(
            tmp_path / "b",
            "book: {title: T, chapters: [section.md]}\n",
            "format: {epub: default, onix: default}\n",
        )
        (finding,) = bare.findings
        assert finding.code == "ONX001"
        for word in ("ISBN of the EPUB", "publisher", "date", "description", "Thema or BISAC", "author"):
            assert word in finding.message

    def test_the_check_finds_a_damaged_one(self, full: bytes) -> None:
        assert check_record(full) == []
        (finding,) = check_record(full[:500])
        assert "the XML is not well-formed" in finding.message
        twice = full.replace(b"9781861972712", b"9783161484100")
        assert any("is shared by 2 products" in it.message for it in check_record(twice))
        assert any("not an ONIX 3.0 message" in it.message for it in check_record(b"<a/>"))


@pytest.mark.parametrize(
    ("tag", "code", "parts"),
    [
        ("en-GB", "eng", ("", "GB")),
        ("de", "ger", ("", "")),
        ("zh-Hans", "chi", ("Hans", "")),
        ("zh-cmn-Hant-tw", "chi", ("Hant", "TW")),
        ("sl-rozaj-biske", "slv", ("", "")),
        ("de-1996", "ger", ("", "")),
        ("gsw", "gsw", ("", "")),
    ],
)
def test_languages_have_the_codes_of_libraries(tag: str, code: str, parts: tuple[str, str]) -> None:
    assert (get_library_code(tag), get_script_and_country(tag)) == (code, parts)
