"""Read files in the source folder of an import, and reject files outside this folder."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from triptych.diagnostics import Span
from triptych.folders import find_deep_folder, iter_files
from triptych.media.picture_files import inspect_picture
from triptych.media.raster_images import UnusablePictureError
from triptych.project import Project, UnsafePathError, is_text, make_depth_error, to_text
from triptych_import.book import ImportFailedError, ImportFinding

MAX_TEXT_LENGTH = 5_000_000  # characters; five times as long as a long novel
_SKIPPED = ("node_modules", "build", "_book", "_site", "target", "__pycache__", "renv")
_TEXT_EXTENSIONS = (".md", ".markdown", ".qmd", ".rmd", ".ipynb")
_GENERATED = ("book", "docs", "public", "site")  # skipped if they contain a website and no Markdown files


# C1 control characters come from Windows-1252 texts that were decoded as Latin-1.
_CP1252 = {code: bytes([code]).decode("cp1252", "replace") for code in range(0x80, 0xA0)} | {0x85: "…"}


class SourceFiles:
    """Reads files by paths relative to the source folder."""

    def __init__(self, root: Path) -> None:
        self._project = Project(root, environ={})
        self._names_by_folder: dict[Path, list[str]] = {}

    def read_text(self, path: str) -> str | None:
        """Return a file's text, or None if the file is missing, not UTF-8, or outside the source folder.

        Control characters that come from Windows-1252 are corrected. Raise ``ImportFailedError`` if the text
        is longer than ``MAX_TEXT_LENGTH``.
        """
        try:
            text = self._project.read_text(self.match_case(path)).translate(_CP1252)
        except (OSError, UnsafePathError, UnicodeDecodeError):
            return None
        if len(text) > MAX_TEXT_LENGTH:
            message = f"the file is longer than {MAX_TEXT_LENGTH // 1_000_000} million characters"
            raise ImportFailedError("IMP003", Span(path=path), message, "split the file into smaller files")
        return text

    def make_text_reader(self, folder: str) -> Callable[[str], str | None]:
        """Return a function that reads text files by paths relative to ``folder``."""
        return lambda path: self.read_text(posixpath.join(folder, path))

    def match_case(self, path: str) -> str:
        """Return a path in the upper and lower case used on disk, since some file systems ignore case."""
        file = self._project.root / path
        if file.exists() or not file.parent.is_dir():
            return path
        if file.parent not in self._names_by_folder:
            self._names_by_folder[file.parent] = [other.name for other in file.parent.iterdir()]
        candidates = [
            name for name in self._names_by_folder[file.parent] if name.casefold() == file.name.casefold()
        ]
        return posixpath.join(posixpath.dirname(path), candidates[0]) if len(candidates) == 1 else path

    def read_raw_text(self, path: str) -> str | None:
        """Return a file's text without correcting Windows-1252 characters, or None if it cannot be read."""
        data = self.read_bytes(path)
        return None if data is None else data.decode("utf-8", "replace").replace("\r\n", "\n")

    def read_bytes(self, path: str) -> bytes | None:
        """Return a file's bytes, or None if it is missing or outside the source folder."""
        try:
            return self._project.read_bytes(path)
        except (OSError, UnsafePathError):
            return None

    def find_image_problem(self, path: str, embedded_images: Mapping[str, bytes]) -> str:
        """Return why an image cannot be used, or "" if it can be used.

        ``embedded_images`` maps paths to the content of images that were extracted from other files.
        """
        try:
            inspect_picture(
                embedded_images[path] if path in embedded_images else self._project.read_bytes(path)
            )
        except UnsafePathError as error:
            return str(error)
        except OSError:
            return "the file does not exist"
        except UnusablePictureError as error:
            return str(error)
        return ""

    def list_files(self, folder: str, extensions: Sequence[str]) -> list[str]:
        """Return the sorted paths, relative to ``folder``, of the files below it with one of ``extensions``.

        Hidden files, folders such as ``node_modules``, generated websites and files whose names are not UTF-8
        are skipped.
        """
        root = self._project.root / folder
        if not root.is_dir() or not root.resolve().is_relative_to(self._project.root.resolve()):
            return []
        files = (file for file in _walk_files(root) if file.suffix in extensions and file.is_file())
        paths = (path for file in files if is_text(str(path := file.relative_to(root))))
        return sorted(path.as_posix() for path in paths if not _is_generated_website(root / path.parts[0]))

    def measure_text_size(self) -> int:
        """Return the total size of the Markdown and notebook files in bytes."""
        size = 0
        for file in _walk_files(self._project.root):
            if file.name.lower().endswith(_TEXT_EXTENSIONS):
                with suppress(OSError):
                    size += file.lstat().st_size
        return size

    def list_figure_files(self) -> list[str]:
        """Return the paths of images written by executed code, in folders such as ``figure-html``."""
        files = iter_files(self._project.root, lambda name: name in (".git", "node_modules", "renv"))
        figure_paths = (
            file.relative_to(self._project.root).as_posix()
            for file in files
            if file.parent.name.startswith("figure-") and file.is_file()
        )
        return sorted(filter(is_text, figure_paths))

    def report_ignored_paths(self) -> list[ImportFinding]:
        """Return a finding for each name that is not UTF-8, and for a folder with too many levels."""
        paths = (str(file.relative_to(self._project.root)) for file in _walk_files(self._project.root))
        names = sorted(to_text(path) for path in paths if not is_text(path))
        findings = [
            ImportFinding(path=name, message="the file name is not valid UTF-8", action="omitted")
            for name in names
        ]
        if deep_folder := find_deep_folder(self._project.root, _is_skipped):
            path = to_text(deep_folder.relative_to(self._project.root).as_posix())
            findings.append(ImportFinding(path=path, message=str(make_depth_error()), action="omitted"))
        return findings


def _walk_files(root: Path) -> Iterator[Path]:
    """Yield the files below a folder, except hidden files and folders such as ``node_modules``."""
    return iter_files(root, _is_skipped)


def _is_skipped(name: str) -> bool:
    return name.startswith(".") or name in _SKIPPED


@cache
def _is_generated_website(folder: Path) -> bool:
    """Return whether a folder contains a generated website and no Markdown files."""
    site = folder.name in _GENERATED and (folder / "index.html").is_file()
    return site and not any(folder.glob("*.md"))
