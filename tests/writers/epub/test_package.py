"""The package of an e-book: what EPUB 3.3 asks of it, and that its lists agree with each other."""

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
    """An e-book, opened."""

    def __init__(self, data: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self.names = self.archive.namelist()
        self.opf = self.xml("EPUB/package.opf")

    def xml(self, name: str) -> etree._Element:
        return etree.fromstring(self.archive.read(name))

    def texts(self, path: str) -> list[str]:
        return [str(element.text) for element in self.opf.iterfind(f".//{path}", NS)]

    def property(self, name: str) -> list[str]:
        return [str(e.text) for e in self.opf.iterfind(".//opf:meta", NS) if e.get("property") == name]

    def items(self) -> list[dict[str, str]]:
        return [dict(item.attrib) for item in self.opf.iterfind(".//opf:item", NS)]

    def hrefs(self, name: str, path: str, attribute: str) -> list[str]:
        return [element.get(attribute, "") for element in self.xml(name).iterfind(f".//{path}", NS)]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The e-book of a section with every construct. Not to be changed."""
    data, found = write_output("epub", tmp_path_factory.mktemp("everything"), EVERYTHING)
    assert not found
    assert check_epub(data) == []
    return Package(data)


@pytest.fixture
def package(write: Write):
    """``package(markdown, …)``: an e-book, opened."""
    return lambda *args, **more: Package(write("epub", *args, **more)[0])


class TestContainer:
    def test_the_first_file_is_the_mimetype_as_it_is(self, everything: Package) -> None:
        first = everything.archive.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
        assert everything.archive.read(first) == b"application/epub+zip"

    def test_the_others_follow_by_name(self, everything: Package) -> None:
        assert everything.names[1:] == sorted(everything.names[1:])

    def test_no_name_stands_twice_not_even_in_other_capitals(self, everything: Package) -> None:
        folded = [name.casefold() for name in everything.names]
        assert len(set(folded)) == len(folded)

    def test_all_have_the_time_of_the_book(self, everything: Package) -> None:
        assert {info.date_time for info in everything.archive.infolist()} == {(2024, 5, 6, 0, 0, 0)}

    def test_nothing_tells_where_it_was_made(self, everything: Package) -> None:
        infos = everything.archive.infolist()
        assert {(i.create_system, i.external_attr, i.extra, i.comment) for i in infos} == {
            (3, 0o644 << 16, b"", b"")
        }

    def test_names_are_ascii_without_spaces(self, package) -> None:
        made = package(
            "![A](<mein Bild ü.png>)\n\n" + CHART.format("#fig-größe"),
            book="  chapters: [Über uns/Größe 1.md]\n",
            files={
                "source/Über uns/Größe 1.md": "![A](<mein Bild ü.png>)\n\n" + CHART.format("#fig-größe"),
                "source/mein Bild ü.png": EVERYTHING["source/dot.png"],
            },
        )
        assert [name for name in made.names if not re.fullmatch(r"[A-Za-z0-9._/-]+", name)] == []

    def test_the_container_names_the_package(self, everything: Package) -> None:
        (root,) = everything.xml("META-INF/container.xml").iter(
            "{urn:oasis:names:tc:opendocument:xmlns:container}rootfile"
        )
        assert root.get("full-path") == "EPUB/package.opf"

    def test_apple_books_is_told_of_faces_where_there_are_any(self, everything: Package, package) -> None:
        name = "META-INF/com.apple.ibooks.display-options.xml"
        (option,) = everything.xml(name).iter("option")
        assert (option.get("name"), option.text) == ("specified-fonts", "true")
        assert name not in package(more="format:\n  epub:\n    embed-fonts: false\n").names


class TestMetadata:
    def test_what_every_package_needs_stands_once(self, everything: Package) -> None:
        identifier = everything.opf.get("unique-identifier")
        assert everything.opf.get("version") == "3.0"
        assert len(everything.opf.xpath(f'//dc:identifier[@id="{identifier}"]', namespaces=NS)) == 1
        assert everything.texts("dc:title") == ["Every construct", "of them all"]
        assert everything.texts("dc:language") == ["en"]
        assert everything.property("dcterms:modified") == ["2024-05-06T00:00:00Z"]

    def test_people_have_their_roles(self, package) -> None:
        made = package(
            book="  file-as: Book, A\n  author:\n    - Ada Lovelace\n    - {name: Max Brod, role: edt, file-as: 'Brod, Max'}\n"
            "  chapters: [section.md]\n"
        )
        assert made.texts("dc:creator") == ["Ada Lovelace"]
        assert made.texts("dc:contributor") == ["Max Brod"]
        assert made.property("role") == ["aut", "edt"]
        assert made.property("file-as") == ["Book, A", "Brod, Max"]

    def test_what_is_refined_is_there(self, everything: Package) -> None:
        ids = {element.get("id") for element in everything.opf.iter() if element.get("id")}
        refined = [e.get("refines", "") for e in everything.opf.iter() if e.get("refines")]
        assert {name.removeprefix("#") for name in refined} <= ids

    def test_markup_in_titles_is_text(self, package) -> None:
        made = package(book="  subtitle: '<b>&amp; more'\n  chapters: [section.md]\n")
        assert made.texts("dc:title")[1] == "<b>&amp; more"

    def test_the_name_of_the_book_is_its_identifier_each_time(self, package) -> None:
        assert package().texts("dc:identifier") == package("Other.\n").texts("dc:identifier")

    def test_a_written_identifier_is_kept(self, package) -> None:
        made = package(book="  identifier: urn:isbn:9780306406157\n  chapters: [section.md]\n")
        assert made.texts("dc:identifier") == ["urn:isbn:9780306406157"]
        assert made.xml("EPUB/toc.ncx").find(".//ncx:meta[@name='dtb:uid']", NS).get("content") == (
            "urn:isbn:9780306406157"
        )

    def test_series_subjects_isbn_and_source_are_told(self, package) -> None:
        made = package(
            book="  identifier: urn:uuid:6ba7b810-9dad-51d1-80b4-00c04fd430c8\n  isbn: 978-0-306-40615-7\n"
            "  source: urn:isbn:3-16-148410-X\n  keywords: steam\n"
            "  subjects: [Engines, {name: Trains, authority: THEMA, term: WGF}]\n"
            "  series: {name: Engines of the world, number: 2}\n  chapters: [section.md]\n"
        )
        assert made.texts("dc:identifier") == [
            "urn:uuid:6ba7b810-9dad-51d1-80b4-00c04fd430c8",
            "urn:isbn:9780306406157",
        ]
        assert made.texts("dc:source") == ["urn:isbn:9783161484100"]
        assert made.texts("dc:subject") == ["steam", "Engines", "Trains"]
        assert (made.property("authority"), made.property("term")) == (["THEMA"], ["WGF"])
        assert made.property("belongs-to-collection") == ["Engines of the world"]
        assert made.property("collection-type") == ["series"]
        assert made.property("group-position") == ["2"]

    def test_an_isbn_is_the_name_of_a_book_without_another(self, package) -> None:
        made = package(book="  isbn: 3-16-148410-X\n  chapters: [section.md]\n")
        assert made.texts("dc:identifier") == ["urn:isbn:9783161484100"]

    def test_modified_is_never_the_clock(self, package) -> None:
        (instant,) = package().property("dcterms:modified")
        assert dt.datetime.fromisoformat(instant).year == 1980

    def test_a_cover_is_in_the_package(self, package) -> None:
        made = package(book="  cover-image: dot.png\n  chapters: [section.md]\n")
        (cover,) = self.covers(made)
        assert cover["href"] != "images/cover.png"
        assert "EPUB/images/cover.png" not in made.names

    def covers(self, made: Package) -> list[dict[str, str]]:
        return [item for item in made.items() if "cover-image" in item.get("properties", "").split()]

    def test_a_book_without_a_cover_gets_one(self, everything: Package) -> None:
        (cover,) = self.covers(everything)
        assert (cover["href"], cover["media-type"]) == ("images/cover.png", "image/png")
        (named,) = (e for e in everything.opf.iterfind(".//opf:meta", NS) if e.get("name") == "cover")
        assert named.get("content") == cover["id"]
        with Image.open(io.BytesIO(everything.archive.read("EPUB/images/cover.png"))) as image:
            assert image.size == (1600, 2560)

    def test_the_cover_stands_alone_on_the_first_page(self, everything: Package) -> None:
        (first, *_) = (e.get("idref") for e in everything.opf.iterfind(".//opf:itemref", NS))
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
    def test_items_differ_in_id_and_in_name_whatever_the_charts_are_called(
        self, package, ids: tuple[str, str]
    ) -> None:
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
        """Also where a formula stands in a heading, and so in the contents."""
        navs = [i["href"] for i in package(markdown).items() if "nav" in i.get("properties", "").split()]
        assert navs == ["nav.xhtml"]

    def test_pages_with_formulas_say_so(self, everything: Package) -> None:
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
    def test_sections_whose_names_are_those_of_other_pages_are_whole(self, write: Write, book: str) -> None:
        names = re.findall(r"[\w/-]+\.md", book)
        data, _ = write("epub", book=book, files={f"source/{n}": f"Words of {n}.\n" for n in names})
        assert [str(finding) for finding in check_epub(data)] == []
        made = Package(data)
        words = "".join(made.archive.read(n).decode() for n in made.names if n.endswith(".xhtml"))
        assert [name for name in names if f"Words of {name}." not in words] == []

    def test_a_book_that_is_its_imprint_begins_there(self, write: Write) -> None:
        files = {"source/section.md": "---\nrole: imprint\n---\nText.\n"}
        data, _ = write("epub", book="  chapters: [section.md]\n", files=files)
        assert [str(finding) for finding in check_epub(data)] == []


class TestContents:
    @pytest.fixture
    def parts(self, package) -> Package:
        text = "## One *two* [link](#sec-b){#x}^[Note.] & more\n\n### Deep {#sec-deep}\n\n## Next {.unnumbered}\n"
        return package(text, book=PARTS, files={"source/other.md": "## B {#sec-b}\n"})

    def test_the_ncx_says_what_the_navigation_says(self, parts: Package) -> None:
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

    def test_every_entry_leads_to_an_element(self, parts: Package) -> None:
        for href in parts.hrefs("EPUB/nav.xhtml", "x:a", "href"):
            path, _, fragment = href.partition("#")
            page = parts.xml(posixpath.join("EPUB", path))
            assert not fragment or page.xpath(f'//*[@id="{fragment}"]'), href

    def test_entries_come_in_the_order_of_the_spine(self, parts: Package) -> None:
        ids = {item["id"]: item["href"] for item in parts.items()}
        spine = [ids[ref.get("idref", "")] for ref in parts.opf.iterfind(".//opf:itemref", NS)]
        toc = parts.xml("EPUB/nav.xhtml").find(".//x:nav[@id='toc']", NS)
        pages = [a.get("href", "").partition("#")[0] for a in toc.iterfind(".//x:a", NS)]
        assert [spine.index(page) for page in pages] == sorted(spine.index(page) for page in pages)

    def test_no_link_stands_in_a_link(self, parts: Package) -> None:
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
        said = self.said(package())
        assert said["accessMode"] == said["accessModeSufficient"] == ["textual"]
        assert "alternativeText" not in said["accessibilityFeature"]
        assert said["accessibilityHazard"] == ["none"]

    def test_described_pictures_are_visual_and_have_alternatives(self, package) -> None:
        said = self.said(package("![A dot](dot.png)\n"))
        assert said["accessMode"] == ["textual", "visual"]
        assert said["accessModeSufficient"] == ["textual", "textual,visual"]
        assert "alternativeText" in said["accessibilityFeature"]

    @pytest.mark.parametrize(
        "markdown",
        ["![](dot.png)\n", "![A](dot.png) ![](dot.png)\n", CHART.format("").replace("It rises.", "")],
    )
    def test_with_a_missing_alternative_none_is_claimed(self, package, markdown: str) -> None:
        made = package(markdown)
        said = self.said(made)
        assert "alternativeText" not in said["accessibilityFeature"]
        assert said["accessModeSufficient"] == ["textual,visual"]
        assert "lack alternative texts" in made.property("schema:accessibilitySummary")[0]

    def test_charts_have_their_numbers(self, package) -> None:
        made = package(CHART.format("#fig-c"))
        assert "longDescription" in self.said(made)["accessibilityFeature"]
        cells = made.xml("EPUB/text/section.xhtml").xpath("//x:details//x:td", namespaces=NS)
        assert [text for cell in cells if (text := "".join(cell.itertext()))] == ["2", "3"]

    def test_formulas_are_mathml_and_have_their_words(self, package) -> None:
        features = self.said(package("$x$\n"))["accessibilityFeature"]
        assert {"MathML", "describedMath"} <= set(features)

    def test_a_formula_in_a_header_names_it(self, package) -> None:
        """Who hears a table hears its headers with each cell; Ace takes one of MathML for empty."""
        made = package("| $y_1$ | b |\n|---|---|\n| $c$ | d |\n\n: T\n")
        table = made.xml("EPUB/text/section.xhtml").find(".//x:table", NS)
        said = [math.get("aria-label") for math in table.iterfind(".//{*}math")]
        assert said == ["y sub 1", None]

    def test_an_index_is_told_where_there_is_one(self, package) -> None:
        assert "index" in self.said(package("[Said]{.index} so.\n"))["accessibilityFeature"]
        assert "index" not in self.said(package())["accessibilityFeature"]

    def test_what_stands_only_on_a_slide_is_neither_in_the_package_nor_counted(self, package) -> None:
        made = package("::: {.slide title=T}\n![A dot](dot.png)\n:::\n")
        assert [name for name in made.names if "/images/" in name] == ["EPUB/images/cover.png"]
        assert self.said(made)["accessMode"] == ["textual"]

    def test_ids_of_authors_do_not_meet_ids_of_the_page(self, write: Write) -> None:
        data, _ = write("epub", '[x]{#_title} <span id="_note-1">y</span> <span id="_notes">z</span>^[N]\n')
        assert [str(finding) for finding in check_epub(data)] == []

    def test_an_id_has_no_space(self, package) -> None:
        page = package('<span id="a b">x</span>\n').xml("EPUB/text/section.xhtml")
        assert [e.get("id") for e in page.iter() if " " in e.get("id", "")] == []


class TestFonts:
    def test_none_is_embedded_unless_asked_for(self, package) -> None:
        made = package(more="format:\n  epub:\n    embed-fonts: false\n")
        assert [name for name in made.names if "font" in name] == []
        assert b"@font-face" not in made.archive.read("EPUB/style.css")
        assert b"Open Font License" not in made.archive.read("EPUB/text/imprint.xhtml")

    def test_faces_are_those_of_the_style_sheet(self, everything: Package) -> None:
        named = re.findall(r"url\(([^)]+)\)", everything.archive.read("EPUB/style.css").decode())
        assert sorted(named) == sorted(
            n.removeprefix("EPUB/") for n in everything.names if n.startswith("EPUB/fonts/")
        )
        families = {face.file: face.family for face in load_theme().faces}
        assert {families[Path(name).name] for name in named} == {
            getattr(load_theme(), role) for role in ("serif", "sans", "mono")
        }

    def test_a_font_has_the_characters_of_the_book_and_few_others(self, package) -> None:
        made = package("Ωmega, naïve, 5 €.\n")
        for name in (name for name in made.names if name.startswith("EPUB/fonts/EBGaramond-R")):
            known = set(TTFont(io.BytesIO(made.archive.read(name))).getBestCmap())
            assert set(map(ord, "Ωmegaï€5")) <= known
            assert not known & set(map(ord, "ΨжЉ"))
            assert len(known) < 140

    def test_a_small_script_comes_with_its_faces_and_a_large_one_with_the_device(self, package) -> None:
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
        made = package("中文 and עברית\n")
        types = {item["href"]: item["media-type"] for item in made.items()}
        fonts = [name.removeprefix("EPUB/") for name in made.names if "/fonts/" in name]
        assert {types[name] for name in fonts} == {"font/ttf", "font/otf"}


class TestReadingDirection:
    def test_a_book_from_the_right_says_so_everywhere(self, package) -> None:
        made = package("نص `f(x)` و[word]{lang=en}.\n\n```\nf(x)\n```\n", more="lang: ar\n")
        assert made.opf.find("opf:spine", NS).get("page-progression-direction") == "rtl"
        page = made.xml("EPUB/text/section.xhtml")
        assert page.get("dir") == made.xml("EPUB/nav.xhtml").get("dir") == "rtl"
        for name in ("code", "pre"):
            assert page.find(f".//x:{name}", NS).get("dir") == "ltr"
        assert page.find(".//x:span[@lang='en']", NS).get("dir") == "ltr"

    def test_a_style_sheet_names_no_direction(self, package) -> None:
        """EPUB 3.3, 6.3.2: reading systems take it from the markup."""
        css = package("نص\n", more="lang: ar\n").archive.read("EPUB/style.css").decode()
        assert not re.search(r"(?<![\w-])(direction|unicode-bidi)\s*:", css)
        assert "padding-right: 1.5em" in css

    @pytest.mark.parametrize(
        ("book", "chapter", "turned", "side"), [("en", "ar", "rtl", "right"), ("ar", "en", "ltr", "left")]
    )
    def test_a_chapter_whose_lines_run_the_other_way_has_its_own_sides(
        self, package, book: str, chapter: str, turned: str, side: str
    ) -> None:
        files = {"source/own.md": f"---\nlang: {chapter}\n---\n\n# A\n\n- B\n"}
        lines = f"  lang: {book}\n  chapters: [section.md, own.md]\n"
        made = package("# C\n", book=lines, files=files)
        sheets = {
            name: made.xml(f"EPUB/text/{name}.xhtml").find("x:head/x:link", NS).get("href")
            for name in ("section", "own")
        }
        assert sheets == {"section": "../style.css", "own": f"../style-{turned}.css"}
        css = made.archive.read(f"EPUB/style-{turned}.css").decode()
        assert (
            re.search(rf"^h1, [^{{]*\{{ text-align: {side};", css, re.M) and f"padding-{side}: 1.5em" in css
        )
        listed = {item.get("href") for item in made.opf.iterfind(".//opf:item", NS)}
        assert {"style.css", f"style-{turned}.css"} <= listed

    def test_a_book_from_the_left_needs_no_word(self, package) -> None:
        made = package("A [passage in שלום]{lang=he}.\n")
        assert [name for name in made.names if name.endswith(".css")] == ["EPUB/style.css"]
        assert made.opf.find("opf:spine", NS).get("page-progression-direction") is None
        assert made.xml("EPUB/text/section.xhtml").find(".//x:span[@lang='he']", NS).get("dir") == "rtl"


class TestDeclaredAccessibility:
    def test_nothing_is_claimed_by_itself(self, everything: Package) -> None:
        opf = etree.tostring(everything.opf)
        assert not any(word in opf for word in (b"conformsTo", b"certif", b"exemption", b"pageBreakSource"))

    def test_what_the_author_declares_is_said_in_the_terms_of_the_standard(self, write: Write) -> None:
        declared = """  accessibility:
    conforms-to: WCAG 2.2 Level AA
    certified-by: A & B
    credential: https://example.org/c
    report: https://example.org/r
    exemption: eaa-microenterprise
    hazards: [noFlashingHazard, noSoundHazard]
    summary: In my words.
"""
        made = Package(write("epub", book=f"  chapters: [section.md]\n{declared}")[0])
        assert made.property("dcterms:conformsTo") == ["EPUB Accessibility 1.1 - WCAG 2.2 Level AA"]
        assert made.property("a11y:certifiedBy") == ["A & B"]
        assert made.property("a11y:certifierCredential") == ["https://example.org/c"]
        assert made.property("a11y:exemption") == ["eaa-microenterprise"]
        assert made.property("schema:accessibilityHazard") == ["noFlashingHazard", "noSoundHazard"]
        assert made.property("schema:accessibilitySummary") == ["In my words."]
        (report,) = made.opf.iterfind(".//opf:link", NS)
        assert (report.get("rel"), report.get("href")) == ("a11y:certifierReport", "https://example.org/r")


def test_each_person_is_named_with_what_they_did(write: Write) -> None:
    book = (
        "  author:\n    - Ada Lovelace\n    - {name: Charles Babbage, role: edt}\n"
        "    - {name: Sophia Frend, role: cov}\n  chapters: [section.md]\n"
    )
    package = Package(write("epub", book=book, more="lang: fr\n")[0])

    def lines(page: str) -> list[str]:
        return ["".join(p.itertext()) for p in package.xml(f"EPUB/text/{page}").iterfind(".//x:p", NS)]

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
