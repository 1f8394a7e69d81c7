"""Cache style computations that WeasyPrint repeats for each box or element.

Boxes that share a style also share its lengths in a containing block, the height of an empty line, and an
empty text layout in its font. Elements that match the same rules share one cascade.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from math import inf
from typing import Any

from weasyprint_typography.engine import patch

# Attributes of WeasyPrint's styles and boxes.
_LENGTHS, _STRUT, _BLANK_LAYOUT = "typography_lengths", "typography_strut", "typography_blank"
_FIRST, _PAGES = "typography_first", "typography_pages"
_MAX_COUNTER = 100_000  # values above this are decimal
_MAX_COUNTER_LENGTH = 1_000  # longer counters are decimal
_SIDES = ("left", "right", "top", "bottom")
_RESOLVED = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in _SIDES),
    *(f"border_{side}_width" for side in _SIDES),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
)
_LINES = ("underline_position", "underline_thickness", "strikethrough_position", "strikethrough_thickness")
_SET_UP = frozenset(("first_line_direction", "language", "ascent", *_LINES))


def share_style(style: Any, first_style: Any) -> None:
    """Make ``style`` use the values of ``first_style``, an earlier style with the same declarations."""
    style.__dict__[_FIRST] = first_style
    style.__dict__["anonymous_style"] = first_style.anonymous_style  # attribute in which WeasyPrint caches it


def get_shared_style(style: Any) -> Any:
    """Return the style that ``share_style`` has assigned to ``style``, or ``style`` itself."""
    return style.__dict__.get(_FIRST, style)


@patch(
    "weasyprint.layout.percent.resolve_percentages", "71673078096fcf87", upstream_issue=578, all_modules=True
)
def resolve_percentages(resolve: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Cache the lengths of each style by containing block size; WeasyPrint computes them for each box."""
    from weasyprint.formatting_structure.boxes import Box, PageBox

    def resolve_once(box: Any, containing_block: Any) -> None:
        style = get_shared_style(box.style)
        if isinstance(containing_block, Box):
            key = containing_block.width, containing_block.height
        else:
            key = tuple(containing_block)
        if isinstance(box, PageBox) or style["border_collapse"] == "collapse":
            resolve(box, containing_block)
            return
        lengths = style.__dict__.get(_LENGTHS)
        if lengths is None:
            lengths = style.__dict__[_LENGTHS] = {}
        if key in lengths:
            box.__dict__.update(lengths[key])
            return
        resolve(box, containing_block)
        resolved = box.__dict__
        lengths[key] = {name: resolved[name] for name in _RESOLVED}

    return resolve_once


@patch("weasyprint.text.line_break.strut", "b57885b70dd08efe", upstream_issue=578, all_modules=True)
def strut(measure: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Cache the height of an empty line by style; WeasyPrint measures it for each box."""

    def strut_once(style: Any) -> Any:
        style = get_shared_style(style)
        height = style.__dict__.get(_STRUT)
        if height is None:
            height = style.__dict__[_STRUT] = measure(style)
        return height

    return strut_once


@patch("weasyprint.formatting_structure.boxes.Box.is_in_normal_flow", "5f49d6ab23da7e51", upstream_issue=578)
def is_in_normal_flow(original: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Decide from the style whether a box is in normal flow, instead of calling five methods."""
    floats = frozenset(("left", "right", "inline-start", "inline-end", "footnote"))
    out_of_flow = frozenset(("absolute", "fixed", "running()", "note()"))

    def check_style(self: Any) -> bool:
        style = self.style
        position = style["position"]
        if position == "static":
            return style["float"] not in floats
        kind = position if isinstance(position, str) else position[0]
        return kind not in out_of_flow and style["float"] not in floats

    return check_style


@patch("weasyprint.formatting_structure.boxes.ParentBox.page_values", "9bcfda076d1961e6", upstream_issue=578)
def page_values(find: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Cache the page names of a box's first and last child."""

    def find_once(self: Any) -> Any:
        cached_pages = self.__dict__.get(_PAGES)
        if cached_pages is None or cached_pages[0] is not self.children:
            cached_pages = self.__dict__[_PAGES] = self.children, find(self)
        return cached_pages[1]

    return find_once


@patch("weasyprint.text.line_break.Layout.setup", "fb227a55094f41d4", upstream_issue=578)
def setup(set_up: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Copy a cached empty Pango layout for each text, instead of creating a new layout."""
    from weasyprint.text.ffi import ffi, gobject, pango

    ffi.cdef("PangoLayout *pango_layout_copy (PangoLayout *src);")

    def set_up_once(self: Any, style: Any) -> None:
        home = get_shared_style(style)
        blank = home.__dict__.get(_BLANK_LAYOUT)
        if blank is None:
            set_up(self, style)
            values = {name: value for name, value in self.__dict__.items() if name in _SET_UP}
            copy = ffi.gc(pango.pango_layout_copy(self.layout), gobject.g_object_unref)
            home.__dict__[_BLANK_LAYOUT] = copy, values
        else:
            layout, values = blank
            self.__dict__.update(values)
            self.style = style
            self.layout = ffi.gc(pango.pango_layout_copy(layout), gobject.g_object_unref)

    return set_up_once


_UNSHARED = frozenset(
    ("anchor", "page", "position", "float", "display")
)  # properties that styles do not share

DeclaredValues = dict[str, tuple[Any, Any]]  # property → value and weight
# A selector that an element matches: the origin of its style sheet, its specificity, the index of its layer,
# the pseudo-element, and the declarations.
MatchedSelector = tuple[str, Any, float, str | None, Any]


@patch("weasyprint.css.StyleFor", "dac5a13261681453", upstream_issue=2813)
def style_for(plain: Any) -> Any:
    """Cascade rules once for all elements that match the same rules; style pseudo-elements on demand."""
    from weasyprint import css

    class Styles(plain):  # type: ignore[misc]
        """The styles of a document. Styles of pseudo-elements are computed on demand."""

        def __init__(
            self, html: Any, sheets: Any, hints: bool, font_config: Any, target_collector: Any
        ) -> None:
            self._cascaded_styles: dict[Any, DeclaredValues] = {}
            self._computed_styles: dict[Any, Any] = {}
            self.initial_page_sizes = {"box": None, "area": None}
            self._sheets, self.font_config = sheets, font_config
            self._pseudo: dict[int, dict[str | None, DeclaredValues]] = {}  # by the id of an element's style
            attribute_rules: dict[Any, list[Any]] = {}
            for rule in css.find_style_attributes(html.etree_element, hints, html.base_url):
                attribute_rules.setdefault(rule[1], []).append(rule)
            shared_styles: dict[Any, Any] = {}
            # Styles that differ only in the name of their element use the values of the first one.
            first_styles: dict[Any, Any] = {}
            representatives: dict[int, int] = {}
            for wrapper in html.wrapper_element.iter_subtree():
                element = wrapper.etree_element
                parent = self._computed_styles[wrapper.parent.etree_element, None] if wrapper.parent else None
                matched = _find_matching_selectors(wrapper, sheets)
                key = representatives.get(id(parent)), tuple((*rule[1:4], id(rule[4])) for rule in matched)
                element_rules = attribute_rules.get(element, ())
                style = None if element_rules else shared_styles.get(key)
                if style is None:
                    declared_values = _cascade(element_rules, matched)
                    style = self._compute(html, declared_values.pop(None, {}), parent, None)
                    self._pseudo[id(style)] = declared_values
                    if not element_rules:
                        shared_styles[key] = style
                    first = (
                        first_styles.setdefault(key, style)
                        if all(map(_only_sets_anchor, element_rules))
                        else style
                    )
                    representatives[id(style)] = id(first)
                    if first is not style:
                        share_style(style, first)
                    if target_collector and style["anchor"]:
                        target_collector.collect_anchor(style["anchor"])
                self._computed_styles[element, None] = style
            self._compute_later = partial(self._compute, html)

        def __call__(self, element: Any, pseudo_type: str | None = None) -> Any:
            if pseudo_type and (element, pseudo_type) not in self._computed_styles:
                parent = self._computed_styles.get((element, None))
                if pseudo_type in (declared_values := self._pseudo.get(id(parent), {})):
                    style = self._compute_later(declared_values[pseudo_type], parent, pseudo_type)
                    self._computed_styles[element, pseudo_type] = style
            return super().__call__(element, pseudo_type)

        def _compute(
            self, html: Any, declared_values: DeclaredValues, parent: Any, pseudo_type: str | None
        ) -> Any:
            if parent is None:
                root = css.InitialStyle(self.font_config)
            else:
                root = self._computed_styles[html.etree_element, None]
            sizes = self.initial_page_sizes
            return css.ComputedStyle(
                parent, declared_values, pseudo_type, root, html.base_url, self.font_config, sizes
            )

    return Styles


def _only_sets_anchor(rule: Any) -> bool:
    return [getattr(declaration, "lower_name", "") for declaration in rule[2]] == ["-weasy-anchor"]


def _find_matching_selectors(wrapper: Any, sheets: Any) -> list[MatchedSelector]:
    """Return the selectors that an element matches, in ascending precedence within each style sheet."""
    matches = []
    for sheet, origin, sheet_specificity in sheets:
        for specificity, _, pseudo_type, (declarations, layer) in sheet.matcher.match(wrapper):
            order = inf if layer is None else sheet.layers.index(layer)
            matches.append((origin, sheet_specificity or specificity, order, pseudo_type, declarations))
    return matches


def _cascade(
    attribute_rules: Sequence[Any], matched: Sequence[MatchedSelector]
) -> dict[str | None, DeclaredValues]:
    """Return declarations by pseudo-element; those of the element itself have the key None."""
    from weasyprint.css import declaration_precedence, preprocess_declarations

    cascaded: dict[str | None, DeclaredValues] = {}

    def declare(pseudo_type: str | None, origin: str, order: float, specificity: Any, rules: Any) -> None:
        declared_values = cascaded.setdefault(pseudo_type, {})
        for name, values, importance in rules:
            weight = declaration_precedence(origin, importance), order, specificity
            if name not in declared_values or declared_values[name][1] <= weight:
                declared_values[name] = values, weight

    for specificity, _, declarations, base_url in attribute_rules:
        declare(None, "author", inf, specificity, preprocess_declarations(base_url, declarations))
    for origin, specificity, order, pseudo_type, declarations in matched:
        declare(pseudo_type, origin, order, specificity, declarations)
    return cascaded


@patch("weasyprint.css.counters.CounterStyle.render_value", "3c9d4c3730fbcef1")
def render_value(render: Callable[..., str]) -> Callable[..., str]:
    """Write long counters in decimal, as CSS Counter Styles 3 allows: symbols may repeat with the value."""

    def render_short_value(self: Any, counter_value: int, *args: Any, **kwargs: Any) -> str:
        if abs(counter_value) > _MAX_COUNTER:
            return str(counter_value)
        text = render(self, counter_value, *args, **kwargs)
        return text if len(text) <= _MAX_COUNTER_LENGTH else str(counter_value)

    return render_short_value


@patch("weasyprint.css.ComputedStyle.__missing__", "b318d8efc8ac79d7", upstream_issue=578)
def missing_style(compute: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    """Copy inherited and initial values directly, without WeasyPrint's general computation."""
    from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
    from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

    names = {*INHERITED, *(name for name in INITIAL_VALUES if name not in INITIAL_NOT_COMPUTED)}
    names -= {name for name in names if name.startswith("text_decoration_")}
    names -= {"page", "position", "float", "display"}  # computed from other properties
    # Logical names of physical properties, such as margin-inline-start.
    logical = {
        name: {function(block="ttb", inline=inline) for inline in ("ltr", "rtl")}
        for name, function in PHYSICAL_FUNCTIONS.items()
    }
    plain = {name: logical.get(name, set()) for name in names}

    def copy_value(self: Any, key: str) -> Any:
        if (first := get_shared_style(self)) is not self and key not in _UNSHARED:
            value = self[key] = first[key]
            return value
        others = plain.get(key)
        declared_values = self.cascaded
        if (
            others is None
            or key in declared_values
            or self.parent_style is None
            or not others.isdisjoint(declared_values)
        ):
            return compute(self, key)
        value = self[key] = self.parent_style[key] if key in INHERITED else INITIAL_VALUES[key]
        return value

    return copy_value


_PAGE_STYLES = "typography_page_styles"  # attribute of the styles of a document


@patch("weasyprint.layout.page.set_page_type_computed_styles", "4e68b396b35c4a06", upstream_issue=578)
def set_page_type_computed_styles(compute: Callable[..., None]) -> Callable[..., None]:
    """Compute the styles of a page and its margin boxes once for all pages that match the same rules."""

    def compute_once(page_type: Any, html: Any, style_for: Any) -> None:
        styles: dict[Any, dict[Any, Any]] = style_for.__dict__.setdefault(_PAGE_STYLES, {})
        key = _find_matching_page_rules(style_for, page_type)
        if key not in styles:
            style_for.get_cascaded_styles().clear()  # styles of the preceding page
            compute(page_type, html, style_for)
            computed = style_for.get_computed_styles()
            styles[key] = {
                pseudo: style
                for (page_type_of_style, pseudo), style in computed.items()
                if page_type_of_style is page_type
            }
        for pseudo, style in styles[key].items():
            style_for.get_computed_styles()[page_type, pseudo] = style

    return compute_once


def _find_matching_page_rules(style_for: Any, page_type: Any) -> tuple[int, ...]:
    """Return the indices, among the page selectors of all style sheets, of those that match a page."""
    rules = (rule for sheet, _, _ in style_for._sheets for rule in sheet.page_rules)
    selectors = (selector for _, selectors_of_rule, _ in rules for _, _, selector in selectors_of_rule)
    return tuple(n for n, selector in enumerate(selectors) if style_for._page_type_match(selector, page_type))
