"""Read values of PDF objects. In damaged files, a value of the wrong type counts as missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import pikepdf

# The object number and generation; (0, 0) for a direct object.
ObjectId: TypeAlias = tuple[int, int]
DIRECT_OBJECT: ObjectId = (0, 0)


def get_entries(value: Any) -> dict[str, Any]:
    """Return the entries of a dictionary or stream, or {} for other values."""
    return dict(value.items()) if isinstance(value, pikepdf.Dictionary | pikepdf.Stream) else {}


def get_entry(value: Any, *path: str) -> Any:
    """Return the value at a path of keys in nested dictionaries, or None if a key is missing."""
    for key in path:
        if not isinstance(value, pikepdf.Dictionary | pikepdf.Stream) or key not in value:
            return None
        value = value[key]
    return value


def iter_items(value: Any) -> Iterator[Any]:
    """Yield the items of an array. Any other value except None is a single item."""
    if isinstance(value, pikepdf.Array):
        yield from value
    elif value is not None:
        yield value


def get_object_id(value: Any) -> ObjectId:
    """Return an object's number and generation; (0, 0) for direct objects."""
    return value.objgen if isinstance(value, pikepdf.Object) else DIRECT_OBJECT


def get_text(value: Any) -> str:
    """Return the text of a PDF string, or "" for other values."""
    return str(value) if isinstance(value, pikepdf.String | str) else ""


def get_name(value: Any) -> str:
    """Return a PDF name without its slash, or "" for other values."""
    return str(value)[1:] if isinstance(value, pikepdf.Name) else ""


def read_destinations(pdf: pikepdf.Pdf) -> dict[str, Any]:
    """Return the named destinations, from the name tree and the older dictionary (ISO 32000-1, 12.3.2.3)."""
    destinations = get_entries(get_entry(pdf.Root, "/Dests"))
    tree = get_entry(pdf.Root, "/Names", "/Dests")
    if isinstance(tree, pikepdf.Dictionary):
        destinations |= {str(key): target for key, target in pikepdf.NameTree(tree).items()}
    return destinations


def get_destination_page(destination: Any) -> ObjectId | None:
    """Return the object id of a destination's page, or None for an invalid destination."""
    if isinstance(destination, pikepdf.Dictionary):
        destination = get_entry(destination, "/D")
    return (
        get_object_id(destination[0]) if isinstance(destination, pikepdf.Array) and len(destination) else None
    )


def is_for_press(pdf: pikepdf.Pdf) -> bool:
    """Return whether a PDF declares PDF/X (ISO 15930-7, 6.2.2) and is untagged.

    Such a file is only printed, so it does not need tags, links or bookmarks.
    """
    kinds = {
        get_name(get_entry(intent, "/S")) for intent in iter_items(get_entry(pdf.Root, "/OutputIntents"))
    }
    return "GTS_PDFX" in kinds and "/StructTreeRoot" not in pdf.Root


def read_alt_texts(pdf: pikepdf.Pdf) -> str:
    """Return all alt texts of an open PDF in object order, joined with spaces."""
    elements = (item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item)
    return " ".join(str(item.Alt) for item in elements)
