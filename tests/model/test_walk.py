"""Test traversal: all children are visited, and unchanged nodes are shared."""

from __future__ import annotations

import typing
from dataclasses import is_dataclass
from typing import Any

import pytest

from triptych.model import nodes
from triptych.model.charts import ChartData
from triptych.model.nodes import (
    Attr,
    Block,
    BlockQuote,
    BulletList,
    Chart,
    Citation,
    Code,
    Definition,
    DefinitionList,
    Figure,
    Image,
    Inline,
    LineBreak,
    Link,
    ListItem,
    Note,
    Paragraph,
    Quoted,
    Reference,
    Slide,
    SoftBreak,
    SpeakerNotes,
    Style,
    Styled,
    Table,
    Text,
    Verse,
)
from triptych.model.walk import CHILD_FIELDS, children, plain_text, rewrite, rewrite_all, walk, walk_all

NODES = tuple(t for t in vars(nodes).values() if isinstance(t, type) and is_dataclass(t))
MEMBERS = set(typing.get_args(nodes.Node))
RESOLVED_INTO_CONTENT = {(Reference, "prefix")}


def word(text: str) -> Text:
    return Text(text=text)


def paragraph(*content: Inline) -> Paragraph:
    return Paragraph(content=content)


def _holds_nodes(hint: Any) -> bool:
    """Return whether a type hint includes a node at any level."""
    return hint in MEMBERS or any(_holds_nodes(part) for part in typing.get_args(hint))


def _fields_with_nodes(kind: type) -> list[str]:
    hints = typing.get_type_hints(kind, localns=vars(nodes))
    return [
        name
        for name, hint in hints.items()
        if _holds_nodes(hint) and (kind, name) not in RESOLVED_INTO_CONTENT
    ]


class TestChildFields:
    @pytest.mark.parametrize("kind", NODES, ids=lambda kind: kind.__name__)
    def test_every_field_with_nodes_is_walked(self, kind: type) -> None:
        assert sorted(CHILD_FIELDS.get(kind, ())) == sorted(_fields_with_nodes(kind))

    def test_the_hints_are_understood(self) -> None:
        assert _fields_with_nodes(Table) == ["head", "body", "foot", "caption", "note", "source"]
        assert _fields_with_nodes(Verse) == ["lines"]
        assert _fields_with_nodes(Text) == []

    def test_every_kind_with_fields_is_a_node(self) -> None:
        assert set(CHILD_FIELDS) <= MEMBERS


class TestWalk:
    def test_nodes_are_in_reading_order(self) -> None:
        item = Definition(term=(word("a"),), meanings=((paragraph(word("b")),), (paragraph(word("c")),)))
        tree = DefinitionList(items=(item,))
        assert [node.text for node in walk(tree) if isinstance(node, Text)] == ["a", "b", "c"]

    def test_node_precedes_its_children(self) -> None:
        tree = BlockQuote(content=(paragraph(word("a")),))
        assert [type(node) for node in walk(tree)] == [BlockQuote, Paragraph, Text]

    def test_tuples_within_tuples_are_flattened(self) -> None:
        verse = Verse(lines=((word("a"), word("b")), (word("c"),)))
        assert [child.text for child in children(verse)] == ["a", "b", "c"]

    def test_several_groups_follow_each_other(self) -> None:
        groups = ((word("a"),), ((word("b"),), (word("c"),)))
        assert [node.text for node in walk_all(*groups)] == ["a", "b", "c"]

    def test_footnotes_are_walked(self) -> None:
        tree = paragraph(word("a"), Note(content=(paragraph(word("b")),)))
        assert [node.text for node in walk(tree) if isinstance(node, Text)] == ["a", "b"]


class TestRewrite:
    TREE = BlockQuote(
        content=(paragraph(word("a")), paragraph(word("b"), Styled(style=Style.STRONG, content=(word("c"),))))
    )

    def test_a_tree_that_does_not_change_is_the_same_object(self) -> None:
        assert rewrite(self.TREE, lambda node: node) is self.TREE

    def test_untouched_nodes_are_shared(self) -> None:
        new = rewrite(self.TREE, lambda node: word("C") if node == word("c") else node)
        assert new.content[0] is self.TREE.content[0]
        assert new.content[1] is not self.TREE.content[1]
        assert new.content[1].content[0] is self.TREE.content[1].content[0]

    def test_old_tree_is_unchanged(self) -> None:
        before = repr(self.TREE)
        rewrite(self.TREE, lambda node: word("x") if isinstance(node, Text) else node)
        assert repr(self.TREE) == before

    def test_a_tuple_is_spliced_in(self) -> None:
        def double(node: Any) -> Any:
            return (node, node) if isinstance(node, Text) else node

        assert plain_text(rewrite(paragraph(word("a"), word("b")), double).content) == "aabb"

    def test_empty_tuple_removes_a_node(self) -> None:
        assert rewrite_all((word("a"), SoftBreak(), word("b")), lambda n: () if n == SoftBreak() else n) == (
            word("a"),
            word("b"),
        )

    def test_children_are_rewritten_before_their_parents(self) -> None:
        seen: list[type] = []
        rewrite(self.TREE, lambda node: seen.append(type(node)) or node)
        assert seen[-1] is BlockQuote
        assert seen[0] is Text

    def test_groups_within_groups_keep_their_shape(self) -> None:
        verse = Verse(lines=((word("a"),), (word("b"),)))
        new = rewrite(verse, lambda node: (node, node) if node == word("a") else node)
        assert new.lines == ((word("a"), word("a")), (word("b"),))


class TestPlainText:
    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            ((), ""),
            ((word("a  b"),), "a b"),
            ((word("a"), SoftBreak(), word("b"), LineBreak(), word("c")), "a b c"),
            ((Styled(style=Style.EMPHASIS, content=(word("a"),)), word("b")), "ab"),
            ((Code(text="x = 1"),), "x = 1"),
            ((Quoted(double=True, content=(word("a"),)),), "“a”"),
            ((Quoted(double=False, content=(word("a"),)),), "‘a’"),
            ((Link(target="#x", content=(word("a"),)),), "a"),
            ((Image(source="a.png", alt="a dot"),), "a dot"),
            ((Citation(entries=("ref-k",), content=(word("(A 2024)"),)),), "(A 2024)"),
            ((word("a"), Note(content=(paragraph(word("b")),))), "a"),
        ],
    )
    def test_inline_text_matches_its_reading(self, content: tuple[Inline, ...], expected: str) -> None:
        assert plain_text(content) == expected

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            ((paragraph(word("a")), paragraph(word("b"))), "a b"),
            (
                (
                    BulletList(
                        items=(
                            ListItem(content=(paragraph(word("a")),)),
                            ListItem(content=(paragraph(word("b")),)),
                        )
                    ),
                ),
                "a b",
            ),
            ((Figure(images=(Image(source="x", alt="y"),), caption=(word("c"),)),), "c"),
            ((SpeakerNotes(content=(paragraph(word("a")),)), paragraph(word("b"))), "b"),
            ((Slide(title=(word("a"),), content=()), paragraph(word("b"))), "b"),
            ((Verse(lines=((word("a"),), (word("b"),))),), "a b"),
        ],
    )
    def test_blocks_are_separated(self, content: tuple[Block, ...], expected: str) -> None:
        assert plain_text(content) == expected

    def test_plain_text_of_a_chart_is_its_caption(self) -> None:
        chart = Chart(
            kind="line",
            data=ChartData(categories=(), series=()),
            caption=(word("c"),),
            alt="x",
            attr=Attr("fig-a"),
        )
        assert plain_text((chart,)) == "c"
