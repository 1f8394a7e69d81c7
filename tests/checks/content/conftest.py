"""Build outputs of small books, for tests that damage them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import tiny_png, write_files
from triptych.build_context import BuildContext
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.engine.processes.pool import InlineExecutor
from triptych.formats import OutputFormat
from triptych.outputs import OUTPUTS
from triptych.outputs.base import WritingJob, WrittenOutput
from triptych.project import Project
from triptych.stages import read_project

FIRST = """\
## Beginning {#sec-begin}

Every paragraph of a book is somewhere in it, and this one is about lighthouses.[^1]

[^1]: A note about lamps and lenses.

A sentence that stands twice in the book, word for word.

![A grey dot](dot.png){#fig-dot fig-alt="A dot"}

- a point about fog
- another about foghorns

| Name | Height |
|------|-------:|
| Bell Rock | 35 |

: Towers of stone {#tbl-towers}

$$E = mc^2 + \\sum_{k=1}^n k^3$$ {#eq-sum}
"""
SECOND = """\
## Ending {#sec-end}

A sentence that stands twice in the book, word for word.

::: {#fig-chart .chart data=data.csv x=x y=y type=line fig-alt="A rising line"}
How it rises
:::

The last paragraph says good night.
"""


class Made:
    """An output of a book, with the book as this output renders it."""

    def __init__(self, name: OutputFormat, project: Project) -> None:
        manifest, book, result = read_project(project, Cache(None))
        assert manifest is not None and book is not None, result
        context = BuildContext.for_book(project, book, Cache(None))
        self.name = name
        made = OUTPUTS[name].write(WritingJob(book, manifest, context))
        self.data, self.book = made.data, made.book

    def told(self, data: bytes | None = None) -> list[Diagnostic]:
        """Return the findings of the checks in the output, or in other bytes that replace it."""
        return OUTPUTS[self.name].check_contents(
            WrittenOutput(self.data if data is None else data, [], self.book), InlineExecutor(), Cache(None)
        )


Make = Callable[..., Made]


def files(more: str = "", language: str = "en", **sections: str) -> Mapping[str, str | bytes]:
    named = sections or {"first": FIRST, "second": SECOND}
    listed = ", ".join(f"{name}.md" for name in named)
    return {
        "source/book.yaml": f"book:\n  title: A book\n  chapters: [{listed}]\nlang: {language}\n{more}",
        "source/dot.png": tiny_png(4, 4),
        "source/data.csv": "x,y\n1,2\n2,3\n",
        **{
            f"source/{name}.md": text if text.startswith("---\n") else f"---\ntitle: Of {name}\n---\n{text}"
            for name, text in named.items()
        },
    }


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return a function that builds an output, as in ``make("pdf", more="theme: report", language="ar")``."""
    count = 0

    def one(name: OutputFormat, **given: str) -> Made:
        nonlocal count
        count += 1
        return Made(name, Project(write_files(tmp_path / str(count), files(**given)), environ={}))

    return one


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[OutputFormat], Made]:
    """Return a function that builds an output of the book above once per format, as in ``made("pdf")``."""
    project = Project(write_files(tmp_path_factory.mktemp("book"), files()), environ={})
    known: dict[OutputFormat, Made] = {}

    def one(name: OutputFormat) -> Made:
        if name not in known:
            known[name] = Made(name, project)
        return known[name]

    return one
