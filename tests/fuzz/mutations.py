"""Mutate a source at random: its bytes, text, YAML, XML, or the parts of an archive.

Each function takes the source and a random number generator, so that equal seeds give equal changes.
"""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from copy import deepcopy
from random import Random
from typing import Any, TypeAlias

from lxml import etree
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

Mutation: TypeAlias = Callable[[bytes, Random], bytes]

LARGEST = 60_000  # maximum size of a mutated source in bytes: large, slow sources have their own cases
_NUMBERS = (
    "0 -0 1 -1 7 0.5 1e3 1e308 1e400 -1e-320 nan inf -inf 1_000 0x10 1,5 1.234,5 ½ ² ٣ １ ④ 十 Ⅷ 99999999999999999999 "
    "2147483648 -2147483649 1e 1. .1 + - 100% 3cm 12pt 0px -5em 1/2 1/0 00 2026-02-30 2026-13-01 0000-00-00 9999-12-31 "
    "9999999-1-1 24:61 Q5"
).split()
_SIGNS = [
    *"\0\a\b\t\n\v\f\r\x1b\x7f\x85\xa0\xad",
    *"\u200b\u200d\u200e\u202e\u2028\u2029\u2066\u3000\ufeff\ufffd\ufffe\uffff\ue000\ue001\U000e0001\U0001f600\U0010ffff",
    *"éß中あ한שلกिæİıſ\u0301\u0345",
    *"<>&\"'`~!@#$%^*()_+-={}[]|\\:;,./?",
]
_NESTING = [
    "[",
    "{",
    "(",
    "<",
    "*",
    "_",
    "> ",
    "- ",
    '"',
    "{{",
    "[^",
    "<b>",
    "$",
    "`",
    "::: {.box}\n",
    "\n\n",
]
_TEXTS = [
    "",
    " ",
    "null",
    "true",
    "no",
    "~",
    "*a",
    "&a",
    "!!int 1",
    "../../etc/passwd",
    "/etc/passwd",
    "a.png",
    "#a",
]


def of_bytes(data: bytes, random: Random) -> bytes:
    """Change, insert or delete bytes."""
    changed = bytearray(data or b"\0")
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        at, long = random.randrange(len(changed) + 1), random.choice((1, 1, 2, 4, 8, 64, 1024))
        match random.randrange(6):
            case 0:
                changed[at : at + 1] = bytes((random.randrange(256),))
            case 1:
                changed[at : at + long] = b""
            case 2:
                changed[at:at] = random.randbytes(long)
            case 3:
                changed[at:at] = changed[at : at + long] * random.choice((1, 2, 40))
            case 4:
                changed[at : at + 4] = random.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff"))
            case 5:
                other = random.randrange(len(changed) + 1)
                changed[at : at + long] = changed[other : other + long]
        changed = changed[:LARGEST] or bytearray(b"\0")
    return bytes(changed)


def of_text(*words: str) -> Mutation:
    """Change lines, words, punctuation and numbers; ``words`` are keywords of the source language."""

    def mutate(data: bytes, random: Random) -> bytes:
        text = data.decode("utf-8", "surrogateescape")
        for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
            text = _changed(text, words, random)[:LARGEST]
        return text.encode("utf-8", "surrogatepass" if random.random() < 0.02 else "replace")

    return mutate


def _changed(text: str, words: Sequence[str], random: Random) -> str:
    at = random.randrange(len(text) + 1)
    match random.randrange(13):
        case 0:
            return text[:at] + random.choice(_SIGNS) + text[at:]
        case 1:
            return text[:at] + text[at + random.choice((1, 1, 3, 10, 100)) :]
        case 2:
            return text[:at] + random.choice(words or _TEXTS) + text[at:]
        case 3:
            return _other(r"[\w.-]+", text, random.choice((words, _TEXTS, _NUMBERS)) or _TEXTS, random)
        case 4:
            return _other(r"-?\d[\d.]*", text, _NUMBERS, random)
        case 5:
            return _other(r"[^\w\s]", text, _SIGNS, random)
        case 6:
            return text[:at] + random.choice(_NESTING) * random.choice((2, 9, 60, 300)) + text[at:]
        case 7:
            end = at + random.choice((1, 5, 40, 300))
            return text[:at] + text[at:end] * random.choice((2, 2, 3, 30)) + text[end:]
        case 8:
            other, end = random.randrange(len(text) + 1), random.choice((3, 20, 200))
            return text[:at] + text[other : other + end] + text[at:]
        case 9:
            return _other(r"\s+", text, ["", " ", "\n", "\n\n", "\t", "\n    ", "\r\n", "\xa0"], random)
        case _:
            return _other_lines(text, random)


def _other(pattern: str, text: str, others: Sequence[str], random: Random) -> str:
    """Replace one of the matches of a pattern."""
    places = list(re.finditer(pattern, text[:LARGEST]))
    if not places:
        return text + random.choice(others)
    place = random.choice(places)
    return text[: place.start()] + random.choice(others) + text[place.end() :]


def _other_lines(text: str, random: Random) -> str:
    lines = text.split("\n")
    item, other = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(6):
        case 0:
            del lines[item]
        case 1:
            lines.insert(other, lines[item])
        case 2:
            lines[item], lines[other] = lines[other], lines[item]
        case 3:
            lines[item] = " " * random.choice((1, 2, 3, 4, 8)) + lines[item]
        case 4:
            lines[item] = lines[item].lstrip() if random.random() < 0.5 else lines[item] + lines[other]
        case 5:
            lines[item:other] = lines[item:other] * 2
    return "\n".join(lines)


def of_csv(data: bytes, random: Random) -> bytes:
    """Change cells, columns and rows of a table."""
    sign = random.choice((",", ",", ",", ";", "\t", "|")).encode()
    rows = [line.split(b",") for line in data.split(b"\n")]
    for _ in range(random.choice((1, 1, 2, 5))):
        row = random.choice(rows)
        match random.randrange(6):
            case 0 | 1:
                row[random.randrange(len(row))] = random.choice((*_NUMBERS, *_SIGNS, *_TEXTS)).encode()
            case 2:
                row.insert(random.randrange(len(row) + 1), random.choice(_NUMBERS).encode())
            case 3:
                del row[random.randrange(len(row))]
                row = row or [b""]
            case 4:
                place = random.randrange(len(row))
                for other in rows:
                    other[place : place + 1] = [random.choice(_NUMBERS).encode()]
            case 5:
                rows *= random.choice((1, 2, 20))
        rows = [row or [b""] for row in rows]
    return b"\n".join(sign.join(row) for row in rows)[:LARGEST]


def of_yaml(*words: str) -> Mutation:
    """Change values and keys of a YAML tree, written as JSON, which is valid YAML."""
    whole = of_text(*words)

    def mutate(data: bytes, random: Random) -> bytes:
        try:
            tree = YAML(typ="safe", pure=True).load(data.decode())
        except (YAMLError, ValueError, TypeError, LookupError, RecursionError):  # a list may be a key
            return whole(data, random)
        for _ in range(random.choice((1, 1, 2, 4))):
            tree = _other_tree(tree, words, random)
        return json.dumps(tree, ensure_ascii=False, default=str, skipkeys=True).encode("utf-8", "replace")[
            :LARGEST
        ]

    return mutate


def _other_tree(tree: Any, words: Sequence[str], random: Random) -> Any:
    if random.random() < 0.25 or not isinstance(tree, dict | list) or not tree:
        return _any_tree(words, random)
    if isinstance(tree, list):
        place = random.randrange(len(tree))
        item = _other_tree(tree[place], words, random)
        return random.choice(
            ([*tree[:place], item, *tree[place + 1 :]], tree[:place], [*tree, item], [tree], tree * 2)
        )
    key = random.choice(list(tree))
    changed = {str(name): value for name, value in tree.items()}
    match random.randrange(6):
        case 0:
            changed[random.choice(words or _TEXTS)] = changed[str(key)]
        case 1:
            del changed[str(key)]
        case 2:
            changed[random.choice(words or _TEXTS)] = _any_tree(words, random)
        case _:
            changed[str(key)] = _other_tree(tree[key], words, random)
    return changed


def _any_tree(words: Sequence[str], random: Random) -> Any:
    scalars = random.choice((_NUMBERS, _TEXTS, _SIGNS, words or _TEXTS))
    match random.randrange(8):
        case 0:
            return [random.choice(scalars) for _ in range(random.choice((0, 1, 3)))]
        case 1:
            return {random.choice(words or _TEXTS): random.choice(scalars)}
        case 2:
            return random.choice((None, True, 0, -1, 1e300, [[]], {}, [None], [{}]))
        case 3:
            return random.choice(scalars) * random.choice((2, 200))
        case _:
            return random.choice(scalars)


def of_xml(*words: str) -> Mutation:
    """Change, move, repeat or delete elements and attributes of an XML tree."""
    whole = of_text(*words)

    def mutate(data: bytes, random: Random) -> bytes:
        try:
            root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError:
            return whole(data, random)
        for _ in range(random.choice((1, 1, 2, 4, 8))):
            _change_element(root, words, random)
        return etree.tostring(root)[:LARGEST]

    return mutate


def _change_element(root: Any, words: Sequence[str], random: Random) -> None:
    elements = list(root.iter(etree.Element))
    item, other = random.choice(elements), random.choice(elements)
    text = random.choice((words or _TEXTS, _NUMBERS, _TEXTS))
    try:
        match random.randrange(9):
            case 0 | 1 | 2 if item.attrib:
                item.set(random.choice(list(item.attrib)), random.choice(text))
            case 3:
                name = random.choice([*other.attrib, *words, "id"])
                item.set(name, random.choice([*other.attrib.values(), *text]))
            case 4 if item.getparent() is not None:
                item.getparent().remove(item)
            case 5 if item is not other and other not in item.iterancestors():
                item.append(deepcopy(other) if len(elements) < 2000 else other)
            case 6:
                item.tag = random.choice(
                    (other.tag, re.sub(r"[^}]*$", random.choice(words or ("a",)), item.tag))
                )
            case 7 if item.attrib:
                name = random.choice(list(item.attrib))
                item.set(name, _changed(item.get(name), words, random)[:2000])
            case _:
                item.text = _changed(item.text or "", words, random)[:2000]
    except ValueError:
        pass  # not a valid XML name or character, or a cycle


def of_archive(mutate: Mutation) -> Mutation:
    """Change a part of a zip archive, and sometimes the list of parts."""

    def change(data: bytes, random: Random) -> bytes:
        if random.random() < 0.05:
            return of_bytes(data, random)
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                parts = {name: archive.read(name) for name in archive.namelist()}
        except (
            zipfile.BadZipFile,
            zlib.error,
            ValueError,
            OSError,
            EOFError,
            RuntimeError,
        ):  # already invalid
            return of_bytes(data, random)
        for _ in range(random.choice((1, 1, 2)) if parts else 0):
            name, other = random.choice(list(parts)), random.choice(list(parts))
            match random.randrange(20):
                case 0 if len(parts) > 1:
                    del parts[name]
                case 1:
                    parts[name] = parts[other]
                case 2:
                    parts[random.choice((name.upper(), f"../{name}", f"{name}.bin"))] = parts.pop(name)
                case 3:
                    parts[name] = of_bytes(parts[name], random)
                case _:
                    parts[name] = mutate(parts[name], random)
        return archived(parts)

    return change


def archived(parts: dict[str, bytes]) -> bytes:
    """Write a reproducible zip archive."""
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, content in parts.items():
                archive.writestr(zipfile.ZipInfo(name), content)
        return buffer.getvalue()


def of_font(data: bytes, random: Random) -> bytes:
    """Change tables of a font, mainly small ones, since most of a font is outlines."""
    count = struct.unpack_from(">H", data, 4)[0] if len(data) > 12 else 0
    places = [12 + 16 * number for number in range(count) if 28 + 16 * number <= len(data)]
    if not places or random.random() < 0.1:
        return of_bytes(data, random)
    place = random.choice(places)
    changed = bytearray(data)
    if random.random() < 0.2:
        changed[place : place + 16] = of_bytes(bytes(changed[place : place + 16]), random)[:16].ljust(
            16, b"\0"
        )
        return bytes(changed)
    start, length = struct.unpack_from(">II", data, place + 8)
    for _ in range(random.choice((1, 2, 8))):
        at = start + random.randrange(max(1, min(length, random.choice((8, 64, 1 << 30)))))
        new = random.choice((random.randbytes(1), b"\0\0", b"\xff\xff", b"\x80\0", b"\0\0\0\0"))
        changed[at : at + len(new)] = new
    return bytes(changed[: len(data)])


def one_of(*mutations: Mutation) -> Mutation:
    """Return one of several values, with probabilities in proportion to weights."""
    return lambda data, random: random.choice(mutations)(data, random)
