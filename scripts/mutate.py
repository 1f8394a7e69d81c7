"""Test the fast tests with mutations: small faults in modules that do no I/O, one at a time.

usage: scripts/mutate.py [--seed N …] [--each N] [PACKAGE …]

Cosmic Ray makes the faults: a changed operator, comparison or number, a negated condition, a loop without
iterations. This script selects some in each package, puts each into a copy of the checkout and runs the tests
of that package there, beginning with those that call the function with the fault. Cosmic Ray's own command
tries all faults, thousands of them, with the same tests and in the checkout itself. Mutmut wraps functions,
and has no faults for constants of modules and for properties.

Faults that no test notices are listed with their positions. Faults without observable effect are listed in
``EQUIVALENT`` with the reason, and are not selected. The exit code is 1 if fewer than 85 per cent are
noticed.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import difflib
import importlib.util
import json
import math
import multiprocessing
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from types import CodeType, FrameType

import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

HERE = Path(__file__).resolve().parents[1]
PROGRAM = Path("pipeline")
COPIED = ("pipeline", "templates", "tests", "source", "benchmarks")
# Prefixes of the modules that each run loads from the copy, where the fault is.
OWN_PACKAGES = ("triptych", "weasyprint_typography", "tests")
SCRIPTS = frozenset(path.stem for path in Path(__file__).parent.glob("*.py"))  # they import those packages

# Packages and modules, and their tests.
TESTS: Mapping[str, Sequence[str]] = {
    "triptych_import": ("tests/triptych_import",),
    "triptych/languages": ("tests/languages",),
    "triptych/markup": ("tests/markup",),
    "triptych/charts": ("tests/charts",),
    "triptych/model": ("tests/model", "tests/passes", "tests/charts"),
    "triptych/ooxml": ("tests/ooxml", "tests/checks/deck"),
    "triptych/passes": ("tests/passes",),
    "triptych/data": ("tests/data", "tests/charts"),
    "triptych/theme": ("tests/theme",),
    "weasyprint_typography/line_breaking.py": (
        "tests/weasyprint_typography/test_paragraphs.py",
        "tests/weasyprint_typography/test_justification.py",
        "tests/weasyprint_typography/test_line_breaks.py",
        "tests/weasyprint_typography/test_line_ends.py",
    ),
}

# Plausible mutation operators, out of the two hundred of Cosmic Ray.
OPERATORS = (
    "AddNot",
    "ExceptionReplacer",
    "NumberReplacer",
    "ReplaceAndWithOr",
    "ReplaceBinaryOperator_Add_Sub",
    "ReplaceBinaryOperator_Div_Mul",
    "ReplaceBinaryOperator_FloorDiv_Mul",
    "ReplaceBinaryOperator_Mod_FloorDiv",
    "ReplaceBinaryOperator_Mul_Div",
    "ReplaceBinaryOperator_Pow_Mul",
    "ReplaceBinaryOperator_Sub_Add",
    "ReplaceBreakWithContinue",
    "ReplaceComparisonOperator_Eq_NotEq",
    "ReplaceComparisonOperator_GtE_Gt",
    "ReplaceComparisonOperator_GtE_Lt",
    "ReplaceComparisonOperator_Gt_GtE",
    "ReplaceComparisonOperator_Gt_Lt",
    "ReplaceComparisonOperator_Is_IsNot",
    "ReplaceComparisonOperator_IsNot_Is",
    "ReplaceComparisonOperator_LtE_Gt",
    "ReplaceComparisonOperator_LtE_Lt",
    "ReplaceComparisonOperator_Lt_Gt",
    "ReplaceComparisonOperator_Lt_LtE",
    "ReplaceComparisonOperator_NotEq_Eq",
    "ReplaceContinueWithBreak",
    "ReplaceFalseWithTrue",
    "ReplaceOrWithAnd",
    "ReplaceTrueWithFalse",
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_Delete_USub",
    "ZeroIterationForLoop",
)

# (module, line, line with the fault) → reason why it has no effect.
EQUIVALENT: Mapping[tuple[str, str, str], str] = {
    (
        "triptych_import/chapters.py",
        'title, count = next(iter(counts.most_common(1)), ("", 0))',
        'title, count = next(iter(counts.most_common(1)), ("", -1))',
    ): "only titles counted at least twice are used",
    (
        "triptych/languages/word_tables.py",
        r"""parts = re.split(r"^(?=[\w\"-]+:)", text, flags=re.MULTILINE)[1:]""",
        r"""parts = re.split(r"^(?=[\w\"-]+:)", text, flags=re.MULTILINE)[ 0:]""",
    ): "the text before the first language is a comment, which never equals a language tag",
    (
        "triptych/charts/time_axis.py",
        "for month in range(first.year * 12, last.year * 12 + 12):",
        "for month in range(first.year * 11, last.year * 12 + 12):",
    ): "months before the first date are skipped wherever the range begins",
    (
        "triptych/charts/axes.py",
        "return tuple(ticks[-1:])",
        "return tuple(ticks[1:])",
    ): "with fewer than a thousand names, one name is left earlier, and it overlaps none",
    (
        "triptych/charts/layout.py",
        "start, end = line[last] or (0.0, 0.0)",
        "start, end = line[last] or (0.0, -1.0)",
    ): "the last place always has a span; the default is only for the type checker",
    (
        "triptych/model/walk.py",
        "_MAX_CACHED_TREES = 400_000 # cached trees",
        "_MAX_CACHED_TREES = 400001 # cached trees",
    ): "the size of a cache",
    (
        "triptych/ooxml/backdrop.py",
        "left, top = max(0, math.floor(min(xs))), max(0, math.floor(min(ys)))",
        "left, top = max(0, math.floor(min(xs))), max( -1, math.floor(min(ys)))",
    ): "Pillow ignores parts beyond the edges of an image",
    (
        "triptych/ooxml/backdrop.py",
        "left, top = max(0, math.floor(min(xs))), max(0, math.floor(min(ys)))",
        "left, top = max( -1, math.floor(min(xs))), max(0, math.floor(min(ys)))",
    ): "Pillow ignores parts beyond the edges of an image",
    (
        "triptych/ooxml/backdrop.py",
        "ImageDraw.Draw(polygon_mask).polygon([transform.map_point(*point) for point in polygon], fill=1)",
        "ImageDraw.Draw(polygon_mask).polygon([transform.map_point(*point) for point in polygon], fill= 2)",
    ): "the mask has one bit per pixel, which is set by any nonzero value",
    (
        "triptych/ooxml/backdrop.py",
        "ramp.putdata([*[0] * 256, *range(256), *[255] * 256]) # before the gradient, on it, after it",
        "ramp.putdata([*[0] * 256, *range(256), *[255] * 255]) # before the gradient, on it, after it",
    ): "no pixel of a shape is that far beyond the end of its gradient",
    (
        "weasyprint_typography/line_breaking.py",
        "least, since, its_ratio, its_badness = inf, -1, 0.0, 0.0",
        "least, since, its_ratio, its_badness = inf, -1, 1.0, 0.0",
    ): "both are set with the first line that is tried, and are not used before",
    (
        "weasyprint_typography/line_breaking.py",
        "least, since, its_ratio, its_badness = inf, -1, 0.0, 0.0",
        "least, since, its_ratio, its_badness = inf, -1, 0.0, -1.0",
    ): "both are set with the first line that is tried, and are not used before",
    (
        "weasyprint_typography/line_breaking.py",
        "costs, before, ratios = [0.0] * len(breakpoints), [-1] * len(breakpoints), [0.0] * len(breakpoints)",
        "costs, before, ratios = [ -1.0] * len(breakpoints), [-1] * len(breakpoints), [0.0] * len(breakpoints)",  # noqa: E501
    ): "all lines begin with the same cost, and only cost differences matter",
    (
        "weasyprint_typography/line_breaking.py",
        "least, since, its_ratio, its_badness = costs[last] + _OVERFULL, last, 0.0, _OVERFULL",
        "least, since, its_ratio, its_badness = costs[last] - _OVERFULL, last, 0.0, _OVERFULL",
    ): "all further lines begin there, so no cost difference changes",
    (
        "weasyprint_typography/line_breaking.py",
        "_RUNT if start and natural < _RUNT_SHARE * line_widths.other_lines else 0",
        "_RUNT if start and natural < _RUNT_SHARE * line_widths.other_lines else -1",
    ): "a penalty of 8,000 or 8,001 for a very short last line",
    (
        "weasyprint_typography/line_breaking.py",
        "cost += stop.hyphen_cost + (_SECOND_HYPHEN if begun.hyphen_cost else 0)",
        "cost += stop.hyphen_cost + (_SECOND_HYPHEN if begun.hyphen_cost else 1)",
    ): "a penalty of 40,000 or 39,999 for a second hyphen",
    (
        "weasyprint_typography/line_breaking.py",
        "cost = costs[start] + 1 + short**2 + (_OVERFULL if slack < 0 else 0)",
        "cost = costs[start] + 1 + short**2 + (_OVERFULL if slack < 0 else 1)",
    ): "the cost of 1 per line already outweighs the savings of another line",
    (
        "weasyprint_typography/line_breaking.py",
        "for here in range(1, len(breakpoints)):",
        "for here in range( 0, len(breakpoints)):",
    ): "the first breakpoint is the start of the paragraph, where no line ends",
}

_LEAST = 0.85  # fraction of faults that must be noticed
_TIME_LIMIT = 6.0  # multiple of the CPU time of tests without a fault: an endless loop counts as noticed
_TO_BEGIN = 10.0  # seconds of CPU time outside tests
_PATIENCE = 20  # multiple of the CPU time limit in elapsed time, since the machine may be busy
_QUIET = (0, 5)  # exit codes of pytest: all tests passed, no test was found

_FORK = multiprocessing.get_context("fork")

_Position = tuple[tuple[int, int], tuple[int, int]]  # line and column of the start, and of the end


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one fault. ``line`` counts from 1; ``old`` and ``new`` are that line before and after."""

    module: str
    line: int
    old: str
    new: str
    code: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Return the key in ``EQUIVALENT``."""
        return self.module, self.old, self.new

    def __str__(self) -> str:
        return f"{PROGRAM / self.module}:{self.line}: {self.old}  →  {self.new}"


@dataclass(frozen=True, slots=True)
class _Place:
    """A position for a fault: the ``occurrence`` of an operator, counted through the module."""

    module: str
    operator: str
    occurrence: int


def main() -> int:
    """Try the faults, print the results, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--seed", type=int, action="append", help="another seed chooses other faults; several may be given"
    )
    parser.add_argument("--each", type=int, default=6, help="how many faults in each package")
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help=f"of {', '.join(TESTS)}")
    asked = parser.parse_args()
    if unknown := set(asked.packages) - set(TESTS):
        parser.error(f"no such package: {', '.join(sorted(unknown))}")
    seeds = asked.seed or [1]
    noticed: Counter[int] = Counter()
    tried: Counter[int] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder))
        # All are selected at once, since the checkout may change meanwhile.
        sample = {
            (package, seed): list(mutants(package, asked.each, random.Random(f"{seed} {package}")))
            for package in asked.packages or TESTS
            for seed in seeds
        }
        observed = copy.observe(sorted({path for package, _ in sample for path in TESTS[package]}))
        for (package, seed), chosen in sample.items():
            tests = observed.of(TESTS[package])
            unnoticed = 0
            for mutant in chosen:
                if not copy.notices(mutant, tests):
                    unnoticed += 1
                    print(f"  unnoticed: {mutant}", flush=True)
            noticed[seed] += len(chosen) - unnoticed
            tried[seed] += len(chosen)
            print(f"{package}: {len(chosen) - unnoticed} of {len(chosen)} noticed (seed {seed})", flush=True)
    for seed in seeds:
        print(f"{noticed[seed] / tried[seed]:.0%} of {tried[seed]} faults noticed (seed {seed})")
    return 0 if all(noticed[seed] >= _LEAST * tried[seed] for seed in seeds) else 1


def mutants(package: str, count: int, chance: random.Random) -> Iterator[Mutant]:
    """Return some mutants of a package. Each position is equally likely, whatever its number of faults."""
    places = [place for module in modules(package) for place in places_of(module)]
    chance.shuffle(places)
    for options in places:
        mutant = mutated(chance.choice(options))
        if mutant and mutant.key not in EQUIVALENT:
            yield mutant
            count -= 1
        if not count:
            return


def modules(package: str) -> list[str]:
    """Return the modules of a package by path."""
    path = HERE / PROGRAM / package
    found = [path] if path.suffix else sorted(path.rglob("*.py"))
    return [module.relative_to(HERE / PROGRAM).as_posix() for module in found]


def places_of(module: str) -> list[list[_Place]]:
    """Return the possible faults at each position of a module."""
    nodes = list(ast_nodes(get_ast(source_of(module))))
    found: dict[_Position, list[_Place]] = {}
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        where = (position for node in nodes for position in operator.mutation_positions(node))
        for occurrence, position in enumerate(where):
            found.setdefault(position, []).append(_Place(module, name, occurrence))
    return [found[position] for position in sorted(found)]


def mutated(place: _Place) -> Mutant | None:
    """Return a module with a fault, or None if it has a syntax error or the change is irrelevant."""
    source = source_of(place.module)
    code = mutate_code(source, get_operator(f"core/{place.operator}")(), place.occurrence)
    if code is None or not _changes_program(source, code):
        return None
    old, new = source.splitlines(), code.splitlines()
    _, start, end, other, last = next(
        step
        for step in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if step[0] != "equal"
    )
    before, after = (" ".join(" ".join(lines).split()) for lines in (old[start:end], new[other:last]))
    # Skip decorators, which set cache sizes and immutability: tests should not depend on these. Skip the star
    # of a signature, which Cosmic Ray mistakes for a product. Skip strict zip, which guards against errors
    # that the module does not make.
    if before.startswith("@") or after in (
        before.replace("*,", "/,"),
        before.replace("strict=True", "strict=False"),
    ):
        return None
    return Mutant(place.module, start + 1, before, after, code)


def source_of(module: str) -> str:
    """Return the text of a module."""
    return (HERE / PROGRAM / module).read_text("utf-8")


def _changes_program(source: str, code: str) -> bool:
    """Return whether a module with a fault is Python, and differs in more than the spelling of 1e21 + 1."""
    try:
        return ast.dump(ast.parse(source)) != ast.dump(ast.parse(code))
    except SyntaxError:
        return False


class Copy:
    """A copy of the checkout, in which one module at a time has a fault.

    Tests run in processes that are forked from this one, which has imported the required libraries.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.output = root / "output.txt"  # of the last run
        for name in COPIED:
            shutil.copytree(HERE / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(HERE / "pyproject.toml", root)

    def observe(self, paths: Sequence[str]) -> Tests:
        """Run tests without a fault, and return their CPU times and the functions that they call.

        Raise ``SystemExit`` if a test fails, or if a library imports the program.
        """
        notes = self.root / "notes.json"
        if self.run(paths, _Observer(self.root / PROGRAM, notes)):
            raise SystemExit(f"the tests fail without a fault:\n{self.output.read_text('utf-8')}")
        seen = json.loads(notes.read_text("utf-8"))
        for name in seen["libraries"]:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
        if own := [name for name in sys.modules if name.startswith(OWN_PACKAGES)]:
            raise SystemExit(f"loaded without a fault before all runs: {', '.join(own)}")
        return Tests(paths, seen["callers"], seen["seconds"])

    def notices(self, mutant: Mutant, tests: Tests) -> bool:
        """Return whether a test fails with a fault, or the module cannot be imported."""
        path = self.root / PROGRAM / mutant.module
        before = path.read_bytes()
        # Python uses a cached module if the source has the same time in seconds and the same size.
        Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)
        path.write_text(mutant.code, "utf-8")
        try:
            return any(
                self.run(choice.files or tests.paths, choice, tests.limit(choice)) not in _QUIET
                for choice in tests.choices(mutant, before.decode())
            )
        finally:
            path.write_bytes(before)

    def run(self, paths: Sequence[str], plugin: object, limit: float | None = None) -> int | None:
        """Run tests until one fails. Return the exit code of pytest, or another one after a timeout.

        ``limit`` is in seconds of CPU time.
        """
        process = _FORK.Process(target=self._pytest, args=(paths, plugin, limit))
        process.start()
        process.join(limit and limit * _PATIENCE)
        if process.is_alive():
            process.kill()
            process.join()
            return None
        return process.exitcode

    def _pytest(self, paths: Sequence[str], plugin: object, limit: float | None) -> None:
        if limit:
            resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(limit), resource.RLIM_INFINITY))
        output = os.open(self.output, os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(output, stream)
        os.chdir(self.root)
        sys.path[:0] = [str(self.root / "pipeline"), str(self.root)]
        os.environ["PYTHONPATH"] = str(self.root / "pipeline")
        # A module with a fault is compiled only for this run.
        sys.dont_write_bytecode = not isinstance(plugin, _Observer)
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        os.environ["CI"] = "true"  # makes Hypothesis deterministic and ignores slow machines
        options = ("-x", "-q", "-m", "not e2e", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=no")
        # Plugins that are already imported need no assertion rewriting.
        known = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
        os._exit(pytest.main([*options, *known, *paths], plugins=[plugin]))


@dataclass(frozen=True, slots=True)
class Tests:
    """The tests of a package, with the CPU time of each.

    ``callers`` maps functions, named ``MODULE:LINE``, to the tests that call them.
    """

    paths: Sequence[str]
    callers: Mapping[str, Sequence[str]]
    seconds: Mapping[str, float]

    def of(self, paths: Sequence[str]) -> Tests:
        """Return the tests in some files and folders."""
        return Tests(
            paths,
            {name: [test for test in tests if _is_in(test, paths)] for name, tests in self.callers.items()},
            {test: seconds for test, seconds in self.seconds.items() if _is_in(test, paths)},
        )

    def limit(self, choice: _Choice) -> float:
        """The CPU time in seconds after which a run counts as endless."""
        return _TO_BEGIN + _TIME_LIMIT * sum(
            seconds for test, seconds in self.seconds.items() if choice.takes(test)
        )

    def choices(self, mutant: Mutant, source: str) -> Iterator[_Choice]:
        """Yield the runs for a fault in a module with a given source, one after the other.

        The first run has the tests that call the function with the fault, or its module if the fault is
        outside functions; tests of the mirrored file or folder are first. The second run has all others, if
        they can notice the fault as well: in a value of the module, or in a cache that another test has
        filled.
        """
        path = Path("tests", mutant.module.removeprefix("triptych/"))
        own = (path.with_name(f"test_{path.name}").as_posix(), path.parent.as_posix())
        line = _function_at(mutant.line, source)
        begins = f"{mutant.module}:"
        of_module = {name: tests for name, tests in self.callers.items() if name.startswith(begins)}
        found = of_module.get(f"{begins}{line}", ()) if line else {*chain(*of_module.values())}
        order = sorted(found, key=lambda test: ([not test.startswith(name) for name in own], test))
        if order:
            yield _Choice(order, wanted=True)
        if not line or "cache" in source:
            yield _Choice(order, wanted=False)


def _is_in(test: str, paths: Sequence[str]) -> bool:
    return test.partition("::")[0].startswith(tuple(paths))


def _function_at(line: int, source: str) -> int:
    """Return the line of the outermost function whose body contains a line, or 0 if there is none."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.body[0].lineno <= line <= (node.end_lineno or 0):
            return min(part.lineno for part in (node, *node.decorator_list))
    return 0


class _Observer:
    """A pytest plugin that records which functions of the program each test calls, and loaded libraries."""

    def __init__(self, program: Path, notes: Path) -> None:
        self.program = f"{program}/"
        self.notes = notes
        self.callers: dict[str, list[str]] = {}
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        called: dict[int, CodeType] = {}

        def remember(frame: FrameType, event: str, argument: object) -> None:
            called[id(frame.f_code)] = frame.f_code

        began = time.process_time()
        sys.settrace(remember)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            self.seconds[item.nodeid] = time.process_time() - began
            for code in called.values():
                if code.co_filename.startswith(self.program):
                    name = f"{code.co_filename.removeprefix(self.program)}:{code.co_firstlineno}"
                    self.callers.setdefault(name, []).append(item.nodeid)

    def pytest_sessionfinish(self) -> None:
        libraries = [
            name for name in sys.modules if not name.startswith(OWN_PACKAGES) and name not in SCRIPTS
        ]
        notes = {"callers": self.callers, "seconds": self.seconds, "libraries": libraries}
        self.notes.write_text(json.dumps(notes), "utf-8")


class _Choice:
    """Runs a selection of the collected tests, in its order, or all others."""

    def __init__(self, tests: Sequence[str], *, wanted: bool) -> None:
        self.order = {test: number for number, test in enumerate(tests)}
        self.wanted = wanted

    @property
    def files(self) -> list[str]:
        """The files to collect; none for all."""
        return list(dict.fromkeys(test.partition("::")[0] for test in self.order)) if self.wanted else []

    def takes(self, test: str) -> bool:
        return (test in self.order) is self.wanted

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if self.takes(item.nodeid)]
        if self.wanted:
            items.sort(key=lambda item: self.order[item.nodeid])


if __name__ == "__main__":
    sys.exit(main())
