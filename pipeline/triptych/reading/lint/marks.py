"""Marks within a line that stand in the text as they were written: not closed, turned round, or of another
tool. The table has those that a pattern tells; what needs more is a rule of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from triptych.diagnostics import Diagnostic, join_names
from triptych.reading.lint.attributes import AttributeMistake, explain_attributes
from triptych.reading.lint.draft import Draft, first_word, without_code
from triptych.reading.lint.names.vocabulary import CALLOUT_KINDS, callouts_like
from triptych.reading.lint.tree import OPAQUE

_PICTURE = r"[\w./ -]+\.(?:png|jpe?g|svg|gif|webp)\b"
_LABEL = r"(?:\[(?!-?@)|^)[^\[\]]*"  # what is cited may have an address behind it
_HAN = r"[\u3001-\u9fff\uff00-\uffef]"
_NUMBERED = r"Figure|Table|Section|Chapter|Equation|Appendix|Listing|page|(?:Fig|Tab|Sec|Eq|pp?|No)\."
_FORMULA_START = r"[A-Za-z](?:_\w+)?\s*[=<>]|\\[a-z]{2,}"
_CALLOUT = 'write ::: {.callout-note title="…"}, and ::: behind it; or > [!NOTE] on a line of its own'

# By codes: what is printed, what to look for in the source, the message, what to write.
_MARKS: Mapping[str, tuple[tuple[str, str, str, str], ...]] = {
    "LNT015": (
        (r"\$\$", r"\$\$",
         "this formula is not closed, and stands in the text as it is written",
         "end it with two dollar signs; no empty line may stand in it"),
        (r"(?:^|\s)\$\s([^$]*[\\^_=+][^$]*|[^$]*\ufffc[^$]*)\s\$(?=\W|$)", r"(?<!\S)\$(?=\s)",
         "a formula with a blank behind its dollar sign is read as text",
         "write $a = b$, without blanks inside the dollar signs"),
        (r"(?<!\$)\$(?=[^\s$\d])[^$\n]*(?:[\\^_=]|\ufffc)[^$\n]*(?<![\sA-Z])\$(?=\d)",
         r"\$(?=[^\s$\d])[^$]*\$\d",
         "a formula directly before a digit is read as text",
         "write a space or <!-- --> between the formula and the digit"),
        (rf"(?<![\w$])\$(?:{_FORMULA_START})[^$]*$", rf"\$(?:{_FORMULA_START})",
         "a formula that is not closed is read as text",
         "end it with a dollar sign, or write \\$ for the sign itself"),
    ),
    "LNT014": (
        (rf"\b(?:{_NUMBERED})~(?=\w)|[\w.]~(?=[@\ufffc]|\[@)|\b[A-Z][a-z]{{0,3}}\.~(?=[A-Z])",
         r"[\w.]~(?=[\w@\\\[])", "the tilde of LaTeX is printed as it is written",
         "write a backslash and a space for a no-break space"),
    ),
    "LNT024": (
        (rf"{_LABEL}\]\s\((?=https?://|www\.|[\w./-]+\.(?:md|html?)\b|{_PICTURE})", rf"{_LABEL}\]\s\(",
         "a link with a blank between its text and its address is read as text", "write [text](address)"),
        (rf"\([^()\n]+\)\[(?=https?://|{_PICTURE}\])", r"\([^()]+\)\[",
         "a link with its brackets the wrong way round is read as text", "write [text](address)"),
        (rf"\]\((?=https?://\S|{_PICTURE})", r"\]\((?!.*\))",
         "a link that is not closed is read as text", "end its address with )"),
    ),
    "LNT026": (
        # Behind a blank or a mark, before two letters or more: no power, no pointer, no Python arguments.
        (r"(?:(?<=\s)|(?<=^)|(?<=[(（「“《]))\*\*(?!kw|args|opt)(?=[^\W\d_]{2}|[（「“《\[])"
         rf"|\*\*(?={_HAN})|(?<={_HAN})\*\*", r"\*\*",
         "asterisks are read as text: what is bold is not closed, or has a blank at its end",
         "write **bold**; where punctuation and letters meet, leave it outside the asterisks"),
        (r"(?:^|(?<=\s))\*\* (?=[^\W\d_]{2})[^*\n\d]*[^\W\d_]{3}[^*\n\d]* \*\*(?=\W|$)",
         r"(?<!\S)\*\* ", "asterisks are read as text: a space is between them and the words",
         "write **bold**, without the spaces"),
    ),
    "LNT027": (
        (r"\b(?:Figure|Fig\.|Table|Section|Chapter|Equation|Listing)[ \u00a0]\?\?+", r"\?\?+",
         "a number that was to be filled in is printed as question marks",
         "write @fig-…, with the id of what is meant"),
        (r"\[@\s+\w|\{@\w[\w:.-]*\}", r"\[@\s|\{@\w",
         "a citation is read as text", "write [@key], without a blank"),
        (r"\[[^\[\]]*@\w[\w:.#-]*,\s*-?@\w", r"@\w[\w:.#-]*,\s*-?@\w",
         "a comma makes the second citation part of the first",
         "separate citations by semicolons: [@one; @two]"),
        (r"\[(?:see |cf\. |e\.g\. )?-?@\w[\w:.#/-]*[^\[\]]*$", r"\[(?:see |cf\. |e\.g\. )?-?@\w[^\]]*$",
         "a citation that is not closed is read as text", "end it with ]"),
        (r"\[-?@\w[^\[\]@]*;(?!\s*-?@)[^\[\]@;]*(?:;[^\[\]]*)?\](?![(\[{])", r"\[-?@\w[^\[\]]*;(?!\s*-?@)",
         "a part of the citation has no key, so all of it is read as text",
         "begin each part after a semicolon with its @key; put other words after a comma"),
    ),
    "LNT030": (
        (r"^(?:!!!|\?\?\?\+?) ?[a-z]+\b", r"(?:!!!|\?\?\?\+?) ?[a-z]",
         "a callout of MkDocs is read as text", _CALLOUT),
        (r"^\.\. [a-z-]+::", r"\.\. [a-z-]+::", "a directive of reStructuredText is read as text", _CALLOUT),
        (r"^\[\[?(?:TOC|toc|_TOC_)\]\]?$", r"^\[\[?(?:TOC|toc|_TOC_)\]",
         "a mark for the contents is read as text", "take it out: each output has its contents"),
        (r"^!include\b|^@import\b|\{\{#include\b", r"!include|@import|\{\{#include",
         "an include of another tool is read as text", "write {{< include file.md >}}"),
        (r"\{%-? *\w+[^%}]*%\}", r"\{%",
         "a tag of a template is read as text", "write {{< include file.md >}} or {{< var name >}}"),
        (r"(?:^|\n)<{7} \S[\s\S]*?(?:\n>{7} .*|$)|(?:^|\n)(?:> ?)*>{7} \S|(?:^|\n)={7}(?:\n|$)",
         r"^(?:<{7}|={7}|>{7})",
         "the mark of a conflict between versions is read as text",
         "take one of the two, and the marks out"),
        (r"\{\+\+.+?\+\+\}|\{>>.+?<<\}|\{~~.+?~~\}", r"\{(?:\+\+|>>|~~)",
         "a tracked change is read as text", "accept or refuse it: nothing here reads CriticMarkup"),
        (r"(?:^|(?<=[\s(]))==(?=\w)[^=\n]+(?<=\w)==(?=\W|$)", r"==\w",
         "a mark for a highlight is read as text", "write [words]{.mark}"),
        (r"!\[\[[^\]\n]+\]\]", r"!\[\[",
         "a picture of a wiki is read as text", "write ![Caption](picture.png)"),
        (r"(?:^|(?<=[\s(]))%%[^%]+%%(?=\W|$)|^%%$", r"%%",
         "a comment of Obsidian is printed", "write <!-- comment -->"),
        (r"\s\^[A-Za-z][\w-]*$|^\^[A-Za-z][\w-]*$", r"(?:^|\s)\^[A-Za-z][\w-]*$",
         "a block id of Obsidian is printed", "write [words]{#id} to make a place that links can lead to"),
        (r"^\*\[[^\[\]\n]+\]: \S", r"^\*\[[^\[\]]+\]:",
         "an abbreviation of PHP Markdown Extra is printed",
         "define it in the glossary, and write [HTML]{.gls} where it is used"),
        (r"(?<![\w:/`\ufffc]):(?:\+1|-1|[a-z][a-z0-9_]{2,30}):(?![\w:`\ufffc])",
         r"(?<![\w:/]):(?:\+1|-1|[a-z][a-z0-9_]{2,30}):(?!\w)",
         "a shortcode of an emoji is printed as it is written", "write the character itself, such as ⚠"),
    ),
    "LNT031": (
        (r"´(?=\w)[^´\n]{1,80}(?<=[\w)])´", "´",
         "what stands between acute accents is read as text", "write `code`, with grave accents"),
    ),
    "LNT034": (
        (r"<!(?:--|-|–|—)(?=\s|\w)", r"<!-(?!.*-->)",
         "a comment is not closed, or has not two dashes, and is read as text", "write <!-- comment -->"),
        (r"(?<=[\w.,;:!?)”’\"])\^\[(?=\w)", r"\^\[(?=\w)",
         "a note that is not closed within its paragraph is read as text", "end it with ]"),
        (r"\[\^[A-Za-z]\w*(?:,? \w+){2,}[^\[\]]*\](?!:)", r"\[\^[A-Za-z]\w*,? \w",
         "a note in the text is read as text: its caret is inside the bracket", "write ^[the note]"),
        (r"\[[^\[\]^]*[^\W\d_]{2} [^\[\]^]*\]\^(?=[\s.,;:)]|$)", r"\[[^\[\]^]*\]\^",
         "a note in the text is read as text: its caret is after the bracket", "write ^[the note]"),
    ),
}  # fmt: skip
_COMPILED = [(code, [(re.compile(row[0]), *row[1:]) for row in rows]) for code, rows in _MARKS.items()]
_SIGNS = re.compile(
    r"[$*\[\]{}@!<>=´^~]|\?\?|:\S*:|%%"
)  # each such mark has one of these, as few paragraphs do
_ONCE = ("LNT015", "LNT024")  # of a paragraph only the first such mark is told: it makes the others


def marks_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """What no author wants to see in a paragraph, at its place in the source."""
    for text in filter(_SIGNS.search, draft.tree.texts):
        for code, rows in _COMPILED:
            for printed, written, message, hint in rows:
                places = (draft.place(written) for _ in printed.finditer(text))
                found = [draft.found(code, place, message, hint) for place in places if place]
                if found and code in _ONCE:
                    yield found[0]
                    break
                yield from found


_ALERT = re.compile(r"^\[!([A-Za-z][\w-]*)\][-+]?([^\n]*)")


def callouts_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """``> [!DANGER]``, ``> [!note]`` and ``> [!NOTE] Title``, of which pandoc makes a quotation."""
    for text in draft.tree.texts:
        match = _ALERT.match(text)
        if match is None or not (place := draft.place(rf"\[!{re.escape(match[1])}\]")):
            continue
        name, title = match[1].lower(), match[2].strip()
        if name not in CALLOUT_KINDS:
            kinds = join_names([f"[!{kind.upper()}]" for kind in callouts_like(name)], "or")
            message = f'unknown kind of callout "{match[1]}"'
            hint = f"write {kinds}; the kinds are {join_names([kind.upper() for kind in CALLOUT_KINDS])}"
        elif title:
            message = f"a title behind [!{match[1]}] is not supported: the callout is read as a quotation"
            hint = f'write ::: {{.callout-{name} title="{title}"}}, the text, and ::: below it'
        else:
            message = f"[!{match[1]}] is read as text"
            hint = f"write > [!{name.upper()}] in capitals, on a line of its own"
        yield draft.found("LNT030", place, message, hint)


# An id, a class or one of the keys that people write behind what has none, each as a word.
_PRINTED = re.compile(
    r"\{(?:#[A-Za-z][\w:.-]*|# [A-Za-z][\w:.-]*(?=\})|(?:fig|tbl|sec|eq|lst)-[\w-]+(?=\})"
    r"|\.[A-Za-z][\w-]*(?=[\s}])|(?:width|height|lang|fig-\w+|alt|title)\s*=)"
)
_CAPTION = re.compile(r"(?:Caption|Tab\.|Tbl|Tabelle)\b[ \d.]*:?(.*)$")
_HALF_ID = re.compile(r"\{(?:# )?([A-Za-z][\w:.-]*)\}")
_ID_WITH_SPACE = re.compile(r"\{#(fig|tbl|sec|eq|lst)-?[ _:]+([\w-]+(?: [\w-]+)*)[ }]")
_PICTURE_WITHOUT_TEXT = re.compile(r"!\(([^()\s]+)\)$")
_NO_FENCE = r"(?<!:::)(?<!::: )(?<!```)(?<!``` )"  # where they are no text


def attributes_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """Behind a blank, with a sign that does not belong, or behind what takes none."""
    for text in draft.tree.texts:
        for match in _PRINTED.finditer(text) if "{" in text else ():
            before = text[: match.start()].rstrip(" \n")
            if before.endswith(OPAQUE) or before.rpartition("\n")[2].lstrip().startswith(":::"):
                continue  # a fence, which has a rule of its own; or a formula's, which we read ourselves
            if place := draft.place(_NO_FENCE + re.escape(match.group().rstrip()).replace(r"\ ", r"\s*")):
                message = f"the attributes {match.group().rstrip()}…}} are read as text"
                finding = draft.found("LNT016", place, *_attribute_words(draft, place, message))
                yield replace(finding, name=_lost_id(draft, place))
    for fence in draft.outline.fences:
        line = draft.lines[fence.start - 1]
        place = fence.start, line.index("{") + 1 if "{" in line else 1
        if fence.info.lstrip().startswith("{") and (mistake := explain_attributes(*draft.braces(place))):
            message = f"the listing is read as code within a line: {mistake.reason}"
            yield draft.found("LNT016", place, message, _rightly(mistake))


def _lost_id(draft: Draft, place: tuple[int, int]) -> str:
    """Return the id that attributes were to give, "" where they give none."""
    line, column = place
    if spaced := _ID_WITH_SPACE.match(draft.lines[line - 1], column - 1):
        return f"{spaced[1]}-{'-'.join(spaced[2].split())}"
    plain = re.match(r"\{#([\w.:-]+)", draft.lines[line - 1][column - 1 :])
    return plain[1] if plain else ""


def _attribute_words(draft: Draft, place: tuple[int, int], message: str) -> tuple[str, str]:
    """Message and hint for attributes that are text."""
    line, column = place
    before = draft.lines[line - 1][: column - 1]
    if id_ := _HALF_ID.match(draft.lines[line - 1], column - 1):
        return f"{message}: an id begins with #", f"write {{#{id_[1]}}}"
    if caption := _CAPTION.match(before):
        return (
            f"{message}: a caption begins with a colon",
            f"write : {caption[1].strip() or 'Caption'} {{#…}}",
        )
    if id_ := _ID_WITH_SPACE.match(draft.lines[line - 1], column - 1):
        return f"{message}: an id has no spaces", f"write {{#{id_[1]}-{'-'.join(id_[2].split())}}}"
    above = next((text for text in reversed(draft.lines[: line - 1]) if text.strip()), "").strip()
    if above.startswith("|") and above.endswith("|") and draft.lines[line - 1].rstrip().endswith("}"):
        hint = f"write : {before.strip() or 'Caption'} {draft.braces(place)[0]}"
        return f"{message}: a caption begins with a colon", hint
    if before.startswith((": ", "Table:")):
        return f"{message}: no table is directly above this caption", "move the caption to its table"
    if before.strip() == "::":
        return f"{message}: a fence has three colons", "write ::: before the braces, and ::: at the end"
    if picture := _PICTURE_WITHOUT_TEXT.search(before):
        return f"{message}: a picture needs square brackets", f"write ![Caption]({picture[1]})"
    if mistake := explain_attributes(*draft.braces(place)):
        return f"{message}: {mistake.reason}", _rightly(mistake)
    if before.endswith((") ", "] ")):
        return (
            f"{message}: a space is before them",
            f"delete the space before {{, behind `{before.strip()[-1]}`",
        )
    return message, 'write them right behind what they belong to, as {#id .class key="value"}'


def _rightly(mistake: AttributeMistake) -> str:
    return f"write {mistake.corrected}" if mistake.corrected else 'write {#id .class key="value"}'


_SHORTCODE = re.compile(r"\{\{[<%]|[%>]\}\}")
_WRITTEN = r"\{\{\s*(?:data\(|[A-Za-z_][\w.]*\s*(?:\|[^{}\n]*)?\}\})"
_EXPRESSION = re.compile(_WRITTEN)

_ALLOW = "allow expressions by `jinja: true` in the manifest, or write {{< var name >}}"


def shortcodes_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """One that is not closed, of another tool, or an expression where none is allowed."""
    for text in draft.tree.texts:
        if "{{" not in text and "}}" not in text:
            continue
        if (match := _SHORTCODE.search(text)) and (place := draft.place(re.escape(match.group()))):
            message = "a shortcode is read as text"
            hint = "write {{< include file.md >}}, {{< var name >}}, {{< meta key >}} or {{< pagebreak >}}"
            yield draft.found("LNT022", place, message, hint)
        if draft.expressions or not _EXPRESSION.search(text):
            continue
        if place := draft.place(_WRITTEN):
            message = "an expression is read as text"
            yield draft.found("LNT022", place, message, _ALLOW)


# As LaTeX writes formulas; a bracket that is escaped for its own sake has no formula between.
_OF_LATEX = re.compile(
    r"(?<!\\)\\\((?=[^()\n]*(?:[=^_]|\\[a-z]{2}))[^\n]*?\\\)|(?<!\\)\\\[(?=(?:(?!\\\])[^\n])*(?:[=^_]|\\[a-z]{2}))(?!\^)[^\n]*?\\\](?!\()"
)


def formulas_of_latex(draft: Draft) -> Iterator[Diagnostic]:
    """Formulas between brackets with backslashes."""
    for number, line in enumerate(draft.lines, 1):
        if "\\" not in line or number in draft.outline.hidden:
            continue
        for match in _OF_LATEX.finditer(without_code(line)):
            message = "a formula between \\( and \\), or \\[ and \\], is read as text"
            hint = "write $a = b$, or $$a = b$$ on lines of its own"
            yield draft.found("LNT015", (number, match.start() + 1), message, hint)


_DOLLARS = re.compile(r"(?<![\\$])\$(\d[^$\\^_={}<>]*?)(?<!\s)\$(?!\d)")
_WORDS = re.compile(r"[A-Za-z]+")
_FEWEST_WORDS, _LONG_WORD = 3, 4


def prose_as_formula(draft: Draft) -> Iterator[Diagnostic]:
    """Words between two amounts of dollars, which pandoc reads as a formula."""
    for number, line in enumerate(draft.lines, 1):
        if line.count("$") < 2 or number in draft.outline.hidden:
            continue
        for match in _DOLLARS.finditer(line):
            words = _WORDS.findall(match[1])
            if len(words) >= _FEWEST_WORDS and max(map(len, words)) >= _LONG_WORD:
                message = "the words between two dollar signs are read as a formula"
                yield draft.found(
                    "LNT015", (number, match.start() + 1), message, "write \\$ for each dollar sign"
                )


_OPEN = re.compile(r"(?:^|(?<=[\s(]))`(?=\w)(?![^`\n]{0,80}['’])")  # but 'quotes' as `TeX' has them
_QUOTED = re.compile(r"[ \t]*(?:'''|\"\"\"|[’‘“”]{3})\w*[ \t]*$")


def code_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """One tick without its other, or quotation marks in place of ticks."""
    for text in draft.tree.texts:
        match = _OPEN.search(text) if "`" in text else None
        if match and (place := draft.place(rf"(?<!`)`{first_word(text[match.end() :])}")):
            message = "code that begins here does not end, and is read as text"
            yield draft.found("LNT031", place, message, "write `code`, or \\` for the sign itself")
    fences = [number for number, line in enumerate(draft.prose, 1) if _QUOTED.match(line)]
    if len(fences) > 1:
        message = "code between quotation marks is read as text"
        yield draft.found(
            "LNT031", (fences[0], 1), message, "begin and end it with a line of ```, grave accents"
        )
