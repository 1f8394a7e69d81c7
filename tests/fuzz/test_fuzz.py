"""Test a small number of fuzz inputs, all previous failures, and the detection of failures."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from tests.conftest import write_files
from tests.fuzz import mutations, running, trial
from tests.fuzz.kinds import KINDS, Kind, with_corpus
from tests.fuzz.mutations import archived
from tests.fuzz.shrinking import shrunk
from tests.fuzz.trial import Bench
from triptych.diagnostics import Diagnostic, Span
from triptych.engine.processes import limits
from triptych.settings.values import ReadingLimits

FOUND = sorted(path for path in Path(__file__).with_name("found").glob("*/*"))
_SEED = 7
_FEW = 8  # inputs of a kind
_ENDLESS = ("a-path-of-words-without-end",)  # ended after its time limit
_SLOW = ("section", "template", "bibtex", "sources")  # each of these starts a program


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield Bench(tmp_path_factory.mktemp("fuzz"), memory=False)


@pytest.mark.parametrize("name", [name for name in KINDS if name not in _SLOW])
def test_random_sources_have_findings_instead_of_crashes(bench: Bench, name: str) -> None:
    for number in range(_FEW):
        sources, _, _ = KINDS[name].input(_SEED, number)
        fall = bench.try_out(KINDS[name], sources, False, False).fall
        assert fall is None, f"--again {name}:{_SEED}:{number}\n{fall}"


@pytest.mark.e2e
def test_random_sections_become_well_formed_pages(bench: Bench) -> None:
    sources, _, _ = KINDS["section"].input(_SEED, 0)
    try_out = bench.try_out(KINDS["section"], sources, True, True)
    assert try_out.fall is None, f"--again section:{_SEED}:0\n{try_out.fall}"
    assert try_out.is_written


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=pytest.mark.e2e if path.name in _ENDLESS else ()) for path in FOUND],
    ids=[f"{path.parent.name}-{path.name}" for path in FOUND],
)
def test_recorded_crashes_are_fixed(bench: Bench, path: Path) -> None:
    kind = KINDS[path.parent.name]
    sources = [path.read_bytes(), *[b"Text.\n"] * (kind.batch - 1)]
    assert bench.try_out(kind, sources, kind.reads > 0, True).fall is None


class TestInputs:
    @pytest.mark.parametrize("name", KINDS)
    def test_a_number_is_the_same_input_each_time(self, name: str) -> None:
        assert KINDS[name].input(3, 5) == KINDS[name].input(3, 5) != KINDS[name].input(4, 5)

    @pytest.mark.parametrize("name", KINDS)
    def test_valid_sources_of_each_kind_exist(self, name: str) -> None:
        assert KINDS[name].seeds()

    def test_archives_are_changed_in_their_parts(self) -> None:
        data = archived({"a.xml": b"<a b='1'><c/></a>", "d.bin": b"1234"})
        changed = {mutations.of_archive(mutations.of_xml())(data, Random(seed)) for seed in range(30)}
        assert len(changed) > 20
        assert sum(item.startswith(b"PK") for item in changed) > 20


class TestFalls:
    """Test the detection of failures with a kind whose reader fails."""

    def kind(self, quick: object) -> Kind:
        return replace(KINDS["gif"], name="wrong", quick=quick, reads=0.0)  # type: ignore[arg-type]

    def test_exceptions_are_identified_by_their_position(self, bench: Bench) -> None:
        def quick(project: object, cache: object) -> list[Diagnostic]:
            raise ZeroDivisionError("none")

        fall = bench.try_out(self.kind(quick), [b""], False, False).fall
        assert fall is not None
        assert fall.key.startswith("ZeroDivisionError")
        assert "none" in fall.told

    @pytest.mark.parametrize(
        ("span", "message", "key"),
        [
            (None, "a", "no place IMG003"),
            (Span(path="source/none.md"), "a", "no file IMG003"),
            (Span(path="source/one.md", line=99), "a", "no line IMG003"),
            (Span(path="source/one.md", line=1, column=99), "a", "no column IMG003"),
            (Span(path="source/one.md"), "\ud800", "half a character IMG003"),
        ],
    )
    def test_a_finding_without_a_place_falls(
        self, bench: Bench, span: Span | None, message: str, key: str
    ) -> None:
        result = [Diagnostic(code="IMG003", span=span, message=message)]
        fall = bench.try_out(self.kind(lambda project, cache: result), [b""], False, False).fall
        assert fall is not None
        assert fall.key == key

    def test_endless_input_is_stopped(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        def quick(project: object, cache: object) -> list[Diagnostic]:
            while True:
                time.monotonic()

        monkeypatch.setattr(trial, "SECONDS", 0.2)
        fall = bench.try_out(self.kind(quick), [b""], False, False).fall
        assert fall is not None
        assert fall.key.startswith("hang")


class TestShrinking:
    def test_text_is_reduced_to_the_failing_part(self) -> None:
        text = b"one two three\nfour <a b='c'>five</a>\nsix\n" * 20
        assert shrunk(text, b"", lambda some: b"<a" in some and b"six" in some) == b"<asix"

    def test_reduced_archive_keeps_required_parts(self) -> None:
        sound = archived({"a": b"1", "b": b"2", "c": b"3"})
        wrong = archived({"a": b"1", "b": b"hello", "c": b"33"})
        assert shrunk(wrong, sound, lambda some: b"b" in some and some != sound and len(some) > 0) != wrong

    def test_file_of_fixed_length_is_reduced_towards_the_valid_one(self) -> None:
        assert shrunk(b"axxbxx", b"ayycyy", lambda some: some[3:4] == b"b") == b"ayybyy"


def test_run_counts_attempts_and_records_crashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def quick(project: object, cache: object) -> list[Diagnostic]:
        raise ZeroDivisionError

    monkeypatch.setattr(running, "KINDS", {"wrong": replace(KINDS["gif"], name="wrong", quick=quick)})
    monkeypatch.setitem(KINDS, "wrong", running.KINDS["wrong"])
    code = running.main(["--count", "4", "--jobs", "2", "--folder", str(tmp_path), "--minutes", "5"])
    out = capsys.readouterr().out
    assert code == 1
    assert "4 inputs of 1 kinds" in out
    assert "(4 times)" in out
    (reported,) = tmp_path.glob("falls/wrong-*/told.txt")
    assert "--again wrong:0:" in reported.read_text()


def test_a_run_ends_pandoc_early(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BIBLIOGRAPHY_LIMITS", "compute_parsing_limits"):
        monkeypatch.setattr(limits, name, getattr(limits, name))
    usual = limits.compute_parsing_limits([9], ReadingLimits()).seconds
    running._hurry()
    assert limits.compute_parsing_limits([9], ReadingLimits()).seconds < usual


@pytest.mark.parametrize(
    ("work", "patience", "cause"),
    [(lambda: os._exit(3), 60.0, "ended with 3"), (lambda: time.sleep(99), 0.5, "hang outside of Python")],
)
def test_lost_process_is_reported_and_others_continue(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    work: Callable[[], object],
    patience: float,
    cause: str,
) -> None:
    def quick(project: object, cache: object) -> list[Diagnostic]:
        work()
        return []

    monkeypatch.setattr(running, "KINDS", {"wrong": replace(KINDS["gif"], name="wrong", quick=quick)})
    monkeypatch.setattr(running, "_PATIENCE", patience)
    assert running.main(["--count", "3", "--jobs", "1", "--folder", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert cause in out
    assert "3 inputs" in out
    assert "(3 times)" in out


def test_given_corpus_is_sampled(tmp_path: Path) -> None:
    write_files(tmp_path, {"gif/one": b"GIF of one's own" * 9})
    kind = with_corpus(KINDS["gif"], tmp_path)
    assert any(b"one's own" in kind.input(0, number)[0][0] for number in range(30))
