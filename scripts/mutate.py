"""Put small faults into modules that neither read nor write, one at a time: do the fast tests notice?

usage: scripts/mutate.py [--seed N] [--each N] [PACKAGE …]

Cosmic Ray makes the faults: a sign, a comparison, a number, a condition turned round, a loop that never runs.
This script chooses some in each package, puts each into a copy of the checkout and runs the tests of that
package there. Cosmic Ray's own command tries every fault, thousands of them, with one and the same tests and
in the checkout itself. Mutmut wraps functions: it has no faults for constants of modules and for properties.

What no test notices is listed with its place. A fault that changes nothing anyone could see is no gap: it
stands in ``EQUIVALENT`` with the reason, and is not chosen. The exit code is 1 where fewer than 85 in a
hundred are noticed.
"""

from __future__ import annotations

import argparse
import difflib
import importlib.util
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

HERE = Path(__file__).resolve().parents[1]
PROGRAM = Path("pipeline/triptych")
COPIED = ("pipeline", "templates", "tests", "source", "benchmarks")

# Packages and modules, and the tests that are theirs.
TESTS: Mapping[str, Sequence[str]] = {
    "importing/markdown": (
        "tests/importing/markdown",
        "tests/importing/references",
        "tests/importing/formats",
    ),
    "importing/outline": ("tests/importing/outline", "tests/importing/formats"),
    "importing/references": ("tests/importing/references", "tests/importing/formats"),
    "languages": ("tests/languages",),
    "markup": ("tests/markup",),
    "media/charts/axes": ("tests/media/charts",),
    "media/charts/layout": ("tests/media/charts",),
    "model": ("tests/model", "tests/passes", "tests/media/charts"),
    "ooxml": ("tests/ooxml", "tests/checks/deck"),
    "passes": ("tests/passes",),
    "reading/data": ("tests/reading/data", "tests/reading/charts"),
    "theme": ("tests/theme",),
    "writers/print/layout/patches/lines/paragraphs.py": ("tests/writers/print/layout/patches/lines",),
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
        "languages/labels.py",
        r"""parts = re.split(r"^(?=[\w\"-]+:)", text, flags=re.MULTILINE)[1:]""",
        r"""parts = re.split(r"^(?=[\w\"-]+:)", text, flags=re.MULTILINE)[ 0:]""",
    ): "what stands before the first language is a comment, and no language is called so",
    (
        "media/charts/axes/times.py",
        "for month in range(first.year * 12, last.year * 12 + 12):",
        "for month in range(first.year * 11, last.year * 12 + 12):",
    ): "months before the first date are left out whatever the range begins with",
    (
        "media/charts/axes/places.py",
        "return tuple(ticks[-1:])",
        "return tuple(ticks[1:])",
    ): "of fewer than a thousand names one is left before, which touches none",
    (
        "reading/data/delimited_text.py",
        "return len(self.rows[0][1]) if self.rows else 0",
        "return len(self.rows[0][1]) if self.rows else 1",
    ): "a text without rows is no table either way, and is refused as empty",
    (
        "media/charts/layout/vertical.py",
        "start, end = line[last] or (0.0, 0.0)",
        "start, end = line[last] or (0.0, -1.0)",
    ): "the last place is one that has a span; the other value is for the types alone",
}

_LEAST = 0.85  # of the faults are noticed
_TIME_LIMIT = 6.0  # times what the tests take without a fault: what does not end is noticed
_QUIET = (0, 5)  # exit codes of pytest: all tests passed, there was none

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
    parser.add_argument("--seed", type=int, default=1, help="another seed chooses other faults")
    parser.add_argument("--each", type=int, default=6, help="how many faults in each package")
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help=f"of {', '.join(TESTS)}")
    asked = parser.parse_args()
    if unknown := set(asked.packages) - set(TESTS):
        parser.error(f"no such package: {', '.join(sorted(unknown))}")
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder))
        # All are chosen at once: someone may go on working in the checkout meanwhile.
        sample = {
            package: list(mutants(package, asked.each, random.Random(f"{asked.seed} {package}")))
            for package in asked.packages or TESTS
        }
        for package, chosen in sample.items():
            limit = copy.begin(TESTS[package])
            noticed = 0
            for mutant in chosen:
                if copy.notices(mutant, TESTS[package], limit):
                    noticed += 1
                else:
                    print(f"  unnoticed: {mutant}", flush=True)
            counts += Counter(noticed=noticed, all=len(chosen))
            print(f"{package}: {noticed} of {len(chosen)} noticed", flush=True)
    share = counts["noticed"] / counts["all"]
    print(f"{share:.0%} of {counts['all']} faults noticed (seed {asked.seed})")
    return 0 if share >= _LEAST else 1


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
    if before.startswith("@") or before.replace("*,", "/,") == after:
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
    """A copy of the checkout, in which one module at a time has a fault."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in COPIED:
            shutil.copytree(HERE / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(HERE / "pyproject.toml", root)

    def begin(self, tests: Sequence[str]) -> float:
        """Run tests without a fault. Seconds after which a run with one does not end.

        Raises ``SystemExit`` where they fail.
        """
        began = time.monotonic()
        done = self._run(tests, keep=True)
        if done.returncode:
            raise SystemExit(f"the tests fail without a fault:\n{done.stdout}")
        return 10 + _TIME_LIMIT * (time.monotonic() - began)

    def notices(self, mutant: Mutant, tests: Sequence[str], limit: float) -> bool:
        """Whether a test fails with a fault, or the module cannot even be loaded."""
        path = self.root / PROGRAM / mutant.module
        before = path.read_bytes()
        # Python takes what it compiled before for that of a file of the same second and size.
        compiled = Path(importlib.util.cache_from_source(str(path)))
        compiled.unlink(missing_ok=True)
        path.write_text(mutant.code, "utf-8")
        try:
            near = self._nearest(mutant.module)
            return any(self._run(run, limit=limit).returncode not in _QUIET for run in (near, tests) if run)
        except subprocess.TimeoutExpired:
            return True
        finally:
            path.write_bytes(before)

    def _nearest(self, module: str) -> list[str]:
        """The tests that mirror a module or its room, which notice most: they run first."""
        path = Path("tests", module)
        mirrors = (path.with_name(f"test_{path.name}"), path.parent)
        return [own.as_posix() for own in mirrors if (self.root / own).exists()][:1]

    def _run(
        self, tests: Sequence[str], *, keep: bool = False, limit: float | None = None
    ) -> subprocess.CompletedProcess[str]:
        options = ("-x", "-q", "-m", "not e2e", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=no")
        environ = {**os.environ, "PYTHONPATH": str(self.root / "pipeline")}
        if not keep:
            environ["PYTHONDONTWRITEBYTECODE"] = "1"
        return subprocess.run(
            [sys.executable, "-m", "pytest", *options, *tests],
            cwd=self.root,
            env=environ,
            timeout=limit,
            capture_output=True,
            text=True,
        )


if __name__ == "__main__":
    sys.exit(main())
