"""Test no-break spaces between words, in each language that has labels."""

from __future__ import annotations

import pytest

from triptych.languages.word_pairs import load_word_pairs


def held(text: str, language: str) -> str:
    """Return a text with ``~`` for no-break spaces."""
    words, pairs = text.split(" "), load_word_pairs(language)
    around = ["", *words, "", ""]
    gaps = ("~" if pairs.are_inseparable(*around[n : n + 4]) else " " for n in range(len(words) - 1))
    return "".join(word + gap for word, gap in zip(words, [*gaps, ""], strict=True))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "cost USD~5 or EUR~5~million or 18.2~billion~yuan; €~5, US$~7 and 5~€"),
        ("en", "43.5~GW of power, 7~km/h. Then 35~°C and 5~% (about 3~kilometers)."),
        ("en", "on 5~May 2024, on May~5, in May 2024, in 2024 May was cold"),
        ("en", "Figure~5.1 and Tables~2 and 3, Appendix~A, Chapter~IV, p.~7 of No.~5, see §~5"),
        ("en", "by Dr.~J.~R.~Smith and Mr~Wu, e.~g. in summer. The end"),
        ("en", "in 2024 firms and 300 people, of 5 in 2024"),
        ("en", "18.2~billion people, 5~km m, 5~bn of it; $~5, 7~ft or 7 feat"),
        ("en", "31~May, 32 May, May~31, May 32; the May"),
        ("en", "e.~g. Smith, a. Smith, J.~Smith, J. smith, J.~R. mr, Mr wu, Figure x, (Fig.~2)"),
        ("en", "5~– it, 5 « it »"),
        ("de", "am 5.~Mai kosteten 5~Mio.~Euro, z.~B. Abbildung~3, S.~7 und Nr.~5"),
        ("fr", "12~345~euros, 12 45, en 2024 300 autres, oui~; «~oui~»."),
        ("fr-CH", "oui : « vraiment »"),
        ("es", "5 de cada 10, de 5~de~mayo"),
        ("fr", "le 5~mai, 10~000~euros~: vraiment~! «~Oui~», figure~2 et 3~millions"),
        ("es", "el 5~de~mayo de 2024, 3~millones y la figura~2"),
        ("pt", "em 5~de~maio, 3~milhões"),
        ("it", "il 5~maggio, 3~milioni, figura~2"),
        ("nl", "op 5~mei, 3~miljoen~euro"),
        ("sv", "den 5~maj, 10~000~kronor"),
        ("pl", "w~Polsce 5~maja i~3~miliony"),
        ("de", "5 bn, 12 345~Euro, v Prag"),
        ("cs", "v~– Praze, v~5 letech"),
        ("cs", "v~Praze 5.~května a~3~miliony"),
        ("ru", "5~мая 2024~г. было 3~млн и 5~км, рис.~2"),
        ("uk", "5~травня, 3~млн"),
        ("tr", "5~Mayıs, 3~milyon"),
        ("el", "5~Μαΐου, 3~εκατομμύρια"),
        ("hu", "május~5. napján, 3~millió"),
        ("fi", "5.~toukokuuta, 3~miljoonaa"),
        ("sl", "1~kilometer, 2~kilometra in 5~kilometrov"),  # singular, dual and plural
    ],
)
def test_inseparable_word_pairs(language: str, text: str) -> None:
    assert held(text.replace("~", " "), language) == text
