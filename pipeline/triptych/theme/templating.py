"""Load Jinja templates, some of which a project may replace, and explain template errors."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, wraps
from pathlib import Path
from traceback import walk_tb
from types import FrameType
from typing import Any
from urllib.parse import quote, unquote

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from markupsafe import Markup

from triptych.diagnostics import Diagnostic, Span, format_message
from triptych.folders import get_templates_folder, is_bundled_templates, iter_files
from triptych.languages.language_tags import get_text_direction, has_vertical_lines
from triptych.project import is_file
from triptych.theme.sandbox import BoundedEnvironment, TemplateLimits

BUILT_IN_PREFIX = "built-in"
"""The path prefix with which a project's template includes the built-in template that it replaces."""

_URL = re.compile(r"(https?://[^\s<>\"/]*[^\s<>\".,;:!?)/])((?:/[^\s<>\"]*[^\s<>\".,;:!?)/])?/?)")
# Errors that built-in templates may cause too.
_RESOURCE_ERRORS = RecursionError, MemoryError, UnicodeDecodeError


def load_page_templates(project_templates: Path | None = None) -> jinja2.Environment:
    """Return an environment for XHTML, XML and CSS templates.

    A project's templates are sandboxed and have limits. Undefined names are errors. Values are escaped as XML
    in ``.xhtml``, ``.xml``, ``.opf``, ``.ncx`` and ``.html`` templates.
    """
    folder = project_templates if project_templates and project_templates.is_dir() else None
    # Jinja reloads changed templates, but does not notice a new template that replaces a built-in one.
    return _make_environment(folder, frozenset(iter_files(folder)) if folder else frozenset())


def list_replaceable_templates() -> frozenset[str]:
    """Return the paths of the built-in templates that a project may replace.

    Those of the deck's design are excluded, because a project provides a PowerPoint template instead.
    """
    pages = (file for folder in ("print", "epub") for file in (get_templates_folder() / folder).glob("*.j2"))
    names = {file.relative_to(get_templates_folder()).as_posix() for file in pages}
    return frozenset(names | {"deck/storyboard.j2"})


def has_project_templates(project: Path) -> bool:
    """Return whether a project has its own ``templates`` folder.

    The bundled folder in Triptych's repository does not count.
    """
    folder = project / "templates"
    return folder.is_dir() and not is_bundled_templates(folder)


def find_template_line(templates: jinja2.Environment, folder: str, text: str) -> tuple[str, int] | None:
    """Return the path and line number where ``text`` first occurs in a project's templates.

    Only templates in the subfolder ``folder`` are searched. If the text does not occur, return None.
    """
    root: Path = templates.project_templates  # type: ignore[attr-defined]
    for file in sorted((root / folder).glob("*.j2")):
        for number, line in enumerate(file.read_text("utf-8", "replace").splitlines(), 1):
            if text in line:
                return file.relative_to(root).as_posix(), number
    return None


@lru_cache(maxsize=4)
def _make_environment(project_templates: Path | None, files: frozenset[Path]) -> jinja2.Environment:
    """Create the environment for a project's templates. ``files`` only serves as cache key."""
    is_untrusted = project_templates is not None and not is_bundled_templates(project_templates)
    files_in_order = [folder for folder in (project_templates, get_templates_folder()) if folder]
    built_in = jinja2.FileSystemLoader(get_templates_folder())
    settings: dict[str, Any] = {
        "loader": jinja2.ChoiceLoader(
            [jinja2.FileSystemLoader(files_in_order), jinja2.PrefixLoader({BUILT_IN_PREFIX: built_in})]
        ),
        "undefined": jinja2.StrictUndefined,
        "autoescape": _is_xml_name,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "keep_trailing_newline": True,
        "extensions": [_ProjectImagePaths],
        "bytecode_cache": TemplateBytecodeCache(sandboxed=is_untrusted),
    }
    environment = _ProjectEnvironment(settings) if is_untrusted else jinja2.Environment(**settings)
    environment.extend(project_templates=project_templates)
    filters: dict[str, Callable[..., Any]] = {
        "xml": _mark_as_xhtml,
        "linked": _link_urls,
        "css": _quote_css_string,
        "direction": get_text_direction,
    }
    if isinstance(environment, _ProjectEnvironment):
        environment.add_filters(filters)
    else:
        environment.filters |= filters
    environment.tests["vertical_language"] = has_vertical_lines
    return environment


# A chapter has at most two million characters, each of which templates process a few times.
_LIMITS = TemplateLimits(steps=300_000, value_size=20_000_000, total_size=400_000_000, seconds=15)
_STEPS_OF_INCLUDE = 10  # an included template takes about as long as this many iterations
# Filters that give long text for short arguments, or are not deterministic.
_FORBIDDEN_FILTERS = frozenset("center indent pprint random tojson urlize wordwrap xmlattr".split())
_MAX_PARTS = 1000  # maximum argument of `batch` and `slice`
_MAX_STRIPTAGS_INPUT = 100_000  # characters; maximum input of `striptags`
_WIDE_FIELD = re.compile(r"%(?:\([^()]*\))?[^%a-zA-Z(]*(?:\d{4}|\*)|%\([^()]*\(")  # wide fields, nested keys


class _ProjectEnvironment(BoundedEnvironment):
    """An environment for a project's templates, which have limits, and built-in ones, which do not."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        super().__init__(_LIMITS, _FORBIDDEN_FILTERS, **settings)
        self.template_class = _BoundedTemplate
        for name, exceeds in _ARGUMENT_LIMITS.items():
            self.filters[name] = _limit_filter_arguments(name, self.filters[name], exceeds)

    def has_limits(self, filename: str | None) -> bool:
        """Return whether a template belongs to the project and therefore has limits."""
        return filename is None or not Path(filename).is_relative_to(get_templates_folder())


class _BoundedTemplate(jinja2.Template):
    """A template that counts its output wherever it is included, and resets the counters before rendering."""

    @classmethod
    def _from_namespace(
        cls, environment: jinja2.Environment, namespace: Any, globals: Any
    ) -> jinja2.Template:
        template = super()._from_namespace(environment, namespace, globals)
        template.root_render_func = _count_output(environment, template.root_render_func)
        return template

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Reset the counters and render the template."""
        self.environment.reset_counters()  # type: ignore[attr-defined]
        return super().render(*args, **kwargs)


def _count_output(environment: Any, render: Callable[..., Any]) -> Callable[..., Iterator[str]]:
    """Wrap the function that renders a template, to count its output wherever it is included.

    Built-in templates do not count themselves, and a project's template may include them in a loop.
    """

    def counted(context: Any) -> Iterator[str]:
        environment.step(count=_STEPS_OF_INCLUDE)
        parts = render(context)
        for text in parts:
            try:
                environment.step(text=len(text), count=0)
            except SecurityError as error:
                parts.throw(error)  # keeps the line of the template in the traceback
            yield text

    return counted


_ARGUMENT_LIMITS: Mapping[
    str, Callable[[Any], bool]
] = {  # predicates for filter arguments that are too large
    "format": lambda value: isinstance(value, str) and bool(_WIDE_FIELD.search(value)),
    "striptags": lambda value: isinstance(value, str) and len(value) > _MAX_STRIPTAGS_INPUT,
    "batch": lambda value: isinstance(value, int) and value > _MAX_PARTS,
    "slice": lambda value: isinstance(value, int) and value > _MAX_PARTS,
}


def _limit_filter_arguments(
    name: str, function: Callable[..., Any], is_too_large: Callable[[Any], bool]
) -> Callable[..., Any]:
    """Wrap a filter to raise ``SecurityError`` if an argument is too large."""

    @wraps(function)
    def call_filter(*args: Any, **kwargs: Any) -> Any:
        if any(map(is_too_large, (*args, *kwargs.values()))):
            raise SecurityError(f"an argument of the filter `{name}` is too large")
        return function(*args, **kwargs)

    return call_filter


class _ProjectImagePaths(Extension):
    """A Jinja extension that replaces image paths in a project's templates with ``project:`` URLs."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Replace image paths in a template's source with ``project:`` URLs."""
        folder: Path | None = getattr(self.environment, "project_templates", None)
        if folder is None or filename is None or not Path(filename).is_relative_to(folder):
            return source
        return replace_image_paths(source, Path(filename), folder.parent)


def _is_xml_name(name: str | None) -> bool:
    return name is not None and name.removesuffix(".j2").endswith((".xhtml", ".xml", ".opf", ".ncx", ".html"))


def _mark_as_xhtml(value: Any) -> Markup:
    """Mark a string as XHTML, so that it is not escaped."""
    return value if isinstance(value, Markup) else Markup(value)


def _link_urls(value: str) -> Markup:
    """Convert URLs in text to links, without final punctuation. A ``span`` keeps the host on one line."""
    link = Markup('{0}<a href="{1}{2}" class="address"><span>{1}</span>{2}</a>')
    *parts, last = _URL.split(value)
    links = (link.format(*parts[place : place + 3]) for place in range(0, len(parts), 3))
    return Markup("").join(links) + last


def _quote_css_string(value: str) -> str:
    """Escape text for a double-quoted CSS string (CSS Syntax Module Level 3, 4.3.5)."""
    return re.sub(r'["\\\n\r\f]', lambda match: f"\\{ord(match.group()):x} ", value)


def describe_template_error(error: Exception) -> Diagnostic | None:
    """Return TPL002 for the template line that fails, or None if no template caused the error."""
    frames = list(walk_tb(error.__traceback__))
    template_places = [
        (file, line) for frame, line in frames if (file := frame.f_code.co_filename).endswith(".j2")
    ]
    unread = _find_unreadable_template(error, [frame for frame, _ in frames])
    # The error is in an expression of a project's template, perhaps in a built-in template that it includes,
    # or any template exceeds the memory or recursion limit.
    project_places = [
        place for place in template_places if not Path(place[0]).is_relative_to(get_templates_folder())
    ]
    computed = project_places or (template_places and isinstance(error, _RESOURCE_ERRORS))
    if not isinstance(error, jinja2.TemplateError) and not computed and not unread:
        return None
    path, line = (project_places or template_places)[-1] if template_places else (unread or "templates", 1)
    if isinstance(error, jinja2.TemplateSyntaxError):
        path, line = error.name or unread or "templates", error.lineno
    relative_path = path.rpartition("templates/")[2]
    reason = error.message if isinstance(error, jinja2.TemplateError) else str(error)
    if (unread and not isinstance(error, UnicodeDecodeError)) or isinstance(error, RecursionError):
        reason = "the template is nested too deeply"
    elif isinstance(error, MemoryError):
        reason = "the template ran out of memory"
    elif isinstance(error, jinja2.TemplateNotFound):
        reason = f'template "{error.name}" does not exist'
    message = format_message(reword_jinja_error(reason or type(error).__name__))
    span = Span(
        path=f"templates/{relative_path}" if relative_path != "templates" else relative_path, line=line
    )
    return Diagnostic(code="TPL002", span=span, message=message)


def _find_unreadable_template(error: Exception, frames: Iterable[FrameType]) -> str | None:
    """Return the name of the template that cannot be decoded, parsed or compiled.

    If the error has another cause, return None.
    """
    if isinstance(error, UnicodeDecodeError):
        place, name, start = (jinja2.loaders.__file__, "get_source"), "template", "templates/"
    elif isinstance(error, RecursionError | SyntaxError | MemoryError):
        place, name, start = (jinja2.environment.__file__, "compile"), "filename", ""
    else:
        return None
    frame = next(
        (
            candidate
            for candidate in frames
            if (candidate.f_code.co_filename, candidate.f_code.co_name) == place
        ),
        None,
    )
    return f"{start}{frame.f_locals.get(name) or ''}" if frame else None


PROJECT_SCHEME = "project"
# Matches only literal paths, not Jinja expressions.
_IMAGE_ELEMENT = re.compile(
    r"""<(?:img|image)\b(?:[^>"']|"[^"]*"|'[^']*')*?\s(?:src|href|xlink:href)\s*=\s*(["'])(?P<source>(?:(?!\1)[^{}])+)\1"""
)
_CSS_URL = re.compile(r"""\burl\(\s*(["']?)(?P<source>[^"'(){}\s]+)\1\s*\)""")
_SCHEME_OR_FRAGMENT = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|#)", re.IGNORECASE)
_REMOTE = re.compile(r"^(?:https?:)?//", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ImagePath:
    """An image path in a template, with its 1-based line and column."""

    path: str
    line: int
    column: int


def iter_image_paths(text: str) -> Iterator[ImagePath]:
    """Yield the image paths in a template's source, in order."""
    for match in _find_image_path_matches(text):
        start = match.start("source")
        line = text.count("\n", 0, start) + 1
        yield ImagePath(match["source"].strip(), line, start - text.rfind("\n", 0, start))


def replace_image_paths(text: str, template: Path, root: Path) -> str:
    """Replace the image paths in a template's source with ``project:`` URLs."""
    parts, end = [], 0
    for match in _find_image_path_matches(text):
        image_file = _locate_image(match["source"].strip(), template, root)
        if image_file is not None:
            parts += [text[end : match.start("source")], f"{PROJECT_SCHEME}:{quote(image_file)}"]
            end = match.end("source")
    return "".join((*parts, text[end:]))


def _find_image_path_matches(text: str) -> list[re.Match[str]]:
    matches = [
        match
        for pattern in (_IMAGE_ELEMENT, _CSS_URL)
        for match in pattern.finditer(text)
        if _REMOTE.match(match["source"].strip()) or not _SCHEME_OR_FRAGMENT.match(match["source"].strip())
    ]
    return sorted(matches, key=lambda match: match.start("source"))


def _locate_image(image_path: str, template: Path, root: Path) -> str | None:
    """Return an image's path in the project, or None if the file does not exist.

    ``image_path`` is relative to the template or to ``source/``, and may be percent-encoded.
    """
    for name in dict.fromkeys((image_path, unquote(image_path))):
        for folder in (template.parent, root / "source"):
            path = Path(os.path.normpath(folder / name))
            if is_file(path) and path.resolve().is_relative_to(root):
                return path.relative_to(root).as_posix()
    return None


class TemplateBytecodeCache(FileSystemBytecodeCache):
    """A bytecode cache for the built-in templates, in a ``__pycache__`` folder next to them.

    Jinja's cache key includes its own version, Python's version and the template's source. A ``sandboxed``
    environment generates different code, so its cache files have different names.
    """

    def __init__(self, *, sandboxed: bool = False) -> None:
        kind = "shown" if sandboxed else "plain"
        super().__init__(
            str(get_templates_folder() / "__pycache__"), f"%s.{kind}.{sys.implementation.cache_tag}"
        )

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return a built-in template's cache key, or "" for a project's template, which is not cached."""
        is_bundled = filename is not None and Path(filename).is_relative_to(get_templates_folder())
        return super().get_cache_key(name, filename) if is_bundled else ""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load a built-in template's bytecode. Ignore unreadable files."""
        with suppress(OSError):
            if bucket.key:
                super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Save a built-in template's bytecode if Python writes bytecode and the folder is writable."""
        if bucket.key and not sys.dont_write_bytecode:
            with suppress(OSError):
                Path(self.directory).mkdir(exist_ok=True)
                super().dump_bytecode(bucket)


_REWORDED_ERRORS = tuple(
    (re.compile(pattern, re.DOTALL), message)
    for pattern, message in (
        (r"(?:unexpected|Expected an expression, got|expected token '.+', got) 'end of print statement'",
         'empty or incomplete expression before "}}"'),
        (r"(?:unexpected|Expected an expression, got|expected token '.+', got) 'end of statement block'",
         'incomplete statement before "%}"'),
        (r"expected token 'end of print statement', got '(.+)'", r'unexpected "\1" in the expression'),
        (r"expected token 'end of statement block', got '(.+)'", r'unexpected "\1" in the statement'),
        (r"unexpected end of template, expected 'end of print statement'", "the expression is not closed"),
        (r"unexpected end of template, expected 'end of statement block'", "the statement is not closed"),
        (r"Unexpected end of template.*block that needs to be closed is '(\w+)'",
         r"{% \1 %} has no {% end\1 %}"),
        (r"Encountered unknown tag '(\w+)'.*block that needs to be closed is '(\w+)'",
         r"{% \2 %} is closed by {% \1 %}"),
        (r"Encountered unknown tag '(\w+)'", r"unknown tag {% \1 %}"),
        (r"expected token '(.+)', got '(.+)'", r'expected "\1", found "\2"'),
        (r"unexpected '(.+)', expected '(.+)'", r'expected "\2", found "\1"'),
        (r"unexpected char (['\"])(.)\1 at \d+", r'unexpected character "\2"'),
        (r"unexpected '(.+)'", r'unexpected "\1"'),
        (r"expected name or number", "a name is missing after the dot"),
        (r"Missing end of comment tag", "the comment is not closed"),
        (r"No (filter|test) named '(.+)'", r'unknown \1 "\2"'),
        (r"'(.+)' is undefined", r'"\1" is not defined'),
    )
)  # fmt: skip


def reword_jinja_error(message: str) -> str:
    """Return a clearer version of a Jinja error message, or the message itself if there is none."""
    for pattern, reworded in _REWORDED_ERRORS:
        if match := pattern.match(message):
            return match.expand(reworded)
    return message
