"""Likely mistakes: what builds, and is not what the author meant.

Each rule looks at one section and says what it finds; the table of codes has its name, by which a manifest's
``lint:`` sets how bad that is. A rule must be right on real books: it would rather miss a mistake than
name a sentence that is as it should be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from triptych.diagnostics import Diagnostic
from triptych.reading.lint import attributes, blocks, fences, marks, references, tables
from triptych.reading.lint.draft import Draft, gather
from triptych.reading.pandoc import Reading

Rule: TypeAlias = Callable[[Draft], Iterator[Diagnostic]]

RULES: tuple[Rule, ...] = (
    fences.unclosed_divs,
    fences.fences_as_text,
    fences.unclosed_fences,
    references.undefined_notes,
    references.unused_notes,
    references.defined_twice,
    attributes.unknown_classes,
    attributes.unknown_attributes,
    attributes.data_without_effect,
    attributes.quotes_of_html,
    attributes.ids_without_kind,
    blocks.swallowed_blocks,
    blocks.headings_as_text,
    blocks.list_indents,
    blocks.numbers_as_lists,
    blocks.citations_as_lists,
    blocks.prose_as_code,
    tables.ragged_tables,
    marks.formulas_of_latex,
    marks.attributes_as_text,
    marks.prose_as_formula,
    marks.shortcodes_as_text,
    marks.placeholders,
    marks.misread_letters,
    attributes.columns_alone,
    references.references_as_text,
    fences.foreign_containers,
    blocks.lists_as_text,
    tables.tables_as_text,
    tables.tables_without_header,
    tables.tables_of_tabs,
    tables.grids_out_of_line,
    marks.marks_as_text,
    marks.callouts_as_text,
    marks.code_as_text,
    references.repeated_labels,
    attributes.unmet_conditions,
    blocks.front_matter_as_text,
    attributes.unknown_values,
    fences.queries_of_obsidian,
    blocks.special_spaces,
    references.wiki_links,
    marks.pandoc_remarks,
)


def lint(
    path: str,
    body: str,
    reading: Reading,
    *,
    expressions: bool,
    numbered: bool = True,
    profiles: frozenset[str] = frozenset(),
    sections: tuple[str, ...] = (),
) -> list[Diagnostic]:
    """The likely mistakes of a section; places are lines of its body.

    ``expressions`` says whether the manifest allows them in prose, ``numbered`` whether the title gets a
    number, ``profiles`` which ones it knows, ``sections`` the paths of the book's sections.
    """
    try:
        tree = gather(reading.blocks)
    except RecursionError:
        return []  # that it is nested too deep is told where it is read
    lines, told = tuple(body.split("\n")), tuple(reading.remarks)
    draft = Draft(path, lines, tree, told, expressions, numbered, profiles, sections)
    found = blocks.without_followers([finding for rule in RULES for finding in rule(draft)])
    return tables.without_captions_of_text(draft, found)
