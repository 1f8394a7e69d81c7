"""The Markdown of a book in groups of texts, a section or the glossary each: read by pandoc where it is new.

What a group cites and what lint says of it is remembered, so that pandoc's tree of a group that has not
changed is not even looked at.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from triptych.diagnostics import Diagnostic, Span
from triptych.engine.cache import Cache
from triptych.engine.tasks import CITED, Task
from triptych.reading.pandoc import Json, Reading, Unreadable, pandoc_version, read_markdown
from triptych.reading.references.bibliography import citations
from triptych.settings.limits import USUAL, ReadingLimits

BODY = "body"  # the name, among the texts of a section, of all that is not front matter
_UNREADABLE = "SEC004"
Lint = Callable[[str, Reading], list[Diagnostic]]  # the name of a text and pandoc's reading → what is wrong


@dataclass(slots=True)
class Texts:
    """The texts of a group by name, in the order of the page, since numeric citation styles count in it.

    ``lint`` looks at a text that was read, as nobody does at a glossary's; ``rules`` is all that decides what
    it says, but the texts. ``moved`` puts a finding in the body at its place in a file. ``cited`` are the
    outermost citations in all texts, in order, and ``found`` what is wrong, both known when
    ``read_citations`` has been called; so are the names of ``unreadable`` texts, which are not tried again.
    """

    path: str
    texts: dict[str, str]
    lint: Lint = lambda name, reading: []
    rules: str = ""
    moved: Callable[[Diagnostic], Diagnostic] = lambda finding: finding
    cited: list[Json] = field(default_factory=list)
    found: list[Diagnostic] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)

    def trees(self, cache: Cache, limits: ReadingLimits = USUAL) -> dict[str, Json]:
        """Pandoc's trees by the names of the texts, with the words that ``cited`` have been given."""
        texts = {name: "" if name in self.unreadable else text for name, text in self.texts.items()}
        readings = read_markdown(list(texts.values()), cache, self._subjects, limits)
        trees = {name: _tree(reading) for name, reading in zip(texts, readings, strict=True)}
        written = citations(self.cited)
        for tree in trees.values():
            for cite, done in zip(citations(tree), written, strict=False):
                cite["c"][1] = done["c"][1]
        return trees

    @property
    def _subjects(self) -> list[str]:
        return [f"{self.path} {name}" for name in self.texts]

    @property
    def task(self) -> Task[tuple[str, list[Diagnostic]]]:
        """What makes its citations and findings."""
        texts = json.dumps(self.texts)
        return Task.of(
            CITED, self.path, path=self.path, pandoc=pandoc_version(), texts=texts, rules=self.rules
        )


def read_citations(
    groups: Sequence[Texts],
    cache: Cache,
    limits: ReadingLimits,
    known: Callable[[Sequence[str]], None] = lambda cited: None,
) -> None:
    """Find what each group cites and what is wrong with it; all that is new goes through pandoc together.

    Where all of it is new, what each cites is ``known``, as JSON, before anybody looks for what is wrong.
    """
    tasks = [group.task for group in groups]

    def read(missing: list[int]) -> list[tuple[str, list[Diagnostic]]]:
        new = [groups[place] for place in missing]
        texts = [text for group in new for text in group.texts.values()]
        subjects = [subject for group in new for subject in group._subjects]
        readings = iter(read_markdown(texts, cache, subjects, limits))
        read = [[next(readings) for _ in group.texts] for group in new]
        cited = [json.dumps(_cited(own)) for own in read]
        if len(new) == len(groups):
            known(cited)
        return list(zip(cited, map(_looked_at, new, read), strict=True))

    def lasts(result: tuple[str, list[Diagnostic]]) -> bool:
        return all(finding.code != _UNREADABLE for finding in result[1])

    shape = tuple[str, list[Diagnostic]]
    for group, (cited, found) in zip(groups, cache.remember_all(tasks, read, lasts, shape), strict=True):
        group.cited, group.found = json.loads(cited), found


def _cited(readings: Sequence[Reading | Unreadable]) -> list[Json]:
    return [cite for reading in readings for cite in citations(_tree(reading), outer=True)]


def _looked_at(group: Texts, readings: Sequence[Reading | Unreadable]) -> list[Diagnostic]:
    """What is wrong with the texts of a group."""
    found: list[Diagnostic] = []
    for name, reading in zip(group.texts, readings, strict=True):
        if isinstance(reading, Unreadable):
            group.unreadable.add(name)
            span = Span(path=group.path, line=reading.line if name == BODY else 1)
            finding = Diagnostic(code=_UNREADABLE, span=span, message=str(reading), hint=reading.hint)
            found.append(group.moved(finding))
        else:
            found += group.lint(name, reading)
    return found


def _tree(reading: Reading | Unreadable) -> Json:
    """A text as a node with content, so that looking for citations goes through it."""
    return {"t": "Div", "c": [] if isinstance(reading, Unreadable) else reading.blocks}
