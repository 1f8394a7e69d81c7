"""Write and check the output formats. Each format is a subclass of ``Output`` in ``base.py``.

``OUTPUTS`` has one instance of each subclass; ``triptych/formats.py`` has the formats' names and properties.
No other module compares the names of formats.
"""

from triptych.formats import OutputFormat
from triptych.outputs.base import Output
from triptych.outputs.epub import EpubOutput
from triptych.outputs.onix import OnixOutput
from triptych.outputs.pdf import PdfOutput
from triptych.outputs.pptx import PptxOutput

# The PDF is first, since other outputs may contain its page numbers.
OUTPUTS: dict[OutputFormat, Output] = {
    output.name: output for output in (PdfOutput(), EpubOutput(), PptxOutput(), OnixOutput())
}
