"""Re-export the lengths, enumerations and classes of python-pptx that decks use."""

from pptx.chart.chart import Chart
from pptx.dml.color import RGBColor as RGBColor
from pptx.enum.chart import XL_AXIS_CROSSES as XL_AXIS_CROSSES
from pptx.enum.chart import XL_CHART_TYPE as XL_CHART_TYPE
from pptx.enum.chart import XL_LABEL_POSITION as XL_LABEL_POSITION
from pptx.enum.chart import XL_LEGEND_POSITION as XL_LEGEND_POSITION
from pptx.enum.chart import XL_MARKER_STYLE as XL_MARKER_STYLE
from pptx.enum.chart import XL_TICK_LABEL_POSITION as XL_TICK_LABEL_POSITION
from pptx.enum.chart import XL_TICK_MARK as XL_TICK_MARK
from pptx.enum.dml import MSO_LINE_DASH_STYLE as MSO_LINE_DASH_STYLE
from pptx.enum.dml import MSO_PATTERN_TYPE as MSO_PATTERN_TYPE
from pptx.enum.dml import MSO_THEME_COLOR as MSO_THEME_COLOR
from pptx.enum.shapes import MSO_CONNECTOR_TYPE as MSO_CONNECTOR_TYPE
from pptx.enum.shapes import MSO_SHAPE as MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR as MSO_ANCHOR
from pptx.enum.text import PP_ALIGN as PP_ALIGN
from pptx.exc import InvalidXmlError as InvalidXmlError
from pptx.opc.constants import CONTENT_TYPE as CONTENT_TYPE
from pptx.opc.constants import RELATIONSHIP_TYPE as RELATIONSHIP_TYPE
from pptx.opc.package import Part as Part
from pptx.presentation import Presentation as Presentation
from pptx.shapes.base import BaseShape as BaseShape
from pptx.slide import NotesMaster as NotesMaster
from pptx.slide import NotesSlide as NotesSlide
from pptx.slide import Slide as Slide
from pptx.slide import SlideLayout as SlideLayout
from pptx.slide import SlideMaster as SlideMaster
from pptx.util import Pt as Pt

NativeChart = Chart
