"""Render the HTML of the preview page and of its panels."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from triptych.diagnostics import group_findings, group_key
from triptych.engine.store.program_digest import compute_digest
from triptych.folders import get_templates_folder
from triptych.preview.outputs import find_libreoffice
from triptych.preview.state import PreviewState
from triptych.theme.templating import load_page_templates
from triptych.theme.theme import load_theme

PANELS = ("contents", "slides", "findings")


def render_page(state: PreviewState) -> str:
    """Return the HTML of the preview page with all its panels."""
    return _render_template(
        "page.html", state=state, news=render_state_json(state), panels=render_panels(state)
    )


def render_panels(state: PreviewState) -> Mapping[str, str]:
    """Return a mapping from panel names to HTML."""
    entries = group_findings(state.diagnostics, group_key)
    values = {"state": state, "can_draw": find_libreoffice() is not None, "entries": entries}
    return {name: _render_template(f"{name}.html", **values) for name in PANELS}


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
            "print": {
                "look": compute_digest(*(page.digest for page in state.pages))[:16],
                "place": state.changed_page,
            },
            "first": state.ebook.spine[0] if state.ebook and state.ebook.spine else "",
            "panels": {name: compute_digest(html)[:16] for name, html in render_panels(state).items()},
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def render_asset(name: str) -> str:
    """Return the style sheet or the icon of the preview page, in the colours of the theme."""
    return _render_template(name, colours=load_theme().colours)


def read_page_script() -> str:
    """Return the JavaScript of the preview page."""
    return (get_templates_folder() / "preview/page.js").read_text("utf-8")


def _render_template(name: str, **values: Any) -> str:
    return load_page_templates().get_template(f"preview/{name}.j2").render(**values)
