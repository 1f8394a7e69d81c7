"""A chunk as Quarto executed it → Markdown without the marks that only Quarto knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from triptych_import.markdown.masking import Kind, scan
from triptych_import.markdown.pairs import pairs

_DIV = re.compile(r"^[ \t]*:{3,}+[ \t]*+(\S.*)?$")
_FENCE = re.compile(r"^([ \t]*)(`{3,}|~{3,})[ \t]*+(.*)$")
_ID = re.compile(r"#((?:fig|tbl|lst)-[\w:.-]+)")
_CLASS = re.compile(r"(?<![\w=\"'])\.([A-Za-z][\w-]*)")
_PAIR = re.compile(r"(?<![\w-])([\w-]++)=(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s}]+)")
_PICTURE = re.compile(r"(!\[(?:(?!!\[)[^\n])*?\]\()([^()\s]+)(\))")
_TABLE = [(r"<table\b", "</table>")]
_HELD = [*((rf"<{name}\b", f"</{name}>") for name in ("style", "script", "colgroup")), ("<!--", "-->")]
_ROW = re.compile(r"^[ \t]*\|.*\|[ \t]*$")


def plain_cell(text: str, address: Callable[[str], str]) -> str:
    """A ``.cell`` → its code, what it printed, and its figures and tables with their captions and ids.

    ``address`` says how the address of a picture reads from where it will stand.
    """
    out: list[str] = []
    kept: list[bool] = []
    hidden, identifier, caption = 0, "", ""
    lines = scan(text)
    index = 0
    while index < len(lines):
        line = lines[index]
        index += 1
        if line.kind is Kind.OPENING:
            first = index
            while index < len(lines) and lines[index].kind is Kind.CODE:
                index += 1
            code = [text[one.start : one.end] for one in lines[first:index]]
            index += 1
            if not hidden:
                out += _listing(text[line.start : line.end], code, identifier, caption)
            continue
        whole = text[line.start : line.end]
        match = _DIV.match(line.text) if line.prose else None
        if match is None:
            out += (
                []
                if hidden
                else [_PICTURE.sub(lambda m: m.group(1) + address(m.group(2)) + m.group(3), whole)]
            )
            continue
        opening = match.group(1)
        if opening:
            classes = _CLASS.findall(opening)
            is_cell = any(name == "cell" or name.startswith("cell-output") for name in classes)
            kept.append(not is_cell)
            hidden += 1 if hidden or "hidden" in classes else 0
            if is_cell:
                found = _ID.search(opening)
                identifier = found.group(1) if found else identifier
                caption = _pairs(opening).get("tbl-cap", caption)
            if not hidden and not is_cell:
                out.append(whole)
            continue
        stays = kept.pop() if kept else False
        if hidden:
            hidden -= 1
        elif stays:
            out.append(whole)
    return "\n".join(_captioned(out, identifier, caption)).strip("\n")


def _pairs(written: str) -> dict[str, str]:
    return {name: value.strip("\"'") for name, value in _PAIR.findall(written)}


def _listing(opening: str, code: list[str], identifier: str, caption: str) -> Iterator[str]:
    """A block of code: that of the chunk, what it printed, or what is written for one output alone."""
    match = _FENCE.match(opening.rstrip(" \t"))
    assert match is not None
    indent, mark, info = match.groups()
    raw = re.fullmatch(r"\{=(\w+)\}", info)
    if raw:
        if raw.group(1) == "html":
            yield from _tables("\n".join(code), identifier, caption)
        return
    classes, pairs = _CLASS.findall(info), _pairs(info)
    if "hidden" in classes:
        return
    if "cell-code" in classes:
        language = next((name for name in classes if name not in ("cell-code", "code-overflow-wrap")), "")
        name = pairs.get("lst-cap") or pairs.get("filename") or pairs.get("code-summary") or ""
        label = next((one for one in _ID.findall(info) if one.startswith("lst-")), "")
        attributes = [f".{language or 'text'}", *([f"#{label}"] if label else [])]
        attributes += [f'lst-cap="{name}"'] if name else []
        info = f"{{{' '.join(attributes)}}}" if len(attributes) > 1 else language
    yield ""
    yield f"{indent}{mark}{info}"
    yield from code
    yield f"{indent}{mark}"
    yield ""


def _tables(html: str, identifier: str, caption: str) -> Iterator[str]:
    """The tables of some HTML, without what makes them look as on a web site."""
    for _, first, last in reversed(list(pairs(_HELD, html, re.IGNORECASE))):
        html = html[: first.start()] + html[last.end() :]
    for _, first, last in pairs(_TABLE, html, re.IGNORECASE):
        table = html[first.start() : last.end()]
        opening, _, rest = table.partition(">")
        named = f' id="{identifier}"' if identifier.startswith("tbl-") else ""
        tag = re.sub(r"\s(?:id|class|style|border|data-[\w-]+)=(?:\"[^\"]*\"|'[^']*'|\S+)", "", opening)
        caption_element = f"<caption>{caption}</caption>" if caption and "<caption" not in rest else ""
        yield ""
        yield re.sub(r"\n\s*\n", "\n", f"{tag}{named}>{caption_element}{rest}")
        yield ""


def _captioned(lines: list[str], identifier: str, caption: str) -> list[str]:
    """A pipe table with the caption and the id of its cell below it."""
    if not identifier.startswith("tbl-") or any(f"#{identifier}" in line for line in lines):
        return lines
    rows = [number for number, line in enumerate(lines) if _ROW.match(line)]
    if not rows:
        return lines
    others = set(rows)
    last = next(number for number in rows if number + 1 not in others)
    written = next((n for n, line in enumerate(lines) if line.startswith(("Table:", ": "))), None)
    if written is not None:
        return [*lines[:written], f"{lines[written].rstrip()} {{#{identifier}}}", *lines[written + 1 :]]
    return [*lines[: last + 1], "", f": {caption} {{#{identifier}}}", "", *lines[last + 1 :]]
