"""Find the picture file behind each image of a section."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

from triptych.diagnostics import Diagnostic, Span, did_you_mean
from triptych.media.pictures import EXTENSIONS, UnusablePicture, measure
from triptych.model.nodes import Image, Picture
from triptych.project import Project, UnsafePath

_REMOTE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


class PictureFinder:
    """Finds and measures the pictures of a project, each once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[str, Picture] = {}

    def find(self, source: str, *, beside: str, span: Span) -> tuple[Picture | None, list[Diagnostic]]:
        """The picture that a section names, or None and why not."""

        def problem(code: str, message: str, hint: str | None = None) -> tuple[None, list[Diagnostic]]:
            return None, [Diagnostic(code=code, span=span, message=message, hint=hint)]

        if _REMOTE.match(source):
            hint = "save the picture in the project and name its file; a build never uses the network"
            return problem("IMG002", f'the image "{source[:80]}" is not a file of the project', hint)
        try:
            path = self._project.locate(source, beside=beside)
            if path is None and "%" in source:  # as Markdown writes a space in a name
                path = self._project.locate(unquote(source), beside=beside)
            if path is None:
                return problem("IMG001", f'no image "{unquote(source)}"', self._nearest(source, beside))
            if path not in self._known:
                media_type, width, height = measure(self._project.read_bytes(path))
                self._known[path] = Picture(path=path, media_type=media_type, width=width, height=height)
            return self._known[path], []
        except UnsafePath as error:
            return problem("SEC005", str(error), "only files inside the project are read")
        except UnusablePicture as error:
            return problem("IMG003", f'the image "{source}" cannot be used: {error}')

    def fill(self, node: object, *, beside: str, found: list[Diagnostic]) -> object:
        """An image node with its picture; other nodes as they are, for rewriting a tree."""
        if not isinstance(node, Image) or node.picture is not None:
            return node
        span = node.span or Span(path=beside)
        picture, problems = self.find(node.source, beside=beside, span=span)
        found.extend(problems)
        return replace(node, picture=picture) if picture else node

    def _nearest(self, name: str, beside: str) -> str:
        """The nearest picture file, named as the section would name it."""
        usual = {*EXTENSIONS.values(), "jpeg"}
        source, here = self._project.root / "source", (self._project.root / beside).parent
        files = [file for file in source.rglob("*") if file.suffix[1:].lower() in usual]
        names = [
            file.relative_to(folder).as_posix()
            for folder in (here, source)
            for file in files
            if file.is_relative_to(folder)
        ]
        return did_you_mean(name, names) or "paths are relative to the section, or to the folder of book.yaml"
