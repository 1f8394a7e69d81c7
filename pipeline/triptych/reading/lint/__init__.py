"""Likely mistakes: what builds, and is not what the author meant.

Each rule looks at one section and says what it finds; the table of codes has its name, by which a manifest's
``lint:`` sets how bad that is. A rule must be right on real books: it would rather miss a mistake than
name a sentence that is as it should be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.blocks.fences import (
    fences_as_text,
    foreign_containers,
    unclosed_divs,
    unclosed_fences,
)
from triptych.reading.lint.blocks.headings import headings_as_text
from triptych.reading.lint.blocks.indented import prose_as_code
from triptych.reading.lint.blocks.lists import (
    citations_as_lists,
    list_indents,
    lists_as_text,
    numbers_as_lists,
)
from triptych.reading.lint.blocks.misplaced_front_matter import front_matter_as_text
from triptych.reading.lint.blocks.swallowed import swallowed_blocks
from triptych.reading.lint.blocks.tables import ragged_tables, tables_as_text
from triptych.reading.lint.draft import Draft
from triptych.reading.lint.marks import (
    attributes_as_text,
    code_as_text,
    formulas_of_latex,
    marks_as_text,
    shortcodes_as_text,
)
from triptych.reading.lint.names.conditions import unmet_conditions
from triptych.reading.lint.names.ids import ids_without_kind
from triptych.reading.lint.names.names import unknown_attributes, unknown_classes, unknown_values
from triptych.reading.lint.names.notes import defined_twice, undefined_notes, unused_notes
from triptych.reading.lint.names.references import references_as_text
from triptych.reading.lint.names.repeated_labels import repeated_labels
from triptych.reading.lint.remarks import pandoc_remarks
from triptych.reading.lint.tree import gather
from triptych.reading.pandoc import Reading

Rule: TypeAlias = Callable[[Draft], Iterator[Diagnostic]]

RULES: tuple[Rule, ...] = (
    unclosed_divs,
    fences_as_text,
    unclosed_fences,
    undefined_notes,
    unused_notes,
    defined_twice,
    unknown_classes,
    unknown_attributes,
    ids_without_kind,
    swallowed_blocks,
    headings_as_text,
    list_indents,
    numbers_as_lists,
    citations_as_lists,
    prose_as_code,
    ragged_tables,
    formulas_of_latex,
    attributes_as_text,
    shortcodes_as_text,
    references_as_text,
    foreign_containers,
    lists_as_text,
    tables_as_text,
    marks_as_text,
    code_as_text,
    repeated_labels,
    unmet_conditions,
    front_matter_as_text,
    unknown_values,
    pandoc_remarks,
)


def lint(
    path: str,
    body: str,
    reading: Reading,
    *,
    expressions: bool,
    numbered: bool = True,
    profiles: frozenset[str] = frozenset(),
) -> list[Diagnostic]:
    """The likely mistakes of a section; places are lines of its body.

    ``expressions`` says whether the manifest allows them in prose, ``numbered`` whether the title gets a
    number, ``profiles`` which ones it knows.
    """
    lines, remarks = tuple(body.split("\n")), tuple(reading.remarks)
    try:
        tree = gather(reading.blocks)
    except RecursionError:
        return []  # that it is nested too deep is told where it is read
    draft = Draft(path, lines, tree, remarks, expressions, numbered, profiles)
    return [finding for rule in RULES for finding in rule(draft)]
