"""Names of files and captions that mdBooks put around listings → captions of these listings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych_import.draft import Draft, Edit
from triptych_import.markdown.headings import plain_text, quoted
from triptych_import.markdown.masking import code_blocks, mask, scan
from triptych_import.markdown.pairs import pairs

# A value in quotation marks goes on to lines that begin no element.
_IN_QUOTES = r"\"(?:[^\"\n]|\n(?![ \t]*<))*+\"|'(?:[^'\n]|\n(?![ \t]*<))*+'"
_TAG = re.compile(rf"^((?:[ \t]*>)*+)[ \t]*<Listing\b((?:[^<>\"']|{_IN_QUOTES})*+)>[ \t]*$", re.MULTILINE)
_END = re.compile(r"^((?:[ \t]*>)*+)[ \t]*</Listing>[ \t]*$", re.MULTILINE)
_PAIR = re.compile(r"(?<![\w-])([\w-]++)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)')")
_FILE = re.compile(r"(?:<span class=\"filename\">([^<>]*)</span>|\[([^\[\]]*)\]\{\.filename\})\s*+\Z")
_CAPTION = re.compile(
    r"\s*(?:<span class=\"caption\">(.*?)</span>|:{3,} *caption[ \t]*\n(.*?)\n:{3,}[ \t]*(?=\n|\Z))",
    re.DOTALL,
)
_DIV = [(r"^:{3,} *\{\.listing\b[^{}\n]*\}[ \t]*\n", r"^:{3,}[ \t]*$(?=\n*+\Z|\n(?!:))")]
_FENCE = re.compile(r"^([ \t]*)(`{3,}|~{3,})[ \t]*([\w+#-]*)[ \t]*$")


def captioned(draft: Draft) -> Draft:
    """A text whose listings have the words as captions that stand around them."""
    draft = draft.edited(_unwrapped(draft.text))
    blocks = list(code_blocks(scan(draft.text)))
    edits: list[Edit] = []
    before = 0
    for index, block in enumerate(blocks):
        opening, end = block.opening, block.end
        after = blocks[index + 1].opening.start if index + 1 < len(blocks) else len(draft.text)
        file = _FILE.search(draft.text, before, opening.start)
        caption = _CAPTION.match(draft.text, end, after)
        before = end
        match = _FENCE.match(opening.text)
        if match is None or not (file or caption) or opening.quote:
            continue
        name = " ".join((file.group(1) or file.group(2) or "").split()) if file else ""
        words = " ".join((caption.group(1) or caption.group(2)).split()) if caption else ""
        whole_caption = _joined(words, re.sub(r"^[^:：]*[:：]\s*", "", name))
        indent, mark, language = match.groups()
        edits.append(
            Edit(
                opening.start,
                opening.end,
                f'{indent}{mark}{{.{language or "text"} lst-cap="{whole_caption}"}}',
            )
        )
        edits += [Edit(*found.span(), "\n\n") for found in (file, caption) if found]
    return draft.edited(edits)


def _joined(words: str, name: str) -> str:
    """``Listing 1-1: words`` and a file's name → one caption, the number first."""
    number = re.match(r"\w+ [\dA-Z]+-\d+[:：] *", words)
    first, rest = (number.group(), words[number.end() :]) if number else ("", words)
    return quoted(plain_text(f"{first}{name}{': ' if name and rest else ''}{rest}"))


def _unwrapped(text: str) -> Iterator[Edit]:
    """``<Listing number= file-name= caption=>`` as the name above and the caption below the code."""
    masked = mask(text, escapes=False)
    for match in _TAG.finditer(masked):
        attributes = {name: a or b for name, a, b in _PAIR.findall(text[slice(*match.span(2))])}
        end = _END.search(masked, match.end())
        file = attributes.get("file-name", "")
        number, words = attributes.get("number", ""), attributes.get("caption", "")
        above = f'<span class="filename">Filename: {file}</span>\n' if file else ""
        label = f"Listing {number}: " if number else ""
        below = f'\n<span class="caption">{label}{words or file}</span>' if number or words else ""
        if quote := match.group(1):  # where listings get no captions, these are words
            above = f"{quote} `{file}`" if file else quote
            below = f"{quote} {label}{' '.join(words.split())}" if below else quote
        yield Edit(*match.span(), above)
        if end:
            yield Edit(*end.span(), below)
    for _, first, last in pairs(_DIV, masked):
        yield Edit(*first.span(), "")
        yield Edit(*last.span(), "")
