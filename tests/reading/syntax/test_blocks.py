"""Test that Markdown becomes blocks of the model."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook, tiny_png
from triptych.model.nodes import (
    Align,
    Aside,
    Block,
    BlockQuote,
    BulletList,
    Callout,
    CalloutKind,
    Code,
    CodeBlock,
    DefinitionList,
    Equation,
    Figure,
    Group,
    Heading,
    Image,
    IndexMark,
    Link,
    Math,
    Note,
    OrderedList,
    Paragraph,
    Slide,
    SpeakerNotes,
    Style,
    Styled,
    Table,
    ThematicBreak,
    Theorem,
    Verse,
)
from triptych.model.walk import book_nodes, plain_text, walk, walk_all
from triptych.passes.conditions import select_for_output


@pytest.fixture
def blocks(read_book_of: ReadBook):
    def read(markdown: str, **more: object) -> tuple[Block, ...]:
        book, findings = read_book_of(markdown, **more)
        # Accessibility findings are ignored, since these tests are about parsing.
        wrong = [str(finding) for finding in findings if not finding.code.startswith("ACC")]
        assert not wrong
        return book.chapters[0].blocks

    return read


@pytest.fixture
def block(blocks):
    def read(markdown: str, **more: object) -> Block:
        (only,) = blocks(markdown, **more)
        return only

    return read


class TestText:
    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("中文\n换行", "中文换行"),
            ("**中文**，\n换行", "中文，换行"),
            ("中文\nword\n中文", "中文\nword\n中文"),
            ("한국어\n문장", "한국어\n문장"),
        ],
    )
    def test_line_end_between_han_characters_is_not_a_space(
        self, read_book_of: ReadBook, written: str, read: str
    ) -> None:
        book, _ = read_book_of(written)
        (paragraph,) = book.chapters[0].blocks
        assert isinstance(paragraph, Paragraph)
        assert plain_text(paragraph.content).split() == read.split()

    def test_bare_text_in_html_is_a_paragraph(self, blocks) -> None:
        first, second = blocks("<details><summary>More</summary>The *rest*.</details>")
        assert (first.tight, second.tight) == (False, False)
        assert (plain_text(first.content), plain_text(second.content)) == ("More", "The rest.")

    def test_single_picture_in_a_paragraph_is_a_figure(self, blocks) -> None:
        files = {"source/dot.png": tiny_png()}
        text = '![](dot.png){#fig-a fig-alt="A dot"}\n\n<img src="dot.png" alt="A dot">\n\n![](dot.png){.decorative}\n'
        first, second, ornament = blocks(text, files=files)
        assert isinstance(first, Figure)
        assert (first.attr.id, first.images[0].attr.id, first.images[0].alt) == ("fig-a", "", "A dot")
        assert isinstance(second, Figure)
        assert isinstance(ornament, Paragraph)

    def test_terms_in_html_are_a_list_of_terms(self, block) -> None:
        terms = block("<dl>\n<dt>Term</dt>\n<dd>What it *is*</dd>\n</dl>\n")
        assert isinstance(terms, DefinitionList)
        assert plain_text(terms.items[0].term) == "Term"

    def test_html_headings_lists_and_quotations_are_converted(self, blocks) -> None:
        heading, bullets, numbers, quotation = blocks(
            '<h2 id="x">Two *words*</h2>\n\n<ul>\n<li>One $x^2$</li>\n<li>Two\n<ol><li>inner</ol>\n</ul>\n\n'
            '<ol start="3"><li>three</li><li>four</li></ol>\n\n<blockquote>\n\nSaid.\n\n</blockquote>\n'
        )
        assert (heading.level, heading.attr.id, plain_text(heading.content)) == (2, "x", "Two words")
        assert isinstance(bullets, BulletList) and len(bullets.items) == 2
        assert any(isinstance(node, Math) for node in walk(bullets))
        assert isinstance(bullets.items[1].content[1], OrderedList)
        assert (numbers.start, len(numbers.items)) == (3, 2)
        assert isinstance(quotation, BlockQuote)

    def test_a_heading_of_level_1_within_a_div_is_below_the_title_too(self, read_book_of: ReadBook) -> None:
        book, _ = read_book_of("## One\n\n::: {.content-visible}\n\n# Two\n\n:::\n\nText.\n")
        levels = [node.level for node in walk(book.chapters[0].blocks) if isinstance(node, Heading)]
        assert levels == [3, 2]

    def test_badly_nested_elements_lose_no_text(self, read_book_of: ReadBook) -> None:
        book, findings = read_book_of("<ul>\n<li>One\n\n<h2>Two</ul>\n\nThree</h2>\n")
        assert plain_text(book.chapters[0].blocks).split() == ["One", "Two", "Three"]
        assert "SEC006" in {finding.code for finding in findings}

    def test_a_frame_becomes_a_link_and_is_reported(self, read_book_of: ReadBook) -> None:
        book, findings = read_book_of('<iframe width="560" src="//x.org/v" title="A film"></iframe>\n')
        (link,) = [node for node in walk(book.chapters[0].blocks) if isinstance(node, Link)]
        assert (link.target, plain_text(link.content)) == ("https://x.org/v", "A film")
        assert [finding.code for finding in findings] == ["SEC006"]

    def test_elements_left_out_are_reported_once_each_name(self, read_book_of: ReadBook) -> None:
        _, findings = read_book_of(
            'A <video src="a.mp4"></video>.\n\n<script>x</script>\n\n- b <video src="b.mp4"></video>\n'
            '- c^[A note <video src="c.mp4"></video>.]\n'
        )
        assert [(finding.code, str(finding.span)) for finding in findings] == [
            ("SEC006", "source/section.md:4:3"),
            ("SEC006", "source/section.md:6:1"),
        ]
        assert "(and 2 more <video> in this section)" in findings[0].message

    def test_headings_in_html_get_no_ids_of_pandocs(self, read_book_of: ReadBook) -> None:
        _, findings = read_book_of("<h4>中文</h4>\n\nText\n\n<h4>中文</h4>\n")
        assert "IDS001" not in {finding.code for finding in findings}

    def test_neighbouring_words_are_one_text(self, block) -> None:
        (text,) = block("Some plain words.").content
        assert text.text == "Some plain words."

    @pytest.mark.parametrize(
        ("markdown", "style"),
        [
            ("*x*", Style.EMPHASIS),
            ("**x**", Style.STRONG),
            ("~~x~~", Style.STRIKEOUT),
            ("[x]{.underline}", Style.UNDERLINE),
            ("^x^", Style.SUPERSCRIPT),
            ("~x~", Style.SUBSCRIPT),
            ("[x]{.smallcaps}", Style.SMALL_CAPS),
            ("[x]{.kbd}", Style.KEYBOARD),
            ("[x]{.mark}", Style.MARK),
            ("<kbd>x</kbd>", Style.KEYBOARD),
            ("<b>x</b>", Style.STRONG),
        ],
    )
    def test_markup_is_a_style(self, block, markdown: str, style: Style) -> None:
        (node,) = block(markdown).content
        assert isinstance(node, Styled)
        assert (node.style, plain_text(node.content)) == (style, "x")

    def test_code_keeps_its_characters(self, block) -> None:
        assert block("`a  <b> -- c`").content[0] == Code(text="a  <b> -- c")

    def test_a_formula_has_its_tex_and_mathml(self, block) -> None:
        (node,) = block("$a < b$").content
        assert isinstance(node, Math)
        assert node.tex == "a < b"
        assert node.mathml.startswith("<math")

    def test_footnote_contains_blocks(self, block) -> None:
        notes = [
            node
            for node in walk_all(block("Text[^1].\n\n[^1]: One.\n\n    Two.\n").content)
            if isinstance(node, Note)
        ]
        assert [len(note.content) for note in notes] == [2]

    @pytest.mark.parametrize("target", ["https://a.example/x?y=1&z=2", "mailto:a@b.example"])
    def test_link_keeps_its_target(self, block, target: str) -> None:
        (link,) = block(f"[x]({target})").content
        assert isinstance(link, Link)
        assert link.target == target

    def test_a_bare_at_sign_without_a_bibliography_is_text(self, block) -> None:
        assert plain_text((block("Write to @ada on the site."),)) == "Write to @ada on the site."

    def test_html_comments_are_removed_silently(self, blocks) -> None:
        assert len(blocks("<!-- a remark -->\n\nText <!-- and another --> here.\n")) == 1

    def test_html_table_keeps_its_rows_and_cells(self, block) -> None:
        table = block("<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>\n")
        assert isinstance(table, Table)
        assert [plain_text(cell.content) for row in (*table.head, *table.body) for cell in row.cells] == [
            "A",
            "B",
            "1",
            "2",
        ]

    def test_invalid_tex_formula_is_reported(self, read_book_of: ReadBook) -> None:
        _, result = read_book_of("Text.\n\n$$x \\nosuchmacro y$$\n")
        assert [f"{finding.span}" for finding in result] == ["source/section.md:6:3"]


class TestStructure:
    def test_headings_have_levels_and_attributes(self, blocks) -> None:
        first, second = blocks("## One {#sec-one .unnumbered}\n\n### Two\n")
        assert isinstance(first, Heading) and isinstance(second, Heading)
        assert (first.level, first.attr.id, first.attr.has("unnumbered")) == (2, "sec-one", True)
        assert second.level == 3

    def test_lists_nest(self, block) -> None:
        outer = block("- one\n- two\n    - three\n")
        assert isinstance(outer, BulletList)
        assert [type(node) for node in outer.items[1].content] == [Paragraph, BulletList]

    @pytest.mark.parametrize(
        ("mark", "start", "style"),
        [
            ("1.", 1, "decimal"),
            ("7.", 7, "decimal"),
            ("a)", 1, "lower-alpha"),
            ("B.", 2, "upper-alpha"),
            ("ii.", 2, "lower-roman"),
        ],
    )
    def test_numbered_lists_keep_start_and_style(self, block, mark: str, start: int, style: str) -> None:
        node = block(f"{mark}  one\n")
        assert isinstance(node, OrderedList)
        assert (node.start, node.style) == (start, style)

    def test_tasks_are_done_or_not(self, block) -> None:
        assert [item.checked for item in block("- [ ] one\n- [x] two\n- three\n").items] == [
            False,
            True,
            None,
        ]

    def test_a_tight_list_has_tight_paragraphs(self, block) -> None:
        assert block("- one\n- two\n").items[0].content[0].tight
        assert not block("- one\n\n- two\n").items[0].content[0].tight

    def test_terms_may_have_several_meanings(self, block) -> None:
        node = block("Term\n: One\n\n: Two\n")
        assert isinstance(node, DefinitionList)
        assert len(node.items[0].meanings) == 2

    def test_line_blocks_keep_their_lines(self, block) -> None:
        node = block("| one\n| two\n")
        assert isinstance(node, Verse)
        assert len(node.lines) == 2

    def test_a_rule_is_a_change_of_topic(self, blocks) -> None:
        assert blocks("One.\n\n* * *\n\nTwo.\n")[1] == ThematicBreak()


class TestIndexMarks:
    @pytest.mark.parametrize(
        ("markdown", "shown"),
        [
            ("## H\n\\index{a}\n\\index{b}\n\nText.\n", "Heading H / Paragraph abText."),
            ("## H\n\n\\index{a}\n\n\\index{b}\n\nText.\n", "Heading H / Paragraph abText."),
            ("Text.\n\n\\index{a} \\index{b}\n\n- x\n", "Paragraph Text.ab / BulletList x"),
            ("\\index{a|(}Text.\n\n\\index{a|)}\n\nMore.\n", "Paragraph aText.a / Paragraph More."),
            ("Text.\n\n\\index{a}\n", "Paragraph Text.a"),
            ("## H\n\n\\index{a}\n\n- x\n", "Heading H / Paragraph a / BulletList x"),
            ("\\index{a}, and so on.\n\nText.\n", "Paragraph a, and so on. / Paragraph Text."),
        ],
    )
    def test_lone_index_marks_move_to_adjacent_text(self, blocks, markdown: str, shown: str) -> None:
        def text(block: Block) -> str:
            if isinstance(block, Paragraph):
                return "".join(
                    plain_text(node.path[0].content) if isinstance(node, IndexMark) else plain_text((node,))
                    for node in block.content
                )
            return plain_text((block,))

        result = (f"{type(block).__name__} {text(block)}" for block in blocks(markdown))
        assert " / ".join(result) == shown


class TestListings:
    def test_the_first_class_is_the_language(self, block) -> None:
        node = block("```python\nx = 1\n```\n")
        assert isinstance(node, CodeBlock)
        assert (node.language, node.text) == ("python", "x = 1")

    def test_code_keeps_tabs_blank_lines_and_spaces(self, block) -> None:
        assert block("```\n\ta\n\n  b  \n```\n").text == "\ta\n\n  b  "

    def test_a_listing_has_an_id_and_a_caption(self, block) -> None:
        node = block('``` {.python #lst-a lst-cap="A greeting"}\nx\n```\n')
        assert (node.attr.id, plain_text(node.caption)) == ("lst-a", "A greeting")


class TestTables:
    MARKDOWN = "| A | B |\n|:--|--:|\n| 1 | 2 |\n\n: Caption {#tbl-a}\n"

    def test_a_pipe_table_has_columns_head_body_and_caption(self, block) -> None:
        table = block(self.MARKDOWN)
        assert isinstance(table, Table)
        assert [column.align for column in table.columns] == [Align.LEFT, Align.RIGHT]
        assert (len(table.head), len(table.body)) == (1, 1)
        assert (table.attr.id, plain_text(table.caption)) == ("tbl-a", "Caption")

    def test_div_with_an_id_is_the_table_within_it(self, block) -> None:
        table = block("::: {#tbl-b}\n| A | B |\n|---|---|\n| 1 | 2 |\n\nThe caption\n:::\n")
        assert isinstance(table, Table)
        assert (table.attr.id, plain_text(table.caption)) == ("tbl-b", "The caption")

    def test_a_table_without_words_in_its_head_has_none(self, block) -> None:
        assert block("|   |   |\n|---|---|\n| 1 | 2 |\n").head == ()

    def test_spanning_cells_keep_their_spans(self, block) -> None:
        table = block("+---+---+\n| a | b |\n+---+---+\n| c     |\n+---+---+\n")
        assert [cell.colspan for row in table.body for cell in row.cells] == [1, 1, 2]

    def test_cells_go_over_at_most_a_thousand_columns(self, read_book_of) -> None:
        _, findings = read_book_of('<table><tr><td colspan="1000000">`colspan=5000`</td></tr></table>\n')
        assert [problem.code for problem in findings if problem.code == "SEC004"] == ["SEC004"]
        assert "1000 columns; the limit is 200" in findings[0].message

    @pytest.mark.e2e
    @pytest.mark.parametrize("kind", ["pipe", "data"])
    def test_a_table_has_so_many_cells_at_the_most(self, read_book_of, kind: str) -> None:
        rows = "1,2\n" * 10_000
        pipe = "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 10_000 + "\n: Long {#tbl-a}\n"
        data = '::: {#tbl-a .table data="a.csv"}\nLong\n:::\n'
        text = "Text.\n\n" + (pipe if kind == "pipe" else data)
        _, (problem, *_) = read_book_of(text, files={"source/a.csv": f"a,b\n{rows}"})
        assert problem.code == "SEC004"
        assert "20,002 cells; the limit is 20,000" in problem.message
        assert "table-cells" in problem.hint
        assert problem.span is not None
        assert problem.span.line == 6  # after the front matter

    def test_cell_contains_no_chapter(self, read_book_of) -> None:
        cell = "word " * 5_000
        _, (problem, *_) = read_book_of(f"| a | b |\n|---|---|\n| {cell}| 2 |\n")
        assert problem.code == "SEC004"
        assert "24,999 characters; the limit is 5,000" in problem.message

    @pytest.mark.parametrize(("cells", "align"), [("1900 2026", Align.LEFT), ("1900 6200", Align.RIGHT)])
    def test_numbers_of_four_digits_are_amounts_unless_all_are_years(self, block, cells, align) -> None:
        rows = "".join(f"x,{cell}\n" for cell in cells.split())
        table = block("::: {#tbl-a .table data=a.csv}\nOne\n:::\n", files={"source/a.csv": f"a,b\n{rows}"})
        assert table.columns[1].align is align

    def test_paragraphs_of_the_caption_of_a_data_table_are_separated(self, block) -> None:
        text = "::: {#tbl-a .table data=a.csv}\nOne.\n\nTwo.\n:::\n"
        table = block(text, files={"source/a.csv": "a,b\n1,2\n"})
        assert plain_text(table.caption) == "One. Two."

    def test_a_table_from_data_may_be_for_one_output(self, read_book_of) -> None:
        text = '::: {#tbl-a .table data="a.csv" when-format="pdf" columns="a"}\nOne.\n:::\n'
        book, result = read_book_of(text, files={"source/a.csv": "a,b\n1,2\n"})
        assert not result
        output, e_book = (list(book_nodes(select_for_output(book, name), Table)) for name in ("pdf", "epub"))
        assert (len(output), len(e_book)) == (1, 0)

    @pytest.mark.parametrize(
        ("down", "across", "told"), [(150, 150, "22,801 cells"), (2, 200, "201 columns")]
    )
    def test_table_from_long_data_has_no_further_options(self, read_book_of, down, across, told) -> None:
        places = [(row % down, row % across) for row in range(max(down, across))]
        rows = "".join(f"r{row},c{column},1\n" for row, column in places)
        text = "::: {#tbl-a .table data=a.csv rows=r columns=c values=v}\nLong\n:::\n"
        _, (problem, *_) = read_book_of(text, files={"source/a.csv": f"r,c,v\n{rows}"})
        assert problem.code == "SEC004"
        assert told in problem.message


class TestFigures:
    FILES = {"source/dot.png": tiny_png(), "source/two.png": tiny_png(2, 1)}

    def test_single_picture_is_a_figure_with_its_caption(self, block) -> None:
        figure = block('![A dot](dot.png){#fig-dot fig-alt="A black dot"}\n', files=self.FILES)
        assert isinstance(figure, Figure)
        assert (figure.attr.id, plain_text(figure.caption), figure.images[0].alt) == (
            "fig-dot",
            "A dot",
            "A black dot",
        )

    def test_a_picture_in_a_line_is_an_image(self, block) -> None:
        paragraph = block("See ![A dot](dot.png) here.\n", files=self.FILES)
        assert isinstance(paragraph, Paragraph)
        assert any(isinstance(node, Image) for node in paragraph.content)

    def test_a_div_with_an_id_joins_several_pictures(self, block) -> None:
        figure = block(
            "::: {#fig-both}\n![One](dot.png)\n\n![Two](two.png)\n\nBoth of them\n:::\n", files=self.FILES
        )
        assert isinstance(figure, Figure)
        sources = [image.source for panel in figure.panels for image in panel.images]
        assert sources == ["dot.png", "two.png"]
        assert plain_text(figure.caption) == "Both of them"

    def test_pictures_are_measured(self, block) -> None:
        picture = block("![Two](two.png)\n", files=self.FILES).images[0].picture
        assert (picture.path, picture.media_type, picture.width, picture.height) == (
            "source/two.png",
            "image/png",
            2,
            1,
        )

    def test_picture_next_to_a_section_in_a_folder_is_found(self, make_project, shared_cache) -> None:
        from triptych.stages import read_project

        files = {
            "source/book.yaml": "book:\n  title: A\n  lang: en\n  chapters: [one/section.md]\n",
            "source/one/section.md": "![A dot](dot.png)\n",
            "source/one/dot.png": tiny_png(),
        }
        _, _, result = read_project(make_project(files), shared_cache)
        assert [str(finding) for finding in result] == []

    def test_picture_at_the_root_does_not_replace_one_next_to_the_section(self, block) -> None:
        figure = block("![A dot](dot.png)\n", files={**self.FILES, "dot.png": tiny_png(9, 9)})
        assert figure.images[0].picture.path == "source/dot.png"


class TestEquations:
    def test_a_displayed_formula_is_a_block_with_its_id(self, block) -> None:
        node = block("$$\nE = mc^2\n$$ {#eq-energy}\n")
        assert isinstance(node, Equation)
        assert (node.tex, node.attr.id) == ("E = mc^2", "eq-energy")

    def test_text_around_a_displayed_formula_is_kept(self, blocks) -> None:
        kinds = [type(node) for node in blocks("Before $$x$$ after.\n")]
        assert kinds == [Paragraph, Equation, Paragraph]


class TestDivs:
    @pytest.mark.parametrize("kind", CalloutKind)
    def test_callouts_of_quarto(self, block, kind: CalloutKind) -> None:
        node = block(f'::: {{.callout-{kind} title="T"}}\nText.\n:::\n')
        assert isinstance(node, Callout)
        assert (node.kind, plain_text(node.title), plain_text(node.content)) == (kind, "T", "Text.")

    @pytest.mark.parametrize("kind", CalloutKind)
    def test_callouts_of_github(self, block, kind: CalloutKind) -> None:
        node = block(f"> [!{kind.upper()}]\n> Text.\n")
        assert isinstance(node, Callout)
        assert (node.kind, node.title, plain_text(node.content)) == (kind, (), "Text.")

    def test_a_heading_in_a_callout_is_its_title(self, block) -> None:
        node = block("::: {.callout-note}\n## Own\n\nText.\n:::\n")
        assert plain_text(node.title) == "Own"

    def test_a_slide_has_a_title_and_content(self, block) -> None:
        node = block('::: {.slide title="T"}\n- one\n:::\n')
        assert isinstance(node, Slide)
        assert plain_text(node.title) == "T"

    @pytest.mark.parametrize(
        ("role", "kind"), [("#thm-a", Theorem), (".aside", Aside), (".callout-tip", Callout)]
    )
    def test_other_elements_are_not_separate_slides(self, block, role: str, kind: type) -> None:
        """Test that theorems, asides and callouts with the class ``slide`` keep their type."""
        assert isinstance(block(f"::: {{{role} .slide}}\nText.\n:::\n"), kind)

    def test_notes_are_for_the_speaker(self, block) -> None:
        assert isinstance(block("::: notes\nSay it.\n:::\n"), SpeakerNotes)

    @pytest.mark.parametrize(
        "opening",
        [
            '#fig-a .chart type=bar data=a.csv x=a y=b fig-alt="Bars"',
            "#tbl-a .table data=a.csv",
            '#fig-b fig-alt="A dot"',
            "#tbl-b",
        ],
    )
    def test_notes_within_an_element_follow_it(self, blocks, opening: str) -> None:
        shown = {"#fig-b": "![](dot.png)\n\n", "#tbl-b": "| a |\n|---|\n| 1 |\n\n"}
        inner = shown.get(opening.split()[0], "")
        files = {"source/a.csv": "a,b\nx,2\n", "source/dot.png": tiny_png()}
        text = f"::: {{{opening}}}\n{inner}The caption\n\n::: notes\nSay it.\n:::\n:::\n"
        first, notes = blocks(text, files=files)
        assert isinstance(notes, SpeakerNotes)
        assert plain_text(first.caption) == "The caption"

    def test_other_divs_are_groups(self, block) -> None:
        node = block("::: {.box lang=de}\nText.\n:::\n")
        assert isinstance(node, Group)
        assert (node.attr.has("box"), node.attr.get("lang")) == (True, "de")


class TestChapters:
    def test_the_title_may_be_the_first_heading(self, make_project, shared_cache) -> None:
        from triptych.stages import read_project

        files = {
            "source/book.yaml": "book:\n  title: A\n  lang: en\n  chapters: [a-b.md]\n",
            "source/a-b.md": "# One {#sec-x}\n\nText\n",
        }
        _, book, _ = read_project(make_project(files), shared_cache)
        chapter = book.chapters[0]
        assert (plain_text(chapter.title), chapter.id, len(chapter.blocks)) == ("One", "sec-x", 1)

    def test_without_any_title_the_file_name_is_one(self, make_project, shared_cache) -> None:
        from triptych.stages import read_project

        files = {
            "source/book.yaml": "book:\n  title: A\n  lang: en\n  chapters: [next-steps.md]\n",
            "source/next-steps.md": "Text\n",
        }
        _, book, _ = read_project(make_project(files), shared_cache)
        assert plain_text(book.chapters[0].title) == "Next steps"

    def test_further_headings_of_level_one_go_a_level_down(self, blocks) -> None:
        assert [node.level for node in blocks("# One\n\n## Two\n\n# Three\n")] == [2, 3, 2]

    def test_titles_summaries_and_takeaways_are_markdown(self, read_book_of: ReadBook) -> None:
        book, _ = read_book_of(
            "Text\n", title="A *new* one", summary="With `code`", takeaways="[One, '**Two**']"
        )
        chapter = book.chapters[0]
        assert isinstance(chapter.title[1], Styled)
        assert any(isinstance(node, Code) for node in chapter.summary)
        assert [plain_text(takeaway) for takeaway in chapter.takeaways] == ["One", "Two"]

    def test_front_matter_with_tags_loses_no_text(self, read_book_of: ReadBook) -> None:
        book, _ = read_book_of("Text\n", summary='"A <script>x()</script> summary & <i>more"')
        words = plain_text(book.chapters[0].summary)
        assert words.startswith("A ") and words.endswith("summary & more")

    @pytest.mark.parametrize("title", ["1. The first", "- A dash", "# A hash", "> A sign", "2026"])
    def test_a_title_that_looks_like_a_block_is_text(self, read_book_of: ReadBook, title: str) -> None:
        book, result = read_book_of("Text\n", title=f'"{title}"')
        assert not result
        assert plain_text(book.chapters[0].title) == title
