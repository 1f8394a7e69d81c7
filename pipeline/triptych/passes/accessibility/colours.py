"""Report information that is conveyed by colour alone (WCAG 1.4.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from triptych.diagnostics import Diagnostic
from triptych.languages.language_tags import primary_subtag
from triptych.model import nodes
from triptych.model.walk import plain_text, walk
from triptych.passes.accessibility.rules import PlacedNode, Survey, text_lines

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_COLOUR_NAME = (
    "red|green|blue|yellow|orange|purple|violet|pink|brown|teal|turquoise|cyan|magenta|lime|maroon|navy|olive"
    "|gr[ae]y|gold|crimson|salmon|coral|tomato"
)
_COLOUR_CLASS = re.compile(
    rf"(?:(?:text|bg|fg|colou?r)-)?(?:{_COLOUR_NAME})(?:-text|-\d+)?|text-(?:danger|success|warning|info)"
)
_COLOUR_STYLE = re.compile(r"\s*(?:color|background|background-color|bgcolor)\s*:", re.IGNORECASE)


def report_colour_words(chapter: Survey) -> Iterator[Diagnostic]:
    """Report ACC005 for text that refers to part of a nearby figure or table by colour alone."""
    for section in chapter.sections():
        drawn = any(isinstance(placed.node, nodes.Figure | nodes.Chart) for placed in section)
        if not drawn and not any(isinstance(placed.node, nodes.Table) for placed in section):
            continue
        names = _series_names(section)
        for placed in section:
            for line in text_lines(placed.node):
                if words := _find_colour_words(
                    plain_text(line), primary_subtag(placed.language), names, drawn
                ):
                    message = f'"{words}" identifies a part of the figure or table by colour alone'
                    hint = "also identify this part by its label, position or pattern"
                    yield Diagnostic(code="ACC005", span=placed.span, message=message, hint=hint)


def _series_names(section: tuple[PlacedNode, ...]) -> frozenset[str]:
    charts = (placed.node for placed in section if isinstance(placed.node, nodes.Chart))
    return frozenset(series.label.casefold() for chart in charts for series in chart.data.series)


def _find_colour_words(text: str, language: str, names: frozenset[str], drawn: bool) -> str:
    """Return the first words of ``text`` that refer to something by colour alone, or "".

    Sentences that also name another distinction, or a series in ``names``, are skipped.
    """
    pattern = colour_pattern(language, drawn=drawn)
    if pattern is None or not pattern.search(text):
        return ""
    for sentence in _SENTENCE_END.split(text):
        match = pattern.search(sentence)
        if match is None or other_distinction_pattern(language).search(sentence):
            continue
        if not any(re.search(rf"\b{re.escape(name)}\b", sentence.casefold()) for name in names if name):
            return match.group()
    return ""


def report_colour_styles(chapter: Survey) -> Iterator[Diagnostic]:
    """Report ACC006 for text and for table cells that are distinguished by colour alone."""
    coloured = [placed for placed in chapter.nodes if isinstance(placed.node, nodes.Phrase | nodes.Group)]
    coloured = [placed for placed in coloured if _is_only_coloured(placed.node.attr)]
    styled = _distinguished_nodes(chapter) if coloured else frozenset()
    for placed in coloured:
        text = plain_text(placed.node.content)
        if id(placed.node) in styled or not text or _is_distinguished(placed.node):
            continue
        message = f'the text "{text[:40]}" is distinguished by colour alone'
        hint = "say in words what the colour means, or use *emphasis*"
        yield Diagnostic(code="ACC006", span=placed.span, message=message, hint=hint)
    for placed in chapter.nodes:
        if not isinstance(placed.node, nodes.Table):
            continue
        looks = {
            _is_only_coloured(cell.look) for row in placed.node.body for cell in row.cells if cell.content
        }
        if len(looks) > 1:
            message = "some table cells are distinguished by colour alone"
            hint = "say in the cell text what the colour means; cell colours are dropped from every output"
            yield Diagnostic(code="ACC006", span=placed.span, message=message, hint=hint)


def _is_only_coloured(attr: nodes.Attr) -> bool:
    """Return whether the classes and the style of an element only set colours."""
    declarations = [part for part in attr.get("style").split(";") if part.strip()]
    classes = all(_COLOUR_CLASS.fullmatch(name) for name in attr.classes)
    styles = all(_COLOUR_STYLE.match(part) for part in declarations)
    return bool(attr.classes or declarations) and classes and styles


def _distinguished_nodes(chapter: Survey) -> frozenset[int]:
    """Return the ``id()`` of all nodes in emphasis, links, headings or callouts."""
    marks = (
        p.node
        for p in chapter.nodes
        if isinstance(p.node, nodes.Styled | nodes.Link | nodes.Heading | nodes.Callout)
    )
    return frozenset(id(inner) for mark in marks for inner in walk(mark))


def _is_distinguished(node: nodes.Phrase | nodes.Group) -> bool:
    content = node.content
    if len(content) == 1 and hasattr(content[0], "content") and not isinstance(node, nodes.Phrase):
        content = content[0].content
    return all(isinstance(child, nodes.Styled) for child in content)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourWords:
    """Regular expression alternatives for one language.

    ``drawn`` are words for parts of a figure or chart, ``tabular`` for parts of a table, ``marked`` are verbs
    for highlighting. ``otherwise`` are words for distinctions other than colour. In ``patterns``, THING
    stands for ``drawn`` or ``tabular``, COLOUR for ``colours`` and MARKED for ``marked``. Nouns with an
    indefinite article do not match, since "a red line" describes a line, while "the red line" refers to one.
    """

    colours: str
    drawn: str
    tabular: str
    marked: str
    otherwise: str
    patterns: tuple[str, ...]


COLOUR_WORDS = {
    "en": ColourWords(
        colours="red|green|blue|yellow|orange|purple|violet|pink|brown|turquoise|cyan|magenta|gr[ae]y|black",
        drawn="lines?|curves?|bars?|areas?|segments?|slices?|wedges?|dots?|points?|markers?|bands?|arrows?",
        tabular="cells?|rows?|columns?|entries|figures?|values?",
        marked="shown|marked|drawn|highlighted|printed|colou?red|plotted|displayed|shaded|outlined|indicated",
        otherwise="dash\\w*|dotted|solid|thick|thin|hatched|striped|bold|italic|labell?ed|top|bottom|upper|lower"
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
        drawn=r"Linien?|Kurven?|Balkens?|Säulen?|Flächen?|Segmente?n?|Punkte?n?|Bereiche?n?|Pfeile?n?|Sektore?n?",
        tabular="Zellen?|Zeilen?|Spalten?|Einträgen?|Werte?n?|Zahlen?",
        marked="markiert|dargestellt|hervorgehoben|eingezeichnet|gezeichnet|eingefärbt|gefärbt|unterlegt"
        "|hinterlegt|gedruckt|gekennzeichnet",
        otherwise="gestrichelt\\w*|gepunktet\\w*|durchgezogen\\w*|dick\\w*|dünn\\w*|schraffiert\\w*|fett\\w*"
        "|kursiv\\w*|beschriftet\\w*|ober\\w*|unter\\w+|link\\w*|recht\\w*|erste\\w*|letzte\\w*",
        patterns=(
            r"(?<!\bein )(?<!\beine )(?<!\beine[mnrs] )COLOUR(?: (?:und|oder) COLOUR)? (?:THING)",
            r"(?:in )?COLOUR (?:MARKED)(?:e[nrsm]?)?",
            r"(?:THING) (?:in|ist|sind) COLOUR",
        ),
    ),
    "fr": ColourWords(
        colours="rouges?|verte?s?|bleue?s?|jaunes?|orange|violett?e?s?|roses?|brune?s?|marron|grise?s?|noire?s?",
        drawn="lignes?|courbes?|barres?|aires?|zones?|segments?|points?|surfaces?|flèches?|secteurs?|traits?",
        tabular="cellules?|cases?|rangées?|colonnes?|valeurs?|chiffres?",
        marked="(?:indiqu|marqu|représent|montr|surlign|trac|color|figur|affich)ée?s?",
        otherwise="pointillé\\w*|tireté\\w*|plein\\w*|épais\\w*|mince\\w*|hachuré\\w*|gras\\w*|italique\\w*"
        "|étiqueté\\w*|haut|bas|gauche|droite|première?s?|dernière?s?",
        patterns=(r"(?<!\bun )(?<!\bune )(?:THING) (?:en |est |sont )?COLOUR", r"(?:MARKED) en COLOUR"),
    ),
    "es": ColourWords(
        colours="roj[oa]s?|verdes?|azul(?:es)?|amarill[oa]s?|naranjas?|morad[oa]s?|violetas?|rosas?|marr(?:ón|ones)"
        "|gris(?:es)?|negr[oa]s?",
        drawn="líneas?|curvas?|barras?|áreas?|zonas?|segmentos?|puntos?|flechas?|sectores|sector",
        tabular="celdas?|filas?|columnas?|valores|valor|cifras?",
        marked="(?:mostrad|marcad|señalad|resaltad|indicad|representad|sombread|dibujad|destacad)[oa]s?",
        otherwise="discontinu[oa]s?|punteada?s?|continu[oa]s?|gruesa?s?|fin[oa]s?|rayad[oa]s?|negrita|cursiva"
        "|etiquetad[oa]s?|superior|inferior|izquierd\\w+|derech\\w+|primer\\w*|últim\\w+",
        patterns=(
            r"(?<!\bun )(?<!\buna )(?:THING) (?:en |de color |es |son )?COLOUR",
            r"(?:MARKED) (?:en|de|con) (?:color )?COLOUR",
        ),
    ),
}


@cache
def colour_pattern(language: str, *, drawn: bool) -> re.Pattern[str] | None:
    """Return a pattern for phrases that refer to part of a figure or table by colour.

    ``drawn`` also matches parts of figures. Return None if there are no words for the language.
    """
    words = COLOUR_WORDS.get(language)
    if words is None:
        return None
    things = f"{words.drawn}|{words.tabular}" if drawn else words.tabular
    patterns = "|".join(words.patterns)
    for name, value in (("THING", things), ("COLOUR", f"(?:{words.colours})"), ("MARKED", words.marked)):
        patterns = patterns.replace(name, value)
    return re.compile(rf"\b(?:{patterns})\b", re.IGNORECASE)


@cache
def other_distinction_pattern(language: str) -> re.Pattern[str]:
    """Return a pattern for words that name a distinction other than colour."""
    return re.compile(rf"\b(?:{COLOUR_WORDS[language].otherwise})\b", re.IGNORECASE)
