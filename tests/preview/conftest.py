"""A preview of a small project, on a free port of this machine."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import write_files
from triptych.diagnostics import Diagnostic
from triptych.preview.building import PreviewBuilder
from triptych.preview.serving import PreviewServer
from triptych.preview.state import OutputFile, SharedState

MANIFEST = (
    "book:\n  title: A book\n  chapters: [section.md]\nlang: en\nformat:\n  epub: {embed-fonts: false}\n"
)
PROJECT = {
    "source/book.yaml": MANIFEST,
    "source/section.md": "---\ntitle: A section\n---\nSome text.\n",
}
PATIENCE = 60.0  # seconds; a machine may be busy


class Told:
    """Remembers what a builder tells."""

    def __init__(self) -> None:
        self.findings: list[Diagnostic] = []
        self.outputs: list[OutputFile] = []
        self.reasons: list[str] = []

    def receive_findings(self, findings: list[Diagnostic]) -> None:
        self.findings += findings

    def receive_output(self, output: OutputFile) -> None:
        self.outputs.append(output)

    def receive_failure(self, reason: str) -> None:
        self.reasons.append(reason)


class Preview:
    """A project with its shared, builder and server, and a browser of few words."""

    def __init__(self, root: Path, formats: tuple[str, ...] | None = ("epub",)) -> None:
        self.root, self.shared, self.told = root, SharedState(), Told()
        self.builder = PreviewBuilder(root, self.shared, self.told, formats=formats, environ={})  # type: ignore[arg-type]
        self.server = PreviewServer(self.shared, "127.0.0.1", 0)

    def get(
        self, path: str, *, method: str = "GET", host: str | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body; the path behind the token is sent as it is."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=PATIENCE)
        try:
            connection.putrequest(method, f"/{self.server.token}{path}", skip_host=True)
            connection.putheader("Host", host or f"127.0.0.1:{self.server.server_port}")
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def tell(self, path: str) -> int:
        """What the page tells; returns the status."""
        origin = f"http://127.0.0.1:{self.server.server_port}"
        return self.get(path, method="POST", Origin=origin)[0]

    def text(self, path: str) -> str:
        status, _, body = self.get(path)
        assert status == 200, body
        return body.decode()

    def news(self) -> dict:
        return json.loads(self.text("/state"))

    def write(self, text: str, name: str = "source/section.md") -> None:
        """Change a file, as an editor does that writes beside it and renames."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.new")
        beside.write_text(text, "utf-8")
        beside.replace(path)

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something to hold."""
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, (
                f"not in time; {self.shared.state.findings} {self.shared.state.failure}"
            )
            time.sleep(0.01)


@contextmanager
def previewed(root: Path, formats: tuple[str, ...] | None = ("epub",)) -> Iterator[Preview]:
    preview = Preview(root, formats)
    thread = threading.Thread(target=preview.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    preview.builder.start()
    try:
        yield preview
    finally:
        preview.shared.close_preview()
        preview.builder.close()
        preview.server.shutdown()
        preview.server.server_close()
        thread.join()


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    """The e-book of a small project, built and served."""
    with previewed(write_files(tmp_path / "project", PROJECT)) as preview:
        preview.until(lambda: "publishing" in preview.shared.state.findings)  # after which nothing changes
        yield preview
