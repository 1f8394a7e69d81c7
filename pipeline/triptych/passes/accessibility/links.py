"""Links: readers go through them one by one, without the text around them (WCAG 2.4.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.languages.language_tags import primary
from triptych.model.nodes import Link
from triptych.model.walk import plain_text
from triptych.passes.accessibility.survey import Placed, Survey

_ENTRY = "#ref-"  # of the list of sources: what a citation style makes of two works of a year may read alike
_LONGEST_ADDRESS = 60  # characters of an address that may stand as it is: beyond, nobody listens

# Texts that say nothing of where a link leads.
_MUTE = {
    "de": "hier|klicken sie hier|hier klicken|klick hier|dieser link|diesen link|diesem link|link|mehr"
    "|mehr lesen|weiterlesen|weiter|mehr erfahren|siehe hier|diese seite",
    "en": "here|click here|click|this|this link|the link|link|this page|this site|this website|read more"
    "|more|learn more|more info|more information|find out more|see here|see more|go|details",
    "es": "aquí|aqui|haga clic aquí|haz clic aquí|clic aquí|este enlace|enlace|leer más|más|ver más"
    "|más información|esta página|pulse aquí",
    "fr": "ici|cliquez ici|cliquer ici|ce lien|lien|lire la suite|en savoir plus|plus|voir ici|cette page"
    "|lire plus",
    "it": "qui|clicca qui|cliccare qui|questo link|link|leggi di più|leggi tutto|di più|altro|vedi qui"
    "|questa pagina|scopri di più",
    "nl": "hier|klik hier|deze link|link|lees meer|lees verder|meer|meer informatie|zie hier|deze pagina",
    "pt": "aqui|clique aqui|este link|esta ligação|link|leia mais|ler mais|mais|saiba mais|veja aqui"
    "|esta página",
}
_MUTE_TEXTS = {language: frozenset(texts.split("|")) for language, texts in _MUTE.items()}


def mute_links(chapter: Survey) -> Iterator[Diagnostic]:
    """ACC007 at each link whose text says nothing, or is an address too long to be listened to."""
    for placed in chapter.nodes:
        if not isinstance(placed.node, Link):
            continue
        text = plain_text(placed.node.content)
        if _spoken(text) in _MUTE_TEXTS.get(primary(placed.language), ()):
            message = f'link text "{text}" does not describe the link target'
            hint = "use link text that describes the target"
            yield Diagnostic(code="ACC007", span=placed.span, message=message, hint=hint)
        elif len(text) > _LONGEST_ADDRESS and re.match(r"(?:[a-z]+://|www\.)\S+$", text):
            message = (
                f"the link text is a URL of {len(text)} characters; screen readers read out the whole URL"
            )
            hint = "write [description of the page](URL)"
            yield Diagnostic(code="ACC007", span=placed.span, message=message, hint=hint)


def ambiguous_links(chapter: Survey) -> Iterator[Diagnostic]:
    """ACC008 at each link that reads like one before it in its section and leads elsewhere."""
    for section in chapter.sections():
        first: dict[str, Placed] = {}
        for placed in section:
            if not isinstance(placed.node, Link) or placed.node.target.startswith(_ENTRY):
                continue
            text = plain_text(placed.node.content)
            before = first.setdefault(_spoken(text), placed) if _spoken(text) else placed
            if _address(before.node) != _address(placed.node):
                message = f'two links in this section have the text "{text}" but different targets'
                hint = f"reword one of the links; the first, at {before.span}, goes to {before.node.target}"
                yield Diagnostic(code="ACC008", span=placed.span, message=message, hint=hint)


def _spoken(text: str) -> str:
    """A link's text without what is not spoken."""
    return re.sub(r"^\W+|\W+$", "", text.casefold())


def _address(link: Link) -> str:
    """A target as it is compared: with and without TLS, or a slash at its end, it is the same page."""
    return re.sub(r"^https?://(?:www\.)?", "//", link.target).rstrip("/")
