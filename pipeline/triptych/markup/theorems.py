"""Theorems and proofs → XHTML: the name runs in with the first paragraph, as mathematicians set it."""

from __future__ import annotations

from collections.abc import Callable

from triptych.languages.labels import Labels
from triptych.markup.xml import tag, text
from triptych.model.book import Label
from triptych.model.nodes import Theorem, TheoremKind

# The word for each kind among the labels.
WORDS = {kind: kind.name.lower() for kind in TheoremKind}


def theorem(
    node: Theorem, label: Label | None, labels: Labels, blocks: Callable[..., str], title: str
) -> str:
    """A theorem; ``blocks`` writes its content, ``title`` is its name as XHTML."""
    word = text(labels[WORDS[node.kind]])
    name = text(labels.named(WORDS[node.kind], label.number)) if label and label.number else word
    if title:
        name += f" ({title})"
    head = tag("span", f"{name}.", class_="statement-name")
    content = blocks(node.content)
    # In the first paragraph where there is one, else a line of its own.
    runs_in = content.startswith("<p>")
    content = f"<p>{head} {content[3:]}" if runs_in else tag("p", head) + content
    if node.kind is TheoremKind.PROOF:
        content = _with_end(content)
    return tag("div", content, id=node.attr.id or None, class_=f"statement {WORDS[node.kind]}")


def _with_end(content: str) -> str:
    """A proof with the mark of its end in its last paragraph."""
    mark = tag("span", "□", class_="qed")
    body = content.rstrip()
    if body.endswith("</p>"):
        return f"{body[:-4]} {mark}</p>\n"
    return body + tag("p", mark, class_="proof-end")
