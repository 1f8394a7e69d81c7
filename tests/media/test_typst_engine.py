"""Test that Typst also runs in processes that were forked after it was used."""

from __future__ import annotations

import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor

import pytest

from triptych.media.typst_engine import TypstError, compile_typst_document

PAGE = "#set page(width: 20pt, height: 20pt)\n#metadata(7) <a>"


def _in_a_child() -> bool:
    pdf, answer = compile_typst_document(PAGE, query="<a>")
    return pdf.startswith(b"%PDF") and answer == "7"


def test_pdf_and_values_are_returned() -> None:
    pdf, answer = compile_typst_document(PAGE, query="<a>")
    assert pdf.startswith(b"%PDF")
    assert answer == "7"


def test_invalid_source_is_rejected() -> None:
    with pytest.raises(TypstError):
        compile_typst_document("#nothing()")


def test_only_given_files_are_read() -> None:
    with pytest.raises(TypstError):
        compile_typst_document('#read("a.txt")')
    pdf, _ = compile_typst_document('#read("a.txt")', files={"a.txt": b"words"})
    assert pdf


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not fork")
def test_forked_process_can_still_compile_pages() -> None:
    compile_typst_document(PAGE)

    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as executor:
        assert executor.submit(_in_a_child).result(timeout=60)
