"""Test that CommonMark syntax is converted to pandoc's."""

from __future__ import annotations

import pytest

from triptych_import.book import Draft
from triptych_import.commonmark import convert_commonmark, link_bare_urls, simplify_info_strings


def adapted(text: str, **options: bool) -> str:
    return convert_commonmark(Draft.from_text("a.md", text), **options).text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("text\n- a\n- b\n", "text\n\n- a\n- b\n"),
        ("text\n1. a\n", "text\n\n1. a\n"),
        ("text in\n1986. A year\n", "text in\n1986. A year\n"),
        ("text\n```\ncode\n```\n", "text\n\n```\ncode\n```\n"),
        ("text\n## Head\n", "text\n\n## Head\n"),
        ("text\n> quote\n", "text\n\n> quote\n"),
        ("> text\n> - a\n", "> text\n>\n> - a\n"),
        ("text\n***\n", "text\n\n***\n"),
        ("text\n| a | b |\n|---|---|\n| 1 | 2 |\n", "text\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"),
        ("- a\n  - b\n- c\n", "- a\n  - b\n- c\n"),
        ("- a\n  more\n  - b\n", "- a\n  more\n  - b\n"),
        ("Title\n---\n\ntext\n", "Title\n---\n\ntext\n"),
        ("  ## Head\n", "## Head\n"),
        ("## Head\ntext\n- a\n", "## Head\ntext\n\n- a\n"),
        ("***\ntext\n- a\n", "***\ntext\n\n- a\n"),
        ("a\n[^1]: b\n[^2]: c\n", "a\n\n[^1]: b\n[^2]: c\n"),
        ("~~~~ js\n## code", "~~~~ js\n## code\n~~~~\n"),
    ],
)
def test_blank_line_is_inserted_after_paragraph_ends(written: str, read: str) -> None:
    assert adapted(written) == read


@pytest.mark.parametrize(
    "text",
    [
        "```\ntext\n- a\n## b $x$ ^\n```\n",
        "> ```\n> text\n> - $a\n> ```\n",
        "- item\n\n      code $x\n      - y\n",
        "    text\n    - $a\n",
        "<!-- text\n- $a\n-->\n",
        "a `$x ^ ~` b\n",
        "``a ` $b`` c\n",
        "<https://x.org/~a^b>\n",
        "[a](b~c^d$e)\n",
        "a ~~gone~~ b[^1]\n\n[^1]: note\n",
        "- [ ] task\n- [x] done\n",
        "write to a@b.org\n",
    ],
)
def test_code_and_urls_are_unchanged(text: str) -> None:
    assert adapted(text) == text


def test_pandoc_specific_characters_are_escaped() -> None:
    assert adapted("It costs $5, not $6; 2^10 and ~/x.\n") == "It costs \\$5, not \\$6; 2\\^10 and \\~/x.\n"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("@ada and [@bob](x) and @fig-x\n", "\\@ada and [\\@bob](x) and \\@fig-x\n"),
        ("in C:\\Users\\ada\n", "in C:\\\\Users\\\\ada\n"),
        ("the option --to and a -- dash\n", "the option \\--to and a -- dash\n"),
    ],
)
def test_citations_commands_and_dashes_of_pandoc_are_escaped(written: str, read: str) -> None:
    assert adapted(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("- [A]: short for b\n", "- [A]\\: short for b\n"),
        ('[A]: /x "title"\n', '[A]: /x "title"\n'),
        ("[A]: /x\n", "[A]: /x\n"),
    ],
)
def test_pandoc_specific_definitions_are_escaped(written: str, read: str) -> None:
    assert adapted(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("```js {1,3}\n", "```js\n"),
        ('```js title="a.js"\n', '```{.js lst-cap="a.js"}\n'),
        ("```js:src/a.js\n", '```{.js lst-cap="src/a.js"}\n'),
        ("- ~~~ c++ linenums\n  x\n  ~~~\n", "- ~~~c++\n  x\n  ~~~\n"),
        ("```{.js #lst-a}\n", "```{.js #lst-a}\n"),
        ("``` markdown\n", "``` markdown\n"),
    ],
)
def test_fences_keep_only_their_language(written: str, read: str) -> None:
    assert simplify_info_strings(Draft.from_text("a.md", written)).text == read


def test_mathematics_is_unchanged_if_supported() -> None:
    assert adapted("$x$\n", math=True) == "$x$\n"


def test_lone_picture_keeps_its_alt_text() -> None:
    assert adapted('![A "b" `c`](p.png)\n') == '![](p.png){fig-alt="A \\"b\\" c"}\n'
    assert adapted("![A\nb](p.png)\n") == '![](p.png){fig-alt="A b"}\n'
    centred = "<center>\n\n![A](p.png)\n</center>\n"
    assert adapted(centred) == centred.replace("![A](p.png)", '![](p.png){fig-alt="A"}')


def test_inline_picture_is_unchanged() -> None:
    assert adapted("text ![a](p.png)\n") == "text ![a](p.png)\n"


def test_bars_in_code_of_cells() -> None:
    text = "| `a \\| b` | b |\n|---|---|\n| `x \\| y` | \\| z |\n\n`a \\| b`\n"
    assert adapted(text) == "| `a | b` | b |\n|---|---|\n| `x | y` | \\| z |\n\n`a \\| b`\n"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("(a) x\n", "(a\\) x\n"),
        ("A. Milne\n", "A\\. Milne\n"),
        ("1) x\n", "1) x\n"),
        ("- y\n* (1) x\n", "- y\n* (1\\) x\n"),
    ],
)
def test_fancy_lists_are_none(written: str, read: str) -> None:
    assert adapted(written) == read


def test_lines_keep_their_source_numbers() -> None:
    draft = convert_commonmark(Draft.from_text("a.md", "text\n- a\n\nend $\n"))
    place = draft.text.index("end")
    assert (draft.make_finding(place, "", "").line, draft.make_finding(place, "", "").column) == (4, 1)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("See https://x.org/a_b.\n", "See <https://x.org/a_b>.\n"),
        ("见https://x.org/a，然后\n", "见https://x.org/a，然后\n"),
        ("见 https://x.org/a，然后\n", "见 <https://x.org/a>，然后\n"),
        ("如 http://，这\n", "如 http://，这\n"),
        (
            "[a](https://x.org) `https://x.org` <https://x.org>\n",
            "[a](https://x.org) `https://x.org` <https://x.org>\n",
        ),
        ("[https://x.org](b)\n\n[c]: https://x.org\n", "[https://x.org](b)\n\n[c]: https://x.org\n"),
    ],
)
def test_bare_addresses_become_links(written: str, read: str) -> None:
    assert link_bare_urls(Draft.from_text("a.md", written)).text == read


def test_line_within_an_element_is_not_an_underline() -> None:
    text = "<div>\nWords\n=\n---\n</div>\n\nHead\n===\n"
    assert adapted(text) == "<div>\nWords\n\\=\n\\-\\-\\-\n</div>\n\nHead\n===\n"
