"""List all hostile cases, in the order in which they run."""

from __future__ import annotations

from tests.hostile.charts import CHARTS
from tests.hostile.decks import DECKS
from tests.hostile.drawings import DRAWINGS
from tests.hostile.full_values import FULL_VALUES
from tests.hostile.heavy_pictures import HEAVY
from tests.hostile.imports import IMPORTS
from tests.hostile.manifests import MANIFESTS
from tests.hostile.own_templates import TEMPLATES
from tests.hostile.pdf_figures import PDF_FIGURES
from tests.hostile.pictures import PICTURES
from tests.hostile.small_project import Case
from tests.hostile.sources import SOURCES
from tests.hostile.texts import TEXTS
from tests.hostile.values import VALUES

CASES: tuple[Case, ...] = (
    *MANIFESTS,
    *FULL_VALUES,
    *TEXTS,
    *VALUES,
    *CHARTS,
    *SOURCES,
    *DRAWINGS,
    *PICTURES,
    *PDF_FIGURES,
    *HEAVY,
    *TEMPLATES,
    *DECKS,
    *IMPORTS,
)
