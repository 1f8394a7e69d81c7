"""Test books in vertical writing: validity, accessibility, page lists, and their appearance."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from tests.conftest import tiny_png, write_files
from triptych.engine.cache import Cache

from .conftest import Built, build
from .page_list import misplaced
from .rendering import chromium_screenshot
from .test_books import HARMLESS_USAGE
from .validators import ace, epubcheck

pytestmark = pytest.mark.e2e

MANIFEST = """\
book:
  title: {title}
  author: [山田花子]
  date: 2026-03-12
  chapters: [light.md, numbers.md]
lang: {language}
format:
  pdf: {{page-size: a5, chart-data: false}}
  epub: {{writing-mode: vertical-rl, lof: true}}
"""
LIGHT = """\
---
title: 灯台の12の光
summary: 1887年に建てられた灯台の話。
takeaways: [光は20キロ先まで届く]
id: sec-light
---

「灯台」は夜の海で船を導く。明治20年3月12日、5人の灯台守が*初めて*火を点した[^1]。@fig-sea と@tbl-a を見よ。

[^1]: これは注である。25ページを見よ。

![灯台と12の島](sea.png){#fig-sea fig-alt="黄色い丸と緑の四角" width=60%}

::: {#fig-chart .chart type=bar data=data.csv x=年 y=容量 unit="GW" fig-alt="棒グラフ。"}
容量は毎年10以上増える
:::

> 引用文である。「灯台は『10年』の間、動いた。」
>
> > — 山田花子, *海*

1. 一つ目
2. 二つ目、12個

::: {.callout-note title="覚え書き"}
注意すべき12のこと。[灯台]{.index}
:::
"""
NUMBERS = """\
---
title: 数とコード
---

| 年 | 容量 |
|---|---:|
| 2019 | 12 |
| 2020 | 18 |

: 年ごとの容量 {#tbl-a}

$E = mc^2$ と次の式。

$$\\int_0^{12} x^2\\,dx = 576$$ {#eq-a}

```{.python #lst-a lst-cap="12行のコード"}
def light(day):
    return 24 - day / 12
```

"""
FILES: dict[str, str | bytes] = {
    "source/light.md": LIGHT,
    # Several printed pages that begin in the middle of paragraphs with many upright numbers.
    "source/numbers.md": NUMBERS
    + "".join(f"第{n % 40}章では、明治{n % 45}年{n % 12 + 1}月{n % 28 + 1}日に{n}人が光を見たと書いた。" + "\n" * (n % 7 == 0) * 2 for n in range(200)),
    "source/sea.png": tiny_png(),
    "source/data.csv": "年,容量\n2019,12\n2020,18\n2021,27\n",
}  # fmt: skip


@pytest.fixture(scope="module", params=[("ja", "灯台の光"), ("zh-Hant", "燈塔的光")], ids=["ja", "zh-Hant"])
def vertical(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shared_cache: Cache
) -> Built:
    language, title = request.param
    root = tmp_path_factory.mktemp("vertical")
    manifest = {"source/book.yaml": MANIFEST.format(language=language, title=title)}
    return build(write_files(root, FILES | manifest), root / "build", shared_cache)


def test_the_e_book_is_valid_and_accessible(vertical: Built) -> None:
    findings = epubcheck(vertical.outputs["epub"])
    assert [finding for finding in findings if finding.code not in HARMLESS_USAGE] == []
    assert ace(vertical.outputs["epub"]) == []


def test_pdf_page_labels_start_as_specified(vertical: Built) -> None:
    count, wrong = misplaced(vertical.outputs["pdf"], vertical.outputs["epub"])
    assert count > 10
    assert wrong == []


def shown(built: Built, page: str, folder: Path) -> Image.Image:
    """Return a screenshot of the start of an e-book page, in a window of 900 × 650 pixels."""
    with zipfile.ZipFile(built.outputs["epub"]) as archive:
        archive.extractall(folder)
    window = folder / "window.html"
    frame = '<body style="margin:0"><iframe src="EPUB/text/{}" style="border:0;width:900px;height:650px">'
    window.write_text(frame.format(page), "utf-8")
    with Image.open(chromium_screenshot(window, folder / "shown.png", 900, 650)) as picture:
        return picture.convert("L")


def ink(picture: Image.Image) -> tuple[int, int, int, int]:
    """Return the left, top, right and bottom edge of everything that is not white."""
    box = ImageChops.invert(picture).point(lambda value: 255 if value > 60 else 0).getbbox()
    assert box is not None
    return box


def test_vertical_title_is_at_the_right_edge(vertical: Built, tmp_path: Path) -> None:
    picture = shown(vertical, "title-page.xhtml", tmp_path)
    left, _, right, _ = ink(picture)
    assert left > 450 and right > 780
    heading = picture.crop((right - 60, 0, right, 650))
    _, top, _, bottom = ink(heading)
    assert bottom - top > 120  # four or more characters of 45 pixels, in a column


def test_vertical_chapter_starts_at_the_right_edge(vertical: Built, tmp_path: Path) -> None:
    _, top, right, bottom = ink(shown(vertical, "light.xhtml", tmp_path))
    assert right > 780 and top < 80 and bottom <= 650


def test_the_cover_is_as_in_other_books(vertical: Built, tmp_path: Path) -> None:
    left, _, right, _ = ink(shown(vertical, "cover.xhtml", tmp_path))
    assert abs(left + right - 900) < 40  # in the middle
