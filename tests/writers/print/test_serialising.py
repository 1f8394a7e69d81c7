"""Test the serialised structure of a quire, with gaps for numbers."""

from __future__ import annotations

import re

import pikepdf
import pytest

from tests.writers.print.quires import quire
from triptych.writers.print.quire import (
    AnnotationReference,
    MarkedContentReference,
    QuireLink,
    QuireObject,
    StructureElement,
    SyntaxTemplate,
)
from triptych.writers.print.serialisation import DOCUMENT, SerialisedQuire, serialise_quire

AREA = (0.0, 1.5, 20.0, 30.25)


def lines(folded: SerialisedQuire) -> list[pikepdf.Object]:
    """Return its elements as objects; each gap is filled with 100 plus its index."""
    text = re.sub(rb"(?<!%)%d 0 R", b"%d ", folded.elements.text)
    filled = text % tuple(100 + place for place in folded.elements.references)
    return [pikepdf.Object.parse(line) for line in filled.split(b"\n")]


def parents(folded: SerialisedQuire) -> list[list[int | None]]:
    """Return, for each page, the elements of its marked content."""
    filled = folded.parents.text % folded.parents.references
    rows = re.findall(rb"\[(.*)\]", filled)
    return [[int(n) if n else None for n, _ in re.findall(rb"(\d+) 0 R|(null)", row)] for row in rows]


class TestElements:
    def test_each_element_follows_and_names_its_parent(self) -> None:
        tree = StructureElement(
            "Sect",
            [
                StructureElement("H1", [MarkedContentReference(0, 0)]),
                StructureElement("P", [MarkedContentReference(0, 1)]),
            ],
        )
        folded = serialise_quire(quire(1, [tree, StructureElement("P", [MarkedContentReference(0, 2)])]))
        section, heading, paragraph, last = lines(folded)
        assert [str(e.S) for e in (section, heading, paragraph, last)] == ["/Sect", "/H1", "/P", "/P"]
        assert [int(e.P) for e in (section, heading, paragraph, last)] == [100 + DOCUMENT, 100, 100, 98]
        assert [int(kid) for kid in section.K] == [101, 102]
        assert (folded.element_count, folded.roots) == (4, (0, 3))

    def test_content_of_one_page_is_referenced_by_number_only(self) -> None:
        folded = serialise_quire(
            quire(
                2,
                [
                    StructureElement("P", [MarkedContentReference(1, 7)]),
                    StructureElement("P", [MarkedContentReference(0, 0), MarkedContentReference(0, 2)]),
                ],
            )
        )
        item, two = lines(folded)
        assert (int(item.K), int(item.Pg)) == (7, 100 + folded.first_page + 1)
        assert ([int(kid) for kid in two.K], int(two.Pg)) == ([0, 2], 100 + folded.first_page)

    def test_content_of_another_page_names_it(self) -> None:
        """Test content of another page, which names its page (ISO 32000-1, 14.7.4.2)."""
        folded = serialise_quire(
            quire(
                3,
                [
                    StructureElement(
                        "P",
                        [
                            MarkedContentReference(0, 4),
                            MarkedContentReference(1, 0),
                            MarkedContentReference(2, 1),
                        ],
                    )
                ],
            )
        )
        (element,) = lines(folded)
        own, second, third = element.K
        assert int(own) == 4
        assert [(str(k.Type), int(k.Pg), int(k.MCID)) for k in (second, third)] == [
            ("/MCR", 100 + folded.first_page + 1, 0),
            ("/MCR", 100 + folded.first_page + 2, 1),
        ]
        assert parents(folded) == [[None] * 4 + [0], [0], [None, 0]]

    def test_link_contains_its_annotation(self) -> None:
        link = QuireLink(0, AREA, "#x", "x")
        folded = serialise_quire(
            quire(
                1,
                [
                    StructureElement(
                        "P",
                        [StructureElement("Link", [MarkedContentReference(0, 0), AnnotationReference(1)])],
                    )
                ],
                links=[link, link],
            )
        )
        _, element = lines(folded)
        assert int(element.K[1].Obj) == 100 + folded.first_annotation + 1
        assert folded.link_elements == (-1, 1)

    def test_element_may_be_empty(self) -> None:
        (cell,) = lines(serialise_quire(quire(1, [StructureElement("TD")])))
        assert "/K" not in cell and "/Pg" not in cell

    @pytest.mark.parametrize(
        "words", ["100 % of it", "%d 0 R", "one\ntwo\r\nthree", "(a) \\b", "Größe 太阳 😀", "%"]
    )
    def test_any_text_is_kept(self, words: str) -> None:
        held = {"Alt": words, "ActualText": words, "E": words, "T": words, "Lang": "en"}
        folded = serialise_quire(
            quire(
                1,
                [
                    StructureElement("Figure", [MarkedContentReference(0, 0)], held),
                    StructureElement("P", [MarkedContentReference(0, 1)]),
                ],
            )
        )
        figure, paragraph = lines(folded)
        assert {key: str(figure[f"/{key}"]) for key in held} == held
        assert int(paragraph.K) == 1

    @pytest.mark.parametrize("name", ["chapter-note-1", "größe-note-1", "a(b-note-1", "50%-note-1"])
    def test_ids_are_written_and_listed(self, name: str) -> None:
        folded = serialise_quire(
            quire(
                1,
                [
                    StructureElement("P"),
                    StructureElement("Note", [MarkedContentReference(0, 0)], {"ID": name}),
                ],
            )
        )
        assert bytes(lines(folded)[1].ID) == name.encode()
        assert folded.ids == ((name, 1),)

    def test_attributes_have_an_object_per_owner(self) -> None:
        structure_element = StructureElement(
            "TH", [], {}, {"Table": {"Scope": "Row", "ColSpan": 2, "Headers": ["a", "b (c)"]}}
        )
        two = StructureElement(
            "Figure", [], {}, {"Layout": {"Placement": "Block", "BBox": [0.0, 1.5, 2.0, 3.0]}, "List": {}}
        )
        cell, figure = lines(serialise_quire(quire(1, [structure_element, two])))
        assert (str(cell.A.O), str(cell.A.Scope), int(cell.A.ColSpan)) == ("/Table", "/Row", 2)
        assert [bytes(name) for name in cell.A.Headers] == [b"a", b"b (c)"]
        assert [str(attributes.O) for attributes in figure.A] == ["/Layout", "/List"]
        assert [float(edge) for edge in figure.A[0].BBox] == [0, 1.5, 2, 3]

    def test_page_without_content_has_a_row(self) -> None:
        folded = serialise_quire(quire(3, [StructureElement("P", [MarkedContentReference(1, 0)])]))
        assert parents(folded) == [[], [0], []]

    def test_depth_does_not_matter(self) -> None:
        top = innermost = StructureElement("Sect")
        for _ in range(300):
            innermost.kids.append(StructureElement("Sect"))
            innermost = innermost.kids[0]  # type: ignore[assignment]
        innermost.kids.append(MarkedContentReference(0, 0))
        folded = serialise_quire(quire(1, [top]))
        assert folded.element_count == 301
        assert parents(folded) == [[300]]


def test_objects_are_numbered_without_gaps() -> None:
    folded = serialise_quire(
        quire(
            3,
            [
                StructureElement("P", [MarkedContentReference(0, 0)]),
                StructureElement("P", [AnnotationReference(0)]),
            ],
            objects=[QuireObject(SyntaxTemplate(b"<<>>"), None)] * 4,
            links=[QuireLink(2, AREA, "https://example.org", "x")],
        )
    )
    assert folded.first_page == 2 + 4
    assert folded.first_content == 2 + 4 + 3
    assert folded.first_annotation == 2 + 4 + 3 + 3
    assert folded.object_count == 2 + 4 + 3 + 3 + 1
