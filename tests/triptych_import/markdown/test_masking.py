"""Test that lines of a Markdown text are classified, and that everything except prose is masked."""

from __future__ import annotations

import pytest

from triptych_import.masking import (
    HIDDEN,
    find_formulas,
    is_list_item,
    is_thematic_break,
    mask_text,
    scan_lines,
)

LETTERS = {
    "blank": "_",
    "text": "t",
    "opening fence": "[",
    "closing fence": "]",
    "code": "c",
    "indented code": "i",
    "comment": "!",
    "raw": "r",
    "front matter": "f",
}


def kinds(text: str) -> str:
    """Return a letter for the type of each line."""
    return "".join(LETTERS[line.kind.value] for line in scan_lines(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\ntitle: A\n---\ntext", "ffft"),
        ("---\n\ntext\n---", "t_tt"),
        ("text\n\n    code\n\ntext", "t_i_t"),
        ("text\n    more", "tt"),
        ("- a\n\n    text\n\n      code", "t_t_i"),
        ("- a\n\n  text\n\n      code\n\n    text", "t_t_i_t"),
        ("10. a\n\n    text\n\n        code", "t_t_i"),
        ("- - a\n\n      text\n\n  text\n\n    text", "t_t_t_t"),
        ("-\n\n      code", "t_i"),
        ("-      a\n\n      code", "t_i"),
        ("* * *\n\n    code", "t_i"),
        ("```\ncode\n``\n````\ntext", "[cc]t"),
        ("~~~ `x`\n```\n~~~\ntext", "[c]t"),
        ("``` a`b\ntext", "tt"),
        ("- ```\n  code\n  ```", "[c]"),
        ("> ```\n> code\ntext", "[ct"),
        ("```\n> code\n```", "[c]"),
        ("<!-- a -->\ntext", "!t"),
        ("<!-- a\nb\n-->\ntext", "!!!t"),
        ("<!-- a --> words", "t"),
        ("<!-- a --> and <!-- b -->", "t"),
        ("<pre>\na\n\n</PRE>\ntext", "rrrrt"),
        ("<pre>a</pre>\ntext", "rt"),
        ("\ttext", "i"),
        ("\\begin{align*}\na %\\\\\n~~~~~~i,j=1\n\\end{align*}\ntext\n~~~\ncode", "ttttt[c"),
        ("\\begin{align}\n~~~~i\n\n~~~\ncode", "tt_[c"),
        ("\\begin{align} a \\end{align}\n~~~\ncode", "t[c"),
    ],
)
def test_each_line_has_its_kind(text: str, expected: str) -> None:
    assert kinds(text) == expected


def test_lines_have_their_offsets_and_depths() -> None:
    text = "> - a\n>   - b\n\nc"
    lines = scan_lines(text)
    assert [text[line.start : line.end] for line in lines] == text.split("\n")
    assert [(line.quote, line.text, line.list_depth) for line in lines] == [
        ("> ", "- a", 1),
        ("> ", "  - b", 2),
        ("", "", 2),
        ("", "c", 0),
    ]


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("a `b` c", "a ___ c"),
        ("a `` b` `` c", "a ________ c"),
        ("a ` b", "a ` b"),
        ("a `b\nc` d", "a __\n__ d"),
        ("a `b\n\nc` d", "a `b\n\nc` d"),
        ("a `b\n- c` d", "a `b\n- c` d"),
        ("# a `b\nc` d", "# a `b\nc` d"),
        ("a `b\n> c` d", "a `b\n> c` d"),
        ("a <!-- b --> < c", "a __________ < c"),
        (r"a \* \b `c\`", r"a __ \b ____"),
        (r"\`a `b`", "__a ___"),
        ("a\n```\nb\n```\nc", "a\n___\n_\n___\nc"),
    ],
)
def test_text_that_is_not_prose_is_masked(text: str, prose: str) -> None:
    assert mask_text(text).replace(HIDDEN, "_") == prose


def test_escaped_characters_may_be_kept() -> None:
    assert mask_text(r"a \` `b`", escapes=False).replace(HIDDEN, "_") == r"a \` ___"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a $$x$$ b", ["$$x$$"]),
        ("a $$x\ny$$ b", ["$$x\ny$$"]),
        ("a $$x\n\ny$$ b", []),
        ("`$$x$$`", []),
        (r"\begin{align*}a\end{align*} b", [r"\begin{align*}a\end{align*}"]),
        (r"\begin{align}a\end{align*}", []),
        ("a $x$ b", ["$x$"]),
        ("a $x\n=\ny$ b", ["$x\n=\ny$"]),
        (r"a \$x$ b, $5 and $6", []),
        (r"$$x \text{if $y$}$$ b", [r"$$x \text{if $y$}$$"]),
        (r"$x \text{if $y$, {$z$}}$ b", [r"$x \text{if $y$, {$z$}}$"]),
        (r"$x \text{if $y$ b", ["$y$"]),
    ],
)
def test_formulas_match_those_of_pandoc(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in find_formulas(mask_text(text))] == found


def test_list_items_and_rules_are_distinguished() -> None:
    assert [is_list_item(text) for text in ("- a", "1) a", "-", "* * *", "-a", "1234567890. a")] == [
        *(True, True, True),
        *(False, False, False),
    ]
    assert [is_thematic_break(text) for text in ("***", "- - -", "__", "    ***", "**-")] == [
        True,
        True,
        *(False,) * 3,
    ]
