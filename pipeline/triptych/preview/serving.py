"""Serve the state of the preview over HTTP to the user of this machine.

Requests are accepted only if their Host header names this machine, as a protection against DNS rebinding, and
if their path begins with an access token, which other users and websites do not know. All responses come from
memory. Only requests from the preview's own page open the editor, and only for files that the last build has
read.
"""

from __future__ import annotations

import io
import ipaddress
import json
import re
import secrets
import socket
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias
from urllib.parse import quote, unquote

from triptych.engine.processes.worker_process import WorkerProcessLostError
from triptych.formats import BOOK_FORMATS, FORMATS, OutputFormat
from triptych.preview import page
from triptych.preview.connections import MAX_TRUSTED, Connections, RequestStream, parse_body_length
from triptych.preview.navigation import Navigator
from triptych.preview.source_lines import SourcePlace
from triptych.preview.state import PreviewState, SharedState

_POINT_UNITS = 10_000  # from the page's script, as fractions of the width and height of a page or slide
_HEARTBEAT = 15.0  # seconds between events; they reveal closed connections
_STRICT_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'"
# The preview's page runs its own script; pages of the book do not run any.
_PAGE_POLICY = (
    f"{_STRICT_POLICY}; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; frame-ancestors 'none'"
)
_BOOK_POLICY = (
    f"{_STRICT_POLICY}; img-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; media-src 'self'; "
    "frame-ancestors 'self'"
)
_VIEWER_POLICY = "frame-ancestors 'self'"  # a stricter policy would disable the browser's PDF viewer

# The media type of each file of the page by path, and the function that renders it.
_PAGE_FILES: Mapping[str, tuple[str, Callable[[PreviewState], str]]] = {
    "": ("text/html; charset=utf-8", page.render_page),
    "page.css": ("text/css; charset=utf-8", lambda _: page.render_asset("page.css")),
    "page.js": ("text/javascript; charset=utf-8", lambda _: page.read_script("page.js")),
    "presenter": ("text/html; charset=utf-8", page.render_presenter),
    "audience": ("text/html; charset=utf-8", page.render_audience),
    "presenter.css": ("text/css; charset=utf-8", lambda _: page.render_asset("presenter.css")),
    "presenter.js": ("text/javascript; charset=utf-8", lambda _: page.read_script("presenter.js")),
    "slides.json": ("application/json", page.render_slides_json),
    "icon.svg": ("image/svg+xml", lambda _: page.render_asset("icon.svg")),
    "state": ("application/json", page.render_state_json),
}


class PreviewServer(ThreadingHTTPServer):
    """An HTTP server for a shared state on ``host``, which is a loopback address or its name.

    Port 0 selects a free port. In a rehearsal, ``save_times`` stores the seconds that each visible slide was
    shown. Raise ``OSError`` if the server cannot listen, and ``NotLoopbackError`` if other
    machines could connect.
    """

    daemon_threads = True
    request_queue_size = MAX_TRUSTED

    def __init__(
        self,
        shared_state: SharedState,
        host: str,
        port: int,
        navigator: Navigator,
        save_times: Callable[[Sequence[int]], None] | None = None,
    ) -> None:
        self.save_times = save_times
        self.shared, self.host, self.token = shared_state, host, secrets.token_urlsafe(16)
        self.navigator = navigator
        self.connections = Connections()
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), _RequestHandler)

    def server_bind(self) -> None:
        """Bind the socket without the DNS lookup of this machine's name in the base class."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        if not ipaddress.ip_address(str(self.server_address[0])).is_loopback:
            raise NotLoopbackError
        self.server_name, self.server_port = self.host, self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Handle a connection in a new thread."""
        self.connections.add(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Handle a connection in the current thread; remove it from the open connections when it ends."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.connections.remove(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore exceptions in connections, since browsers may close a connection at any time."""

    @property
    def url(self) -> str:
        """The URL of the preview page, including the access token."""
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


class NotLoopbackError(Exception):
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
        """Reset the limits for size and time, and handle a request."""
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
        """Return the path after the token, or None if the request was rejected for its headers or token."""
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
        """Reject a request with a body or an ambiguous length; return whether it was rejected."""
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
                try:
                    handler(self, state, *match.groups())
                except WorkerProcessLostError:
                    self._refuse_request(HTTPStatus.SERVICE_UNAVAILABLE, "PDFium could not read the page")
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

    def _save_times(self, state: PreviewState, times: str) -> None:
        """Save the seconds that each visible slide was shown in a rehearsal."""
        seconds = [int(number) for number in times.split(",")]
        if self.server.save_times is None or len(seconds) != len(state.planned_seconds or ()):
            self._refuse_request(HTTPStatus.CONFLICT, "the times are not those of this rehearsal")
            return
        try:
            self.server.save_times(seconds)
        except OSError as error:
            self._refuse_request(
                HTTPStatus.INTERNAL_SERVER_ERROR, error.strerror or "the file cannot be written"
            )
            return
        self._send_content("text/plain", b"", policy=_STRICT_POLICY)

    def _send_slide(self, state: PreviewState, image_key: str) -> None:
        picture = state.slide_images.get(image_key)
        if picture is None:
            self._refuse_request(HTTPStatus.NOT_FOUND, "slide not found")
            return
        self._send_content("image/png", picture.png)

    def _send_page(self, state: PreviewState, digest: str, scale: str) -> None:
        image = self.server.navigator.render_page(state, digest, int(scale))
        if image is None:
            self._refuse_request(HTTPStatus.NOT_FOUND, "page not found in the PDF")
            return
        self._send_content("image/png", image)

    def _send_change(self, state: PreviewState, name: OutputFormat) -> None:
        """Send the position of the last changed source line in an output."""
        self._send_json(self.server.navigator.find_change(state, name))

    # --- The source and the editor ----------------------------------------------------------------

    def _open_screen_word(self, state: PreviewState, digest: str, offset: str, path: str) -> None:
        if self._is_current(state, "epub", digest):
            self._open_editor(self.server.navigator.locate_on_screen(state, path, int(offset)))

    def _open_page_word(self, state: PreviewState, digest: str, number: str, x: str, y: str) -> None:
        if self._is_current(state, "pdf", digest):
            place = self.server.navigator.locate_on_page(state, int(number), *_parse_point(x, y))
            self._open_editor(place)

    def _open_slide_word(self, state: PreviewState, digest: str, number: str, line: str, offset: str) -> None:
        if self._is_current(state, "pptx", digest):
            place = self.server.navigator.locate_in_slide_text(state, int(number), int(line), int(offset))
            self._open_editor(place)

    def _open_slide_point(self, state: PreviewState, digest: str, number: str, x: str, y: str) -> None:
        if self._is_current(state, "pptx", digest):
            place = self.server.navigator.locate_in_slide_image(state, int(number), *_parse_point(x, y))
            self._open_editor(place)

    def _open_source(self, state: PreviewState, line: str, column: str, path: str) -> None:
        self._open_editor(SourcePlace(path, int(line), int(column)))

    def _is_current(self, state: PreviewState, name: OutputFormat, digest: str) -> bool:
        """Return whether the digest of an output is current. If not, reject the request."""
        output = state.outputs.get(name)
        if output is not None and output.digest == digest:
            return True
        self._refuse_request(HTTPStatus.CONFLICT, "the output has changed; click again")
        return False

    def _open_editor(self, place: SourcePlace | None) -> None:
        response = self.server.navigator.open_editor(place) if place is not None else None
        if response is None:
            self._refuse_request(HTTPStatus.NOT_FOUND, "no source line found")
        else:
            self._send_json(response)

    def _send_json(self, values: Mapping[str, Any]) -> None:
        self._send_content("application/json", json.dumps(values).encode(), policy=_STRICT_POLICY)

    def _send_book_file(self, state: PreviewState, path: str) -> None:
        file = state.ebook.files.get(path) if state.ebook else None
        if file is None:
            self._refuse_request(HTTPStatus.NOT_FOUND, "page not found in the EPUB", policy=_BOOK_POLICY)
            return
        self._send_content(file[0], file[1], policy=_BOOK_POLICY)

    def _send_output(self, state: PreviewState, name: str) -> None:
        match = next(((kind, output) for kind, output in state.outputs.items() if output.name == name), None)
        if match is None:
            self._refuse_request(HTTPStatus.NOT_FOUND, "output not found")
            return
        kind, output = match
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
        shared_state = self.server.shared
        version = -1
        while not shared_state.is_closed:
            new = shared_state.wait_for_change(version, _HEARTBEAT)
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
        """Reject a malformed or unsupported request."""
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


def _parse_point(x: str, y: str) -> tuple[float, float]:
    """Return a point on a page or slide as fractions of its width and height."""
    return int(x) / _POINT_UNITS, int(y) / _POINT_UNITS


_Routes: TypeAlias = tuple[tuple[re.Pattern[str], Callable[..., None]], ...]
_DIGEST, _NUMBER = "([0-9a-f]{16})", "([0-9]{1,9})"
_GET_ROUTES: _Routes = (
    (re.compile(r"events"), _RequestHandler._send_events),
    (re.compile(rf"panels/({'|'.join(page.PANELS)})"), _RequestHandler._send_panel),
    (re.compile(r"slides/([0-9a-f]{16})\.png"), _RequestHandler._send_slide),
    (re.compile(r"pages/([0-9a-f]{16})@([2-6])\.png"), _RequestHandler._send_page),
    (re.compile(rf"changes/({'|'.join(BOOK_FORMATS)})"), _RequestHandler._send_change),
    (re.compile(r"epub/(.+)"), _RequestHandler._send_book_file),
    (re.compile(r"outputs/([^/]+)"), _RequestHandler._send_output),
)
_POST_ROUTES: _Routes = (
    (re.compile(rf"in-view/({'|'.join(BOOK_FORMATS)})"), _RequestHandler._set_visible_output),
    (re.compile(r"times/((?:[0-9]{1,5},)*[0-9]{1,5})"), _RequestHandler._save_times),
    (re.compile(rf"open/epub/{_DIGEST}/{_NUMBER}/(.+)"), _RequestHandler._open_screen_word),
    (re.compile(rf"open/pdf/{_DIGEST}/{_NUMBER}/{_NUMBER}/{_NUMBER}"), _RequestHandler._open_page_word),
    (re.compile(rf"open/pptx/{_DIGEST}/{_NUMBER}/{_NUMBER}/{_NUMBER}"), _RequestHandler._open_slide_word),
    (re.compile(rf"open/slides/{_DIGEST}/{_NUMBER}/{_NUMBER}/{_NUMBER}"), _RequestHandler._open_slide_point),
    (re.compile(rf"open/source/{_NUMBER}/{_NUMBER}/(.+)"), _RequestHandler._open_source),
)
