"""What a browser gets, and what nobody gets."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.conftest import write_files
from tests.preview.conftest import PROJECT, Preview, previewed
from triptych.diagnostics import Diagnostic, Span
from triptych.preview.outputs import PreviewSlide
from triptych.preview.serving import NotLoopback, PreviewServer
from triptych.preview.state import OutputFile, SharedState


class TestThePage:
    def test_it_has_the_title_and_the_contents(self, preview: Preview) -> None:
        page = preview.text("/")
        assert "<title>A book</title>" in page
        assert '<a href="epub/EPUB/text/section.xhtml#sec-section" target="book">1 A section</a>' in page

    def test_all_that_it_loads_is_there(self, preview: Preview) -> None:
        found = re.findall(r'(?:src|href)="([^"#]*)', preview.text("/"))
        assert {"page.css", "page.js"} <= set(found)
        assert [preview.get(f"/{address}")[0] for address in found] == [200] * len(found)

    def test_its_state_is_in_it_as_it_is_told_later(self, preview: Preview) -> None:
        news = re.search(r'id="news">(.*?)</script>', preview.text("/"), re.DOTALL)
        assert news
        assert json.loads(news.group(1)) == preview.news()

    def test_what_authors_write_stays_text(self, preview: Preview) -> None:
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
        found = tuple(
            Diagnostic(code="TPL003", message="unused file", span=Span(path=f"templates/{number}.png"))
            for number in range(180)
        )
        preview.shared.update_state(findings={"reading": found})
        panel = preview.text("/panels/findings")
        assert panel.count("<li ") == 1 and panel.count("unused file") == 180
        shown, _, rest = panel.partition("<details><summary>and 177 more</summary>")
        assert shown.count("unused file") == 3 and rest.count("unused file") == 177


class TestTheBook:
    def test_a_chapter_is_served_with_its_media_type(self, preview: Preview) -> None:
        status, headers, body = preview.get("/epub/EPUB/text/section.xhtml")
        assert (status, headers["Content-Type"]) == (200, "application/xhtml+xml")
        assert b"Some text." in body

    def test_a_fresh_chapter_takes_its_place(self, preview: Preview) -> None:
        before = preview.news()["outputs"]["epub"]["digest"]
        preview.write("Other words.\n")
        preview.until(lambda: b"Other words." in preview.get("/epub/EPUB/text/section.xhtml")[2])
        assert preview.news()["outputs"]["epub"]["digest"] != before

    def test_the_file_itself_can_be_had(self, preview: Preview) -> None:
        status, headers, body = preview.get("/outputs/a-book.epub")
        assert (status, body) == (200, preview.shared.state.outputs["epub"].data)
        assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''a-book.epub"

    def test_a_pdf_is_shown_in_place(self, preview: Preview) -> None:
        preview.shared.set_output("pdf", OutputFile.from_data("a-book.pdf", b"%PDF-1.7", 0.1))
        _, headers, _ = preview.get("/outputs/a-book.pdf")
        assert headers["Content-Type"] == "application/pdf"
        assert headers["Content-Disposition"].startswith("inline")

    def test_pictures_of_slides_are_served_when_they_are_there(self, preview: Preview) -> None:
        look = "0123456789abcdef"
        slide = PreviewSlide(title="A slide", text=(), notes=(), hidden=False, image_key=look)
        preview.shared.update_state(slides=(slide,), slide_images={look: b"one"})
        assert preview.get(f"/slides/{look}.png")[::2] == (200, b"one")
        assert preview.get(f"/slides/{look[::-1]}.png")[0] == 404
        assert f'src="slides/{look}.png"' in preview.text("/panels/slides")

    @pytest.mark.parametrize(
        ("name", "status"), [("pdf", 200), ("pptx", 200), ("docx", 404), ("../state", 404)]
    )
    def test_the_page_says_what_is_in_view(self, preview: Preview, name: str, status: int) -> None:
        assert preview.tell(f"/in-view/{name}") == status
        assert preview.shared.visible_output == (name if status == 200 else "")


class TestEvents:
    def events(self, preview: Preview) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", preview.server.server_port, timeout=60)
        connection.request("GET", f"/{preview.server.token}/events")
        return connection.getresponse()

    def test_each_change_is_told(self, preview: Preview) -> None:
        answer = self.events(preview)
        assert answer.getheader("Content-Type") == "text/event-stream"
        first = json.loads(answer.readline().removeprefix(b"data: "))
        preview.write("Other words.\n")
        digests = (
            json.loads(line[6:])["outputs"]["epub"]["digest"] for line in answer if line.startswith(b"data: ")
        )
        assert any(digest != first["outputs"]["epub"]["digest"] for digest in digests)
        answer.close()

    def test_they_end_with_the_preview(self, preview: Preview) -> None:
        answer = self.events(preview)
        answer.readline()
        preview.shared.close_preview()
        assert b"data" not in answer.read()


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """A preview that is only asked."""
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
    def test_nothing_that_is_not_on_the_shelf(self, preview: Preview, path: str) -> None:
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
    def test_no_page_that_says_it_is_another_host(self, preview: Preview, host: str) -> None:
        status, _, body = preview.get("/", host=host.format(port=preview.server.server_port))
        assert status == 421
        assert b"A book" not in body

    @pytest.mark.parametrize(
        "host", ["localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}", "LOCALHOST:{port}"]
    )
    def test_this_machine_by_its_own_names_is_fine(self, preview: Preview, host: str) -> None:
        assert preview.get("/", host=host.format(port=preview.server.server_port))[0] == 200

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT"])
    def test_there_are_no_other_methods(self, preview: Preview, method: str) -> None:
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
        assert "script-src" not in policy  # so that the default holds, which is nothing
        assert "default-src 'none'" in policy

    def test_no_script_stands_in_the_page_itself(self, preview: Preview) -> None:
        policy = preview.get("/")[1]["Content-Security-Policy"]
        assert "'unsafe" not in policy
        scripts = re.findall(r"<script([^>]*)>", preview.text("/"))
        assert all("src=" in script or 'type="application/json"' in script for script in scripts)


class TestListening:
    @pytest.mark.parametrize("host", ["0.0.0.0", "::"])
    def test_no_address_that_other_machines_reach(self, host: str) -> None:
        with pytest.raises(NotLoopback):
            PreviewServer(SharedState(), host, 0)

    def test_the_address_has_a_token_of_its_own_each_time(self) -> None:
        servers = [PreviewServer(SharedState(), "localhost", 0) for _ in range(2)]
        try:
            tokens = {urlsplit(server.url).path.strip("/") for server in servers}
        finally:
            for server in servers:
                server.server_close()
        assert len(tokens) == 2
        assert min(map(len, tokens)) >= 22  # 128 bits
