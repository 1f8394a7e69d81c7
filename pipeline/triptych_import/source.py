"""Read files in the source folder of an import, and refuse files outside this folder."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from triptych.diagnostics import Span
from triptych.media.picture_files import inspect_picture
from triptych.media.raster_images import UnusablePicture
from triptych.project import Project, UnsafePath, is_text, to_text
from triptych_import.book import ImportFailed, ImportFinding

LARGEST_TEXT = 5_000_000  # characters; five times a long novel
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

        Control characters that come from Windows-1252 are corrected. Raise ``ImportFailed`` if the text is
        longer than ``LARGEST_TEXT``.
        """
        try:
            text = self._project.read_text(self.match_case(path)).translate(_CP1252)
        except (OSError, UnsafePath, UnicodeDecodeError):
            return None
        if len(text) > LARGEST_TEXT:
            message = f"the file is longer than {LARGEST_TEXT // 1_000_000} million characters"
            raise ImportFailed("IMP003", Span(path=path), message, "split the file into smaller files")
        return text

    def make_text_reader(self, folder: str) -> Callable[[str], str | None]:
        """Return a function that reads text files by paths relative to ``folder``."""
        return lambda path: self.read_text(posixpath.join(folder, path))

    def match_case(self, path: str) -> str:
        """Return a path with the upper and lower case used on disk, since some file systems ignore case."""
        file = self._project.root / path
        if file.exists() or not file.parent.is_dir():
            return path
        if file.parent not in self._names_by_folder:
            self._names_by_folder[file.parent] = [other.name for other in file.parent.iterdir()]
        alike = [
            name for name in self._names_by_folder[file.parent] if name.casefold() == file.name.casefold()
        ]
        return posixpath.join(posixpath.dirname(path), alike[0]) if len(alike) == 1 else path

    def read_raw_text(self, path: str) -> str | None:
        """Return a file's text without correcting Windows-1252 characters, or None if it cannot be read."""
        data = self.read_bytes(path)
        return None if data is None else data.decode("utf-8", "replace").replace("\r\n", "\n")

    def read_bytes(self, path: str) -> bytes | None:
        """Return a file's bytes, or None if the file is missing or outside the source folder."""
        try:
            return self._project.read_bytes(path)
        except (OSError, UnsafePath):
            return None

    def find_image_problem(self, path: str, embedded_images: Mapping[str, bytes]) -> str:
        """Return the reason why an image cannot be used, or "" if it can be used.

        ``embedded_images`` maps paths to the content of images that were extracted from other files.
        """
        try:
            inspect_picture(
                embedded_images[path] if path in embedded_images else self._project.read_bytes(path)
            )
        except UnsafePath as error:
            return str(error)
        except OSError:
            return "the file does not exist"
        except UnusablePicture as error:
            return str(error)
        return ""

    def list_files(self, folder: str, extensions: Sequence[str]) -> list[str]:
        """Return the sorted paths, relative to ``folder``, of the files below it with one of ``extensions``.

        Hidden files, folders such as ``node_modules``, generated websites and files whose names are not
        UTF-8 are skipped.
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
        """Return the paths of images that executed code wrote, in folders such as ``figure-html``."""
        found: list[str] = []
        for folder, inner, names in os.walk(self._project.root):
            inner[:] = sorted(name for name in inner if name not in (".git", "node_modules", "renv"))
            if Path(folder).name.startswith("figure-"):
                found += [(Path(folder) / name).relative_to(self._project.root).as_posix() for name in names]
        return sorted(filter(is_text, found))

    def report_unreadable_names(self) -> list[ImportFinding]:
        """Return a finding for each file whose name is not UTF-8, including the folders of the file."""
        paths = (str(file.relative_to(self._project.root)) for file in _walk_files(self._project.root))
        names = sorted(to_text(path) for path in paths if not is_text(path))
        return [
            ImportFinding(path=name, message="the name of the file is not UTF-8", action="omitted")
            for name in names
        ]


def _walk_files(root: Path) -> Iterator[Path]:
    """Yield the files below a folder, except hidden files and folders such as ``node_modules``."""
    for folder, inner, names in os.walk(root):
        inner[:] = [name for name in inner if not name.startswith(".") and name not in _SKIPPED]
        yield from (Path(folder) / name for name in names if not name.startswith("."))


@cache
def _is_generated_website(folder: Path) -> bool:
    """Return whether a folder contains a generated website and no Markdown files."""
    site = folder.name in _GENERATED and (folder / "index.html").is_file()
    return site and not any(folder.glob("*.md"))
