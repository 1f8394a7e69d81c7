"""Put small faults into modules that neither read nor write, one at a time: do the fast tests notice?

usage: scripts/mutate.py [--seed N …] [--each N] [PACKAGE …]

Cosmic Ray makes the faults: a sign, a comparison, a number, a condition turned round, a loop that never runs.
This script chooses some in each package, puts each into a copy of the checkout and runs the tests of that
package there, those that call the function with the fault first. Cosmic Ray's own command tries every fault,
thousands of them, with one and the same tests and in the checkout itself. Mutmut wraps functions: it has no
faults for constants of modules and for properties.

What no test notices is listed with its place. A fault that changes nothing anyone could see is no gap: it
stands in ``EQUIVALENT`` with the reason, and is not chosen. The exit code is 1 where fewer than 85 in a
hundred are noticed.
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

# Packages and modules, and the tests that are theirs.
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

# The ways to go wrong that are likely, of the two hundred that Cosmic Ray knows.
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

# (module, line, line with the fault) → why nobody can see it.
EQUIVALENT: Mapping[tuple[str, str, str], str] = {
    (
        "triptych_import/chapters.py",
        'title, count = next(iter(counts.most_common(1)), ("", 0))',
        'title, count = next(iter(counts.most_common(1)), ("", -1))',
    ): "only what is counted twice has a title",
    (
        "triptych/languages/word_tables.py",
        r"""parts = re.split(r"^(?=[\w\"-]+:)", text, flags=re.MULTILINE)[1:]""",
        r"""parts = re.split(r"^(?=[\w\"-]+:)", text, flags=re.MULTILINE)[ 0:]""",
    ): "what stands before the first language is a comment, and no language is called so",
    (
        "triptych/charts/time_axis.py",
        "for month in range(first.year * 12, last.year * 12 + 12):",
        "for month in range(first.year * 11, last.year * 12 + 12):",
    ): "months before the first date are left out whatever the range begins with",
    (
        "triptych/charts/axes.py",
        "return tuple(ticks[-1:])",
        "return tuple(ticks[1:])",
    ): "of fewer than a thousand names one is left before, which touches none",
    (
        "triptych/data/delimited_text.py",
        "return len(self.rows[0][1]) if self.rows else 0",
        "return len(self.rows[0][1]) if self.rows else 1",
    ): "a text without rows is no table either way, and is refused as empty",
    (
        "triptych/charts/layout.py",
        "start, end = line[last] or (0.0, 0.0)",
        "start, end = line[last] or (0.0, -1.0)",
    ): "the last place is one that has a span; the other value is for the types alone",
    (
        "triptych/model/walk.py",
        "_MOST = 400_000 # cached trees",
        "_MOST = 400001 # cached trees",
    ): "the size of a cache",
    (
        "triptych/ooxml/backdrop.py",
        "left, top = max(0, math.floor(min(xs))), max(0, math.floor(min(ys)))",
        "left, top = max(0, math.floor(min(xs))), max( -1, math.floor(min(ys)))",
    ): "Pillow leaves out what is beyond the edges of an image",
    (
        "triptych/ooxml/backdrop.py",
        "left, top = max(0, math.floor(min(xs))), max(0, math.floor(min(ys)))",
        "left, top = max( -1, math.floor(min(xs))), max(0, math.floor(min(ys)))",
    ): "Pillow leaves out what is beyond the edges of an image",
    (
        "triptych/ooxml/backdrop.py",
        "ImageDraw.Draw(one).polygon([transform.map_point(*point) for point in polygon], fill=1)",
        "ImageDraw.Draw(one).polygon([transform.map_point(*point) for point in polygon], fill= 2)",
    ): "the mask has one bit for each pixel, which is set for any number but 0",
    (
        "triptych/ooxml/backdrop.py",
        "ramp.putdata([*[0] * 256, *range(256), *[255] * 256]) # before the gradient, on it, after it",
        "ramp.putdata([*[0] * 256, *range(256), *[255] * 255]) # before the gradient, on it, after it",
    ): "no pixel of a shape is that far after the end of its gradient",
    (
        "weasyprint_typography/line_breaking.py",
        "least, since, its_ratio, its_badness = inf, -1, 0.0, 0.0",
        "least, since, its_ratio, its_badness = inf, -1, 1.0, 0.0",
    ): "both are set with the first line that is tried, and without one they are not used",
    (
        "weasyprint_typography/line_breaking.py",
        "least, since, its_ratio, its_badness = inf, -1, 0.0, 0.0",
        "least, since, its_ratio, its_badness = inf, -1, 0.0, -1.0",
    ): "both are set with the first line that is tried, and without one they are not used",
    (
        "weasyprint_typography/line_breaking.py",
        "costs, before, ratios = [0.0] * len(breakpoints), [-1] * len(breakpoints), [0.0] * len(breakpoints)",
        "costs, before, ratios = [ -1.0] * len(breakpoints), [-1] * len(breakpoints), [0.0] * len(breakpoints)",  # noqa: E501
    ): "all lines begin with the same cost, and only differences of costs count",
    (
        "weasyprint_typography/line_breaking.py",
        "least, since, its_ratio, its_badness = costs[last] + _OVERFULL, last, 0.0, _OVERFULL",
        "least, since, its_ratio, its_badness = costs[last] - _OVERFULL, last, 0.0, _OVERFULL",
    ): "all further lines begin there, so that its cost changes no difference",
    (
        "weasyprint_typography/line_breaking.py",
        "_RUNT if start and natural < _RUNT_SHARE * line_widths.other_lines else 0",
        "_RUNT if start and natural < _RUNT_SHARE * line_widths.other_lines else -1",
    ): "8,000 or 8,001 more for a very short last line",
    (
        "weasyprint_typography/line_breaking.py",
        "cost += stop.hyphen_cost + (_SECOND_HYPHEN if begun.hyphen_cost else 0)",
        "cost += stop.hyphen_cost + (_SECOND_HYPHEN if begun.hyphen_cost else 1)",
    ): "40,000 or 39,999 more for a second hyphen",
    (
        "weasyprint_typography/line_breaking.py",
        "cost = costs[start] + 1 + short**2 + (_OVERFULL if slack < 0 else 0)",
        "cost = costs[start] + 1 + short**2 + (_OVERFULL if slack < 0 else 1)",
    ): "1 for each line already outweighs what a further line saves",
    (
        "weasyprint_typography/line_breaking.py",
        "for here in range(1, len(breakpoints)):",
        "for here in range( 0, len(breakpoints)):",
    ): "the first breakpoint is the start of the paragraph, and no line ends there",
}

_LEAST = 0.85  # of the faults are noticed
_TIME_LIMIT = 6.0  # times the processor time of tests without a fault: what does not end is noticed
_TO_BEGIN = 10.0  # seconds of it for what is no test
_PATIENCE = 20  # times all that, by the clock: others use the machine, too
_QUIET = (0, 5)  # exit codes of pytest: all tests passed, there was none

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
        """As ``EQUIVALENT`` names it."""
        return self.module, self.old, self.new

    def __str__(self) -> str:
        return f"{PROGRAM / self.module}:{self.line}: {self.old}  →  {self.new}"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a fault can be put: the ``occurrence`` of an operator, counted through the module."""

    module: str
    operator: str
    occurrence: int


def main() -> int:
    """Try the faults and print what came of them; the exit code."""
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
        # All are chosen at once: someone may go on working in the checkout meanwhile.
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
    """Some mutants of a package. Each place is as likely, however many faults can be put there."""
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
    """The modules of a package, by their paths in the program."""
    path = HERE / PROGRAM / package
    found = [path] if path.suffix else sorted(path.rglob("*.py"))
    return [module.relative_to(HERE / PROGRAM).as_posix() for module in found]


def places_of(module: str) -> list[list[_Place]]:
    """For each place of a module the faults that can be put there."""
    nodes = list(ast_nodes(get_ast(source_of(module))))
    found: dict[_Position, list[_Place]] = {}
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        where = (position for node in nodes for position in operator.mutation_positions(node))
        for occurrence, position in enumerate(where):
            found.setdefault(position, []).append(_Place(module, name, occurrence))
    return [found[position] for position in sorted(found)]


def mutated(place: _Place) -> Mutant | None:
    """A module with a fault; None where it is no Python any more, or changes nothing to hold on to."""
    source = source_of(place.module)
    code = mutate_code(source, get_operator(f"core/{place.operator}")(), place.occurrence)
    if code is None or not _compiles(code):
        return None
    old, new = source.splitlines(), code.splitlines()
    _, start, end, other, last = next(
        step
        for step in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if step[0] != "equal"
    )
    before, after = (" ".join(" ".join(lines).split()) for lines in (old[start:end], new[other:last]))
    # Decorators name sizes of caches, and whether an object can be changed: nothing that a test should hold.
    # The star of a signature, which Cosmic Ray takes for a product, only says how arguments are named.
    # That two sequences must be as long as each other guards against mistakes that the module does not make.
    if before.startswith("@") or after in (
        before.replace("*,", "/,"),
        before.replace("strict=True", "strict=False"),
    ):
        return None
    return Mutant(place.module, start + 1, before, after, code)


def source_of(module: str) -> str:
    """The text of a module."""
    return (HERE / PROGRAM / module).read_text("utf-8")


def _compiles(code: str) -> bool:
    try:
        compile(code, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


class Copy:
    """A copy of the checkout, in which one module at a time has a fault.

    Tests run in processes that are forked off this one, which has the libraries that they need in memory.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.output = root / "output.txt"  # of the last run
        for name in COPIED:
            shutil.copytree(HERE / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(HERE / "pyproject.toml", root)

    def observe(self, paths: Sequence[str]) -> Tests:
        """Run tests without a fault, to see how long they take and what they call.

        Raises ``SystemExit`` where they fail.
        """
        notes = self.root / "notes.json"
        if self.run(paths, _Observer(self.root / PROGRAM, notes)):
            raise SystemExit(f"the tests fail without a fault:\n{self.output.read_text('utf-8')}")
        seen = json.loads(notes.read_text("utf-8"))
        for name in seen["libraries"]:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
        return Tests(paths, seen["callers"], seen["seconds"])

    def notices(self, mutant: Mutant, tests: Tests) -> bool:
        """Whether a test fails with a fault, or the module cannot even be loaded."""
        path = self.root / PROGRAM / mutant.module
        before = path.read_bytes()
        # Python takes what it compiled before for that of a file of the same second and size.
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
        """Run tests until one fails. The exit code of pytest; another where the time was over.

        ``limit`` is in seconds of processor time.
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
        # A module with a fault is compiled for this one run.
        sys.dont_write_bytecode = not isinstance(plugin, _Observer)
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        os.environ["CI"] = "true"  # by which Hypothesis tries the same each time, however slow the machine is
        options = ("-x", "-q", "-m", "not e2e", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=no")
        # Plugins that are in memory already need not show what their own assertions compare.
        known = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
        os._exit(pytest.main([*options, *known, *paths], plugins=[plugin]))


@dataclass(frozen=True, slots=True)
class Tests:
    """The tests of a package, with the processor time that each takes.

    ``callers`` has those that call a function, which is named ``MODULE:LINE``.
    """

    paths: Sequence[str]
    callers: Mapping[str, Sequence[str]]
    seconds: Mapping[str, float]

    def of(self, paths: Sequence[str]) -> Tests:
        """Those in some files and folders."""
        return Tests(
            paths,
            {name: [test for test in tests if _is_in(test, paths)] for name, tests in self.callers.items()},
            {test: seconds for test, seconds in self.seconds.items() if _is_in(test, paths)},
        )

    def limit(self, choice: _Choice) -> float:
        """Seconds of processor time after which a run does not end."""
        return _TO_BEGIN + _TIME_LIMIT * sum(
            seconds for test, seconds in self.seconds.items() if choice.takes(test)
        )

    def choices(self, mutant: Mutant, source: str) -> Iterator[_Choice]:
        """What to run, one after the other, for a fault in a module with some source.

        First the tests that call the function with the fault, or its module where it is in none; they begin
        with those of the file or room that mirrors the module. Then all others, where these may see the fault
        as well: in a value of the module, or in what another test has left in a cache.
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
    """The line at which the outermost function begins whose body has a line; 0 where none has."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.body[0].lineno <= line <= (node.end_lineno or 0):
            return min(part.lineno for part in (node, *node.decorator_list))
    return 0


class _Observer:
    """Writes down which functions of the program each test calls, and which libraries were loaded."""

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
        libraries = [name for name in sys.modules if not name.startswith(OWN_PACKAGES)]
        notes = {"callers": self.callers, "seconds": self.seconds, "libraries": libraries}
        self.notes.write_text(json.dumps(notes), "utf-8")


class _Choice:
    """Of the tests that were found runs some, in their order, or all others."""

    def __init__(self, tests: Sequence[str], *, wanted: bool) -> None:
        self.order = {test: number for number, test in enumerate(tests)}
        self.wanted = wanted

    @property
    def files(self) -> list[str]:
        """The files to look into; none where it is all."""
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
