"""Explain why a text file is not valid UTF-8, and find merge conflicts in text."""

from __future__ import annotations

import codecs
import re
import shlex
from collections.abc import Collection
from dataclasses import dataclass

from triptych.diagnostics import Diagnostic, Span

NETWORK_HINT = "download the file into the project and refer to that copy: builds never use the network"
NOT_TEXT = "the file is not plain text; it looks like a spreadsheet, a word-processor document or an archive"
NOT_TEXT_HINT = "export the file as UTF-8 plain text, or as CSV if it is a spreadsheet"
_ARCHIVE = b"PK\x03\x04"
_MULTIBYTE_RUN = re.compile(rb"[\x80-\xff]+")
_UTF16 = {codecs.BOM_UTF16_LE: "UTF-16LE", codecs.BOM_UTF16_BE: "UTF-16BE"}
_SAMPLE = 8  # minimum number of bytes over 127; fewer may be adjacent by chance, as in “Füße”
_PROSE_CHARACTERS = "€–—‘’“”„…°²³½"  # non-letters that are common in Windows-1252 text


@dataclass(frozen=True, slots=True)
class TextProblem:
    """An error in a text file, at a 1-based ``line`` and ``column``.

    ``text`` is the file's content, decoded with its probable encoding.
    """

    line: int
    column: int
    message: str
    hint: str
    text: str = ""

    def to_diagnostic(self, path: str, code: str = "SEC003") -> Diagnostic:
        """Return the error as a diagnostic about the file at ``path``."""
        span = Span(path=path, line=self.line, column=self.column)
        return Diagnostic(code=code, span=span, message=self.message, hint=self.hint)


def explain_encoding_error(error: UnicodeDecodeError, path: str) -> TextProblem:
    """Explain why ``Project.read_text`` could not decode a file. The hint contains the file's ``path``."""
    data = bytes(error.object)
    if data.startswith(_ARCHIVE):
        return TextProblem(1, 1, NOT_TEXT, _make_conversion_hint(path))
    if encoding := _detect_utf16(data):
        return TextProblem(
            1,
            1,
            "the file is UTF-16 text, not UTF-8",
            _make_iconv_hint("UTF-16", path),
            _decode(data, encoding),
        )
    before = data[: error.start].decode("utf-8", "replace")
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    byte = data[error.start]
    text = _decode(data, "cp1252")
    character = bytes([byte]).decode("cp1252", "replace")
    if _is_multibyte(data):
        hint = "save the file as UTF-8; its encoding may be GB18030, Big5, Shift-JIS, EUC-KR or Windows-1251"
        return TextProblem(line, column, f"byte 0x{byte:02X} is not valid UTF-8", hint, text)
    if character.isalpha() or character in _PROSE_CHARACTERS:
        message = (
            f"byte 0x{byte:02X} is not valid UTF-8; the file is probably in Windows-1252, "
            f'where this byte is "{character}"'
        )
        return TextProblem(line, column, message, _make_iconv_hint("WINDOWS-1252", path), text)
    return TextProblem(line, column, f"byte 0x{byte:02X} is not valid UTF-8", "save the file as UTF-8", text)


def _make_conversion_hint(path: str) -> str:
    name = path.rsplit("/", 1)[-1]
    is_word = name.lower().endswith(".docx")
    return f"convert the file with `triptych import {shlex.quote(name)} DEST`" if is_word else NOT_TEXT_HINT


def find_null_character(text: str, path: str) -> TextProblem | None:
    """Return an error if a text contains null characters, which are not allowed; otherwise return None."""
    place = text.find("\0")
    if place < 0:
        return None
    line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
    if text.startswith(_ARCHIVE.decode()):
        return TextProblem(1, 1, NOT_TEXT, _make_conversion_hint(path))
    if text.count("\0") * 4 > len(text):
        message, hint = "the file is probably UTF-16 text, not UTF-8", _make_iconv_hint("UTF-16LE", path)
    else:
        message, hint = "null characters (U+0000) are not allowed in text", "delete the null character"
    return TextProblem(line, column, message, hint, text.replace("\0", ""))


def _detect_utf16(data: bytes) -> str:
    if kind := _UTF16.get(data[:2]):
        return kind
    sample = data[:2_000]
    halves = {"UTF-16BE": sample[::2].count(0), "UTF-16LE": sample[1::2].count(0)}
    likely = max(halves, key=lambda name: halves[name])
    return likely if halves[likely] * 4 > len(sample) else ""


def _is_multibyte(data: bytes) -> bool:
    sizes = [len(run) for run in _MULTIBYTE_RUN.findall(data)]
    return sum(sizes) >= _SAMPLE and sum(size for size in sizes if size > 1) > sum(sizes) / 2


def _decode(data: bytes, encoding: str) -> str:
    text = data.decode(encoding, "replace").removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _make_iconv_hint(encoding: str, path: str) -> str:
    name = path.rsplit("/", 1)[-1]
    old, new = shlex.quote(name), shlex.quote(f"{name}.tmp")
    command = f"iconv -f {encoding} -t UTF-8 {old} > {new} && mv {new} {old}"
    if name.lower().endswith(".csv"):
        return f'export the spreadsheet as "CSV UTF-8", or convert the file: `{command}`'
    return f"save the file as UTF-8, or convert it: `{command}`"


KEEP_ONE_VERSION = (
    "keep one of the versions, and delete the lines that start with <<<<<<<, ======= and >>>>>>>"
)
_MARKER = re.compile(r"^(?:<{7}|>{7}) \S.*", re.MULTILINE)
_MAX_MARKER_LENGTH = 40  # maximum number of characters of a marker in a message


def find_conflict(text: str, code_lines: Collection[int] = ()) -> TextProblem | None:
    """Return an error for the first merge conflict marker outside code, or None if there is none.

    ``code_lines`` are the numbers of lines of code. A line of equals signs is not reported, since it
    underlines a heading in Markdown.
    """
    if "<<<<<<< " not in text and ">>>>>>> " not in text:
        return None
    for match in _MARKER.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        if line not in code_lines:
            message = f"unresolved merge conflict: `{match[0].strip()[:_MAX_MARKER_LENGTH]}`"
            return TextProblem(line, 1, message, KEEP_ONE_VERSION)
    return None


def keep_first_version(text: str, code_lines: Collection[int] = ()) -> str:
    """Keep only the first version of each merge conflict in a text.

    Conflict markers and the other versions become empty lines, so that line numbers do not change.
    """
    kept_lines: list[str] = []
    version = 0  # of the conflict around the line; 0 outside conflicts
    for number, line in enumerate(text.split("\n"), 1):
        mark = line[:7] if number not in code_lines else ""
        if mark == "<" * 7:
            version = 1
        elif version and mark in ("|" * 7, "=" * 7):
            version += 1
        is_end = mark == ">" * 7
        kept_lines.append("" if version > 1 or is_end or mark == "<" * 7 else line)
        version = 0 if is_end else version
    return "\n".join(kept_lines)
