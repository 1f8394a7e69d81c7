"""Serve the state of the preview over HTTP to the user of this machine.

Requests are accepted only if their Host header names this machine, as a protection against DNS rebinding, and
their path begins with an access token, which other users and other websites do not know. All responses come
from memory; request paths never refer to files on disk.
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
from triptych.preview.connections import MAX_TRUSTED, Connections, RequestStream, parse_body_length
from triptych.preview.state import PreviewState, SharedState

_HEARTBEAT = 15.0  # seconds between events, after which a closed connection is noticed
_STRICT_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'"
# The page of the preview runs its own script; the pages of the book run none.
_PAGE_POLICY = (
    f"{_STRICT_POLICY}; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; frame-ancestors 'none'"
)
_BOOK_POLICY = (
    f"{_STRICT_POLICY}; img-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; media-src 'self'; "
    "frame-ancestors 'self'"
)
_VIEWER_POLICY = "frame-ancestors 'self'"  # a stricter policy would disable the browser's PDF viewer

# The media type of each file of the page by its path, and the function that renders it.
_PAGE_FILES: Mapping[str, tuple[str, Callable[[PreviewState], str]]] = {
    "": ("text/html; charset=utf-8", page.render_page),
    "page.css": ("text/css; charset=utf-8", lambda _: page.render_asset("page.css")),
    "page.js": ("text/javascript; charset=utf-8", lambda _: page.read_page_script()),
    "icon.svg": ("image/svg+xml", lambda _: page.render_asset("icon.svg")),
    "state": ("application/json", page.render_state_json),
}


class PreviewServer(ThreadingHTTPServer):
    """An HTTP server for a shared state on ``host``, which is a loopback address or its name.

    Port 0 selects a free port. Raise ``OSError`` if the server cannot listen, and ``NotLoopback`` if other
    machines could connect.
    """

    daemon_threads = True
    request_queue_size = MAX_TRUSTED

    def __init__(self, shared: SharedState, host: str, port: int) -> None:
        self.shared, self.host, self.token = shared, host, secrets.token_urlsafe(16)
        self.connections = Connections()
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), _RequestHandler)

    def server_bind(self) -> None:
        """Bind the socket without looking up this machine's name in DNS, unlike the base class."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        if not ipaddress.ip_address(str(self.server_address[0])).is_loopback:
            raise NotLoopback
        self.server_name, self.server_port = self.host, self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Handle a connection in a new thread."""
        self.connections.add(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Handle a connection in the current thread, and remove it from the open connections when it ends."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.connections.remove(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore exceptions in connections, since browsers may close a connection at any time."""

    @property
    def url(self) -> str:
        """Return the URL of the preview page, including the access token."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.server_port}/{self.token}/"

    def is_own_host(self, host: str) -> bool:
        """Return whether a Host header (RFC 9110, 7.2) names this machine and the server's port."""
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
    """Raised if the bind address is not a loopback address."""


class _RequestHandler(BaseHTTPRequestHandler):
    """Handles the HTTP requests on one connection to the preview server."""

    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.0"  # responses to HTTP/0.9, the default, would have no headers
    server: PreviewServer

    def setup(self) -> None:
        """Limit the size and time of requests on the connection."""
        super().setup()
        self.rfile.close()
        self._requests = RequestStream(self.connection)
        self.rfile = io.BufferedReader(self._requests)

    def handle_one_request(self) -> None:
        """Handle a request after resetting the limits on size and time."""
        self._requests.begin_request()
        super().handle_one_request()

    def do_GET(self) -> None:
        """Send the preview page, one of its assets, or content of the current state."""
        path = self._check_request()
        if path is None:
            return
        state = self.server.shared.state
        if path in _PAGE_FILES:
            media_type, render = _PAGE_FILES[path]
            self._send_content(media_type, render(state).encode())
        elif not self._dispatch_request(path, _GET_ROUTES, state):
            self._refuse_request(HTTPStatus.NOT_FOUND, "page not found")

    def do_POST(self) -> None:
        """Handle a notification from the preview page."""
        path = self._check_request()
        if path is not None and not self._dispatch_request(path, _POST_ROUTES, self.server.shared.state):
            self._refuse_request(HTTPStatus.NOT_FOUND, "unknown request")

    def _check_request(self) -> str | None:
        """Return the path after the token, or None if the request was refused due to headers or token."""
        hosts, origin = self.headers.get_all("Host", []), self.headers.get("Origin")
        if len(hosts) != 1 or not self.server.is_own_host(hosts[0]):
            self._refuse_request(
                HTTPStatus.MISDIRECTED_REQUEST, "This preview accepts connections from this machine only."
            )
        elif origin != f"http://{hosts[0]}" and (origin or self.command == "POST"):
            self._refuse_request(
                HTTPStatus.FORBIDDEN, "This preview accepts requests from its own page only."
            )
        elif not self._refuse_request_body():
            token, _, path = self.path.partition("?")[0].removeprefix("/").partition("/")
            if not secrets.compare_digest(token.encode(), self.server.token.encode()):
                self._refuse_request(
                    HTTPStatus.FORBIDDEN, "Open the preview at the address that the terminal shows."
                )
            elif not self.server.connections.trust(self.connection):
                self._refuse_request(
                    HTTPStatus.SERVICE_UNAVAILABLE, "too many connections: close some pages of this preview"
                )
            else:
                self._requests.is_trusted = True
                return unquote(path)
        return None

    def _refuse_request_body(self) -> bool:
        """Refuse a request with a body or an ambiguous length; return whether the request was refused."""
        try:
            length = parse_body_length(self.headers)
        except ValueError:
            self._refuse_request(HTTPStatus.BAD_REQUEST, "ambiguous request length")
            return True
        if length != 0:
            self._refuse_request(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "requests must not have a body")
        return length != 0

    def _dispatch_request(self, path: str, routes: _Routes, state: PreviewState) -> bool:
        """Call the handler whose URL pattern matches ``path``; return False if no pattern matches."""
        for pattern, handler in routes:
            match = pattern.fullmatch(path)
            if match is not None:
                handler(self, state, *match.groups())
                return True
        return False

    do_HEAD = do_GET  # noqa: N815 -- the base class looks methods up by this name

    def log_message(self, format: str, *args: Any) -> None:
        """Do not log requests, since the terminal shows builds and findings."""

    # --- Responses --------------------------------------------------------------------------------

    def _send_panel(self, state: PreviewState, name: str) -> None:
        self._send_content("text/html; charset=utf-8", page.render_panels(state)[name].encode())

    def _set_visible_output(self, state: PreviewState, name: OutputFormat) -> None:
        self.server.shared.set_visible_output(name)
        self._send_content("text/plain", b"", policy=_STRICT_POLICY)

    def _send_slide(self, state: PreviewState, image_key: str) -> None:
        picture = state.slide_images.get(image_key)
        if picture is None:
            self._refuse_request(HTTPStatus.NOT_FOUND, "slide not found")
            return
        self._send_content("image/png", picture)

    def _send_book_file(self, state: PreviewState, path: str) -> None:
        file = state.ebook.files.get(path) if state.ebook else None
        if file is None:
            self._refuse_request(HTTPStatus.NOT_FOUND, "page not found in the EPUB", policy=_BOOK_POLICY)
            return
        self._send_content(file[0], file[1], policy=_BOOK_POLICY)

    def _send_output(self, state: PreviewState, name: str) -> None:
        found = next(((kind, output) for kind, output in state.outputs.items() if output.name == name), None)
        if found is None:
            self._refuse_request(HTTPStatus.NOT_FOUND, "output not found")
            return
        kind, output = found
        is_pdf = FORMATS[kind].media_type == "application/pdf"  # browsers display PDF files
        disposition = f"{'inline' if is_pdf else 'attachment'}; filename*=UTF-8''{quote(output.name)}"
        policy = _VIEWER_POLICY if is_pdf else _STRICT_POLICY
        self._send_content(FORMATS[kind].media_type, output.data, policy=policy, disposition=disposition)

    def _send_events(self, state: PreviewState) -> None:
        """Send each new state as a server-sent event (HTML, 9.2), until the connection is closed."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self._send_security_headers(_STRICT_POLICY)
        self.end_headers()
        self.close_connection = True
        if self.command == "HEAD":
            return
        shared = self.server.shared
        version = -1
        while not shared.is_closed:
            new = shared.wait_for_change(version, _HEARTBEAT)
            text = f"data: {page.render_state_json(new)}\n\n" if new else ": still here\n\n"
            version = new.version if new else version
            self.wfile.write(text.encode())
            self.wfile.flush()

    # ----------------------------------------------------------------------------------------------

    def _send_content(
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
        self._send_security_headers(policy)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse a malformed or unsupported request."""
        self._refuse_request(HTTPStatus(code), "malformed or unsupported request")

    def _refuse_request(self, status: HTTPStatus, reason: str, *, policy: str = _STRICT_POLICY) -> None:
        self.close_connection = True  # data after the request is not read
        self._send_content("text/plain; charset=utf-8", reason.encode(), policy=policy, status=status)

    def _send_security_headers(self, policy: str) -> None:
        self.send_header("Content-Security-Policy", policy)
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")

    def version_string(self) -> str:
        """Return the value of the Server header, without version numbers."""
        return "triptych"


_Routes: TypeAlias = tuple[tuple[re.Pattern[str], Callable[..., None]], ...]
_GET_ROUTES: _Routes = (
    (re.compile(r"events"), _RequestHandler._send_events),
    (re.compile(rf"panels/({'|'.join(page.PANELS)})"), _RequestHandler._send_panel),
    (re.compile(r"slides/([0-9a-f]{16})\.png"), _RequestHandler._send_slide),
    (re.compile(r"epub/(.+)"), _RequestHandler._send_book_file),
    (re.compile(r"outputs/([^/]+)"), _RequestHandler._send_output),
)
_POST_ROUTES: _Routes = (
    (re.compile(rf"in-view/({'|'.join(BOOK_FORMATS)})"), _RequestHandler._set_visible_output),
)
