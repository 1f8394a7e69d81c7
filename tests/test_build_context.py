"""What is drawn once is kept, and what differs is drawn apart."""

from __future__ import annotations

from pathlib import Path

from triptych.build_context import BuildContext
from triptych.engine.cache import Cache
from triptych.languages.labels import load_labels
from triptych.media.formulas.formulas import Formula
from triptych.project import Project
from triptych.theme.templating import page_templates
from triptych.theme.theme import load_theme


def context_of(root: Path) -> BuildContext:
    project = Project(root, environ={})
    templates = page_templates(project.own_templates())
    return BuildContext(load_labels("en"), load_theme(), templates, project.read_bytes, Cache(root / "cache"))


def test_a_formula_in_a_line_is_kept_apart_from_the_same_one_displayed(tmp_path: Path) -> None:
    context = context_of(tmp_path)
    mathml = '<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mi>n</mi><mn>2</mn></mfrac></math>'
    inline, displayed = (Formula(mathml, display=display) for display in (False, True))
    low = context.draw_formulas([inline])[inline]
    high = context.draw_formulas([displayed])[displayed]
    assert low and high
    assert high.height > 1.2 * low.height
    # Another run takes both from the cache.
    assert context_of(tmp_path).draw_formulas([displayed, inline]) == {displayed: high, inline: low}
