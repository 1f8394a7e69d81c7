"""Test that the parity report finds each block in the finished outputs."""

from __future__ import annotations

from dataclasses import replace

from tests.conftest import tiny_png
from tests.writers.epub.conftest import write_output
from triptych.checks.parity import Outcome, compare_outputs, find_omitted_blocks
from triptych.checks.pieces import iter_pieces
from triptych.checks.texts import FileText, make_formula_key, read_deck_text, read_epub_text
from triptych.checks.wordings import normalise_text
from triptych.languages.labels import load_labels
from triptych.model.nodes import Figure, Picture
from triptych.model.walk import rewrite_book
from triptych.stages import read_project
from triptych.theme.templating import load_page_templates
from triptych.theme.theme import load_theme
from triptych.writers.deck.story.storyboard import make_storyboard
from triptych.writers.deck.writer import write_deck

DATA = "year,output\n2024,1\n"


def all_rows_of(read_book_of, markdown: str, *, more: dict[str, str] | None = None, **files: FileText):
    project = {"source/dot.png": tiny_png(), "source/data.csv": "year,output\n2024,1\n"}
    book, findings = read_book_of(markdown, files=project, **(more or {}))
    assert not [finding for finding in findings if finding.severity == "error"]
    return compare_outputs(book, files)


def rows_of(read_book_of, markdown: str, **files: FileText):
    """Return the rows of the parity report for text, without titles."""
    rows = all_rows_of(read_book_of, markdown, **files)
    return [row for row in rows if row.kind not in ("title", "chapter title")]


def shown(text: str, **more: str) -> FileText:
    return FileText(normalise_text(text), **{key: normalise_text(value) for key, value in more.items()})


def test_content_on_slides_is_rendered(read_book_of) -> None:
    (row,) = rows_of(
        read_book_of, "A *simple* sentence.\n", pdf=shown("Before. A simple sen-\ntence. After.")
    )
    assert (row.kind, row.outcomes) == ("paragraph", {"pdf": Outcome.RENDERED})


def test_content_in_notes_is_moved(read_book_of) -> None:
    (row,) = rows_of(read_book_of, "A sentence.\n", pptx=shown("Title", notes_text="A sentence."))
    assert row.outcomes == {"pptx": Outcome.MOVED}


def test_talk_leaves_prose_to_the_book(read_book_of) -> None:
    chart = '::: {.chart type=bar data=data.csv x=year y=output fig-alt="Bars"}\nOutput\n:::\n'
    book, _ = read_book_of(f"One.\n\nTwo is not said.\n\n{chart}", files={"source/data.csv": DATA})
    file = FileText(normalise_text("A section"), normalise_text("One."), is_talk=True)
    rows = {
        row.words: row for row in compare_outputs(replace(book, has_complete_notes=False), {"pptx": file})
    }
    assert rows["One."].outcomes["pptx"] is Outcome.MOVED
    assert rows["Two is not said."].outcomes["pptx"] is Outcome.IN_BOOK
    assert rows["Two is not said."].reasons["pptx"] == "summarised in the talk"
    assert rows["Bars"].outcomes["pptx"] is Outcome.LEFT_OUT
    few = replace(book, has_complete_notes=False, has_slide_limit=True)
    row = next(row for row in compare_outputs(few, {"pptx": file}) if row.words == "Bars")
    assert (row.outcomes["pptx"], row.reasons["pptx"]) == (Outcome.IN_BOOK, "no room in the deck")
    requested, _ = read_book_of(chart.replace(".chart", ".chart .slide"), files={"source/data.csv": DATA})
    few = replace(requested, has_complete_notes=False, has_slide_limit=True)
    assert {row.outcomes["pptx"] for row in compare_outputs(few, {"pptx": file}) if row.words == "Bars"} == {
        Outcome.LEFT_OUT
    }


def test_chapter_with_marked_slides_leaves_other_charts_to_the_book(
    read_book_of,
) -> None:
    chart = '::: {.chart type=bar data=data.csv x=year y=output fig-alt="Bars"}\nOutput\n:::\n'
    text = f'{chart}\n![](dot.png){{fig-alt="A dot"}}\n\n![](dot.png){{.backup fig-alt="Another"}}\n'
    files = {"source/data.csv": DATA, "source/dot.png": tiny_png()}
    book, _ = read_book_of(text, files=files, slides="{mode: explicit}")
    rows = compare_outputs(
        replace(book, has_complete_notes=False), {"pptx": FileText(normalise_text("A section"), is_talk=True)}
    )
    result = {row.words: (row.outcomes["pptx"], row.reasons.get("pptx")) for row in rows}
    assert result["Bars"] == result["A dot"] == (Outcome.IN_BOOK, "not marked for the deck")
    assert result["Another"][0] is Outcome.LEFT_OUT


def test_missing_content_is_left_out_and_reported_at_its_position(read_book_of) -> None:
    rows = rows_of(read_book_of, "One.\n\nTwo is missing.\n", epub=shown("One."))
    assert [row.outcomes["epub"] for row in rows] == [Outcome.RENDERED, Outcome.LEFT_OUT]
    (finding,) = find_omitted_blocks(rows)
    assert (finding.code, str(finding.span)) == ("PAR001", "source/section.md:6:1")


def test_content_excluded_by_the_author_is_not_reported(read_book_of) -> None:
    rows = rows_of(read_book_of, "::: {.book-only}\nOnly in the book.\n:::\n", pptx=shown("Title"))
    assert [row.outcomes["pptx"] for row in rows] == [Outcome.LEFT_OUT]
    assert find_omitted_blocks(rows) == []


def test_note_within_a_sentence_does_not_interrupt_it(read_book_of) -> None:
    text = "It takes quite a few words to fill a line, and a page may end anywhere among them."
    cut = text.replace("line, and", "line, 1 A note at the foot of the page. 12 and")
    (row,) = rows_of(read_book_of, text + "\n", pdf=shown(cut))
    assert row.outcomes == {"pdf": Outcome.RENDERED}


def test_code_and_formulas_count(read_book_of) -> None:
    markdown = "```python\nx = 1\n```\n\n$$a + b$$\n"
    rows = rows_of(read_book_of, markdown, epub=shown("x = 1", alt_texts="a plus b"))
    assert [(row.kind, row.outcomes["epub"]) for row in rows] == [
        ("code", Outcome.RENDERED),
        ("equation", Outcome.RENDERED),
    ]


def test_inline_pictures_and_formulas_are_separate_from_their_sentence(read_book_of) -> None:
    markdown = "Let $a \\le b$ be given.\n"
    book = shown("Let a≤b be given.", alt_texts="a is less than or equal to b")
    deck = shown("", notes_text="Let a \\le b be given.")
    rows = rows_of(read_book_of, markdown, epub=book, pptx=deck)
    assert [(row.kind, row.words, row.outcomes) for row in rows] == [
        ("paragraph", "Let … be given.", {"epub": Outcome.RENDERED, "pptx": Outcome.MOVED}),
        ("formula", "a is less than or equal to b", {"epub": Outcome.RENDERED, "pptx": Outcome.MOVED}),
    ]


def test_a_formula_is_found_as_a_line_of_symbols(read_book_of) -> None:
    deck = shown("", notes_text="Let a ≤ b² be given.")
    rows = rows_of(read_book_of, "Let $a \\le b^2$ be given.\n", pptx=deck)
    assert [row.outcomes["pptx"] for row in rows] == [Outcome.MOVED, Outcome.MOVED]


def test_a_chart_with_a_description_is_a_chart_of_the_deck(read_book_of) -> None:
    chart = "::: {#fig-a .chart type=bar data=data.csv x=year y=output fig-alt=Bars}\nOutput\n\n"
    markdown = f"{chart}::: {{.description}}\nOne bar stands alone.\n:::\n:::\n"
    files = {"source/data.csv": "year,output\n2024,1\n"}
    book, _ = read_book_of(markdown, files=files)
    deck, _ = make_storyboard(book, load_labels("en"), load_page_templates(), pictures={})
    data, _ = write_deck(deck, load_theme())
    (row,) = (
        row for row in rows_of(read_book_of, markdown, pptx=read_deck_text(data)) if row.kind == "chart"
    )
    assert row.outcomes == {"pptx": Outcome.RENDERED}


def test_formula_of_the_deck_is_matched_once(read_book_of) -> None:
    book, _ = read_book_of(
        "$$E = mc^2$$ {#eq-a}\n\n::: {.slide title=T}\n- Let $q_1 \\le 7$ be\n- given\n:::\n"
    )
    deck, _ = make_storyboard(book, load_labels("en"), load_page_templates(), pictures={})
    data, _ = write_deck(deck, load_theme())
    text = read_deck_text(data)
    assert text.visible_text.count(normalise_text("Let q₁ ≤ 7 be")) == 1
    outcomes = [row.outcomes["pptx"] for row in compare_outputs(book, {"pptx": text})]
    assert set(outcomes) == {Outcome.RENDERED}


def test_formula_of_the_epub_with_numbered_rows_is_rendered(read_book_of, tmp_path) -> None:
    markdown = r"\begin{align} a &= b \label{eq:a} \\ c &= d* \label{eq:b} \end{align}" + "\n"
    manifest = "book:\n  title: T\n  lang: en\n  chapters: [section.md]\n"
    files = {"source/book.yaml": manifest, "source/section.md": f"---\ntitle: A\n---\n{markdown}"}
    data, _ = write_output("epub", tmp_path / "project", files)
    (row,) = (
        row for row in rows_of(read_book_of, markdown, epub=read_epub_text(data)) if row.kind == "equation"
    )
    assert (row.outcomes["epub"], row.reasons) == (Outcome.RENDERED, {})


def test_formula_of_the_deck_with_numbered_rows_is_rendered(read_book_of) -> None:
    markdown = r"\begin{align} a &= b \label{eq:a} \\ c &= d \label{eq:b} \end{align}" + "\n"
    book, _ = read_book_of(markdown)
    deck, _ = make_storyboard(book, load_labels("en"), load_page_templates(), pictures={})
    data, _ = write_deck(deck, load_theme())
    rows = compare_outputs(book, {"pptx": read_deck_text(data)})
    assert [row.outcomes["pptx"] for row in rows if row.kind == "equation"] == [Outcome.RENDERED]


def test_missing_formula_is_left_out(read_book_of) -> None:
    rows = rows_of(read_book_of, "Let $a \\le b$ be given.\n", epub=shown("Let be given."))
    assert [row.outcomes["epub"] for row in rows] == [Outcome.RENDERED, Outcome.LEFT_OUT]


def test_a_formula_that_is_an_arrow_in_the_line_cannot_be_missed(read_book_of) -> None:
    deck = shown("", notes_text="First all lines → then one.")
    rows = rows_of(read_book_of, r"First all lines $\rightarrow$ then one." + "\n", pptx=deck)
    assert [row.outcomes["pptx"] for row in rows] == ["moved", "not compared"]
    assert find_omitted_blocks(rows) == []


def test_text_around_a_formula_must_be_complete(read_book_of) -> None:
    text = shown("Let a≤b", alt_texts="a is less than or equal to b")
    rows = rows_of(read_book_of, "Let $a \\le b$ be given.\n", epub=text)
    assert [row.outcomes["epub"] for row in rows] == [Outcome.LEFT_OUT, Outcome.RENDERED]


def kinds(rows, output: str) -> list[tuple[str, str]]:
    return [(row.kind, str(row.outcomes[output])) for row in rows]


class TestAllThatIsSaid:
    def test_titles_summaries_takeaways_and_sources_count(self, read_book_of) -> None:
        text = "A book. A section. In short. The first. Text."
        more = {"summary": "In short", "takeaways": "[The first, The second]"}
        rows = all_rows_of(read_book_of, "Text.\n", more=more, epub=shown(text))
        assert kinds(rows, "epub") == [
            ("title", "rendered"),
            ("chapter title", "rendered"),
            ("summary", "rendered"),
            ("takeaway", "rendered"),
            ("takeaway", "left out"),
            ("paragraph", "rendered"),
        ]

    def test_a_part_counts_once(self, make_project, shared_cache) -> None:

        chapters = "[{part: The part, chapters: [a.md, b.md]}, {part: Another, chapters: [c.md]}]"
        files = {f"source/{name}.md": f"# {name.upper()}\n" for name in "abc"}
        files["source/book.yaml"] = f"book:\n  title: T\n  chapters: {chapters}\nlang: en\n"
        _, book, _ = read_project(make_project(files), shared_cache)
        assert book is not None
        parts = [row.words for row in compare_outputs(book, {}) if row.kind == "part title"]
        assert parts == ["The part", "Another"]

    def test_part_of_chapters_outside_the_talk_is_not_compared(self, make_project, shared_cache) -> None:
        manifest = "book:\n  title: A\n  chapters:\n    - part: Told\n      chapters: [a.md]\n    - part: Untold\n      chapters: [b.md]\nlang: en\n"
        files = {"source/book.yaml": manifest, "source/a.md": "# A\n\nText.\n"}
        files["source/b.md"] = "---\nslides: {mode: none}\n---\n# B\n\nText.\n"
        _, book, _ = read_project(make_project(files), shared_cache)
        untold = [
            piece.wordings[0]
            for piece in iter_pieces(book)
            if piece.kind == "part title" and piece.without_slides
        ]
        assert untold == ["Untold"]

    def test_notes_are_found_in_any_position(self, read_book_of) -> None:
        files = {"epub": shown("Text. Its note."), "pptx": shown("", notes_text="Text. [Its note.]")}
        rows = rows_of(read_book_of, "Text.^[Its note.]\n", **files)
        assert [(row.kind, dict(row.outcomes)) for row in rows] == [
            ("paragraph", {"epub": Outcome.RENDERED, "pptx": Outcome.MOVED}),
            ("footnote", {"epub": Outcome.RENDERED, "pptx": Outcome.MOVED}),
        ]
        assert rows[1].reasons == {"pptx": "footnotes go into the speaker notes"}

    def test_captions_titles_of_callouts_and_terms_count(self, read_book_of) -> None:
        markdown = (
            "| A |\n|---|\n| b |\n\n: Of letters\n\n"
            '``` {.python #lst-x lst-cap="Of code"}\nx\n```\n\n'
            '::: {.callout-tip title="Try"}\nThis.\n:::\n\n'
            "Term\n: Meaning\n"
        )
        assert [row.kind for row in rows_of(read_book_of, markdown)] == [
            "table",
            "caption",
            "code",
            "caption",
            "callout title",
            "paragraph",
            "term",
            "paragraph",
        ]

    def test_table_is_one_row_and_all_its_cells_are_compared(self, read_book_of) -> None:
        markdown = "| A | B |\n|---|---|\n| one | two |\n"
        (row,) = rows_of(read_book_of, markdown, pdf=shown("A B one two"), epub=shown("A B one"))
        assert (row.kind, dict(row.outcomes)) == (
            "table",
            {"pdf": Outcome.RENDERED, "epub": Outcome.LEFT_OUT},
        )
        assert row.reasons == {"epub": 'cell "two" not found in the file'}

    def test_drawings_and_notes_in_cells_have_separate_rows(self, read_book_of) -> None:
        markdown = "| A |\n|---|\n| one ![A dot](dot.png) $x$^[Noted.] |\n"
        rows = rows_of(read_book_of, markdown)
        assert [row.kind for row in rows] == ["table", "image", "formula", "footnote"]

    def test_a_paragraph_that_is_a_picture_is_the_row_of_the_picture(self, read_book_of) -> None:
        rows = rows_of(read_book_of, "![A dot](dot.png)\\\n", epub=shown("", alt_texts="A dot"))
        assert kinds(rows, "epub") == [("image", "rendered")]

    def test_output_specific_text_is_compared_separately(self, read_book_of) -> None:
        rows = rows_of(read_book_of, "See [the page]{.book-only} this.\n", pptx=shown("See this."))
        assert [(row.kind, str(row.outcomes["pptx"]), row.visibility) for row in rows] == [
            ("paragraph", "rendered", ""),
            ("phrase", "left out", "book-only"),
        ]
        assert find_omitted_blocks(rows) == []

    def test_text_without_letters_is_not_compared(self, read_book_of) -> None:
        rows = rows_of(read_book_of, "→\n\n![](dot.png){.decorative}\n", epub=shown("Text"))
        assert kinds(rows, "epub") == [("paragraph", "not compared"), ("image", "not compared")]
        assert find_omitted_blocks(rows) == []

    def test_empty_anchor_is_ignored(self, read_book_of) -> None:
        assert rows_of(read_book_of, '[]{#here}\n\n<a id="there"></a>\n') == []


CHART = '::: {.chart data=data.csv x=year y=output type=line fig-alt="It grows."}\nOutput\n:::\n'


class TestObjects:
    """Test that tables, formulas and charts are found as objects, or as drawings in formats without them."""

    def file(self, text: str = "", *, chart=(), table=(), formula=(), **more: str) -> FileText:
        objects = {
            "chart": frozenset(map(normalise_text, chart)),
            "table": frozenset(map(normalise_text, table)),
            "formula": frozenset(map(make_formula_key, formula)),
        }
        result = {key: normalise_text(value) for key, value in more.items()}
        return FileText(normalise_text(text), object_keys=objects, **result)

    def found(self, read_book_of, markdown: str, file: FileText) -> tuple[str, str]:
        row = rows_of(read_book_of, markdown, pptx=file)[0]
        return str(row.outcomes["pptx"]), row.reasons.get("pptx", "")

    def test_a_chart(self, read_book_of) -> None:
        native = self.file(chart=["It grows."], alt_texts="It grows.")
        assert self.found(read_book_of, CHART, native) == ("rendered", "")
        picture = self.file(alt_texts="It grows.")
        assert self.found(read_book_of, CHART, picture) == ("simplified", "shown as a picture")
        words = self.file("It grows.")
        assert self.found(read_book_of, CHART, words)[0] == "simplified"
        text = self.file(notes_text="It grows.")
        assert self.found(read_book_of, CHART, text)[0] == "moved"
        assert self.found(read_book_of, CHART, self.file())[0] == "left out"

    def test_a_chart_where_charts_are_drawings(self, read_book_of) -> None:
        file_text = FileText("", alt_texts=normalise_text("It grows."))
        assert self.found(read_book_of, CHART, file_text) == ("rendered", "shown as a drawing")

    def test_a_table(self, read_book_of) -> None:
        markdown = "| A | B |\n|---|---|\n| one | two |\n"
        cells = ["A", "B", "one", "two"]
        assert self.found(read_book_of, markdown, self.file("A B one two", table=cells)) == ("rendered", "")
        text = self.file("A B one two", table=["A B", "one two"])
        assert self.found(read_book_of, markdown, text)[0] == "simplified"

    def test_a_table_in_a_cell_of_a_slide(self, read_book_of) -> None:
        inner = "<table><tr><th>one</th><th>two</th></tr><tr><td>three</td><td>four</td></tr></table>"
        markdown = f"<table><tr><th>Head</th></tr><tr><td>{inner}</td></tr></table>\n"
        file = self.file("Head one two three four", table=["Head", "one two three four"])
        rows = rows_of(read_book_of, markdown, pptx=file)
        assert [(str(row.outcomes["pptx"]), row.reasons.get("pptx", "")) for row in rows] == [
            ("rendered", ""),
            ("simplified", "a nested table becomes a line of text"),
        ]

    def test_a_formula(self, read_book_of) -> None:
        markdown = "$$\n\\frac{a}{b} < c\n$$\n"
        assert self.found(read_book_of, markdown, self.file(formula=["c>b/a"])) == ("rendered", "")
        text = self.file(r"\\frac{a}{b} < c")
        assert self.found(read_book_of, markdown, text) == ("simplified", "shown as text")
        result = self.file(notes_text=r"\\frac{a}{b} < c")
        assert self.found(read_book_of, markdown, result)[0] == "moved"

    def test_animated_picture_is_static_in_print(self, read_book_of) -> None:
        from dataclasses import dataclass, replace

        @dataclass(frozen=True, slots=True, kw_only=True)
        class Moving(Picture):
            moving: bool = True

        def move(node):
            if not isinstance(node, Figure):
                return node
            picture = Moving(path="dot.gif", media_type="image/gif", width=1, height=1)
            return replace(node, images=tuple(replace(image, picture=picture) for image in node.images))

        book, _ = read_book_of("![A dot](dot.png)\n", files={"source/dot.png": tiny_png()})
        book = rewrite_book(book, move)
        still, moving = (FileText("", alt_texts="adot", is_static=still) for still in (True, False))
        row = next(
            row for row in compare_outputs(book, {"pdf": still, "epub": moving}) if row.kind == "figure"
        )
        assert row.outcomes == {"pdf": Outcome.SIMPLIFIED, "epub": Outcome.RENDERED}
        assert row.reasons == {"pdf": "first frame of an animation"}


def test_moved_code_was_too_long(read_book_of) -> None:
    code = "\n".join(f"line {n}" for n in range(20))
    (row,) = rows_of(read_book_of, f"```\n{code}\n```\n", pptx=shown("", notes_text=code))
    assert row.reasons == {"pptx": "too many lines for a slide"}


def test_the_authors_word_is_the_reason(read_book_of) -> None:
    markdown = "::: {.no-slide}\n| A |\n|---|\n| b |\n:::\n"
    (row,) = rows_of(read_book_of, markdown, pptx=shown("", notes_text="A b"))
    assert (row.outcomes, row.reasons) == ({"pptx": Outcome.MOVED}, {"pptx": "no-slide"})


def test_json_has_the_fates_by_output_and_the_reasons(read_book_of) -> None:
    (row,) = rows_of(read_book_of, "Text.\n", pptx=shown("", notes_text="Text."))
    assert row.to_json() == {
        "kind": "paragraph",
        "chapter": "A section",
        "location": "source/section.md:4:1",
        "text": "Text.",
        "visibility": "",
        "page": "",
        "pptx": "moved",
        "reasons": {"pptx": "prose goes into the speaker notes"},
    }


def test_content_outside_the_talk_is_in_the_book_with_its_page(read_book_of) -> None:
    pages = (0, "i"), (len(normalise_text("A section")), "1")
    book = FileText(normalise_text("A section Prose for readers."), page_starts=pages)
    deck = FileText(normalise_text("Title"), is_talk=True)
    rows = all_rows_of(
        read_book_of, "Prose for readers.\n", more={"slides": {"mode": "none"}}, pdf=book, pptx=deck
    )
    assert [(row.kind, row.outcomes["pptx"], row.page) for row in rows[1:]] == [
        ("chapter title", "only in the book", "i"),
        ("paragraph", "only in the book", "1"),
    ]
    assert rows[2].reasons["pptx"] == "the chapter has no slides"
    assert [finding.message for finding in find_omitted_blocks(rows)] == [
        'the title "A book" is missing from these outputs: pdf, pptx'
    ]


def test_press_file_has_captions_but_no_alt_texts(read_book_of) -> None:
    text = 'Before.\n\n![Its caption](dot.png){#fig-a fig-alt="A dot"}\n\nBehind.\n'
    mute = FileText(normalise_text("Before. Its caption Behind."), is_static=True, is_print_only=True)
    assert find_omitted_blocks(rows := rows_of(read_book_of, text, pdf=mute)) == []
    assert {row.outcomes["pdf"] for row in rows if row.kind == "figure"} == {Outcome.NOT_COMPARED}
    without = FileText(normalise_text("Before."), is_static=True, is_print_only=True)
    messages = [finding.message for finding in find_omitted_blocks(rows_of(read_book_of, text, pdf=without))]
    assert any("Its caption" in message for message in messages) and any(
        "Behind" in message for message in messages
    )
    assert not any("A dot" in message for message in messages)


def test_small_cell_notes_may_be_omitted_from_the_deck(read_book_of) -> None:
    table = "::: {#tbl-x .table data=b.csv rows=field columns=what values=n notes=year}\nWho\n:::\n"
    book, _ = read_book_of(table, files={"source/b.csv": "field,what,n,year\nSun,Output,80,2024\n"})
    without = frozenset(map(normalise_text, ("Field", "Output", "Sun", "80")))
    whole = frozenset(map(normalise_text, ("Field", "Output", "Sun", "80 2024")))
    for cells, outcome in ((whole, Outcome.RENDERED), (without, Outcome.SIMPLIFIED)):
        file = FileText(normalise_text("Who Field Output Sun 80"), object_keys={"table": cells})
        (row,) = [row for row in compare_outputs(book, {"pptx": file}) if row.kind == "table"]
        assert row.outcomes["pptx"] is outcome
