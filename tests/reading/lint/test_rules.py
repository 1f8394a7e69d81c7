"""Test that rules report nothing in valid text; ``tests/mistakes`` covers their findings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ReadBook
from triptych.engine.cache import Cache
from triptych.reading.line_scan import scan_lines
from triptych.reading.lint import RULES, lint
from triptych.reading.lint.context import LintContext, TreeContent
from triptych.reading.pandoc import ParsedText, read_markdown

FINE = {
    "a class of characters": "The pattern `[^a-z]` and \\[^a-z] and [^0-9] are none.",
    "citations at the beginning": "@ada counts.\n\n- @ada: the best.\n- See\n  @ada. Then more.\n\n(@one) An example.",
    "escaped marks": "\\*\\*not bold\\*\\*, \\{#no-id\\}, \\::: and \\$\\$.",
    "arguments of Python": "Pass **kwargs and **args on, or raise 2**3.",
    "a dash at the beginning of a line": "A sentence that goes on\n- as this one does - and on.",
    "a number at the beginning of a line": "It was the year\n1986. Then came others.",
    "an address with a hash": "See issue\n#12 of the list, and #hashtag.",
    "a price in dollars": "It costs $ 5 or $ 6, and $7.",
    "a fence in a listing": "```md\n::: {.note} text\n```",
    "a formula on several lines": "$$\na\n= b\n$$\n\nText.",
    "spaces in a formula": "\\begin{align*}\na %\\\\\n~~~~~~i\n\\end{align*}\n\nText.",
    "attributes behind a formula": "$$a = b$$ {#eq-x}\n\nSee @eq-x.",
    "a pipe in code": "| A | B |\n|---|---|\n| `a|b` | 2 |",
    "an inner list": "1. One\n   - under it\n2. Two",
    "an inner list of bullets": "- One\n  - under it\n- Two",
    "code that is indented": "Run this:\n\n    $ make && make test\n\nThen go on.",
    "a quotation in a list": "- She said:\n\n  > Nothing is lost.",
    "a comment over lines": "<!-- ::: never\n[^x] --> Text.",
    "a path of Windows": "Look in C:\\Users\\ada\\new.",
    "a class of the author's": "[word]{.product-name} and ::: here.",
    "an option of a command": "Options are\n-v\nand\n-x, and so on.",
    "quotation marks of TeX": "He said `yes' and ``no''.",
    "verse between bars": "| One line\n| and another",
    "a table between lines": "+---+---+\n| A | B |\n+===+===+\n| 1 | 2 |\n+---+---+",
    "an escaped bracket": "An \\[optional\\] argument, \\(really\\), and x[[1]].",
    "a format of elsewhere": '::: {.content-visible when-format="html"}\nText.\n:::',
    "a comment on a line": "Text <!-- a word --> goes on.",
    "a rule before a title": "***\n\ntitle-like: words.",
    "an address behind a source": "As [@key] (https://example.org) and [-@key, p. 2] (www.example.org) say.",
    "percent signs": "It is 100%% sure, 50%% at most, 5% and 6%, and %%time is a magic.",
    "attributes of C++": 'Write [[nodiscard]] and [[deprecated("use x")]], x[[1]], m[[i]][[j]], [[1]] or [[key]](a).',
    "a footnote that is a link": "As Wikipedia says.[[1]](https://example.org)",
    "colons": "At 10:30:15, std::vector::iterator, a:b:c, `:warning:`, \\:warning:, key:value: and :: or :) or :a:.",
    "addresses with colons": "See <https://example.org/:port:/x> and urn:isbn:1234:.",
    "signs of equality": "= 5 apples.\n\n== compares two values, and = assigns one.\n\na = b",
    "raised text": "It is 5 m^2^ and x^a^ at the end x^2^\n\nThe operator ^\n\na ^ b",
    "an emphasis that begins with a bracket": "*[HTML]* is a page. *[a]: b*",
    "words around a citation": "As [@key, as @ada says], [see @key, and @ada], [@key; @ada], and @key, @ada say.",
    "brackets around words": "He said [sic], [one], [and so on] and [KEY].",
    "prices between currencies": "It costs $5 = A$7, US$5_000 or $6^2 = $36.",
    "no-break spaces in a text": '5\u00a0km, “\u00a0so\u00a0”, p.\u00a05\n\n1.\u00a0FC Köln won.\n\n[a]{.mark title="5\u00a0km"}',
    "wide spaces that indent": "\u3000\u3000一段。\n\n一\u3000二",
    "quotation marks around tags": "The “<b>bold</b>” and <span title='“so”'>word</span>, a < b and c=“d”.",
    "callouts": "::: {.callout-note appearance=minimal}\nText.\n:::\n\n> [!TIP]\n> Text.",
    "quotation marks within a caption": '```{.r #lst-a lst-cap="From f(\\"a\\"), and so."}\nx\n```',
    "a link in brackets": "[a] (see there) and [text][ref].\n\n[ref]: https://example.org",
}


@pytest.mark.parametrize("text", FINE.values(), ids=FINE)
def test_valid_source_has_no_finding(text: str, read_book_of: ReadBook) -> None:
    _, findings = read_book_of(text + "\n")
    assert [str(finding) for finding in findings if finding.code.startswith("LNT")] == []


@given(st.lists(st.text("ab:{}[]^$*#|`~>- .\\\n1", max_size=30), max_size=8).map("\n".join))
def test_each_finding_has_its_position_in_the_text(text: str) -> None:
    draft = LintContext(
        "a.md",
        tuple(text.split("\n")),
        TreeContent(texts=[text], bare_code_blocks=[text], bare_citations=["fig:a"]),
    )
    for rule in RULES:
        for finding in rule(draft):
            assert finding.span
            assert 1 <= finding.span.line <= len(draft.lines)
            assert 1 <= finding.span.column <= len(draft.lines[finding.span.line - 1]) + 1


def test_unnumbered_title_may_have_a_number(shared_cache: Cache) -> None:
    text = "# Chapter 8: Currying\n"
    (reading,) = read_markdown([text], shared_cache)
    assert isinstance(reading, ParsedText)
    result = [
        lint("a.md", text, reading, is_jinja_enabled=False, is_numbered=numbered)
        for numbered in (True, False)
    ]
    assert [[finding.code for finding in findings] for findings in result] == [["LNT032"], []]


def test_unclosed_fence_hides_no_finding() -> None:
    seen = scan_lines(["```python", "code", "", "Text."])
    assert (seen.unclosed_fence_line, seen.hidden_lines) == (1, frozenset())


def test_pandoc_warnings_are_returned_with_the_text(shared_cache: Cache) -> None:
    (reading,) = read_markdown(["::: {.callout-note}\nText.\n"], shared_cache)
    assert isinstance(reading, ParsedText)
    (finding,) = lint("a.md", "::: {.callout-note}\nText.\n", reading, is_jinja_enabled=False)
    assert (finding.code, str(finding.span)) == ("LNT001", "a.md:1:1")


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("## A\n\n::: {.x}\nb\n\n### B\n\nc\n\n## C\n\nd\n", ", probably before the heading on line 10"),
        ("### A\n\n::: {.x}\nb\n\n# B\n", ", probably before the heading on line 6"),
        ("::: {.x}\nb\n\n```\n# code\n```\n\n## C\n", ", probably before the heading on line 8"),
        ("# A\n\n::: {.x}\nb\n\n## B\n\nc\n", ""),
    ],
)
def test_the_hint_names_the_probable_end_of_a_div(text: str, end: str, shared_cache: Cache) -> None:
    (reading,) = read_markdown([text], shared_cache)
    assert isinstance(reading, ParsedText)
    hints = [
        item.hint for item in lint("a.md", text, reading, is_jinja_enabled=False) if item.code == "LNT001"
    ]
    assert hints == [f"add a line of three colons (:::) where the div should end{end}"]


def test_a_fence_with_too_few_colons_is_named(shared_cache: Cache) -> None:
    text = "::: {.x}\nb\n::\n\nc\n"
    (reading,) = read_markdown([text], shared_cache)
    assert isinstance(reading, ParsedText)
    hints = [
        item.hint for item in lint("a.md", text, reading, is_jinja_enabled=False) if item.code == "LNT001"
    ]
    assert hints == ["write three colons (:::) on line 3 to close the div"]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("> ::: {.a}\n> t\n>:::\n\n- ::: {.b}\n  t\n\nRest.\n", ["5:3"]),
        ("-\t::: {.a}\n\tt\n\t:::\n\n> ::: {.b}\n> t\n\nRest.\n", ["5:3"]),
        (">  ::: {.a}\n>  t\n> :::\n\n- ::: {.b}\n  t\n", ["5:3"]),
        ("> <div>\n> t\n></div>\n\n- ::: {.b}\n  t\n\nRest.\n", ["5:3"]),
        ("> ::: {.note} :::\n> b\n\nEnd\n", ["1:3"]),
        ("::: {.box}\n- item\n\n  ::: {.x}\n  b\n:::\n\nEnd\n", ["4:3"]),
        ("Term\n\n:   ::: {.x}\n    b\n\nEnd\n", ["3:5"]),
        ("Note. <div>a\n\n- b <div>c\n\nEnd\n", ["1:7", "3:5"]),
        ("- one\n- two <div>a\n\nA\n\n> quote\n> <div>\n> b\n\nEnd\n", ["2:7", "7:3"]),
    ],
)
def test_divs_in_lists_and_quotes_are_reported_at_their_start(
    text: str, places: list[str], shared_cache: Cache
) -> None:
    (reading,) = read_markdown([text], shared_cache)
    assert isinstance(reading, ParsedText)
    findings = [
        finding for finding in lint("a.md", text, reading, is_jinja_enabled=False) if finding.code == "LNT001"
    ]
    assert [str(finding.span) for finding in findings] == [f"a.md:{place}" for place in places]
