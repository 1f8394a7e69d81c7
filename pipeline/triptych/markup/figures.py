"""Write figures as XHTML: images, charts, panels, and collapsible details."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol, assert_never

from triptych.languages.labels import Labels
from triptych.languages.numerals import to_letters
from triptych.markup import inlines as phrasing
from triptych.markup.tables import write_table
from triptych.markup.xml import escape, tag
from triptych.media.picture_sizes import is_wide
from triptych.model.book import Label, LabelKind
from triptych.model.nodes import Attr, Block, Chart, Figure, Image, Inline, Table
from triptych.model.sentences import close_sentence, join_sentences, prepend_label
from triptych.model.walk import plain_text

_CAPTIONS = {LabelKind.FIGURE: "figure", LabelKind.TABLE: "table", LabelKind.LISTING: "listing"}


class FigureOutput(phrasing.InlineOutput, Protocol):
    """The methods for figures that differ between print and EPUB."""

    def write_chart(self, chart: Chart, alt: str, details: str | None) -> str:
        """Return a chart as XHTML. ``details`` is the id of the chart's description or data table."""

    def write_svg_image(self, image: Image, alt: str, details: str | None) -> str | None:
        """Return an image as inline SVG, like a chart, or None if it is a separate file."""

    def write_chart_data(self, chart: Chart, name: str) -> str:
        """Return a chart's data as a table captioned ``name``, or "" if the output omits the data."""


def get_landscape_class(attr: Attr) -> str:
    """Return the class "landscape" if print sets an element on a landscape page; otherwise return ""."""
    return "landscape" if attr.has("landscape") else ""


def _have_same_words(first: str, second: str) -> bool:
    return bool(first) and re.sub(r"\W+", " ", first).strip() == re.sub(r"\W+", " ", second).strip()


class FigureWriter:
    """Writes figures as XHTML for one output. ``blocks`` writes the blocks in their descriptions."""

    def __init__(
        self,
        numbers: Mapping[str, Label],
        labels: Labels,
        output: FigureOutput,
        blocks: Callable[[tuple[Block, ...]], str],
    ) -> None:
        self._numbers, self._labels, self._output = numbers, labels, output
        self._write_blocks = blocks
        self._ids = 0
        self._details_of_figure: list[str] = []  # collapsible details of the current figure

    def write(self, node: Figure | Chart) -> str:
        """Write a figure, followed by its collapsible description and data."""
        figure = self._write_figure(node) if isinstance(node, Figure) else self._write_chart(node)
        details, self._details_of_figure = self._details_of_figure, []
        return "\n".join((figure, *details)).rstrip() + "\n"

    def _write_inlines(self, content: tuple[Inline, ...]) -> str:
        return phrasing.write_inlines(content, self._output)

    def write_full_caption(self, node: Figure | Chart | Table, panel: str = "") -> str:
        """Write a caption followed by the note and the source, each with its label."""
        stop = self._labels.full_stop
        remarks = [
            tag("span", self._write_inlines(join_sentences(words, full_stop=stop)), class_=class_name)
            for key, content, class_name in (
                ("figure-note", node.note, "remark"),
                ("source", node.source, "remark source"),
            )
            if (words := prepend_label(self._labels.titled(self._labels[key], ""), content))
        ]
        words = close_sentence(node.caption, stop) if remarks and node.caption else node.caption
        caption = self.write_caption(node.attr.id, words, panel)
        return (" " if stop.endswith(" ") else "").join((caption, *remarks)).strip()

    def write_caption(self, identifier: str, caption: tuple[Inline, ...], panel: str = "") -> str:
        """Write a caption with its label and number. For a panel's caption, ``panel`` is its letter."""
        if panel:
            return f"{tag('span', f'({panel})', class_='label')} {self._write_inlines(caption)}".strip()
        label = self._numbers.get(identifier) if identifier else None
        words = self._write_inlines(caption)
        if label is None or label.kind not in _CAPTIONS:
            return words
        name = tag("span", escape(self._labels.named(_CAPTIONS[label.kind], label.number)), class_="label")
        return f"{name} {words}".strip()

    def _write_figure(self, node: Figure, *, panel: str = "") -> str:
        """Write a figure. For a panel of another figure, ``panel`` is its letter."""
        caption = self.write_full_caption(node, panel)
        identifier = self._write_description_details(node.description)
        pictures, label = self._write_pictures(node, identifier)
        content_pictures = [
            *pictures,
            *(self._write_panel(panel, to_letters(place)) for place, panel in enumerate(node.panels, 1)),
        ]
        content = "".join(content_pictures)
        if len(content_pictures) > 1:
            content = tag("div", content, class_=f"panels columns-{node.columns}")
        body = content + (tag("figcaption", caption, id=label) if caption else "")
        align = node.attr.get("fig-align")
        classes = [f"align-{align}"] if align in ("left", "center", "right") else []
        classes += ["full-width"] if any(is_wide(image.attr) for image in node.images) else []
        classes += ["here"] if phrasing.is_pinned(node.attr) else []
        names = dict.fromkeys(
            ("panel" if panel else "figure", *phrasing.get_visible_classes(node.attr), *classes)
        )
        # If no image refers to the description, the figure does.
        details_id = identifier if not any("aria-details" in picture for picture in pictures) else None
        return tag(
            "figure",
            body,
            id=node.attr.id or None,
            class_=" ".join(names),
            aria_labelledby=label,
            aria_details=details_id,
        )

    def _write_pictures(self, node: Figure, details: str | None) -> tuple[list[str], str | None]:
        """Return a figure's images as XHTML, and the caption's id if the caption also serves as alt text.

        The first image refers to the description with the id ``details``.
        """
        label = None
        pictures = []
        for image in node.images:
            # If the caption repeats the alt text, screen readers should read only one of them.
            repeated = not self._output.has_only_alt_text and _have_same_words(
                image.alt, plain_text(node.caption)
            )
            if repeated:
                label = label or self._make_id("caption")
            alt = "" if repeated else self._make_alt_text(image.alt, node.description)
            aria = None if repeated or image.is_decorative else details
            picture = self._output.write_svg_image(image, "" if image.is_decorative else alt, aria)
            pictures.append(picture or phrasing.write_image(image, self._output, alt=alt, aria_details=aria))
            details = None if aria else details
        return pictures, label

    def _write_panel(self, node: Figure | Chart | Table, letter: str) -> str:
        match node:
            case Figure():
                return self._write_figure(node, panel=letter)
            case Chart():
                return self._write_chart(node, panel=letter)
            case Table():
                words = self.write_full_caption(node, letter)
                table = write_table(replace(node, attr=Attr()), self._write_blocks, "")
                return tag(
                    "figure", table + tag("figcaption", words), id=node.attr.id or None, class_="panel"
                )
        assert_never(node)

    def _write_chart(self, node: Chart, *, panel: str = "") -> str:
        description_id = self._write_description_details(node.description)
        data_id = self._write_data_details(node)
        alt = self._make_alt_text(node.alt, node.description)
        drawing = self._output.write_chart(node, alt, description_id or data_id)
        words = self.write_full_caption(node, panel)
        headline = tag("p", escape(node.headline), class_="headline") if node.headline else ""
        body = headline + drawing + (tag("figcaption", words) if words else "")
        pin_class = "here" if phrasing.is_pinned(node.attr) else ""
        names = ("panel" if panel else "figure", "chart", pin_class, get_landscape_class(node.attr))
        # If the drawing refers to the description, the figure refers to the data.
        return tag(
            "figure",
            body,
            id=node.attr.id or None,
            class_=" ".join(filter(None, names)),
            aria_details=data_id if description_id else None,
        )

    def _write_description_details(self, description: tuple[Block, ...]) -> str | None:
        """Write the long description as a collapsible element.

        Return its id, or None without a description.
        """
        if not description or self._output.has_only_alt_text:
            return None
        return self._write_details(
            "description", self._labels["description"], self._write_blocks(description)
        )

    def _write_data_details(self, node: Chart) -> str | None:
        """Write the data of a chart as a collapsible element.

        Return its id, or None if the output omits it.
        """
        word, label = self._labels["data-table"], self._numbers.get(node.attr.id)
        number = self._labels.named("figure", label.number) if label and label.number else ""
        shows = node.headline or plain_text(node.caption)
        data = self._output.write_chart_data(node, shows or word)
        name = number or shows
        return (
            self._write_details("data", self._labels.titled(word, name) if name else word, data)
            if data
            else None
        )

    def _write_details(self, kind: str, name: str, content: str) -> str:
        identifier = self._make_id(kind)
        body = tag("summary", escape(name)) + content
        self._details_of_figure.append(tag("details", body, class_="behind", id=identifier) + "\n")
        return identifier

    def _make_alt_text(self, alt: str, description: tuple[Block, ...]) -> str:
        """Return the alt text, followed by the long description if screen readers get only the alt text."""
        return f"{alt} {plain_text(description)}".strip() if self._output.has_only_alt_text else alt

    def _make_id(self, kind: str) -> str:
        self._ids += 1
        return f"_{kind}-{self._ids}"
