"""The shared state over HTTP, for one person at this machine: in memory, read only, and nothing runs in it.

A request must name this machine as its host: a page elsewhere whose name was made to lead here (DNS
rebinding) reads nothing. Its path begins with a token that other people at the machine, and pages of other
sites, do not know. What is behind that are keys of the state, so that no path leads to the disk.
"""

from __future__ import annotations

import io
import ipaddress
import re
import secrets
import socket
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias
from urllib.parse import quote, unquote

from triptych.formats import BOOK_FORMATS, FORMATS, OutputFormat
from triptych.preview import page
from triptych.preview.connections import KNOWN_PLACES, Connections, RequestBytes, body_length
from triptych.preview.state import SharedState, State

_HEARTBEAT = 15.0  # seconds after which a browser that is gone is noticed
_CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'"
# Our own page runs our own script; the pages of the book run none.
_PAGE_POLICY = (
    f"{_CLOSED}; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; frame-ancestors 'none'"
)
_BOOK_POLICY = (
    f"{_CLOSED}; img-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; media-src 'self'; "
    "frame-ancestors 'self'"
)
_VIEWER_POLICY = "frame-ancestors 'self'"  # more would keep the browser's viewer of PDFs from working

# The page with all that belongs to it: path → media type, and the text of a state.
_TEXTS: Mapping[str, tuple[str, Callable[[State], str]]] = {
    "": ("text/html; charset=utf-8", page.render_page),
    "page.css": ("text/css; charset=utf-8", lambda _: page.render_style_sheet()),
    "page.js": ("text/javascript; charset=utf-8", lambda _: page.read_script()),
    "icon.svg": ("image/svg+xml", lambda _: page.render_icon()),
    "state": ("application/json", page.render_state_json),
}


class PreviewServer(ThreadingHTTPServer):
    """Serves one shared state. ``host`` is a name or address of this machine alone; port 0 takes a free one.

    Raises ``OSError`` where it cannot listen there, and ``NotLoopback`` where others would reach it too.
    """

    daemon_threads = True
    request_queue_size = KNOWN_PLACES

    def __init__(self, shared: SharedState, host: str, port: int) -> None:
        self.shared, self.host, self.token = shared, host, secrets.token_urlsafe(16)
        self.connections = Connections()
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        """Bind without asking the network what this machine is called."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        if not ipaddress.ip_address(str(self.server_address[0])).is_loopback:
            raise NotLoopback
        self.server_name, self.server_port = self.host, self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread."""
        self.connections.enter(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer a connection, and make place for the next."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.connections.leave(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went away is nothing to speak of."""

    @property
    def url(self) -> str:
        """Where a browser on this machine finds the page, for who is told."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.server_port}/{self.token}/"

    def admits(self, host: str) -> bool:
        """Whether a Host header names this machine (RFC 9110, 7.2)."""
        match = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]]+)(?::([0-9]{1,5}))?", host)
        if match is None or int(match.group(2) or 80) != self.server_port:
            return False
        name = match.group(1).strip("[]").lower()
        if name in ("localhost", self.host.lower()):
            return True
        try:
            return ipaddress.ip_address(name).is_loopback
        except ValueError:
            return False


class NotLoopback(Exception):
    """An address is one that other machines reach."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.0"  # in place of 0.9, whose answers have no headers
    server: PreviewServer

    def setup(self) -> None:
        """Read the connection within bounds."""
        super().setup()
        self.rfile.close()
        self._sent = RequestBytes(self.connection)
        self.rfile = io.BufferedReader(self._sent)

    def handle_one_request(self) -> None:
        """Answer a request; a new one has its own time."""
        self._sent.expect()
        super().handle_one_request()

    def do_GET(self) -> None:
        """Answer with what the state has."""
        path = self._path_of_ours()
        if path is None:
            return
        state = self.server.shared.state
        if path in _TEXTS:
            media_type, text_of = _TEXTS[path]
            self._send(media_type, text_of(state).encode())
        elif not self._is_routed(path, _SHOWN, state):
            self._refuse(HTTPStatus.NOT_FOUND, "page not found")

    def do_POST(self) -> None:
        """Take note of what the page tells."""
        path = self._path_of_ours()
        if path is not None and not self._is_routed(path, _TOLD, self.server.shared.state):
            self._refuse(HTTPStatus.NOT_FOUND, "unknown request")

    def _path_of_ours(self) -> str | None:
        """What is asked for behind the token; where the request is none of our page, it is refused."""
        hosts, origin = self.headers.get_all("Host", []), self.headers.get("Origin")
        if len(hosts) != 1 or not self.server.admits(hosts[0]):
            self._refuse(
                HTTPStatus.MISDIRECTED_REQUEST, "This preview accepts connections from this machine only."
            )
        elif origin != f"http://{hosts[0]}" and (origin or self.command == "POST"):
            self._refuse(HTTPStatus.FORBIDDEN, "This preview accepts requests from its own page only.")
        elif not self._has_body():
            token, _, path = self.path.partition("?")[0].removeprefix("/").partition("/")
            if not secrets.compare_digest(token.encode(), self.server.token.encode()):
                self._refuse(HTTPStatus.FORBIDDEN, "Open the preview at the address that the terminal shows.")
            elif not self.server.connections.admit(self.connection):
                self._refuse(
                    HTTPStatus.SERVICE_UNAVAILABLE, "too many connections: close some pages of this preview"
                )
            else:
                self._sent.known = True
                return unquote(path)
        return None

    def _has_body(self) -> bool:
        """Refuse a request with a body, or one whose end is unclear."""
        try:
            length = body_length(self.headers)
        except ValueError:
            self._refuse(HTTPStatus.BAD_REQUEST, "ambiguous request length")
            return True
        if length != 0:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "requests must not have a body")
        return length != 0

    def _is_routed(self, path: str, routes: _Routes, state: State) -> bool:
        for pattern, answer in routes:
            match = pattern.fullmatch(path)
            if match is not None:
                answer(self, state, *match.groups())
                return True
        return False

    do_HEAD = do_GET  # noqa: N815 -- the names that the base class looks for

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what was built is of interest, not who looked at it."""

    # --- Answers ----------------------------------------------------------------------------------

    def _panel(self, state: State, name: str) -> None:
        self._send("text/html; charset=utf-8", page.render_panels(state)[name].encode())

    def _look(self, state: State, name: OutputFormat) -> None:
        self.server.shared.set_in_view(name)
        self._send("text/plain", b"", policy=_CLOSED)

    def _slide(self, state: State, look: str) -> None:
        picture = state.pictures.get(look)
        if picture is None:
            self._refuse(HTTPStatus.NOT_FOUND, "slide not found")
            return
        self._send("image/png", picture)

    def _book_file(self, state: State, path: str) -> None:
        """A file of the e-book; a path that the package does not list is not there."""
        file = state.ebook.files.get(path) if state.ebook else None
        if file is None:
            self._refuse(HTTPStatus.NOT_FOUND, "page not found in the EPUB", policy=_BOOK_POLICY)
            return
        self._send(file[0], file[1], policy=_BOOK_POLICY)

    def _output(self, state: State, name: str) -> None:
        found = next(((kind, output) for kind, output in state.outputs.items() if output.name == name), None)
        if found is None:
            self._refuse(HTTPStatus.NOT_FOUND, "output not found")
            return
        kind, output = found
        is_pdf = FORMATS[kind].media_type == "application/pdf"  # which browsers show
        shown = "inline" if is_pdf else "attachment"
        disposition = f"{shown}; filename*=UTF-8''{quote(output.name)}"
        policy = _VIEWER_POLICY if is_pdf else _CLOSED
        self._send(FORMATS[kind].media_type, output.data, policy=policy, disposition=disposition)

    def _events(self, state: State) -> None:
        """Each new state as a server-sent event (HTML, 9.2), until the browser or the preview is gone."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self._protect(_CLOSED)
        self.end_headers()
        self.close_connection = True
        if self.command == "HEAD":
            return
        shared = self.server.shared
        version = -1
        while not shared.closed:
            new = shared.wait(version, _HEARTBEAT)
            text = f"data: {page.render_state_json(new)}\n\n" if new else ": still here\n\n"
            version = new.version if new else version
            self.wfile.write(text.encode())
            self.wfile.flush()

    # ----------------------------------------------------------------------------------------------

    def _send(
        self,
        media_type: str,
        data: bytes,
        *,
        policy: str = _PAGE_POLICY,
        disposition: str = "",
        status: HTTPStatus = HTTPStatus.OK,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        if disposition:
            self.send_header("Content-Disposition", disposition)
        self._protect(policy)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the base class refuses."""
        self._refuse(HTTPStatus(code), "malformed or unsupported request")

    def _refuse(self, status: HTTPStatus, reason: str, *, policy: str = _CLOSED) -> None:
        self.close_connection = True  # what may follow is not listened to
        self._send("text/plain; charset=utf-8", reason.encode(), policy=policy, status=status)

    def _protect(self, policy: str) -> None:
        self.send_header("Content-Security-Policy", policy)
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")

    def version_string(self) -> str:
        """What answers, without what it is made of."""
        return "triptych"


_Routes: TypeAlias = tuple[tuple[re.Pattern[str], Callable[..., None]], ...]
_SHOWN: _Routes = (
    (re.compile(r"events"), _Handler._events),
    (re.compile(rf"panels/({'|'.join(page.PANELS)})"), _Handler._panel),
    (re.compile(r"slides/([0-9a-f]{16})\.png"), _Handler._slide),
    (re.compile(r"epub/(.+)"), _Handler._book_file),
    (re.compile(r"outputs/([^/]+)"), _Handler._output),
)
_TOLD: _Routes = ((re.compile(rf"in-view/({'|'.join(BOOK_FORMATS)})"), _Handler._look),)
