"""Report likely mistakes: source that builds, but not as the author intended.

Each rule examines one section. The rule's name in the table of codes is a key of ``lint:`` in the manifest,
which sets the severity. Rules would rather miss a mistake than report correct text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from triptych.diagnostics import Diagnostic
from triptych.reading.lint import attributes, blocks, fences, marks, references, tables
from triptych.reading.lint.draft import Draft, gather_tree
from triptych.reading.pandoc import Reading

Rule: TypeAlias = Callable[[Draft], Iterator[Diagnostic]]

RULES: tuple[Rule, ...] = (
    fences.report_unclosed_divs,
    fences.report_literal_fences,
    fences.report_unclosed_code,
    references.report_undefined_notes,
    references.report_unused_notes,
    references.report_duplicate_definitions,
    attributes.report_unknown_classes,
    attributes.report_unknown_attributes,
    attributes.report_unused_data,
    attributes.report_curly_html_quotes,
    attributes.report_ids_without_prefix,
    blocks.report_swallowed_blocks,
    blocks.report_literal_headings,
    blocks.report_list_indents,
    blocks.report_year_lists,
    blocks.report_example_citations,
    blocks.report_indented_prose,
    tables.report_ragged_tables,
    marks.report_latex_formulas,
    marks.report_literal_attributes,
    marks.report_dollar_formulas,
    marks.report_literal_shortcodes,
    marks.report_placeholders,
    marks.report_misread_letters,
    attributes.report_lone_columns,
    references.report_literal_references,
    fences.report_web_containers,
    blocks.report_literal_lists,
    tables.report_literal_tables,
    tables.report_headerless_tables,
    tables.report_tab_tables,
    tables.report_misaligned_grids,
    marks.report_literal_marks,
    marks.report_literal_callouts,
    marks.report_literal_code,
    references.report_repeated_labels,
    attributes.report_unmet_conditions,
    blocks.report_literal_front_matter,
    attributes.report_invalid_values,
    fences.report_obsidian_queries,
    blocks.report_special_spaces,
    references.report_wiki_links,
    marks.report_pandoc_warnings,
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
    """Return findings about likely mistakes in a section, with line numbers in the section's body.

    ``expressions`` is set if the manifest allows Jinja expressions, ``numbered`` if the chapter has a number.
    ``profiles`` are the known profiles, and ``sections`` the paths of all sections.
    """
    try:
        tree = gather_tree(reading.blocks)
    except RecursionError:
        return []  # the reader reports content that is nested too deeply
    lines, told = tuple(body.split("\n")), tuple(reading.remarks)
    draft = Draft(path, lines, tree, told, expressions, numbered, profiles, sections)
    found = blocks.drop_space_follow_ups([finding for rule in RULES for finding in rule(draft)])
    return tables.merge_caption_findings(draft, found)
