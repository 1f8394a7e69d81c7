"""Test the package of an e-book: requirements of EPUB 3.3, and consistency of its lists."""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from lxml import etree
from PIL import Image

from tests.writers.epub.conftest import EVERYTHING, Write, write_output
from triptych.checks.epub import check_epub
from triptych.theme.theme import load_theme

NS = {
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "x": "http://www.w3.org/1999/xhtml",
    "ncx": "http://www.daisy.org/z3986/2005/ncx/",
    "epub": "http://www.idpf.org/2007/ops",
}
CHART = '::: {{{} .chart data=data.csv x=x y=y type=line fig-alt="It rises."}}\nX\n:::\n\n'
PARTS = (
    "  chapters:\n    - part: One\n      chapters: [section.md]\n"
    "    - part: Zweiter Teil\n      chapters: [other.md]\n"
)


class Package:
    """An e-book that has been opened."""

    def __init__(self, data: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self.names = self.archive.namelist()
        self.opf = self.xml("EPUB/package.opf")

    def xml(self, name: str) -> etree._Element:
        return etree.fromstring(self.archive.read(name))

    def texts(self, path: str) -> list[str]:
        return [str(element.text) for element in self.opf.iterfind(f".//{path}", NS)]

    def property(self, name: str) -> list[str]:
        return [
            str(element.text)
            for element in self.opf.iterfind(".//opf:meta", NS)
            if element.get("property") == name
        ]

    def items(self) -> list[dict[str, str]]:
        return [dict(item.attrib) for item in self.opf.iterfind(".//opf:item", NS)]

    def hrefs(self, name: str, path: str, attribute: str) -> list[str]:
        return [element.get(attribute, "") for element in self.xml(name).iterfind(f".//{path}", NS)]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """Return the e-book of a section with every construct. Tests must not change it."""
    data, result = write_output("epub", tmp_path_factory.mktemp("everything"), EVERYTHING)
    assert not result
    assert check_epub(data) == []
    return Package(data)


@pytest.fixture
def package(write: Write):
    """Return a function that opens the e-book of a section, as in ``package(markdown, …)``."""
    return lambda *args, **more: Package(write("epub", *args, **more)[0])


class TestContainer:
    def test_first_file_is_the_uncompressed_mimetype(self, everything: Package) -> None:
        first = everything.archive.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
        assert everything.archive.read(first) == b"application/epub+zip"

    def test_the_others_follow_by_name(self, everything: Package) -> None:
        assert everything.names[1:] == sorted(everything.names[1:])

    def test_names_are_unique_regardless_of_case(self, everything: Package) -> None:
        folded = [name.casefold() for name in everything.names]
        assert len(set(folded)) == len(folded)

    def test_all_have_the_time_of_the_book(self, everything: Package) -> None:
        assert {info.date_time for info in everything.archive.infolist()} == {(2024, 5, 6, 0, 0, 0)}

    def test_package_does_not_reveal_its_build_machine(self, everything: Package) -> None:
        infos = everything.archive.infolist()
        assert {(i.create_system, i.external_attr, i.extra, i.comment) for i in infos} == {
            (3, 0o644 << 16, b"", b"")
        }

    def test_names_are_ascii_without_spaces(self, package) -> None:
        result = package(
            "![A](<mein Bild ü.png>)\n\n" + CHART.format("#fig-größe"),
            book="  chapters: [Über uns/Größe 1.md]\n",
            files={
                "source/Über uns/Größe 1.md": "![A](<mein Bild ü.png>)\n\n" + CHART.format("#fig-größe"),
                "source/mein Bild ü.png": EVERYTHING["source/dot.png"],
            },
        )
        assert [name for name in result.names if not re.fullmatch(r"[A-Za-z0-9._/-]+", name)] == []

    def test_the_container_names_the_package(self, everything: Package) -> None:
        (root,) = everything.xml("META-INF/container.xml").iter(
            "{urn:oasis:names:tc:opendocument:xmlns:container}rootfile"
        )
        assert root.get("full-path") == "EPUB/package.opf"

    def test_apple_books_option_is_set_if_fonts_are_embedded(self, everything: Package, package) -> None:
        name = "META-INF/com.apple.ibooks.display-options.xml"
        (option,) = everything.xml(name).iter("option")
        assert (option.get("name"), option.text) == ("specified-fonts", "true")
        assert name not in package(more="format:\n  epub:\n    embed-fonts: false\n").names


class TestMetadata:
    def test_required_package_elements_are_unique(self, everything: Package) -> None:
        identifier = everything.opf.get("unique-identifier")
        assert everything.opf.get("version") == "3.0"
        assert len(everything.opf.xpath(f'//dc:identifier[@id="{identifier}"]', namespaces=NS)) == 1
        assert everything.texts("dc:title") == ["Every construct", "of them all"]
        assert everything.texts("dc:language") == ["en"]
        assert everything.property("dcterms:modified") == ["2024-05-06T00:00:00Z"]

    def test_people_have_their_roles(self, package) -> None:
        result = package(
            book="  file-as: Book, A\n  author:\n    - Ada Lovelace\n    - {name: Max Brod, role: edt, file-as: 'Brod, Max'}\n"
            "  chapters: [section.md]\n"
        )
        assert result.texts("dc:creator") == ["Ada Lovelace"]
        assert result.texts("dc:contributor") == ["Max Brod"]
        assert result.property("role") == ["aut", "edt"]
        assert result.property("file-as") == ["Book, A", "Brod, Max"]

    def test_refined_elements_exist(self, everything: Package) -> None:
        ids = {element.get("id") for element in everything.opf.iter() if element.get("id")}
        refined = [element.get("refines", "") for element in everything.opf.iter() if element.get("refines")]
        assert {name.removeprefix("#") for name in refined} <= ids

    def test_markup_in_titles_is_text(self, package) -> None:
        result = package(book="  subtitle: '<b>&amp; more'\n  chapters: [section.md]\n")
        assert result.texts("dc:title")[1] == "<b>&amp; more"

    def test_the_name_of_the_book_is_its_identifier_each_time(self, package) -> None:
        assert package().texts("dc:identifier") == package("Other.\n").texts("dc:identifier")

    def test_written_identifier_is_kept(self, package) -> None:
        result = package(book="  identifier: urn:isbn:9780306406157\n  chapters: [section.md]\n")
        assert result.texts("dc:identifier") == ["urn:isbn:9780306406157"]
        assert result.xml("EPUB/toc.ncx").find(".//ncx:meta[@name='dtb:uid']", NS).get("content") == (
            "urn:isbn:9780306406157"
        )

    def test_series_subjects_isbn_and_source_are_written(self, package) -> None:
        result = package(
            book="  identifier: urn:uuid:6ba7b810-9dad-51d1-80b4-00c04fd430c8\n  isbn: 978-0-306-40615-7\n"
            "  source: urn:isbn:3-16-148410-X\n  keywords: steam\n"
            "  subjects: [Engines, {name: Trains, authority: THEMA, term: WGF}]\n"
            "  series: {name: Engines of the world, number: 2}\n  chapters: [section.md]\n"
        )
        assert result.texts("dc:identifier") == [
            "urn:uuid:6ba7b810-9dad-51d1-80b4-00c04fd430c8",
            "urn:isbn:9780306406157",
        ]
        assert result.texts("dc:source") == ["urn:isbn:9783161484100"]
        assert result.texts("dc:subject") == ["steam", "Engines", "Trains"]
        assert (result.property("authority"), result.property("term")) == (["THEMA"], ["WGF"])
        assert result.property("belongs-to-collection") == ["Engines of the world"]
        assert result.property("collection-type") == ["series"]
        assert result.property("group-position") == ["2"]

    def test_an_isbn_is_the_name_of_a_book_without_another(self, package) -> None:
        result = package(book="  isbn: 3-16-148410-X\n  chapters: [section.md]\n")
        assert result.texts("dc:identifier") == ["urn:isbn:9783161484100"]

    def test_modified_is_never_the_clock(self, package) -> None:
        (instant,) = package().property("dcterms:modified")
        assert dt.datetime.fromisoformat(instant).year == 1980

    def test_a_cover_is_in_the_package(self, package) -> None:
        result = package(book="  cover-image: dot.png\n  chapters: [section.md]\n")
        (cover,) = self.covers(result)
        assert cover["href"] != "images/cover.png"
        assert "EPUB/images/cover.png" not in result.names

    def covers(self, made: Package) -> list[dict[str, str]]:
        return [item for item in made.items() if "cover-image" in item.get("properties", "").split()]

    def test_book_without_a_cover_gets_one(self, everything: Package) -> None:
        (cover,) = self.covers(everything)
        assert (cover["href"], cover["media-type"]) == ("images/cover.png", "image/png")
        (named,) = (
            element
            for element in everything.opf.iterfind(".//opf:meta", NS)
            if element.get("name") == "cover"
        )
        assert named.get("content") == cover["id"]
        with Image.open(io.BytesIO(everything.archive.read("EPUB/images/cover.png"))) as image:
            assert image.size == (1600, 2560)

    def test_cover_is_alone_on_the_first_page(self, everything: Package) -> None:
        (first, *_) = (element.get("idref") for element in everything.opf.iterfind(".//opf:itemref", NS))
        assert [item["href"] for item in everything.items() if item["id"] == first] == ["text/cover.xhtml"]
        page = everything.xml("EPUB/text/cover.xhtml")
        (image,) = page.iterfind(".//x:img", NS)
        assert (image.get("src"), image.get("alt")) == ("../images/cover.png", "Cover: Every construct")
        assert not "".join(page.find("x:body", NS).itertext()).strip()


class TestLists:
    def test_every_file_is_listed_once_and_every_listed_file_is_there(self, everything: Package) -> None:
        listed = sorted(f"EPUB/{item['href']}" for item in everything.items())
        present = sorted(n for n in everything.names if n.startswith("EPUB/") and n != "EPUB/package.opf")
        assert listed == present

    @pytest.mark.parametrize(
        "ids",
        [("#fig-a_b", "#fig-a-b"), ("#fig-a.b", "#fig-a:b"), ("#fig-ä", "#fig-ö"), ("#fig-A", "#fig-a")],
    )
    def test_items_have_unique_ids_and_names(self, package, ids: tuple[str, str]) -> None:
        kindle = "format:\n  epub: {store: kindle}\n"
        items = package("".join(CHART.format(name) for name in ids), more=kindle).items()
        drawings = [item for item in items if item["href"].startswith("images/fig")]
        assert len({item["href"].casefold() for item in drawings}) == 2
        assert len({item["id"] for item in items}) == len(items)

    def test_media_types_are_core_media_types(self, everything: Package) -> None:
        assert {item["media-type"] for item in everything.items()} <= {
            "application/xhtml+xml",
            "application/x-dtbncx+xml",
            "text/css",
            "font/otf",
            "font/ttf",
            "image/png",
        }

    def test_the_spine_is_all_pages_once(self, everything: Package) -> None:
        ids = {item["id"]: item for item in everything.items()}
        spine = [ref.get("idref") for ref in everything.opf.iterfind(".//opf:itemref", NS)]
        pages = [name for name, item in ids.items() if item["media-type"] == "application/xhtml+xml"]
        assert sorted(spine) == sorted(pages)
        assert ids[everything.opf.find("opf:spine", NS).get("toc")]["href"] == "toc.ncx"

    @pytest.mark.parametrize("markdown", ["Text.\n", "## The $x^2$\n", "# $y$\n\n## $x$\n"])
    def test_one_item_is_the_navigation(self, package, markdown: str) -> None:
        """Test the navigation item of a book with a formula in a heading, and thus in the contents."""
        navs = [i["href"] for i in package(markdown).items() if "nav" in i.get("properties", "").split()]
        assert navs == ["nav.xhtml"]

    def test_pages_with_formulas_declare_mathml(self, everything: Package) -> None:
        for item in everything.items():
            if item["media-type"] == "application/xhtml+xml":
                has = b"<math" in everything.archive.read(f"EPUB/{item['href']}")
                assert ("mathml" in item.get("properties", "").split()) == has

    @pytest.mark.parametrize(
        "book",
        [
            "  chapters:\n    - part: One\n      chapters: [part-one.md]\n",
            "  chapters: [sources.md, nav.md, title-page.md, imprint.md, cover.md]\n",
            "  chapters: [a/section.md, b/section.md]\n",
        ],
    )
    def test_sections_named_like_other_pages_are_complete(self, write: Write, book: str) -> None:
        names = re.findall(r"[\w/-]+\.md", book)
        data, _ = write("epub", book=book, files={f"source/{n}": f"Words of {n}.\n" for n in names})
        assert [str(finding) for finding in check_epub(data)] == []
        package = Package(data)
        words = "".join(package.archive.read(n).decode() for n in package.names if n.endswith(".xhtml"))
        assert [name for name in names if f"Words of {name}." not in words] == []

    def test_book_consisting_of_an_imprint_starts_there(self, write: Write) -> None:
        files = {"source/section.md": "---\nrole: imprint\n---\nText.\n"}
        data, _ = write("epub", book="  chapters: [section.md]\n", files=files)
        assert [str(finding) for finding in check_epub(data)] == []


class TestContents:
    @pytest.fixture
    def parts(self, package) -> Package:
        text = "## One *two* [link](#sec-b){#x}^[Note.] & more\n\n### Deep {#sec-deep}\n\n## Next {.unnumbered}\n"
        return package(text, book=PARTS, files={"source/other.md": "## B {#sec-b}\n"})

    def test_ncx_matches_the_navigation(self, parts: Package) -> None:
        nav = parts.xml("EPUB/nav.xhtml").find(".//x:nav[@id='toc']", NS)
        links = [(a.get("href"), " ".join("".join(a.itertext()).split())) for a in nav.iterfind(".//x:a", NS)]
        points = [
            (
                point.find("ncx:content", NS).get("src"),
                " ".join(point.findtext("ncx:navLabel/ncx:text", "", NS).split()),
            )
            for point in parts.xml("EPUB/toc.ncx").iterfind(".//ncx:navPoint", NS)
        ]
        assert points == links
        assert "One two link & more" in links[2][1]

    def test_play_order_counts_from_one(self, parts: Package) -> None:
        orders = parts.hrefs("EPUB/toc.ncx", "ncx:navPoint", "playOrder")
        assert orders == [str(number) for number in range(1, len(orders) + 1)]

    def test_every_entry_points_to_an_element(self, parts: Package) -> None:
        for href in parts.hrefs("EPUB/nav.xhtml", "x:a", "href"):
            path, _, fragment = href.partition("#")
            page = parts.xml(posixpath.join("EPUB", path))
            assert not fragment or page.xpath(f'//*[@id="{fragment}"]'), href

    def test_entries_follow_the_spine_order(self, parts: Package) -> None:
        ids = {item["id"]: item["href"] for item in parts.items()}
        spine = [ids[ref.get("idref", "")] for ref in parts.opf.iterfind(".//opf:itemref", NS)]
        toc = parts.xml("EPUB/nav.xhtml").find(".//x:nav[@id='toc']", NS)
        pages = [a.get("href", "").partition("#")[0] for a in toc.iterfind(".//x:a", NS)]
        assert [spine.index(page) for page in pages] == sorted(spine.index(page) for page in pages)

    def test_links_are_not_nested(self, parts: Package) -> None:
        assert not parts.xml("EPUB/nav.xhtml").xpath("//x:a//x:a", namespaces=NS)

    def test_landmarks_have_a_type_each(self, everything: Package) -> None:
        nav = everything.xml("EPUB/nav.xhtml").find(".//x:nav[@id='landmarks']", NS)
        types = [a.get(f"{{{NS['epub']}}}type") for a in nav.iterfind(".//x:a", NS)]
        assert types == ["cover", "titlepage", "copyright-page", "toc", "bodymatter", "bibliography"]

    def test_every_page_has_a_title_and_a_language(self, everything: Package) -> None:
        for name in (name for name in everything.names if name.endswith(".xhtml")):
            page = everything.xml(name)
            assert (page.findtext("x:head/x:title", "", NS) or "").strip(), name
            assert page.get("lang") == page.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"


class TestAccessibility:
    def said(self, made: Package) -> dict[str, list[str]]:
        return {
            name: made.property(f"schema:{name}")
            for name in ("accessMode", "accessModeSufficient", "accessibilityFeature", "accessibilityHazard")
        }

    def test_a_book_of_words_is_textual_only(self, package) -> None:
        text = self.said(package())
        assert text["accessMode"] == text["accessModeSufficient"] == ["textual"]
        assert "alternativeText" not in text["accessibilityFeature"]
        assert text["accessibilityHazard"] == ["none"]

    def test_described_pictures_are_visual_and_have_alternatives(self, package) -> None:
        text = self.said(package("![A dot](dot.png)\n"))
        assert text["accessMode"] == ["textual", "visual"]
        assert text["accessModeSufficient"] == ["textual", "textual,visual"]
        assert "alternativeText" in text["accessibilityFeature"]

    @pytest.mark.parametrize(
        "markdown",
        ["![](dot.png)\n", "![A](dot.png) ![](dot.png)\n", CHART.format("").replace("It rises.", "")],
    )
    def test_with_a_missing_alternative_none_is_claimed(self, package, markdown: str) -> None:
        result = package(markdown)
        text = self.said(result)
        assert "alternativeText" not in text["accessibilityFeature"]
        assert text["accessModeSufficient"] == ["textual,visual"]
        assert "lack alternative texts" in result.property("schema:accessibilitySummary")[0]

    def test_charts_have_their_numbers(self, package) -> None:
        result = package(CHART.format("#fig-c"))
        assert "longDescription" in self.said(result)["accessibilityFeature"]
        cells = result.xml("EPUB/text/section.xhtml").xpath("//x:details//x:td", namespaces=NS)
        assert [text for cell in cells if (text := "".join(cell.itertext()))] == ["2", "3"]

    def test_formulas_are_mathml_and_have_their_words(self, package) -> None:
        features = self.said(package("$x$\n"))["accessibilityFeature"]
        assert {"MathML", "describedMath"} <= set(features)

    def test_formula_in_a_header_is_read_as_its_name(self, package) -> None:
        """Test a header cell with a formula: its name is read for each cell, but Ace ignores MathML."""
        result = package("| $y_1$ | b |\n|---|---|\n| $c$ | d |\n\n: T\n")
        table = result.xml("EPUB/text/section.xhtml").find(".//x:table", NS)
        maths = [math.get("aria-label") for math in table.iterfind(".//{*}math")]
        assert maths == ["y sub 1", None]

    def test_existing_index_is_declared(self, package) -> None:
        assert "index" in self.said(package("[Said]{.index} so.\n"))["accessibilityFeature"]
        assert "index" not in self.said(package())["accessibilityFeature"]

    def test_slide_only_content_is_neither_packaged_nor_counted(self, package) -> None:
        result = package("::: {.slide title=T}\n![A dot](dot.png)\n:::\n")
        assert [name for name in result.names if "/images/" in name] == ["EPUB/images/cover.png"]
        assert self.said(result)["accessMode"] == ["textual"]

    def test_ids_of_authors_do_not_meet_ids_of_the_page(self, write: Write) -> None:
        data, _ = write("epub", '[x]{#_title} <span id="_note-1">y</span> <span id="_notes">z</span>^[N]\n')
        assert [str(finding) for finding in check_epub(data)] == []

    def test_ids_have_no_spaces(self, package) -> None:
        page = package('<span id="a b">x</span>\n').xml("EPUB/text/section.xhtml")
        assert [element.get("id") for element in page.iter() if " " in element.get("id", "")] == []


class TestFonts:
    def test_fonts_are_embedded_only_on_request(self, package) -> None:
        result = package(more="format:\n  epub:\n    embed-fonts: false\n")
        assert [name for name in result.names if "font" in name] == []
        assert b"@font-face" not in result.archive.read("EPUB/style.css")
        assert b"Open Font License" not in result.archive.read("EPUB/text/imprint.xhtml")

    def test_faces_are_those_of_the_style_sheet(self, everything: Package) -> None:
        matches = re.findall(r"url\(([^)]+)\)", everything.archive.read("EPUB/style.css").decode())
        assert sorted(matches) == sorted(
            n.removeprefix("EPUB/") for n in everything.names if n.startswith("EPUB/fonts/")
        )
        theme = load_theme()
        families = {face.name: face.family for face in (*theme.faces, *theme.math_faces)}
        assert {families[Path(name).name] for name in matches} == {
            getattr(theme, role) for role in ("serif", "sans", "mono", "math")
        }

    def test_the_mathematical_font_is_that_of_the_theme_and_only_for_formulas(self, package) -> None:
        theme = {"source/theme.yaml": "extends: house\nfamilies: {math: Noto Sans Math}\n"}
        sans = package("In $x \\to ℝ$.\n", more="theme: theme.yaml\n", files=theme)
        style = sans.archive.read("EPUB/style.css").decode()
        assert re.search(r'\bmath {[^}]* font-family: "Noto Sans Math",', style)
        data = sans.archive.read("EPUB/fonts/NotoSansMath-Regular.ttf")
        assert set(map(ord, "𝑥→ℝ")) <= TTFont(io.BytesIO(data)).getBestCmap().keys()
        assert [name for name in package("In $x$.\n").names if "Math" in name] == [
            "EPUB/fonts/Garamond-Math.otf"
        ]
        plain = package("No formula → here.\n")
        assert not [name for name in plain.names if "Math" in name]
        assert "math" not in plain.archive.read("EPUB/style.css").decode()

    def test_a_font_has_the_characters_of_the_book_and_few_others(self, package) -> None:
        result = package("Ωmega, naïve, 5 €.\n")
        for name in (name for name in result.names if name.startswith("EPUB/fonts/EBGaramond-R")):
            known = set(TTFont(io.BytesIO(result.archive.read(name))).getBestCmap())
            assert set(map(ord, "Ωmegaï€5")) <= known
            assert not known & set(map(ord, "ΨжЉ"))
            assert len(known) < 140

    def test_small_script_has_embedded_fonts_and_a_large_one_uses_the_device(self, package) -> None:
        arabic = package("نص عربي\n", more="lang: ar\n")
        assert "EPUB/fonts/NotoNaskhArabic-Regular.ttf" in arabic.names
        assert "EPUB/fonts/NotoSerifSC-Regular.otf" in package("One word: 中文\n").names
        many = "".join(map(chr, range(0x4E00, 0x4E00 + 2500)))
        chinese = package(many + "\n", more="lang: zh\n")
        assert not [name for name in chinese.names if "Noto" in name]
        assert "Songti SC" in chinese.archive.read("EPUB/style.css").decode()

    def test_emoji_are_those_of_the_device(self, package) -> None:
        assert not [name for name in package("🎉\n").names if "Emoji" in name]

    def test_fonts_of_scripts_are_in_the_manifest(self, package) -> None:
        result = package("中文 and עברית\n")
        types = {item["href"]: item["media-type"] for item in result.items()}
        fonts = [name.removeprefix("EPUB/") for name in result.names if "/fonts/" in name]
        assert {types[name] for name in fonts} == {"font/ttf", "font/otf"}


class TestReadingDirection:
    def test_right_to_left_book_declares_its_direction_everywhere(self, package) -> None:
        result = package("نص `f(x)` و[word]{lang=en}.\n\n```\nf(x)\n```\n", more="lang: ar\n")
        assert result.opf.find("opf:spine", NS).get("page-progression-direction") == "rtl"
        page = result.xml("EPUB/text/section.xhtml")
        assert page.get("dir") == result.xml("EPUB/nav.xhtml").get("dir") == "rtl"
        for name in ("code", "pre"):
            assert page.find(f".//x:{name}", NS).get("dir") == "ltr"
        assert page.find(".//x:span[@lang='en']", NS).get("dir") == "ltr"

    def test_a_style_sheet_names_no_direction(self, package) -> None:
        """Test that style sheets do not set the direction: EPUB 3.3, 6.3.2, takes it from the markup."""
        css = package("نص\n", more="lang: ar\n").archive.read("EPUB/style.css").decode()
        assert not re.search(r"(?<![\w-])(direction|unicode-bidi)\s*:", css)
        assert "padding-right: 1.5em" in css

    @pytest.mark.parametrize(
        ("book", "chapter", "turned", "side"), [("en", "ar", "rtl", "right"), ("ar", "en", "ltr", "left")]
    )
    def test_chapter_in_the_other_direction_has_its_styles(
        self, package, book: str, chapter: str, turned: str, side: str
    ) -> None:
        files = {"source/own.md": f"---\nlang: {chapter}\n---\n\n# A\n\n- B\n"}
        lines = f"  lang: {book}\n  chapters: [section.md, own.md]\n"
        result = package("# C\n", book=lines, files=files)
        sheets = {
            name: result.xml(f"EPUB/text/{name}.xhtml").find("x:head/x:link", NS).get("href")
            for name in ("section", "own")
        }
        assert sheets == {"section": "../style.css", "own": f"../style-{turned}.css"}
        css = result.archive.read(f"EPUB/style-{turned}.css").decode()
        assert (
            re.search(rf"^h1, [^{{]*\{{ text-align: {side};", css, re.M) and f"padding-{side}: 1.5em" in css
        )
        elements = {item.get("href") for item in result.opf.iterfind(".//opf:item", NS)}
        assert {"style.css", f"style-{turned}.css"} <= elements

    def test_a_book_from_the_left_needs_no_word(self, package) -> None:
        result = package("A [passage in שלום]{lang=he}.\n")
        assert [name for name in result.names if name.endswith(".css")] == ["EPUB/style.css"]
        assert result.opf.find("opf:spine", NS).get("page-progression-direction") is None
        assert result.xml("EPUB/text/section.xhtml").find(".//x:span[@lang='he']", NS).get("dir") == "rtl"


class TestDeclaredAccessibility:
    def test_conformance_is_not_claimed_by_default(self, everything: Package) -> None:
        opf = etree.tostring(everything.opf)
        assert not any(word in opf for word in (b"conformsTo", b"certif", b"exemption", b"pageBreakSource"))

    def test_declared_accessibility_uses_standard_terms(self, write: Write) -> None:
        text = """  accessibility:
    conforms-to: WCAG 2.2 Level AA
    certified-by: A & B
    credential: https://example.org/c
    report: https://example.org/r
    exemption: eaa-microenterprise
    hazards: [noFlashingHazard, noSoundHazard]
    summary: In my words.
"""
        package = Package(write("epub", book=f"  chapters: [section.md]\n{text}")[0])
        assert package.property("dcterms:conformsTo") == ["EPUB Accessibility 1.1 - WCAG 2.2 Level AA"]
        assert package.property("a11y:certifiedBy") == ["A & B"]
        assert package.property("a11y:certifierCredential") == ["https://example.org/c"]
        assert package.property("a11y:exemption") == ["eaa-microenterprise"]
        assert package.property("schema:accessibilityHazard") == ["noFlashingHazard", "noSoundHazard"]
        assert package.property("schema:accessibilitySummary") == ["In my words."]
        (report,) = package.opf.iterfind(".//opf:link", NS)
        assert (report.get("rel"), report.get("href")) == ("a11y:certifierReport", "https://example.org/r")


def test_each_person_has_their_role(write: Write) -> None:
    book = (
        "  author:\n    - Ada Lovelace\n    - {name: Charles Babbage, role: edt}\n"
        "    - {name: Sophia Frend, role: cov}\n  chapters: [section.md]\n"
    )
    package = Package(write("epub", book=book, more="lang: fr\n")[0])

    def lines(page: str) -> list[str]:
        return [
            "".join(element.itertext()) for element in package.xml(f"EPUB/text/{page}").iterfind(".//x:p", NS)
        ]

    assert lines("title-page.xhtml") == ["Ada Lovelace", "Édition établie par Charles Babbage"]
    assert "Couverture par Sophia Frend" in lines("imprint.xhtml")


def test_a_cover_names_the_editor_of_a_book_without_an_author(write: Write) -> None:
    book = "  author: {name: Charles Babbage, role: edt}\n  chapters: [section.md]\n"
    with_editor, without = (write("epub", book=text)[0] for text in (book, "  chapters: [section.md]\n"))
    covers = [
        next(Package(data).archive.read(n) for n in Package(data).names if "cover." in n and "xhtml" not in n)
        for data in (with_editor, without)
    ]
    assert covers[0] != covers[1]
