"""Export the public names of python-pptx that decks use: lengths, enumerations and classes."""

from pptx.chart.chart import Chart as NativeChart
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_AXIS_CROSSES,
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE_DASH_STYLE, MSO_PATTERN_TYPE, MSO_THEME_COLOR
from pptx.enum.shapes import MSO_CONNECTOR_TYPE, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.exc import InvalidXmlError
from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from pptx.opc.package import Part
from pptx.presentation import Presentation
from pptx.shapes.base import BaseShape
from pptx.slide import NotesMaster, NotesSlide, Slide, SlideLayout, SlideMaster
from pptx.util import Pt

__all__ = [
    "CONTENT_TYPE",
    "MSO_ANCHOR",
    "MSO_CONNECTOR_TYPE",
    "MSO_LINE_DASH_STYLE",
    "MSO_PATTERN_TYPE",
    "MSO_SHAPE",
    "MSO_THEME_COLOR",
    "PP_ALIGN",
    "RELATIONSHIP_TYPE",
    "XL_AXIS_CROSSES",
    "XL_CHART_TYPE",
    "XL_LABEL_POSITION",
    "XL_LEGEND_POSITION",
    "XL_MARKER_STYLE",
    "XL_TICK_LABEL_POSITION",
    "XL_TICK_MARK",
    "BaseShape",
    "InvalidXmlError",
    "NativeChart",
    "NotesMaster",
    "NotesSlide",
    "Part",
    "Presentation",
    "Pt",
    "RGBColor",
    "Slide",
    "SlideLayout",
    "SlideMaster",
]
