"""Test that each class and attribute of the vocabulary changes an output of its example."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scripts.reference.example_files import EXAMPLE_FILES

from tests.conftest import MakeProject, pictures_of
from tests.reading.vocabulary.test_vocabulary import ENTRIES
from triptych.engine.cache import Cache
from triptych.languages.labels import load_labels
from triptych.model.book import Book
from triptych.passes.conditions import select_for_output
from triptych.reading.topics import Name
from triptych.stages import read_project
from triptych.theme.templating import load_page_templates
from triptych.writers.deck.story.storyboard import make_storyboard
from triptych.writers.epub.pages import PageWriter
from triptych.writers.print.documents import BODY, PrintDocument

ROOT = Path(__file__).parents[3]
_MANIFEST = """\
book: {title: Examples, subtitle: Of everything, author: Ada Lovelace, chapters: [section.md]}
lang: en
bibliography: references.bib
glossary: glossary.yaml
profiles: [teacher]
"""
_NONE = "own-name"
# Names whose examples look the same without them.
_NOT_HERE = {
    "page": "the first page is that without it, and the file of the example has one",
    "epub": "the files of images are named when they are written",
    "unless-profile": "no profile is used",
    "when-meta": "the key is set",
}


@pytest.fixture(scope="module")
def style_sheets() -> str:
    folders = (ROOT / "templates" / folder for folder in ("print", "epub"))
    return "".join(path.read_text("utf-8") for folder in folders for path in folder.glob("*.css.j2"))


def _outputs(book: Book, name: str) -> list[str]:
    """Return the outputs of a book without the tested name."""
    labels = load_labels("en")
    epub, pdf, pptx = (select_for_output(book, output) for output in ("epub", "pdf", "pptx"))
    pages = PageWriter(epub, labels)
    print_document = PrintDocument(pdf, labels, BODY, pdf.chapters)
    deck, _ = make_storyboard(pptx, labels, load_page_templates(), pictures=pictures_of(pptx))
    texts = [str(pages.make_chapter_variables(chapter)["text"]) for chapter in epub.chapters]
    texts += [print_document.blocks(chapter.blocks) for chapter in pdf.chapters]
    slides = re.sub(r"(span|attr|shown)=.*?\)(?=,|\))", "", repr(deck.slides))
    return [re.sub(rf"\b({_NONE}|{name})\b ?", "", text) for text in (*texts, slides)]


@pytest.mark.parametrize(
    ("kind", "name", "entry"), ENTRIES, ids=[f"{kind}-{name}" for kind, name, _ in ENTRIES]
)
def test_a_name_changes_an_output(
    kind: str, name: str, entry: Name, make_project: MakeProject, shared_cache: Cache, style_sheets: str
) -> None:
    if kind == "class" and f".{name}" in style_sheets:
        return  # it changes only the appearance of the element
    if kind == "attribute" and name in _NOT_HERE:
        return
    sign = r"(?<=\.)" if kind == "class" else r"(?<![\w-])"
    after = r"\b" if kind == "class" else r"(?=[=:])"
    without = re.sub(
        rf"{sign}{name}{after}|(?<=^::: ){name}$|(?<=^:::: ){name}$", _NONE, entry.example, flags=re.M
    )
    assert without != entry.example
    result = []
    for example in (entry.example, without):
        files = {f"source/{path}": text for path, text in EXAMPLE_FILES.items()}
        text = f"# A chapter\n\n## A section\n\nSome words of the text.\n\n{example}\n"
        project = make_project({**files, "source/book.yaml": _MANIFEST, "source/section.md": text})
        _, book, findings = read_project(project, shared_cache)
        result.append([*(_outputs(book, name) if book else ()), *(finding.message for finding in findings)])
    assert result[0] != result[1]
