"""Options and arguments that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from triptych.cli.report import Reporter, Voice
from triptych.diagnostics import did_you_mean
from triptych.formats import FORMATS, OutputFormat
from triptych.project import MANIFEST, Project

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

F = TypeVar("F", bound=Callable[..., Any])


def project_argument(function: F) -> F:
    """``DIR``: the folder that holds source/book.yaml."""
    return click.argument("folder", metavar="[DIR]", default=".", type=ProjectFolder())(function)


def profile_option(function: F) -> F:
    """``--profile``, several times."""
    text = "Apply a profile from book.yaml; repeatable."
    return click.option("--profile", "profiles", metavar="NAME", multiple=True, help=text)(function)


class Address(str):
    """Where machines share a cache, as fsspec has it, such as ``s3://bucket/folder``."""

    __slots__ = ()


class CacheDir(click.Path):
    """A folder, or an address."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """A path or an ``Address``, which is opened: it is better to know now that nothing answers there."""
        if "://" not in str(value):
            return super().convert(value, param, ctx)

        from triptych.engine.cache import AddressError, RemoteCache

        try:
            RemoteCache(str(value)).open()
        except AddressError as error:
            self.fail(f"{value} cannot be opened: {error.strerror}", param, ctx)
        return Address(value)


def cache_option(function: F) -> F:
    """``--cache-dir``, or TRIPTYCH_CACHE: a cache that projects and machines may share."""
    return click.option(
        "--cache-dir",
        envvar="TRIPTYCH_CACHE",
        show_envvar=True,
        show_default="DIR/build/.cache",
        type=CacheDir(),
        callback=lambda ctx, param, value: check_cache_key(value),
        metavar="DIR",
        help="Cache folder, or a URL such as s3://bucket/dir.",
    )(function)


def check_cache_key(asked: Path | Address | None) -> Path | Address | None:
    """Return the cache that is asked for. A link that the user names is followed, here and no more.

    Raises UsageError if the key in the environment is too short to be secret.
    """
    from triptych.engine.store.signing import SHORTEST, VARIABLE

    length = len(os.environ.get(VARIABLE, "").strip())
    if 0 < length < SHORTEST:
        raise click.UsageError(f"{VARIABLE} has {length} characters; the minimum is {SHORTEST}.")
    return asked.resolve() if isinstance(asked, Path) else asked


def select_cache_folder(project: Project, asked: Path | Address | None) -> Path:
    """The folder of the cache: the one asked for, or the project's own, also before an address."""
    return asked if isinstance(asked, Path) else project.records


def select_cache_address(asked: Path | Address | None) -> str:
    """What is asked for behind the folder, "" where nothing is."""
    return asked if isinstance(asked, Address) else ""


def limits_option(
    usual: Literal["strict", "trusted"], text: str = "Refuse or allow `limits:` in book.yaml."
) -> Callable[[F], F]:
    """``--limits``, or TRIPTYCH_LIMITS: whether a book is trusted, which may raise limits
    (``settings/values.py``).
    """
    return click.option(
        "--limits",
        "trusted",
        callback=lambda ctx, param, value: value == "trusted",
        type=click.Choice(("strict", "trusted")),
        envvar="TRIPTYCH_LIMITS",
        show_envvar=True,
        default=usual,
        show_default=True,
        help=text,
    )


def format_option(as_json: str) -> Callable[[F], F]:
    """``--format``: text, or JSON in the form that ``as_json`` names."""
    return click.option(
        "--format",
        "as_json",
        type=click.Choice(("text", "json")),
        default="text",
        show_default=True,
        callback=lambda ctx, param, value: value == "json",
        help=f"Output format: text, or {as_json}.",
    )


def jobs_option(text: str = "Number of parallel processes.") -> Callable[[F], F]:
    """``--jobs``."""
    return click.option(
        "-j",
        "--jobs",
        type=click.IntRange(1),
        metavar="N",
        show_default="one per processor",
        help=text,
    )


def formats_option(text: str = "Comma-separated outputs: pdf, epub, pptx, onix.") -> Callable[[F], F]:
    """``--to``."""
    return click.option("--to", "formats", type=Formats(), show_default="as in book.yaml", help=text)


def all_option(function: F) -> F:
    """``--all``."""
    text = "List all findings; do not group similar ones."
    return click.option("--all", "lists_all", is_flag=True, help=text)(function)


def voice_options(function: F) -> F:
    """``--quiet``, ``--verbose``, ``--all`` and ``--format``."""
    for option in (
        format_option("one JSON event per line"),
        all_option,
        click.option("-v", "--verbose", is_flag=True, help="Print each step."),
        click.option("-q", "--quiet", is_flag=True, help="Print errors only."),
    ):
        function = option(function)
    return function


def reporter(folder: Path, *, quiet: bool, verbose: bool, as_json: bool, lists_all: bool) -> Reporter:
    """Return a reporter for the project in a folder, set up by the options."""
    if quiet and verbose:
        raise click.UsageError("--quiet and --verbose cannot be used together.")
    voice = Voice.QUIET if quiet else Voice.VERBOSE if verbose else Voice.NORMAL
    return Reporter(voice, as_json=as_json, root=folder, lists_all=lists_all)


class ProjectFolder(click.Path):
    """An existing folder; the manifest, or its folder, in its place is an error with the right folder."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """A path as typed → the folder of a project, which need not have a manifest yet."""
        folder = Path(value)
        place = folder.absolute()
        above = {"source": place.parent, "book.yaml": place.parent.parent}.get(place.name)
        if above and (above / MANIFEST).is_file() and not (place / MANIFEST).is_file():
            meant = os.path.relpath(above)
            raise click.UsageError(
                f'DIR must be the folder that contains {MANIFEST}. Did you mean "{meant}"?', ctx
            )
        if folder.is_file():
            raise click.UsageError(
                f'"{folder}" is a file. DIR must be the folder that contains {MANIFEST}.', ctx
            )
        if not folder.is_dir():
            beside = folder.parent.iterdir() if folder.parent.is_dir() else ()
            hint = did_you_mean(folder.name, (path.name for path in beside if path.is_dir()))
            raise click.UsageError(f'Folder "{folder}" does not exist.{format_hint(hint)}', ctx)
        return folder


class Formats(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """``pdf,epub``: one or several outputs."""

    name = "formats"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[OutputFormat, ...]:
        """A comma-separated list → formats in the order in which they are made."""
        if isinstance(value, tuple):
            return value
        names = [name.strip().lower() for name in str(value).split(",") if name.strip()]
        for name in names:
            if name not in FORMATS:
                hint = did_you_mean(name, FORMATS)
                self.fail(f'"{name}" is not one of {", ".join(FORMATS)}.{format_hint(hint)}', param, ctx)
        if not names:
            self.fail(f"Choose one or more of {', '.join(FORMATS)}.", param, ctx)
        return tuple(name for name in FORMATS if name in names)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The outputs that are not named yet, after the last comma."""
        from click.shell_completion import CompletionItem

        before, comma, begun = incomplete.rpartition(",")
        left = (name for name in FORMATS if name not in before.split(","))
        return [CompletionItem(before + comma + name) for name in left if name.startswith(begun)]


def format_hint(hint: str | None) -> str:
    """Return a hint as a sentence to follow another, with a space before it; "" if there is none."""
    return f" {hint[:1].upper()}{hint[1:]}" if hint else ""


__all__ = [
    "Address",
    "Formats",
    "ProjectFolder",
    "all_option",
    "cache_option",
    "format_hint",
    "format_option",
    "formats_option",
    "jobs_option",
    "limits_option",
    "profile_option",
    "project_argument",
    "reporter",
    "select_cache_address",
    "select_cache_folder",
    "voice_options",
]
