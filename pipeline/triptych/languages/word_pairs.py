"""Find words that must stay on one line, such as a number and its unit, or an initial and a surname.

Month names, scales such as "million", unit names and currency codes come from Unicode CLDR. Unit symbols are
those of the SI.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from triptych.languages.cldr import Width, load_currency_codes
from triptych.languages.labels import load_labels
from triptych.languages.numerals import get_locale_or_english

_SYMBOLS = frozenset(
    "% ‰ ° °C °F K g kg mg µg t kt Mt Gt m km cm mm µm nm ha km² m² cm² mm² m³ cm³ km³ l ml L mL s ms "
    "µs ns min h Hz kHz MHz GHz THz V kV mV mA kA Ω W kW MW GW TW mW Wh kWh MWh GWh TWh Wp kWp MWp GWp "
    "J kJ MJ GJ TJ PJ EJ N kN Pa hPa kPa MPa bar mol lx lm cd dB eV keV MeV GeV TeV bit kbit Mbit Gbit "
    "Tbit B kB MB GB TB PB kB/s MB/s GB/s bit/s kbit/s Mbit/s Gbit/s Tbit/s km/h m/s pt px ft mi lb oz "
    "dpi ppm ppb NM г. гг. р. рр.".split()
)
_WIDTHS: tuple[Width, ...] = ("wide", "abbreviated")
_ENGLISH_SCALES = ("bn", "tn", "crore", "lakh")  # missing from CLDR
# Currency names without a country, which are missing from CLDR. Most are similar in all languages.
_MONEY = re.compile(
    r"(?:yuan|renminbi|euro|cent|d[oó]l+ar|yen|pound|pond|pfund|livre|libra|fran[ck]|rupee|rupi|rubl?e|roubl|won|"
    r"peso|real|zł|koru?n|kron|forint|лир|евро|доллар|долар|юан|иен|єн|ієн|рубл|фунт|франк|гривн|ευρώ|δολάρι)\w{0,3}",
    re.IGNORECASE,
)
_NUMBERED = (
    "algorithm appendix chapter conjecture corollary definition equation example exercise figure lemma "
    "listing part proposition remark section solution table theorem"
).split()
# Abbreviations before a number and titles before a name, in the languages of ``labels.yaml``.
_ABBREVIATIONS = frozenset(
    "§ §§ № No. Nos. no. nos. Nr. Nrn. nr. n.º nº n° N° núm. č. sz. Fig. Figs. fig. figs. Abb. Tab. "
    "tab. Eq. Eqs. eq. eqs. Gl. Ch. ch. Chap. chap. Kap. kap. cap. Cap. Sec. Sect. sec. sect. art. Art. "
    "Abs. p. pp. pag. pág. págs. S. s. str. Vol. vol. Bd. t. vols. l. ll. n. nn. v. vv. ca. c. рис. "
    "табл. гл. стр. с. т. ст. п. σ. σελ. εικ.".split()
)
TITLES = frozenset(
    "Dr Dr. Prof Prof. Mr Mr. Mrs Mrs. Ms Ms. St St. Hr. Fr. Mme Mlle Dipl.-Ing. Ing. Mag. Rev. Sr. "
    "Sra. Srta. Dra. Sig. Dott. Dhr. Mevr. г. г-н г-жа пан пані κ.".split()
)
# One-letter words that must not end a line in these languages.
_CLITICS = {
    "cs": frozenset("ksvzouaiKSVZOUAI"),
    "sk": frozenset("ksvzouaiKSVZOUAI"),
    "pl": frozenset("aiouwzAIOUWZ"),
}
_CURRENCY = re.compile(r"[$€£¥₹₽₩₺₴₫₪฿¢]|[A-Z]{1,3}\$")
_CODE = re.compile(r"[A-Z]{3}")
_ROMAN_OR_LETTER = re.compile(r"[IVXLC]+|[A-Z](?:\.\d[\d.]*)?")
_NUMBER_START = re.compile(r"[-−–+~≈<>≤≥±]?[.,]?\d")
_NUMBER_END = re.compile(r"\d[.)]?\Z|\d[+–-]\Z")
_GROUP, _NEXT_GROUP = re.compile(r"\d{1,3}"), re.compile(r"\d{3}(?!\d)")
_DAY = re.compile(r"(?:[12]?\d|3[01])(?:\.|er|st|nd|rd|th|º)?")
_DATE_PREPOSITION = "de"  # between the day and the month in Spanish and Portuguese
_INITIAL = re.compile(r"[^\W\d_]\.(?:-[^\W\d_]\.)*")
_OPENING, _CLOSING = "([{“‘„«‚\"'", ")]}”’“»\"',;:!?…"
_SPACED_MARKS = frozenset(":;!?»")
_DASHES = ("–", "—")  # must not begin a line


@dataclass(frozen=True, slots=True)
class WordPairs:
    """The words of a language that must stay on one line with the following or preceding word.

    ``has_spaced_thousands`` is true if the language separates thousands with a space. ``has_spaced_marks`` is
    true if it puts a space before colons and similar marks, like French.
    """

    months: frozenset[str]
    scales: frozenset[str]
    units: frozenset[str]
    numbered_words: frozenset[str]
    currencies: frozenset[str]
    clitics: frozenset[str]
    has_spaced_thousands: bool
    has_spaced_marks: bool

    def are_inseparable(self, previous_word: str, word: str, next_word: str, word_after_next: str) -> bool:
        """Return whether a line must not break between ``word`` and ``next_word``, given their neighbours."""
        opened_word, closed = word.lstrip(_OPENING), next_word.rstrip(_CLOSING)
        if self.has_spaced_marks and (next_word.rstrip(",.") in _SPACED_MARKS or word == "«"):
            return True
        if next_word in _DASHES and word:
            return True
        if not opened_word or not closed:
            return False
        if opened_word in self.clitics:
            return closed[0].isalnum()
        if _NUMBER_START.match(next_word):
            return self._is_bound_before_number(opened_word, closed)
        if _NUMBER_END.search(opened_word):
            return self._is_bound_after_number(opened_word, closed, word_after_next.rstrip(_CLOSING))
        if _NUMBER_END.search(previous_word):
            return self._is_bound_after_scale(opened_word, closed)
        if opened_word in self.numbered_words:
            return bool(_ROMAN_OR_LETTER.fullmatch(closed))
        if opened_word in TITLES:
            return closed[0].isupper()
        return bool(_INITIAL.fullmatch(opened_word)) and self._is_bound_after_initial(
            previous_word, opened_word, closed
        )

    def _is_bound_before_number(self, word: str, number: str) -> bool:
        if word in self.currencies or word in _ABBREVIATIONS or _CURRENCY.fullmatch(word):
            return True
        if word in self.numbered_words or word.removesuffix("s") in self.numbered_words:
            return True
        if word.rstrip(".") in self.months:
            return bool(_DAY.fullmatch(number))
        return self.has_spaced_thousands and bool(_GROUP.fullmatch(word) and _NEXT_GROUP.match(number))

    def _is_bound_after_number(self, number: str, word: str, next_word: str) -> bool:
        if _strip_stop(word) in self.months or (
            word == _DATE_PREPOSITION and _strip_stop(next_word) in self.months
        ):
            return bool(_DAY.fullmatch(number))
        return _strip_stop(word) in self.scales or self._is_counted(word)

    def _is_bound_after_scale(self, word: str, next_word: str) -> bool:
        return (_strip_stop(word) in self.scales and self._is_counted(next_word)) or (
            word == _DATE_PREPOSITION and _strip_stop(next_word) in self.months
        )

    def _is_counted(self, word: str) -> bool:
        bare_word = _strip_stop(word)
        is_known = {word, bare_word} & _SYMBOLS or bare_word in self.units or bare_word in self.currencies
        return bool(is_known or _CURRENCY.fullmatch(bare_word) or _MONEY.fullmatch(bare_word))

    @staticmethod
    def _is_bound_after_initial(previous_word: str, initial: str, word: str) -> bool:
        """Return whether the word after an initial is a name, another initial, or the rest of "z. B."."""
        if _INITIAL.fullmatch(word) or _INITIAL.fullmatch(f"{word}."):
            return True
        abbreviates = previous_word.islower() and _INITIAL.fullmatch(previous_word)
        return not abbreviates and initial[0].isupper() and word[0].isupper()


def _strip_stop(word: str) -> str:
    return word.rstrip("." + _CLOSING)


@cache
def load_word_pairs(language: str) -> WordPairs:
    """Return the word pairs of a language, or those of English if the language is not in CLDR."""
    locale = get_locale_or_english(language)
    labels = load_labels(language)
    return WordPairs(
        months=frozenset(
            name.rstrip(".") for width in _WIDTHS for name in locale.list_months(width, "format")
        ),
        scales=frozenset((*locale.scale_words, *(_ENGLISH_SCALES if locale.language == "en" else ()))),
        units=frozenset(locale.unit_names),
        numbered_words=frozenset(word for key in _NUMBERED for word in (labels[key], labels[key].lower())),
        currencies=frozenset(filter(_CODE.fullmatch, load_currency_codes())) | {"RMB"},
        clitics=_CLITICS.get(locale.language, frozenset()),
        has_spaced_thousands=locale.group_separator in ("\u00a0", "\u202f"),
        has_spaced_marks=locale.language == "fr" and locale.territory != "CH",
    )
