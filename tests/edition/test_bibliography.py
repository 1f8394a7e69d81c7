"""Test the printed bibliography: capitalisation by language, and the direction of quotation marks."""

from __future__ import annotations

import re

import pytest

from tests.edition.ledger import entries
from triptych.model import nodes
from triptych.model.book import Book
from triptych.model.walk import book_nodes, plain_text

# Function words that do not occur in English titles; two of them identify another language.
_FOREIGN = re.compile(
    r"\b(?:di|del|della|delle|degli|nel|nella|una|il|gli|che|per la|el|los|las|una|por|para|con|más|que"
    r"|der|die|das|und|mit|für|von|le|les|des|une|dans|sur|avec|est|os|um|uma|dos|das|na|no varejo)\b"
)
_WRONG_QUOTE = re.compile(
    r"""(?:^|(?<=[\s(\[—–/]))[”’](?!\d0s\b|tis\b|n\b)(?=\w)  # a closing mark before a word
    | [“‘](?=[\s.,;:!?)\]]|$)                               # an opening one after it
    | ["`] | ''                                             # and such as no book prints
    """,
    re.VERBOSE,
)


@pytest.fixture(scope="module")
def sources(edition: Book) -> list[nodes.Source]:
    """Return the entries of the bibliography, as the citation style formats them."""
    (listed,) = (node for node in book_nodes(edition) if isinstance(node, nodes.ReferenceList))
    return list(listed.sources)


def report(wrong: list[str]) -> None:
    assert not wrong, "\n".join(wrong)


def key_of(source: nodes.Source) -> str:
    return source.attr.id.removeprefix("ref-")


@pytest.mark.e2e
def test_title_in_another_language_is_marked(sources: list[nodes.Source]) -> None:
    """Test that foreign titles declare their language for hyphenation, speech and capitalisation."""
    languages = {key_of(source): source.language for source in sources}
    report(
        [
            f"references.bib:{entry.line}: {entry.key}: {entry.fields['title']} (no langid)"
            for entry in entries()
            if len(_FOREIGN.findall(entry.fields["title"])) >= 2 and not languages[entry.key]
        ]
    )


def test_titles_in_other_languages_keep_their_case(sources: list[nodes.Source]) -> None:
    """Test that foreign titles are in sentence case and are printed as written."""
    titles = {entry.key: (entry.line, entry.fields["title"].strip("{}[]")) for entry in entries()}
    wrong = []
    for source in sources:
        if not source.language or source.language.startswith(("en", "de")):
            continue
        line, title = titles[key_of(source)]
        long = re.findall(r"[^\W\d_]{4,}", title.partition(" ")[2])
        if len(long) > 2 and sum(word[0].isupper() for word in long) > 0.7 * len(long):
            wrong.append(f"references.bib:{line}: {key_of(source)}: {title}")
        text = plain_text(source.content).replace("’", "'")
        if title.isascii() and title.replace("--", "–") not in text:
            wrong.append(f"references.bib:{line}: {title} reads as {text}")
    report(wrong)


def test_quotation_marks_open_and_close(sources: list[nodes.Source]) -> None:
    wrong = []
    for source in sources:
        text = plain_text(source.content).partition("http")[0]
        if match := _WRONG_QUOTE.search(text):
            wrong.append(f"{key_of(source)}: …{text[max(0, match.start() - 15) : match.end() + 15]}…")
        if text.count("“") != text.count("”"):
            wrong.append(f"{key_of(source)}: {text}")
    report(wrong)
