"""How languages say that something is told by its colour: small tables of words, one for each language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Alternations of regular expressions.

    ``drawn`` are parts of a figure or chart, ``tabular`` those of a table, ``marked`` what is done with a
    colour; ``otherwise`` are signs that something else than the colour tells them apart too. In
    ``patterns`` THING is one of ``drawn`` or ``tabular``, COLOUR and MARKED the others. What an
    indefinite article introduces is not yet referred to: "a red line" describes, "the red line" points.
    """

    colours: str
    drawn: str
    tabular: str
    marked: str
    otherwise: str
    patterns: tuple[str, ...]


WORDS = {
    "en": Words(
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
    "de": Words(
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
    "fr": Words(
        colours="rouges?|verte?s?|bleue?s?|jaunes?|orange|violett?e?s?|roses?|brune?s?|marron|grise?s?|noire?s?",
        drawn="lignes?|courbes?|barres?|aires?|zones?|segments?|points?|surfaces?|flèches?|secteurs?|traits?",
        tabular="cellules?|cases?|rangées?|colonnes?|valeurs?|chiffres?",
        marked="(?:indiqu|marqu|représent|montr|surlign|trac|color|figur|affich)ée?s?",
        otherwise="pointillé\\w*|tireté\\w*|plein\\w*|épais\\w*|mince\\w*|hachuré\\w*|gras\\w*|italique\\w*"
        "|étiqueté\\w*|haut|bas|gauche|droite|première?s?|dernière?s?",
        patterns=(r"(?<!\bun )(?<!\bune )(?:THING) (?:en |est |sont )?COLOUR", r"(?:MARKED) en COLOUR"),
    ),
    "es": Words(
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
def told_by_colour(language: str, *, drawn: bool) -> re.Pattern[str] | None:
    """What finds such words in a sentence, near a drawing or only near a table; None where not known."""
    words = WORDS.get(language)
    if words is None:
        return None
    things = f"{words.drawn}|{words.tabular}" if drawn else words.tabular
    patterns = "|".join(words.patterns)
    for name, value in (("THING", things), ("COLOUR", f"(?:{words.colours})"), ("MARKED", words.marked)):
        patterns = patterns.replace(name, value)
    return re.compile(rf"\b(?:{patterns})\b", re.IGNORECASE)


@cache
def told_otherwise(language: str) -> re.Pattern[str]:
    """What finds signs in a sentence that more than a colour tells things apart."""
    return re.compile(rf"\b(?:{WORDS[language].otherwise})\b", re.IGNORECASE)
