"""Convert pandoc's inlines to ``Inline`` nodes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

from triptych.diagnostics import Diagnostic, Span, did_you_mean
from triptych.media.formulas.markers import (
    has_marks,
    list_unknown_colours,
    replace_office_marks,
    stretch_office_braces,
)
from triptych.media.formulas.mathml import correct_mathml
from triptych.media.formulas.xcolor import COLOUR_NAMES
from triptych.media.xml_parsing import INVALID_CHARACTER
from triptych.model.nodes import (
    Attr,
    Block,
    Citation,
    Code,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Note,
    Phrase,
    Quoted,
    Reference,
    SoftBreak,
    Style,
    Styled,
    Text,
)
from triptych.reading.bibliography import CROSS_REFERENCE, Bibliography, is_cross_reference
from triptych.reading.locator import Locator
from triptych.reading.pandoc import MAX_CITED_WORD, MAX_SCRIPT_LEVELS, extract_plain_text, is_suffix_too_long
from triptych.reading.syntax.index_marks import find_non_index_attributes, read_index_command, read_index_span
from triptych.reading.syntax.latex import (
    explain_formula,
    explain_ignored_command,
    find_environment_hint,
    report_latex_command,
)
from triptych.reading.syntax.raw_html import (
    MEDIA_TAGS,
    convert_inline_tags,
    get_block_tag_name,
    get_html_hint,
    make_media_link,
)
from triptych.reading.vocabulary import ASIDE, LATEX_COMMANDS
from triptych.settings.values import make_limit_hint

DEEPEST = 30  # WeasyPrint fails at 36 nested lists
LARGE = 10
"""The number of elements that a heading, footnote or citation counts as, since it takes longer to output."""
_SHOWN = 40  # characters of omitted source in messages
_STYLES = {
    "Emph": Style.EMPHASIS,
    "Strong": Style.STRONG,
    "Strikeout": Style.STRIKEOUT,
    "Underline": Style.UNDERLINE,
    "Superscript": Style.SUPERSCRIPT,
    "Subscript": Style.SUBSCRIPT,
    "SmallCaps": Style.SMALL_CAPS,
}
_XML_TAG = re.compile(r"<(/?)[^<>]*?(/?)>")
_COMMAND_NAME = re.compile(r"\\[A-Za-z]+")
_LONGEST_FORMULA = 10_000  # characters, several pages
_DEEPEST_FORMULA = 120  # nested elements; usual formulas have a dozen
_FORMS_OF_TERMS = {"acrshort": ("short",), "acrlong": ("long",), "acrfull": ("full",), "glspl": ("plural",)}
_TEX_COMMAND = re.compile(rf"\\({'|'.join(LATEX_COMMANDS)})\s*\{{([^{{}}]+)\}}\s*$")
_SPAN_STYLES = {"kbd": Style.KEYBOARD, "mark": Style.MARK}

_BARE_KEY = re.compile(r"(?<![\w\])!])\[([^\W\d_][\w:.#/-]*\w)(?=[\],;])")
# Pandoc parses an @ after a letter as an email address, also in scripts without spaces between words.
_REFERENCE_AFTER_LETTER = re.compile(
    rf"(?<=[^\W\x00-\x7f])(@{CROSS_REFERENCE.pattern}[A-Za-z0-9_-]*[A-Za-z0-9])"
)


def make_safe_id(identifier: str) -> str:
    """Return an id with hyphens for white space, and with "x" before a leading underscore.

    Ids that start with an underscore are reserved for generated ids.
    """
    identifier = re.sub(r"\s+", "-", identifier.strip())
    return f"x{identifier}" if identifier.startswith("_") else identifier


def get_raw_format_name(name: str) -> str:
    """Return the display name of one of pandoc's raw formats, for use in messages."""
    return "LaTeX" if name in ("tex", "latex") else f"raw {name}"


def read_attr(value: Any) -> Attr:
    """Convert pandoc's list of id, classes and key-value pairs."""
    identifier, classes, pairs = value
    return Attr(make_safe_id(identifier), tuple(classes), tuple((key, text) for key, text in pairs))


@dataclass(slots=True)
class ElementCounter:
    """A counter of the elements that were read, with a limit."""

    maximum: float = inf
    count: int = 0


@dataclass(slots=True)
class InlineReader:
    """A converter of pandoc's inlines in one section. ``read_blocks`` converts the blocks of footnotes.

    Findings are appended to ``found``. Without a bibliography, a bare ``@word`` is text.
    """

    locator: Locator
    bibliography: Bibliography
    read_blocks: Callable[[InlineReader, list[Any]], tuple[Block, ...]]
    found: list[Diagnostic] = field(default_factory=list)
    depth: int = -2
    """The number of container nodes around the current node, without the section and the paragraph."""
    element_counter: ElementCounter = field(default_factory=ElementCounter)
    omitted_tags: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Names of omitted HTML elements → index of the finding about them in ``found``, and their number."""
    ignored_commands: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Ignored commands in formulas → index of the finding about them in ``found``, and their number."""

    def enter_container(self) -> bool:
        """Enter a container node, such as a list. Return False if it is nested too deeply.

        Report SEC004 for the first such node in a section. Call ``leave_container`` afterwards in both cases.
        """
        self.depth += 1
        if self.depth == DEEPEST + 1 and not any(problem.code == "SEC004" for problem in self.found):
            message = f"lists, block quotes, divs or formatting are nested more than {DEEPEST} levels deep"
            hint = "reduce the nesting, or escape literal characters with a backslash, as in \\>"
            span = self.locator.get_next_text_span()
            self.found.append(Diagnostic(code="SEC004", span=span, message=message, hint=hint))
        return self.depth <= DEEPEST

    def leave_container(self) -> None:
        """Leave a container node."""
        self.depth -= 1

    def count_elements(self, count: int = 1) -> bool:
        """Count elements and lines of code. Return False if their number exceeds the limit.

        Report SEC004 the first time. The rest of the section is then omitted.
        """
        before = self.element_counter.count
        self.element_counter.count += count
        if before <= self.element_counter.maximum < self.element_counter.count:
            most = f"{self.element_counter.maximum:,} pieces of markup and lines of code"
            message = f"the section has more than {most}; the rest is omitted"
            hint = f"split the section, or {make_limit_hint('section-elements')}"
            self.found.append(
                Diagnostic(code="SEC004", span=self.locator.get_current_span(), message=message, hint=hint)
            )
        return self.element_counter.count <= self.element_counter.maximum

    def report_omitted_construct(self, construct: str, span: Span, raw: str = "") -> None:
        """Report SEC006 for a construct that no output supports. ``raw`` is its source."""
        begins = " ".join(raw.split())
        construct += f" `{begins if len(begins) <= _SHOWN else begins[:_SHOWN] + '…'}`" if begins else ""
        message = f"{construct} is not supported and is omitted"
        self.found.append(
            Diagnostic(code="SEC006", span=span, message=message, hint=find_environment_hint(raw))
        )

    def report_omitted_in_footnote(self, construct: str, span: Span) -> None:
        """Report SEC006 for a chart or table in a footnote, where outputs cannot show it."""
        message = f"{construct}s are not supported in footnotes; this {construct} is omitted"
        hint = f"move the {construct} out of the footnote"
        self.found.append(Diagnostic(code="SEC006", span=span, message=message, hint=hint))

    def report_omitted_tag(self, raw: str, span: Span) -> None:
        """Report SEC006 for an HTML element that no output supports, once per element name."""
        name = get_block_tag_name(raw)
        if name in self.omitted_tags:
            index, count = self.omitted_tags[name]
            self.omitted_tags[name] = (index, count + 1)
            first = self.found[index]
            message = f"{first.message.partition(' (and ')[0]} (and {count} more <{name}> in this section)"
            self.found[index] = replace(first, message=message)
            return
        begins = " ".join(raw.split())
        begins = begins if len(begins) <= _SHOWN else begins[:_SHOWN] + "…"
        lost = "is omitted; the text inside is kept"
        if make_media_link(raw):
            lost = "is replaced by a link"
        elif name in MEDIA_TAGS or raw.count("<") > 1:  # pandoc parses a whole script or style as one tag
            lost = "is omitted"
        self.omitted_tags[name] = (len(self.found), 1)
        message = f"HTML tag `{begins}` is not supported and {lost}"
        self.found.append(Diagnostic(code="SEC006", span=span, message=message, hint=get_html_hint(name)))

    def read(self, nodes: list[Any]) -> tuple[Inline, ...]:
        """Convert pandoc inlines, and join adjacent text."""
        inlines = self._read_inlines(nodes) if self.enter_container() else ()
        self.leave_container()
        return inlines

    def _read_inlines(self, nodes: list[Any]) -> tuple[Inline, ...]:
        nodes = convert_inline_tags(
            nodes, lambda raw: self.report_omitted_tag(raw, self.locator.find_literal(raw))
        )
        out: list[Inline] = []
        text: list[str] = []

        def flush() -> None:
            if text:
                out.append(Text(text="".join(text)))
                text.clear()

        for node in nodes:
            kind = node["t"]
            if kind == "Str" and "@" not in node["c"]:
                text.append(node["c"])
                if "[" in node["c"]:
                    self._report_bare_key(node["c"])
            elif kind == "Str":
                for place, part in enumerate(_REFERENCE_AFTER_LETTER.split(node["c"])):
                    if place % 2:  # the matched part
                        flush()
                        out.append(Reference(target=part[1:], span=self.locator.pass_literal(part)))
                    else:
                        text.append(part)
            elif kind == "Space":
                text.append(" ")
            else:
                flush()
                out.extend(self._read_inline(kind, node.get("c")))
        flush()
        return tuple(out)

    def _read_inline(self, kind: str, c: Any) -> tuple[Inline, ...]:
        if kind == "SoftBreak":
            return (SoftBreak(),)
        if not self.count_elements(LARGE if kind in ("Note", "Cite") else 1):
            return ()
        if kind in _STYLES:
            return (Styled(style=_STYLES[kind], content=self.read(c)),)
        match kind:
            case "LineBreak":
                return (LineBreak(),)
            case "Quoted":
                return (Quoted(double=c[0]["t"] == "DoubleQuote", content=self.read(c[1])),)
            case "Code":
                self.locator.find_in_paragraph(c[1])
                return (Code(text=remove_note_marks(c[1]), attr=read_attr(c[0])),)
            case "Cite":
                return self._read_citation(c)
            case "Link":
                return (self._read_link(c),)
            case "Image":
                return (self.read_image(c),)
            case "Note":
                return (self._read_footnote(c),)
            case "Span":
                return self._read_span(c)
            case "Math":  # only if the Lua driver did not wrap it in a span
                return (Math(tex=c[1], mathml="", span=self.locator.find_literal(c[1])),)
            case "RawInline" if c[0] in ("tex", "latex"):
                return self._read_tex(c[1])
            case "RawInline":
                self.report_omitted_construct(
                    get_raw_format_name(c[0]), self.locator.find_literal(c[1]), c[1]
                )
        return ()

    def _read_tex(self, tex: str) -> tuple[Inline, ...]:
        r"""Convert common LaTeX commands. Other backslashes are text, as in the path C:\Users."""
        if tex.startswith(("\\index", "\\sindex")):
            mark = read_index_command(tex, self.locator.find_literal(tex))
            return (mark,) if mark else ()
        match = _TEX_COMMAND.match(tex)
        if match is None:
            if problem := report_latex_command(tex, self.locator.find_literal(tex)):
                self.found.append(problem)
            return (Text(text=tex),)
        command, name = match.groups()
        span = self.locator.find_literal(tex)
        if command == "pageref":
            return (Reference(target=make_safe_id(name), page=True, span=span),)
        if command.endswith("ref"):
            number_only = command in ("ref", "eqref")
            reference = Reference(target=make_safe_id(name), number_only=number_only, latex=True, span=span)
            return (Text(text="("), reference, Text(text=")")) if command == "eqref" else (reference,)
        kind = _FORMS_OF_TERMS.get(command, ())
        return (Phrase(attr=Attr(classes=("gls", *kind), pairs=(("term", name),)), content=(), span=span),)

    def _read_span(self, c: Any) -> tuple[Inline, ...]:
        attr = read_attr(c[0])
        if attr.has("triptych-math"):
            return (Math(**self.read_formula(c[1][0]["c"][1], attr)),)
        if attr.has("page"):
            return self._read_page_reference(attr, c[1])
        for name, style in _SPAN_STYLES.items():
            if attr.classes == (name,) and not attr.id:
                return (Styled(style=style, content=self.read(c[1])),)
        place = self.locator.pass_literal("#" + attr.id) if attr.id else None
        if place is None and (attr.has("gls") or attr.has("term") or attr.has("index")):
            place = (
                self.locator.find_words(extract_normalised_text(c[1]))
                if extract_normalised_text(c[1])
                else self.locator.get_current_span()
            )
        content = self.read(c[1])
        if attr.has("index"):
            return self._add_index_mark(attr, content, place or self.locator.get_current_span())
        if any(attr.has(name) for name in ASIDE):
            attr = Attr(attr.id, ("aside",), attr.pairs)
        return (Phrase(attr=attr, content=content, span=place),)

    def _add_index_mark(self, attr: Attr, content: tuple[Inline, ...], span: Span) -> tuple[Inline, ...]:
        mark = read_index_span(attr, content, span)
        if mark is None:
            message = "this index entry has neither text nor an `entry` attribute"
            hint = 'write [term]{.index}, or []{.index entry="term"} for an entry without visible text'
            self.found.append(Diagnostic(code="IDX003", span=span, message=message, hint=hint))
        if rest := find_non_index_attributes(attr):
            content = (Phrase(attr=rest, content=content, span=span),)
        return content if mark is None else (*content, mark)

    def _read_page_reference(self, attr: Attr, nodes: list[Any]) -> tuple[Inline, ...]:
        """Convert ``[@fig-x]{.page}``, or ``[]{.page of="id"}`` for ids without a prefix such as ``fig-``."""
        if attr.get("of"):
            return (
                Reference(target=attr.get("of"), page=True, span=self.locator.pass_literal(attr.get("of"))),
            )
        content = self.read(nodes)
        return tuple(replace(node, page=True) if isinstance(node, Reference) else node for node in content)

    def read_formula(self, tex: str, attr: Attr) -> dict[str, Any]:
        """Return the field values that ``Math`` and ``Equation`` share.

        Report MTH001 for TeX that pandoc cannot parse.
        """
        span = self.locator.find_formula(tex)
        names = ("mathml", "omml")
        unread = INVALID_CHARACTER.search(tex) or len(tex) > _LONGEST_FORMULA or _is_too_deep(attr)
        forms = dict.fromkeys(names, "") if unread else {name: attr.get(name) for name in names}
        self._report_ignored_commands(attr, span, list_unknown_colours(forms["mathml"]))
        forms["mathml"] = correct_mathml(forms["mathml"])
        if has_marks(forms["omml"]):
            forms["omml"] = replace_office_marks(forms["omml"])
        forms["omml"] = stretch_office_braces(forms["omml"])
        if "∥" not in forms["mathml"]:  # pandoc writes this relation sign for the bars of a norm in OMML
            forms["omml"] = forms["omml"].replace("∥", "‖")
        if not forms["mathml"]:
            message, hint = explain_formula(tex, attr.get("unexpected"))
            if len(tex) > _LONGEST_FORMULA:
                message = f"the formula has {len(tex):,} characters; the limit is {_LONGEST_FORMULA:,}"
                hint = "split the formula into shorter ones"
            elif levels := attr.get("script-levels"):
                message = (
                    f"the formula nests subscripts and superscripts {levels} levels deep; "
                    f"the limit is {MAX_SCRIPT_LEVELS}"
                )
                hint = "simplify the formula"
            elif _is_too_deep(attr):
                message, hint = "the formula is nested too deeply", "simplify the formula"
            self.found.append(Diagnostic(code="MTH001", span=span, message=message, hint=hint))
        return {"tex": tex.strip(), **forms, "span": span}

    def _report_ignored_commands(self, attr: Attr, span: Span, unknown_colours: list[str]) -> None:
        """Report commands in a formula that no output shows, each once per section, and unknown colours."""
        for command in filter(None, attr.get("ignored").split("\n")):
            if command in self.ignored_commands:
                index, count = self.ignored_commands[command]
                message = self.found[index].message.partition(" (and ")[0]
                message += f" (and {count} more in this section)"
                self.found[index] = replace(self.found[index], message=message)
                self.ignored_commands[command] = (index, count + 1)
                continue
            self.ignored_commands[command] = (len(self.found), 1)
            names = (command.partition("{…")[0], *_COMMAND_NAME.findall(command)[:1])
            places = map(self.locator.find_in_formula, names)
            place = next(filter(None, places), span)
            message, hint = explain_ignored_command(command)
            self.found.append(Diagnostic(code="MTH005", span=place, message=message, hint=hint))
        for colour in unknown_colours:
            name = colour.partition("]")[2] or colour
            place = self.locator.find_in_formula(name) or span
            message = f'unknown colour "{colour}" in a formula; using the colour of the text'
            hint = did_you_mean(name, COLOUR_NAMES) or "use a colour name of xcolor, or `\\definecolor`"
            self.found.append(Diagnostic(code="MTH006", span=place, message=message, hint=hint))

    def _read_link(self, c: Any) -> Link:
        target, title = c[2]
        content = self.read(c[1])
        span = self.locator.find_url(target) if target else self.locator.get_current_span()
        return Link(target=target, title=title, content=content, attr=read_attr(c[0]), span=span)

    def read_image(self, c: Any) -> Image:
        """Convert an image. Its alt text is ``fig-alt`` or ``alt``, or else the text in square brackets."""
        attr = read_attr(c[0])
        source, _ = c[2]
        span = self.locator.find_url(source)
        alt = attr.get("fig-alt") or attr.get("alt") or extract_normalised_text(c[1])
        return Image(source=source, alt=alt, attr=attr, span=span)

    def _read_footnote(self, blocks: Any) -> Note:
        # The text of a footnote is elsewhere in the file, so it needs a separate cursor.
        here = self.locator.get_current_span()
        away = replace(self, locator=self.locator.copy_at_start(), depth=self.depth - 1)
        key, blocks = extract_note_key(blocks)
        return Note(content=self.read_blocks(away, blocks), key=key, span=here)

    def _read_citation(self, c: Any) -> tuple[Inline, ...]:
        citations, rendered = c
        references = [
            cited for cited in citations if is_cross_reference(cited["citationId"], self.bibliography)
        ]
        sources = [cited for cited in citations if cited not in references]
        if not self.bibliography.is_configured and not references and _are_bare_citations(citations):
            for cited in citations:  # move the cursor, so that the next use of this key is found
                self.locator.find_in_paragraph("@" + cited["citationId"])
            return self.read(rendered)
        out: list[Inline] = []
        for cited in references:
            if out:
                out.append(Text(text="; "))
            out.extend(self._read_cross_reference(cited))
        if sources:
            if out:
                out.append(Text(text="; "))
            spans = [self._find_citation_key(cited["citationId"]) for cited in sources]
            for cited, span in zip(sources, spans, strict=True):
                if is_suffix_too_long(cited):
                    message = f"this citation contains a word longer than {MAX_CITED_WORD} characters"
                    hint = "shorten the text after the citation key"
                    self.found.append(Diagnostic(code="SEC004", span=span, message=message, hint=hint))
            entries = tuple(f"ref-{cited['citationId']}" for cited in sources)
            names = tuple(self.bibliography.find_short_name(cited["citationId"]) for cited in sources)
            citation = Citation(entries=entries, content=self.read(rendered), names=names, span=spans[0])
            out.append(citation)
        return tuple(out)

    def _report_bare_key(self, word: str) -> None:
        """Report LNT027 for a citation key in brackets without @, which is not a citation."""
        for match in _BARE_KEY.finditer(word):
            if (key := match.group(1)) in self.bibliography:
                span = self.locator.pass_literal(match.group())
                message = f'"[{key}]" is not parsed as a citation: the @ before the key is missing'
                hint = f"write [@{key}] to cite the source"
                self.found.append(Diagnostic(code="LNT027", span=span, message=message, hint=hint))

    def _find_citation_key(self, key: str) -> Span:
        """Return the position of a citation key. Report CIT001 for an unknown key."""
        span = self.locator.find_citation(key)
        if key not in self.bibliography:
            message, hint = self.bibliography.explain_unknown_key(key)
            self.found.append(Diagnostic(code="CIT001", span=span, message=message, hint=hint, name=key))
        return span

    def _read_cross_reference(self, cited: Any) -> tuple[Inline, ...]:
        target = cited["citationId"]
        span = self.locator.pass_literal("@" + target)
        reference = Reference(
            target=target,
            prefix=self.read(cited["citationPrefix"]),
            number_only=cited["citationMode"]["t"] == "SuppressAuthor",
            span=span,
        )
        return (reference, *self.read(cited["citationSuffix"]))


def _is_too_deep(formula: Attr) -> bool:
    """Return whether a formula is nested so deeply that processing it may exhaust the stack."""
    depth = deepest = 0
    for form in (formula.get("mathml"), formula.get("omml")):
        for slash, closed in _XML_TAG.findall(form):
            depth += -1 if slash else 0 if closed else 1
            deepest = max(deepest, depth)
    return deepest > _DEEPEST_FORMULA


def _are_bare_citations(citations: list[Any]) -> bool:
    return all(cited["citationMode"]["t"] == "AuthorInText" for cited in citations)


def extract_normalised_text(nodes: list[Any]) -> str:
    """Return the text of pandoc inlines without markup, with white space normalised."""
    return " ".join(extract_plain_text(nodes).split())


SHARED_NOTE_CLASS = "triptych-shared-note"
_REFERENCE = re.compile(r"(?<!\\)\[\^([^\s\]^]+)\](?!:)")
# A footnote definition whose text starts with a word on the same line. A mark would break lists and code.
_DEFINITION = re.compile(r"^( {0,3}\[\^([^\s\]^]+)\]:[ \t]+)(?=[^\W_]|[\"“‘'(*_\[$@\\])", re.MULTILINE)
_LEFT_OVER = re.compile(rf"\[\]\{{\.{SHARED_NOTE_CLASS} key=\"[^\"]*\"\}}")


def mark_shared_notes(text: str) -> str:
    """Insert a span into each footnote with several references, to recognise the footnote after parsing."""
    if "[^" not in text:
        return text
    counts = Counter(_REFERENCE.findall(text))
    shared = {name for name, count in counts.items() if count > 1 and '"' not in name}
    if not shared:
        return text

    def insert_span(match: re.Match[str]) -> str:
        head, name = match.groups()
        return f'{head}[]{{.{SHARED_NOTE_CLASS} key="{name}"}}' if name in shared else head

    return _DEFINITION.sub(insert_span, text)


def remove_note_marks(code: str) -> str:
    """Remove the spans of ``mark_shared_notes`` from code that looked like a footnote definition."""
    return _LEFT_OVER.sub("", code) if SHARED_NOTE_CLASS in code else code


def extract_note_key(blocks: list[Any]) -> tuple[str, list[Any]]:
    """Return a footnote's key, and its blocks without the span that ``mark_shared_notes`` inserted.

    The key is "" if there is no such span, since the footnote has only one reference.
    """
    first = blocks[0] if blocks else None
    if first is None or first["t"] not in ("Para", "Plain") or not first["c"]:
        return "", blocks
    head, *rest = first["c"]
    if head["t"] != "Span" or SHARED_NOTE_CLASS not in head["c"][0][1]:
        return "", blocks
    return dict(head["c"][0][2]).get("key", ""), [{"t": first["t"], "c": rest}, *blocks[1:]]
