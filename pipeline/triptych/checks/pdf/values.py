"""Values of a PDF as they should be, and as nothing where a damaged file has something else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import pikepdf

# The number of an object and its generation; zeros for what is written in place.
ObjectId: TypeAlias = tuple[int, int]
DIRECT: ObjectId = (0, 0)


def entries(value: Any) -> dict[str, Any]:
    """The entries of a dictionary or of a stream's, none of anything else."""
    return dict(value.items()) if isinstance(value, pikepdf.Dictionary | pikepdf.Stream) else {}


def entry(value: Any, *path: str) -> Any:
    """What stands at the end of a path through dictionaries, None where it ends before."""
    for key in path:
        if not isinstance(value, pikepdf.Dictionary | pikepdf.Stream) or key not in value:
            return None
        value = value[key]
    return value


def listed(value: Any) -> Iterator[Any]:
    """The items of an array; anything else but nothing is the only one."""
    if isinstance(value, pikepdf.Array):
        yield from value
    elif value is not None:
        yield value


def objgen(value: Any) -> ObjectId:
    """Which object it is."""
    return value.objgen if isinstance(value, pikepdf.Object) else DIRECT


def text(value: Any) -> str:
    """A string, "" for anything else."""
    return str(value) if isinstance(value, pikepdf.String | str) else ""


def name(value: Any) -> str:
    """A name without its slash, "" for anything else."""
    return str(value)[1:] if isinstance(value, pikepdf.Name) else ""


def destinations(pdf: pikepdf.Pdf) -> dict[str, Any]:
    """What names lead to (ISO 32000-1, 12.3.2.3): those of the name tree, and of the dictionary that older
    files have.
    """
    found = entries(entry(pdf.Root, "/Dests"))
    tree = entry(pdf.Root, "/Names", "/Dests")
    if isinstance(tree, pikepdf.Dictionary):
        found |= {str(key): target for key, target in pikepdf.NameTree(tree).items()}
    return found


def page_of(destination: Any) -> ObjectId | None:
    """The page that a destination leads to, None where it is none."""
    if isinstance(destination, pikepdf.Dictionary):
        destination = entry(destination, "/D")
    return objgen(destination[0]) if isinstance(destination, pikepdf.Array) and len(destination) else None


def is_for_press(pdf: pikepdf.Pdf) -> bool:
    """Whether a file says that it is PDF/X (ISO 15930-7, 6.2.2) and not that it is for readers.

    Nobody reads such a file, so that it has no tags, links or titles for readers.
    """
    kinds = {name(entry(intent, "/S")) for intent in listed(entry(pdf.Root, "/OutputIntents"))}
    return "GTS_PDFX" in kinds and "/StructTreeRoot" not in pdf.Root


def alternatives(pdf: pikepdf.Pdf) -> str:
    """All alternative texts of an open PDF, in the order of its objects."""
    elements = (item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item)
    return " ".join(str(item.Alt) for item in elements)
