"""Styles of elements: cascaded once for elements that are alike, and made only where they are asked for.

WeasyPrint cascades the rules for each element, also where it then shares the style of another, and makes
styles for six pseudo-elements of each, of which hardly one appears: its own sheet has rules for the markers
and calls of all elements. What a style takes over from its parent goes the way of what has rules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from math import inf
from typing import Any

from triptych.writers.print.layout.patches.speed.memoising import follow, followed

_OWN = frozenset(("anchor", "page", "position", "float", "display"))  # what a style works out by itself

# What is declared: by property its value and weight.
Declared = dict[str, tuple[Any, Any]]
# A selector that an element matches: its sheet's origin, its specificity, the number of its layer, the
# pseudo-element, what is declared.
Matched = tuple[str, Any, float, str | None, Any]


def style_for(plain: Any) -> Any:
    """The class of a document's styles, made so."""
    from weasyprint import css

    class Styles(plain):  # type: ignore[misc]
        """The styles of a document; those of pseudo-elements are made when they are asked for."""

        def __init__(
            self, html: Any, sheets: Any, hints: bool, font_config: Any, target_collector: Any
        ) -> None:
            self._cascaded_styles: dict[Any, Declared] = {}
            self._computed_styles: dict[Any, Any] = {}
            self.initial_page_sizes = {"box": None, "area": None}
            self._sheets, self.font_config = sheets, font_config
            self._pseudo: dict[int, dict[str | None, Declared]] = {}  # by the id of an element's style
            attribute_rules: dict[Any, list[Any]] = {}
            for rule in css.find_style_attributes(html.etree_element, hints, html.base_url):
                attribute_rules.setdefault(rule[1], []).append(rule)
            alike: dict[Any, Any] = {}
            # Styles that differ in nothing but the name of their element follow the first of them.
            firsts: dict[Any, Any] = {}
            kin: dict[int, int] = {}
            for wrapper in html.wrapper_element.iter_subtree():
                element = wrapper.etree_element
                parent = self._computed_styles[wrapper.parent.etree_element, None] if wrapper.parent else None
                matched = _matched(wrapper, sheets)
                key = kin.get(id(parent)), tuple((*one[1:4], id(one[4])) for one in matched)
                own = attribute_rules.get(element, ())
                style = None if own else alike.get(key)
                if style is None:
                    declared = _cascaded(own, matched)
                    style = self._made(html, declared.pop(None, {}), parent, None)
                    self._pseudo[id(style)] = declared
                    if not own:
                        alike[key] = style
                    first = firsts.setdefault(key, style) if all(map(_only_names, own)) else style
                    kin[id(style)] = id(first)
                    if first is not style:
                        follow(style, first)
                    if target_collector and style["anchor"]:
                        target_collector.collect_anchor(style["anchor"])
                self._computed_styles[element, None] = style
            self._make = partial(self._made, html)

        def __call__(self, element: Any, pseudo_type: str | None = None) -> Any:
            if pseudo_type and (element, pseudo_type) not in self._computed_styles:
                parent = self._computed_styles.get((element, None))
                if pseudo_type in (declared := self._pseudo.get(id(parent), {})):
                    style = self._make(declared[pseudo_type], parent, pseudo_type)
                    self._computed_styles[element, pseudo_type] = style
            return super().__call__(element, pseudo_type)

        def _made(self, html: Any, declared: Declared, parent: Any, pseudo_type: str | None) -> Any:
            if parent is None:
                root = css.InitialStyle(self.font_config)
            else:
                root = self._computed_styles[html.etree_element, None]
            sizes = self.initial_page_sizes
            return css.ComputedStyle(
                parent, declared, pseudo_type, root, html.base_url, self.font_config, sizes
            )

    return Styles


def _only_names(rule: Any) -> bool:
    """Whether a rule that stands for attributes says nothing but what the element is called."""
    return [getattr(one, "lower_name", "") for one in rule[2]] == ["-weasy-anchor"]


def _matched(wrapper: Any, sheets: Any) -> list[Matched]:
    """The selectors that an element matches, the weaker first within a sheet."""
    found = []
    for sheet, origin, sheet_specificity in sheets:
        for specificity, _, pseudo_type, (declarations, layer) in sheet.matcher.match(wrapper):
            order = inf if layer is None else sheet.layers.index(layer)
            found.append((origin, sheet_specificity or specificity, order, pseudo_type, declarations))
    return found


def _cascaded(attribute_rules: Sequence[Any], matched: Sequence[Matched]) -> dict[str | None, Declared]:
    """What is declared in an element's own attributes and in rules, for it and for each pseudo-element."""
    from weasyprint.css import declaration_precedence, preprocess_declarations

    found: dict[str | None, Declared] = {}

    def declare(pseudo_type: str | None, origin: str, order: float, specificity: Any, rules: Any) -> None:
        declared = found.setdefault(pseudo_type, {})
        for name, values, importance in rules:
            weight = declaration_precedence(origin, importance), order, specificity
            if name not in declared or declared[name][1] <= weight:
                declared[name] = values, weight

    for specificity, _, declarations, base_url in attribute_rules:
        declare(None, "author", inf, specificity, preprocess_declarations(base_url, declarations))
    for origin, specificity, order, pseudo_type, declarations in matched:
        declare(pseudo_type, origin, order, specificity, declarations)
    return found


def missing_style(work_out: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    """A value that a style takes over from its parent is that of the parent, with nothing worked out."""
    from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
    from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

    names = {*INHERITED, *(name for name in INITIAL_VALUES if name not in INITIAL_NOT_COMPUTED)}
    names -= {name for name in names if name.startswith("text_decoration_")}
    names -= {"page", "position", "float", "display"}  # what they become hangs on more than their value
    # The names under which a property may be declared besides its own, such as margin-inline-start.
    logical = {
        name: {function(block="ttb", inline=inline) for inline in ("ltr", "rtl")}
        for name, function in PHYSICAL_FUNCTIONS.items()
    }
    plain = {name: logical.get(name, set()) for name in names}

    def take_over(self: Any, key: str) -> Any:
        if (first := followed(self)) is not self and key not in _OWN:
            value = self[key] = first[key]
            return value
        others = plain.get(key)
        declared = self.cascaded
        if others is None or key in declared or self.parent_style is None or not others.isdisjoint(declared):
            return work_out(self, key)
        value = self[key] = self.parent_style[key] if key in INHERITED else INITIAL_VALUES[key]
        return value

    return take_over
