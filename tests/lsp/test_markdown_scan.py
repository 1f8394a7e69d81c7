"""Test the scanner of sections: its results, and that no text makes it slow or fail."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.lsp.markdown_scan import MentionKind, scan_markdown
from triptych.lsp.schema_keys import find_key_at, find_steps
from triptych.lsp.source_text import SourceText
from triptych.project import MANIFEST


def names(text: str, kind: MentionKind) -> list[str]:
    scan = scan_markdown(text)
    mentions = [mention for mention in scan.mentions if mention.kind is kind]
    for item in mentions:
        if kind in (MentionKind.DEFINITION, MentionKind.REFERENCE, MentionKind.FILE, MentionKind.CITATION):
            assert text[item.start : item.end] == item.name
    return [entry.name for entry in mentions]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("# A {#sec-a .unnumbered}", ["sec-a"]),
        ("A\n=== \n\nB {#sec-b}\n---\n", ["sec-b"]),
        ("---\nid: 'sec-a'\n---\n# A", ["sec-a"]),
        ("[x]{#a} and [y]{.b #c-d}", ["a", "c-d"]),
        ('::: {.chart #fig-a title="{#no}"}\n:::', ["fig-a"]),
        ("```{.python #lst-a}\n{#no}\n```", ["lst-a"]),
        ("```{python}\n#| label: fig-a\n#| fig-cap: C\n1\n```", ["fig-a"]),
        ("$$\nx {#no}\n$$ {#eq-a}", ["eq-a"]),
        ("$$\n\\label{eq:a} x\n$$", ["eq:a"]),
        ('<div id="a">', ["a"]),
        ("`{#no}` <!-- {#no} -->\n\n<!--\n{#no}\n-->\n\n{{ '{#no}' }} {% a = {#no} %}", []),
        ("| a |\n|--|\n\n: T {#tbl-a}", ["tbl-a"]),
    ],
)
def test_ids_match_those_of_pandoc(text: str, ids: list[str]) -> None:
    assert names(text, MentionKind.DEFINITION) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("@fig-a. (@fig-b) [@fig-c; @fig-d, p. 2] [-@fig-e]", ["fig-a", "fig-b", "fig-c", "fig-d", "fig-e"]),
        ("@{fig-a}x *@fig-b*", ["fig-a", "fig-b"]),
        ("技术@fig-a。", ["fig-a"]),
        ("[x](#a) [y](b.md#c) [z][d]\n\n[d]: e.md#f", ["a", "c", "f"]),
        ("\\ref{fig-a} \\eqref{eq:b} \\pageref{c}", ["fig-a", "eq:b", "c"]),
        ("[]{.page of=a}", ["a"]),
        ("a@fig-b x\\@fig-c `@fig-d` https://x.org/@fig-e", []),
        ("``a ` @fig-a `` @fig-b `c", ["fig-b"]),
        ("[x](https://x.org#a) [y](mailto:a@fig-b)", []),
    ],
)
def test_references_match_those_of_pandoc(text: str, ids: list[str]) -> None:
    assert names(text, MentionKind.REFERENCE) == ids


def test_citations_terms_and_files_are_found() -> None:
    text = "@a2020 [@b_c:d; -@e]. [big *T*]{.gls}, [x]{.term term='y z'} \\gls{k} ![](p.svg) {{< include q.md >}}"
    assert names(text, MentionKind.CITATION) == ["a2020", "b_c:d", "e"]
    assert names(text, MentionKind.TERM) == ["big T", "y z", "k"]
    assert names(text, MentionKind.FILE) == ["p.svg", "q.md"]
    assert names('{{ data("d.csv").last("x") }}', MentionKind.FILE) == ["d.csv"]


def test_headings_have_level_title_and_id() -> None:
    text = "# A *b* `c` {#x}\n\nD [e](f.md)\n---\n\n```\n# no\n```\n\n## G ##\n"
    assert [(heading.level, heading.title, heading.id) for heading in scan_markdown(text).headings] == [
        (1, "A b c", "x"),
        (2, "D e", ""),
        (2, "G", ""),
    ]


# Texts for which a careless regular expression takes quadratic time.
REPEATED = ["{", '{"', "{'", "{#a", "[", "[a](", "](", "`", "``` ", "@", "@a.", "$$", "<a ", "<!--", "{{", "{%", "{{<",
            "\\ref{", "[x]{", ":::{", "# ", "{a=", '{a="', "![", "\n\n{", "\\`", "[[a]", "-\n", "~~~", "{.a "]  # fmt: skip


@pytest.mark.parametrize("piece", REPEATED)
def test_the_time_of_a_scan_grows_with_the_length(piece: str) -> None:
    def measure(count: int) -> float:
        start = time.process_time()
        scan_markdown(piece * count)
        return time.process_time() - start

    measure(1_000)
    short, long = min(measure(5_000) for _ in range(3)), min(measure(20_000) for _ in range(2))
    assert long < 0.2 or long < 9 * short


@given(st.text(alphabet="#{}[]()@`$.:=\"'\\<>!-| \nabé技𝟙{", max_size=80))
def test_no_text_makes_a_scan_fail(text: str) -> None:
    scan = scan_markdown(text)
    assert all(0 <= mention.start <= mention.end <= len(text) for mention in scan.mentions)
    assert list(scan.mentions) == sorted(scan.mentions)


@given(st.text(alphabet="abk:- \n{}[],\"'#|>", max_size=60), st.integers(0, 60))
def test_no_yaml_makes_the_search_for_keys_fail(text: str, offset: int) -> None:
    source = SourceText(text)
    find_steps(source, 0, min(offset, len(text)))
    find_key_at(MANIFEST, source, min(offset, len(text)))
