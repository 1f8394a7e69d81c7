"""Define options and arguments shared by several commands."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from triptych.cli.lifecycle import REPORTER
from triptych.cli.report import FindingsFile, Reporter, ReportFormat, Verbosity
from triptych.diagnostics import did_you_mean
from triptych.folders import resolve_links
from triptych.formats import OutputFormat, list_formats
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
        """Return a ``CacheLocation``. Symbolic links in a path are resolved, since caches reject them.

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
    """Add ``--cache-dir`` (TRIPTYCH_CACHE), a cache that projects and machines can share."""
    return click.option(
        "--cache-dir",
        "cache",
        envvar="TRIPTYCH_CACHE",
        show_envvar=True,
        show_default="build/.cache",
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


def trust_option(function: F) -> F:
    """Add ``--trust``. The parameter ``runs_filters`` is True if the project is allowed to run filters."""
    return click.option(
        "--trust",
        "runs_filters",
        is_flag=True,
        help="Trust the project, and run its filters.",
    )(function)


class AmountType(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """The parameter type of a duration such as ``90s`` or a size such as ``2GB``, as in the manifest."""

    def __init__(self, name: Literal["duration", "size"]) -> None:
        self.name = name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number of seconds or bytes."""
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
    """Add ``--max-time`` and ``--max-memory``, which limit all processes of a build together."""
    for option in (
        click.option(
            "--max-memory",
            type=AmountType("size"),
            metavar="SIZE",
            envvar="TRIPTYCH_MAX_MEMORY",
            show_envvar=True,
            show_default="2GB if strict",
            help="Maximum memory, such as 4GB.",
        ),
        click.option(
            "--max-time",
            type=AmountType("duration"),
            metavar="TIME",
            envvar="TRIPTYCH_MAX_TIME",
            show_envvar=True,
            show_default="3m if strict",
            help="Maximum CPU time, such as 10m.",
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


class FindingsFileType(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """The parameter type of ``--findings-file``, such as ``sarif=findings.sarif``."""

    name = "NAME=FILE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> FindingsFile:
        """Return the format and the absolute path of the file."""
        if isinstance(value, FindingsFile):
            return value
        name, _, path = str(value).partition("=")
        names = [str(report_format) for report_format in ReportFormat if report_format.is_report]
        if not name or not path:
            self.fail(f'expected NAME=FILE, got "{value}".', param, ctx)
        if name not in names:
            hint = make_hint_sentence(did_you_mean(name, names))
            self.fail(
                f'unknown format "{name}"; use {", ".join(names[:-1])} or {names[-1]}.{hint}', param, ctx
            )
        return FindingsFile(ReportFormat(name), resolve_links(Path(path)))


def _get_reporter(ctx: click.Context) -> Reporter:
    """Return the reporter of the context; create it for the first option about output.

    These options are eager, so that a report file also lists errors in other options.
    """
    report: Reporter = ctx.meta.setdefault(REPORTER, Reporter(command=ctx.command_path, is_provisional=True))
    return report


def _set_output_format(ctx: click.Context, _: click.Parameter, value: str) -> ReportFormat:
    report = _get_reporter(ctx)
    report.output_format = ReportFormat(value or "text")  # None while a shell completes the command line
    return report.output_format


def _set_findings_files(
    ctx: click.Context, _: click.Parameter, files: tuple[FindingsFile, ...]
) -> tuple[FindingsFile, ...]:
    _get_reporter(ctx).findings_files = files
    return files


def report_options(function: F) -> F:
    """Add ``--format`` with the formats of CI services, and ``--findings-file``."""
    for option in (
        click.option(
            "--findings-file",
            "findings_files",
            type=FindingsFileType(),
            multiple=True,
            is_eager=True,
            callback=_set_findings_files,
            help="Also write a report to FILE; NAME is its format (gitlab, sarif or junit).",
        ),
        click.option(
            "--format",
            "output_format",
            type=click.Choice([str(report_format) for report_format in ReportFormat]),
            default=str(ReportFormat.TEXT),
            show_default=True,
            is_eager=True,
            callback=_set_output_format,
            metavar="NAME",
            help="Output format: text, json, github, gitlab, sarif or junit.",
        ),
    ):
        function = option(function)
    return function


def reporting_options(*, with_reports: bool = True) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add ``--quiet``, ``--verbose``, ``--all`` and ``--format``, passed as ``report`` (``Reporter``).

    Paths in findings are relative to the command's argument ``folder``, to the root of ``projects``, or to
    the folder of the argument ``file``. Without ``with_reports``, the only formats are text and JSON, and
    there is no ``--findings-file``.
    """

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @wraps(function)
        def command(
            *args: Any,
            quiet: bool,
            verbose: bool,
            lists_all: bool,
            as_json: bool = False,
            output_format: ReportFormat = ReportFormat.TEXT,
            findings_files: tuple[FindingsFile, ...] = (),
            **options: Any,
        ) -> None:
            if quiet and verbose:
                raise click.UsageError("--quiet and --verbose cannot be used together.")
            ctx = click.get_current_context()
            report = Reporter(
                Verbosity.QUIET if quiet else Verbosity.VERBOSE if verbose else Verbosity.NORMAL,
                output_format=ReportFormat.JSON if as_json else output_format,
                findings_files=findings_files,
                root=_get_root(options),
                default_file=options["file"].name if "file" in options else MANIFEST,
                lists_all=lists_all,
                command=ctx.command_path,
                is_strict=bool(ctx.params.get("strict")),
            )
            ctx.meta[REPORTER] = report  # for system errors (``CommandGroup.invoke``)
            function(*args, report=report, **options)

        for option in (
            report_options if with_reports else format_option("one JSON event per line"),
            all_option,
            click.option("-v", "--verbose", is_flag=True, help="Print each step."),
            click.option("-q", "--quiet", is_flag=True, help="Print errors only."),
        ):
            command = option(command)
        return command

    return decorate


def _get_root(options: Mapping[str, Any]) -> Path:
    if "projects" in options:
        selection: ProjectSelection = options["projects"]
        return selection.root
    root: Path = options["folder"] if "folder" in options else options["file"].parent
    return root


class ProjectFolderType(click.Path):
    """The parameter type of ``DIR``, an existing folder.

    If the path is that of the folder ``source`` or of the manifest, the error suggests the project's folder.
    """

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the folder, which may not have a manifest yet."""
        folder = Path(value)
        full = folder.absolute()
        above = {"source": full.parent, "book.yaml": full.parent.parent}.get(full.name)
        if above and (above / MANIFEST).is_file() and not (full / MANIFEST).is_file():
            suggested_dir = os.path.relpath(above)
            raise click.UsageError(
                f'DIR must be the folder that contains {MANIFEST}. Did you mean "{suggested_dir}"?', ctx
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


@dataclass(frozen=True, slots=True)
class ProjectSelection:
    """The projects on a command line, and the files that do not belong to any project."""

    folders: tuple[Path, ...]
    other_files: tuple[Path, ...] = ()

    @property
    def root(self) -> Path:
        """The folder of the only project, or the folder that contains all of them."""
        return Path(os.path.commonpath([folder.absolute() for folder in self.folders] or [Path.cwd()]))


def projects_argument(function: F) -> F:
    """Add the repeatable argument ``DIR`` or ``FILE``, passed as ``projects``."""
    return click.argument(
        "projects",
        metavar="[DIR|FILE]...",
        nargs=-1,
        type=click.Path(path_type=Path),
        callback=_select_projects,
    )(function)


def _select_projects(
    ctx: click.Context, parameter: click.Parameter, paths: tuple[Path, ...]
) -> ProjectSelection:
    """Find the projects of folders and files. Files are allowed only with ``--source``."""
    reads_source_only = ctx.params.get("source_only", False)
    if not reads_source_only and len(paths) > 1:
        raise click.UsageError("Only one project can be checked, unless --source is set.", ctx)
    folders: list[Path] = []
    others: list[Path] = []
    for path in paths or (Path(),):
        if path.is_file() and not reads_source_only and path.name != Path(MANIFEST).name:
            raise click.UsageError(f'"{path}" is a file; files can only be checked with --source.', ctx)
        if path.is_file() and reads_source_only:
            folder = find_project_folder(path)
            (others if folder is None else folders).append(folder or path)
        else:
            folders.append(ProjectFolderType().convert(path, parameter, ctx))
    return ProjectSelection(tuple(dict.fromkeys(folders)), tuple(others))


def find_project_folder(file: Path) -> Path | None:
    """Return the closest folder above a file that contains a manifest, or None."""
    return next((folder for folder in file.absolute().parents if (folder / MANIFEST).is_file()), None)


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
            if name not in list_formats():
                hint = did_you_mean(name, list_formats())
                self.fail(
                    f'"{name}" is not one of {", ".join(list_formats())}.{make_hint_sentence(hint)}',
                    param,
                    ctx,
                )
        if not names:
            self.fail(f"Choose one or more of {', '.join(list_formats())}.", param, ctx)
        return tuple(name for name in list_formats() if name in names)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return completions of the last format in the list, except formats that are already in it."""
        from click.shell_completion import CompletionItem

        before, comma, last = incomplete.rpartition(",")
        left = (name for name in list_formats() if name not in before.split(","))
        return [CompletionItem(before + comma + name) for name in left if name.startswith(last)]


def make_hint_sentence(hint: str | None) -> str:
    """Return a hint as a sentence with a leading space, or "" for an empty hint."""
    return f" {hint[:1].upper()}{hint[1:]}" if hint else ""
