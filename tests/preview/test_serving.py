"""Test which files and data the preview serves, and which requests it rejects."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree

from tests.conftest import write_files
from tests.preview.conftest import PROJECT, Preview, previewed
from triptych.diagnostics import Diagnostic, Span
from triptych.preview.alignment import split_words
from triptych.preview.navigation import Navigator
from triptych.preview.output_texts import OutputPage, TextBox
from triptych.preview.outputs import PreviewSlide
from triptych.preview.serving import NotLoopbackError, PreviewServer
from triptych.preview.slide_images import SlideImage
from triptych.preview.source_changes import ChangedFiles
from triptych.preview.source_lines import Block, OutputText
from triptych.preview.state import OutputFile, SharedState


class TestThePage:
    def test_page_has_the_title_and_contents(self, preview: Preview) -> None:
        page = preview.text("/")
        assert "<title>A book</title>" in page
        assert '<a href="epub/EPUB/text/section.xhtml#sec-section" target="book">1 A section</a>' in page

    def test_all_page_resources_are_served(self, preview: Preview) -> None:
        matches = re.findall(r'(?:src|href)="([^"#]*)', preview.text("/"))
        assert {"page.css", "page.js"} <= set(matches)
        assert [preview.get(f"/{address}")[0] for address in matches] == [200] * len(matches)

    def test_page_contains_the_state_that_events_send(self, preview: Preview) -> None:
        news = re.search(r'id="news">(.*?)</script>', preview.text("/"), re.DOTALL)
        assert news
        assert json.loads(news.group(1)) == preview.news()

    def test_author_text_is_escaped(self, preview: Preview) -> None:
        bad = "</script><img src=x onerror=alert(1)>"
        finding = Diagnostic(code="REF001", message=bad, span=Span(path=bad), hint=bad)
        slide = PreviewSlide(title=bad, text=(bad,), notes=(bad,), hidden=False)
        preview.shared.update_state(title=bad, findings={"reading": (finding,)}, slides=(slide,), failure=bad)
        assert "<img src=x" not in preview.text("/") + preview.text("/panels/findings")
        assert "<img src=x" not in preview.text("/panels/slides")

    def test_findings_are_in_their_panel(self, preview: Preview) -> None:
        preview.write("See @fig-gone.\n")
        preview.until(lambda: preview.news()["failed"])
        assert "source/section.md:1:5" in preview.text("/panels/findings")
        assert "epub" in preview.news()["outputs"]

    def test_similar_findings_are_one_entry(self, preview: Preview) -> None:
        result = tuple(
            Diagnostic(code="TPL003", message="unused file", span=Span(path=f"templates/{number}.png"))
            for number in range(180)
        )
        preview.shared.update_state(findings={"reading": result})
        panel = preview.text("/panels/findings")
        assert panel.count("<li ") == 1 and panel.count("unused file") == 180
        shown, _, rest = panel.partition("<details><summary>and 177 more</summary>")
        assert shown.count("unused file") == 3 and rest.count("unused file") == 177


class TestTheBook:
    def test_a_chapter_is_served_with_its_media_type(self, preview: Preview) -> None:
        status, headers, body = preview.get("/epub/EPUB/text/section.xhtml")
        assert (status, headers["Content-Type"]) == (200, "application/xhtml+xml")
        assert b"Some text." in body

    def test_updated_chapter_replaces_the_old_one(self, preview: Preview) -> None:
        before = preview.news()["outputs"]["epub"]["digest"]
        preview.write("Other words.\n")
        preview.until(lambda: b"Other words." in preview.get("/epub/EPUB/text/section.xhtml")[2])
        assert preview.news()["outputs"]["epub"]["digest"] != before

    def test_the_file_itself_can_be_had(self, preview: Preview) -> None:
        status, headers, body = preview.get("/outputs/a-book.epub")
        assert (status, body) == (200, preview.shared.state.outputs["epub"].data)
        assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''a-book.epub"

    def test_pdf_is_displayed_inline(self, preview: Preview) -> None:
        preview.shared.set_output("pdf", OutputFile.from_data("a-book.pdf", b"%PDF-1.7", 0.1))
        _, headers, _ = preview.get("/outputs/a-book.pdf")
        assert headers["Content-Type"] == "application/pdf"
        assert headers["Content-Disposition"].startswith("inline")

    def test_slide_images_are_served_if_they_exist(self, preview: Preview) -> None:
        text = "0123456789abcdef"
        slide = PreviewSlide(title="A slide", text=(), notes=(), hidden=False, image_key=text)
        preview.shared.update_state(slides=(slide,), slide_images={text: SlideImage(b"one")})
        assert preview.get(f"/slides/{text}.png")[::2] == (200, b"one")
        assert preview.get(f"/slides/{text[::-1]}.png")[0] == 404
        assert f'src="slides/{text}.png"' in preview.text("/panels/slides")

    @pytest.mark.parametrize(
        ("name", "status"), [("pdf", 200), ("pptx", 200), ("docx", 404), ("../state", 404)]
    )
    def test_page_reports_its_visible_part(self, preview: Preview, name: str, status: int) -> None:
        assert preview.tell(f"/in-view/{name}") == status
        assert preview.shared.visible_output == (name if status == 200 else "")


class TestTheSource:
    """Test positions in outputs, and the source lines that they open. No editor is configured."""

    def open(self, preview: Preview, path: str) -> dict[str, Any]:
        origin = f"http://127.0.0.1:{preview.server.server_port}"
        status, headers, body = preview.get(f"/open/{path}", method="POST", Origin=origin)
        assert (status, headers["Content-Type"]) == (200, "application/json"), body
        return json.loads(body)

    def test_clicked_word_opens_its_line(self, preview: Preview) -> None:
        digest = preview.shared.state.outputs["epub"].digest
        body = read_body(preview.get("/epub/EPUB/text/section.xhtml")[2])
        result = self.open(preview, f"epub/{digest}/{body.index('text.')}/EPUB/text/section.xhtml")
        assert (result["path"], result["line"], result["column"]) == ("source/section.md", 4, 6)
        assert (result["opened"], result["command"]) == (False, "")
        assert result["url"] == f"vscode://file{preview.root}/source/section.md:4:6"

    def test_line_is_that_of_the_current_file(self, preview: Preview) -> None:
        state = preview.shared.state
        preview.write("---\ntitle: A section\n---\n\n\nSome text.\n")
        place = preview.navigator.locate_on_screen(state, "EPUB/text/section.xhtml", 10**6)
        assert place and place.line == 6

    def test_slide_text_and_notes_open_the_source(self, preview: Preview) -> None:
        slide = PreviewSlide(title="A section", text=("Some text",), notes=("A book",), hidden=False)
        output = OutputFile.from_data("b.pptx", b"1", 0.1)
        preview.shared.set_output("pptx", output, slides=(slide,))
        assert self.open(preview, f"pptx/{output.digest}/1/0/2")["line"] == 2
        assert self.open(preview, f"pptx/{output.digest}/1/1/5")["line"] == 4
        assert self.open(preview, f"pptx/{output.digest}/1/2/3")["path"] == "source/book.yaml"
        assert preview.tell(f"/open/pptx/{output.digest}/1/3/0") == 404
        assert preview.tell(f"/open/pptx/{output.digest}/2/0/0") == 404

    def test_word_in_a_slide_image_opens_the_source(self, preview: Preview) -> None:
        words = tuple(split_words("Some text"))
        boxes = ((TextBox(0.1, 0.1, 0.2, 0.2),), (TextBox(0.3, 0.1, 0.4, 0.2),))
        image = SlideImage(b"", OutputPage(OutputText(words, (0, 0), (Block(),)), boxes))
        slide = PreviewSlide(title="A", text=("Some text",), notes=(), hidden=False, image_key="f" * 16)
        output = OutputFile.from_data("b.pptx", b"1", 0.1)
        preview.shared.set_output("pptx", output, slides=(slide,), slide_images={slide.image_key: image})
        assert self.open(preview, f"slides/{output.digest}/1/3500/1500")["column"] == 6
        assert self.open(preview, f"slides/{output.digest}/1/0/0")["column"] == 1

    def test_finding_opens_its_line(self, preview: Preview) -> None:
        finding = Diagnostic(
            code="REF001", message="no", span=Span(path="source/section.md", line=4, column=2)
        )
        preview.shared.update_state(findings={"reading": (finding,)})
        place = re.search('data-source="([^"]*)"', preview.text("/panels/findings"))
        assert place
        result = self.open(preview, f"source/{place.group(1)}")
        assert (result["path"], result["line"], result["column"]) == ("source/section.md", 4, 2)


class TestFollowing:
    """Test where a changed source line is in each output."""

    def change(self, preview: Preview, output: str) -> dict[str, Any]:
        return json.loads(preview.text(f"/changes/{output}"))

    def test_before_a_change_there_is_none(self, preview: Preview) -> None:
        assert preview.news()["change"] == 0
        assert self.change(preview, "epub") == {}

    def test_a_changed_word_is_found_in_the_book(self, preview: Preview) -> None:
        preview.write("---\ntitle: A section\n---\nSome text.\n\nOther fascinating words.\n")
        preview.until(lambda: b"fascinating" in preview.get("/epub/EPUB/text/section.xhtml")[2])
        assert preview.news()["change"] == 1
        assert preview.shared.state.change and set(preview.shared.state.change.new_texts) == {
            "source/section.md"
        }
        place = self.change(preview, "epub")
        body = read_body(preview.get("/epub/EPUB/text/section.xhtml")[2])
        assert (place["path"], place["offset"]) == ("EPUB/text/section.xhtml", body.index("Other"))

    def test_a_changed_slide_is_found(self, preview: Preview) -> None:
        change = ChangedFiles({"a.md": "Some text."}, {"a.md": "Some text about Zanzibar and zebras."})
        slides = tuple(
            PreviewSlide(title=title, text=(text,), notes=(), hidden=False)
            for title, text in (("One", "Some text"), ("Two", "Some text about Zanzibar and zebras"))
        )
        preview.shared.update_state(slides=slides, change=change, changed_slides=frozenset((1, 2)))
        assert self.change(preview, "pptx") == {"slide": 2, "line": 1}

    def test_without_the_words_the_first_changed_slide_is_the_place(self, preview: Preview) -> None:
        change = ChangedFiles({"a.md": "a"}, {"a.md": "Zanzibar"})
        slides = (PreviewSlide(title="One", text=(), notes=(), hidden=False),)
        preview.shared.update_state(slides=slides, change=change, changed_slides=frozenset((1,)))
        assert self.change(preview, "pptx") == {"slide": 1, "line": 0}

    def test_a_build_without_a_change_of_words_is_none(self, preview: Preview) -> None:
        preview.write("---\ntitle: A section\n---\nSome *text*.\n")
        preview.until(lambda: b"<em>text</em>" in preview.get("/epub/EPUB/text/section.xhtml")[2])
        assert self.change(preview, "epub") == {}


def read_body(page: bytes) -> str:
    """Return the text content of the body of a page, like a browser."""
    body = etree.fromstring(page).find("{http://www.w3.org/1999/xhtml}body")
    assert body is not None
    return "".join(str(text) for text in body.itertext())


class TestPresenting:
    def test_the_presenter_has_the_slides_that_are_not_hidden(self, preview: Preview) -> None:
        text = "0123456789abcdef"
        slides = (
            PreviewSlide(title="One", text=("a",), notes=("Say this.",), hidden=False, image_key=text),
            PreviewSlide(title="Two", text=(), notes=(), hidden=True),
            PreviewSlide(title="Three", text=(), notes=(), hidden=False),
        )
        preview.shared.update_state(slides=slides, slide_images={text: SlideImage(b"one")})
        reported = json.loads(preview.text("/slides.json"))["slides"]
        assert [slide["number"] for slide in reported] == [1, 3]
        assert (reported[0]["image"], reported[0]["notes"], reported[1]["image"]) == (
            f"slides/{text}.png",
            ["Say this."],
            "",
        )

    @pytest.mark.parametrize("name", ["presenter", "audience"])
    def test_all_that_its_windows_load_is_there(self, preview: Preview, name: str) -> None:
        matches = re.findall(r'(?:src|href)="([^"#]*)', preview.text(f"/{name}"))
        assert {"presenter.css", "presenter.js"} <= set(matches)
        assert [preview.get(f"/{address}")[0] for address in matches] == [200] * len(matches)


class TestEvents:
    def events(self, preview: Preview) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", preview.server.server_port, timeout=60)
        connection.request("GET", f"/{preview.server.token}/events")
        return connection.getresponse()

    def test_each_change_is_sent_as_an_event(self, preview: Preview) -> None:
        answer = self.events(preview)
        assert answer.getheader("Content-Type") == "text/event-stream"
        first = json.loads(answer.readline().removeprefix(b"data: "))
        preview.write("Other words.\n")
        digests = (
            json.loads(line[6:])["outputs"]["epub"]["digest"] for line in answer if line.startswith(b"data: ")
        )
        assert any(digest != first["outputs"]["epub"]["digest"] for digest in digests)
        answer.close()

    def test_events_end_with_the_preview(self, preview: Preview) -> None:
        answer = self.events(preview)
        answer.readline()
        preview.shared.close_preview()
        assert b"data" not in answer.read()


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """Return a preview that tests only send requests to."""
    with previewed(write_files(tmp_path_factory.mktemp("preview") / "project", PROJECT)) as preview:
        preview.until(lambda: "epub" in preview.shared.state.outputs)
        yield preview


class TestWhatNobodyGets:
    @pytest.fixture
    def preview(self, standing: Preview) -> Preview:
        return standing

    @pytest.mark.parametrize(
        "path",
        [
            "/epub/../source/book.yaml",
            "/epub/EPUB/../../source/book.yaml",
            "/epub/%2e%2e/%2e%2e/etc/passwd",
            "/epub/..%2f..%2fetc%2fpasswd",
            "/epub//etc/passwd",
            "/epub/EPUB/text/section.xhtml%00.css",
            "/epub/META-INF/container.xml",
            "/outputs/../source/book.yaml",
            "/outputs/%2e%2e%2fsource%2fbook.yaml",
            "/outputs/book.yaml",
            "/panels/../page.html",
            "/panels/page",
            "/slides/../1.png",
            "/source/book.yaml",
            "/.cache",
            "//127.0.0.1/state",
            "/page.js/",
            "/\\..\\etc",
        ],
    )
    def test_unknown_files_are_not_served(self, preview: Preview, path: str) -> None:
        assert preview.get(path)[0] == 404

    @pytest.mark.parametrize(
        "host",
        [
            "evil.example:{port}",
            "evil.example",
            "localhost.evil.example:{port}",
            "127.0.0.1.evil.example:{port}",
            "127.0.0.1:1",
            "127.0.0.1",
            "192.168.1.7:{port}",
            "user@127.0.0.1:{port}",
            "127.0.0.1:{port}:{port}",
            "127.0.0.1:{port}/",
            " ",
            "[::1",
            "localhost:",
            "2130706433:{port}",
        ],
    )
    def test_requests_for_other_hosts_are_rejected(self, preview: Preview, host: str) -> None:
        status, _, body = preview.get("/", host=host.format(port=preview.server.server_port))
        assert status == 421
        assert b"A book" not in body

    @pytest.mark.parametrize(
        "host", ["localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}", "LOCALHOST:{port}"]
    )
    def test_local_host_names_are_accepted(self, preview: Preview, host: str) -> None:
        assert preview.get("/", host=host.format(port=preview.server.server_port))[0] == 200

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT"])
    def test_other_methods_are_rejected(self, preview: Preview, method: str) -> None:
        assert preview.get("/state", method=method)[0] == 501

    def test_head_answers_without_a_body(self, preview: Preview) -> None:
        status, headers, body = preview.get("/epub/EPUB/text/section.xhtml", method="HEAD")
        assert (status, body) == (200, b"")
        assert int(headers["Content-Length"]) > 0

    @pytest.mark.parametrize(
        "path", ["/", "/state", "/epub/EPUB/text/section.xhtml", "/gone", "/outputs/a-book.epub"]
    )
    def test_every_answer_is_closed_to_other_sites(self, preview: Preview, path: str) -> None:
        _, headers, _ = preview.get(path)
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]

    def test_no_script_runs_in_the_book(self, preview: Preview) -> None:
        policy = preview.get("/epub/EPUB/text/section.xhtml")[1]["Content-Security-Policy"]
        assert "script-src" not in policy  # so that the default, an empty value, applies
        assert "default-src 'none'" in policy

    def test_page_has_no_inline_script(self, preview: Preview) -> None:
        policy = preview.get("/")[1]["Content-Security-Policy"]
        assert "'unsafe" not in policy
        scripts = re.findall(r"<script([^>]*)>", preview.text("/"))
        assert all("src=" in script or 'type="application/json"' in script for script in scripts)


class TestListening:
    @pytest.mark.parametrize("host", ["0.0.0.0", "::"])
    def test_no_address_that_other_machines_reach(self, host: str) -> None:
        with pytest.raises(NotLoopbackError):
            PreviewServer(SharedState(), host, 0, Navigator(Path(), SharedState()))

    def test_address_has_a_new_token_each_time(self) -> None:
        servers = [
            PreviewServer(SharedState(), "localhost", 0, Navigator(Path(), SharedState())) for _ in range(2)
        ]
        try:
            tokens = {urlsplit(server.url).path.strip("/") for server in servers}
        finally:
            for server in servers:
                server.server_close()
        assert len(tokens) == 2
        assert min(map(len, tokens)) >= 22  # 128 bits


class TestRehearsal:
    @pytest.fixture
    def saved(self, preview: Preview) -> list[list[int]]:
        saved: list[list[int]] = []
        preview.server.save_times = lambda seconds: saved.append(list(seconds))
        return saved

    def test_times_of_the_visible_slides_are_saved(self, preview: Preview, saved: list[list[int]]) -> None:
        preview.shared.update_state(planned_seconds=(5, 6))
        assert preview.tell("/times/4,17") == 200
        assert saved == [[4, 17]]

    @pytest.mark.parametrize("times", ["4", "4,5,6", "-1,2", "a,b", "999999,1", ""])
    def test_other_times_are_refused(self, preview: Preview, saved: list[list[int]], times: str) -> None:
        preview.shared.update_state(planned_seconds=(5, 6))
        assert preview.tell(f"/times/{times}") in (404, 409)
        assert saved == []

    def test_other_websites_cannot_save_times(self, preview: Preview, saved: list[list[int]]) -> None:
        preview.shared.update_state(planned_seconds=(5, 6))
        assert preview.get("/times/4,17", method="POST", Origin="https://example.org")[0] == 403
        assert saved == []

    def test_preview_saves_no_times(self, preview: Preview) -> None:
        assert preview.tell("/times/4") == 409
