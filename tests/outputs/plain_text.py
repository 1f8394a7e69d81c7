"""An output that only tests know."""

from __future__ import annotations

from typing import Any

from triptych.checks.texts import FileText
from triptych.checks.wordings import normalize
from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.formats import Format
from triptych.model.walk import plain_text
from triptych.outputs.base import Output, WritingJob, Written

NAME: Any = "txt"
FORMAT = Format(
    label="the text",
    progress="Writing the text",
    media_type="text/plain",
    words=("txt",),
    file_ending="txt",
)


class PlainText(Output):
    """The words of a book, one paragraph for each chapter."""

    name = NAME

    def write(self, job: WritingJob) -> Written:
        book = job.book_for(self.name)
        lines = [book.metadata.title]
        for chapter in book.chapters:
            lines += [plain_text(chapter.title), plain_text(chapter.blocks)]
        return Written("\n".join(lines).encode(), [], book)

    def check(self, data: bytes, memory: Memory = NO_MEMORY) -> list[Diagnostic]:
        return [] if data.strip() else [Diagnostic(code="CHK001", message="the text is empty")]

    def text(self, data: bytes, memory: Memory = NO_MEMORY) -> FileText:
        return FileText(normalize(data.decode()))
