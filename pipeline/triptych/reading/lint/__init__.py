"""Report likely mistakes: source that builds, but not as the author intended.

Each rule examines one section. The name of a rule in the table of codes is a key of ``lint:`` in the
manifest, which sets its severity. It is better for a rule to miss a mistake than to report correct text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from triptych.diagnostics import Diagnostic
from triptych.reading.lint import attributes, blocks, fences, inline_markup, references, tables
from triptych.reading.lint.context import LintContext, collect_tree_content
from triptych.reading.pandoc import ParsedText

Rule: TypeAlias = Callable[[LintContext], Iterator[Diagnostic]]

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
    inline_markup.report_latex_formulas,
    inline_markup.report_literal_attributes,
    inline_markup.report_dollar_formulas,
    inline_markup.report_literal_shortcodes,
    inline_markup.report_placeholders,
    inline_markup.report_mojibake,
    attributes.report_lone_columns,
    references.report_literal_cross_references,
    fences.report_web_containers,
    blocks.report_literal_lists,
    tables.report_literal_tables,
    tables.report_headerless_tables,
    tables.report_tab_tables,
    tables.report_misaligned_grids,
    inline_markup.report_literal_markup,
    inline_markup.report_literal_callouts,
    inline_markup.report_literal_code,
    references.report_repeated_labels,
    attributes.report_invalid_conditions,
    blocks.report_literal_front_matter,
    attributes.report_invalid_values,
    fences.report_obsidian_queries,
    blocks.report_special_spaces,
    references.report_wiki_links,
    inline_markup.report_pandoc_warnings,
)


def lint(
    path: str,
    body: str,
    parsed_text: ParsedText,
    *,
    is_jinja_enabled: bool,
    is_numbered: bool = True,
    profiles: frozenset[str] = frozenset(),
    sections: tuple[str, ...] = (),
) -> list[Diagnostic]:
    """Return likely mistakes in a section, with line numbers in ``body``.

    ``LintContext`` explains the keyword arguments.
    """
    try:
        tree = collect_tree_content(parsed_text.blocks)
    except RecursionError:
        return []  # too much nesting is reported by the reader
    lines, log_messages = tuple(body.split("\n")), tuple(parsed_text.log_messages)
    draft = LintContext(path, lines, tree, log_messages, is_jinja_enabled, is_numbered, profiles, sections)
    findings = blocks.drop_space_induced_findings([finding for rule in RULES for finding in rule(draft)])
    return tables.merge_caption_findings(draft, findings)
