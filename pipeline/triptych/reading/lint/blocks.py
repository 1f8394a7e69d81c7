"""Report blocks that pandoc parses as text or code: headings, lists, block quotes, front matter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.context import LintContext, make_first_word_pattern

_HEADING_WITHOUT_SPACE = re.compile(r"(#{1,6})([^\W\d_][^\n]*)")
_SWALLOWED_HEADING = re.compile(r"\n(#{1,6}) +(?=\S)")
# Headings of AsciiDoc, Typst and MediaWiki. A line with a full stop is a sentence instead.
_FOREIGN_HEADING = re.compile(r"(={1,6}) +(?=[^\W_])([^\n=]{1,80}?)(?: +\1)?(?<![.,;:!?])")
_MAX_HEADING_WORDS = 12  # minimum number of words of a heading; a single word may be a hashtag


def report_literal_headings(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT021 for headings that pandoc parses as text."""
    for text in context.tree.texts:
        other = _FOREIGN_HEADING.fullmatch(text) if text.startswith("=") else None
        if other and (place := context.find_next(rf"^[ \t]*{other[1]} +{make_first_word_pattern(other[2])}")):
            message = "this AsciiDoc, MediaWiki or Typst heading is rendered literally"
            yield context.report("LNT021", place, message, f"write {'#' * len(other[1])} {other[2][:40]}")
        if "#" not in text:
            continue
        glued = _HEADING_WITHOUT_SPACE.fullmatch(text)
        if glued and (len(glued.group(1)) > 1 or 1 < len(text.split()) <= _MAX_HEADING_WORDS):
            first = re.escape(glued.group(2).split()[0])
            if place := context.find_next(rf"^[ \t]*{glued.group(1)}{first}"):
                message = f"this heading is rendered literally: there is no space after `{glued.group(1)}`"
                hint = f"write {glued.group(1)} {glued.group(2)[:40]}"
                yield context.report("LNT021", place, message, hint)
        for heading in _SWALLOWED_HEADING.finditer(text):
            if place := context.find_next(
                rf"^[ \t]*{heading.group(1)}[ \t]+{make_first_word_pattern(text[heading.end() :])}"
            ):
                message = "this heading is parsed as part of the paragraph above"
                yield context.report("LNT021", place, message, "add a blank line before the heading")


_LIST_MARK = re.compile(r"(?:[-*+]|\d{1,2}[.)])[ \t]+\S")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*[,.;:!?)”\"]*")
_SENTENCE = re.compile(r"[“\"(]?[^\W\d_].*[.!?:…”\"]", re.DOTALL)
_SIGN_OF_CODE = re.compile(r"[{}<>=$_\\|/#;@^~`]|\w\(|\.\w|::|--|\+\+|\[|  ")
_MIN_SENTENCE_WORDS = 5  # minimum number of words of a sentence


def report_indented_prose(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT011 for sentences and lists that pandoc parses as code because they are indented."""
    indented = [
        (code, place)
        for code in context.tree.bare_code_blocks
        if (place := _find_indented_code(context, code))
    ]
    prose = [(code, place) for code, place in indented if _is_prose(code)]
    if 2 * len(prose) < len(indented):
        return  # most indented text in this section is code, so this is probably code as well
    for _, (number, _) in prose:
        line = context.lines[number - 1]
        message = "this text is rendered as a code block: its lines are indented by four or more spaces"
        hint = (
            "remove the indentation; if this is a nested list item, align it with the text of the item above"
        )
        yield context.report("LNT011", (number, len(line) - len(line.lstrip()) + 1), message, hint)


def _find_indented_code(context: LintContext, code: str) -> tuple[int, int] | None:
    first = re.escape(code.strip("\n").split("\n")[0].strip())
    return context.find_next(rf"^(?: {{4}}|\t)[ \t]*{first}[ \t]*$") if first else None


def _is_prose(code: str) -> bool:
    text = code.strip()
    if _LIST_MARK.match(text):
        text = re.sub(r"(?m)^[ \t]*(?:[-*+]|\d{1,2}[.)])[ \t]+", "", text)
        return bool(_is_mostly_words(text, 2))
    return bool(_SENTENCE.fullmatch(text)) and _is_mostly_words(text, _MIN_SENTENCE_WORDS)


def _is_mostly_words(text: str, minimum: int) -> bool:
    words = text.split()
    word_count = sum(bool(_WORD.fullmatch(word)) for word in words)
    return len(words) >= minimum and word_count >= 0.8 * len(words) and not _SIGN_OF_CODE.search(text)


_LIST_ITEM = re.compile(r"^([ \t]*)((?:[-*+]|\d{1,9}[.)]|[a-zA-Z][.)]|#\.)[ \t]+)(?=\S)")
_EXAMPLE = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?()@\w[\w:.-]*?[.)][ \t]+\S")
_RULE = re.compile(r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,})$")
_MIN_INDENT = 2  # spaces
_LAST_ORDINAL = 31  # a higher number at the start of a paragraph is probably a year or an amount
# A list marker without a space after it, or a bullet character.
_ITEM_WITHOUT_SPACE = re.compile(r"([-+*])(?=[^\W\d_]{2})|(\d{1,2}[.)])(?=[^\W\d_]{2})|([•◦▪‣·●]) ?(?=\S)")
_BULLETS = ("-", "+", "*", "•", "◦", "▪", "‣", "·", "●")


def report_list_indents(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT010 for list items with too little indentation to be nested under the item above."""
    open_items: list[tuple[int, int]] = []  # columns of the marker and the text of each open list
    blank = False
    for number, line in enumerate(context.prose, 1):
        text = line.expandtabs(4)
        item = _LIST_ITEM.match(text)
        if not text.strip():
            blank = True
            continue
        indent = len(text) - len(text.lstrip())
        if item is None or _RULE.match(text):
            if (blank and not indent) or text.startswith((":::", "#")):
                open_items.clear()
            blank = False
            continue
        blank = False
        above = None
        while open_items and indent < open_items[-1][1]:
            above = open_items.pop()
        if above and indent >= above[0] + _MIN_INDENT:
            message = "this item is not indented enough to be nested under the item above"
            hint = (
                f"indent this item by {above[1]} spaces in total to nest it, or align it with the item above"
            )
            yield context.report("LNT010", (number, indent + 1), message, hint)
        open_items.append((indent, item.end()))


def report_year_lists(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT040 for a paragraph that starts with a year and a full stop, like a list for pandoc."""
    for start, count in context.tree.numbered_lists:
        if start > _LAST_ORDINAL and count == 1 and (place := context.find_next(rf"^[ \t]*{start}[.)][ \t]")):
            stop = context.lines[place[0] - 1].lstrip()[len(str(start))]
            message = f'the paragraph that starts with "{start}{stop}" is parsed as a numbered list'
            yield context.report(
                "LNT040", place, message, f"write `{start}\\{stop}` to keep it as a paragraph"
            )


def report_example_citations(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT027 for ``@key.`` at the start of a block, which pandoc parses as an example list item."""
    before = ""
    for number, line in enumerate(context.prose, 1):
        match = _EXAMPLE.match(line)
        if match and (not before.strip() or line.lstrip()[0] != "@"):
            key = line[match.end(1) :].split()[0]
            message = f'"{key}" at the start of a block is parsed as an example number, not as a citation'
            hint = f"write [{key[:-1]}] to cite the source, or ({key[:-1]}) for a numbered example"
            yield context.report("LNT027", (number, match.end(1) + 1), message, hint)
        before = line


def report_literal_lists(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT028 for paragraphs whose lines all start with a list marker without a space."""
    for text in context.tree.texts:
        if "\n" not in text:
            continue
        marks = [_ITEM_WITHOUT_SPACE.match(line) for line in text.split("\n")]
        first = marks[0]
        if first is None or not all(marks) or not _are_list_markers(marks):
            continue
        mark = first.group().strip()
        place = context.find_next(
            rf"^[ \t]*(?:>[ \t]*)*{re.escape(mark)}[ \t]?{make_first_word_pattern(text[first.end() :])}"
        )
        if place:
            message = "these list items are rendered as one paragraph: there is no space after their markers"
            yield context.report(
                "LNT028", place, message, f"start each item with {_correct_marker(mark)} and a space"
            )


def _are_list_markers(markers: list[re.Match[str] | None]) -> bool:
    """Return whether list markers are consecutive numbers, or all the same bullet character."""
    marker_texts = [match.group().strip() for match in markers if match]
    if marker_texts[0] in _BULLETS:
        return len(set(marker_texts)) == 1
    return [int(mark[:-1]) for mark in marker_texts] == list(range(1, len(marker_texts) + 1))


def _correct_marker(marker: str) -> str:
    return marker if marker[0].isdigit() else "-"


_FENCE = re.compile(r"(?:-{3,}|\+{3}|;{3}|={3,}|—|–-?)\s*$")
_KEY = re.compile(r"(?:title|id|summary|takeaways|author|date|lang|role|slides|unnumbered|subtitle)\s*[:=]")
_SEARCHED = 3  # maximum number of lines after the fence


def report_literal_front_matter(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT035 for front matter after a blank line, with wrong fences, or without fences."""
    first = next((number for number, line in enumerate(context.lines, 1) if line.strip()), None)
    if first is None or (first == 1 and context.lines[0].rstrip() == "---"):  # reported when it is read
        return
    fenced = _FENCE.match(context.lines[first - 1])
    keys = context.lines[first : first + _SEARCHED] if fenced else context.lines[first - 1 : first]
    is_unfenced = not fenced and re.match(r"title:\s*\S", keys[0])
    if is_unfenced or (fenced and any(_KEY.match(line) for line in keys)):
        reason = "the file starts with a blank line"
        if not fenced:
            reason = "the `---` lines around it are missing"
        elif fenced.group().rstrip() != "---":
            reason = "the delimiters are not `---`"
        message = f"this YAML front matter is not recognised and is rendered as text: {reason}"
        hint = "move the YAML front matter to the very top of the file, between two `---` lines"
        yield context.report("LNT035", (first, 1), message, hint)


_SPACE = r"[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff]"
_AFTER_MARK = re.compile(rf"^[ \t>]*(#{{1,6}}|[-*+]|\d{{1,3}}[.)]|:{{3,}}|`{{3,}}|:)({_SPACE})")
_BRACES = re.compile(r"\{[ \t]*[#.][^{}\n]*\}")
_IN_QUOTES = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
_SPECIAL_SPACE = re.compile(_SPACE)
# Findings that may be caused by a special space.
_FOLLOW_UPS = frozenset(("LNT002", "LNT006", "LNT016", "LNT021", "LNT028"))


def report_special_spaces(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT037 for special spaces after a block marker or between attributes.

    Markdown accepts only ordinary spaces there.
    """
    begin_code = {fence.start for fence in context.scan.fences}
    before = False
    for number, line in enumerate(context.lines, 1):
        if line.isascii() or (number in context.scan.hidden_lines and number not in begin_code):
            before = False
            continue
        mark = _AFTER_MARK.match(line)
        is_number = bool(mark and mark.group(1)[0].isdigit())
        if mark and (not is_number or before or _has_numbered_line(context.lines[number : number + 1])):
            yield _report_special_space(context, number, mark.start(2), f'after "{mark.group(1)}"')
        before = is_number
        for braces in _BRACES.finditer(line):
            masked_braces = _IN_QUOTES.sub(lambda match: "x" * len(match.group()), braces.group())
            if space := _SPECIAL_SPACE.search(masked_braces):
                yield _report_special_space(
                    context, number, braces.start() + space.start(), "between attributes"
                )


def _has_numbered_line(lines: Iterable[str]) -> bool:
    return any((mark := _AFTER_MARK.match(line)) and mark.group(1)[0].isdigit() for line in lines)


def _report_special_space(context: LintContext, number: int, column: int, location: str) -> Diagnostic:
    character = context.lines[number - 1][column]
    name = unicodedata.name(character, "unnamed").lower()
    message = f"{name} (U+{ord(character):04X}) {location}; Markdown needs a regular space here"
    return context.report(
        "LNT037", (number, column + 1), message, "replace the character with a regular space"
    )


def drop_space_induced_findings(findings: list[Diagnostic]) -> list[Diagnostic]:
    """Drop findings that are caused by a special space on the same line."""
    lines = {finding.span.line for finding in findings if finding.code == "LNT037" and finding.span}
    return [
        finding
        for finding in findings
        if not (finding.code in _FOLLOW_UPS and finding.span and finding.span.line in lines)
    ]


_BULLET = re.compile(r"\n([-*+]) +(?=\S)")
_NUMBER = re.compile(r"\n(\d{1,2}[.)]|[a-z]\)) +(?=\S)")
_QUOTE = re.compile(r"\n(>)(?!>{6} ) ?(?=\S)")
_DASHES = r":?[-—–]++:?[ \t]*+"
_RULE_OF_TABLE = re.compile(
    rf"(?:(?:\n\|?|\||(?<![ \t])[ \t])[ \t]*+|(?=:)|(?<![-—–])){_DASHES}"
    rf"(?:\|[ \t]*+{_DASHES}){{1,200}}+\|?(?=\n|$)"
)
_BLOCK_PREFIX = r"^(?:[ \t]*>)*[ \t]*"  # block quote marks and spaces before a block marker


def report_swallowed_blocks(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT009 for a list, block quote or table that pandoc parses as part of the paragraph above."""
    for text in context.tree.texts:
        if "\n" not in text:
            continue
        for block_name, mark in _find_swallowed_blocks(text):
            place = _find_block_marker(context, text, mark)
            if place:
                message = f"this {block_name} is parsed as part of the paragraph above"
                yield context.report("LNT009", place, message, f"add a blank line before the {block_name}")


def _find_swallowed_blocks(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    bullets, numbers = list(_BULLET.finditer(text)), list(_NUMBER.finditer(text))
    if bullets and (len(bullets) > 1 or _is_after_colon(text, bullets[0])):
        yield "list", bullets[0]
    if numbers and numbers[0].group(1)[:-1] in ("1", "a") and (
        len(numbers) > 1 or _is_after_colon(text, numbers[0])
    ):  # fmt: skip
        yield "list", numbers[0]
    if quote := _QUOTE.search(text):
        yield "block quote", quote
    rule = _RULE_OF_TABLE.search(text)  # a missing header row is reported separately
    if rule and "|" in rule.group() and rule.start() > 0:
        yield "table", rule


def _is_after_colon(text: str, match: re.Match[str]) -> bool:
    """Return whether the text before a match ends with a colon."""
    return text[: match.start()].rstrip().endswith((":", "："))


def _find_block_marker(context: LintContext, text: str, marker: re.Match[str]) -> tuple[int, int] | None:
    if marker.re is _RULE_OF_TABLE:
        return context.find_next(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*\|")
    blanks = "[ \\t]*" if marker.group(1) == ">" else "[ \\t]+"
    return context.find_next(
        _BLOCK_PREFIX + re.escape(marker.group(1)) + blanks + make_first_word_pattern(text[marker.end() :])
    )
