"""Test that guide pages are parsed into blocks with comments, and that wrong comments are errors."""

from __future__ import annotations

import pytest

from tests.guide.pages import Block, Comment, PageError, parse_page


def blocks_of(text: str) -> tuple[Block, ...]:
    return parse_page("page.md", text).blocks


def test_a_block_has_its_language_text_and_first_line() -> None:
    assert blocks_of("# T\n\n```yaml\na: b\n```\n") == (Block("yaml", "a: b\n", 4),)


def test_a_block_in_a_list_is_dedented() -> None:
    (block,) = blocks_of("1. Step\n\n   <!-- file: a.md -->\n\n   ```markdown\n   x\n     y\n   ```\n")
    assert (block.text, block.line, block.value("file")) == ("x\n  y\n", 6, "a.md")


def test_several_comments_belong_to_one_block() -> None:
    (block,) = blocks_of("<!-- theme -->\n<!-- finding: THM002 -->\n```yaml\na: b\n```\n")
    assert (block.yaml_kind, block.value("finding")) == ("theme", "THM002")


def test_a_comment_over_several_lines_is_one_value() -> None:
    (block,) = blocks_of("<!-- not run:\n  it needs\n  LaTeX -->\n\n```latex\nx\n```\n")
    assert block.value("not run") == "it needs LaTeX"


def test_standalone_comments_are_steps_in_order() -> None:
    page = parse_page(
        "p.md", "<!-- run: triptych new a -->\n\n```markdown\nx\n```\n\n<!-- result: a exists -->\n"
    )
    assert page.steps == (
        Comment("run", "triptych new a", 1),
        Block("markdown", "x\n", 4),
        Comment("result", "a exists", 7),
    )


def test_only_markdown_without_a_comment_is_a_snippet() -> None:
    page = parse_page("p.md", "```markdown\na\n```\n\n<!-- finding: LNT015 -->\n```markdown\nb\n```\n")
    assert [block.text for block in page.snippets()] == ["a\n"]


def test_image_has_its_alt_text_and_drawing_command() -> None:
    (image,) = parse_page("p.md", "<!-- picture: page 3 of a.pdf -->\n![A page](../images/a.png)\n").images
    assert (image.path, image.alt, image.picture) == ("../images/a.png", "A page", "page 3 of a.pdf")


def test_links_headings_and_code_are_found_with_their_lines() -> None:
    page = parse_page("p.md", "# One `two`\n\nText\nwith `code` and\n[a link](b.md#c).\n\n## Three\n")
    assert page.title == "One two"
    assert page.headings == ("One two", "Three")
    assert [(link.target, link.line) for link in page.links] == [("b.md#c", 5)]
    assert page.codes == (("two", 1), ("code", 4))


def test_front_matter_is_not_text() -> None:
    page = parse_page("p.md", "---\nid: x\n---\n\n# Title\n\n```yaml\na: b\n```\n")
    assert (page.headings, page.blocks[0].line) == (("Title",), 8)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<!-- flie: a.md -->\n```markdown\nx\n```\n", 'p.md:1: unknown comment "flie"'),
        ("<!-- just a remark -->\n", 'p.md:1: unknown comment "just a remark"'),
        (
            "<!-- file: a.md -->\n\nText\n\n```yaml\na: b\n```\n",
            'the comment "file" is not followed by a code',
        ),
        ("<!-- file: a.md -->\n", 'p.md:1: the comment "file" is not followed by a code block'),
        ("<!-- picture: page 1 of a.pdf -->\n\nText ![alt](a.png)\n", "is not followed by an image"),
        ("<!-- picture: page 1 of a.pdf -->\n```yaml\na: b\n```\n", "is not followed by an image"),
        ("<!-- not run: -->\n```latex\nx\n```\n", 'p.md:1: the comment "not run" needs a value'),
        ("<!-- theme: x -->\n```yaml\na: b\n```\n", 'p.md:1: the comment "theme" has no value'),
        ("<!-- theme -->\n```markdown\nx\n```\n", '"theme" needs a block in the language `yaml`'),
        ("<!-- fails: 1 -->\n```markdown\nx\n```\n", '"fails" needs a block in the language `console`'),
        ("<!-- replace in: a.md -->\n```markdown\nx\n```\n", "needs a block in the language `diff`"),
        ("```python\nx\n```\n", "p.md:2: a block in `python` is not tested"),
        ("```\nx\n```\n", "p.md:2: a block in no language is not tested"),
        ("Text.\n\n    indented code\n", "a block in no language is not tested"),
        ("Text. <!-- file: a.md -->\n", "into a paragraph of its own"),
        ("<p>Text</p>\n", "p.md:1: raw HTML; only comments are allowed"),
    ],
)
def test_a_mistake_in_a_page_is_an_error_with_its_place(text: str, message: str) -> None:
    with pytest.raises(PageError) as caught:
        parse_page("p.md", text)
    assert message in str(caught.value)


def test_a_page_that_another_test_covers_may_have_any_block() -> None:
    page = parse_page("p.md", "# T\n\n<!-- tested in: tests/test_codes.py -->\n\n```\nx\n```\n")
    assert [block.text for block in page.blocks] == ["x\n"]


def test_diagram_is_drawn_by_the_book_build() -> None:
    assert parse_page("p.md", "```mermaid\ngraph LR\n```\n").snippets() == []
