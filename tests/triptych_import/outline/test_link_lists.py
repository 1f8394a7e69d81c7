"""Test that lists and tables of links give the chapters to which they link."""

from __future__ import annotations

from triptych_import.contents import find_list_items

TEXT = """\
Some [words](no.md) before.

## First *heading*

* [One](one.md) by [Ada](https://x.org)
    * Deep `code`
      and more

      [second paragraph](no.md)
* Plain [Two  words](two%20a.md)

1. [Three](three.md)

## Next

| Chapter | [By](by.md) |
|---|---|
| Text | [Four](four.md) |
| none | here |
"""


def test_an_item_is_its_first_link_or_its_words() -> None:
    assert [
        (item.title, item.target, item.depth, item.heading, item.line) for item in find_list_items(TEXT)
    ] == [
        ("One", "one.md", 0, "First heading", 5),
        ("Deep code and more", "", 1, "First heading", 6),
        ("Two words", "two a.md", 0, "First heading", 10),
        ("Three", "three.md", 0, "First heading", 12),
        ("By", "by.md", 0, "Next", 16),
        ("Four", "four.md", 0, "Next", 18),
    ]


def test_words_without_a_list_are_none() -> None:
    assert find_list_items("# A\n\n[Link](a.md)\n") == []
