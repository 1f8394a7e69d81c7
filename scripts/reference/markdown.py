"""Generate the page on Markdown from ``markdown.yaml`` and the names in the program."""

from __future__ import annotations

from collections.abc import Iterator

from reference.text import any_of, code, default, page, table
from triptych.cli.explain import fence_code
from triptych.reading.syntax.latex import ENVIRONMENTS
from triptych.reading.syntax.raw_html import list_supported_tags
from triptych.reading.topics import Name, Topic, load_topics
from triptych.reading.vocabulary import LATEX_COMMANDS, OTHER_ATTRIBUTES, OTHER_CLASSES

LATEX_MEANINGS = {
    "ref": "The number of a target",
    "autoref": "The label and the number of a target, like `@id`",
    "cref": "The same as `\\autoref`",
    "Cref": "The same as `\\autoref`",
    "eqref": "The number of an equation in brackets",
    "pageref": "The page of a target",
    "gls": "A glossary term",
    "Gls": "The same as `\\gls`",
    "glspl": "The plural of a term",
    "acrshort": "The abbreviation of a term",
    "acrlong": "A term in full",
    "acrfull": "A term in full with its abbreviation",
}


def markdown() -> str:
    """Return the page on elements, classes and attributes."""
    introduction = (
        "This page lists every Markdown element that Triptych supports, and every class and "
        "attribute that has an effect. Write attributes in braces after an element, as in "
        "`{#fig-ship .no-float width=60%}`; on a block, write them after its colons, as in "
        "`::: {.callout-note}`."
    )
    return page("Markdown", introduction, [*map(_topic, load_topics()), _latex(), _html(), _others()])


def _topic(topic: Topic) -> str:
    parts = [f"## {topic.title}", topic.summary]
    for element in topic.elements:
        parts += [f"### {element.name}", element.result, fence_code(element.example, "markdown")]
    for name, entry in topic.classes.items():
        parts += _name([f".{one}" for one in (name, *entry.variants)], entry)
    for name, entry in topic.attributes.items():
        parts += _name([f"{one}=" for one in (name, *entry.variants)], entry)
    return "\n\n".join(parts)


def _name(names: list[str], entry: Name) -> Iterator[str]:
    yield f"### {code(names[0])}"
    details = [entry.meaning, f"Applies to {entry.applies_to}."]
    if names[1:]:
        also = any_of((code(one.strip(".=")) for one in names[1:]), "and")
        details.append(f"Likewise {also}.")
    if entry.values:
        details.append(f"Value: {entry.values}.")
    if entry.default:
        details.append(default(entry.default))
    if entry.aliases:
        also = any_of(map(code, entry.aliases), "and")
        details.append(f"{also} {'mean' if entry.aliases[1:] else 'means'} the same.")
    yield " ".join(details)
    yield fence_code(entry.example, "markdown")


def _latex() -> str:
    rows = [(code(f"\\{name}"), LATEX_MEANINGS[name]) for name in LATEX_COMMANDS]
    environments = ", ".join(map(code, sorted(ENVIRONMENTS)))
    return (
        "## LaTeX\n\nThese commands are supported in the text, in addition to those for the "
        "[index](#index) and page breaks. Any other command is rendered literally and "
        f"reported.\n\n{table(('Command', 'Shows'), rows)}\n\n"
        f"Environments in formulas: {environments}."
    )


def _html() -> str:
    tags = ", ".join(code(f"<{name}>") for name in list_supported_tags())
    return (
        "## HTML\n\nThese tags, as well as HTML lists, tables, block quotes and headings, are "
        f"converted to the equivalent Markdown: {tags}. Tags without an equivalent are reported "
        "and omitted; their content is kept."
    )


def _others() -> str:
    classes, attributes = (", ".join(map(code, sorted(names))) for names in (OTHER_CLASSES, OTHER_ATTRIBUTES))
    return (
        "## Names of other tools\n\nThese names from other tools are accepted but have no "
        "effect.\n\nClasses: "
        f"{classes}.\n\nAttributes: {attributes}.\n\nYou can define any other class: it "
        f"appears in the XHTML of the PDF and the EPUB, where your own templates can use it."
    )
