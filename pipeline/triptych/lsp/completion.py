"""Complete ids, citation keys, classes, attributes, columns, file names, terms and YAML keys."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from lsprotocol import types
from lsprotocol.types import CompletionItemKind as Kind

from triptych.lsp.document import COLUMN_KEYS, Document
from triptych.lsp.hover import escape
from triptych.lsp.names import list_attributes, list_classes, list_values
from triptych.lsp.schema_keys import Steps, find_steps, get_glossary_keys, get_yaml_range, list_keys
from triptych.lsp.schema_keys import list_values as list_key_values
from triptych.model.book import REFERABLE
from triptych.project import MANIFEST
from triptych.reading.bibliography import CROSS_REFERENCE

TRIGGERS = ["@", "{", ".", "#", "=", "[", "(", '"', "/", ",", "<", " ", ":"]
_MAX_ITEMS = 2_000
_LOOK_BACK = 4_000  # maximum number of characters between the start of attributes and the cursor

_CITATION_START = re.compile(r"(?<![A-Za-z0-9_\\@/.])@\{?(?P<word>[\w:.#$%&+?<>~/-]*)$")
_REFERENCE_START = re.compile(rf"@(?P<word>(?:{'|'.join(REFERABLE)})?-?[\w-]*)$")
_FENCE_CLASS = re.compile(r"^[ \t>]*:{3,}[ \t]*(?P<word>[\w-]*)$")
_LINK_TARGET = re.compile(r"\]\((?P<path>[^()\s#]*)(?P<hash>#)?(?P<word>[^()\s]*)$")
_TERM_WORDS = re.compile(r"(?<![\w\]!])\[(?P<word>[^\[\]\n@]{1,60})$|\\[gG]ls(?:pl)?\{(?P<key>[^{}\n]*)$")
_SHORTCODE = re.compile(r"\{\{<\s*(?P<name>\w*)(?:\s+(?P<argument>[^>\s]*))?$")
_DATA_CALL = re.compile(r"\bdata\(\s*[\"'](?P<word>[^\"'\n]*)$")
_OPEN_BLOCK = re.compile(r"""\{(?P<inner>(?:[^{}"']|"[^"]*"|'[^']*')*)(?P<quoted>["'][^"']*)?$""")
_NO_BLOCK = re.compile(r"(?:\{|\\[A-Za-z]*)$")  # before a brace: a Jinja expression or a LaTeX command
_VALUE = re.compile(r"(?P<key>[\w-]+)=(?P<quote>[\"']?)(?P<value>[^\"'{}\s]*|(?<=[\"'])[^\"'{}]*)$")
_ATTRIBUTE_WORD = re.compile(r"(?:^|[\s{])(?P<mark>[.#]?)(?P<word>[\w-]*)$")
_PICTURES = (".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf")
_FILE_KINDS = {"data": (".csv",), "background-image": _PICTURES, "include": (), "file": ()}
_KEY_FILES = {
    "chapters": (".md",),
    "appendices": (".md",),
    "bibliography": (".bib", ".bibtex", ".json", ".ris", ".yaml", ".yml"),
    "csl": (".csl",),
    "glossary": (".yaml", ".yml"),
    "theme": (".yaml",),
    "cover-image": _PICTURES,
    "image": _PICTURES,
    "logo": _PICTURES,
    "template": (".pptx", ".potx"),
}


class Completer:
    """Creates completion items for an offset in a document."""

    def __init__(self, document: Document, offset: int) -> None:
        self.document, self.index, self.offset = document, document.index, offset
        self._before = document.source.text[max(0, offset - _LOOK_BACK) : offset]
        self._line = self._before.rpartition("\n")[2]

    def complete(self) -> types.CompletionList:
        """Return the completion items. If there are too many, the list is marked as incomplete."""
        items = list(self._iter_completion_items())
        return types.CompletionList(len(items) > _MAX_ITEMS, items[:_MAX_ITEMS])

    def _iter_completion_items(self) -> Iterator[types.CompletionItem]:
        path, source = self.document.path, self.document.source
        if not self.index.is_section(path):
            if path == MANIFEST:
                yield from self._complete_yaml(0)
            elif any(file == path for file, _, _ in self.index.iter_terms()):
                yield from self._complete_glossary_key()
            return
        span = get_yaml_range(path, source)
        if span is not None and span[0] <= self.offset <= span[1]:
            yield from self._complete_yaml(span[0])
            return
        scan = self.index.scan(path)
        is_code = scan is not None and source.get_line(self.offset) + 1 in scan.code_lines
        if match := self._search(_SHORTCODE):
            yield from self._complete_shortcode(match)
        elif match := self._search(_DATA_CALL):
            yield from self._complete_file(match["word"], (".csv",))
        elif block := self._find_open_block():
            yield from self._complete_attribute(*block)
        elif is_code:
            return
        elif match := self._search(_CITATION_START) or self._search_after_letter():
            yield from self._complete_reference(match["word"])
        elif match := self._search(_LINK_TARGET):
            yield from self._complete_link(match)
        elif match := self._search(_FENCE_CLASS):
            yield from self._complete_class(match["word"])
        elif match := self._search(_TERM_WORDS):
            yield from self._complete_term(match)

    def _search(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.search(self._line)

    def _search_after_letter(self) -> re.Match[str] | None:
        """Match a reference directly after a letter in a script without spaces, such as Chinese."""
        match = _REFERENCE_START.search(self._line)
        before = self._line[match.start() - 1 : match.start()] if match else ""
        return match if before and not before.isascii() else None

    def _make_item(
        self,
        label: str,
        word: str,
        kind: Kind,
        detail: str = "",
        documentation: str = "",
        new_text: str | None = None,
        rank: int = 0,
    ) -> types.CompletionItem:
        """Return an item that replaces ``word``, the text directly before the cursor."""
        place = self.document.make_range(self.offset - len(word), self.offset)
        return types.CompletionItem(
            label,
            kind=kind,
            detail=detail or None,
            documentation=types.MarkupContent(types.MarkupKind.Markdown, documentation)
            if documentation
            else None,
            filter_text=label,
            sort_text=f"{rank}{label}",
            text_edit=types.TextEdit(place, label if new_text is None else new_text),
        )

    # --- Names ------------------------------------------------------------------------------------

    def _complete_reference(self, word: str) -> Iterator[types.CompletionItem]:
        for name, target in self.index.list_ids(self.document.path).items():
            if CROSS_REFERENCE.match(name):
                yield self._make_item(name, word, Kind.Reference, target.summary)
        for key in dict.fromkeys(mention.name for _, mention in self.index.iter_keys()):
            source = self.index.snapshot.sources.get(key)
            yield self._make_item(key, word, Kind.Value, source.text[:200] if source else "", rank=1)

    def _complete_id(self, word: str) -> Iterator[types.CompletionItem]:
        for name, target in self.index.list_ids(self.document.path).items():
            yield self._make_item(name, word, Kind.Reference, target.summary)

    def _complete_link(self, match: re.Match[str]) -> Iterator[types.CompletionItem]:
        if not match["hash"]:
            yield from self._complete_file(match["path"], (".md", *_PICTURES))
        elif match["path"]:
            file = self.index.locate_file(match["path"], self.document.path)
            for mention in self.index.list_mentions(file) if file else ():
                if mention.kind == "definition":
                    yield self._make_item(mention.name, match["word"], Kind.Reference)
        else:
            yield from self._complete_id(match["word"])

    def _complete_term(self, match: re.Match[str]) -> Iterator[types.CompletionItem]:
        word = match["key"] if match["key"] is not None else match["word"]
        for name, term in self._list_terms():
            new = name if match["key"] is not None else f"{name}]{{.gls}}"
            definition = self.index.get_definition(term)
            detail = term if term != name else ""
            yield self._make_item(name, word, Kind.Text, detail, escape(definition), new)

    def _list_terms(self) -> list[tuple[str, str]]:
        """Return the names in the glossary files, each with the term of its entry."""
        return list(dict.fromkeys((mention.name, term) for _, mention, term in self.index.iter_terms()))

    # --- Attributes -------------------------------------------------------------------------------

    def _find_open_block(self) -> tuple[str, str] | None:
        """Return the text after the unclosed ``{`` before the cursor, and the text before the ``{``."""
        start = max(self._before.rfind("\n\n"), 0)
        match = _OPEN_BLOCK.search(self._before, start)
        if match is None or _NO_BLOCK.search(self._before[: match.start()]):
            return None
        return match["inner"] + (match["quoted"] or ""), self._before[start : match.start()]

    def _complete_attribute(self, inner: str, before: str) -> Iterator[types.CompletionItem]:
        is_chart = ".chart" in inner.split()
        if value := _VALUE.search(inner):
            yield from self._complete_value(value, inner)
            return
        word = _ATTRIBUTE_WORD.search(inner)
        if word is None or inner.count('"') % 2:
            return
        if word["mark"] == "#":
            for prefix in REFERABLE:
                yield self._make_item(f"{prefix}-", word["word"], Kind.Keyword, prefix.name.lower())
            return
        if word["mark"] == "." or not word["word"]:
            yield from self._complete_class(word["word"], "" if word["mark"] else ".")
        if not word["mark"]:
            for name, description in list_attributes(of_chart=is_chart).items():
                kind = Kind.Property
                yield self._make_item(name, word["word"], kind, "", description, f"{name}=", rank=1)

    def _complete_class(self, word: str, mark: str = "") -> Iterator[types.CompletionItem]:
        for name, description in list_classes().items():
            yield self._make_item(name, word, Kind.Class, "", description, mark + name)

    def _complete_value(self, match: re.Match[str], inner: str) -> Iterator[types.CompletionItem]:
        key, value = match["key"], match["value"]
        if key in _FILE_KINDS:
            yield from self._complete_file(value, _FILE_KINDS[key])
        elif key in COLUMN_KEYS:
            data = re.search(r"(?<![\w-])data=[\"']?(?P<path>[^\"'\s{}]+)", self._get_whole_block(inner))
            path = self.index.locate_file(data["path"], self.document.path) if data else None
            table = self.index.get_table(path) if path else None
            word = re.split(r"[,;]\s*", value)[-1]
            for name, values in table.columns if table else ():
                needs_quotes = not match["quote"] and re.search(r"[^\w.-]", name)
                new = f'"{name}"' if needs_quotes and word == value else name
                detail = ", ".join(values)
                yield self._make_item(name, word, Kind.Field, detail, new_text=new)
        elif key in ("term", "key"):
            for name, term in dict.fromkeys(
                (mention.name, term) for _, mention, term in self.index.iter_terms()
            ):
                yield self._make_item(name, value, Kind.Text, term)
        elif key == "of":
            yield from self._complete_id(value)
        else:
            for name in list_values(key):
                yield self._make_item(name, value, Kind.EnumMember)

    def _get_whole_block(self, inner: str) -> str:
        """Return the attributes before the cursor, and those after it up to the closing brace."""
        after = self.document.source.text[self.offset : self.offset + _LOOK_BACK]
        return inner + re.split(r"[{}]|\n[ \t]*\n", after, maxsplit=1)[0]

    # --- Files ------------------------------------------------------------------------------------

    def _complete_file(self, word: str, endings: tuple[str, ...]) -> Iterator[types.CompletionItem]:
        """Complete a path relative to the section file or, if it has no ``..``, to the manifest."""
        folder = posixpath.dirname(self.document.path)
        for name in self._list_files():
            if endings and not name.lower().endswith(endings):
                continue
            path = posixpath.join("source", name)
            if path == self.document.path:
                continue
            relative = posixpath.relpath(path, folder)
            inserted_path = relative if word.startswith(".") or not relative.startswith("..") else name
            yield self._make_item(inserted_path, word, Kind.File)

    def _list_files(self) -> Iterable[str]:
        return sorted(
            name
            for name in self.index.project.list_source_files()
            if not any(part.startswith(".") for part in PurePosixPath(name).parts)
        )[:_MAX_ITEMS]

    def _complete_shortcode(self, match: re.Match[str]) -> Iterator[types.CompletionItem]:
        argument = match["argument"]
        if argument is None:
            for name in ("include", "var", "meta", "pagebreak"):
                yield self._make_item(name, match["name"], Kind.Function)
        elif match["name"] == "include":
            yield from self._complete_file(argument, (".md",))
        elif match["name"] == "var":
            for name, value in self.index.snapshot.variables.items():
                yield self._make_item(name, argument, Kind.Variable, value[:200])
        elif match["name"] == "meta":
            for name, description in list_keys(MANIFEST, ("book",)).items():
                yield self._make_item(name, argument, Kind.Property, "", description)

    # --- YAML -------------------------------------------------------------------------------------

    def _complete_yaml(self, start: int) -> Iterator[types.CompletionItem]:
        path = self.document.path
        steps, in_value = find_steps(self.document.source, start, self.offset)
        word = self._get_last_word()
        if not in_value:
            yield from self._complete_key(word, steps)
            return
        key = steps[-1] if steps else ""
        if key in _KEY_FILES:
            yield from self._complete_file(word, _KEY_FILES[key])
        elif key == "slides" and path == MANIFEST:
            yield from self._complete_id(word)
        for value in list_key_values(path, steps):
            yield self._make_item(value, word, Kind.EnumMember)
        if self._line.lstrip().startswith("- ") and ":" not in self._line:
            yield from self._complete_key(word, steps)

    def _complete_key(self, word: str, steps: Steps) -> Iterator[types.CompletionItem]:
        for name, description in list_keys(self.document.path, steps).items():
            yield self._make_item(name, word, Kind.Property, "", description, f"{name}: ")

    def _get_last_word(self) -> str:
        match = re.search(r"[\w./-]*$", self._line)
        word = match[0] if match else ""
        return "" if word == "-" else word

    def _complete_glossary_key(self) -> Iterator[types.CompletionItem]:
        if ":" not in self._line:
            for name, description in get_glossary_keys():
                kind = Kind.Property
                yield self._make_item(name, self._get_last_word(), kind, "", description, f"{name}: ")
