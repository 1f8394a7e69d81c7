"""Convert the bundled guide to linked HTML pages for reading offline in a browser."""

from __future__ import annotations

import hashlib
import posixpath
import re
import shutil
import tempfile
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from triptych import __version__
from triptych.folders import get_gallery_folder, get_guide_folder, get_templates_folder, get_user_folder
from triptych.media.diagrams import DiagramEngineError, InvalidDiagramError, draw_mermaid
from triptych.passes.numbering import make_github_id
from triptych.theme.templating import load_page_templates
from triptych.theme.theme import load_theme
from triptych.yaml_text import load_yaml, to_plain_values

_GALLERY = "gallery/README.md"
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
_FRONT_MATTER = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)
_CALLOUT = re.compile(r"\[!(NOTE|TIP|WARNING|IMPORTANT|CAUTION)\]\s*")
_SUFFIXES = (".md", ".yaml", ".png", ".svg")


@dataclass(frozen=True, slots=True)
class GuidePage:
    """A page of the guide. ``path`` is the path of its Markdown file, relative to the guide's folder."""

    path: str
    title: str
    part: str

    @property
    def name(self) -> str:
        """The page name that ``triptych docs`` accepts."""
        return "gallery" if self.path == _GALLERY else self.path.removesuffix(".md")

    @property
    def html(self) -> str:
        """The path of the page's HTML file, relative to the output folder."""
        return "gallery/index.html" if self.path == _GALLERY else f"{self.path.removesuffix('.md')}.html"


def list_guide_pages() -> list[GuidePage]:
    """Return all pages in the order of the guide's manifest, then the gallery of project templates."""
    book = to_plain_values(load_yaml((get_guide_folder() / "book.yaml").read_text("utf-8")))["book"]
    pages = []
    for entry in book["chapters"]:
        part, paths = (
            ("", [entry]) if isinstance(entry, str) else (entry["part"], entry.get("chapters") or ())
        )
        pages += [GuidePage(path, _read_title(_locate_page(path)), part) for path in paths]
    return [*pages, GuidePage(_GALLERY, _read_title(_locate_page(_GALLERY)), "Examples")]


def find_guide_page(name: str, pages: Sequence[GuidePage]) -> GuidePage | None:
    """Return the page with the path, base name or title ``name``, or None if there is none."""
    wanted_name = name.strip("/").removesuffix(".md").lower()
    for page in pages:
        if wanted_name in (page.name, posixpath.basename(page.name), page.title.lower()):
            return page
    return None


def write_guide() -> Path:
    """Return the folder with the guide's HTML pages in the user's cache; write the pages if needed.

    Raise OSError if the folder cannot be written, or RuntimeError if the user has no home folder.
    """
    folder = get_user_folder("XDG_CACHE_HOME", mac="Library/Caches", other=".cache") / "triptych/guide"
    target = folder / f"{__version__}-{_hash_sources()}"
    if target.is_dir():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=folder) as name:
        temporary_guide = Path(name) / "guide"
        write_guide_pages(temporary_guide)
        for old in folder.glob("[0-9]*-*"):
            shutil.rmtree(old, ignore_errors=True)
        try:
            temporary_guide.rename(target)
        except OSError:
            if not target.is_dir():  # another process may have written it by now
                raise
    return target


def write_guide_pages(folder: Path) -> None:
    """Write the guide's HTML pages, pictures and style sheet to a new folder."""
    pages = list_guide_pages()
    template = load_page_templates().get_template("guide/page.html.j2")
    for number, page in enumerate(pages):
        before, after = (
            pages[place] if 0 <= place < len(pages) else None for place in (number - 1, number + 1)
        )
        top = posixpath.relpath(".", posixpath.dirname(page.html) or ".")
        text = template.render(
            page=page,
            body=_convert_page(_locate_page(page.path).read_text("utf-8")),
            parts=_group_by_part(pages),
            before=before,
            after=after,
            top="" if top == "." else f"{top}/",
            version=__version__,
        )
        path = folder / page.html
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (folder / "style.css").write_text(
        load_page_templates().get_template("guide/style.css.j2").render(), "utf-8"
    )
    for source, target in (
        (get_guide_folder() / "images", "images"),
        (get_gallery_folder() / "images", "gallery/images"),
    ):
        if source.is_dir():
            shutil.copytree(source, folder / target)


def _locate_page(path: str) -> Path:
    return get_gallery_folder() / "README.md" if path == _GALLERY else get_guide_folder() / path


def _read_title(file: Path) -> str:
    match = _TITLE.search(file.read_text("utf-8"))
    return match[1].replace("`", "") if match else file.stem


def _group_by_part(pages: Sequence[GuidePage]) -> dict[str, list[GuidePage]]:
    parts: dict[str, list[GuidePage]] = {}
    for page in pages:
        parts.setdefault(page.part, []).append(page)
    return parts


def _hash_sources() -> str:
    """Return a digest of all source files of the HTML, so that changes in a checkout are shown."""
    folders = (get_guide_folder(), get_gallery_folder(), get_templates_folder() / "guide")
    files = [Path(__file__)]
    files += sorted(
        path for folder in folders for path in folder.rglob("*") if path.suffix in (*_SUFFIXES, ".j2")
    )
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _convert_page(text: str) -> str:
    markdown = MarkdownIt("commonmark", {"html": True, "typographer": True}, renderer_cls=_Renderer)
    markdown.enable(["table", "smartquotes"])
    tokens = markdown.parse(_FRONT_MATTER.sub("", text))
    _name_headings(tokens)
    _mark_callouts(tokens)
    html: str = markdown.renderer.render(tokens, markdown.options, {})
    return html


def _name_headings(tokens: Sequence[Token]) -> None:
    """Set the id of each heading. Repeated ids end with -1, -2 and so on, as on GitHub."""
    used: dict[str, int] = {}
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            words = "".join(
                child.content for child in inline.children or () if child.type in ("text", "code_inline")
            )
            name = make_github_id(words)
            count = used[name] = used.get(name, -1) + 1
            token.attrSet("id", f"{name}-{count}" if count else name)


def _mark_callouts(tokens: Sequence[Token]) -> None:
    """Convert block quotations that begin with a marker such as ``[!NOTE]`` to labelled callouts."""
    for number, token in enumerate(tokens):
        if token.type != "blockquote_open" or number + 2 >= len(tokens) or not tokens[number + 2].children:
            continue
        children = tokens[number + 2].children or []
        match = _CALLOUT.fullmatch(children[0].content)
        if match is None:
            continue
        kind = match[1].lower()
        del children[: 2 if len(children) > 1 and children[1].type == "softbreak" else 1]
        token.tag, token.meta["label"] = "aside", kind.capitalize()
        token.attrSet("class", kind)
        end = next(
            following_token
            for following_token in tokens[number:]
            if following_token.type == "blockquote_close" and following_token.level == token.level
        )
        end.tag = "aside"


class _Renderer(RendererHTML):
    """Renders HTML with links to HTML pages, syntax highlighting and scrollable tables, without comments."""

    def html_block(self, *_: object) -> str:
        """Omit HTML blocks. In the guide, all of them are comments."""
        return ""

    def html_inline(self, tokens: Sequence[Token], place: int, options: object, env: object) -> str:
        """Omit inline comments, but keep line breaks in table cells."""
        return "<br>" if tokens[place].content == "<br>" else ""

    def blockquote_open(self, tokens: Sequence[Token], place: int, options: object, env: object) -> str:
        """Start a block quotation, or a callout with its label."""
        token = tokens[place]
        label = f'<p class="label">{token.meta["label"]}</p>\n' if token.meta else ""
        return f"<{token.tag}{self.renderAttrs(token)}>\n{label}"

    def blockquote_close(self, tokens: Sequence[Token], place: int, options: object, env: object) -> str:
        """End a block quotation or a callout."""
        return f"</{tokens[place].tag}>\n"

    def link_open(self, tokens: Sequence[Token], place: int, options: object, env: object) -> str:
        """Start a link. For Markdown pages, the file extension becomes ``.html``."""
        token = tokens[place]
        target = str(token.attrs.get("href", ""))
        if ":" not in target:
            token.attrs["href"] = re.sub(r"\.md(?=#|$)", ".html", target)
        return f"<a{self.renderAttrs(token)}>"

    def table_open(self, *_: object) -> str:
        """Start a table in a container that scrolls horizontally, also with the keyboard."""
        return '<div class="wide" tabindex="0" role="region" aria-label="Table">\n<table>\n'

    def table_close(self, *_: object) -> str:
        """End a table and its container."""
        return "</table>\n</div>\n"

    def th_open(self, *_: object) -> str:
        """Start a header cell with ``scope="col"``."""
        return '<th scope="col">'

    def fence(self, tokens: Sequence[Token], place: int, options: object, env: object) -> str:
        """Render a code block with syntax highlighting, or a Mermaid diagram as an image."""
        token = tokens[place]
        language = token.info.split()[0] if token.info.split() else ""
        if language == "mermaid" and (image := _draw_diagram(token.content)):
            return image
        return f'<pre tabindex="0"><code>{_highlight(token.content, language)}</code></pre>\n'

    def code_block(self, tokens: Sequence[Token], place: int, options: object, env: object) -> str:
        """Render indented code without syntax highlighting."""
        return self.fence(tokens, place, options, env)


def _draw_diagram(source: str) -> str:
    """Return a Mermaid diagram as an HTML image, or "" if it cannot be drawn.

    The alt text is the diagram's ``accDescr``.
    """
    try:
        svg, _ = draw_mermaid(source, load_theme(), "Arial, sans-serif", False)
    except (DiagramEngineError, InvalidDiagramError):
        return ""
    description = re.search(r"^ *accDescr: *(.+)$", source, re.MULTILINE)
    data, alt = b64encode(svg).decode(), escape(description[1] if description else "Diagram")
    return f'<p><img class="diagram" src="data:image/svg+xml;base64,{data}" alt="{alt}"></p>\n'


def _highlight(code: str, language: str) -> str:
    if language in ("", "text"):
        return escape(code, quote=False)
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return escape(code, quote=False)
    coloured: str = highlight(code, lexer, HtmlFormatter(nowrap=True))
    return coloured
