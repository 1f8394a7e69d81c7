"""Implement a client of the language server independently of it: protocol messages as plain JSON."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Json = Any


class Client:
    """A client that uses the standard streams of a server. Columns are in UTF-16, as in most editors."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.notifications: list[Json] = []
        self._messages: queue.Queue[Json] = queue.Queue()
        self._count = 0
        self._versions: dict[Path, int] = {}
        threading.Thread(target=self._receive, daemon=True).start()

    def _receive(self) -> None:
        out = self.process.stdout
        assert out is not None
        while header := out.readline():
            length = 0
            while header.strip():
                name, _, value = header.decode("ascii").partition(":")
                length = int(value) if name.lower() == "content-length" else length
                header = out.readline()
            self._messages.put(json.loads(out.read(length)))
        self._messages.put(None)

    def send(self, message: Json) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def notify(self, method: str, params: Json) -> None:
        self.send({"method": method, "params": params})

    def ask(self, method: str, params: Json, timeout: float = 60) -> Json:
        """Return the whole response to a request, with its ``result`` or ``error``."""
        self._count += 1
        self.send({"id": self._count, "method": method, "params": params})
        return self._wait(
            lambda message: message.get("id") == self._count and "method" not in message, timeout
        )

    def request(self, method: str, params: Json) -> Json:
        response = self.ask(method, params)
        assert "error" not in response, response["error"]
        return response["result"]

    def wait_for(
        self, method: str, test: Callable[[Json], bool] = lambda params: True, timeout: float = 60
    ) -> Json:
        """Return the parameters of the first notification that passes a test and was not returned before."""
        for message in self.notifications:
            if message["method"] == method and test(message["params"]):
                self.notifications.remove(message)
                return message["params"]
        result = self._wait(lambda one: one.get("method") == method and test(one["params"]), timeout)
        self.notifications.remove(result)
        return result["params"]

    def wait_until_read(self, path: Path) -> None:
        """Wait until the project of a saved document has been read, by means of an error in the document."""
        text = path.read_text("utf-8")
        self.change(path, f"{text}\n\n@sec-no-such-id\n")
        self.wait_for_findings(path, lambda found: any("sec-no-such-id" in item["message"] for item in found))
        self.change(path, text)

    def _wait(self, test: Callable[[Json], bool], timeout: float) -> Json:
        end = time.monotonic() + timeout
        while True:
            message = self._messages.get(timeout=max(0.01, end - time.monotonic()))
            assert message is not None, "the server has ended"
            if "method" in message:
                self.notifications.append(message)
            if test(message):
                return message

    # --- Documents --------------------------------------------------------------------------------

    def open(self, path: Path, text: str | None = None) -> None:
        self._versions[path] = 1
        text = path.read_text("utf-8") if text is None else text
        document = {"uri": path.as_uri(), "languageId": "markdown", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, path: Path, text: str) -> None:
        self._versions[path] += 1
        document = {"uri": path.as_uri(), "version": self._versions[path]}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def at(self, method: str, path: Path, text: str, offset: int, **more: Json) -> Json:
        """Send a request about a position in a document."""
        position = position_of(text, offset)
        params = {"textDocument": {"uri": path.as_uri()}, "position": position, **more}
        return self.request(f"textDocument/{method}", params)

    def wait_for_findings(
        self, path: Path, test: Callable[[list[Json]], bool] = lambda found: True
    ) -> list[Json]:
        """Return the diagnostics of a file as soon as they pass a test."""
        uri = path.as_uri()
        result = self.wait_for(
            "textDocument/publishDiagnostics", lambda one: one["uri"] == uri and test(one["diagnostics"])
        )
        return result["diagnostics"]


def position_of(text: str, offset: int) -> dict[str, int]:
    """Return the position of an offset: line, and UTF-16 code units before it in the line."""
    line_start = text.rfind("\n", 0, offset) + 1
    units = len(text[line_start:offset].encode("utf-16-le")) // 2
    return {"line": text.count("\n", 0, offset), "character": units}


def text_at(text: str, place: Json) -> str:
    """Return the text in a range."""
    lines = text.split("\n")
    start, end = place["start"], place["end"]
    assert start["line"] == end["line"]
    units = lines[start["line"]].encode("utf-16-le")
    return units[2 * start["character"] : 2 * end["character"]].decode("utf-16-le")


@contextmanager
def run_server(*folders: Path, encodings: tuple[str, ...] = ("utf-16",)) -> Iterator[Client]:
    """Run ``triptych lsp`` on workspace folders, and end it like an editor."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-m", "triptych", "lsp"], stdin=pipe, stdout=pipe) as process:
        client = Client(process)
        try:
            capabilities = {"general": {"positionEncodings": list(encodings)}}
            workspace = [{"uri": folder.as_uri(), "name": folder.name} for folder in folders]
            root = folders[0].as_uri() if folders else None
            client.request(
                "initialize",
                {
                    "processId": None,
                    "rootUri": root,
                    "capabilities": capabilities,
                    "workspaceFolders": workspace,
                },
            )
            client.notify("initialized", {})
            yield client
            client.request("shutdown", None)
            client.notify("exit", None)
            process.wait(20)
            assert process.returncode == 0
        finally:
            process.kill()
