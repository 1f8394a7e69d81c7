"""Test that each numbered row of a formula has its number and its link target in the e-book."""

from __future__ import annotations

import io
import re
import zipfile

from tests.writers.epub.conftest import Write

ROWS = r"""
\begin{align} a &= b \label{one} \\ c &= d \\ e &= f \tag{A} \label{two} \end{align}

See \eqref{one} and \eqref{two}.
"""


def test_rows_have_numbers_and_ids(write: Write) -> None:
    data, found = write("epub", ROWS)
    assert found == []
    page = zipfile.ZipFile(io.BytesIO(data)).read("EPUB/text/section.xhtml").decode()
    rows = re.findall(r"<mtr([^>]*)>(.*?)</mtr>", page)
    assert [attributes.strip() for attributes, _ in rows] == ['id="eq-one"', "", 'id="eq-two"']
    numbers = [re.findall(r'<mtd class="equation-number"><mtext>([^<]*)', cells) for _, cells in rows]
    assert numbers == [["(1.1)"], [""], ["(A)"]]
    assert re.findall(r'href="#(eq-\w+)"[^>]*>([^<]*)', page) == [("eq-one", "1.1"), ("eq-two", "A")]
