"""Provide a preview of a small project on a free local port, with a minimal browser."""

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
from triptych.preview.navigation import Navigator
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
    """Records the events of a builder."""

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
    """A previewed project with its shared state, builder and server, and a minimal HTTP client."""

    def __init__(self, root: Path, formats: tuple[str, ...] | None = ("epub",), editor: str = "") -> None:
        self.root, self.shared, self.told = root, SharedState(), Told()
        self.builder = PreviewBuilder(root, self.shared, self.told, formats=formats, environ={})  # type: ignore[arg-type]
        self.navigator = Navigator(root, self.shared, editor)
        self.server = PreviewServer(self.shared, "127.0.0.1", 0, self.navigator)

    def get(
        self, path: str, *, method: str = "GET", host: str | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body; the path after the token is sent unchanged."""
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
        """Post what the page would report, and return the status."""
        origin = f"http://127.0.0.1:{self.server.server_port}"
        return self.get(path, method="POST", Origin=origin)[0]

    def text(self, path: str) -> str:
        status, _, body = self.get(path)
        assert status == 200, body
        return body.decode()

    def news(self) -> dict:
        return json.loads(self.text("/state"))

    def write(self, text: str, name: str = "source/section.md") -> None:
        """Write a file like an editor: to a new file that is then renamed."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.new")
        beside.write_text(text, "utf-8")
        beside.replace(path)

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until a condition is true."""
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, (
                f"not in time; {self.shared.state.findings} {self.shared.state.failure}"
            )
            time.sleep(0.01)


@contextmanager
def previewed(root: Path, formats: tuple[str, ...] | None = ("epub",), editor: str = "") -> Iterator[Preview]:
    preview = Preview(root, formats, editor)
    thread = threading.Thread(target=preview.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    preview.builder.start()
    try:
        yield preview
    finally:
        preview.shared.close_preview()
        preview.builder.close()
        preview.navigator.close()
        preview.server.shutdown()
        preview.server.server_close()
        thread.join()


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    """Return a running preview with the e-book of a small project."""
    with previewed(write_files(tmp_path / "project", PROJECT)) as preview:
        preview.until(lambda: "publishing" in preview.shared.state.findings)  # nothing changes after this
        yield preview
