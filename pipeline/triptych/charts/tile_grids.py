"""Define the built-in tile grid maps, which show each region as a square near its geographic position.

Regions are identified by name or ISO 3166-1 alpha-2 code, and Chinese provinces by ISO 3166-2 code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from babel import Locale

from triptych.languages.numerals import locale_or_english

_CHINA = """
.  .  .  .  .  .  HL
.  .  .  NM BJ LN JL
XJ GS NX SX HE TJ .
XZ QH SN HA SD JS .
.  SC CQ HB AH SH .
.  YN GZ HN JX ZJ .
.  .  GX GD FJ .  TW
.  .  HI MO HK .  .
"""
_PROVINCES = """
AH Anhui 安徽; BJ Beijing 北京; CQ Chongqing 重庆; FJ Fujian 福建; GD Guangdong 广东; GS Gansu 甘肃;
GX Guangxi 广西; GZ Guizhou 贵州; HA Henan 河南; HB Hubei 湖北; HE Hebei 河北; HI Hainan 海南;
HK Hong_Kong 香港; HL Heilongjiang 黑龙江; HN Hunan 湖南; JL Jilin 吉林; JS Jiangsu 江苏;
JX Jiangxi 江西; LN Liaoning 辽宁; MO Macao 澳门; NM Inner_Mongolia 内蒙古; NX Ningxia 宁夏;
QH Qinghai 青海; SC Sichuan 四川; SD Shandong 山东; SH Shanghai 上海; SN Shaanxi 陕西; SX Shanxi 山西;
TJ Tianjin 天津; TW Taiwan 台湾; XJ Xinjiang 新疆; XZ Tibet 西藏; YN Yunnan 云南; ZJ Zhejiang 浙江
"""
_PROVINCES_TOO = {"xizang": "XZ", "macau": "MO", "nei mongol": "NM"}
_EUROPE = """
IS .  .  .  NO SE FI .  .
.  .  .  .  .  .  EE .  RU
.  .  .  .  DK .  LV .  .
IE GB .  NL DE PL LT BY .
.  .  BE LU CZ SK UA .  .
.  FR CH LI AT HU RO MD .
PT ES .  IT SI HR RS BG .
.  .  .  .  BA ME XK MK TR
.  .  .  MT .  AL GR .  CY
"""
_COUNTRIES_TOO = {"el": "GR", "uk": "GB", "czech republic": "CZ", "turkey": "TR", "macedonia": "MK"}
_IF_NAMED = {"china": "HK MO TW", "europe": "AL BA BY LI MD ME MK RS RU TR UA XK"}


@dataclass(frozen=True, slots=True)
class TileLayout:
    """A tile grid map.

    ``places`` maps region codes to columns and rows, ``names`` maps codes to display names, and ``known``
    maps case-folded codes and alternative names to codes. ``optional`` regions are omitted if the data does
    not contain them.
    """

    places: Mapping[str, tuple[int, int]]
    names: Mapping[str, str]
    optional: frozenset[str]
    known: Mapping[str, str] = field(default_factory=dict)

    def code(self, name: str) -> str | None:
        """Return the code of the region with this code or name, ignoring case, or None if it is unknown."""
        return self.known.get(_fold_name(name))


MAPS = ("china", "europe")


@cache
def load_tile_layout(name: str, language: str) -> TileLayout:
    """Return the tile grid map ``name``, one of ``MAPS``, with region names in ``language``.

    English region names are recognised in any language.
    """
    if name == "china":
        places, names, known = _parse_grid(_CHINA), {}, dict(_PROVINCES_TOO)
        for entry in _PROVINCES.split(";"):
            code, english, chinese = entry.split()
            english = english.replace("_", " ")
            names[code] = chinese if language.split("-")[0] == "zh" else english
            known |= dict.fromkeys((f"cn-{code.lower()}", _fold_name(english), chinese), code)
            known |= {chinese + behind: code for behind in ("省", "市", "自治区")}
    else:
        places, known = _parse_grid(_EUROPE), dict(_COUNTRIES_TOO)
        in_english = Locale("en").territories
        own = locale_or_english(language).territories
        names = {code: own.get(code, in_english[code]) for code in places}
        for code in places:
            known |= dict.fromkeys(map(_fold_name, (in_english[code], names[code])), code)
    known |= {code.lower(): code for code in places}
    return TileLayout(places, names, frozenset(_IF_NAMED[name].split()), known)


def _parse_grid(grid: str) -> dict[str, tuple[int, int]]:
    rows = enumerate(grid.strip().splitlines(), 1)
    return {
        code: (column, row)
        for row, line in rows
        for column, code in enumerate(line.split(), 1)
        if code != "."
    }


def _fold_name(name: str) -> str:
    return " ".join(name.replace("&", "and").split()).casefold()
