"""Write and check the output formats. Each format is a subclass of ``Output`` in ``base.py``.

``OUTPUTS`` has one instance of each subclass; ``triptych/formats.py`` has the formats' names and properties.
No other module compares the names of formats.
"""

from triptych.formats import OutputFormat, load_output_extension
from triptych.outputs.base import Output
from triptych.outputs.epub import EpubOutput
from triptych.outputs.onix import OnixOutput
from triptych.outputs.pdf import PdfOutput
from triptych.outputs.pptx import PptxOutput


class _Outputs(dict[OutputFormat, Output]):
    """The built-in outputs. Looking up another name loads an extension."""

    def __missing__(self, name: OutputFormat) -> Output:
        output: Output = load_output_extension(name)
        return output


# The PDF is first, since other outputs may contain its page numbers.
OUTPUTS: dict[OutputFormat, Output] = _Outputs(
    {output.name: output for output in (PdfOutput(), EpubOutput(), PptxOutput(), OnixOutput())}
)
