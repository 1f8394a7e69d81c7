"""Convert captions with manual numbers to captions with ids, and mentions of the numbers to references."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from triptych_import.book import Draft, Edit, SourceBook
from triptych_import.headings import escape_attribute, format_link_destination
from triptych_import.masking import HIDDEN, find_delimiter_pairs, hide_spans, mask_formulas, mask_text

_WORDS = {
    "fig": "Figure|Fig\\.|Abbildung|Abb\\.|Figura|Ilustración|Рисунок|Рис\\.|图|圖|図|그림",
    "tbl": "Table|Tabelle|Tabla|Tableau|Tabela|Tabella|Таблица|表|표",
    "lst": "Listing|Code listing|Listado|Codeblock|Листинг|代码清单|清单|示例|列表|範例|リスト|예제",
}
_KINDS = {
    word.replace("\\", "").casefold(): kind for kind, words in _WORDS.items() for word in words.split("|")
}
_WORD = "|".join(_WORDS.values())
_NUMBER = r"(?:\d+|[A-Z](?=[-.–]\d))(?:[-.–]\d+)*"
# "Figure 4 (repeat): x" refers to another figure and is not converted.
_CAPTION_NUMBER = re.compile(rf"\s*({_WORD})[ \u00a0]*({_NUMBER})\s*[:：.—–-]\s*(?=\S)", re.IGNORECASE)
# Chinese and Japanese have no spaces. A short word counts only after a word that introduces a reference,
# since it may be part of another word, as in 代表. A long word always counts.
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_LEADING = "如见見在由从從与與和及据據按到是对對的"
_LONG_WORDS = "|".join(word for word in _WORD.split("|") if re.fullmatch(f"[{_UNSPACED}]{{2,}}", word))
_MENTION = re.compile(
    rf"(?<![@#-])(?:(?<![^\W{_LEADING}])(?P<word>{_WORD})|(?<=[{_UNSPACED}])(?P<long>{_LONG_WORDS}))"
    rf"[ \u00a0\n]*(?P<number>{_NUMBER})(?![-.–]?\d|[^\W{_UNSPACED}])"
)
_NOT_PROSE = re.compile(
    r"!?\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\[[^\[\]]*\])"
    r"|\{[^{}\n]*\}|<[^<>]*>|^[ \t>]*#{1,6}[ \t].*$",
    re.MULTILINE,
)
_PARAGRAPH = re.compile(r"^[^\S\n]*+\S[^\n]*+(?:\n[^\S\n]*+\S[^\n]*+)*+", re.MULTILINE)
_MARKDOWN_IMAGE = re.compile(
    r"!\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])*+)\]\(([^()\n]*(?:\([^()\n]*\)[^()\n]*)*+)\)(\{[^{}]*\})?"
)
_OPENING = re.compile(
    r"^[ \t>]*(?:`{3,}+|~{3,}+)[ \t]*(\{(?>[^{}\n]*?\blst-cap=\"((?:[^\"\\\n]|\\.)*+)\")[^{}\n]*+\})",
    re.MULTILINE,
)
_LANGUAGE = re.compile(r"^\{\s*\.?[\w+-]*")
_ATTRIBUTE_ID = re.compile(r"\{(?=[^{}]*+\})[^{}]*#[\w-]")
_MARKED = re.compile(
    r"<span class=\"caption\">(.*)</span>|:{3,} *(?:\{\.)?caption\}?\n(.*)\n:{3,}|([*_]{1,2})(.*)\3",
    re.DOTALL,
)
_FIGURE = [(r"^[ \t]*<figure\b[^<>]*>", r"</figure>[ \t]*$")]
_IMG = re.compile(r"<img\b([^<>]*?)/?>", re.IGNORECASE)
_FIGCAPTION = [(r"<figcaption\b[^<>]*>", "</figcaption>")]
_PAIR = re.compile(r"(?<![\w-])([\w-]++)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")
_TABLE_CAPTION = re.compile(r"^[ \t]*(?:Table)?: +(.+)$", re.MULTILINE)
_TABLE_CAPTION_MARK = re.compile(r"[ \t]*(?:Table)?:[ \t]*")
_INLINE = (("em", "*"), ("i", "*"), ("strong", "**"), ("b", "**"), ("code", "`"))


@dataclass(frozen=True, slots=True)
class _NumberedCaption:
    """A caption with a manual number, its attributes, and the position and format string of its new id."""

    kind: str
    number: str
    text: str
    span: tuple[int, int]
    attributes: str
    id_position: int
    id_format: str


def convert_captions(book: SourceBook) -> SourceBook:
    """Replace manual numbers of captions with ids, and mentions of these numbers with cross-references."""
    drafts = {id(piece): _attach_captions(_convert_figures(piece.draft)) for piece in book.source_texts}
    paths_by_caption: dict[tuple[str, str], list[str]] = {}
    for piece in book.source_texts:
        for caption in _find_numbered_captions(drafts[id(piece)].text):
            paths_by_caption.setdefault((caption.kind, caption.number), []).append(piece.path)
    for piece in book.source_texts if paths_by_caption else ():
        names = {}
        for (kind, number), paths in paths_by_caption.items():
            dashed = re.sub(r"[.–]", "-", number).lower()
            if len(paths) == 1:
                names[kind, number] = f"{kind}-{dashed}"
            elif paths.count(piece.path) == 1:
                parts = PurePosixPath(piece.path).with_suffix("").parts
                stem = "-".join(parts[-2:] if parts[-1].lower() == "readme" else parts[-1:])
                names[kind, number] = f"{kind}-" + re.sub(r"[^\w-]+", "-", f"{stem}-{dashed}")
        draft = drafts[id(piece)]
        file_names = {key: name for key, name in names.items() if piece.path in paths_by_caption[key]}
        draft = draft.apply_edits(_replace_caption_numbers(draft.text, file_names))
        drafts[id(piece)] = draft.apply_edits(_replace_mentions_with_references(draft.text, names))
    return book.with_drafts(lambda piece: drafts[id(piece)])


def _parse_caption(text: str) -> tuple[str, str, str] | None:
    """Return the type, number and text of a caption, or None if it has no manual number."""
    if match := _CAPTION_NUMBER.match(text):
        return _KINDS[match.group(1).casefold()], match.group(2), text[match.end() :].strip()
    return None


def _convert_figures(draft: Draft) -> Draft:
    """Convert ``<figure>`` elements with one image and one caption to Markdown images with captions."""
    masked = mask_text(draft.text, escapes=False)
    edits = []
    for _, first, last in find_delimiter_pairs(_FIGURE, masked, re.IGNORECASE):
        figure_content, visible_content = (text[first.end() : last.start()] for text in (draft.text, masked))
        images, captions = _IMG.findall(figure_content), _find_figcaptions(figure_content)
        # A caption may contain code. With code elsewhere, the element is not a figure.
        seen = _find_figcaptions(visible_content)
        if not len(images) == len(captions) == len(seen) == 1:
            continue
        content_without_caption = visible_content[: seen[0][0]] + visible_content[seen[0][1] :]
        rest = re.sub(r"<br\s*/?>", "", _IMG.sub("", content_without_caption))
        if len(_IMG.findall(content_without_caption)) == 1 and not rest.strip():
            indent = first.group().partition("<")[0]
            caption = _format_captioned_image(images[0], figure_content[slice(*captions[0][2:])])
            edits.append(Edit(first.start(), last.end(), f"\n{indent}{caption}\n"))
    return draft.apply_edits(edits)


def _find_figcaptions(html: str) -> list[tuple[int, int, int, int]]:
    """Return the outer and inner spans of all ``<figcaption>`` elements."""
    pairs_of_tags = find_delimiter_pairs(_FIGCAPTION, html, re.IGNORECASE)
    return [(first.start(), last.end(), first.end(), last.start()) for _, first, last in pairs_of_tags]


def _format_captioned_image(image: str, caption: str) -> str:
    pairs = {
        name.lower(): double_quoted or single_quoted or unquoted
        for name, double_quoted, single_quoted, unquoted in _PAIR.findall(image)
    }
    words = caption
    for tag, mark in _INLINE:
        words = re.sub(rf"</?{tag}\b[^<>]*>", mark, words, flags=re.IGNORECASE)
    words = re.sub(r"</?span\b[^<>]*>|<br\s*/?>", " ", words, flags=re.IGNORECASE)
    words = " ".join(words.split())
    emphasised = re.fullmatch(r"\*([^*]+)\*", words)
    words = emphasised.group(1) if emphasised else words
    alt = pairs.get("alt", "").replace("&quot;", '"')
    attributes = [f'fig-alt="{escape_attribute(alt)}"'] if alt else []
    width_match = re.search(r"\bwidth:\s*(\d+(?:%|px))", pairs.get("style", ""))
    width = width_match.group(1) if width_match else pairs.get("width", "")
    attributes += [f"width={width}"] if re.fullmatch(r"\d+(?:%|px)?", width) else []
    destination = format_link_destination(pairs.get("src", ""))
    return f"![{_escape_brackets(words)}]({destination}){{{' '.join(attributes)}}}"


def _escape_brackets(text: str) -> str:
    return text if "](" in text else re.sub(r"(?<!\\)([\[\]])", r"\\\1", text)


def _attach_captions(draft: Draft) -> Draft:
    """Turn each caption paragraph into the caption of the image before it or of an adjacent table."""
    text, masked = draft.text, mask_text(draft.text, escapes=False)
    spans = [m.span() for m in _PARAGRAPH.finditer(masked)]
    edits: list[Edit] = []
    attached: set[int] = set()
    for index, (start, end) in enumerate(spans):
        inner = start + len(masked[start:end]) - len(masked[start:end].lstrip(" \t"))
        picture = _MARKDOWN_IMAGE.fullmatch(masked, inner, start + len(masked[start:end].rstrip(" \t")))
        image = _IMG.fullmatch(text[start:end].strip())
        is_picture = image or (picture and not picture.group(1))
        lines = text[start:end].strip().split("\n")
        is_table = len(lines) > 1 and all(re.match(r"[ \t]*[|+]", line) for line in lines)
        for other in (index + 1,) if is_picture else (index - 1, index + 1) if is_table else ():
            if not 0 <= other < len(spans) or other in attached:
                continue
            kind = "fig" if is_picture else "tbl"
            if not (words := _read_caption_paragraph(text, masked, spans[other], kind)):
                continue
            if image:
                new = Edit(start, end, _format_captioned_image(image.group(1), words))
            elif picture:
                new = Edit(picture.start(1), picture.start(1), _escape_brackets(words))
            else:
                new = Edit(end, end, f"\n\n: {words}")
            edits += [new, Edit(*spans[other], "")]
            attached.add(other)
            break
    return draft.apply_edits(edits)


def _read_caption_paragraph(text: str, masked: str, span: tuple[int, int], kind: str) -> str:
    """Return a caption paragraph with its number on one line, or "" if it is not a caption."""
    caption_text = text[slice(*span)].strip()
    if HIDDEN in masked[span[0] : span[0] + 1] or caption_text.count("\n") > 4:
        return ""
    marked = _MARKED.fullmatch(caption_text)
    words = next(filter(None, marked.group(1, 2, 4)), "") if marked else caption_text
    caption = _parse_caption(words)
    return " ".join(words.split()) if caption and caption[0] == kind else ""


def _find_numbered_captions(text: str) -> Iterator[_NumberedCaption]:
    """Yield the captions with manual numbers: those of images, then of listings, then of tables."""
    masked = mask_text(text, escapes=False)
    for match in _MARKDOWN_IMAGE.finditer(masked):
        if parsed := _parse_caption(text[slice(*match.span(1))]):
            attributes = match.group(3) or ""
            position, form = (match.start(3) + 1, "#{} ") if attributes else (match.end(2) + 1, "{{#{}}}")
            yield _NumberedCaption(*parsed, match.span(1), attributes, position, form)
    for match in _OPENING.finditer(text):
        if parsed := _parse_caption(match.group(2)):
            attributes = match.group(1)
            position = match.end(1) - len(_LANGUAGE.sub("", attributes))
            yield _NumberedCaption(*parsed, match.span(2), attributes, position, " #{}")
    for match in _TABLE_CAPTION.finditer(masked):
        caption = text[slice(*match.span(1))]
        if parsed := _parse_caption(caption):
            yield _NumberedCaption(*parsed, match.span(1), caption, match.end(1), " {{#{}}}")


def _replace_caption_numbers(text: str, ids: dict[tuple[str, str], str]) -> Iterator[Edit]:
    """Yield edits that replace the manual numbers of captions with ids."""
    for caption in _find_numbered_captions(text):
        name = ids.get((caption.kind, caption.number))
        if name and not _ATTRIBUTE_ID.search(caption.attributes):
            yield Edit(*caption.span, caption.text)
            yield Edit(caption.id_position, caption.id_position, caption.id_format.format(name))


def _replace_mentions_with_references(text: str, ids: dict[tuple[str, str], str]) -> Iterator[Edit]:
    """Yield edits that replace mentions of captions in prose, such as "Figure 1", with references.

    ``ids`` maps the type and number of each caption to its id.
    """
    masked = mask_formulas(text)
    masked = hide_spans(masked, (match.span() for match in _NOT_PROSE.finditer(masked)))
    for match in _MENTION.finditer(masked):
        word = match["word"] or match["long"]
        name = ids.get((_KINDS[word.casefold()], match["number"]))
        if name and not _TABLE_CAPTION_MARK.fullmatch(
            masked, masked.rfind("\n", 0, match.start()) + 1, match.start()
        ):
            start, end = match.span()
            is_apart = not re.search(r"\w", text[max(start - 1, 0) : start] + text[end : end + 1])
            yield Edit(start, end, f"@{name}" if is_apart else f"[@{name}]")
