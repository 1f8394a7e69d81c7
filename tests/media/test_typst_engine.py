"""Typst is started in one way, also in processes that were forked after it ran."""

from __future__ import annotations

import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor

import pytest

from triptych.media.typst_engine import TypstError, compile_typst_document

PAGE = "#set page(width: 20pt, height: 20pt)\n#metadata(7) <a>"


def _in_a_child() -> bool:
    pages, answer = compile_typst_document(PAGE, query="<a>")
    return len(pages) == 1 and answer == "7"


def test_pages_and_values_come_back() -> None:
    pages, answer = compile_typst_document(PAGE, query="<a>")
    assert pages[0].startswith(b"<svg")
    assert answer == "7"


def test_what_cannot_be_set_is_refused() -> None:
    with pytest.raises(TypstError):
        compile_typst_document("#nothing()")


def test_no_file_is_read_but_those_given() -> None:
    with pytest.raises(TypstError):
        compile_typst_document('#read("a.txt")')
    pages, _ = compile_typst_document('#read("a.txt")', files={"a.txt": b"words"})
    assert pages


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not fork")
def test_a_process_that_was_forked_after_it_ran_still_gets_its_pages() -> None:
    compile_typst_document(PAGE)

    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as executor:
        assert executor.submit(_in_a_child).result(timeout=60)
