"""Captions with typed numbers become those of what they stand at; what names them refers to it."""

from __future__ import annotations

from tests.conftest import tiny_png
from tests.importing.conftest import ImportOf
from triptych.diagnostics import has_errors

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


def test_a_figure_that_is_shown_as_code_stays_code(import_of: ImportOf) -> None:
    code = '<figure>\n\n`<img src="p.png">`\n\n<figcaption>Figure 1: A</figcaption>\n\n</figure>'
    assert "![" not in import_of({**PICTURE, "a.md": f"# A\n\n{code}\n"}).text("a.md")


def test_numbers_that_begin_anew_in_each_file_are_known_there_alone(import_of: ImportOf) -> None:
    text = f"\n\nSee Fig. 1.\n\n{FIGURE}"
    result = import_of(
        {**PICTURE, "a.md": f"# A{text}", "b.md": f"# B{text}", "c.md": "# C\n\nSee Figure 1.\n"}
    )
    assert "See @fig-a-1." in result.text("a.md")
    assert "{#fig-b-1 " in result.text("b.md")
    assert "See Figure 1." in result.text("c.md")


def test_paragraphs_below_pictures_and_beside_tables(import_of: ImportOf) -> None:
    body = "# A\n\n![Alt](p.png)\n\n*Figure 1.1: Below*\n\nTable 1: Above\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nTable 1 and Figure 1.1, [Figure 1.1](#a).\n"
    text = import_of({**PICTURE, "a.md": body}).text("a.md")
    assert '![Below](p.png){#fig-1-1 fig-alt="Alt"}' in text
    assert "| 1 | 2 |\n\n: Above {#tbl-1}" in text
    assert "@tbl-1 and @fig-1-1, [Figure 1.1](#a)." in text


def test_what_repeats_another_figure_keeps_its_words(import_of: ImportOf) -> None:
    again = FIGURE.replace("Fig. 1:", "Fig. 1 (repeat):")
    text = import_of({**PICTURE, "a.md": f"# A\n\n{FIGURE}\n\n{again}"}).text("a.md")
    assert text.count("#fig-1 ") == 1
    assert "![Fig. 1 (repeat): One" in text


def test_listings_of_an_mdbook(import_of: ImportOf) -> None:
    listing = '<Listing number="1-1" file-name="src/main.rs" caption="Prints `Hi`, \'so\'">\n\n```rust,ignore\nfn main() {}\n```\n\n</Listing>\n'
    old = '<span class="filename">Dateiname: a.rs</span>\n\n```rust\nx();\n```\n\n<span class="caption">Listing 1-2: Zwei\nZeilen</span>\n'
    alone = '<Listing file-name="b.rs">\n\n```rust\ny();\n```\n\n</Listing>\n'
    result = import_of({"book.toml": "", "src/SUMMARY.md": "- [A](a.md)\n", "src/a.md": f"# A\n\nListing 1-2 and Listing 1-1.\n\n{listing}\n{old}\n{alone}"})  # fmt: skip
    assert not has_errors(result.found), result.found
    text = result.text("a.md")
    assert "@lst-1-2 and @lst-1-1." in text
    assert "```{.rust #lst-1-1 lst-cap=\"src/main.rs: Prints Hi, 'so'\"}\nfn main() {}" in text
    assert '```{.rust #lst-1-2 lst-cap="a.rs: Zwei Zeilen"}\nx();' in text
    assert '```{.rust lst-cap="b.rs"}\ny();' in text
    assert "Listing" not in text and "filename" not in text


def test_helpers_of_other_preprocessors_are_said(import_of: ImportOf) -> None:
    result = import_of({"book.toml": "", "src/SUMMARY.md": "- [A](a.md)\n", "src/a.md": "# A\n\n{{#quiz ../q.toml}} and `{{#each}}`\n"})  # fmt: skip
    assert [note for note in result.notes if "helper" in note] == [
        'src/a.md:3:1: note: the helper "{{#quiz ../q.toml}}", which is not run: it stands as it is written'
    ]
