"""Code that Quarto and R Markdown run: nothing runs here, it becomes code to read or the picture it shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from triptych.importing.book import Section
from triptych.importing.draft import Draft, Edit, Finding
from triptych.importing.headings import plain_text
from triptych.importing.masking import Kind, Line, mask, scan
from triptych.reading.bibliography import REFERENCE as KINDS
from triptych.yaml_text import MalformedYaml, load_yaml, plain

_CHUNK = re.compile(r"^([ \t]*)(`{3,}|~{3,})[ \t]*\{[ \t]*([A-Za-z][\w+-]*)([^}]*)\}[ \t]*$")
_SHOWN = re.compile(r"^([ \t]*)(`{3,}|~{3,})[ \t]*\{\{([^{}]*)\}\}[ \t]*$")
_OPTION = re.compile(r"^[ \t]*(?:#|//|%%|--)\|[ \t]?")
_ARGUMENT = re.compile(r"([\w.-]+)\s*=\s*(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^,\s]+)")
_INLINE = re.compile(r"(?<!`)`\{?(?:r|python|julia)\}?[ \t]+[^`\n]+`(?!`)")
_REFERENCE = re.compile(
    rf"(?:(?:Figures?|Fig\.|Tables?)[ \u00a0]\[-)?(?<![\w\\])@({KINDS.pattern}[\w:.-]*\w)\]?"
)
_ID = re.compile(r"(?:\{[^{}\n]*?#|\bid=[\"'])([A-Za-z][\w:.-]*)")
_PATH = r"[\"'][^\"']+[\"']"
_GRAPHICS = re.compile(
    rf"(?:knitr::)?include_graphics\(\s*(?:c\(([^()]*)\)|({_PATH}))[^()]*\)"
    rf"|Image\((?:filename\s*=\s*)?({_PATH})[^()]*\)"
)
_STRING = re.compile(r"[\"']([^\"']+)[\"']")
_TABLE = re.compile(r"\bcaption\s*=\s*(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')")
_TEXTS = frozenset(
    "theorem lemma corollary proposition conjecture definition example exercise hypothesis remark solution"
    " proof block block2".split()
)
_DIAGRAMS = ("mermaid", "dot", "graphviz")
_NO = ("FALSE", "F", "false", "no")


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A block of code that is run: its language, what its options say, its code."""

    indent: str
    mark: str
    language: str
    options: dict[str, str]
    code: str

    def get(self, *names: str) -> str:
        return next((self.options[name] for name in names if self.options.get(name)), "")

    @property
    def label(self) -> str:
        """The name that references use, without the prefix of its kind."""
        return re.sub(r"^(?:fig|tbl|lst)-", "", self.get("label"))

    @property
    def caption(self) -> str:
        said = self.get("fig-cap", "tbl-cap", "lst-cap")
        table = _TABLE.search(self.code) if not said else None
        return " ".join((table.group(1)[1:-1] if table else said).split())

    @property
    def pictures(self) -> list[str]:
        """The picture files that are all it shows."""
        lines = [
            line for line in self.code.splitlines() if not re.match(r"\s*(#|library\(|import |from )", line)
        ]
        match = _GRAPHICS.fullmatch("\n".join(lines).strip())
        return _STRING.findall(next(group for group in match.groups() if group)) if match else []


def still_code(draft: Draft) -> tuple[Draft, list[Finding]]:
    """Chunks become plain code blocks, or the pictures or text that they show; hidden ones are left out."""
    edits: list[Edit] = []
    found: list[Finding] = []
    lines = scan(draft.text)
    index = 0
    while index < len(lines):
        line = lines[index]
        match = _CHUNK.match(line.text) if line.kind is Kind.OPENING else None
        edits += _shown(lines, index)
        index += 1
        if match is None:
            continue
        first = index
        while index < len(lines) and lines[index].kind is Kind.CODE:
            index += 1
        options = [item for item in lines[first:index] if _OPTION.match(item.text)]
        chunk = _chunk(match, options, [item for item in lines[first:index] if item not in options])
        whole = (line.start + len(line.quote), lines[index].end if index < len(lines) else len(draft.text))
        if chunk.get("include") in _NO:
            edits.append(Edit(line.start, whole[1], ""))
            found.append(
                draft.finding(line.start, f"{chunk.language} code that is run and not shown", "left out")
            )
            continue
        if chunk.language in _DIAGRAMS:
            edits.append(Edit(*whole, _diagram(chunk)))
            if not chunk.code.strip():
                file = chunk.get("file") or "nothing"
                found.append(draft.finding(line.start, f"a diagram that is made from {file}", "left out"))
            continue
        if chunk.language in _TEXTS:
            edits.append(Edit(*whole, _text(chunk)))
            continue
        if chunk.pictures:
            edits.append(Edit(*whole, _figure(chunk)))
            continue
        edits.append(Edit(whole[0], line.end, _opening(chunk)))
        edits += [Edit(item.start, item.end + 1, "") for item in options]
        done = "stands as code, without what it makes"
        found.append(draft.finding(line.start, f"{chunk.language} code that is run", done))
    found += _values(draft, lines)
    return draft.edited(edits), found


def _shown(lines: list[Line], index: int) -> Iterator[Edit]:
    """A chunk in two pairs of braces is shown with its marks, in one pair: a code block of Markdown."""
    line = lines[index]
    match = _SHOWN.match(line.text) if line.kind in (Kind.OPENING, Kind.CODE) else None
    if match is None:
        return
    indent, mark, header = match.groups()
    start = line.start + len(line.quote)
    if line.kind is Kind.CODE:
        yield Edit(start, line.end, f"{indent}{mark}{{{header}}}")
        return
    closing = next((item for item in lines[index + 1 :] if item.kind is not Kind.CODE), None)
    if closing is not None and closing.kind is Kind.CLOSING:
        outer = f"{mark}{mark[0]}"
        yield Edit(start, line.end, f"{indent}{outer}{{.markdown}}\n{indent}{mark}{{{header}}}")
        yield Edit(closing.end, closing.end, f"\n{closing.quote}{indent}{outer}")


def _chunk(match: re.Match[str], options: list[Line], code: list[Line]) -> _Chunk:
    indent, mark, language, header = match.groups()
    said = {}
    for name, value in _ARGUMENT.findall(header):
        bare = value[1:-1] if value[:1] in "\"'" else value
        said[name.replace(".", "-")] = re.sub(r"\\(.)", r"\1", bare) if bare != value else bare
    label = re.match(r"[ \t,]*([\w:.-]+)[ \t]*(?:,|$)", header)
    if label:
        said["label"] = label.group(1)
    try:
        tree = load_yaml("\n".join(_OPTION.sub("", item.text) for item in options))
    except MalformedYaml:
        tree = None
    values = plain(tree) if isinstance(tree, dict) else {}
    said |= {str(key).replace(".", "-"): value for key, value in values.items() if isinstance(value, str)}
    return _Chunk(indent, mark, language.lower(), said, "\n".join(item.text for item in code))


def _opening(chunk: _Chunk) -> str:
    """The first line of a code block; a caption of what the code makes becomes that of the code."""
    start = f"{chunk.indent}{chunk.mark}"
    if not chunk.caption:
        return start + chunk.language
    name = f" #lst-{chunk.label}" if re.fullmatch(r"[\w-]+", chunk.label) else ""
    return f'{start}{{.{chunk.language}{name} lst-cap="{_quoted(plain_text(chunk.caption))}"}}'


def _figure(chunk: _Chunk) -> str:
    """Markdown for the pictures that a chunk shows."""
    attributes = [f"#fig-{chunk.label}"] if re.fullmatch(r"[\w-]+", chunk.label) else []
    alt = " ".join(chunk.get("fig-alt").split())
    said = [f'fig-alt="{_quoted(plain_text(alt))}"'] if alt else []
    width = chunk.get("out-width", "width")
    said += [f"width={width}"] if re.fullmatch(r"\d+(\.\d+)?(%|px|in|cm)", width) else []
    names = [f"<{name}>" if re.search(r"[\s()]", name) else name for name in chunk.pictures]
    caption = (
        chunk.caption.replace("[", r"\[").replace("]", r"\]") if "](" not in chunk.caption else chunk.caption
    )
    if len(names) == 1:
        attributes += said
        end = f"{{{' '.join(attributes)}}}" if attributes else ""
        return f"\n{chunk.indent}![{caption}]({names[0]}){end}\n"
    pictures = "\n\n".join(f"![]({name}){{{' '.join(said)}}}" if said else f"![]({name})" for name in names)
    opening = f"::: {{{attributes[0]}}}" if attributes else "::: {}"
    return f"\n{opening}\n{pictures}\n\n{caption}\n:::\n"


def _diagram(chunk: _Chunk) -> str:
    """A diagram, which is drawn here too, with what its options say of it."""
    if not chunk.code.strip():
        return ""
    attributes = [f".{chunk.language}"]
    attributes += [f"#fig-{chunk.label}"] if re.fullmatch(r"[\w-]+", chunk.label) else []
    for name in ("fig-cap", "fig-alt"):
        attributes += [f'{name}="{_quoted(" ".join(chunk.get(name).split()))}"'] if chunk.get(name) else []
    return (
        f"\n{chunk.indent}{chunk.mark}{{{' '.join(attributes)}}}\n{chunk.code}\n{chunk.indent}{chunk.mark}\n"
    )


def _text(chunk: _Chunk) -> str:
    """R Markdown's older blocks for theorems and boxes hold Markdown."""
    name = chunk.get("type") or chunk.language
    attributes = [f".{name}"] if re.fullmatch(r"[\w-]+", name) else []
    attributes += [f"#{chunk.get('label')}"] if re.fullmatch(r"[\w-]+", chunk.get("label")) else []
    attributes += [f'name="{_quoted(chunk.get("name"))}"'] if chunk.get("name") else []
    return f"\n::: {{{' '.join(attributes)}}}\n{chunk.code}\n:::\n"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _values(draft: Draft, lines: list[Line]) -> Iterator[Finding]:
    for match in _INLINE.finditer(draft.text):
        place = next((item for item in lines if item.start <= match.start() <= item.end), None)
        if place is not None and place.prose:
            yield draft.finding(match.start(), f"the value of {match.group()}", "its code stands there")


def undefined_references(sections: Iterable[Section]) -> tuple[tuple[Section, ...], list[Finding]]:
    """References to what code would have made are text, or lead to the code that has its caption."""
    sections = tuple(sections)
    known = {
        match.group(1)
        for section in sections
        for piece in section.pieces
        for match in _ID.finditer(piece.draft.text)
    } | {str(section.head.get("id", "")) for section in sections}
    out, found = [], []
    for section in sections:
        pieces = []
        for piece in section.pieces:
            edits = []
            for match in _REFERENCE.finditer(mask(piece.draft.text)):
                edit = _redirected(match, known)
                edits += [edit] if edit else []
                if edit and edit.new == "\\":
                    what = f"nothing in the book is called @{match.group(1)}"
                    found.append(piece.draft.finding(edit.start, what, "it stands as text"))
            pieces.append(replace(piece, draft=piece.draft.edited(edits)))
        out.append(replace(section, pieces=tuple(pieces)))
    return tuple(out), found


def _redirected(match: re.Match[str], known: set[str]) -> Edit | None:
    """What becomes of a reference: nothing where its target is there."""
    name = match.group(1)
    if name in known:
        return None
    place = match.start(1) - 1
    code = f"lst-{name.partition('-')[2]}"
    if code not in known:
        return Edit(place, place, "\\")
    if match.group().startswith("@") or not match.group().endswith("]"):
        return Edit(place + 1, match.end(1), code)
    return Edit(match.start(), match.end(), f"@{code}")
