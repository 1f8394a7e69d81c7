"""Define Markdown sections with thousands of markers, and deeply nested markup."""

from __future__ import annotations

from pathlib import Path

from tests.hostile.small_project import Case, body_case, small_project

_MANY = 100_000


def _repeated(name: str, unit: str, count: int = _MANY, end: str = "") -> Case:
    return body_case("texts", name, lambda: unit * count + end)


def _nested(name: str, opening: str, depth: int, closing: str, inner: str = "a") -> Case:
    return body_case("nesting", name, lambda: opening * depth + inner + closing * depth)


def _fences(depth: int) -> str:
    """Return nested divs, each with a fence that is one colon shorter."""
    opening = [":" * (depth + 3 - i) + " {.a}" for i in range(depth)]
    closing = [":" * (4 + i) for i in range(depth)]
    return "\n\n".join([*opening, "a", *closing])


MARKS = [
    _repeated("marks-greater", ">"),
    _repeated("marks-less", "<"),
    _repeated("marks-backtick", "`", end="a"),
    _repeated("marks-ampersand", "&"),
    _repeated("marks-star", "*", end="a"),
    _repeated("marks-star-word", "*a "),
    _repeated("marks-strong-emphasis", "*a **b ", 5_000),
    _repeated("marks-underscore", "_a ", 50_000),
    _repeated("marks-tilde", "~", end="a"),
    _repeated("marks-caret", "^", end="a"),
    _repeated("marks-dollar", "$"),
    _repeated("marks-dollar-word", "$a ", 50_000),
    _repeated("marks-backslash", "\\"),
    _repeated("marks-brace", "{"),
    _repeated("marks-pipe", "|"),
    _repeated("marks-colon", ":"),
    _repeated("marks-hash", "#"),
    _repeated("marks-hyphen", "-"),
    _repeated("marks-quote", '"'),
    _repeated("marks-apostrophe", "'a "),
    _repeated("marks-at", "@"),
    _repeated("marks-parenthesis", "("),
    _repeated("marks-exclamation", "!"),
    _repeated("marks-of-quotations-apart", ">  >  > > ", 60),
    _repeated("words-of-one-line", "word ", 2_000_000),
    _repeated("word-without-end", "w", 2_000_000),
    _repeated("lines-of-one-letter", "a\n", 200_000),
    _repeated("breaks", "a\\\n", 50_000),
    _repeated("soft-hyphens", "\u00ad", 200_000),
    body_case("texts", "blanks-around-letters", lambda: "\n".join([" " * 4_000 + "x" + " " * 4_000] * 200)),
    body_case(
        "texts",
        "blanks-in-paragraphs",
        lambda: "\n\n".join(["a" + " " * 4_000 + "x" + " " * 4_000 + "b"] * 200),
    ),
    _repeated("addresses-of-one-paragraph", "http://example.org/a/b?c=d ", 20_000),
    _repeated("addresses-joined", "a.b-c@d.e-f.g", 3_000),
    _repeated("numbers-of-one-paragraph", "1,234.56 ", 20_000),
    _repeated("stops-of-one-word", ".", 15_000, "a"),
    _repeated("backslash-brackets", "\\[", 50_000),
    body_case(
        "texts",
        "combining-of-many-scripts",
        lambda: (
            "a" + "".join(map(chr, [*range(0x300, 0x370), *range(0x5B0, 0x5BB), 0x64B, 0xE31, 0x93C])) * 100
        ),
    ),
    _repeated("combining", "a\u0301\u0302", 50_000),
    _repeated("right-to-left-marks", "\u202e\u202d", 50_000),
]

OPENINGS = [
    _repeated("open-brackets", "[", 30, "a"),
    _repeated("open-images", "![", 40, "a"),
    _repeated("open-notes", "^[", 40, "a"),
    _repeated("open-brackets-many", "[", 5_000, "a"),
    _repeated("open-images-many", "![", 5_000, "a"),
    _repeated("open-notes-many", "^[", 5_000, "a"),
    _repeated("open-links", "[a](", 20_000),
    _repeated("open-link-titles", '[a](b "', 20_000),
    _repeated("open-attributes", "[a]{.b ", 20_000),
    _repeated("open-comments", "<!-- ", 50_000),
    _repeated("open-tags", "<a ", 50_000),
    _repeated("open-divs", "<div>\n", 5_000),
    _repeated("open-fences", ":::: {.a}\n\n", 5_000),
    _repeated("open-code-spans", "` a `` b ``` ", 10_000),
    _repeated("open-citations", "[@a; ", 20_000),
    _repeated("open-shortcodes", "{{< a ", 20_000),
    _repeated("open-formulas", "\\begin{align} ", 10_000),
    _repeated("open-groups", "\\a{", 20_000),
    _repeated("open-autolinks", "<http://a", 50_000),
    _repeated("note-definitions", "[^1]: ", 20_000),
    _repeated("note-definitions-lines", "[^1]: [^1]\n\n", 20_000),
]

CROWDS = [
    _repeated("links-many", "[a](#b) ", 50_000),
    _repeated("addresses-many", "http://a.b/c ", 50_000),
    _repeated("citations-many", "@a ", 50_000),
    _repeated("headings-many", "## A\n\n", 10_000),
    _repeated("notes-many", "a^[b] ", 20_000),
    _repeated("definitions-of-links", "[a]: b\n\n", 50_000),
    _repeated("index-marks", "[a]{.index} ", 30_000),
    _repeated("entities-many", "&amp;&#x110000;&#0;", 30_000),
    _repeated("attributes-many", "## A {" + "a=b " * 100_000 + "}", 1),
    _repeated("classes-many", "[a]{" + ".b " * 50_000 + "}", 1),
    body_case("texts", "backticks-growing", lambda: " ".join("`" * i for i in range(1, 1_500))),
    body_case("texts", "note-that-notes-itself", lambda: "a[^1]\n\n[^1]: b[^2]\n\n[^2]: c[^1]\n"),
    body_case("texts", "section-includes-itself", lambda: "{{< include one.md >}}"),
    Case(
        "include-bomb", "texts", lambda folder: small_project(folder, "{{< include _0.md >}}", files=_bomb())
    ),
]


def _bomb() -> dict[str, str]:
    """Return files that each include the next one ten times."""
    files = {f"source/_{i}.md": f"{{{{< include _{i + 1}.md >}}}}\n\n" * 10 for i in range(9)}
    return {**files, "source/_9.md": "bang\n"}


NESTING = [
    _nested("nested-brackets-24", "[", 24, "]"),
    _nested("nested-brackets-1000", "[", 1_000, "]"),
    _nested("nested-links", "[", 24, "](b)"),
    _nested("nested-images", "![", 24, "](b.png)"),
    _nested("nested-notes", "^[", 24, "]"),
    _nested("nested-spans", "[", 24, "]{.a}"),
    _nested("nested-spans-1000", "[", 1_000, "]{.a}"),
    _nested("nested-quotes-200", "> ", 200, ""),
    _nested("nested-quotes-1000", "> ", 1_000, ""),
    _nested("nested-quotes-100000", "> ", 100_000, ""),
    _nested("nested-items-1000", "- ", 1_000, ""),
    _nested("nested-html-divs-256", "<div>\n\n", 256, "\n\n</div>"),
    _nested("nested-html-divs-1000", "<div>\n\n", 1_000, "\n\n</div>"),
    _nested("nested-html-spans-1000", "<span>", 1_000, "</span>"),
    _nested("nested-html-bold-1000", "<b>", 1_000, "</b>"),
    _nested("nested-html-tables", "<table><tr><td>", 300, "</td></tr></table>"),
    _nested("nested-superscripts", "^(", 300, ")^"),
    _nested("nested-strikeouts", "~~**", 500, "**~~"),
    _nested("nested-quotation-marks", "\u201c", 500, "\u201d"),
    body_case("nesting", "nested-divs-1000", lambda: _fences(1_000)),
    body_case("nesting", "nested-divs-200", lambda: _fences(200)),
    body_case("nesting", "nested-list-lines", lambda: "\n".join("  " * i + "- a" for i in range(500))),
    body_case(
        "nesting", "nested-headings", lambda: "\n\n".join("#" * (i % 6 + 1) + " A" for i in range(3_000))
    ),
]

TABLES = [
    body_case("tables", "colspan-million", lambda: '<table><tr><td colspan="1000000">a</td></tr></table>'),
    body_case("tables", "colspan-huge", lambda: f'<table><tr><td colspan="{"9" * 40}">a</td></tr></table>'),
    body_case("tables", "colspan-3000", lambda: '<table><tr><td colspan="3000">a</td></tr></table>'),
    body_case(
        "tables", "rowspan-million", lambda: '<table><tr><td rowspan="1000000">a</td><td>b</td></tr></table>'
    ),
    body_case(
        "tables",
        "colspan-rowspan",
        lambda: "<table>" + '<tr><td colspan="500" rowspan="500">a</td></tr>' * 9 + "</table>",
    ),
    body_case(
        "tables",
        "pipe-columns-2000",
        lambda: "|a" * 2_000 + "|\n" + "|-" * 2_000 + "|\n" + "|b" * 2_000 + "|",
    ),
    body_case("tables", "pipe-rows-20000", lambda: "|a|b|\n|-|-|\n" + "|c|d|\n" * 20_000),
    body_case("tables", "pipe-cell-long", lambda: "|a|b|\n|-|-|\n|" + "word " * 100_000 + "|d|\n"),
    body_case(
        "tables", "grid-bomb", lambda: ("+-" * 300 + "+\n" + "|a" * 300 + "|\n") * 300 + "+-" * 300 + "+"
    ),
    body_case(
        "tables", "widths-of-words", lambda: '|a|b|\n|-|-|\n|c|d|\n\n: C {#tbl-a tbl-colwidths="[1e999,nan]"}'
    ),
    body_case("tables", "definitions-many", lambda: "a\n:   b\n\n" * 10_000),
]

CODE = [
    body_case(
        "code",
        "code-controls",
        lambda: (
            "```python\na = '\x01\x02\x1b\ufffe'\n```\n\n::: {.slide title=A}\n```python\na = '\x01\x0b'\n```\n:::"
        ),
    ),
    body_case("code", "code-line-of-2-mb", lambda: "```python\n" + "a+" * 1_000_000 + "\n```"),
    body_case("code", "code-of-200000-lines", lambda: "```python\n" + "a = 1\n" * 200_000 + "```"),
    body_case("code", "code-open-strings", lambda: "```perl\n" + "q{ " * 20_000 + "\n```"),
    body_case("code", "code-open-heredocs", lambda: "```ruby\n" + "<<A;" * 5_000 + "\n```"),
    body_case("code", "code-quadratic-language", lambda: "```html\n" + "<a " * 50_000 + "\n```"),
    body_case("code", "code-php-quotes", lambda: "```javascript\n" + "/" + "[" * 50_000 + "\n```"),
    body_case(
        "code",
        "code-lines-asked",
        lambda: (
            '```{.python .numberLines startFrom="99999999999999999999" highlight-lines="1-9999999999"}\na\n```'
        ),
    ),
    body_case(
        "code",
        "dot-many-nodes",
        lambda: (
            "```{dot}\n//| fig-alt: A\ndigraph { "
            + "; ".join(f"a{i} -> a{i * 7 % 3001}" for i in range(3_000))
            + " }\n```"
        ),
    ),
    body_case(
        "code",
        "dot-far-apart",
        lambda: '```{dot fig-alt="A"}\ndigraph { nodesep=1e300; ranksep=1e300; a [width=1e30]; a -> b }\n```',
    ),
    body_case(
        "code",
        "dot-dense",
        lambda: (
            '```{dot fig-alt="A"}\ndigraph { '
            + "; ".join(f"a{i} -> a{j}" for i in range(60) for j in range(60))
            + " }\n```"
        ),
    ),
    body_case(
        "code",
        "dot-nested",
        lambda: (
            '```{dot fig-alt="A"}\ndigraph { '
            + "subgraph cluster_a {" * 2_000
            + "a"
            + "}" * 2_000
            + " }\n```"
        ),
    ),
    body_case(
        "code",
        "dot-reads-file",
        lambda: '```{dot fig-alt="A"}\ndigraph { a [image="/etc/passwd" shapefile="/etc/passwd"] }\n```',
    ),
    body_case(
        "code",
        "mermaid-many",
        lambda: (
            '```{mermaid fig-alt="A"}\nflowchart TD\n'
            + "\n".join(f"a{i} --> a{i * 7 % 1501}" for i in range(1_500))
            + "\n```"
        ),
    ),
    body_case(
        "code",
        "mermaid-nested",
        lambda: (
            '```{mermaid fig-alt="A"}\nflowchart TD\n'
            + "subgraph a\n" * 1_000
            + "b\n"
            + "end\n" * 1_000
            + "```"
        ),
    ),
    body_case(
        "code",
        "mermaid-label-long",
        lambda: '```{mermaid fig-alt="A"}\nflowchart TD\na["' + "w" * 200_000 + '"] --> b\n```',
    ),
]

FORMULAS = [
    body_case("formulas", "formula-groups", lambda: "$" + "{" * 2_000 + "a" + "}" * 2_000 + "$"),
    body_case("formulas", "formula-roots", lambda: "$$" + "\\sqrt{" * 300 + "a" + "}" * 300 + "$$"),
    body_case("formulas", "formula-fractions", lambda: "$$" + "\\frac{1}{" * 200 + "a" + "}" * 200 + "$$"),
    body_case("formulas", "formula-scripts", lambda: "$$" + "a^{" * 400 + "a" + "}" * 400 + "$$"),
    *(
        body_case("formulas", f"formula-{name}", lambda start=start: f"$${start * 40}x{'}' * 40}$$")
        for name, start in {
            "underbraces": "\\underbrace{",
            "accents": "\\hat{",
            "stacks": "\\overset{a}{",
            "exponents": "a^{",
            "root-exponents": "a^\\sqrt[3]{",
        }.items()
    ),
    body_case("formulas", "formula-long", lambda: "$$" + "a + " * 20_000 + "a$$"),
    body_case("formulas", "formula-macro-loop", lambda: "\\newcommand{\\a}{\\a\\a}\n\n$\\a$"),
    body_case(
        "formulas",
        "formula-macro-bomb",
        lambda: (
            "\n".join(f"\\newcommand{{\\{chr(98 + i)}}}{{{(chr(92) + chr(97 + i)) * 10}}}" for i in range(9))
            + "\n\\newcommand{\\a}{x}\n\n$\\j$"
        ),
    ),
    body_case(
        "formulas",
        "formula-controls",
        lambda: "$a \x01 \x0b \ufffe b$\n\n::: {.slide title=A}\n$$a \x01 b$$\n:::",
    ),
    body_case(
        "formulas",
        "formula-matrix",
        lambda: "$$\\begin{matrix}" + ("a & " * 100 + "a \\\\\n") * 100 + "\\end{matrix}$$",
    ),
    body_case("formulas", "formula-spaces", lambda: "$$a \\hspace{1e99em} \\rule{999999em}{1e30em} b$$"),
]

CHARACTERS = [
    body_case("characters", "character-nul", lambda: "a\x00b"),
    body_case("characters", "characters-control", lambda: "a\x01\x08\x0b\x1b\x7f\x9f b"),
    body_case("characters", "character-not-one", lambda: "a\ufffeb\uffffc\U0001ffff"),
    body_case("characters", "character-surrogate", lambda: "a\udcffb\udc80"),
    body_case("characters", "heading-controls", lambda: "## A\x01\ufffeB {#sec-a}\n\nSee @sec-a."),
    body_case(
        "characters",
        "alternative-controls",
        lambda: '```{dot fig-alt="A\x01\ufffe" #fig-a fig-cap="B\x02"}\ndigraph { a }\n```',
    ),
    body_case("characters", "slide-controls", lambda: '::: {.slide title="A\x01\ufffe"}\n- b\x0b\n:::'),
    body_case(
        "characters",
        "links-controls",
        lambda: "[a](http://b/\x01\ufffe) [c](javascript:alert) [d](file:///etc/passwd)",
    ),
    body_case("characters", "byte-order-marks", lambda: "\ufeff" * 50_000),
    body_case("characters", "characters-of-all-planes", lambda: "".join(map(chr, range(0x20000, 0x2A000)))),
    body_case("characters", "ids-long", lambda: "## A {#sec-" + "a" * 500_000 + "}\n\n@sec-" + "a" * 500_000),
]


def _slow_sections(folder: Path) -> None:
    """Return twelve sections that pandoc cannot parse in time."""
    names = [f"slow{i}.md" for i in range(12)]
    section = "---\ntitle: S\n---\n\n" + "[" * 60 + "\n"
    manifest = f"book:\n  title: A\n  date: 2026-01-31\n  chapters: [{', '.join(names)}]\nlang: en-GB\n"
    small_project(
        folder, files={**{f"source/{name}": section for name in names}, "source/book.yaml": manifest}
    )


TEXTS = [
    Case("sections-slow", "texts", _slow_sections),
    *MARKS,
    *OPENINGS,
    *CROWDS,
    *NESTING,
    *TABLES,
    *CODE,
    *FORMULAS,
    *CHARACTERS,
]
