"""Open the built-in template or an author's template, and match its layouts to slide kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lxml import etree

from triptych.diagnostics import Diagnostic, Span, join_names
from triptych.engine.cache import NO_CACHE, Cache
from triptych.engine.memory import Memory
from triptych.engine.store.program_digest import compute_digest
from triptych.engine.tasks import TEMPLATE, Task
from triptych.media.template_checks import REPAIR_HINT, convert_to_presentation
from triptych.ooxml.xml import P14, parse_flag, qn
from triptych.settings.format_options import SlideSize
from triptych.theme.colours import (
    READABLE_CONTRAST,
    compute_contrast_ratio,
    find_lowest_contrast,
    get_text_contrast,
    mix_colours,
)
from triptych.theme.theme import Theme, make_theme_key
from triptych.writers.deck.kinds import KINDS, PlaceholderRole
from triptych.writers.deck.pptx.exports import CONTENT_TYPE, RELATIONSHIP_TYPE, InvalidXmlError, Presentation
from triptych.writers.deck.pptx.package import (
    create_part,
    get_element,
    get_package_relationships,
    get_slide_list,
    open_presentation,
    set_part_data,
)
from triptych.writers.deck.slides import SlideKindName
from triptych.writers.deck.template.areas import improve_areas
from triptych.writers.deck.template.backgrounds import COVER_PENALTY, cut_clear_of_decoration, measure_clutter
from triptych.writers.deck.template.built_in_template import (
    APPLICATION,
    DEFAULT_SIZE,
    TABLE_STYLE,
    Logo,
    build_template,
    render_table_styles,
)
from triptych.writers.deck.template.matching import LayoutChoice, LayoutView, UnsuitableLayout, match_layouts
from triptych.writers.deck.template.palette import TEXT_SLOTS, Palette, TableStyle, Tint, find_tint
from triptych.writers.deck.template.placeholders import LayoutPlaceholder, LayoutReader, get_slide_size
from triptych.writers.deck.template.repairs import add_content_layout, repair_template
from triptych.writers.deck.template.template import KindLayouts, PresentationColours, Template

# Types of relationships to parts that belong to the template's own slides or their authors.
_SLIDE_RELATIONS = ("/commentAuthors", "/authors", "/revisionInfo", "/changesInfo", "/thumbnail")
_RULE_POSITION = 0.25  # position of the line colour between the background and text colours
_UNUSED_TEMPLATE = "the template that was not filled"


def open_template(
    theme: Theme,
    language: str,
    data: bytes | None = None,
    requested_layouts: Mapping[str, str] | None = None,
    span: Span | None = None,
    logo: Logo | None = None,
    cache: Cache = NO_CACHE,
    size: SlideSize = DEFAULT_SIZE,
) -> tuple[Template | None, list[Diagnostic]]:
    """Open the built-in template with the book's logo, or an author's template.

    ``data`` is the validated file of the author's template, and ``requested_layouts`` maps slide kinds to
    layout names. ``size`` is the slide size of the built-in template. Return None and report DTP001 if the
    template has no suitable layouts or python-pptx cannot read it. Return None and report DTP002 if a
    requested layout has no placeholder for a required role.
    """
    is_built_in = data is None
    content = data or b""
    if data is None:
        task = Task.for_step(
            TEMPLATE, language, theme=make_theme_key(theme), language=language, logo=repr(logo), size=size
        )
        content = cache.get_or_make(task, lambda: build_template(theme, language, logo, size))
    mark = compute_digest(content, make_theme_key(theme), repr(sorted((requested_layouts or {}).items())))
    unused: Template | None = cache.memory.get(_UNUSED_TEMPLATE)
    if unused is not None and (unused.checksum, unused.span) == (mark, span):
        cache.memory.put(_UNUSED_TEMPLATE, None)
        return unused, []
    try:
        presentation, reader, extended = open_and_repair_template(content)
        schemes = PresentationColours(get_text_contrast(theme.colours) if is_built_in else READABLE_CONTRAST)
        views = make_layout_views(presentation, reader, None if is_built_in else schemes)
    except (OSError, ImportError, MemoryError):
        raise
    except Exception as error:  # python-pptx raises exceptions of many types for invalid files
        if is_built_in:
            raise
        return None, [report_broken_template(error, span)]
    choices, unfit = match_layouts(views, get_slide_size(presentation), requested_layouts or {})
    if unfit or len(choices) < len(KINDS):
        return None, _report_unsuitable_layouts(views, choices, unfit, span)
    remove_slides(presentation)
    kind_layouts = KindLayouts(choices, reader, schemes)
    main = kind_layouts[SlideKindName.BULLETS]
    adapted = theme
    if (font := reader.get_fonts(main.layout).body_font) != theme.sans:
        # Text in the template's font is measured in the book's font.
        adapted = replace(theme, sans=font, fallback_families={**theme.fallback_families, "sans": theme.sans})
    tables = TableStyle(id=TABLE_STYLE, text_colour=Tint("tx1"), has_filled_header=True)
    if not is_built_in:
        tables = _add_table_style(presentation, kind_layouts[SlideKindName.TABLE].palette, theme)
    levels = main.choice.assignment.placeholders[PlaceholderRole.BODY].levels
    template = Template(
        presentation=presentation,
        reader=reader,
        theme=adapted,
        choices=choices,
        kind_layouts=kind_layouts,
        table_style=tables,
        direction="rtl" if parse_flag(levels[0].get("rtl")) else "ltr",
        checksum=mark,
        views=views,
        span=span,
        has_added_layout=extended,
    )
    return template, []


def keep_unused_template(template: Template, memory: Memory) -> None:
    """Keep a template in memory for the next build of this process; no deck has been written into it yet."""
    memory.put(_UNUSED_TEMPLATE, template)


def open_built_in_template(
    theme: Theme, language: str, cache: Cache = NO_CACHE, size: SlideSize = DEFAULT_SIZE
) -> Template:
    """Open the built-in template, which has a layout for every slide kind."""
    template, findings = open_template(theme, language, cache=cache, size=size)
    if template is None:
        raise ValueError("; ".join(problem.message for problem in findings))
    return template


def is_template_error(error: Exception) -> bool:
    """Return whether an exception of python-pptx is due to an invalid template."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    raised_by = trace.tb_frame.f_globals.get("__name__", "") if trace is not None else ""
    return isinstance(error, InvalidXmlError) or raised_by.startswith("pptx.opc.")


def report_broken_template(error: Exception, span: Span | None) -> Diagnostic:
    """Report DTP001 for an exception of python-pptx."""
    message = f"the template cannot be read: {type(error).__name__}: {' '.join(str(error).split())[:200]}"
    return Diagnostic(code="DTP001", span=span, message=message, hint=REPAIR_HINT)


def open_and_repair_template(content: bytes) -> tuple[Any, LayoutReader, bool]:
    """Open and repair a validated presentation.

    Return the presentation, the reader of its layouts, and whether a content layout was added.
    """
    presentation = open_presentation(convert_to_presentation(content))
    repair_template(presentation)
    reader = LayoutReader(presentation)
    return presentation, reader, add_content_layout(presentation, reader)


def make_layout_views(
    presentation: Presentation, reader: LayoutReader, presentation_colours: PresentationColours | None = None
) -> list[LayoutView]:
    """Return views of the layouts of all masters, in order.

    If ``presentation_colours`` is None, clutter is not measured, and the boxes are those of the layout.
    """
    layouts = [layout for master in presentation.slide_masters for layout in master.slide_layouts]
    covers = {layout.name for layout in layouts if get_element(layout).get("type") == "title"}

    def measure_layout_clutter(layout: Any) -> float:
        if presentation_colours is None:
            return 0.0
        # LibreOffice writes a cover as two layouts with the same name; only one has the type "title".
        is_cover = layout.name in covers and get_element(layout).get("type") != "title"
        measured = measure_clutter(
            layout, presentation_colours.get_layout_colours(layout), reader.list_content_placeholders(layout)
        )
        return measured + is_cover * COVER_PENALTY

    def list_placeholders(layout: Any) -> Sequence[LayoutPlaceholder]:
        placeholders = reader.list_content_placeholders(layout)
        if presentation_colours is None:
            return placeholders
        layout_colours = presentation_colours.get_layout_colours(layout)
        cleared = [cut_clear_of_decoration(placeholder, layout_colours) for placeholder in placeholders]
        footers = [footer.box for footer in reader.find_footers(layout).values()]
        return improve_areas(cleared, layout, layout_colours, footers)

    return [
        LayoutView(
            name=layout.name,
            type=str(get_element(layout).get("type", "")),
            placeholders=list_placeholders(layout),
            native=layout,
            clutter=measure_layout_clutter(layout),
        )
        for layout in layouts
    ]


def remove_slides(presentation: Presentation) -> None:
    """Remove the slides of a presentation, and its custom shows, sections, comment authors and thumbnail."""
    root, part = get_element(presentation.part), presentation.part
    for show in root.findall(qn("p:custShowLst")):
        root.remove(show)
    for identifier in list(get_slide_list(presentation)):
        get_slide_list(presentation).remove(identifier)
        part.drop_rel(identifier.get(qn("r:id")))
    for sections in list(root.iter(f"{P14}sectionLst")):
        extension = sections.getparent()
        extension.getparent().remove(extension)
    for extensions in root.findall(qn("p:extLst")):
        if not len(extensions):
            root.remove(extensions)
    package = part.package
    for owner in (part, package):
        relations = owner.rels if owner is part else get_package_relationships(package)
        for name, relation in list(relations.items()):
            if relation.reltype.endswith(_SLIDE_RELATIONS):
                relations.pop(name)
            elif relation.reltype == RELATIONSHIP_TYPE.EXTENDED_PROPERTIES:
                set_part_data(relation.target_part, APPLICATION.encode())


def _add_table_style(presentation: Presentation, palette: Palette, theme: Theme) -> TableStyle:
    """Add the built-in table style, in the template's colours."""
    ink = palette.text_colour
    panel = (
        "bg2"
        if compute_contrast_ratio(palette.get_theme_colour("bg2"), palette.get_colour(ink))
        >= READABLE_CONTRAST
        else ""
    )
    backgrounds = (*palette.background, *([palette.get_theme_colour("bg2")] if panel else []))
    is_legible = find_lowest_contrast(palette.get_theme_colour("tx2"), backgrounds) >= READABLE_CONTRAST
    dark_slot = "tx2" if is_legible else ink.slot
    inks = {slot: palette.get_theme_colour(slot) for slot in TEXT_SLOTS}
    rule = find_tint(
        mix_colours(palette.background[0], palette.get_colour(ink), _RULE_POSITION),
        inks,
        palette.background[:1],
    )
    house_styles = etree.fromstring(
        render_table_styles(theme, {"ink": ink.slot, "deep": dark_slot, "panel": panel}, rule)
    )
    part = presentation.part
    try:
        styles_part = part.part_related_by(RELATIONSHIP_TYPE.TABLE_STYLES)
    except KeyError:
        styles_part = create_part(part, "/ppt/tableStyles.xml", CONTENT_TYPE.PML_TABLE_STYLES, b"")
        part.relate_to(styles_part, RELATIONSHIP_TYPE.TABLE_STYLES)
    styles = etree.fromstring(styles_part.blob) if styles_part.blob else house_styles
    if styles is not house_styles:
        styles.append(house_styles[0])
    set_part_data(
        styles_part, etree.tostring(styles, xml_declaration=True, encoding="UTF-8", standalone=True)
    )
    return TableStyle(id=TABLE_STYLE, text_colour=ink, has_filled_header=bool(panel))


def _report_unsuitable_layouts(
    views: Sequence[LayoutView],
    choices: Mapping[SlideKindName, LayoutChoice],
    unsuitable_layouts: Sequence[UnsuitableLayout],
    span: Span | None,
) -> list[Diagnostic]:
    if unsuitable_layouts:
        return [
            Diagnostic(
                code="DTP002",
                span=span,
                message=f'the layout "{item.name}" has no placeholder for the '
                f"{' and the '.join(item.missing_roles) or 'content'} "
                f"and cannot be used for {KINDS[item.kind].plural}",
                hint="run `triptych template inspect` to see the placeholders of each layout",
            )
            for item in unsuitable_layouts
        ]
    unsupported_kinds = [KINDS[kind].plural for kind in KINDS if kind not in choices]
    layout_placeholders = (
        (view.name, ", ".join(placeholder.name for placeholder in view.placeholders)) for view in views
    )
    names = (
        "; ".join(
            f'"{name}" with {placeholder_names or "no placeholders"}'
            for name, placeholder_names in layout_placeholders
        )
        or "none"
    )
    return [
        Diagnostic(
            code="DTP001",
            span=span,
            message=f"no layout in the template is suitable for {join_names(unsupported_kinds)}",
            hint=f"add a layout with title and content placeholders (layouts in the template: {names})",
        )
    ]
