"""Serve editors: track documents and projects, publish diagnostics, and answer requests.

Requests are answered in the thread of the event loop. An exception in a request becomes an error response,
and is logged to standard error, where editors show a server's log.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from lsprotocol import types
from pygls.exceptions import FeatureRequestError
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from triptych import __version__
from triptych.diagnostics import Diagnostic, Span
from triptych.lsp.actions import list_quick_fixes
from triptych.lsp.completion import TRIGGERS, Completer
from triptych.lsp.diagnostics import convert_finding
from triptych.lsp.document import Document
from triptych.lsp.hover import make_hover
from triptych.lsp.index import ProjectIndex
from triptych.lsp.names import list_attributes, list_classes
from triptych.lsp.navigation import (
    find_definition,
    find_references,
    find_workspace_symbols,
    list_document_links,
    list_document_symbols,
    prepare_rename,
    rename,
)
from triptych.lsp.reader import ProjectReader
from triptych.lsp.schema_keys import load_schema
from triptych.lsp.snapshot import Snapshot
from triptych.lsp.source_text import Encoding, SourceText
from triptych.project import MANIFEST

_log = logging.getLogger("triptych.lsp")
_NO_PROJECT = (
    f"Triptych: no project in {{folder}}. A project is a folder that contains {MANIFEST}; "
    "create one with `triptych new DIR`."
)
_EMPTY = SourceText("")


class _PlaceParams(Protocol):
    """The parameters of a request about a position in a document."""

    @property
    def text_document(self) -> types.TextDocumentIdentifier: ...

    @property
    def position(self) -> types.Position: ...


class OpenProject:
    """A project opened in an editor, with its index, reader and published diagnostics."""

    def __init__(self, root: Path, server: TriptychServer) -> None:
        self.index = ProjectIndex(root)
        self.pictures: dict[str, bytes] = {}
        self.findings: dict[str, list[Diagnostic]] = {}
        self._server = server
        self._uris: dict[str, str] = {}
        self._failure: Diagnostic | None = None
        call = server.call_in_loop
        self.reader = ProjectReader(
            root,
            partial(call, self._receive_snapshot),
            partial(call, self._receive_picture),
            partial(call, self._receive_failure),
        )

    @property
    def root(self) -> Path:
        """The project folder, as given by the client."""
        return self.index.root

    def make_uri(self, path: str) -> str:
        """Return the URI of a file, as given by the client if the file is open."""
        return self._uris.get(path) or from_fs_path(str(self.root / path)) or ""

    def make_document(self, path: str) -> Document:
        """Create a document for answering requests."""
        source = self.index.get_text(path) or _EMPTY
        findings = tuple(self.findings.get(path, ()))
        return Document(
            self.index, path, source, self._server.encoding, self.make_uri, self.pictures, findings
        )

    def set_text(self, path: str, uri: str, text: str | None) -> None:
        """Set the text of an open document, or None if it was closed, and read the project again."""
        if text is None:
            self._uris.pop(path, None)
        else:
            self._uris[path] = uri
        self.index.set_open_text(path, text)
        self.reader.update(self.index.open_texts)

    def _receive_snapshot(self, snapshot: Snapshot) -> None:
        self._failure = None
        if snapshot.is_complete:  # otherwise, the ids and numbers of the last book are still the best
            self.index.snapshot = snapshot
        self._publish(list(snapshot.findings))

    def _receive_picture(self, digest: str, picture: bytes) -> None:
        self.pictures[digest] = picture

    def _receive_failure(self, failure: Diagnostic | Exception) -> None:
        if isinstance(failure, Diagnostic):
            self._publish([failure])
        else:
            _log.error("cannot read %s", self.root, exc_info=failure)

    def _publish(self, findings: list[Diagnostic]) -> None:
        """Publish the diagnostics of all files. Findings without a position appear in the manifest."""
        by_file: dict[str, list[Diagnostic]] = {path: [] for path in self.findings}
        for finding in findings:
            by_file.setdefault(finding.span.path if finding.span else MANIFEST, []).append(finding)
        for path, file_findings in by_file.items():
            text = self.index.get_text(path) or _EMPTY
            encoding = self._server.encoding
            diagnostics = [
                convert_finding(finding, text, encoding, self._locate) for finding in file_findings
            ]
            self._server.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(self.make_uri(path), diagnostics)
            )
        self.findings = {path: file_findings for path, file_findings in by_file.items() if file_findings}

    def _locate(self, span: Span) -> types.Location | None:
        text = self.index.get_text(span.path)
        if text is None:
            return None
        offset = text.find_span(span.line, span.column)
        return types.Location(
            self.make_uri(span.path), text.make_range(offset, offset, self._server.encoding)
        )


class TriptychServer(LanguageServer):
    """The language server, which uses full document sync.

    Partial changes are not used, since pygls applies them to lines as defined by Python, which has more line
    breaks than LSP.
    """

    def __init__(self) -> None:
        super().__init__("triptych", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self.projects: dict[Path, OpenProject] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._has_reported_no_project = False

    @property
    def encoding(self) -> Encoding:
        """The negotiated position encoding."""
        name = str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding))
        return "utf-8" if name == "utf-8" else "utf-32" if name == "utf-32" else "utf-16"

    def call_in_loop(self, function: Callable[..., None], *args: Any) -> None:
        """Call a function in the thread of the event loop. This may be called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *args)

    def begin(self) -> None:
        """Open the projects of the workspace folders once the client is ready."""
        self._loop = asyncio.get_running_loop()
        for folder in self._list_folders():
            if (folder / MANIFEST).is_file():
                self._open_project(folder)
        threading.Thread(target=_load_descriptions, name="descriptions", daemon=True).start()

    def close(self) -> None:
        """Stop the readers of all projects."""
        for project in self.projects.values():
            project.reader.close()

    def find_project(self, uri: str) -> tuple[OpenProject, str] | None:
        """Return the project that contains a document, and the document's path in it.

        If there is none, inform the author once and return None.
        """
        name = to_fs_path(uri) if uri.startswith("file:") else None
        if name is None:
            return None
        file = Path(name)
        root = next((folder for folder in file.parents if (folder / MANIFEST).is_file()), None)
        if root is None:
            self._report_no_project(file)
            return None
        return self._open_project(root), file.relative_to(root).as_posix()

    def update_document(self, uri: str) -> None:
        """Update the text of a document that was opened or changed."""
        if place := self.find_project(uri):
            project, path = place
            project.set_text(path, uri, self.workspace.get_text_document(uri).source)

    def find_document(self, uri: str) -> Document | None:
        """Return a document with its project, or None if it does not belong to any."""
        place = self.find_project(uri)
        return place[0].make_document(place[1]) if place else None

    def find_place(self, params: _PlaceParams) -> tuple[Document, int] | None:
        """Return a document and the offset of a position in it, or None if the document has no project."""
        document = self.find_document(params.text_document.uri)
        return (document, document.get_offset(params.position)) if document else None

    def close_document(self, uri: str) -> None:
        """Use the file on disk again after ``didClose``."""
        if place := self.find_project(uri):
            project, path = place
            project.set_text(path, uri, None)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log an error. For errors in requests, the client has received an error response."""
        _log.error("error in a request" if source == FeatureRequestError else "error", exc_info=error)

    def _list_folders(self) -> list[Path]:
        uris = list(self.workspace.folders) or [self.workspace.root_uri or ""]
        return [Path(name) for uri in uris if (name := to_fs_path(uri))]

    def _open_project(self, root: Path) -> OpenProject:
        if root not in self.projects:
            self.projects[root] = OpenProject(root, self)
            self.projects[root].reader.start()
            self.projects[root].index.list_all_sections()  # scanned before the first request
        return self.projects[root]

    def _report_no_project(self, file: Path) -> None:
        if not self._has_reported_no_project:
            self._has_reported_no_project = True
            folder = next(
                (parent for parent in self._list_folders() if file.is_relative_to(parent)), file.parent
            )
            message = _NO_PROJECT.format(folder=folder)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Info, message))


def _load_descriptions() -> None:
    """Read the descriptions of attributes and keys before the first request for them."""
    list_classes()
    for choice in (False, True):
        list_attributes(of_chart=choice)
        load_schema(of_manifest=choice)


def make_server() -> TriptychServer:
    """Create a server with all features."""
    server = TriptychServer()

    @server.feature(types.INITIALIZED)
    def begin(params: types.InitializedParams) -> None:
        server.begin()

    @server.feature(types.SHUTDOWN)
    def shut_down(params: None) -> None:
        server.close()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def open_document(params: types.DidOpenTextDocumentParams) -> None:
        server.update_document(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def change_document(params: types.DidChangeTextDocumentParams) -> None:
        server.update_document(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def close_document(params: types.DidCloseTextDocumentParams) -> None:
        server.close_document(params.text_document.uri)

    _add_requests(server)
    return server


def _add_requests(server: TriptychServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=TRIGGERS))
    def complete(params: types.CompletionParams) -> types.CompletionList | None:
        if place := server.find_place(params):
            return Completer(*place).complete()
        return None

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        if place := server.find_place(params):
            return make_hover(*place)
        return None

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def define(params: types.DefinitionParams) -> list[types.Location]:
        if place := server.find_place(params):
            return find_definition(*place)
        return []

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def refer(params: types.ReferenceParams) -> list[types.Location]:
        if place := server.find_place(params):
            return find_references(*place, with_definition=params.context.include_declaration)
        return []

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepare(params: types.PrepareRenameParams) -> types.Range | None:
        if place := server.find_place(params):
            return prepare_rename(*place)
        return None

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    def rename_id(params: types.RenameParams) -> types.WorkspaceEdit | None:
        if place := server.find_place(params):
            return rename(*place, params.new_name)
        return None

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def list_symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        document = server.find_document(params.text_document.uri)
        return (
            list_document_symbols(document) if document and document.index.is_section(document.path) else []
        )

    @server.feature(types.WORKSPACE_SYMBOL)
    def find_symbols(params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
        documents = [project.make_document(MANIFEST) for project in server.projects.values()]
        return [symbol for document in documents for symbol in find_workspace_symbols(document, params.query)]

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    def list_links(params: types.DocumentLinkParams) -> list[types.DocumentLink]:
        document = server.find_document(params.text_document.uri)
        return list_document_links(document) if document else []

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
    )
    def list_actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        document = server.find_document(params.text_document.uri)
        return list(list_quick_fixes(document, params.context.diagnostics)) if document else []


def serve(stdin: BinaryIO, stdout: BinaryIO) -> None:
    """Serve one client until it exits."""
    server = make_server()
    try:
        server.start_io(stdin, stdout)
    finally:
        server.close()
