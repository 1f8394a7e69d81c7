"""Numbering tables of titles, as others read them: what stands beside their outputs as NAME.refs.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triptych.model.book import Book, Label, LabelKind, OtherTitle
from triptych.model.nodes import Text
from triptych.model.walk import plain_text


def table_of(book: Book) -> dict[str, Any]:
    """What others may refer to in a book: a JSON object with its title, and of each id the kind, the number
    and the title, as text.
    """
    labels = {
        id_: {"kind": str(label.kind), "number": label.number, "title": plain_text(label.title)}
        for id_, label in book.labels.items()
    }
    return {"title": book.metadata.title, "labels": labels}


def read_tables(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, OtherTitle]:
    """Tables by the names of their titles → what references to them read as."""
    return {
        name: OtherTitle(
            title=table["title"],
            labels={
                id_: Label(
                    kind=LabelKind(row["kind"]), number=row["number"], title=(Text(text=row["title"]),)
                )
                for id_, row in table["labels"].items()
            },
        )
        for name, table in tables.items()
    }
