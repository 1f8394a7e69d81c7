"""Adapt pandoc's tree of a LaTeX document: labels become ids, environments classes, references our own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from triptych.reading.pandoc import characters, rewritten
from triptych_import.draft import Finding

Node = dict[str, Any]

_PREFIX = re.compile(
    r"^(?:fig|figure|tab|tbl|table|eq|eqn|equ|sec|sect|section|subsec|ssec|ch|chap|chapter|part|app|appendix|"
    r"lst|listing|code|thm|theorem|lem|lemma|cor|prop|prp|def|defn|dfn|ex|exm|exa|rem|alg)[:_.-]+",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\\label\{([^{}]*)\}")
_REFERENCE = re.compile(r"\\(ref|eqref|autoref|cref|Cref|pageref|vref|nameref)\*?\{([^{}]*)\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?")
_LAST_ARGUMENT = re.compile(r"\{([^{}\\]*)\}\s*$")
_ENVIRONMENT = re.compile(r"\\begin\{([^{}]*)\}")
_WIDTH = re.compile(r"^(\d*\.?\d*)\s*\\(?:text|line|column|paper|h)(?:width|size)$")
_LENGTH = re.compile(r"^\d*\.?\d+(?:mm|cm|in|pt|%)$")
# Commands that only arrange pages, or print lists that Triptych generates itself.
_SILENT = frozenset(
    "LARGE Large Huge huge boldmath"
    " appendix backmatter bibliography bibliographystyle bigskip centering cleardoublepage clearpage"
    " footnotesize frontmatter hfill hline hspace indent label large linebreak listoffigures"
    " listoftables mainmatter makeindex maketitle medskip newline newpage noindent nopagebreak"
    " normalsize null pagebreak pagenumbering pagestyle par pause printbibliography printglossaries"
    " printglossary printindex protect raggedleft raggedright setcounter setlength sloppy small"
    " smallskip tableofcontents titlepage thispagestyle toprule vfill vspace".split()
)
_KEPT = ("\\index{", "\\sindex{")
THEOREMS = {
    "theorem": "thm", "lemma": "lem", "corollary": "cor", "proposition": "prp", "conjecture": "cnj",
    "definition": "def", "example": "exm", "exercise": "exr", "solution": "sol", "remark": "rem",
}  # fmt: skip
NOTES = "speakernotes"
"""The environment that Beamer's notes are put into."""
_ENDS_PROOF = "\u25fb"


@dataclass(slots=True)
class Adapter:
    """Adapts the blocks of a document.

    ``theorems`` are the environments that it declares, with the titles that they print. ``find_picture``
    returns the path of a picture, which LaTeX documents name without an extension.
    """

    name: str
    labels: frozenset[str]
    theorems: Mapping[str, str]
    find_picture: Callable[[str], str]
    ids: dict[str, str] = field(default_factory=dict)
    omitted: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)

    def adapt(self, blocks: list[Node]) -> list[Node]:
        """Return the blocks with ids, figures, theorems and references in the form of Triptych's Markdown."""
        adapted: list[Node] = rewritten(rewritten(blocks, self._block), self._inline)
        return rewritten(rewritten(adapted, self._reference), _on_lines_of_their_own)  # type: ignore[no-any-return]

    def findings(self) -> Iterator[Finding]:
        """Yield the commands and environments that were omitted or kept as code."""
        for what, count in self.omitted.items():
            yield Finding(path=self.name, what=f"{what}{_times(count)}", done="omitted, keeping its text")
        for what, count in self.kept.items():
            yield Finding(path=self.name, what=f"{what}{_times(count)}", done="kept as a code block")

    def _id(self, label: str, kind: str) -> str:
        """Return the id for a label, with the prefix of its kind."""
        if not label:
            return ""
        bare = re.sub(r"[^\w-]+", "-", _PREFIX.sub("", label)).strip("-") or "x"
        wanted, number = f"{kind}-{bare}", 2
        while wanted in self.ids.values() and self.ids.get(label) != wanted:
            wanted, number = f"{kind}-{bare}-{number}", number + 1
        return self.ids.setdefault(label, wanted)

    def _block(self, node: Node) -> list[Node] | None:
        """Return the replacement of a block, None if only its content may change."""
        content: Any = node.get("c")
        match node.get("t"):
            case "Header":
                level, (label, classes, _), inlines = content
                identifier = self._id(label, "sec") if label in self.labels else ""
                return [{"t": "Header", "c": [level, [identifier, classes, []], inlines]}]
            case "Figure":
                return self._figure(content)
            case "Div":
                return self._div(content)
            case "CodeBlock":
                (label, classes, pairs), code = content
                captions = [["lst-cap", value] for key, value in pairs if key == "caption"]
                identifier = self._id(label, "lst") if label in self.labels else ""
                return [{"t": "CodeBlock", "c": [[identifier, classes, captions], code]}]
            case "RawBlock":
                return self._raw_block(content[1])
        return None

    def _figure(self, content: Any) -> list[Node]:
        (label, _, _), (_, caption_blocks), blocks = content
        caption = [inline for block in caption_blocks for inline in block.get("c", [])]
        inner = rewritten(blocks, self._block)
        images = [node for node in _walk(inner) if node.get("t") == "Image"]
        panels = [node for node in _walk(blocks) if node.get("t") == "Figure"]
        identifier = self._id(label, "fig")
        if len(images) == 1 and not panels:
            _, _, (source, title) = images[0]["c"]
            attr = [identifier, [], images[0]["c"][0][2]]
            return [_para([{"t": "Image", "c": [attr, caption, [source, title]]}])]
        if not panels:
            inner = [_para([image]) for image in images] or inner
        columns = [["layout-ncol", "2"]] if len(images) > 1 else []
        described = [_para(caption)] if caption else []
        return [{"t": "Div", "c": [[identifier, [], columns], [*inner, *described]]}]

    def _div(self, content: Any) -> list[Node]:
        (label, classes, _), blocks = content
        blocks = rewritten(blocks, self._block)
        if any(block.get("t") == "Table" for block in blocks):
            return [{"t": "Div", "c": [[self._id(label, "tbl"), [], []], blocks]}] if label else blocks
        if "proof" in classes:
            return [{"t": "Div", "c": [["", ["proof"], []], _without_words_of_proofs(blocks)]}]
        declared = next((name for name in classes if name in self.theorems), "")
        title = self.theorems.get(declared, declared).split(" ")[0].lower()
        if declared == NOTES:
            return [{"t": "Div", "c": [["", ["notes"], []], _bare_theorem(blocks)[0]]}]
        if title not in THEOREMS:
            return [{"t": "Div", "c": [[label if label in self.labels else "", classes, []], blocks]}]
        blocks, name, inner_label = _bare_theorem(blocks)
        identifier = self._id(label or inner_label, THEOREMS[title])
        pairs = [["name", name]] if name else []
        return [{"t": "Div", "c": [[identifier, [title], pairs], blocks]}]

    def _raw_block(self, tex: str) -> list[Node]:
        environment = _ENVIRONMENT.match(tex)
        if environment is None:
            inlines = self._raw_inline(tex)
            return [_para(inlines)] if inlines else []
        self.kept[f"unsupported LaTeX environment {environment.group(1)}"] += 1
        return [{"t": "CodeBlock", "c": [["", ["latex"], []], tex.strip()]}]

    def _inline(self, node: Node) -> list[Node] | None:
        content: Any = node.get("c")
        match node.get("t"):
            case "Image":
                (_, classes, pairs), alt, (source, title) = content
                widths = [width for key, value in pairs if key == "width" and (width := _width(value))]
                attr = [content[0][0], classes, [["width", width] for width in widths]]
                alt = [] if characters(alt) == "image" else alt
                return [{"t": "Image", "c": [attr, alt, [self.find_picture(source), title]]}]
            case "Cite":  # pandoc repeats the command inside
                return [{"t": "Cite", "c": [content[0], [{"t": "Str", "c": "?"}]]}]
            case "Math":
                return [{"t": "Math", "c": [content[0], self._labels_of_formula(content[1])]}]
            case "Span":
                (_, _, pairs), inlines = content
                keys = {key for key, _ in pairs}
                if "acronym-label" in keys:
                    self.omitted["reference to a glossary"] += 1
                    return list(inlines)
                return rewritten(inlines, self._inline) if "label" in keys else None
            case "Link":
                kind = next((value for key, value in content[0][2] if key == "reference-type"), "")
                label = next((value for key, value in content[0][2] if key == "reference"), "")
                return [_markdown(f"\\{kind.split('+')[0]}{{{label}}}")] if kind else None
            case "RawInline":
                return self._raw_inline(content[1])
        return None

    def _labels_of_formula(self, tex: str) -> str:
        """Rename the first label of a formula and remove the others, since its rows are not numbered."""
        labels = _LABEL.findall(tex)
        for label in labels:
            self.ids[label] = self._id(labels[0], "eq")
        if len(labels) > 1:
            self.omitted["number of a row of a formula"] += len(labels) - 1
        named = _LABEL.sub(lambda match: f"\\label{{{self.ids[labels[0]]}}}", tex, count=1)
        first = _LABEL.search(named)
        return named[: first.end()] + _LABEL.sub("", named[first.end() :]) if first else named

    def _raw_inline(self, tex: str) -> list[Node]:
        if tex.startswith(_KEPT) or _REFERENCE.fullmatch(tex.strip()):
            return [_markdown(tex.strip())]
        command = _COMMAND.match(tex)
        if command and command.group(1) in _SILENT:
            return []
        self.omitted[f"LaTeX command {command.group() if command else tex[:20]}"] += 1
        words = _LAST_ARGUMENT.search(tex)
        return [{"t": "Str", "c": words.group(1)}] if words else []

    def _reference(self, node: Node) -> list[Node] | None:
        """Replace labels in references by ids; all labels are known by now."""
        if node.get("t") != "RawInline" or not (found := _REFERENCE.fullmatch(node["c"][1])):
            return None
        command, labels = found.groups()
        out: list[Node] = []
        for label in (part.strip() for part in labels.split(",")):
            if out:
                out += [{"t": "Str", "c": ","}, {"t": "Space"}]
            if label in self.ids:
                name = {"vref": "autoref", "nameref": "autoref"}.get(command, command)
                out.append(_markdown(f"\\{name}{{{self.ids[label]}}}"))
            else:
                self.omitted[f'reference to the unknown label "{label}"'] += 1
                out.append({"t": "Str", "c": label})
        return out


def _on_lines_of_their_own(node: Node) -> list[Node] | None:
    """Begin and end the displayed formulas of a paragraph with a new line."""
    if node.get("t") not in ("Para", "Plain") or not any(map(_is_displayed, node["c"])):
        return None
    out: list[Node] = []
    for inline in node["c"]:
        after = bool(out) and _is_displayed(out[-1])
        if inline["t"] in ("Space", "SoftBreak") and (not out or after):
            continue
        if _is_displayed(inline):
            while out and out[-1]["t"] in ("Space", "SoftBreak"):
                out.pop()
        if out and (after or _is_displayed(inline)):
            out.append(_markdown("\n"))
        out.append(inline)
    return [{**node, "c": out}]


def _is_displayed(inline: Node) -> bool:
    return bool(inline["t"] == "Math" and inline["c"][0]["t"] == "DisplayMath")


def _times(count: int) -> str:
    return "" if count == 1 else f" ({count} times)"


def _para(inlines: list[Node]) -> Node:
    return {"t": "Para", "c": inlines}


def _markdown(text: str) -> Node:
    """Return text that pandoc writes into Markdown unchanged."""
    return {"t": "RawInline", "c": ["markdown", text]}


def _walk(node: Any) -> Iterator[Node]:
    if isinstance(node, dict):
        yield node
        yield from _walk(node.get("c"))
    elif isinstance(node, list):
        for item in node:
            yield from _walk(item)


def _width(value: str) -> str:
    """Return a width in the units of Triptych's Markdown, "" for other widths."""
    if share := _WIDTH.match(value.strip()):
        return f"{round(float(share.group(1) or 1) * 100)}%"
    return value if _LENGTH.match(value) else ""


def _without_words_of_proofs(blocks: list[Node]) -> list[Node]:
    """Remove "Proof." and the sign at the end, which Triptych prints itself."""

    def change(node: Node) -> list[Node] | None:
        if node.get("t") == "Str" and node["c"].strip("\u00a0") == _ENDS_PROOF:
            return []
        return None

    blocks = rewritten(blocks, change)
    first = blocks[0] if blocks else {}
    if first.get("t") == "Para" and first["c"] and first["c"][0].get("t") == "Emph":
        rest = first["c"][1:]
        return [_para(rest[1:] if rest and rest[0].get("t") == "Space" else rest), *blocks[1:]]
    return blocks


def _bare_theorem(blocks: list[Node]) -> tuple[list[Node], str, str]:
    """Return a theorem without its printed heading and italics, but with its name and its label."""
    name = label = ""
    out: list[Node] = []
    for block in blocks:
        inlines = list(block["c"]) if block.get("t") == "Para" else []
        if inlines and not out and inlines[0].get("t") == "Strong":
            name, inlines = _heading_of_theorem(inlines[1:])
        if len(inlines) == 1 and inlines[0].get("t") == "Emph":
            inlines = inlines[0]["c"]
        for inline in inlines:
            if inline.get("t") == "RawInline" and (found := _LABEL.fullmatch(inline["c"][1].strip())):
                label = found.group(1)
        out.append(_para(_stripped(inlines)) if block.get("t") == "Para" else block)
    return out, name, label


def _heading_of_theorem(inlines: list[Node]) -> tuple[str, list[Node]]:
    """Split "(Name)." or "." from the inlines after "Theorem 1"."""
    text = ""
    for place, inline in enumerate(inlines):
        text += characters([inline]) if inline.get("t") in ("Str", "Space") else "\0"
        if text.rstrip().endswith("."):
            rest = inlines[place + 1 :]
            return text.strip(" .()").replace("\0", ""), _stripped(rest)
    return "", inlines


def _stripped(inlines: list[Node]) -> list[Node]:
    """Return inlines without labels and without spaces at their start."""
    kept = [
        one for one in inlines if not (one.get("t") == "RawInline" and _LABEL.fullmatch(one["c"][1].strip()))
    ]
    while kept and kept[0].get("t") in ("Space", "SoftBreak"):
        kept = kept[1:]
    return kept
