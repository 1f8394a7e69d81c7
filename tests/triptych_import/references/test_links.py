"""Test that links are adapted to new files and ids; the text of broken links is kept."""

from __future__ import annotations

import pytest

from tests.conftest import tiny_png
from tests.triptych_import.conftest import ImportOf
from triptych_import.book import Draft, Metadata, SectionFile, SourceBook, SourceText
from triptych_import.links import LinkedBook, resolve_links

Text = tuple[str, str]  # path and text


@pytest.mark.parametrize(
    ("use", "words"),
    [
        ("![the plan][p]", "the plan"),
        ("[the plan][p]", "the plan"),
        ("![p]", "p"),
        ("[p]", "p"),
        ("So![the plan][p]", "Sothe plan"),
    ],
)
def test_dangling_label_leaves_its_text(import_of: ImportOf, use: str, words: str) -> None:
    result = import_of({"a.md": f"# A\n\nSee {use} here.\n\n[p]: gone.png\n"})
    assert result.text("a.md") == f"# A\n\nSee {words} here.\n"
    assert any("gone.png" in note for note in result.notes)


def test_unused_link_definitions_are_removed_silently() -> None:
    text = '# A\n\n[x][l] [m] [n] \\[o].\n\n[l]: b.md\n[m]: #a\n[n]: c.md\n[.state]: todo "later"\n[.state]: done\n[o]: c.md\n'
    linked = book_of((("a.md", text),), (("b.md", "# B\n"),))
    assert texts_of(linked)["a.md"] == "# A {#a}\n\n[x][l] [m] n \\[o].\n\n[l]: b.md\n[m]: #a\n\n\n\n\n"
    assert told(linked) == [
        'a.md:7:1: link target "c.md" is not part of the book; removed the link, keeping its text'
    ]


def test_text_like_a_link_definition_in_a_paragraph_is_kept() -> None:
    text = "# A {#a}\n\nSome words\n[.state]: todo\n\n- An item\n[.state]: done\n"
    linked = book_of((("a.md", text),))
    assert (texts_of(linked)["a.md"], told(linked)) == (text, [])


def test_missing_picture_in_a_link_leaves_its_text(import_of: ImportOf) -> None:
    badge = "https://badge.org/b.svg"
    body = (
        f"# A\n\n[![Build]({badge})](https://ci.org) and [![]({badge})](https://ci.org), ![Alone]({badge}).\n"
    )
    text = import_of({"a.md": body}).text("a.md")
    assert f"[Build](https://ci.org) and [picture](https://ci.org), [Alone]({badge})." in text


def book_of(*sections: tuple[Text, ...], **more: str) -> LinkedBook:
    """Return a book of texts, of which the first is the chapter's own; pictures named ``bad`` are invalid."""
    result = []
    for texts in sections:
        pieces = tuple(
            SourceText(draft=Draft.from_text(path, text), depth=min(n, 1))
            for n, (path, text) in enumerate(texts)
        )
        result.append(SectionFile(path=texts[0][0], source_texts=pieces))
    book = SourceBook(metadata=Metadata(title="T"), sections=tuple(result), root=more.get("root", ""))
    return resolve_links(book, lambda path: "it is broken" if "bad" in path else "")


def texts_of(linked: LinkedBook) -> dict[str, str]:
    return {
        piece.path: piece.draft.text for section in linked.book.sections for piece in section.source_texts
    }


def told(linked: LinkedBook) -> list[str]:
    return [str(finding).replace(" note: ", " ") for finding in linked.book.findings]


OTHER = ("b/other.md", "# Other\n\n## Deep one\n\n<a id='own'></a>\n")


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("[x](b/other.md)", "[x](b/other.md)"),
        ("[x](/b/other.md)", "[x](b/other.md)"),
        ("[x](./b/../b/other.html?q=1)", "[x](b/other.md)"),
        ("[x](b/other.md#deep-one)", "[x](b/other.md#deep-one)"),
        ("[x](b/other.md#Deep-One 'Title')", "[x](b/other.md#deep-one 'Title')"),
        ("[x](b/other.md#user-content-own)", "[x](b/other.md#own)"),
        ("[x](<b/other.md>)", "[x](<b/other.md>)"),
        ("[x](#here)", "[x](#here)"),
        ("[x](a.md#here)", "[x](#here)"),
        ("[x](#own)", "[x](b/other.md#own)"),  # an id that only one file has
        ("[x](https://x.org/a(b))", "[x](https://x.org/a(b))"),
        ("[x](//x.org)", "[x](https://x.org)"),
        ("[x](mailto:a@x.org)", "[x](mailto:a@x.org)"),
        ('<a href="b/other.md">x</a>', '<a href="b/other.md">x</a>'),
        ("<a class=c href=b/other.html>x</a>", '<a class=c href="b/other.md">x</a>'),
        ("[x][l]\n\n[l]: b/other.html", "[x][l]\n\n[l]: b/other.md"),
        ("[l]\n\n> [L]: <b/other.html> 'T'", "[l]\n\n> [L]: b/other.md 'T'"),
        ("`[x](gone.md)`", "`[x](gone.md)`"),
        ("[x](two words)", "[x]\\(two words)"),
        ("![x](p.png)", "![x](p.png)"),
        ("![x](</with space.png>)", "![x](<with space.png>)"),
        ("![x](b/../p.png?raw=true#y)", "![x](p.png)"),
        ('<img src="p.png" alt="x">', '<img src="p.png" alt="x">'),
    ],
)
def test_link_points_to_the_new_id_of_its_target(link: str, expected: str) -> None:
    linked = book_of((("a.md", f"# A\n\n## Here\n\n{link}\n"),), (OTHER,))
    assert texts_of(linked)["a.md"].partition("\n\n")[2].partition("\n\n")[2] == f"{expected}\n"
    assert told(linked) == []


@pytest.mark.parametrize(
    ("link", "expected", "note"),
    [
        ("So [x *y*](gone.md) here", "So x *y* here", 'link target "gone.md" is not part of the book; removed the link, keeping its text'),
        ("So [x](#gone) here", "So x here", 'undefined link target "#gone"; removed the link, keeping its text'),
        ("So [x](ftp:b) here", "So x here", 'the link target "ftp:b" is not allowed; removed the link, keeping its text'),
        ("So [x](b/other.md#gone)", "So [x](b/other.md)", '"other.md" has no element with the id "gone"; the link points to the start of the file'),
        ('So <a href="gone.md">x</a>', "So <a>x</a>", 'link target "gone.md" is not part of the book; removed the link, keeping its text'),
        ("So ![x](bad.png)", "So x", 'image "bad.png" cannot be used: it is broken; replaced by its alt text'),
        ("So ![](bad.png)", "So ", 'image "bad.png" cannot be used: it is broken; replaced by its alt text'),
        (
            'So ![](bad.png){fig-alt="An \\"x\\""}', 'So An "x"',
            'image "bad.png" cannot be used: it is broken; replaced by its alt text',
        ),
        ("So ![x](data:image/png,1)", "So x", 'image "data:image/png,1" is not a file path; replaced by its alt text'),
        (
            "So ![x](https://x.org/p.png)", "So [x](https://x.org/p.png)",
            'image "https://x.org/p.png" is not a local file; replaced by a link',
        ),
        (
            "So <img src='https://x.org/p.png'>", 'So <a href="https://x.org/p.png">https://x.org/p.png</a>',
            'image "https://x.org/p.png" is not a local file; replaced by a link',
        ),
        ("So <img src='bad.png' alt='x'>", "So x", 'image "bad.png" cannot be used: it is broken; replaced by its alt text'),
    ],
)  # fmt: skip
def test_dangling_link_leaves_its_text_and_is_reported(link: str, expected: str, note: str) -> None:
    linked = book_of((("a.md", f"# A\n\n{link}\n"),), (OTHER,))
    assert texts_of(linked)["a.md"] == f"# A\n\n{expected}\n"
    assert told(linked) == [f"a.md:3:4: {note}"]


def test_links_within_a_chapter_are_local_and_merged_texts_deeper() -> None:
    top = ("a.md", "# A\n\n[in](in/b.md), [part](in/b.md#part), [out](c.md)\n")
    inner = ("in/b.md", "# B\n\n## Part\n\n[up](../a.md) and [out](../c.md)\n")
    bare = ("d.md", "No heading.\n")
    linked = book_of((top, inner, bare), (("c.md", "# C\n\n[in](in/b.md) and [bare](d.md)\n"),))
    texts = texts_of(linked)
    assert texts["a.md"] == "# A\n\n[in](#sec-b), [part](#part), [out](c.md)\n"
    assert texts["in/b.md"] == "## B {#sec-b}\n\n### Part {#part}\n\n[up](a.md) and [out](c.md)\n"
    assert texts["c.md"] == "# C\n\n[in](a.md#sec-b) and bare\n"
    assert told(linked) == [
        'c.md:3:19: link target "d.md" has no heading; removed the link, keeping its text'
    ]


def test_chapter_with_a_low_title_level_is_raised() -> None:
    texts = texts_of(
        book_of(
            (("a.md", "## A\n\n### In\n"),), (("b.md", "Words.\n\n## B\n"),), (("c.md", "## C\n\n## D\n"),)
        )
    )
    assert texts == {"a.md": "# A\n\n## In\n", "b.md": "Words.\n\n## B\n", "c.md": "## C\n\n## D\n"}


def test_pictures_are_copied_from_their_position() -> None:
    text = "# A\n\n![x](p.png) ![y](../up.png) ![z](/top.png)\n"
    linked = book_of((("in/a.md", text),), root="src")
    assert linked.images == {"in/p.png": "src/in/p.png", "up.png": "src/up.png", "top.png": "src/top.png"}
    assert texts_of(linked)["in/a.md"] == "# A\n\n![x](p.png) ![y](../up.png) ![z](../top.png)\n"
    outside = book_of((("a.md", "# A\n\n![x](../../p.png)\n"),), root="one/src")
    assert outside.images == {"images/p.png": "p.png"}


def test_labels_and_notes_of_merged_texts_are_renamed() -> None:
    text = "# A\n\n[x][l] [l] [m].[^1]\n\n[l]: https://one.org\n[m]: https://m.org\n\n[^1]: Note.\n"
    texts = texts_of(book_of((("a.md", text), ("b.md", text.replace("one.org", "two.org")))))
    assert texts["a.md"] == text
    assert texts["b.md"] == (
        "## A\n\n[x][l b 1] [l][l b 1] [m].[^b-1]\n\n[l b 1]: https://two.org\n[m]: https://m.org\n\n"
        "[^b-1]: Note.\n"
    )


def test_duplicate_id_is_renamed_at_its_second_occurrence() -> None:
    item, two = "# A {#x}\n\n[own](#x)\n", "# B {#x}\n\n[own](#x)\n\n<span id='fig-x'></span>\n"
    linked = book_of((("a.md", item + "\n![p](p.png){#fig-x}\n"),), (("b.md", two),))
    texts = texts_of(linked)
    assert texts["b.md"] == "# B {#b--x}\n\n[own](#b--x)\n\n<span id='fig-b--x'></span>\n"
    assert told(linked) == [
        'b.md:1:7: the id "x" is defined twice in the book; renamed to "b--x"',
        'b.md:5:11: the id "fig-x" is defined twice in the book; renamed to "fig-b--x"',
    ]
    assert texts["a.md"].startswith(item)


@pytest.mark.parametrize(
    ("use", "expected", "done"),
    [
        ("![Build][b]", "[Build][b]", "replaced by a link"),
        ("![b]", "[b]", "replaced by a link"),
        ("[![Build][b]](https://ci.org)", "[Build](https://ci.org)", "replaced by its alt text"),
        ("[![b]](https://ci.org)", "[b](https://ci.org)", "replaced by its alt text"),
        ("[Build][b]", "[Build][b]", ""),
    ],
)
def test_missing_reference_style_pictures_become_links_or_text(use: str, expected: str, done: str) -> None:
    address = "https://badge.org/b.svg"
    linked = book_of((("a.md", f"# A\n\n{use}\n\n[b]: {address}\n"),))
    assert texts_of(linked)["a.md"] == f"# A\n\n{expected}\n\n[b]: {address}\n"
    place = 4 if use.startswith("[!") else 3  # lines and columns are those of the picture
    assert [(str(finding.line), finding.column, finding.action) for finding in linked.book.findings] == (
        [("3", place - 2, done)] if done else []
    )


def test_a_level_left_out_once_is_closed_up_there(import_of: ImportOf) -> None:
    text = "# A\n\n### B\n\n## C\n\n#### D\n\n##### E\n\n## F\n\n### G\n"
    result = import_of({"a.md": text, "b.md": "# B\n"})
    assert result.text("a.md") == "# A\n\n## B\n\n## C\n\n### D\n\n#### E\n\n## F\n\n### G\n"


def test_skipped_heading_levels_are_closed(import_of: ImportOf) -> None:
    text = "# A\n\n### B\n\n#### C\n\nSee [C](#c).\n"
    result = import_of(
        {"a.md": text, "b.md": "# B\n\n## X\n\n### Y\n", "c.md": "---\ntitle: C\n---\n\n### Z\n"}
    )
    assert result.text("a.md").startswith("# A\n\n## B\n\n### C {#c}\n")
    assert result.text("b.md") == "# B\n\n## X\n\n### Y\n"
    assert "\n## Z\n" in result.text("c.md")
    assert [note.partition(": note: ")[0] for note in result.notes if "level is skipped" in note] == [
        "a.md:3:1",
        "c.md:5:1",
    ]


def test_a_picture_without_an_ending_is_found(import_of: ImportOf) -> None:
    files = {"a.md": "# A\n\n![P](img/p)\n\n![Q](img/q)\n", "img/p.png": tiny_png()}
    result = import_of(files)
    assert "(img/p.png)" in result.text("a.md")
    assert sum("the file does not exist" in note for note in result.notes) == 1
