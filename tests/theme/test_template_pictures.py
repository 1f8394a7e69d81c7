"""Test that pictures in templates are found and get a URL."""

from __future__ import annotations

from pathlib import Path

import pytest

from triptych.theme.templating import iter_image_paths, replace_image_paths


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('<p>\n  <img alt="a > b" src="a.png"/>', "a.png 2:25"),
        ("<image xlink:href='b c.svg'/>", "b c.svg 1:20"),
        ("x { background: url( a.png ) url('b.png') }", "a.png 1:22, b.png 1:35"),
        ("url(z.png) <img src='y.png'>", "z.png 1:5, y.png 1:22"),
        ('<img src="https://x.org/a.png"> <img src="//x.org/b">', "https://x.org/a.png 1:11, //x.org/b 1:43"),
        ('<img src="{{ cover }}"> url({{ x }}) url(#id) <img src="data:,x"> url(project:a.png)', ""),
        ('<img data-src="a.png">', ""),
    ],
)
def test_literal_image_path_is_located(text: str, named: str) -> None:
    assert (
        ", ".join(
            f"{image_path.path} {image_path.line}:{image_path.column}"
            for image_path in iter_image_paths(text)
        )
        == named
    )


def test_existing_image_has_a_url_and_outside_paths_do_not(tmp_path: Path) -> None:
    root = tmp_path / "book"
    for name in ("templates/a b.png", "source/c.png", "templates/c.png", "../out.png"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    template = root / "templates" / "page.j2"
    text = "url('a%20b.png') url(c.png) url(../source/c.png) url(gone.png) url(../../out.png) url(d.png)"
    (root / "source" / "d.png").write_bytes(b"x")
    assert replace_image_paths(text, template, root) == (
        "url('project:templates/a%20b.png') url(project:templates/c.png) url(project:source/c.png) "
        "url(gone.png) url(../../out.png) url(project:source/d.png)"
    )
