"""Test that theorem names are run in with the first paragraph, and that proofs end with a mark."""

from __future__ import annotations

import pytest

from triptych.languages.labels import load_labels
from triptych.markup.blocks import write_theorem
from triptych.model.book import Label, LabelKind
from triptych.model.nodes import Attr, Theorem, TheoremKind

LABELS = load_labels("en")


def written(kind: TheoremKind, content: str, *, number: str | None = None, title: str = "") -> str:
    node = Theorem(kind=kind, title=(), content=(), attr=Attr("it"))
    label = None if number is None else Label(kind=LabelKind.THEOREM, number=number)
    return write_theorem(node, label, LABELS, lambda blocks: content, title)


@pytest.mark.parametrize(
    ("number", "title", "name"),
    [
        ("1.2", "", "Theorem\u00a01.2."),
        ("1.2", "of <em>Thales</em>", "Theorem\u00a01.2 (of <em>Thales</em>)."),
        ("", "", "Theorem."),
        (None, "", "Theorem."),
    ],
)
def test_theorem_has_its_word_number_and_name(number: str | None, title: str, name: str) -> None:
    assert written(TheoremKind.THEOREM, "<p>So it is.</p>\n", number=number, title=title) == (
        f'<div id="it" class="statement theorem"><p><span class="statement-name">{name}</span> So it is.</p>\n</div>'
    )


def test_content_that_starts_without_a_paragraph_is_below_the_name() -> None:
    text = written(TheoremKind.LEMMA, "<ul></ul>")
    assert '<p><span class="statement-name">Lemma.</span></p><ul></ul></div>' in text


def test_a_proof_ends_with_its_mark() -> None:
    mark = '<span class="qed">□</span>'
    assert written(TheoremKind.PROOF, "<p>Clear.</p>\n").endswith(f" Clear. {mark}</p>\n</div>")
    assert written(TheoremKind.PROOF, "<ul></ul>\n").endswith(
        f'<ul></ul><p class="proof-end">{mark}</p></div>'
    )
    assert mark not in written(TheoremKind.REMARK, "<p>Clear.</p>\n")
