"""Test which chapters are front matter."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject
from triptych.engine.cache import Cache
from triptych.model.book import Matter
from triptych.stages import read_project


def matters_of(make_project: MakeProject, cache: Cache, **heads: str) -> list[Matter]:
    names = ", ".join(f"{name}.md" for name in heads)
    files = {f"source/{name}.md": f"---\ntitle: {name}\n{head}\n---\nText.\n" for name, head in heads.items()}
    manifest = f"book:\n  title: A book\n  chapters: [{names}]\nlang: en\n"
    _, book, result = read_project(make_project({"source/book.yaml": manifest, **files}), cache)
    assert book is not None, result
    return [chapter.matter for chapter in book.chapters]


def test_unnumbered_chapters_before_the_first_numbered_one_are_front_matter(
    make_project, shared_cache
) -> None:
    result = matters_of(make_project, shared_cache, a="unnumbered: true", b="", c="unnumbered: true")
    assert result == [Matter.FRONT, Matter.BODY, Matter.BODY]


@pytest.mark.parametrize("role", ["dedication", "epigraph", "preface"])
def test_roles_decide_in_a_book_without_chapter_numbers(role: str, make_project, shared_cache) -> None:
    front, plain = f"unnumbered: true\nrole: {role}", "unnumbered: true"
    result = matters_of(make_project, shared_cache, a=front, b=plain, c=front)
    assert result == [Matter.FRONT, Matter.BODY, Matter.BODY]
