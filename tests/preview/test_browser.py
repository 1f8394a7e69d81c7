"""The page's script in a browser: what stays where it is after a change, and what is shown anew."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import tiny_png, write_files
from tests.preview.conftest import PROJECT, Preview, previewed
from triptych.preview.outputs import PreviewPage, PreviewSlide
from triptych.preview.state import OutputFile

TOOLS = Path(__file__).parents[2] / ".tools/node_modules"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(
        not (CHROMIUM and shutil.which("node") and (TOOLS / "puppeteer-core").is_dir()),
        reason="Chromium, Node.js or puppeteer is not installed",
    ),
]
Order = Callable[..., Any]


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Order]:
    """A browser that takes the orders of ``browser.cjs``."""
    script = Path(__file__).with_name("browser.cjs")
    process = subprocess.Popen(
        ["node", str(script), str(CHROMIUM), str(tmp_path / "browser")],
        env={**os.environ, "NODE_PATH": str(TOOLS)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def order(**what: Any) -> Any:
        assert process.stdin and process.stdout
        process.stdin.write(f"{json.dumps(what)}\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    with process:  # which closes its pipes, so that the browser ends, and waits for that
        yield order


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Preview]:
    """A preview of a project that is not there: its shared holds what the test puts on it."""
    with previewed(write_files(tmp_path / "nothing", {"README": ""})) as preview:
        preview.until(lambda: preview.shared.state.has_failed)
        yield preview


def test_print_opens_at_the_page_that_changed_and_stays_where_nothing_did(
    browser: Order, shown: Preview
) -> None:
    def pages() -> set[str]:
        return {url.partition("/outputs/")[2] for url in browser(frames=True) if "/outputs/" in url}

    def bind(look: str, place: int, data: bytes) -> None:
        shown.shared.set_output(
            "pdf",
            OutputFile.from_data("b.pdf", data, 0.1),
            pages=(PreviewPage(look, True),),
            changed_page=place,
        )

    bind("one", 1, b"%PDF-1")
    browser(goto=f"{shown.server.url}#pdf")
    shown.until(lambda: len(pages()) == 1)
    (first,) = pages()
    assert first.endswith("#page=1")
    shown.until(lambda: shown.shared.visible_output == "pdf")
    bind("two", 42, b"%PDF-2")
    shown.until(lambda: any(page.endswith("#page=42") for page in pages()))
    (second,) = pages()
    bind("two", 42, b"%PDF-3")  # another date in the file
    shown.until(lambda: shown.news()["version"] == browser(evaluate="shown.version"))
    assert pages() == {second}


def test_slides_that_stay_keep_their_pictures(browser: Order, shown: Preview) -> None:
    slides = tuple(
        PreviewSlide(title=str(n), text=(), notes=(), hidden=False, image_key=f"{n:016x}") for n in range(3)
    )
    pictures = {slide.image_key: b"" for slide in slides}
    shown.shared.set_output(
        "pptx", OutputFile.from_data("b.pptx", b"1", 0.1), slides=slides, slide_images=pictures
    )
    browser(goto=f"{shown.server.url}#pptx")
    shown.until(lambda: shown.shared.visible_output == "pptx")
    assert (
        browser(evaluate="[...document.querySelectorAll('#slides img')].map((i) => (i.old = true)).length")
        == 3
    )
    fresh = PreviewSlide(title="new", text=(), notes=(), hidden=False, image_key="f" * 16)
    shown.shared.update_state(
        slides=(slides[0], fresh, slides[2]), slide_images={**pictures, fresh.image_key: b""}
    )
    images = "[...document.querySelectorAll('#slides img')].map((i) => `${i.alt} ${i.old || false}`)"
    shown.until(lambda: browser(evaluate=images) == ["0 true", "new false", "2 true"])


def test_a_book_is_shown_and_shown_anew_without_a_complaint(browser: Order, tmp_path: Path) -> None:
    """With its picture, its styles and its script, under the policies that it is sent with."""
    picture = {"source/dot.png": tiny_png(40, 40)}
    words = "frames.epub.contentDocument?.body?.innerText || ''"
    width = "frames.epub.contentDocument?.querySelector('img')?.naturalWidth"
    with previewed(write_files(tmp_path / "project", PROJECT | picture)) as preview:
        preview.write("Some text.\n\n![A dot.](dot.png)\n")
        preview.until(lambda: "epub" in preview.shared.state.outputs)
        browser(goto=preview.server.url)
        preview.until(lambda: preview.shared.visible_output == "epub")
        browser(click="#contents a")
        preview.until(lambda: "Some text." in browser(evaluate=words))
        preview.until(lambda: browser(evaluate=width) == 40)
        preview.write("Other words.\n\n## A heading\n")
        preview.until(lambda: "Other words." in browser(evaluate=words))
        preview.until(lambda: "A heading" in browser(evaluate="byId('contents').innerText"))
        assert browser(evaluate="getComputedStyle(document.body).margin") == "0px"  # by its style sheet
        assert browser(complaints=True) == []
        address = preview.server.url.replace("127.0.0.1", "localhost")
        browser(evaluate=f"fetch('{address}state').catch(() => 0).then(() => 0)")
        preview.until(lambda: any("Content Security Policy" in said for said in browser(complaints=True)))
