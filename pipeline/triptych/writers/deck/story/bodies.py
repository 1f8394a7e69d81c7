"""Convert blocks of the book to the bodies of slides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from triptych.charts.chart_types import get_chart_type
from triptych.languages.dates import parse_date
from triptych.languages.labels import Labels
from triptych.languages.sentences import find_sentence_ends
from triptych.media.output_pictures import PreparedPicture
from triptych.media.picture_sizes import is_wide, parse_length
from triptych.model import nodes
from triptych.model.letters import get_letter_line_kind
from triptych.model.nodes import Block, Inline
from triptych.model.sentences import join_sentences
from triptych.model.walk import find_nodes, plain_text, rewrite_all
from triptych.writers.deck.slides import (
    Card,
    ChartBody,
    NumbersBody,
    Para,
    PictureBody,
    QuoteBody,
    Run,
    TableBody,
    TableCell,
    TimelineBody,
    cut_runs,
    join_run_text,
    make_plain_para,
)
from triptych.writers.deck.story.runs import (
    drop_citations,
    has_only_text,
    is_parenthetical,
    make_paras,
    make_runs,
)

# A full stop that ends the last sentence of a text, and not an abbreviation or an initial.
_LAST_FULL_STOP = re.compile(
    r"(?<!\bal)(?<!\bed)(?<!\beds)(?<!\bCo)(?<!\bInc)(?<!\bLtd)(?<!\b[A-Z])(?<!\.)[.。]\s*$"
)
_NAME_AND_YEAR = re.compile(r"(.+)\s((?:1[5-9]|20)\d\d)")  # a short name of a source
_INNER_FULL_STOP = re.compile(r"\w{4}[.!?]\s|[。！？](?!\s*$)")


def make_chart_body(node: nodes.Chart, labels: Labels) -> ChartBody:
    """Convert a chart."""
    source, remark, is_caption = _make_source_line(node, labels)
    alt = _make_alt_text(node.alt, node.description)
    chart = name_values(node)
    return ChartBody(chart=chart, alt=alt, source=source, remark=remark, is_caption=is_caption)


def name_values(chart: nodes.Chart) -> nodes.Chart:
    """Use the label of a single series as axis title, since slides have no caption that names the values."""
    labels = chart.data.labels
    is_named = chart.value_title or chart.data.panels or chart.data.is_whole
    if is_named or len(labels) != 1 or "_" in labels[0] or get_chart_type(chart).summarises_rows:
        return chart
    return replace(chart, value_title=labels[0])


def _make_source_line(
    node: nodes.Chart | nodes.Figure | nodes.Table, labels: Labels
) -> tuple[tuple[Run, ...], str, bool]:
    """Return the line below an element, the text of caption and note that it omits, and if it is the caption.

    The line names the sources: those of ``source=``, or else those that caption and note cite. An element
    without sources has the first sentence of its caption there.
    """
    texts = tuple(filter(None, (node.caption, node.note)))
    cited = (name for text in find_nodes(texts, nodes.Citation) for name in text.names if name)
    names = _shorten_sources(node.source, labels) or labels.listed(_merge_years(cited))
    if not names:
        caption = make_runs(node.caption)
        text = join_run_text(caption)
        end = next(find_sentence_ends(text, labels.language), 0)
        rest = " ".join(filter(None, (text[end:].strip(), plain_text(node.note))))
        return tuple(cut_runs(caption, len(text[:end].rstrip()))), rest, True
    remark = join_sentences(*map(drop_citations, texts), full_stop=labels.full_stop)
    line = (Run(text=labels.titled(labels["source"], names)),)
    return _drop_last_full_stop(line), plain_text(remark), False


def _drop_last_full_stop(line: tuple[Run, ...]) -> tuple[Run, ...]:
    """Remove the full stop at the end of a source line, unless it has several sentences."""
    if not line or _INNER_FULL_STOP.search(join_run_text(line)):
        return line
    return (*line[:-1], replace(line[-1], text=_LAST_FULL_STOP.sub("", line[-1].text)))


def _shorten_sources(content: tuple[Inline, ...], labels: Labels) -> str:
    """Return the text of sources with the short names of those that it cites, each only once.

    Return "" if the text only refers to another element of the book, which the audience does not have.
    """
    rest = tuple(node for node in content if not isinstance(node, nodes.Reference))
    if len(rest) < len(content) and not any(map(str.isalpha, plain_text(rest))):
        return ""
    parts: list[Inline] = []
    for node in content:
        names = node.names if isinstance(node, nodes.Citation) else ()
        before = plain_text(tuple(parts))
        if names and before and not before.endswith((";", ",")) and is_parenthetical(node):
            parts = [nodes.Text(text=f"{before}{labels.bracketed(labels.listed(names))}")]
        else:
            parts.append(nodes.Text(text="; ".join(names)) if names else node)
    items = (item.strip() for item in plain_text(tuple(parts)).split(";"))
    return labels.listed(_merge_years(filter(None, items)))


def _merge_years(names: Iterable[str]) -> list[str]:
    """Return each of the short names of sources once, with the first and the last year of its sources.

    >>> _merge_years(["IEA\u00a02024", "Reuters", "IEA\u00a02026"])
    ['IEA\u00a02024–2026', 'Reuters']
    """
    years_by_name: dict[str, list[str]] = {}
    for name in names:
        match = _NAME_AND_YEAR.fullmatch(name)
        years_by_name.setdefault(match[1] if match else name, []).extend(match.groups()[1:] if match else ())
    return [
        "\u00a0".join((name, "–".join(dict.fromkeys((min(years), max(years)))))) if years else name
        for name, years in years_by_name.items()
    ]


def make_table_body(node: nodes.Table, labels: Labels) -> TableBody:
    """Convert a table to a grid in which every row has a cell for every column."""
    rows = (*node.head, *node.body, *node.foot)
    source, remark, is_caption = _make_source_line(node, labels)
    widths = tuple(column.width or 0.0 for column in node.columns)
    return TableBody(
        rows=tuple(_make_grid(rows, len(node.columns))),
        alignments=tuple(column.align for column in node.columns),
        width_fractions=widths if all(widths) else (),
        alt=node.attr.get("fig-alt") or node.attr.get("alt") or plain_text(node.caption) or labels["table"],
        header_rows=len(node.head),
        row_headers=node.row_headers,
        source=source,
        remark=remark,
        is_caption=is_caption,
    )


def make_picture_body(
    image: nodes.Image, prepared_picture: PreparedPicture, figure: nodes.Figure | None, labels: Labels
) -> PictureBody:
    """Convert an image to a slide body.

    Without a ``figure``, the image covers the whole slide.
    """
    assert image.picture is not None
    body = PictureBody(
        data=prepared_picture.data,
        media_type=prepared_picture.media_type,
        width=image.picture.width,
        height=image.picture.height,
        alt=image.alt,
        decorative=image.is_decorative,
        covers_slide=figure is None,
    )
    if figure is None:
        return body
    alt = _make_alt_text(image.alt or plain_text(figure.caption), figure.description)
    source, remark, is_caption = _make_source_line(figure, labels)
    width = _get_width_fraction(image.attr)
    return replace(body, alt=alt, width_fraction=width, source=source, remark=remark, is_caption=is_caption)


def make_numbers_body(content: tuple[Block, ...]) -> NumbersBody | None:
    """Make big numbers from the first definition list, or return None if there is none."""
    cards, source = _make_cards(content)
    return NumbersBody(cards=cards, source=source) if cards else None


def make_timeline_body(content: tuple[Block, ...], language: str) -> TimelineBody | None:
    """Make a timeline from the first definition list, or return None if there is none."""
    cards_without_dates, source = _make_cards(content)
    cards = tuple(
        replace(card, date=parse_date(join_run_text(card.heading), language)) for card in cards_without_dates
    )
    return TimelineBody(cards=cards, source=source) if cards else None


def list_unshown_blocks(content: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks that are omitted from a slide with big numbers or a timeline."""
    shown_list, source = _find_list_and_source(content)
    return tuple(block for block in content if block is not shown_list and block not in source)


def _make_cards(content: tuple[Block, ...]) -> tuple[tuple[Card, ...], tuple[Run, ...]]:
    definition_list, source = _find_list_and_source(content)
    cards = tuple(
        Card(
            heading=make_runs(item.term),
            paras=tuple(make_paras(tuple(block for definition in item.meanings for block in definition))),
        )
        for item in (definition_list.items if definition_list else ())
    )
    return cards, join_paragraphs(source)


def _find_list_and_source(
    content: tuple[Block, ...],
) -> tuple[nodes.DefinitionList | None, tuple[nodes.Paragraph, ...]]:
    """Return the first definition list, or None, and the paragraphs after it."""
    for index, block in enumerate(content):
        if isinstance(block, nodes.DefinitionList):
            return block, tuple(item for item in content[index + 1 :] if isinstance(item, nodes.Paragraph))
    return None, ()


def join_paragraphs(paragraphs: tuple[nodes.Paragraph, ...]) -> tuple[Run, ...]:
    """Join paragraphs into text runs on one line, without a full stop after the last sentence."""
    runs = (run for paragraph in paragraphs for run in (*make_runs(paragraph.content), Run(text=" ")))
    return _drop_last_full_stop(tuple(runs)[:-1])


def make_quote_body(node: nodes.BlockQuote) -> QuoteBody:
    """Convert a quotation. The attribution of a letter consists of its signature, place and date."""
    blocks = [
        _list_lines(block) for block in node.content if isinstance(block, nodes.Paragraph | nodes.Verse)
    ]
    signed = [content for content in blocks if get_letter_line_kind(content) == "letter-end"]
    text = _join_inlines(content for content in blocks if content not in signed)
    attribution = make_runs(_join_inlines((*signed, node.attribution)))
    return QuoteBody(text=make_runs(rewrite_all(text, _keep_line_break)), attribution=attribution)


def _list_lines(block: nodes.Paragraph | nodes.Verse) -> tuple[Inline, ...]:
    if isinstance(block, nodes.Paragraph):
        return block.content
    return tuple(node for line in block.lines for node in (nodes.LineBreak(), *line))[1:]


def _join_inlines(parts: Iterable[tuple[Inline, ...]]) -> tuple[Inline, ...]:
    return tuple(node for part in filter(None, parts) for node in (nodes.SoftBreak(), *part))[1:]


def _make_alt_text(alt: str, description: tuple[Block, ...]) -> str:
    """Return the alt text followed by the long description."""
    return f"{alt} {plain_text(description)}".strip()


def _get_width_fraction(attr: nodes.Attr) -> float:
    """Return the author's image width as a fraction of the frame, or 0 if no relative width is set.

    Absolute lengths apply only in print.
    """
    if is_wide(attr):
        return 1.0
    width = parse_length(attr.get("width"))
    return width.value / 100 if width and width.unit == "%" else 0.0


def _make_grid(rows: tuple[nodes.Row, ...], width: int) -> Iterator[tuple[TableCell, ...]]:
    """Yield rows of ``width`` cells. Positions covered by a spanning cell have empty cells."""
    below: dict[int, int] = {}  # number of further rows that a cell above covers, by column
    for number, row in enumerate(rows):
        line: list[TableCell] = []
        cells = list(row.cells)
        while len(line) < width:
            index = len(line)
            if below.get(index, 0) > 0:
                below[index] -= 1
                line.append(TableCell())
                continue
            if not cells:
                line.append(TableCell())
                continue
            cell = cells.pop(0)
            columns = min(cell.colspan, width - index)
            high = min(cell.rowspan, len(rows) - number)
            paras = _make_cell_paras(cell.content, bold=bool(cell.note))
            if cell.note:
                small = tuple(replace(run, small=True) for run in make_runs(cell.note))
                paras = (*paras, Para(runs=small, bullet=False))
            line.append(TableCell(paras=paras, columns=columns, rows=high, shade=cell.shade))
            line.extend([TableCell()] * (columns - 1))
            below.update(dict.fromkeys(range(index, index + columns), high - 1))
        yield tuple(line)


def _make_cell_paras(content: tuple[Block, ...], *, bold: bool = False) -> tuple[Para, ...]:
    """Convert the blocks of a table cell to paragraphs. Blocks other than text become plain text."""
    paras: list[Para] = []
    for block in rewrite_all(content, _keep_cell_text):
        if has_only_text(block):
            paras += make_paras((block,))
        else:
            paras.append(make_plain_para(plain_text((block,))))
    if bold:
        paras = [replace(para, runs=tuple(replace(run, bold=True) for run in para.runs)) for para in paras]
    return tuple(para for para in paras if para.runs)


def _keep_cell_text(node: object) -> object:
    return node.content if isinstance(node, nodes.Citation) else _keep_line_break(node)


def _keep_line_break(node: object) -> object:
    """Replace a forced line break with a vertical tab, which later steps keep as a line break."""
    return nodes.Text(text="\v") if isinstance(node, nodes.LineBreak) else node
