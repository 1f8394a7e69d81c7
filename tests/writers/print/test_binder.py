"""Test that quires become one tagged PDF with consistent links, structure and lists."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace

import pikepdf
import pytest

from tests.writers.print.quires import (
    METADATA,
    READERS,
    bound,
    opened,
    painted,
    quire,
    read_face,
    sheet,
    texts,
)
from triptych.model.book import Metadata, Person
from triptych.writers.print.binder import NumberedQuire, bind_quires
from triptych.writers.print.pdf_format import PdfFormat
from triptych.writers.print.quire import (
    AnnotationReference,
    Bookmark,
    MarkedContentReference,
    QuireLink,
    QuireObject,
    StructureElement,
    SyntaxTemplate,
)
from triptych.writers.print.serialisation import pack_quire, serialise_quire, unpack_quire
from triptych.writers.print.structure import ROLE_MAP

AREA = (10.0, 20.0, 30.0, 40.0)


def link(target: str, page: int = 0, words: str = "words") -> QuireLink:
    return QuireLink(page, AREA, target, words)


def in_link(*places: int) -> StructureElement:
    return StructureElement("P", [StructureElement("Link", [AnnotationReference(place)]) for place in places])


def page_number(pdf: pikepdf.Pdf, destination: pikepdf.Object) -> int:
    """Return the 0-based page index of a destination."""
    return next(n for n, page in enumerate(pdf.pages) if page.objgen == destination[0].objgen)


class TestLinks:
    def test_internal_links_work_across_quires(self) -> None:
        item = quire(2, [in_link(0)], links=[link("#two")], anchors={"one": (1, 5, 380)})
        two = quire(
            3, [in_link(0, 1)], links=[link("#one", 2), link("#two", 2)], anchors={"two": (1, 50, 60.5)}
        )
        with opened(bound(item, two)) as pdf:
            (there,) = pdf.pages[0].Annots
            back, own = pdf.pages[4].Annots
            assert [page_number(pdf, a.Dest) for a in (there, back, own)] == [3, 1, 3]
            assert list(there.Dest)[1:] == [pikepdf.Name.XYZ, 50, pikepdf.Object.parse(b"60.5"), None]

    def test_an_annotation_is_all_that_a_reader_needs(self) -> None:
        with opened(
            bound(quire(1, [in_link(0)], links=[link("#a", words="größe (1)")], anchors={"a": (0, 0, 0)}))
        ) as pdf:
            (a,) = pdf.pages[0].Annots
            assert (a.Subtype, a.F, str(a.Contents)) == ("/Link", 4, "größe (1)")
            assert [float(edge) for edge in a.Rect] == list(AREA)
            assert a.P.objgen == pdf.pages[0].objgen
            assert [int(n) for n in a.Border] == [0, 0, 0]

    @pytest.mark.parametrize(
        "address", ["https://example.org/a_(b)?c=d&e", "mailto:a@example.org", "data.csv", "x:\\y"]
    )
    def test_external_links_keep_their_url(self, address: str) -> None:
        with opened(bound(quire(1, [in_link(0)], links=[link(address)]))) as pdf:
            (a,) = pdf.pages[0].Annots
            assert (a.A.S, str(a.A.URI)) == ("/URI", address)
            assert "/Dest" not in a

    def test_dangling_link_has_no_action(self) -> None:
        with opened(bound(quire(1, [in_link(0)], links=[link("#gone")]))) as pdf:
            (a,) = pdf.pages[0].Annots
            assert "/Dest" not in a and "/A" not in a

    def test_of_two_ids_the_first_counts(self) -> None:
        first, second = quire(1, anchors={"a": (0, 1, 1)}), quire(1, anchors={"a": (0, 2, 2)})
        with opened(bound(quire(1, [in_link(0)], links=[link("#a")]), first, second)) as pdf:
            assert page_number(pdf, pdf.pages[0].Annots[0].Dest) == 1

    def test_ids_are_destinations_in_order_and_those_of_the_book_itself_are_not(self) -> None:
        names = ["b", "a(b)", "größe", "a", "图", "Z", "_call-1", "a\\b", "tab\there", "ÿ"]
        with opened(bound(quire(1, anchors={name: (0, n, 0) for n, name in enumerate(names)}))) as pdf:
            listed = list(pdf.Root.Names.Dests.Names)
            assert sorted(map(str, listed[::2])) == sorted(set(names) - {"_call-1"})
            raw = [bytes(name) for name in listed[::2]]
            assert raw == sorted(raw)
            for name, destination in zip(listed[::2], listed[1::2], strict=True):
                assert int(destination[2]) == names.index(str(name))


class TestOutline:
    @staticmethod
    def shown(pdf: pikepdf.Pdf) -> list[object]:
        def below(items: list[pikepdf.OutlineItem]) -> list[object]:
            return [(item.title, below(item.children)) if item.children else item.title for item in items]

        with pdf.open_outline() as outline:
            return below(outline.root)

    @pytest.mark.parametrize(
        ("levels", "tree"),
        [
            ([1], ["0"]),
            ([1, 2, 2, 1], [("0", ["1", "2"]), "3"]),
            ([1, 3, 2, 1], [("0", ["1", "2"]), "3"]),
            ([3, 1, 2], ["0", ("1", ["2"])]),
            ([2, 2, 3, 6, 4, 1], ["0", ("1", [("2", ["3", "4"])]), "5"]),
            ([1, 2, 3, 4], [("0", [("1", [("2", ["3"])])])]),
        ],
    )
    def test_bookmark_is_nested_under_the_preceding_higher_heading(
        self, levels: list[int], tree: list[object]
    ) -> None:
        marks = [Bookmark(level, str(n), (0, 0, n)) for n, level in enumerate(levels)]
        with opened(bound(quire(1, bookmarks=marks))) as pdf:
            assert self.shown(pdf) == tree
            assert pdf.Root.PageMode == "/UseOutlines"

    def test_counts_and_neighbours_are_right(self) -> None:
        marks = [Bookmark(level, str(n), (0, 0, n)) for n, level in enumerate([1, 2, 3, 2, 1])]
        with opened(bound(quire(1, bookmarks=marks))) as pdf:
            root = pdf.Root.Outlines
            assert int(root.Count) == 2

            def check(parent: pikepdf.Object) -> int:
                item, before, count = parent.First, None, 0
                while item is not None:
                    assert item.Parent.objgen == parent.objgen
                    assert (
                        (item.get("/Prev") is None) if before is None else item.Prev.objgen == before.objgen
                    )
                    if "/First" in item:
                        assert int(item.Count) == -check(item)
                    item, before, count = item.get("/Next"), item, count + 1
                assert before is not None and parent.Last.objgen == before.objgen
                return count

            assert check(root) == 2

    def test_outline_covers_all_quires(self) -> None:
        item = quire(2, bookmarks=[Bookmark(1, "Größe (1)", (0, 0, 9))])
        two = quire(2, bookmarks=[Bookmark(2, "B", (1, 7, 8))])
        with opened(bound(item, two)) as pdf:
            assert self.shown(pdf) == [("Größe (1)", ["B"])]
            destination = pdf.Root.Outlines.First.First.Dest
            assert page_number(pdf, destination) == 3
            assert [int(n) for n in list(destination)[2:4]] == [7, 8]

    def test_a_book_without_headings_has_none(self) -> None:
        with opened(bound(quire(1))) as pdf:
            assert "/Outlines" not in pdf.Root and "/PageMode" not in pdf.Root


class TestPages:
    def test_page_labels_change_where_counting_starts(self) -> None:
        parts = [(3, 1, True), (1, 4, True), (2, 1, False), (1, 3, False), (2, 9, False)]
        gatherings = [
            NumberedQuire(serialise_quire(quire(count)), [serialise_quire(quire(1))] * count, start, roman)
            for count, start, roman in parts
        ]
        data = bind_quires(gatherings, METADATA, read_face, READERS, role_map=ROLE_MAP)
        with opened(data) as pdf:
            assert [page.label for page in pdf.pages] == ["i", "ii", "iii", "iv", "1", "2", "3", "9", "10"]
            assert [int(n) for n in list(pdf.Root.PageLabels.Nums)[::2]] == [0, 4, 7]

    @pytest.mark.parametrize("bleed", [0, 9])
    def test_each_has_its_boxes(self, bleed: float) -> None:
        with opened(bound(quire([sheet(), sheet(size=(100, 200))]), finish=PdfFormat(bleed=bleed))) as pdf:
            page = pdf.pages[1]
            results = [[float(edge) for edge in box] for box in (page.MediaBox, page.BleedBox, page.TrimBox)]
            about = [-bleed, -bleed, 100 + bleed, 200 + bleed]
            assert results == [about, about, [0, 0, 100, 200]]

    def test_page_lists_only_its_resources(self) -> None:
        objects = [
            QuireObject(SyntaxTemplate(b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Own 1"), b""),
            QuireObject(SyntaxTemplate(b"<</ca 0.5/Next %d 0 R>>", (0,)), None),
        ]
        pages = [
            sheet(used=(("XObject", "x0", 0),)),
            sheet(used=(("ExtGState", "a0.5", 1),)),
            sheet(),
        ]
        with opened(bound(quire(1), quire(pages, objects=objects))) as pdf:
            _, item, two, three = (page.Resources for page in pdf.pages)
            assert (list(item.XObject), "/ExtGState" in item) == (["/x0"], False)
            assert (list(two.ExtGState), "/XObject" in two) == (["/a0.5"], False)
            assert set(three.keys()) == {"/Font"}
            assert two.ExtGState["/a0.5"].Next.Own == 1

    def test_furniture_is_an_artifact_over_the_page(self) -> None:
        head = quire(
            [sheet(b"0 0 1 1 re f", used=(("ExtGState", "a1", 0),))],
            objects=[QuireObject(SyntaxTemplate(b"<</ca 1>>"), None)],
        )
        with opened(bound(quire([sheet(b"q Q"), sheet(b"n")]), furniture=[[head, quire(1)]])) as pdf:
            item, two = pdf.pages
            own, overlay = item.Contents
            assert own.read_bytes() == b"q Q"
            assert re.fullmatch(
                rb"q\s*/Artifact\s*<</Type/Pagination>>\s*BDC\s*/Furniture Do\s*EMC\s*Q", overlay.read_bytes()
            )
            form = item.Resources.XObject.Furniture
            assert form.read_bytes() == b"0 0 1 1 re f"
            assert (form.Subtype, [int(n) for n in form.BBox]) == ("/Form", [0, 0, 300, 400])
            assert float(form.Resources.ExtGState.a1.ca) == 1
            assert not isinstance(two.Contents, pikepdf.Array)
            assert "/XObject" not in two.Resources

    def test_empty_pages_are_pages(self) -> None:
        with opened(bound(quire(1), quire(2), quire(1))) as pdf:
            assert len(pdf.pages) == 4 == int(pdf.Root.Pages.Count)

    def test_a_book_without_pages_is_a_file(self) -> None:
        data = bind_quires([], METADATA, read_face, READERS, role_map=ROLE_MAP)
        assert data.startswith(b"%PDF-1.7") and b"startxref" in data


def elements(root: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Return all structure elements in order, and assert that each refers to its parent."""
    kids = root.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            assert kid.P.objgen == root.objgen
            yield kid
            yield from elements(kid)


def numbers(tree: pikepdf.Object) -> dict[int, pikepdf.Object]:
    """Return a number tree with one node (ISO 32000-1, 7.9.7)."""
    listed = list(tree.Nums)
    keys = [int(key) for key in listed[::2]]
    assert keys == sorted(set(keys))
    return dict(zip(keys, listed[1::2], strict=True))


def agree(pdf: pikepdf.Pdf) -> int:
    """Compare the structure of a file with its pages; return the counts of marked content and links."""
    root = pdf.Root.StructTreeRoot
    parents = numbers(root.ParentTree)
    assert int(root.ParentTreeNextKey) == len(parents) == max(parents, default=-1) + 1
    owned: dict[tuple[object, int], tuple[int, int]] = {}
    annotated: dict[tuple[int, int], tuple[int, int]] = {}
    for element in elements(root):
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR":
                assert kid.Obj.objgen not in annotated
                annotated[kid.Obj.objgen] = element.objgen
            elif not isinstance(kid, pikepdf.Dictionary) or kid.get("/Type") == "/MCR":
                page = kid.Pg if isinstance(kid, pikepdf.Dictionary) else element.Pg
                place = (page.objgen, int(kid.MCID if isinstance(kid, pikepdf.Dictionary) else kid))
                assert place not in owned
                owned[place] = element.objgen
    keys = []
    for page in pdf.pages:
        keys.append(int(page.StructParents))
        reported = {mcid: e.objgen for mcid, e in enumerate(parents[keys[-1]]) if e is not None}
        assert reported == {mcid: e for (where, mcid), e in owned.items() if where == page.objgen}
        marked = {int(mcid) for mcid in re.findall(rb"/MCID (\d+)", page.Contents.read_bytes())}
        assert reported.keys() == marked
        for annotation in page.get("/Annots", []):
            keys.append(int(annotation.StructParent))
            assert parents[keys[-1]].objgen == annotated[annotation.objgen]
    assert sorted(keys) == sorted(parents)
    return len(owned) + len(annotated)


RICH = (
    '<h1>A</h1><p>b <a href="#c">c <code>d</code></a> e<span class="n" data-number="1">f</span></p>'
    '<ul><li>g<ul><li>h</li></ul></li></ul><table><tr><th id="c">i</th></tr><tr><td rowspan="2">j</td></tr><tr/></table>'
    '<p style="break-before: page">k <a href="https://example.org">l</a></p>'
)
CSS = ".n { float: footnote } .n::footnote-call { content: attr(data-number) } .n::footnote-marker { content: attr(data-number) }"


class TestStructure:
    def test_pages_annotations_and_elements_agree(self) -> None:
        whole = [painted(RICH, CSS, name) for name in ("one", "two", "three")]
        with opened(bound(quire(1), *whole, quire(2))) as pdf:
            assert agree(pdf) == 60
            assert [e.S for e in pdf.Root.StructTreeRoot.K] == ["/Document"]

    def test_a_paragraph_over_two_pages_agrees(self) -> None:
        body = '<p style="margin-top: 320pt; width: 80pt; orphans: 1; widows: 1">one two three <a href="#x">four five six seven eight nine ten eleven</a> twelve thirteen fourteen fifteen</p>'
        with opened(bound(painted(body), painted(body, name="r"))) as pdf:
            assert len(pdf.pages) == 4
            assert agree(pdf) > 8

    def test_links_without_an_element_are_listed_separately(self) -> None:
        with opened(bound(quire(1, links=[link("#a")]))) as pdf:
            tree = numbers(pdf.Root.StructTreeRoot.ParentTree)
            assert tree[int(pdf.pages[0].Annots[0].StructParent)] is None

    def test_ids_are_listed_in_order(self) -> None:
        names = ["b-note-10", "b-note-2", "a-note-1", "größe-note-1", "a(b-note-1", "a\\-note-1", "Z"]
        item = quire(
            1,
            [
                StructureElement("Note", [MarkedContentReference(0, n)], {"ID": name})
                for n, name in enumerate(names)
            ],
        )
        with opened(bound(item)) as pdf:
            listed = list(pdf.Root.StructTreeRoot.IDTree.Names)
            raw = [bytes(name) for name in listed[::2]]
            assert raw == sorted(name.encode() for name in names)
            assert [bytes(e.ID) for e in listed[1::2]] == raw

    def test_book_without_ids_has_no_id_list(self) -> None:
        with opened(bound(quire(1))) as pdf:
            assert "/IDTree" not in pdf.Root.StructTreeRoot

    def test_custom_types_are_in_the_role_map(self) -> None:
        with opened(bound(quire(1))) as pdf:
            assert {k[1:]: str(v)[1:] for k, v in pdf.Root.StructTreeRoot.RoleMap.items()} == ROLE_MAP
            assert pdf.Root.MarkInfo.Marked is True


class TestCatalogue:
    def test_language_title_and_direction(self) -> None:
        with opened(bound(quire(1), metadata=replace(METADATA, language="ar"), rtl=True)) as pdf:
            assert str(pdf.Root.Lang) == "ar"
            assert pdf.Root.ViewerPreferences.DisplayDocTitle is True
            assert pdf.Root.ViewerPreferences.Direction == "/R2L"
        with opened(bound(quire(1))) as pdf:
            assert "/Direction" not in pdf.Root.ViewerPreferences

    def test_colours_are_those_of_screens(self) -> None:
        with opened(bound(quire(1))) as pdf:
            (intent,) = pdf.Root.OutputIntents
            assert (intent.S, intent.DestOutputProfile.N) == ("/GTS_PDFA1", 3)
            assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"

    METADATA = Metadata(
        title='A & B <"c">',
        subtitle="größe",
        language="en",
        identifier="urn:x",
        modified=dt.datetime(2024, 5, 6, 7, 8, 9, tzinfo=dt.UTC),
        people=(Person(name="Ada (L.)"), Person(name="Bo"), Person(name="Ed", role="edt")),
        description="In short; & more",
        keywords=("one", "zwei ß"),
        rights="© 2024",
    )

    def test_xmp_matches_the_document_information(self) -> None:
        with opened(bound(quire(1), metadata=self.METADATA)) as pdf:
            with pdf.open_metadata() as xmp:
                assert xmp["dc:title"] == str(pdf.docinfo.Title) == 'A & B <"c">: größe'
                assert xmp["dc:creator"] == [str(pdf.docinfo.Author)] == ["Ada (L.), Bo"]
                assert xmp["dc:description"] == str(pdf.docinfo.Subject) == "In short; & more"
                assert xmp["pdf:Keywords"] == str(pdf.docinfo.Keywords) == "one, zwei ß"
                assert xmp["pdf:Producer"] == str(pdf.docinfo.Producer)
                assert xmp["xmp:CreatorTool"] == str(pdf.docinfo.Creator)
                assert xmp["xmp:CreateDate"] == xmp["xmp:ModifyDate"] == "2024-05-06T07:08:09Z"
                assert str(pdf.docinfo.CreationDate) == str(pdf.docinfo.ModDate) == "D:20240506070809Z"
                assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"], xmp["pdfuaid:part"]) == ("3", "A", "1")
            assert "/Filter" not in pdf.Root.Metadata


def test_the_same_quires_have_the_same_bytes_from_the_cache_as_well() -> None:
    serialise_quires = [serialise_quire(painted(RICH, CSS, name)) for name in ("one", "two")]
    unpack_quires = [unpack_quire(pack_quire(folded)) for folded in serialise_quires]

    def book(parts: list[object]) -> bytes:
        gatherings = [
            NumberedQuire(part, [serialise_quire(quire(1))] * 2, 1 + 2 * n) for n, part in enumerate(parts)
        ]  # type: ignore[arg-type]
        return bind_quires(gatherings, METADATA, read_face, READERS, role_map=ROLE_MAP)

    assert book(list(serialise_quires)) == book(list(unpack_quires))


def test_text_is_found_in_the_order_of_the_quires() -> None:
    assert texts(bound(painted("<p>one</p>"), quire(1), painted("<p>two</p>", name="r"))) == [
        "one",
        "",
        "two",
    ]
