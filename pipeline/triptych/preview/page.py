"""Render the HTML of the preview page and of its panels."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from triptych.diagnostics import group_findings, group_key
from triptych.engine.store.program_digest import compute_digest
from triptych.folders import get_templates_folder
from triptych.preview.outputs import PreviewPage
from triptych.preview.slide_images import find_libreoffice
from triptych.preview.state import PreviewState
from triptych.theme.templating import load_page_templates
from triptych.theme.theme import load_theme

PANELS = ("contents", "pages", "slides", "findings")


def render_page(state: PreviewState) -> str:
    """Return the HTML of the preview page with all its panels."""
    return _render_template(
        "page.html", state=state, news=render_state_json(state), panels=render_panels(state)
    )


def render_panels(state: PreviewState) -> Mapping[str, str]:
    """Map the names of panels to their HTML."""
    entries = group_findings(state.diagnostics, group_key)
    values = {"state": state, "can_draw": find_libreoffice() is not None, "entries": entries}
    rendered = {"pages": _render_pages(state.pages)}
    return {name: rendered.get(name) or _render_template(f"{name}.html", **values) for name in PANELS}


@lru_cache(maxsize=2)
def _render_pages(pages: tuple[PreviewPage, ...]) -> str:
    return _render_template("pages.html", pages=pages)


def render_presenter(state: PreviewState) -> str:
    """Return the HTML of the presenter view: the current slide, the next one, the notes and a clock."""
    return _render_template("presenter.html", state=state)


def render_audience(state: PreviewState) -> str:
    """Return the HTML of the audience window, which shows the slide of the presenter view."""
    return _render_template("audience.html", state=state)


def render_slides_json(state: PreviewState) -> str:
    """Return the visible slides as JSON for the script of the presenter view."""
    slides = [
        {
            "image": f"slides/{slide.image_key}.png" if slide.image_key in state.slide_images else "",
            "title": slide.title,
            "text": slide.text,
            "notes": slide.notes,
            "number": number,
        }
        for number, slide in enumerate(state.slides, 1)
        if not slide.hidden
    ]
    if state.planned_seconds is not None:
        slides = [
            {**slide, "planned": seconds}
            for slide, seconds in zip(slides, state.planned_seconds, strict=True)
        ]
    return json.dumps({"title": state.title, "slides": slides}, ensure_ascii=False)


def render_state_json(state: PreviewState) -> str:
    """Return the state as JSON for the script of the preview page.

    The script fetches panels and outputs whose digests have changed.
    """
    return json.dumps(
        {
            "version": state.version,
            "title": state.title,
            "working": sorted(state.running_stages),
            "failed": state.has_failed,
            "outputs": {
                name: {"name": output.name, "digest": output.digest, "seconds": round(output.seconds, 2)}
                for name, output in state.outputs.items()
            },
            "change": state.change_number,
            "first": state.ebook.spine[0] if state.ebook and state.ebook.spine else "",
            "panels": {name: compute_digest(html)[:16] for name, html in render_panels(state).items()},
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def render_asset(name: str) -> str:
    """Return the style sheet or the icon of the preview page, in the colours of the theme."""
    return _render_template(name, colours=load_theme().colours)


def read_script(name: str) -> str:
    """Return the JavaScript of a page."""
    return (get_templates_folder() / "preview" / name).read_text("utf-8")


def _render_template(name: str, **values: Any) -> str:
    return load_page_templates().get_template(f"preview/{name}.j2").render(**values)
