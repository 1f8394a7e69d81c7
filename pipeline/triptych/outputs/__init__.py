"""Outputs: what a build writes, one descriptor per format.

A descriptor says what its format needs, and how it is written, held against the book and checked. Begin with
``base.py``, which describes the interface; ``OUTPUTS`` lists the descriptors. Nothing else in the program
compares the names of formats: it asks ``OUTPUTS`` for behaviour and ``triptych/formats.py`` for names and
traits.
"""

from triptych.formats import OutputFormat
from triptych.outputs.base import Output
from triptych.outputs.epub import EpubOutput
from triptych.outputs.onix import OnixOutput
from triptych.outputs.pdf import PdfOutput
from triptych.outputs.pptx import PptxOutput

# The PDF comes first: other outputs may name its pages.
OUTPUTS: dict[OutputFormat, Output] = {
    output.name: output for output in (PdfOutput(), EpubOutput(), PptxOutput(), OnixOutput())
}
