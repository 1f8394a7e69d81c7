"""Test that roles of d2lbook become ids, references and citations."""

from __future__ import annotations

import pytest

from tests.triptych_import.conftest import ImportOf
from triptych.diagnostics import has_errors
from triptych.model.walk import plain_text
from triptych_import.book import Draft
from triptych_import.citations import convert_sphinx_roles


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("# A\n:label:`sec_a_b`\n\nText", "# A {#sec-a-b}\n\nText"),
        ("# A\n\n:label:`chap_a`\n", "# A {#sec-a}\n"),
        ("![Cap](a.svg)\n:width:`400px`\n:label:`fig_a`\n", "![Cap](a.svg){#fig-a width=400px}\n"),
        ("$$a$$\n:eqlabel:`eq_a-b`\n", "$$a$$ {#eq-a-b}\n"),
        (":Cap\n\n|a|\n|-|\n|b|\n:label:`tab_x`\n", ":Cap {#tbl-x}\n\n|a|\n|-|\n|b|\n"),
        ("如:numref:`sec_a_b`中:eqref:`eq_a`，", "如[@sec-a-b]中[@eq-a]，"),
        (":cite:`A.B.2020,C` and :citet:`D`", "[@A.B.2020; @C] and @{D}"),
        (":begin_tab:`pytorch`\nText\n:end_tab:\n", "**pytorch**\nText\n\n"),
        ("```\n:label:`x`\n```\n\n`` :numref:`a` ``", "```\n:label:`x`\n```\n\n`` :numref:`a` ``"),
        ("A\n\n:bibliography:`../x.bib`\n", "A\n\n\n"),
        ("A\n\n```toc\na/index\n```\n\nB", "A\n\n\n\nB"),
    ],
)
def test_roles_become_markdown(written: str, read: str) -> None:
    assert convert_sphinx_roles(Draft.from_text("a.md", written)).text == read


def test_d2lbook_is_read_in_its_order(import_of: ImportOf) -> None:
    result = import_of({
        "config.ini": "[project]\ntitle = 深度学习\nauthor = Ada, Bob\n",
        "index.md": "A title\n=======\n\n```eval_rst\n.. raw:: html\n```\n\n```toc\n:maxdepth: 2\n\nz/index\na/index\n```\n",
        "z/index.md": "# 引言\n:label:`chap_z`\n\n```toc\none\n```\n",
        "z/one.md": "# 一\n:label:`sec_one`\n\n$$a = b$$\n:eqlabel:`eq_a`\n\n如 :eqref:`eq_a`所示，见 :numref:`sec_two`。\n",
        "a/index.md": "# 二\n:label:`sec_two`\n\n文。\n",
        "other.md": "# Other\n",
    })  # fmt: skip
    assert [plain_text(chapter.title) for chapter in result.book.chapters] == ["引言", "二"]
    assert result.book.metadata.title == "深度学习"
    assert not has_errors(result.found), result.found
    text = result.text("z/index.md")
    assert "$$a = b$$ {#eq-a}" in text
    assert "如 [@eq-a]所示，见 [@sec-two]。" in text
    assert [note for note in result.notes if "other.md" in note]


def test_first_page_with_text_is_read_and_the_source_list_generated(
    import_of: ImportOf,
) -> None:
    result = import_of({
        "index.md": "# A title\n\nWhat it is about.\n\n```toc\na/index\nb/index\nrefs\n```\n",
        "a/index.md": "# One\n\nText.\n",
        "b/index.md": "# Two\n\nText.\n",
        "refs.md": "```eval_rst\n.. only:: html\n\n   References\n   ==========\n```\n\n:bibliography:`../x.bib`\n",
    })  # fmt: skip
    assert [plain_text(chapter.title) for chapter in result.book.chapters] == ["A title", "One", "Two"]
    assert "What it is about." in result.text("index.md")
    assert [note for note in result.notes if 'chapter file "refs.md" has no text; omitted' in note]
