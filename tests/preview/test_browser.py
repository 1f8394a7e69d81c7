"""Test the page's script in a browser: scroll positions after a change, and updated content."""

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
from triptych.preview.slide_images import SlideImage
from triptych.preview.state import OutputFile

TOOLS = Path(__file__).parents[2] / ".tools/node_modules"
AXE = TOOLS / "@daisy/axe-core-for-ace/axe.min.js"
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
    """Return a browser that takes the commands of ``browser.cjs``."""
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

    with process:  # which closes its pipes, so that the browser ends, and waits for its end
        yield order


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Preview]:
    """Return a preview without a project; tests set its shared state."""
    with previewed(write_files(tmp_path / "nothing", {"README": ""})) as preview:
        preview.until(lambda: preview.shared.state.has_failed)
        yield preview


def test_unchanged_pages_keep_their_images(browser: Order, shown: Preview) -> None:
    def bind(looks: str, data: bytes) -> None:
        pages = tuple(PreviewPage(look * 16, True, look, 300, 400) for look in looks)
        shown.shared.set_output("pdf", OutputFile.from_data("b.pdf", data, 0.1), pages=pages)

    images = "[...document.querySelectorAll('#pages img')].map((i) => `${i.alt} ${i.old || false}`)"
    bind("abc", b"%PDF-1")
    browser(goto=f"{shown.server.url}#pdf")
    shown.until(lambda: shown.shared.visible_output == "pdf")
    assert (
        browser(evaluate="[...document.querySelectorAll('#pages img')].map((i) => (i.old = true)).length")
        == 3
    )
    bind("adbc", b"%PDF-2")
    shown.until(lambda: len(browser(evaluate=images)) == 4)
    assert browser(evaluate=images) == ["Page a true", "Page d false", "Page b true", "Page c true"]


def test_unchanged_slides_keep_their_images(browser: Order, shown: Preview) -> None:
    slides = tuple(
        PreviewSlide(title=str(n), text=(), notes=(), hidden=False, image_key=f"{n:016x}") for n in range(3)
    )
    pictures = {slide.image_key: SlideImage(b"") for slide in slides}
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
        slides=(slides[0], fresh, slides[2]), slide_images={**pictures, fresh.image_key: SlideImage(b"")}
    )
    images = "[...document.querySelectorAll('#slides img')].map((i) => `${i.alt} ${i.old || false}`)"
    shown.until(lambda: browser(evaluate=images) == ["0 true", "new false", "2 true"])


def test_book_is_shown_and_updated_without_errors(browser: Order, tmp_path: Path) -> None:
    """Test a book with a picture, styles and a script under the served security policies, without errors."""
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
        assert browser(evaluate="getComputedStyle(document.body).margin") == "0px"  # set by its style sheet
        assert browser(complaints=True) == []
        address = preview.server.url.replace("127.0.0.1", "localhost")
        browser(evaluate=f"fetch('{address}state').catch(() => 0).then(() => 0)")
        preview.until(lambda: any("Content Security Policy" in text for text in browser(complaints=True)))


BODY = "frames.epub.contentDocument?.body"
WORD_BOX = """(() => {
  const word = rangeAt(frames.epub.contentDocument.body, %d).getBoundingClientRect();
  const frame = frames.epub.getBoundingClientRect();
  return [frame.left + word.left + 2, frame.top + word.top + word.height / 2];
})()"""
LINES = "".join(f"Paragraph {number} has words.\n\n" for number in range(200))


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Preview]:
    """Return a preview of a book of many paragraphs; its editor writes its arguments to a file."""
    root = write_files(tmp_path / "project", PROJECT)
    (root / "source/section.md").write_text(f"---\ntitle: A section\n---\n{LINES}")
    with previewed(root, ("epub", "pdf"), f"cp {{path}} {tmp_path}/opened-{{line}}") as preview:
        preview.until(lambda: "publishing" in preview.shared.state.findings)
        yield preview


def test_a_click_on_a_word_opens_its_line(browser: Order, book: Preview, tmp_path: Path) -> None:
    browser(goto=book.server.url)
    browser(click="#contents a")
    book.until(lambda: "Paragraph 3" in browser(evaluate=f"{BODY}?.innerText || ''"))
    offset = browser(evaluate=f"[...{BODY}.textContent].join('').indexOf('Paragraph 3 has')")
    browser(mouse=browser(evaluate=WORD_BOX % (offset + 12)))
    book.until((tmp_path / "opened-10").exists)
    book.until(lambda: "source/section.md:10:13" in browser(evaluate="byId('source').innerText"))


def test_a_click_on_a_page_opens_the_line_of_the_word(browser: Order, book: Preview, tmp_path: Path) -> None:
    browser(goto=f"{book.server.url}#pdf")
    loaded = "[...document.querySelectorAll('#pages img')].findIndex((i) => i.naturalWidth > 0)"
    book.until(lambda: browser(evaluate=loaded) >= 0)
    body = next(number for number, page in enumerate(book.shared.state.pages) if page.is_body)
    image = f"document.querySelectorAll('#pages img')[{body}]"
    browser(evaluate=f"{image}.scrollIntoView() || 0")
    book.until(lambda: browser(evaluate=f"{image}.naturalWidth > 0"))
    box = browser(
        evaluate=f"(({{left, top, width}}) => [left + width / 3, top + width * 0.75])({image}.getBoundingClientRect())"
    )
    browser(mouse=box)
    book.until(lambda: any(tmp_path.glob("opened-*")))
    (stream,) = tmp_path.glob("opened-*")
    assert int(stream.name.rpartition("-")[2]) % 2 == 0  # the odd lines are blank


def test_preview_scrolls_to_the_change(browser: Order, book: Preview) -> None:
    scrolled = "frames.epub.contentWindow.scrollY"
    browser(goto=book.server.url)
    browser(click="#contents a")
    book.until(lambda: "Paragraph 3" in browser(evaluate=f"{BODY}?.innerText || ''"))

    def edit(number: int, word: str) -> None:
        text = (book.root / "source/section.md").read_text()
        book.write(text.replace(f"Paragraph {number} has words", f"Paragraph {number} has {word} words"))
        book.until(lambda: word in browser(evaluate=f"{BODY}?.innerText || ''"))
        book.until(lambda: browser(evaluate="followed.epub === shown.change"))

    edit(150, "fresh")
    book.until(lambda: browser(evaluate=scrolled) > 1000)
    place = browser(evaluate=scrolled)
    edit(151, "other")  # the visible one
    assert browser(evaluate=scrolled) == place
    browser(click="#follow input")
    text = (book.root / "source/section.md").read_text()
    book.write(text.replace("Paragraph 2 has", "Paragraph 2 once had"))
    book.until(lambda: "once had" in browser(evaluate=f"{BODY}?.innerText || ''"))
    book.until(lambda: browser(evaluate="'epub' in waiting") is False)
    assert browser(evaluate=scrolled) == place
    browser(click="#follow input")
    browser(click="#tab-pdf")
    book.until(lambda: browser(evaluate="followed.pdf === shown.change"))


def put_slides(preview: Preview, count: int = 5) -> None:
    slides = tuple(
        PreviewSlide(title=f"Title {n}", text=(f"Text {n}",), notes=(f"Note {n}",), hidden=n == 3)
        for n in range(1, count + 1)
    )
    preview.shared.set_output("pptx", OutputFile.from_data("b.pptx", b"1", 0.1), slides=slides)


def test_the_overview_is_used_by_keyboard(browser: Order, shown: Preview) -> None:
    put_slides(shown, 12)
    browser(goto=f"{shown.server.url}#pptx")
    browser(click="#overview-toggle")
    focused = "document.activeElement.textContent"
    assert browser(evaluate=focused).endswith("1. Title 1")
    browser(key="ArrowRight")
    browser(key="ArrowDown")
    row = browser(
        evaluate="[...overview.children].filter((b) => b.offsetTop === overview.children[0].offsetTop).length"
    )
    assert browser(evaluate=focused).endswith(f"{2 + row}. Title {2 + row}")
    browser(key="Enter")
    assert browser(evaluate="overview.hidden && document.activeElement.closest('li').innerText").startswith(
        f"Title {2 + row}"
    )
    browser(click="#overview-toggle")
    browser(key="Escape")
    assert browser(evaluate="overview.hidden && document.activeElement.id") == "overview-toggle"


def test_the_audience_follows_the_presenter(browser: Order, shown: Preview) -> None:
    put_slides(shown)
    browser(goto=f"{shown.server.url}presenter")
    shown.until(lambda: browser(evaluate="byId('number').textContent") == "Slide 1 of 4")  # one is hidden
    assert browser(evaluate="byId('notes').innerText") == "Note 1"
    audience = "window.audience.document.getElementById('current')?.innerText || ''"
    browser(evaluate="(window.audience = window.open('audience')) && 0")
    shown.until(lambda: "Title 1" in browser(evaluate=audience))
    browser(key="ArrowRight")
    browser(key="PageDown")
    shown.until(lambda: "Title 4" in browser(evaluate=audience))
    assert browser(evaluate="byId('next').innerText").startswith("Title 5")
    assert browser(evaluate="byId('number').textContent") == "Slide 3 of 4"
    browser(
        evaluate="window.audience.document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }))"
    )
    shown.until(lambda: browser(evaluate="byId('number').textContent") == "Slide 2 of 4")
    browser(key="b")
    shown.until(lambda: browser(evaluate="window.audience.document.querySelector('.blank') !== null"))
    shown.until(lambda: browser(evaluate="byId('elapsed').textContent") != "0:00")
    assert shown.shared.visible_output == "pptx"
    assert browser(complaints=True) == []


def test_rehearsal_measures_each_slide_and_saves_its_times(browser: Order, shown: Preview) -> None:
    saved: list[list[int]] = []
    shown.server.save_times = lambda seconds: saved.append(list(seconds))
    put_slides(shown, 4)
    shown.shared.update_state(planned_seconds=(1, 60, 90))
    browser(goto=f"{shown.server.url}presenter")
    shown.until(lambda: browser(evaluate="byId('planned').textContent") == "of 0:01")
    shown.until(lambda: browser(evaluate="byId('spent').textContent") == "0:02")
    assert browser(evaluate="byId('spent').className") == "over"
    browser(key="ArrowRight")
    assert browser(evaluate="byId('planned').textContent + byId('spent').className") == "of 1:00"
    browser(key="p")
    browser(evaluate="spent[1] = 3400")
    browser(key=" ")
    browser(key="Escape")
    shown.until(lambda: browser(evaluate="byId('saved').textContent") == "Saved in talk-times.csv")
    ((first, second, third),) = saved
    assert first >= 2 and (second, third) == (3, 0)
    browser(key="r")
    assert browser(evaluate="byId('elapsed').textContent") == "0:00"
    browser(key="Escape")
    shown.until(lambda: len(saved) == 2)
    assert saved[1] == [0, 0, 0]
    assert browser(complaints=True) == []


@pytest.mark.skipif(not AXE.exists(), reason="axe is not installed")
@pytest.mark.parametrize("path", ["#epub", "#pdf", "#pptx", "presenter", "rehearsal", "audience"])
def test_the_pages_keep_the_rules_of_axe(browser: Order, shown: Preview, path: str) -> None:
    put_slides(shown)
    shown.shared.set_output("epub", OutputFile.from_data("b.epub", b"1", 0.1))
    pages = (PreviewPage("a" * 16, True, "1", 300, 400),)
    shown.shared.set_output("pdf", OutputFile.from_data("b.pdf", b"1", 0.1), pages=pages)
    if path == "rehearsal":
        shown.shared.update_state(planned_seconds=(1, 2, 3, 4))
    browser(goto=f"{shown.server.url}{path.replace('rehearsal', 'presenter')}")
    shown.until(lambda: "Title 1" in browser(evaluate="document.body.textContent"))
    if path == "#pptx":
        browser(click="#overview-toggle")
    browser(evaluate=f"(() => {{ {AXE.read_text('utf-8')}; return 0; }})()")
    result = browser(
        evaluate="axe.run(document, { iframes: false }).then((r) => r.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html)}`))"
    )
    assert result == []
