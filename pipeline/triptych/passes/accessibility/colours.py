"""Report information that is conveyed by colour alone (WCAG 1.4.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from triptych.diagnostics import Diagnostic
from triptych.languages.language_tags import get_primary_subtag
from triptych.model import nodes
from triptych.model.walk import plain_text, walk
from triptych.passes.accessibility.rules import ChapterNodes, PlacedNode, iter_text_lines

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_COLOUR_NAME = (
    "red|green|blue|yellow|orange|purple|violet|pink|brown|teal|turquoise|cyan|magenta|lime|maroon|navy|olive"
    "|gr[ae]y|gold|crimson|salmon|coral|tomato"
)
_COLOUR_CLASS = re.compile(
    rf"(?:(?:text|bg|fg|colou?r)-)?(?:{_COLOUR_NAME})(?:-text|-\d+)?|text-(?:danger|success|warning|info)"
)
_COLOUR_STYLE = re.compile(r"\s*(?:color|background|background-color|bgcolor)\s*:", re.IGNORECASE)


def report_colour_words(chapter: ChapterNodes) -> Iterator[Diagnostic]:
    """Report ACC005 for text that refers to part of a nearby figure or table by colour alone."""
    for section in chapter.iter_sections():
        has_drawing = any(isinstance(placed_node.node, nodes.Figure | nodes.Chart) for placed_node in section)
        if not has_drawing and not any(isinstance(placed_node.node, nodes.Table) for placed_node in section):
            continue
        names = _collect_series_names(section)
        for placed_node in section:
            for line in iter_text_lines(placed_node.node):
                if words := _find_colour_words(
                    plain_text(line), get_primary_subtag(placed_node.language), names, has_drawing
                ):
                    message = f'"{words}" identifies a part of the figure or table by colour alone'
                    hint = "also identify this part by its label, position or pattern"
                    yield Diagnostic(code="ACC005", span=placed_node.span, message=message, hint=hint)


def _collect_series_names(section: tuple[PlacedNode, ...]) -> frozenset[str]:
    charts = (placed_node.node for placed_node in section if isinstance(placed_node.node, nodes.Chart))
    return frozenset(series.label.casefold() for chart in charts for series in chart.data.series)


def _find_colour_words(text: str, language: str, names: frozenset[str], has_figure: bool) -> str:
    """Return the first words of ``text`` that refer to something by colour alone, or "".

    Sentences that also name another distinction, or a series in ``names``, are skipped.
    """
    pattern = make_colour_pattern(language, has_figure=has_figure)
    if pattern is None or not pattern.search(text):
        return ""
    for sentence in _SENTENCE_END.split(text):
        match = pattern.search(sentence)
        if match is None or make_distinction_pattern(language).search(sentence):
            continue
        if not any(re.search(rf"\b{re.escape(name)}\b", sentence.casefold()) for name in names if name):
            return match.group()
    return ""


def report_colour_styles(chapter: ChapterNodes) -> Iterator[Diagnostic]:
    """Report ACC006 for text and for table cells that are distinguished by colour alone."""
    coloured = [
        placed_node
        for placed_node in chapter.nodes
        if isinstance(placed_node.node, nodes.Phrase | nodes.Group)
    ]
    coloured = [placed_node for placed_node in coloured if _is_only_coloured(placed_node.node.attr)]
    distinguished = _find_nodes_with_other_cue(chapter) if coloured else frozenset()
    for placed_node in coloured:
        text = plain_text(placed_node.node.content)
        if id(placed_node.node) in distinguished or not text or _has_other_cue(placed_node.node):
            continue
        message = f'the text "{text[:40]}" is distinguished by colour alone'
        hint = "say in words what the colour means, or use *emphasis*"
        yield Diagnostic(code="ACC006", span=placed_node.span, message=message, hint=hint)
    for placed_node in chapter.nodes:
        if not isinstance(placed_node.node, nodes.Table):
            continue
        looks = {
            _is_only_coloured(cell.html_attr)
            for row in placed_node.node.body
            for cell in row.cells
            if cell.content
        }
        if len(looks) > 1:
            message = "some table cells are distinguished by colour alone"
            hint = "say in the cell text what the colour means; cell colours are dropped from every output"
            yield Diagnostic(code="ACC006", span=placed_node.span, message=message, hint=hint)


def _is_only_coloured(attr: nodes.Attr) -> bool:
    """Return whether the classes and the style of an element only set colours."""
    declarations = [part for part in attr.get("style").split(";") if part.strip()]
    classes = all(_COLOUR_CLASS.fullmatch(name) for name in attr.classes)
    styles = all(_COLOUR_STYLE.match(part) for part in declarations)
    return bool(attr.classes or declarations) and classes and styles


def _find_nodes_with_other_cue(chapter: ChapterNodes) -> frozenset[int]:
    """Return the ``id()`` of all nodes in emphasis, links, headings or callouts."""
    marks = (
        placed_node.node
        for placed_node in chapter.nodes
        if isinstance(placed_node.node, nodes.Styled | nodes.Link | nodes.Heading | nodes.Callout)
    )
    return frozenset(id(inner) for mark in marks for inner in walk(mark))


def _has_other_cue(node: nodes.Phrase | nodes.Group) -> bool:
    content = node.content
    if len(content) == 1 and hasattr(content[0], "content") and not isinstance(node, nodes.Phrase):
        content = content[0].content
    return all(isinstance(child, nodes.Styled) for child in content)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourWords:
    """The colour words of one language, as alternatives in regular expressions.

    ``figure_parts`` and ``table_parts`` are words for parts of figures or charts and of tables.
    ``other_distinctions`` are words for distinctions other than colour. In ``patterns``, THING is replaced
    with either kind of parts, COLOUR with ``colours``, and MARKED with ``highlight_verbs``. A noun with an
    indefinite article does not match: "a red line" describes a line, while "the red line" refers to one.
    """

    colours: str
    figure_parts: str
    table_parts: str
    highlight_verbs: str
    other_distinctions: str
    patterns: tuple[str, ...]


COLOUR_WORDS = {
    "en": ColourWords(
        colours="red|green|blue|yellow|orange|purple|violet|pink|brown|turquoise|cyan|magenta|gr[ae]y|black",
        figure_parts="lines?|curves?|bars?|areas?|segments?|slices?|wedges?|dots?|points?|markers?|bands?|arrows?",
        table_parts="cells?|rows?|columns?|entries|figures?|values?",
        highlight_verbs="shown|marked|drawn|highlighted|printed|colou?red|plotted|displayed|shaded|outlined|indicated",
        other_distinctions="dash\\w*|dotted|solid|thick|thin|hatched|striped|bold|italic|labell?ed|top|bottom|upper|lower"
        "|left|right|first|last|squares?|triangles?|circles?",
        patterns=(
            r"(?<!\ba )(?<!\ban )COLOUR(?:,? (?:and|or) COLOUR)? (?:THING)",
            r"(?:MARKED) in (?:(?:light|dark|bright|pale) )?COLOUR",
            r"(?:THING) (?:in|is|are) (?:(?:light|dark|bright|pale) )?COLOUR",
        ),
    ),
    "de": ColourWords(
        colours="(?:hell|dunkel)?(?:rot|grün|blau|gelb|orange|violett|lila|rosa|braun|türkis|grau|schwarz)"
        "(?:e[nrsm]?)?",
        figure_parts=r"Linien?|Kurven?|Balkens?|Säulen?|Flächen?|Segmente?n?|Punkte?n?|Bereiche?n?|Pfeile?n?|Sektore?n?",
        table_parts="Zellen?|Zeilen?|Spalten?|Einträgen?|Werte?n?|Zahlen?",
        highlight_verbs="markiert|dargestellt|hervorgehoben|eingezeichnet|gezeichnet|eingefärbt|gefärbt|unterlegt"
        "|hinterlegt|gedruckt|gekennzeichnet",
        other_distinctions="gestrichelt\\w*|gepunktet\\w*|durchgezogen\\w*|dick\\w*|dünn\\w*|schraffiert\\w*|fett\\w*"
        "|kursiv\\w*|beschriftet\\w*|ober\\w*|unter\\w+|link\\w*|recht\\w*|erste\\w*|letzte\\w*",
        patterns=(
            r"(?<!\bein )(?<!\beine )(?<!\beine[mnrs] )COLOUR(?: (?:und|oder) COLOUR)? (?:THING)",
            r"(?:in )?COLOUR (?:MARKED)(?:e[nrsm]?)?",
            r"(?:THING) (?:in|ist|sind) COLOUR",
        ),
    ),
    "fr": ColourWords(
        colours="rouges?|verte?s?|bleue?s?|jaunes?|orange|violett?e?s?|roses?|brune?s?|marron|grise?s?|noire?s?",
        figure_parts="lignes?|courbes?|barres?|aires?|zones?|segments?|points?|surfaces?|flèches?|secteurs?|traits?",
        table_parts="cellules?|cases?|rangées?|colonnes?|valeurs?|chiffres?",
        highlight_verbs="(?:indiqu|marqu|représent|montr|surlign|trac|color|figur|affich)ée?s?",
        other_distinctions="pointillé\\w*|tireté\\w*|plein\\w*|épais\\w*|mince\\w*|hachuré\\w*|gras\\w*|italique\\w*"
        "|étiqueté\\w*|haut|bas|gauche|droite|première?s?|dernière?s?",
        patterns=(r"(?<!\bun )(?<!\bune )(?:THING) (?:en |est |sont )?COLOUR", r"(?:MARKED) en COLOUR"),
    ),
    "es": ColourWords(
        colours="roj[oa]s?|verdes?|azul(?:es)?|amarill[oa]s?|naranjas?|morad[oa]s?|violetas?|rosas?|marr(?:ón|ones)"
        "|gris(?:es)?|negr[oa]s?",
        figure_parts="líneas?|curvas?|barras?|áreas?|zonas?|segmentos?|puntos?|flechas?|sectores|sector",
        table_parts="celdas?|filas?|columnas?|valores|valor|cifras?",
        highlight_verbs="(?:mostrad|marcad|señalad|resaltad|indicad|representad|sombread|dibujad|destacad)[oa]s?",
        other_distinctions="discontinu[oa]s?|punteada?s?|continu[oa]s?|gruesa?s?|fin[oa]s?|rayad[oa]s?|negrita|cursiva"
        "|etiquetad[oa]s?|superior|inferior|izquierd\\w+|derech\\w+|primer\\w*|últim\\w+",
        patterns=(
            r"(?<!\bun )(?<!\buna )(?:THING) (?:en |de color |es |son )?COLOUR",
            r"(?:MARKED) (?:en|de|con) (?:color )?COLOUR",
        ),
    ),
}


@cache
def make_colour_pattern(language: str, *, has_figure: bool) -> re.Pattern[str] | None:
    """Return a pattern for phrases that refer to part of a table or figure by colour.

    The pattern includes parts of figures only if ``has_figure`` is true. If there are no words for the
    language, return None.
    """
    words = COLOUR_WORDS.get(language)
    if words is None:
        return None
    part_pattern = f"{words.figure_parts}|{words.table_parts}" if has_figure else words.table_parts
    patterns = "|".join(words.patterns)
    for name, value in (
        ("THING", part_pattern),
        ("COLOUR", f"(?:{words.colours})"),
        ("MARKED", words.highlight_verbs),
    ):
        patterns = patterns.replace(name, value)
    return re.compile(rf"\b(?:{patterns})\b", re.IGNORECASE)


@cache
def make_distinction_pattern(language: str) -> re.Pattern[str]:
    """Return a pattern for words that name a distinction other than colour."""
    return re.compile(rf"\b(?:{COLOUR_WORDS[language].other_distinctions})\b", re.IGNORECASE)
