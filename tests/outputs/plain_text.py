"""Define an output format for tests."""

from __future__ import annotations

from typing import Any

from triptych.checks.texts import FileText
from triptych.checks.wordings import normalise_text
from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.formats import Format
from triptych.model.walk import plain_text
from triptych.outputs.base import Output, WritingJob, WrittenOutput

NAME: Any = "txt"
FORMAT = Format(
    label="the text",
    progress_message="Writing the text",
    media_type="text/plain",
    condition_names=("txt",),
    file_extension="txt",
)


class PlainText(Output):
    """The words of a book, one paragraph for each chapter."""

    name = NAME

    def write(self, job: WritingJob) -> WrittenOutput:
        book = job.select_output_book(self.name)
        lines = [book.metadata.title]
        for chapter in book.chapters:
            lines += [plain_text(chapter.title), plain_text(chapter.blocks)]
        return WrittenOutput("\n".join(lines).encode(), [], book)

    def check(self, data: bytes, memory: Memory = NO_MEMORY) -> list[Diagnostic]:
        return [] if data.strip() else [Diagnostic(code="CHK001", message="the text is empty")]

    def read_text(self, data: bytes, memory: Memory = NO_MEMORY) -> FileText:
        return FileText(normalise_text(data.decode()))
