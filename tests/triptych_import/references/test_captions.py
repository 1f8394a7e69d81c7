"""Test that manual numbers of captions are replaced, and mentions of them become references."""

from __future__ import annotations

import pytest

from tests.conftest import tiny_png
from tests.triptych_import.conftest import ImportOf
from triptych.diagnostics import has_errors
from triptych_import.book import Draft, Metadata, SectionFile, SourceBook, SourceText
from triptych_import.captions import convert_captions

PICTURE = {"p.png": tiny_png(9, 9)}
FIGURE = '<figure>\n    <img src="p.png" width="650" alt="A &quot;b&quot;" align="center">\n    <figcaption><em>Fig. 1: One [a] and <code>x</code></em></figcaption>\n    <br><br>\n</figure>\n'


def test_a_figure_in_html(import_of: ImportOf) -> None:
    result = import_of(
        {**PICTURE, "a.md": f"# A\n\nFigure 1 shows it, not Figure 2 or `Figure 1`.\n\n{FIGURE}"}
    )
    assert not has_errors(result.found), result.found
    text = result.text("a.md")
    assert "@fig-1 shows it, not Figure 2 or `Figure 1`." in text
    assert r'![One \[a\] and `x`](p.png){#fig-1 fig-alt="A \"b\"" width=650}' in text


def test_a_figure_in_html_with_code_in_its_caption(import_of: ImportOf) -> None:
    figure = (
        '<figure>\n\n<img src="p.png" alt="A" />\n\n<figcaption>Figure 1: A `Box`</figcaption>\n\n</figure>'
    )
    text = import_of({**PICTURE, "a.md": f"# A\n\n{figure}\n"}).text("a.md")
    assert '![A `Box`](p.png){#fig-1 fig-alt="A"}' in text


def test_figure_shown_as_code_is_unchanged(import_of: ImportOf) -> None:
    code = '<figure>\n\n`<img src="p.png">`\n\n<figcaption>Figure 1: A</figcaption>\n\n</figure>'
    assert "![" not in import_of({**PICTURE, "a.md": f"# A\n\n{code}\n"}).text("a.md")


def test_numbers_that_restart_in_each_file_are_local(import_of: ImportOf) -> None:
    text = f"\n\nSee Fig. 1.\n\n{FIGURE}"
    result = import_of(
        {**PICTURE, "a.md": f"# A{text}", "b.md": f"# B{text}", "c.md": "# C\n\nSee Figure 1.\n"}
    )
    assert "See @fig-a-1." in result.text("a.md")
    assert "{#fig-b-1 " in result.text("b.md")
    assert "See Figure 1." in result.text("c.md")


def test_caption_paragraphs_are_below_pictures_and_next_to_tables(import_of: ImportOf) -> None:
    body = "# A\n\n![Alt](p.png)\n\n*Figure 1.1: Below*\n\nTable 1: Above\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nTable 1 and Figure 1.1, [Figure 1.1](#a).\n"
    text = import_of({**PICTURE, "a.md": body}).text("a.md")
    assert '![Below](p.png){#fig-1-1 fig-alt="Alt"}' in text
    assert "| 1 | 2 |\n\n: Above {#tbl-1}" in text
    assert "@tbl-1 and @fig-1-1, [Figure 1.1](#a)." in text


def test_repeated_figure_caption_keeps_its_text(import_of: ImportOf) -> None:
    repeated = FIGURE.replace("Fig. 1:", "Fig. 1 (repeat):")
    text = import_of({**PICTURE, "a.md": f"# A\n\n{FIGURE}\n\n{repeated}"}).text("a.md")
    assert text.count("#fig-1 ") == 1
    assert "![Fig. 1 (repeat): One" in text


def test_listings_of_an_mdbook(import_of: ImportOf) -> None:
    listing = '<Listing number="1-1" file-name="src/main.rs" caption="Prints `Hi`, \'so\'">\n\n```rust,ignore\nfn main() {}\n```\n\n</Listing>\n'
    old = '<span class="filename">Dateiname: a.rs</span>\n\n```rust\nx();\n```\n\n<span class="caption">Listing 1-2: Zwei\nZeilen</span>\n'
    content = '<Listing file-name="b.rs">\n\n```rust\ny();\n```\n\n</Listing>\n'
    result = import_of({"book.toml": "", "src/SUMMARY.md": "- [A](a.md)\n", "src/a.md": f"# A\n\nListing 1-2 and Listing 1-1.\n\n{listing}\n{old}\n{content}"})  # fmt: skip
    assert not has_errors(result.found), result.found
    text = result.text("a.md")
    assert "@lst-1-2 and @lst-1-1." in text
    assert "```{.rust #lst-1-1 lst-cap=\"src/main.rs: Prints Hi, 'so'\"}\nfn main() {}" in text
    assert '```{.rust #lst-1-2 lst-cap="a.rs: Zwei Zeilen"}\nx();' in text
    assert '```{.rust lst-cap="b.rs"}\ny();' in text
    assert "Listing" not in text and "filename" not in text


def test_helpers_of_other_preprocessors_are_reported(import_of: ImportOf) -> None:
    result = import_of({"book.toml": "", "src/SUMMARY.md": "- [A](a.md)\n", "src/a.md": "# A\n\n{{#quiz ../q.toml}} and `{{#each}}`\n"})  # fmt: skip
    assert [note for note in result.notes if "helper" in note] == [
        'src/a.md:3:1: note: unsupported helper "{{#quiz ../q.toml}}"; kept as literal text'
    ]


def read(*texts: str) -> list[str]:
    """Return texts of files a.md, b.md and so on after their captions were converted."""
    pieces = [
        SourceText(draft=Draft.from_text(f"{name}.md", text))
        for name, text in zip("abc", texts, strict=False)
    ]
    sections = tuple(SectionFile(path=piece.path, source_texts=(piece,)) for piece in pieces)
    book = convert_captions(SourceBook(metadata=Metadata(title="T"), sections=sections))
    return [piece.draft.text for section in book.sections for piece in section.source_texts]


GRID = "| a |\n|---|\n| 1 |\n"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        # Pictures.
        ("![Figure 1: One](p.png)\n", "![One](p.png){#fig-1}\n"),
        ("![Fig. 1.2 – One](p.png){width=5}\n", "![One](p.png){#fig-1-2 width=5}\n"),
        ("![Abbildung A-1: Eins](p(1).png)\n", "![Eins](p(1).png){#fig-a-1}\n"),
        ("![图 1：一](p.png)\n", "![一](p.png){#fig-1}\n"),
        ("![Figure 1: One](p.png){#own}\n", "![Figure 1: One](p.png){#own}\n"),
        ("![Figure 1](p.png)\n", "![Figure 1](p.png)\n"),  # nothing after the number
        ("![Figure one: x](p.png)\n", "![Figure one: x](p.png)\n"),
        ("![](p.png)\n\nFigure 1: One [a]\n", "![One \\[a\\]](p.png){#fig-1}\n\n\n"),
        ("![](p.png)\n\n**Figure 1: One**\n", "![One](p.png){#fig-1}\n\n\n"),
        ("![](p.png)\n\nTable 1: One\n", "![](p.png)\n\nTable 1: One\n"),
        ("![](p.png)\n\nWords.\n", "![](p.png)\n\nWords.\n"),
        ("![](p.png)\n", "![](p.png)\n"),
        ('<img src="p q.png" alt="A" width="50%">\n\nFigure 1: One\n', '![One](<p q.png>){#fig-1 fig-alt="A" width=50%}\n\n\n'),
        (
            '<figure><img src="p.png" style="width: 30px"><figcaption>Figure 1: <b>One</b> <i>x</i></figcaption></figure>\n',
            "\n![**One** *x*](p.png){#fig-1 width=30px}\n\n",
        ),
        # Tables: above, otherwise below.
        (f"Table 1: One\n\n{GRID}", "\n\n| a |\n|---|\n| 1 |\n\n: One {#tbl-1}\n"),
        (f"{GRID}\n*Table 1: One*\n", "| a |\n|---|\n| 1 |\n\n: One {#tbl-1}\n\n\n"),
        (f"Table 1: One\n\n{GRID}\nTable 2: Two\n\n{GRID}", "\n\n| a |\n|---|\n| 1 |\n\n: One {#tbl-1}\n\n\n\n| a |\n|---|\n| 1 |\n\n: Two {#tbl-2}\n"),
        (f"{GRID}\n: Table 1: One\n", f"{GRID}\n: One {{#tbl-1}}\n"),
        (f"{GRID}\n: Table 1: One {{#own}}\n", f"{GRID}\n: Table 1: One {{#own}}\n"),
        # Listings.
        ('``` {.python lst-cap="Listing 1: One"}\nx\n```\n', '``` {.python #lst-1 lst-cap="One"}\nx\n```\n'),
        ('``` {.python #own lst-cap="Listing 1: One"}\nx\n```\n', '``` {.python #own lst-cap="Listing 1: One"}\nx\n```\n'),
    ],
)  # fmt: skip
def test_a_caption_has_its_number_as_an_id(written: str, expected: str) -> None:
    assert read(written) == [expected]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("See Figure 1, Fig. 1 and Abb. 1.", "See @fig-1, @fig-1 and @fig-1."),
        ("See Figure\n1.", "See @fig-1."),
        ("See Figure 1.2, Figure 12, Figure 1a and Figure 1-2.", "See Figure 1.2, Figure 12, Figure 1a and Figure 1-2."),
        ("See Table 1 and Configure 1.", "See Table 1 and Configure 1."),
        ("## Figure 1\n\n[Figure 1](x.md) {Figure 1} <a title='Figure 1'>", "## Figure 1\n\n[Figure 1](x.md) {Figure 1} <a title='Figure 1'>"),
        ("`Figure 1` and @fig-1", "`Figure 1` and @fig-1"),
    ],
)  # fmt: skip
def test_caption_mentions_in_prose_become_references(words: str, expected: str) -> None:
    assert read(f"{words}\n\n![Figure 1: One](p.png)\n") == [f"{expected}\n\n![One](p.png){{#fig-1}}\n"]


def test_duplicate_numbers_are_local_to_their_files() -> None:
    item, two, other = read(
        "Figure 1 and Figure 2.\n\n![Figure 1: A](p.png)\n",
        "Figure 1 and Figure 2.\n\n![Figure 1: B](p.png)\n\n![Figure 2: C](p.png)\n",
        "Figure 1 and Figure 2.\n",
    )
    assert item == "@fig-a-1 and @fig-2.\n\n![A](p.png){#fig-a-1}\n"
    assert two == "@fig-b-1 and @fig-2.\n\n![B](p.png){#fig-b-1}\n\n![C](p.png){#fig-2}\n"
    assert other == "Figure 1 and @fig-2.\n"


def test_number_used_twice_in_a_file_is_not_referenced() -> None:
    text = "Figure 1.\n\n![Figure 1: A](p.png)\n\n![Figure 1: B](p.png)\n"
    assert read(text) == [text]


def test_caption_words_without_spaces_are_recognised(import_of: ImportOf) -> None:
    """Test Chinese, which has no spaces: a word before the figure's name must match; 代表 is another word."""
    figure = FIGURE.replace("Fig. 1: One [a] and <code>x</code>", "表 3：甲").replace("表 3", "图 3")
    text = import_of(
        {**PICTURE, "a.md": f"# A\n\n如图 3所示，见图3。地图 3 代图 3 张，（图 3）。\n\n{figure}"}
    ).text("a.md")
    assert "如[@fig-3]所示，见[@fig-3]。地图 3 代图 3 张，（@fig-3）。" in text
    assert "![甲](p.png){#fig-3" in text


def test_a_listing_by_its_chinese_name(import_of: ImportOf) -> None:
    listing = '```rust\nx\n```\n\n<span class="caption">{}</span>\n'
    text = import_of(
        {
            "book.toml": '[book]\ntitle = "T"\nlanguage = "zh"\n',
            "src/SUMMARY.md": "- [A](a.md)\n",
            "src/a.md": f"# A\n\n如示例 1-2 的。\n\n{listing.format('示例 1-1：甲')}\n{listing.format('列表 1-2: 乙')}",
        }
    ).text("a.md")
    assert "如[@lst-1-2] 的。" in text
    assert '```{.rust #lst-1-1 lst-cap="甲"}' in text
    assert '```{.rust #lst-1-2 lst-cap="乙"}' in text
