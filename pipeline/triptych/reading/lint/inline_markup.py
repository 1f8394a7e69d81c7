"""Report inline markup that is rendered literally: unclosed, reversed or from another tool.

``_MARKS`` lists the mistakes that can be found with a pattern. Other mistakes have their own rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from triptych.diagnostics import Diagnostic, format_message, join_names
from triptych.reading.lint.attributes import (
    CALLOUT_KINDS,
    EXAMPLE,
    AttributeMistake,
    explain_attributes,
    find_similar_callouts,
)
from triptych.reading.lint.context import OPAQUE, LintContext, make_first_word_pattern, mask_code

_PICTURE = r"[\w./ -]+\.(?:png|jpe?g|svg|gif|webp)\b"
_LABEL = r"(?:\[(?!-?@)|^)[^\[\]]*"  # a URL may follow a citation
_HAN = r"[\u3001-\u9fff\uff00-\uffef]"
_NUMBERED = r"Figure|Table|Section|Chapter|Equation|Appendix|Listing|page|(?:Fig|Tab|Sec|Eq|pp?|No)\."
_FORMULA_START = r"[A-Za-z](?:_\w+)?\s*[=<>]|\\[a-z]{2,}"
_CALLOUT = (
    'replace the marker line with ::: {.callout-note title="…"}, remove the indentation, '
    "and add ::: below the text"
)

# Per code: a pattern for the printed text, a pattern for the source, the message and the hint.
_MARKS: Mapping[str, tuple[tuple[str, str, str, str], ...]] = {
    "LNT015": (
        (r"\$\$", r"\$\$",
         "this formula is not closed and is rendered literally",
         "close the formula with $$, and delete blank lines inside the formula"),
        (r"(?:^|\s)\$\s([^$]*[\\^_=+][^$]*|[^$]*\ufffc[^$]*)\s\$(?=\W|$)", r"(?<!\S)\$(?=\s)",
         "this formula is rendered literally: a space follows the opening dollar sign",
         "write $a = b$, with no space after the opening or before the closing dollar sign"),
        (r"(?<!\$)\$(?=[^\s$\d])[^$\n]*(?:[\\^_=]|\ufffc)[^$\n]*(?<![\sA-Z])\$(?=\d)",
         r"\$(?=[^\s$\d])[^$]*\$\d",
         "this formula is rendered literally: a digit follows the closing dollar sign",
         "add a space or <!-- --> between the dollar sign and the digit"),
        (rf"(?<![\w$])\$(?:{_FORMULA_START})[^$]*$", rf"\$(?:{_FORMULA_START})",
         "this formula is not closed and is rendered literally",
         "close the formula with $, or write \\$ for a literal dollar sign"),
    ),
    "LNT014": (
        (rf"\b(?:{_NUMBERED})~(?=\w)|[\w.]~(?=[@\ufffc]|\[@)|\b[A-Z][a-z]{{0,3}}\.~(?=[A-Z])",
         r"[\w.]~(?=[\w@\\\[])", "this LaTeX no-break space is rendered as a tilde",
         "replace the tilde with a backslash and a space"),
    ),
    "LNT024": (
        (rf"{_LABEL}\]\s\((?=https?://|www\.|[\w./-]+\.(?:md|html?)\b|{_PICTURE})", rf"{_LABEL}\]\s\(",
         "this link or image is rendered literally: there is a space between ] and (",
         "delete the space between ] and ("),
        (rf"\([^()\n]+\)\[(?=https?://|{_PICTURE}\])", r"\([^()]+\)\[",
         "this link or image is rendered literally: its brackets are swapped",
         "write [text](url) for a link, or ![text](file) for an image"),
        (rf"\]\((?=https?://\S|{_PICTURE})", r"\]\((?!.*\))",
         "this link or image is not closed and is rendered literally", "add ) after the URL"),
    ),
    "LNT026": (
        # After a space or bracket and before two letters, which excludes powers, pointers and Python
        # arguments.
        (r"(?:(?<=\s)|(?<=^)|(?<=[(（「“《]))\*\*(?!kw|args|opt)(?=[^\W\d_]{2}|[（「“《\[])"
         rf"|\*\*(?={_HAN})|(?<={_HAN})\*\*", r"\*\*",
         "these asterisks are rendered literally: the bold text is not closed or ends with a space",
         "write **bold**, with closing asterisks and no space before them"),
        (r"(?:^|(?<=\s))\*\* (?=[^\W\d_]{2})[^*\n\d]*[^\W\d_]{3}[^*\n\d]* \*\*(?=\W|$)",
         r"(?<!\S)\*\* ", "these asterisks are rendered literally: spaces separate them from the words",
         "write **bold**, without spaces inside the asterisks"),
    ),
    "LNT027": (
        (r"\b(?:Figure|Fig\.|Table|Section|Chapter|Equation|Listing)[ \u00a0]\?\?+", r"\?\?+",
         "this cross-reference is rendered as question marks",
         "replace the label and ?? with a cross-reference such as @fig-x"),
        (r"\[@\s+\w|\{@\w[\w:.-]*\}", r"\[@\s|\{@\w",
         "this citation is rendered literally", "write [@key] in square brackets, without a space after @"),
        (r"\[[^\[\]]*@\w[\w:.#-]*,\s*-?@\w", r"@\w[\w:.#-]*,\s*-?@\w",
         "the second citation is parsed as part of the first: a comma separates the keys",
         "separate citations with semicolons: [@one; @two]"),
        (r"\[(?:see |cf\. |e\.g\. )?-?@\w[\w:.#/-]*[^\[\]]*$", r"\[(?:see |cf\. |e\.g\. )?-?@\w[^\]]*$",
         "this citation is not closed and is rendered literally", "close the citation with ]"),
        (r"\[-?@\w[^\[\]@]*;(?!\s*-?@)[^\[\]@;]*(?:;[^\[\]]*)?\](?![(\[{])", r"\[-?@\w[^\[\]]*;(?!\s*-?@)",
         "this citation is rendered literally: one of its parts has no key",
         "start each part after a semicolon with @key, or use a comma instead"),
    ),
    "LNT030": (
        (r"^(?:!!!|\?\?\?\+?) ?[a-z]+\b", r"(?:!!!|\?\?\?\+?) ?[a-z]",
         "this MkDocs admonition is rendered literally", _CALLOUT),
        (r"^\.\. [a-z-]+::", r"\.\. [a-z-]+::", "this reStructuredText directive is rendered literally",
         "replace the directive with Markdown, such as ::: {.callout-note} for a note"),
        (r"^\[\[?(?:TOC|toc|_TOC_)\]\]?$", r"^\[\[?(?:TOC|toc|_TOC_)\]",
         "this table of contents marker is rendered literally",
         "delete the marker; every output has a table of contents"),
        (r"^!include\b|^@import\b|\{\{#include\b", r"!include|@import|\{\{#include",
         "this include directive of another tool is rendered literally", "write {{< include file.md >}}"),
        (r"\{%-? *\w+[^%}]*%\}", r"\{%",
         "this template tag is rendered literally", "write {{< include file.md >}} or {{< var name >}}"),
        (r"\{\+\+.+?\+\+\}|\{>>.+?<<\}|\{~~.+?~~\}", r"\{(?:\+\+|>>|~~)",
         "this CriticMarkup change is rendered literally",
         "accept or reject the change, and delete the CriticMarkup markers"),
        (r"(?:^|(?<=[\s(]))==(?=\w)[^=\n]+(?<=\w)==(?=\W|$)", r"==\w",
         "this ==highlight== is rendered literally", "write [text]{.mark}"),
        (r"!\[\[[^\]\n]+\]\]", r"!\[\[",
         "this wiki image is rendered literally", "write ![Caption](image.png)"),
        (r"(?:^|(?<=[\s(]))%%[^%]+%%(?=\W|$)|^%%$", r"%%",
         "this Obsidian comment is rendered literally", "write <!-- comment -->"),
        (r"\s\^[A-Za-z][\w-]*$|^\^[A-Za-z][\w-]*$", r"(?:^|\s)\^[A-Za-z][\w-]*$",
         "this Obsidian block id is rendered literally", "write [text]{#id} to create a link target"),
        (r"^\*\[[^\[\]\n]+\]: \S", r"^\*\[[^\[\]]+\]:",
         "this PHP Markdown Extra abbreviation is rendered literally",
         "define the abbreviation in the glossary, and write [HTML]{.gls} where it is used"),
        (r"(?<![\w:/`\ufffc]):(?:\+1|-1|[a-z][a-z0-9_]{2,30}):(?![\w:`\ufffc])",
         r"(?<![\w:/]):(?:\+1|-1|[a-z][a-z0-9_]{2,30}):(?!\w)",
         "this emoji shortcode is rendered literally", "type the emoji itself, such as ⚠"),
    ),
    "LNT031": (
        (r"´(?=\w)[^´\n]{1,80}(?<=[\w)])´", "´",
         "code between acute accents (´) is rendered as ordinary text", "write `code` with backticks"),
    ),
    "LNT034": (
        (r"<!(?:--|-|–|—)(?=\s|\w)", r"<!-(?!.*-->)",
         "this comment is rendered literally: it is not closed or has too few hyphens",
         "write <!-- comment -->"),
        (r"(?<=[\w.,;:!?)”’\"])\^\[(?=\w)", r"\^\[(?=\w)",
         "this inline footnote is not closed before the end of the paragraph and is rendered literally",
         "close the footnote with `]` in the same paragraph"),
        (r"\[\^[A-Za-z]\w*(?:,? \w+){2,}[^\[\]]*\](?!:)", r"\[\^[A-Za-z]\w*,? \w",
         "this inline footnote is rendered literally: the caret is inside the bracket", "write ^[text]"),
        (r"\[[^\[\]^]*[^\W\d_]{2} [^\[\]^]*\]\^(?=[\s.,;:)]|$)", r"\[[^\[\]^]*\]\^",
         "this inline footnote is rendered literally: the caret is after the bracket", "write ^[text]"),
    ),
}  # fmt: skip
_COMPILED = [(code, [(re.compile(row[0]), *row[1:]) for row in rows]) for code, rows in _MARKS.items()]
# A quick test: text without any of these characters cannot have such a mistake.
_SIGNS = re.compile(r"[$*\[\]{}@!<>=´^~]|\?\?|:\S*:|%%")
_ONCE = ("LNT015", "LNT024")  # reported once per paragraph, since the first mistake causes the others


def report_literal_markup(context: LintContext) -> Iterator[Diagnostic]:
    """Report markup in ``_MARKS`` that is rendered literally."""
    for text in filter(_SIGNS.search, context.tree.texts):
        for code, rows in _COMPILED:
            for literal_pattern, source_pattern, message, hint in rows:
                if not literal_pattern.search(text):
                    continue
                places = (context.find_next(source_pattern) for _ in literal_pattern.finditer(text))
                findings = [context.report(code, place, message, hint) for place in places if place]
                if findings and code in _ONCE:
                    yield findings[0]
                    break
                yield from findings


_ALERT = re.compile(r"^\[!([A-Za-z][\w-]*)\][-+]?([^\n]*)")


def report_literal_callouts(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT030 for malformed GitHub alerts, such as ``> [!DANGER]`` or ``> [!NOTE] Title``.

    Pandoc parses these as block quotes.
    """
    for text in context.tree.texts:
        match = _ALERT.match(text)
        if match is None or not (place := context.find_next(rf"\[!{re.escape(match[1])}\]")):
            continue
        name, title = match[1].lower(), match[2].strip()
        if name not in CALLOUT_KINDS:
            kinds = join_names([f"[!{kind.upper()}]" for kind in find_similar_callouts(name)], "or")
            message = f'unknown callout type "{match[1]}"'
            hint = (
                f"use {kinds}; valid callout types are {join_names([kind.upper() for kind in CALLOUT_KINDS])}"
            )
        elif title:
            message = f"text after `[!{match[1]}]` on the same line makes this a block quote, not a callout"
            hint = f'write ::: {{.callout-{name} title="{title}"}} above the text and ::: below it'
        else:
            message = f"`[!{match[1]}]` is rendered literally"
            hint = f"write > [!{name.upper()}] in capitals, on its own line"
        yield context.report("LNT030", place, message, hint)


# An id, class or key after an element for which pandoc does not allow attributes.
_LITERAL_ATTRIBUTES = re.compile(
    r"\{(?:#[A-Za-z][\w:.-]*|# [A-Za-z][\w:.-]*(?=\})|(?:fig|tbl|sec|eq|lst)-[\w-]+(?=\})"
    r"|\.[A-Za-z][\w-]*(?=[\s}])|(?:width|height|lang|fig-\w+|alt|title)\s*=)"
)
_MAX_QUOTED_LENGTH = 40  # characters; messages abbreviate longer attributes
_CAPTION = re.compile(r"(?:Caption|Tab\.|Tbl|Tabelle)\b[ \d.]*+:?(.*)$")
_HALF_ID = re.compile(r"\{(?:# )?([A-Za-z][\w:.-]*)\}")
_ID_WITH_SPACE = re.compile(r"\{#(fig|tbl|sec|eq|lst)-?[ _:]++([\w-]++(?: [\w-]++)*)[ }]")
_PICTURE_WITHOUT_TEXT = re.compile(r"!\(([^()\s]+)\)$")
_NO_FENCE = r"(?<!:::)(?<!::: )(?<!```)(?<!``` )"  # not a fence


def report_literal_attributes(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT016 for attributes that are rendered literally: malformed, after a space, or misplaced."""
    for text in context.tree.texts:
        for match in _LITERAL_ATTRIBUTES.finditer(text) if "{" in text else ():
            before = text[: match.start()].rstrip(" \n")
            if before.endswith(OPAQUE) or before.rpartition("\n")[2].lstrip().startswith(":::"):
                continue  # a fence, which has its own rule, or a formula
            if place := context.find_next(
                _NO_FENCE + re.escape(match.group().rstrip()).replace(r"\ ", r"\s*")
            ):
                braces, closed = context.read_braces(place)
                is_short = closed and len(braces) <= _MAX_QUOTED_LENGTH and "\n" not in braces
                displayed = f"`{braces}`" if is_short else f"`{match.group().rstrip()}…}}`"
                reason, hint = _explain_literal_attributes(context, place)
                message = f"the attributes {displayed} are rendered literally{reason and ': '}{reason}"
                yield replace(
                    context.report("LNT016", place, message, hint), name=_find_lost_id(context, place)
                )
    for fence in context.scan.fences:
        line = context.lines[fence.start - 1]
        place = fence.start, line.index("{") + 1 if "{" in line else 1
        if fence.info.lstrip().startswith("{") and (
            problem := explain_attributes(*context.read_braces(place))
        ):
            message = f"this code block is parsed as inline code: {problem.reason}"
            yield context.report("LNT016", place, message, _make_correction_hint(problem))


def _find_lost_id(context: LintContext, position: tuple[int, int]) -> str:
    """Return the id in attributes that are rendered literally, or ""."""
    line, column = position
    if spaced := _ID_WITH_SPACE.match(context.lines[line - 1], column - 1):
        return f"{spaced[1]}-{'-'.join(spaced[2].split())}"
    plain = re.match(r"\{#([\w.:-]+)", context.lines[line - 1][column - 1 :])
    return plain[1] if plain else ""


_NO_COLON = "a table caption must start with a colon"


def _explain_literal_attributes(context: LintContext, position: tuple[int, int]) -> tuple[str, str]:
    """Return the reason why attributes are rendered literally, or "" if it is unknown, and a hint."""
    line, column = position
    text = context.lines[line - 1]
    before = text[: column - 1]
    if id_ := _HALF_ID.match(text, column - 1):
        return "an id must start with #", f"write {{#{id_[1]}}}"
    if caption := _CAPTION.match(before):
        return _NO_COLON, f"write : {caption[1].strip() or 'Caption'} {{#…}}"
    if id_ := _ID_WITH_SPACE.match(text, column - 1):
        return "an id cannot contain spaces", f"write {{#{id_[1]}-{'-'.join(id_[2].split())}}}"
    above = next((other for other in reversed(context.lines[: line - 1]) if other.strip()), "").strip()
    if above.startswith("|") and above.endswith("|") and text.rstrip().endswith("}"):
        return _NO_COLON, f"write : {before.strip() or 'Caption'} {context.read_braces(position)[0]}"
    if before.startswith((": ", "Table:")):
        return "no table is directly above this caption", "move the caption directly below its table"
    if before.strip() == "::":
        return (
            "a div must start with three colons",
            "write ::: before the braces, and ::: after the content",
        )
    if picture := _PICTURE_WITHOUT_TEXT.search(before):
        return "an image needs square brackets", f"write ![Caption]({picture[1]})"
    if problem := explain_attributes(*context.read_braces(position)):
        return problem.reason, _make_correction_hint(problem)
    if before.endswith((") ", "] ")):
        return "there is a space before the brace", f"delete the space between {before.strip()[-1]} and {{"
    return "", "put the text in brackets with the attributes directly after it, as in [text]{.smallcaps}"


def _make_correction_hint(problem: AttributeMistake) -> str:
    return f"write {problem.corrected or EXAMPLE}"


_SHORTCODE = re.compile(r"\{\{[<%]|[%>]\}\}")
_EXPRESSION_PATTERN = r"\{\{\s*(?:data\(|[A-Za-z_][\w.]*\s*(?:\|[^{}\n]*)?\}\})"
_EXPRESSION = re.compile(_EXPRESSION_PATTERN)

_ALLOW = "set `jinja: true` in `book.yaml`, or write {{< var name >}}"


def report_literal_shortcodes(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT022 for malformed or unsupported shortcodes, and for Jinja expressions if Jinja is off."""
    for text in context.tree.texts:
        if "{{" not in text and "}}" not in text:
            continue
        if (match := _SHORTCODE.search(text)) and (place := context.find_next(re.escape(match.group()))):
            message = "this shortcode is malformed or unsupported and is rendered literally"
            hint = "use {{< include file.md >}}, {{< var name >}}, {{< meta key >}} or {{< pagebreak >}}"
            yield context.report("LNT022", place, message, hint)
        if context.is_jinja_enabled or not _EXPRESSION.search(text):
            continue
        if place := context.find_next(_EXPRESSION_PATTERN):
            message = "this expression is rendered literally: `jinja: true` is not set in `book.yaml`"
            yield context.report("LNT022", place, message, _ALLOW)


# Formulas with LaTeX delimiters. Text between escaped brackets does not match.
_LATEX_FORMULA = re.compile(
    r"(?<!\\)\\\((?=[^()\n]*(?:[=^_]|\\[a-z]{2}))(?:(?!\\[()])[^\n])*+\\\)"
    r"|(?<!\\)\\\[(?=(?:(?!\\[\[\]])[^\n])*(?:[=^_]|\\[a-z]{2}))(?!\^)(?:(?!\\[\[\]])[^\n])*+\\\](?!\()"
)


def report_latex_formulas(context: LintContext) -> Iterator[Diagnostic]:
    r"""Report LNT015 for formulas in ``\(…\)`` and ``\[…\]``."""
    for number, line in enumerate(context.lines, 1):
        if "\\" not in line or number in context.scan.hidden_lines:
            continue
        for match in _LATEX_FORMULA.finditer(mask_code(line)):
            message = "this formula is rendered literally: \\(…\\) and \\[…\\] are not supported"
            hint = "write $a = b$, or $$a = b$$ for a display formula"
            yield context.report("LNT015", (number, match.start() + 1), message, hint)


_DOLLARS = re.compile(r"(?<![\\$])\$(\d[^$\\^_={}<>]*?)(?<!\s)\$(?!\d)")
_WORDS = re.compile(r"[A-Za-z]+")
_MIN_WORDS, _LONG_WORD = 3, 4


def report_dollar_formulas(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT015 for words between two dollar amounts, which pandoc parses as a formula."""
    for number, line in enumerate(context.lines, 1):
        if line.count("$") < 2 or number in context.scan.hidden_lines:
            continue
        for match in _DOLLARS.finditer(line):
            words = _WORDS.findall(match[1])
            if len(words) >= _MIN_WORDS and max(map(len, words)) >= _LONG_WORD:
                message = "the text between these two `$` signs is parsed as math"
                yield context.report(
                    "LNT015", (number, match.start() + 1), message, "write \\$ for a literal dollar sign"
                )


_UNCLOSED_CODE = re.compile(r"(?:^|(?<=[\s(]))`(?=\w)(?![^`\n]{0,80}['’])")  # excludes `word'
_QUOTE_FENCE = re.compile(r"[ \t]*(?:'''|\"\"\"|[’‘“”]{3})\w*[ \t]*$")


def report_literal_code(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT031 for an unclosed backtick, and for quotation marks used as code fences."""
    for text in context.tree.texts:
        match = _UNCLOSED_CODE.search(text) if "`" in text else None
        if match and (place := context.find_next(rf"(?<!`)`{make_first_word_pattern(text[match.end() :])}")):
            message = "this inline code is not closed and is rendered literally"
            yield context.report(
                "LNT031", place, message, "add the closing backtick, or write \\` for a literal one"
            )
    fences = [number for number, line in enumerate(context.prose, 1) if _QUOTE_FENCE.match(line)]
    if len(fences) > 1:
        message = "code between lines of three quotation marks is rendered as ordinary text"
        yield context.report(
            "LNT031", (fences[0], 1), message, "enclose the code in two lines of three backticks (```)"
        )


_PLACEHOLDER = re.compile(
    r"^(?:TODO|FIXME|TBD|XXX|TK)\b(?:\s*[:–—]|$)|\[(?:TODO|FIXME|TBD|XXX|TK)\b[^\[\]]*\]"
    r"|\bLorem ipsum dolor sit amet\b"
)
# Lead and continuation bytes of UTF-8, read as characters of Windows-1252.
_MISREAD = re.compile(r"[\u00c2\u00c3\u00e2][^\x00-\x7f]{1,2}")


def report_placeholders(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT038 for placeholders such as ``TODO:``, ``[TBD]`` or Lorem ipsum."""
    for text in context.tree.texts:
        for match in _PLACEHOLDER.finditer(text):
            words = match[0].strip("[]: –—")
            if place := context.find_next(re.escape(match[0].partition("\n")[0])):
                message = f'the text contains the placeholder "{words.partition(":")[0].strip()[:40]}"'
                yield context.report(
                    "LNT038",
                    place,
                    message,
                    "replace the placeholder, or turn it into a comment: <!-- … -->",
                )


def report_mojibake(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT039 for the first characters decoded with the wrong encoding, such as "Ã©"."""
    for text in context.tree.texts:
        for match in _MISREAD.finditer(text) if not text.isascii() else ():
            if (repaired := _repair_mojibake(match[0])) and (place := context.find_next(re.escape(match[0]))):
                message = f'"{match[0]}" is probably "{repaired}" decoded with the wrong encoding'
                hint = "open the original file as UTF-8 and copy the text again, or retype the characters"
                yield context.report("LNT039", place, message, hint)
                return


def _repair_mojibake(characters: str) -> str:
    """Return the original character if it is UTF-8 decoded as Windows-1252, or ""."""
    for end in (3, 2):
        try:
            repaired = characters[:end].encode("cp1252").decode()
        except UnicodeError:
            continue
        if len(repaired) == 1:
            return repaired
    return ""


# Warnings that other rules report.
_REPORTED_ELSEWHERE = frozenset(
    "UnclosedDiv NoteDefinedButNotUsed DuplicateNoteReference DuplicateLinkReference"
    " DuplicateIdentifier".split()
)
_PLACE = re.compile(r" at (?:\S+ )?line \d+ column \d+")
_DEFINED_TWICE = re.compile(r"Macro '(\S+)' already defined, ignoring")


def report_pandoc_warnings(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT023 for pandoc's warnings that no other rule reports."""
    for remark in context.log_messages:
        if remark["type"] not in _REPORTED_ELSEWHERE and remark["verbosity"] in ("WARNING", "ERROR"):
            place = _clamp_position(context.lines, remark.get("line", 1), remark.get("column", 1))
            yield context.report("LNT023", place, *_explain_warning(_PLACE.sub("", remark["pretty"])))


def _explain_warning(warning: str) -> tuple[str, str | None]:
    """Return the message and hint for one of pandoc's warnings."""
    if defined := _DEFINED_TWICE.match(warning):
        message = f"macro `{defined[1]}` is already defined; this definition is ignored"
        return message, "rename or delete one of the two definitions"
    return f"pandoc: {format_message(warning)}", None


def _clamp_position(lines: Sequence[str], line: int, column: int) -> tuple[int, int]:
    """Limit a position to the section, since pandoc counts from the start of a block quote or list."""
    line = min(max(line, 1), max(len(lines), 1))
    return line, min(column, len(lines[line - 1]) + 1 if lines else 1)
