"""Test books that contain a cache: it is not trusted, and the outputs are the same as without it."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.cli.conftest import Run, alone
from tests.conftest import tiny_png, write_files
from triptych.cli import main
from triptych.engine.store.signing import KEY_VARIABLE, clear_signing_key, sign_content
from triptych.engine.tasks import CACHED_STEPS

BOOK = {
    "source/book.yaml": "book:\n  title: A book\n  lang: en\n  authors: [Anna Ek]\n  chapters: [a.md, b.md]\n"
    "format:\n  pdf: {}\n  epub: {}\n  pptx: {embed-fonts: subset}\n"
    "bibliography: sources.bib\nglossary: glossary.yaml\n",
    "source/a.md": "---\ntitle: A\n---\nText with 容量, $x^2 + y^2$, a [tide]{.term} and a source [@one].\n\n"
    "![A dot](dot.png){fig-alt='It is grey'}\n\n::: {.slide .big-numbers title=Numbers}\n"
    "42\n:   answers\n:::\n\n::: {.slide title=Energy}\n$$E = mc^2$$\n:::\n\n::: {.slide title=Points}\n- One\n- Two\n\n::: notes\nSay it.\n:::\n:::\n",
    "source/b.md": "---\ntitle: B\n---\n"
    '::: {#fig-e .chart type=bar data=d.csv x=x y=y slide-title="It rises" fig-alt="Bar chart. It rises."}\n'
    'Chart\n:::\n\n```{dot}\n//| fig-alt: "A leads to B"\ndigraph { a -> b }\n```\n\n![A square](square.svg)'
    '{fig-alt="It is grey"}\n',
    "source/d.csv": "x,y\nA,1\nB,2\n",
    "source/dot.png": tiny_png(40, 40),
    "source/square.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
    '<rect width="40" height="40" fill="#456"/></svg>',
    "source/sources.bib": "@book{one, author={Ek, Anna}, title={Tides}, publisher={Sea}, year={2020}}\n",
    "source/glossary.yaml": "- term: tide\n  definition: Water that rises.\n",
}
EDITED = BOOK["source/a.md"].replace("Text with", "Other text with")  # type: ignore[union-attr]
SCRIPT = b"<script>alert(1)</script>"

Files = dict[str, bytes]
Attack = Callable[[Files], Files]


def build(project: Path, *options: str) -> str:
    """Build all outputs, and return what was printed. The test fails if there is a traceback."""
    result = CliRunner().invoke(main, alone(["build", str(project), *options]), prog_name="triptych")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def outputs(project: Path) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((project / "build").iterdir()) if path.is_file()}


def cached(project: Path) -> Files:
    """Return the files of the cache by name."""
    cache = project / "build/.cache"
    return {
        str(path.relative_to(cache)): path.read_bytes() for path in sorted(cache.rglob("*")) if path.is_file()
    }


def put(project: Path, files: Mapping[str, bytes]) -> None:
    shutil.rmtree(project / "build/.cache", ignore_errors=True)
    write_files(project / "build/.cache", files)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project that was built twice, so that it has cache slots and records of the last build."""
    project = write_files(tmp_path_factory.mktemp("built"), BOOK)
    (project / "source/a.md").write_text(EDITED)
    build(project)
    write_files(project, BOOK)
    build(project)
    return project


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    """Return a copy of the project at the same path, since records contain the path."""
    keep = tmp_path / "kept"
    shutil.copytree(built, keep, symlinks=True)
    return built


@pytest.fixture(autouse=True)
def _as_before(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    yield
    if "project" in request.fixturenames:
        built = request.getfixturevalue("built")
        shutil.rmtree(built)
        shutil.copytree(tmp_path / "kept", built, symlinks=True)


def content(stored: bytes) -> bytes:
    return stored[:-32]


def with_checksum(data: bytes) -> bytes:
    """Return content with the checksum that an earlier version wrote."""
    return data + hashlib.sha256(data).digest()


def flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 4]) + data[middle + 1 :] if data else b"x"


def exchanged(files: Files) -> Files:
    """Replace each file with the next one in its folder, or with one from another folder."""
    names = sorted(files)
    return {name: files[other] for name, other in zip(names, [*names[1:], names[0]], strict=True)}


def scripted(files: Files) -> Files:
    """Insert a script into cached drawings and pages."""
    return {
        name: with_checksum(
            content(data).replace(b"</svg>", SCRIPT + b"</svg>").replace(b"Text with", b"Bad " + SCRIPT)
        )
        for name, data in files.items()
    }


ATTACKS: dict[str, Attack] = {
    "a bit with a checksum": lambda files: {n: with_checksum(flipped(content(d))) for n, d in files.items()},
    "a bit": lambda files: {name: flipped(data) for name, data in files.items()},
    "no key": lambda files: {name: with_checksum(content(data)) for name, data in files.items()},
    "another's place": exchanged,
    "cut off": lambda files: {name: data[: len(data) // 2] for name, data in files.items()},
    "one byte less": lambda files: {name: data[:-1] for name, data in files.items()},
    "empty": lambda files: dict.fromkeys(files, b""),
    "nothing but a checksum": lambda files: dict.fromkeys(files, with_checksum(b"")),
    "a script": scripted,
    "something that runs": lambda files: dict.fromkeys(files, with_checksum(pickle.dumps(os.abort))),
}


@pytest.mark.e2e
def test_build_reads_most_cached_results(built: Path) -> None:
    there = {name.partition("/")[0] for name in cached(built)}
    missing = {step.name for step in CACHED_STEPS} - there
    assert missing <= {"outlined", "raster"}, missing


@pytest.mark.e2e
@pytest.mark.parametrize("attack", ATTACKS.values(), ids=list(ATTACKS))
def test_files_by_others_in_the_cache_do_not_change_outputs(project: Path, attack: Attack) -> None:
    expected, files = outputs(project), cached(project)
    results = {name: data for name, data in files.items() if "/" in name}
    put(project, attack(files))
    text = build(project)
    assert outputs(project) == expected
    assert text.count("ENV006") == 1
    repeated = build(project)
    assert "Nothing has changed" in repeated
    assert outputs(project) == expected
    assert cached(project).keys() >= results.keys() - {
        name for name in results if name.startswith("printed/")
    }


@pytest.mark.e2e
def test_cache_signed_with_another_key_does_not_change_outputs(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = outputs(project)
    files = {name: content(data) for name, data in cached(project).items()}
    altered = {name: data.replace(b"Text with", SCRIPT) for name, data in files.items()}
    with monkeypatch.context() as other:
        other.setenv(KEY_VARIABLE, "a key that somebody else has")
        clear_signing_key()
        put(project, {name: sign_content(name, data) for name, data in altered.items()})
    clear_signing_key()
    build(project)
    assert outputs(project) == expected
    assert not any(SCRIPT in data for data in cached(project).values())


@pytest.mark.e2e
def test_record_of_another_build_is_not_trusted(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Test that a foreign build record is ignored: it would declare foreign outputs up to date."""
    expected, brought = outputs(project), b"somebody's own e-book"
    files = cached(project)
    name, record = next((n, json.loads(content(d))) for n, d in files.items() if n.startswith("build-"))
    output = next(path for path in record["outputs"] if path.endswith(".epub"))
    record["outputs"][output] = hashlib.sha256(brought).hexdigest()
    reported = json.dumps(record).encode()
    with monkeypatch.context() as other:
        other.setenv(KEY_VARIABLE, "a key that somebody else has")
        clear_signing_key()
        foreign = sign_content(name, reported)
    clear_signing_key()
    for stored in (reported, with_checksum(reported), foreign):
        Path(output).write_bytes(brought)
        put(project, {**files, name: stored, f"{name}.json": reported})
        build(project)
        assert Path(output).read_bytes() == expected["a-book.epub"]


PLANTED = {
    "another type": pickle.dumps(5),
    "a mapping": pickle.dumps({"a": 1}),
    "bytes that are none": b"\x80\x05\xff nothing",
    "text": b'["a"]',
    "a line": b"ok\t[]",
}


@pytest.mark.e2e
@pytest.mark.parametrize("planted", PLANTED.values(), ids=list(PLANTED))
def test_results_of_the_wrong_shape_are_recomputed(project: Path, planted: bytes) -> None:
    """Test that cached results with an unexpected structure are recomputed, even if signed."""
    expected, files = outputs(project), cached(project)
    put(project, {name: sign_content(name, planted) if "/" in name else data for name, data in files.items()})
    build(project, "--force")
    assert outputs(project) == expected


@pytest.mark.e2e
@pytest.mark.parametrize("distance", [1, 2, 5])
def test_step_with_results_of_another_step_is_recomputed(project: Path, distance: int) -> None:
    """Test that steps are recomputed if their results are exchanged with those of other steps.

    All steps are exchanged at once, since the inputs of a step are not read if its result is cached.
    """
    expected, files = outputs(project), cached(project)
    first = {
        name.partition("/")[0]: data for name, data in sorted(files.items(), reverse=True) if "/" in name
    }
    steps = sorted(first)
    other = {step: steps[(place + distance) % len(steps)] for place, step in enumerate(steps)}
    results = {name: other[name.partition("/")[0]] for name in files if "/" in name}
    planted = {name: sign_content(name, content(first[step])) for name, step in results.items()}
    put(project, {**files, **planted})
    build(project, "--force")
    assert outputs(project) == expected


@pytest.mark.e2e
def test_with_several_processes(project: Path, run: Run) -> None:
    expected = outputs(project)
    put(project, scripted(cached(project)))
    text = run("build", project, "--jobs", "2")
    assert text.exit_code == 0
    assert text.stderr.count("note[ENV006]") == 1
    assert outputs(project) == expected


@pytest.mark.e2e
def test_build_without_a_stored_key_is_a_first_build_and_reports_it(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    clear_signing_key()
    expected, files = outputs(project), cached(project)
    try:
        for _ in range(2):
            text = build(project)
            assert "note[ENV007]: cannot save the cache signing key" in text
            assert "hint: set the environment variable TRIPTYCH_CACHE_KEY" in text
            assert outputs(project) == expected
    finally:
        clear_signing_key()
    assert cached(project) == files


@pytest.mark.e2e
def test_machines_with_the_same_key_share_a_cache(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, shared = outputs(project), str(tmp_path / "shared")
    monkeypatch.setenv(KEY_VARIABLE, "a key that machines share")
    for home in ("one", "two"):
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / home))
        clear_signing_key()
        shutil.rmtree(project / "build")
        text = build(project, "--cache-dir", shared, "--explain")
        assert outputs(project) == expected
        assert "ENV00" not in text
    ran = [line.split()[1] for line in text.splitlines() if " ran " in line]
    assert set(ran) == {"0"}
    clear_signing_key()


@pytest.mark.e2e
def test_short_key_is_rejected(project: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "secret")
    result = run("build", project)
    assert result.exit_code == 2
    assert "TRIPTYCH_CACHE_KEY has 6 characters; the minimum is 16." in result.stderr
