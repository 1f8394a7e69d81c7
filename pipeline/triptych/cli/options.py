"""Define options and arguments that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from triptych.cli.lifecycle import REPORTER
from triptych.cli.report import Reporter, Verbosity
from triptych.diagnostics import did_you_mean
from triptych.folders import resolve_links
from triptych.formats import FORMATS, OutputFormat
from triptych.project import MANIFEST

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

F = TypeVar("F", bound=Callable[..., Any])


def project_argument(function: F) -> F:
    """Add the argument ``DIR``, the folder that contains source/book.yaml."""
    return click.argument("folder", metavar="[DIR]", default=".", type=ProjectFolderType())(function)


def profile_option(function: F) -> F:
    """Add ``--profile``, which may be repeated."""
    text = "Apply a profile from book.yaml; repeatable."
    return click.option("--profile", "profiles", metavar="NAME", multiple=True, help=text)(function)


@dataclass(frozen=True, slots=True)
class CacheLocation:
    """A cache folder, or None for the project's own, and the URL of a shared cache (fsspec)."""

    folder: Path | None = None
    url: str = ""


class CacheDirType(click.Path):
    """The parameter type of ``--cache-dir``: a folder, or a URL such as ``s3://bucket/folder``."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return a ``CacheLocation``. Symbolic links in a path are resolved, since caches refuse them.

        A URL is opened, so that errors are reported before the build.
        """
        if "://" not in str(value):
            return CacheLocation(resolve_links(Path(str(super().convert(value, param, ctx)))))

        from triptych.engine.cache import AddressError, RemoteCache

        try:
            RemoteCache(str(value)).check_address()
        except AddressError as error:
            self.fail(f"{value} cannot be opened: {error.strerror}", param, ctx)
        return CacheLocation(url=str(value))


def cache_option(function: F) -> F:
    """Add ``--cache-dir`` (TRIPTYCH_CACHE), a cache that projects and machines may share."""
    return click.option(
        "--cache-dir",
        "cache",
        envvar="TRIPTYCH_CACHE",
        show_envvar=True,
        show_default="DIR/build/.cache",
        type=CacheDirType(),
        callback=_check_cache_key,
        metavar="DIR",
        help="Cache folder, or a URL such as s3://bucket/dir.",
    )(function)


def _check_cache_key(_: click.Context, __: click.Parameter, cache: CacheLocation | None) -> CacheLocation:
    """Raise ``UsageError`` if the signing key in the environment is too short to be secure."""
    from triptych.engine.store.signing import KEY_VARIABLE, MIN_KEY_LENGTH

    length = len(os.environ.get(KEY_VARIABLE, "").strip())
    if 0 < length < MIN_KEY_LENGTH:
        raise click.UsageError(f"{KEY_VARIABLE} has {length} characters; the minimum is {MIN_KEY_LENGTH}.")
    return cache or CacheLocation()


def limits_option(
    default: Literal["strict", "trusted"], text: str = "Refuse or allow `limits:` in book.yaml."
) -> Callable[[F], F]:
    """Add ``--limits`` (TRIPTYCH_LIMITS).

    The parameter ``trusted`` is True if the manifest may raise limits.
    """
    return click.option(
        "--limits",
        "trusted",
        callback=lambda ctx, param, value: value == "trusted",
        type=click.Choice(("strict", "trusted")),
        envvar="TRIPTYCH_LIMITS",
        show_envvar=True,
        default=default,
        show_default=True,
        help=text,
    )


class AmountType(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """The parameter type of a duration such as ``90s``, or of a size such as ``2GB``, as in the manifest."""

    def __init__(self, name: Literal["duration", "size"]) -> None:
        self.name = name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the seconds or bytes."""
        if not isinstance(value, str):
            return value
        from pydantic import TypeAdapter, ValidationError

        from triptych.settings.values import ByteSize, Duration

        try:
            amount: float = TypeAdapter(Duration if self.name == "duration" else ByteSize).validate_python(
                value
            )
        except ValidationError as error:
            self.fail(f'"{value}" {error.errors()[0]["msg"]}.', param, ctx)
        if not amount:
            self.fail("must not be 0.", param, ctx)
        return amount


def build_limits_options(function: F) -> F:
    """Add ``--max-time`` and ``--max-memory``, limits for all processes of a build together."""
    for option in (
        click.option(
            "--max-memory",
            type=AmountType("size"),
            metavar="SIZE",
            envvar="TRIPTYCH_MAX_MEMORY",
            show_envvar=True,
            show_default="2GB with --limits strict",
            help="Stop if all processes together use more memory, such as 4GB.",
        ),
        click.option(
            "--max-time",
            type=AmountType("duration"),
            metavar="TIME",
            envvar="TRIPTYCH_MAX_TIME",
            show_envvar=True,
            show_default="3m with --limits strict",
            help="Stop if all processes together use more processor time, such as 10m.",
        ),
    ):
        function = option(function)
    return function


def format_option(json_description: str) -> Callable[[F], F]:
    """Add ``--format``. ``json_description`` is the help text for the JSON output."""
    return click.option(
        "--format",
        "as_json",
        type=click.Choice(("text", "json")),
        default="text",
        show_default=True,
        callback=lambda ctx, param, value: value == "json",
        help=f"Output format: text, or {json_description}.",
    )


def jobs_option(text: str = "Number of parallel processes.") -> Callable[[F], F]:
    """Add ``--jobs``."""
    return click.option(
        "-j",
        "--jobs",
        type=click.IntRange(1),
        metavar="N",
        show_default="one per processor",
        help=text,
    )


def formats_option(text: str = "Comma-separated outputs: pdf, epub, pptx, onix.") -> Callable[[F], F]:
    """Add ``--to``."""
    return click.option("--to", "formats", type=FormatListType(), show_default="as in book.yaml", help=text)


def all_option(function: F) -> F:
    """Add ``--all``."""
    text = "List all findings; do not group similar ones."
    return click.option("--all", "lists_all", is_flag=True, help=text)(function)


def reporting_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add ``--quiet``, ``--verbose``, ``--all`` and ``--format``, passed as ``report`` (``Reporter``).

    Paths in findings are relative to the command's argument ``folder``, or to the folder of its argument
    ``file``.
    """

    @wraps(function)
    def command(
        *args: Any, quiet: bool, verbose: bool, as_json: bool, lists_all: bool, **options: Any
    ) -> None:
        if quiet and verbose:
            raise click.UsageError("--quiet and --verbose cannot be used together.")
        verbosity = Verbosity.QUIET if quiet else Verbosity.VERBOSE if verbose else Verbosity.NORMAL
        root = options["folder"] if "folder" in options else options["file"].parent
        report = Reporter(verbosity, as_json=as_json, root=root, lists_all=lists_all)
        click.get_current_context().meta[REPORTER] = report  # for system errors (``CommandGroup.invoke``)
        function(*args, report=report, **options)

    for option in (
        format_option("one JSON event per line"),
        all_option,
        click.option("-v", "--verbose", is_flag=True, help="Print each step."),
        click.option("-q", "--quiet", is_flag=True, help="Print errors only."),
    ):
        command = option(command)
    return command


class ProjectFolderType(click.Path):
    """The parameter type of ``DIR``, an existing folder.

    If the path is that of the folder ``source`` or of the manifest, the error suggests the project's folder.
    """

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the folder. The folder may have no manifest yet."""
        folder = Path(value)
        full = folder.absolute()
        above = {"source": full.parent, "book.yaml": full.parent.parent}.get(full.name)
        if above and (above / MANIFEST).is_file() and not (full / MANIFEST).is_file():
            meant = os.path.relpath(above)
            raise click.UsageError(
                f'DIR must be the folder that contains {MANIFEST}. Did you mean "{meant}"?', ctx
            )
        if folder.is_file():
            raise click.UsageError(
                f'"{folder}" is a file. DIR must be the folder that contains {MANIFEST}.', ctx
            )
        if not folder.is_dir():
            siblings = folder.parent.iterdir() if folder.parent.is_dir() else ()
            hint = did_you_mean(folder.name, (path.name for path in siblings if path.is_dir()))
            raise click.UsageError(f'Folder "{folder}" does not exist.{make_hint_sentence(hint)}', ctx)
        return folder


class FormatListType(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """The parameter type of ``--to``: comma-separated output formats, such as ``pdf,epub``."""

    name = "formats"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[OutputFormat, ...]:
        """Return the output formats in a comma-separated list, in the order in which they are built."""
        if isinstance(value, tuple):
            return value
        names = [name.strip().lower() for name in str(value).split(",") if name.strip()]
        for name in names:
            if name not in FORMATS:
                hint = did_you_mean(name, FORMATS)
                self.fail(
                    f'"{name}" is not one of {", ".join(FORMATS)}.{make_hint_sentence(hint)}', param, ctx
                )
        if not names:
            self.fail(f"Choose one or more of {', '.join(FORMATS)}.", param, ctx)
        return tuple(name for name in FORMATS if name in names)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return completions of the last format in the list, except formats already in it."""
        from click.shell_completion import CompletionItem

        before, comma, last = incomplete.rpartition(",")
        left = (name for name in FORMATS if name not in before.split(","))
        return [CompletionItem(before + comma + name) for name in left if name.startswith(last)]


def make_hint_sentence(hint: str | None) -> str:
    """Return a hint as a sentence with a leading space, or "" for an empty hint."""
    return f" {hint[:1].upper()}{hint[1:]}" if hint else ""
