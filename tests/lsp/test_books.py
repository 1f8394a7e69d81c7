"""Test the server on whole books: answers equal the results of a plain search in the source."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lsp.client import run_server
from tests.lsp.questions import list_questions, list_sections

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("book", [ROOT, ROOT / "tests/books/everything"], ids=["edition", "everything"])
def test_fifty_of_fifty_answers_are_right(book: Path) -> None:
    questions = list_questions(book, list_sections(book), 50)
    assert len(questions) == 50
    wrong: list[str] = []
    with run_server(book) as client:
        for path in dict.fromkeys(question.path for question in questions):
            client.open(path)
        client.wait_until_read(questions[0].path)
        for question in questions:
            answer = question.ask(client)
            if not question.is_right(answer):
                wrong.append(f"{question}: {str(answer)[:200]}")
            question.undo(client)
    assert wrong == []
