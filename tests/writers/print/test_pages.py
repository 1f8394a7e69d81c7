"""Test that laid-out pages become content streams with links, notes, destinations and structure."""

from __future__ import annotations

import io
import re
import zlib

import pytest
from PIL import Image

from tests.writers.print.quires import bound, lay, opened, painted, texts
from triptych.writers.print.painting import (
    PaintResources,
    find_used_resources,
    paint_margin_boxes,
    paint_pages,
)
from triptych.writers.print.quire import (
    AnnotationReference,
    MarkedContentReference,
    Quire,
    QuireLink,
    StructureElement,
    join_quires,
)
from weasyprint_typography.page_boxes import PageKind
from weasyprint_typography.typesetter import MarginBoxData

NOTES = """
.n { float: footnote }
.n::footnote-call { content: attr(data-number) }
.n::footnote-marker { content: attr(data-number) ". " }
"""


def content(quire: Quire, page: int = 0) -> bytes:
    """Return the content stream of a page."""
    return zlib.decompress(quire.pages[page].content)


def below(elements: tuple[StructureElement, ...]) -> list[StructureElement]:
    """Return all elements in order."""
    result = []
    for element in elements:
        result += [element, *below(tuple(kid for kid in element.kids if isinstance(kid, StructureElement)))]
    return result


def tags(quire: Quire) -> list[str]:
    return [element.tag for element in below(quire.elements)]


def inside(link: QuireLink, quire: Quire) -> bool:
    left, bottom, right, top = link.area
    return 0 < left < right < 300 and 0 < bottom < top < 400


class TestLinks:
    def test_a_link_has_its_area_its_target_and_its_words(self) -> None:
        quire = painted('<p>See <a href="#there">there, <em>or</em> nowhere</a>.</p>')
        (link,) = quire.links
        assert (link.page, link.target, link.alt_text) == (0, "#there", "there, or nowhere")
        assert inside(link, quire)
        _, bottom, _, top = link.area
        assert (round(top), round(top - bottom)) == (370, 12)

    @pytest.mark.parametrize(
        ("written", "target"),
        [
            ("https://example.org/a?b=(c)", "https://example.org/a?b=(c)"),
            ("https://example.org/größe", "https://example.org/gr%C3%B6%C3%9Fe"),
            ("mailto:a@example.org", "mailto:a@example.org"),
            ("#größe", "#größe"),
            ("#a%20b", "#a b"),
        ],
    )
    def test_addresses_are_ascii_and_ids_are_themselves(self, written: str, target: str) -> None:
        assert [link.target for link in painted(f'<p><a href="{written}">x</a></p>').links] == [target]

    def test_a_link_over_two_lines_has_an_area_on_each(self) -> None:
        quire = painted('<p style="width: 60pt"><a href="#x">several words that go on</a></p>')
        assert len(quire.links) >= 2
        assert {(link.target, link.alt_text) for link in quire.links} == {("#x", "several words that go on")}
        tops = [link.area[3] for link in quire.links]
        assert tops == sorted(tops, reverse=True) and len(set(tops)) == len(tops)
        (element,) = [e for e in below(quire.elements) if e.tag == "Link"]
        assert [kid.link for kid in element.kids if isinstance(kid, AnnotationReference)] == list(
            range(len(quire.links))
        )

    def test_a_link_over_two_pages_has_an_area_on_each(self) -> None:
        quire = painted(
            '<p style="margin-top: 326pt; width: 60pt; orphans: 1; widows: 1"><a href="#x">several words that go</a></p>'
        )
        assert sorted({link.page for link in quire.links}) == [0, 1]
        assert tags(quire).count("Link") == 1

    def test_code_and_emphasis_in_a_link_share_its_area(self) -> None:
        quire = painted('<p>a <a href="#x">the <code>code</code> and <em>more</em></a> b</p>')
        (link,) = quire.links
        assert link.alt_text == "the code and more"
        (element,) = [e for e in below(quire.elements) if e.tag == "Link"]
        assert [kid.tag for kid in element.kids if isinstance(kid, StructureElement)] == ["Code", "Em"]

    def test_picture_in_a_link_provides_its_text(self) -> None:
        body = '<p><a href="#x">go <img src="picture:a" alt="home"/> now</a></p>'
        words = {link.alt_text for link in with_picture(picture("L", 0), body=body).links}
        assert words == {"go home now"}

    @pytest.mark.parametrize(
        ("link", "words"),
        [
            ('<a href="#x">one<br/>two</a>', "one two"),
            ('<a href="#x" style="display: block"><p>one</p><p>two</p></a>', "one two"),
            ('<a href="#x">t<em>w</em>o</a>', "two"),
            ('<a href="#x" aria-label="back to one">↩</a>', "back to one"),
            ('<a href="#x">  a   b </a>', "a b"),
        ],
    )
    def test_alt_text_is_read_in_place_of_text(self, link: str, words: str) -> None:
        assert {link.alt_text for link in painted(f"<div>{link}</div>").links} == {words}

    def test_link_without_text_is_read_as_its_url(self) -> None:
        quire = painted(
            '<p><a href="https://example.org/" style="display: inline-block; width: 9pt; height: 9pt"/></p>'
        )
        assert [link.alt_text for link in quire.links] == ["https://example.org/"]

    def test_every_link_belongs_to_one_element(self) -> None:
        quire = painted(
            '<p><a href="#a">a <span>b</span></a> <a href="#c"><em>c</em></a></p>'
            '<ul><li><a href="#d">d</a></li></ul><h2><a href="#e">e</a></h2><p>x<span class="n" data-number="1">n</span></p>',
            NOTES,
        )
        links = [
            kid.link for e in below(quire.elements) for kid in e.kids if isinstance(kid, AnnotationReference)
        ]
        assert sorted(links) == list(range(len(quire.links)))


class TestNotes:
    BODY = '<p>One<span class="n" data-number="7">first note</span> two<span class="n" data-number="8">second</span>.</p>'

    def test_call_and_note_link_to_each_other(self) -> None:
        quire = painted(self.BODY, NOTES)
        links = {link.target: link for link in quire.links}
        assert len(links) == 4
        for link in quire.links:
            page, x, y = quire.anchors[link.target[1:]]
            back = next(
                other
                for other in quire.links
                if other.page == page
                and other.area[0] == pytest.approx(x)
                and other.area[3] == pytest.approx(y)
            )
            assert back is not link and back.alt_text == link.alt_text
            px, py = quire.anchors[back.target[1:]][1:]
            assert (px, py) == (pytest.approx(link.area[0]), pytest.approx(link.area[3]))

    def test_note_links_are_read_as_their_numbers(self) -> None:
        assert sorted(link.alt_text for link in painted(self.BODY, NOTES).links) == ["7", "7", "8", "8"]

    def test_note_names_are_unique_to_the_document(self) -> None:
        item, other = painted(self.BODY, NOTES, "one"), painted(self.BODY, NOTES, "other")
        assert len(item.anchors) == 4
        assert not item.anchors.keys() & other.anchors.keys()
        assert all(name.startswith("_") for name in item.anchors)

    def test_a_note_may_hold_a_link(self) -> None:
        quire = painted('<p>a<span class="n" data-number="1">see <a href="#b">b</a></span></p>', NOTES)
        assert sorted(link.alt_text for link in quire.links) == ["1", "1", "b"]

    def test_note_on_the_next_page_is_linked_there(self) -> None:
        filler = '<p style="height: 320pt">a</p>'
        long = "<br/>".join(["a line"] * 12)
        quire = painted(f'{filler}<p>x<span class="n" data-number="1">{long}</span></p>', NOTES)
        call = next(link for link in quire.links if link.target.startswith("#_note"))
        marker = next(link for link in quire.links if link.target.startswith("#_call"))
        assert quire.anchors[call.target[1:]][0] == marker.page
        assert quire.anchors[marker.target[1:]][0] == call.page


class TestPlaces:
    def test_ids_link_to_the_top_left_of_their_boxes(self) -> None:
        quire = painted(
            '<p>a</p><p id="b">b <span id="c">c</span></p><p style="break-before: page" id="d">d</p>'
        )
        assert quire.anchors["b"] == (0, pytest.approx(30), pytest.approx(358))
        assert quire.anchors["c"][1] > 30
        assert quire.anchors["d"] == (1, pytest.approx(30), pytest.approx(370))

    def test_headings_are_bookmarks_with_their_levels(self) -> None:
        quire = painted(
            '<h1>A <em>b</em></h1><h3>C</h3><h2 style="break-before: page">D</h2><h4 style="bookmark-level: none">E</h4>'
        )
        assert [(mark.level, mark.text, mark.destination[0]) for mark in quire.bookmarks] == [
            (1, "A b", 0),
            (3, "C", 0),
            (2, "D", 1),
        ]

    @pytest.mark.parametrize(
        ("body", "side"),
        [
            ("<p>a</p>", ""),
            ('<section style="break-before: recto"><p>a</p></section>', "recto"),
            ('<section><div><p style="break-before: verso">a</p></div></section>', "verso"),
            ('<section style="break-before: page"><p>a</p></section>', ""),
            ('<p>a</p><section style="break-before: recto">b</section>', ""),
            ("", ""),
        ],
    )
    @pytest.mark.parametrize("verso", [False, True])
    def test_document_requires_a_side_regardless_of_its_layout(
        self, body: str, side: str, verso: bool
    ) -> None:
        laid, typesetter = lay(body, verso=verso)
        quire = join_quires([paint_pages(laid.pages, laid.strings, PaintResources(typesetter.faces), "q")])
        assert quire.required_side == side
        assert quire.pages[0].kind.side == ("left" if verso else "right")

    def test_kinds_of_pages_are_those_of_the_style_sheet(self) -> None:
        css = "section { page: chapter; break-before: recto }"
        quire = painted(
            '<section>a</section><section style="break-before: recto">b<p style="break-before: page">c</p></section>',
            css,
        )
        assert [sheet.kind for sheet in quire.pages] == [
            PageKind("right", False, "chapter", 0, (("chapter", 0),)),
            PageKind("left", True, "", 1, ()),
            PageKind("right", False, "chapter", 2, (("chapter", 0),)),
            PageKind("left", False, "chapter", 3, (("chapter", 1),)),
        ]


class TestBoxes:
    def test_page_size_is_the_trimmed_size(self) -> None:
        for css in ("", "@page { bleed: 9pt }"):
            assert painted("<p>a</p>", css).pages[0].size == pytest.approx((300, 400))

    def test_positions_are_relative_to_the_trimmed_corner(self) -> None:
        body = '<p id="a"><a href="#a">a</a></p>'
        plain, bled = painted(body), painted(body, "@page { bleed: 9pt }")
        assert (plain.anchors, plain.links) == (bled.anchors, bled.links)


def picture(mode: str, colour: object, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (4, 4), colour).save(out, form)  # type: ignore[arg-type]
    return out.getvalue()


def with_picture(data: bytes, css: str = "", body: str = "<p><img src='picture:a' alt='A'/></p>") -> Quire:
    """Return a document with a picture, painted."""
    from tests.writers.print.quires import PLAIN, face, page_of
    from triptych.writers.print.typesetting import BookTypesetter

    def files(scheme: str, path: str) -> tuple[bytes, str]:
        kind = "image/svg+xml" if data.startswith(b"<svg") else "image/png"
        return (data, kind) if scheme == "picture" else face(scheme, path)

    typesetter = BookTypesetter(PLAIN + css, files)
    laid = typesetter.lay_out(page_of(body))
    assert typesetter.logged_errors == []
    return join_quires([paint_pages(laid.pages, laid.strings, PaintResources(typesetter.faces), "q")])


class TestResources:
    def test_content_resources_are_listed_once_by_kind(self) -> None:
        assert find_used_resources(
            b"/i1 Do\n/a0.5 gs /i1 Do /p0 scn /p1 SCN /s0 sh /lab cs /lab CS /F 9 Tf"
        ) == (
            ("ColorSpace", "lab"),
            ("ExtGState", "a0.5"),
            ("Pattern", "p0"),
            ("Pattern", "p1"),
            ("Shading", "s0"),
            ("XObject", "i1"),
        )

    def test_resource_names_are_not_numbers_only(self) -> None:
        assert find_used_resources(b"0 0 1 rg 1 0 0 1 0 0 cm <0001> Tj") == ()

    def test_picture_is_named_by_its_page(self) -> None:
        body = "<p>a</p><p style='break-before: page'><img src='picture:a' alt='A'/></p>"
        quire = with_picture(picture("RGB", "red"), body=body)
        pictures = [
            [place for kind, _, place in sheet.used_resources if kind == "XObject"] for sheet in quire.pages
        ]
        assert (len(pictures[0]), len(pictures[1])) == (0, 1)
        assert b"/Image" in quire.objects[pictures[1][0]].dictionary.text

    def test_the_same_picture_is_stored_once(self) -> None:
        twice = with_picture(
            picture("RGB", "red"), body="<p><img src='picture:a' alt='A'/><img src='picture:a' alt='B'/></p>"
        )
        assert len([item for item in twice.objects if b"/Image" in item.dictionary.text]) == 1

    def test_a_picture_with_alpha_has_a_mask(self) -> None:
        quire = with_picture(picture("RGBA", (255, 0, 0, 128)))
        images = [item for item in quire.objects if b"/Subtype /Image" in item.dictionary.text]
        assert len(images) == 2
        (whole,) = [item for item in images if b"/SMask" in item.dictionary.text]
        (mask,) = [item for item in images if item is not whole]
        assert quire.objects[whole.dictionary.references[0]] is mask
        with opened(bound(quire)) as pdf:
            (image,) = pdf.pages[0].Resources.XObject.values()
            assert image.SMask.ColorSpace == "/DeviceGray"
            assert set(image.SMask.read_bytes()) == {128}

    def test_images_are_not_interpolated(self) -> None:
        """Test that images are not interpolated (ISO 19005-3, 6.2.8)."""
        quire = with_picture(picture("RGBA", (1, 2, 3, 4)))
        assert not any(b"Interpolate" in item.dictionary.text for item in quire.objects)

    @pytest.mark.parametrize(
        "drawn",
        [
            b'<rect width="9" height="9" fill="red" opacity=".5"/>',
            b'<linearGradient id="g"><stop stop-color="red"/><stop offset="1" stop-color="blue" stop-opacity="0"/></linearGradient><rect width="9" height="9" fill="url(#g)"/>',
            b'<pattern id="p" width="3" height="3" patternUnits="userSpaceOnUse"><circle r="1" opacity=".3"/></pattern><rect width="9" height="9" fill="url(#p)"/>',
            b'<mask id="m"><rect width="9" height="9" fill="white"/></mask><rect width="9" height="9" mask="url(#m)"/>',
            b'<rect width="9" height="9" fill="oklch(50% .2 20)" opacity=".4"/>',
            b'<text y="9">word</text>',
        ],
        ids=["opacity", "gradient", "pattern", "mask", "colour", "text"],
    )
    def test_all_that_a_drawing_uses_is_there(self, drawn: bytes) -> None:
        quire = with_picture(b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">%s</svg>' % drawn)
        used_resources = find_used_resources(zlib.decompress(quire.pages[0].content))
        assert {key for key in used_resources if key[0] != "ColorSpace"} <= {
            used_resource[:2] for used_resource in quire.pages[0].used_resources
        }
        with opened(bound(quire)) as pdf:
            resources = pdf.pages[0].Resources
            for kind, name in used_resources:
                assert (kind, name) == ("ColorSpace", "Pattern") or f"/{name}" in resources[f"/{kind}"]

    @pytest.mark.parametrize(
        "colour", ["lab(50% 40 20)", "oklch(60% .2 30)", "lch(50% 40 20)", "oklab(60% .1 .1)"]
    )
    def test_colours_of_eyes_bring_their_space(self, colour: str) -> None:
        with opened(bound(painted(f'<p style="color: {colour}">a</p>'))) as pdf:
            (space,) = pdf.pages[0].Resources.ColorSpace.values()
            assert space[0] == "/Lab"

    def test_pages_without_the_colour_space_do_not_declare_it(self) -> None:
        assert {kind for kind, *_ in painted("<p>a</p>").pages[0].used_resources} <= {"ExtGState"}


class TestContent:
    def test_all_content_is_text_or_furniture(self) -> None:
        quire = painted(
            '<h1>A</h1><p style="background: #eee; border: 1pt solid">b</p><hr/><table><tr><td>c</td></tr></table>'
            '<ul><li>d</li></ul><p style="text-decoration: underline">e</p>'
        )
        depth = 0
        for line in content(quire).split(b"\n"):
            if line in (b"BMC", b"BDC"):
                depth += 1
            elif line == b"EMC":
                depth -= 1
            elif line.split(b" ")[-1] in (b"Tj", b"TJ", b"f", b"f*", b"S", b"Do", b"sh", b"B"):
                assert depth == 1, line
            assert depth in (0, 1)
        assert depth == 0

    def test_content_without_an_element_is_an_artifact(self) -> None:
        quire = with_picture(picture("L", 9), body="<p>a <img src='picture:a' alt=''/> b</p>")
        mcids = {
            kid.mcid
            for e in below(quire.elements)
            for kid in e.kids
            if isinstance(kid, MarkedContentReference)
        }
        drawing = {int(n) for n in re.findall(rb"/MCID (\d+)", content(quire))}
        assert mcids == drawing
        assert b"/Artifact\n<</Type/Pagination>>\nBDC" in content(quire)

    def test_repeated_table_headers_are_read_once(self) -> None:
        rows = "".join(f"<tr><td>{n}</td></tr>" for n in range(60))
        quire = painted(f"<table><thead><tr><th>Head</th></tr></thead><tbody>{rows}</tbody></table>")
        assert len(quire.pages) > 1
        assert tags(quire).count("TH") == 1
        assert b"/Artifact\n<</Type/Pagination>>\nBDC" in content(quire, 1)

    def test_element_ids_start_with_the_document_name(self) -> None:
        quire = painted('<p>a<span class="n" data-number="1">b</span></p>', NOTES, "chapter-3")
        (note,) = [e for e in below(quire.elements) if e.tag == "Note"]
        assert note.text_entries["ID"].startswith("chapter-3-")

    def test_fonts_are_listed_with_the_text_of_their_glyphs(self) -> None:
        fonts = painted('<p>fi <span style="font-family: Sans">ab</span></p>').fonts
        assert {glyphs.face: sorted(glyphs.texts.values()) for glyphs in fonts.values()} == {
            "EBGaramond-Regular.ttf": [" ", "fi"],
            "WorkSans-Regular.ttf": ["a", "b"],
        }

    def test_text_in_a_group_is_text(self) -> None:
        body = '<p style="opacity: .5; width: 60pt; hyphens: auto">The characteristic words of nautical endeavours</p>'
        (page,) = texts(bound(painted(body)))
        words = " ".join(page.split()).replace("\ufffe", "")
        assert words == "The characteristic words of nautical endeavours"

    def test_same_document_is_painted_equally(self) -> None:
        body = '<h1>A</h1><p>b <em>c</em><span class="n" data-number="1">d</span></p>'
        assert painted(body, NOTES) == painted(body, NOTES)


class TestMargins:
    CSS = """
    @page { @top-left { content: counter(page); font-family: Sans } @top-right { content: string(title) } }
    @page :left { @top-left { content: none } @left-middle { content: ""; background: red; width: 9pt; height: 9pt } }
    @page bare { @top-left { content: none } @top-right { content: none } }
    """

    def furnished(self, *margins: MarginBoxData) -> list[Quire]:
        _, typesetter = lay("<p>a</p>", self.CSS)
        palette = PaintResources(typesetter.faces)
        return [
            paint_margin_boxes(page, palette)
            for page in typesetter.lay_out_margin_boxes(margins, "<html><body/></html>")
        ]

    def test_running_head_uses_only_its_fonts(self) -> None:
        item, other = self.furnished(
            MarginBoxData(PageKind("right", False, "", 0, ()), 12, 0, ()),
            MarginBoxData(PageKind("right", False, "", 0, ()), 34, 0, ()),
        )
        assert [sorted(font.texts.values()) for font in item.fonts.values()] == [["1", "2"]]
        assert [sorted(font.texts.values()) for font in other.fonts.values()] == [["3", "4"]]

    def test_box_with_only_a_background_is_painted(self) -> None:
        (boxed,) = self.furnished(MarginBoxData(PageKind("left", False, "", 0, ()), 2, 0, ()))
        assert boxed.fonts == {}
        with opened(bound(painted("<p>a</p>"), furniture=[[boxed]])) as pdf:
            assert b" f" in b" " + pdf.pages[0].Resources.XObject.Furniture.read_bytes().replace(b"\n", b" ")

    def test_page_without_margin_boxes_has_no_furniture(self) -> None:
        (bare,) = self.furnished(MarginBoxData(PageKind("right", False, "bare", 0, ()), 3, 0, ()))
        with opened(bound(painted("<p>a</p>"), furniture=[[bare]])) as pdf:
            assert "/XObject" not in pdf.pages[0].Resources
