"""Define the built-in tile grid maps, which show each region as a square near its geographic position.

Regions are identified by name or by ISO 3166-1 alpha-2 code, Chinese provinces by ISO 3166-2 code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from triptych.languages.numerals import get_locale_or_english

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
_OTHER_PROVINCE_NAMES = {"xizang": "XZ", "macau": "MO", "nei mongol": "NM"}
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
EUROPEAN_COUNTRIES = tuple(re.findall(r"[A-Z]{2}", _EUROPE))
_OTHER_COUNTRY_NAMES = {"el": "GR", "uk": "GB", "czech republic": "CZ", "turkey": "TR", "macedonia": "MK"}
_OPTIONAL_REGIONS = {"china": "HK MO TW", "europe": "AL BA BY LI MD ME MK RS RU TR UA XK"}


@dataclass(frozen=True, slots=True)
class TileGrid:
    """A tile grid map.

    ``positions`` maps region codes to columns and rows, and ``names`` maps codes to display names.
    ``codes_by_name`` maps case-folded codes and names to codes. ``optional`` regions are omitted if they are
    not in the data.
    """

    positions: Mapping[str, tuple[int, int]]
    names: Mapping[str, str]
    optional: frozenset[str]
    codes_by_name: Mapping[str, str] = field(default_factory=dict)

    def find_code(self, name: str) -> str | None:
        """Return the code of a region, given its code or name in any case, or None if it is unknown."""
        return self.codes_by_name.get(_fold_name(name))


MAP_NAMES = ("china", "europe")


@cache
def load_tile_grid(name: str, language: str) -> TileGrid:
    """Return a tile grid map from ``MAP_NAMES``, with region names in a language.

    English region names are recognised in any language.
    """
    if name == "china":
        places, names, codes_by_name = _parse_grid(_CHINA), {}, dict(_OTHER_PROVINCE_NAMES)
        for entry in _PROVINCES.split(";"):
            code, english, chinese = entry.split()
            english = english.replace("_", " ")
            names[code] = chinese if language.split("-")[0] == "zh" else english
            codes_by_name |= dict.fromkeys((f"cn-{code.lower()}", _fold_name(english), chinese), code)
            codes_by_name |= {chinese + suffix: code for suffix in ("省", "市", "自治区")}
    else:
        places, codes_by_name = _parse_grid(_EUROPE), dict(_OTHER_COUNTRY_NAMES)
        in_english = get_locale_or_english("en").territory_names
        territory_names = get_locale_or_english(language).territory_names
        names = {code: territory_names.get(code, in_english[code]) for code in places}
        for code in places:
            codes_by_name |= dict.fromkeys(map(_fold_name, (in_english[code], names[code])), code)
    codes_by_name |= {code.lower(): code for code in places}
    return TileGrid(places, names, frozenset(_OPTIONAL_REGIONS[name].split()), codes_by_name)


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
