"""Write the paragraphs of a book as plain text."""

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.formats import Format
from triptych.model.nodes import Paragraph
from triptych.model.walk import book_nodes, plain_text
from triptych.outputs.base import Output, WritingJob, WrittenOutput
from triptych.settings.manifest import Manifest
from triptych.settings.values import StrictModel


class PlainOptions(StrictModel):
    """The ``format: plain:`` section."""

    prefix: str = ""
    """Text before each paragraph."""


class PlainOutput(Output):
    """A text file with a line for each paragraph."""

    name = "plain"
    options = PlainOptions
    own_format = Format(
        label="the plain text",
        progress_message="Writing the text",
        media_type="text/plain",
        condition_names=(),
        file_extension="txt",
        is_quick=True,
    )

    def contains_book(self, manifest: Manifest) -> bool:
        """Return False, since tables and charts are missing."""
        return False

    def write(self, job: WritingJob) -> WrittenOutput:
        """Write the paragraphs."""
        book = job.select_output_book(self.name)
        options = job.manifest.get_extension_options(self.name)
        lines = [f"{options.prefix}{plain_text(node.content)}\n" for node in book_nodes(book, Paragraph)]
        return WrittenOutput("".join(lines).encode(), [], book)

    def check(self, data: bytes, memory: Memory = NO_MEMORY) -> list[Diagnostic]:
        """Return no findings."""
        return []
