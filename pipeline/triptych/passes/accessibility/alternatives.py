"""Alternative texts: what stands for a picture where it cannot be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from triptych.diagnostics import Diagnostic
from triptych.languages.language_tags import primary
from triptych.model.nodes import Chart, Figure, Image
from triptych.model.walk import plain_text
from triptych.passes.accessibility.survey import Placed, Survey

_LONGEST = 350  # characters: about what is heard in half a minute, without a way to pause
_FILE_NAME = re.compile(r"(?:\S+ ){0,4}\S+\.(?:avif|bmp|eps|gif|jpe?g|pdf|png|svg|tiff?|webp)", re.IGNORECASE)
_CAMERA_NAME = re.compile(r"(?=\S*[\d_])[\w-]+")  # one word with a digit or an underscore

# What a screen reader has said already when it comes to the text.
_OPENINGS = {
    "de": r"(?:ein(?:e)? )?(?:bild|abbildung|foto|grafik) (?:von|eines|einer|des|der)\b",
    "en": r"(?:an? |the )?(?:image|picture|graphic|figure) (?:of|showing|that shows)\b",
    "es": r"(?:una |la )?(?:imagen|foto|figura) (?:de|del|que muestra)\b",
    "fr": r"(?:une |l['’])?(?:image|photo|figure) (?:de|du|des|d['’]|montrant)",
    "it": r"(?:un['’]|l['’])?(?:immagine|foto|figura) (?:di|del|della|che mostra)\b",
    "nl": r"(?:een |de )?(?:afbeelding|foto|plaatje) van\b",
    "pt": r"(?:uma |a )?(?:imagem|foto|figura) (?:de|do|da|que mostra)\b",
}


def missing_alternatives(chapter: Survey) -> Iterator[Diagnostic]:
    """ACC001 at each image and chart without a text; a figure's caption stands for that of its images."""
    captioned = {
        id(image)
        for placed in chapter.nodes
        if isinstance(placed.node, Figure) and plain_text(placed.node.caption)
        for image in placed.node.images
    }
    for placed in chapter.nodes:
        match placed.node:
            case Image(alt="") as image if not image.decorative and id(image) not in captioned:
                is_diagram = image.picture is not None and image.picture.drawing
                what = "the diagram" if is_diagram else f'image "{image.source}"'
                message = f"{what} has no alt text"
                hint = 'describe the image with fig-alt="…", or mark the image as {.decorative}'
                yield Diagnostic(code="ACC001", span=image.span, message=message, hint=hint)
            case Chart(alt="") as chart:
                hint = 'describe the chart in one sentence with fig-alt="…"'
                message = "the chart has no alt text"
                yield Diagnostic(code="ACC001", span=chart.span, message=message, hint=hint)


def poor_alternatives(chapter: Survey) -> Iterator[Diagnostic]:
    """ACC012 at each text that says nothing of what is shown, ACC013 at each that is too long to hear."""
    captions = _captions(chapter)
    for placed in chapter.nodes:
        if not isinstance(placed.node, Image | Chart) or not placed.node.alt:
            continue
        if isinstance(placed.node, Image) and placed.node.decorative:
            continue
        alt = " ".join(placed.node.alt.split())
        if problem := _problem(alt, captions.get(id(placed.node), ""), placed):
            message, hint = problem
            yield Diagnostic(code="ACC012", span=placed.span, message=message, hint=hint)
        if len(alt) > _LONGEST:
            message = f"the alt text has {len(alt)} characters; the limit is {_LONGEST}"
            hint = "shorten the alt text to one or two sentences; move details to the body text or "
            hint += '`fig-desc="…"`'
            yield Diagnostic(code="ACC013", span=placed.span, message=message, hint=hint)


def _captions(chapter: Survey) -> dict[int, str]:
    """The caption over each image and chart whose alternative text was given beside it, by ``id()``."""
    captions: dict[int, str] = {}
    for placed in chapter.nodes:
        match placed.node:
            case Chart(caption=caption):
                captions[id(placed.node)] = plain_text(caption)
            case Figure(images=images, caption=caption):
                given = (image for image in images if image.attr.get("fig-alt") or image.attr.get("alt"))
                captions |= {id(image): plain_text(caption) for image in given}
    return captions


def _problem(alt: str, caption: str, placed: Placed) -> tuple[str, str] | None:
    """What is wrong with an alternative text, and what to do."""
    if _FILE_NAME.fullmatch(alt) or (_CAMERA_NAME.fullmatch(alt) and alt == _stem(placed.node)):
        return f'alt text "{alt}" is a file name', "write alt text that describes what the image shows"
    if caption and _same(alt, caption):
        hint = "describe what the image shows, or remove the alt text; the caption then serves as alt text"
        if isinstance(placed.node, Chart):
            hint = "state the main point of the chart in the alt text, such as which values rise fastest"
        return "the alt text repeats the caption; screen readers read both", hint
    opening = _OPENINGS.get(primary(placed.language))
    if opening and (match := re.match(opening, alt, re.IGNORECASE)):
        hint = "start the alt text with what the image shows; screen readers already announce images"
        return f'the alt text starts with "{match.group()}"', hint
    return None


def _stem(node: Image | Chart) -> str:
    return PurePosixPath(node.source).stem if isinstance(node, Image) else ""


def _same(one: str, other: str) -> bool:
    return one.casefold().rstrip(".") == " ".join(other.casefold().split()).rstrip(".")
