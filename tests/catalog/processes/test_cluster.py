"""Test that workers of a Dask cluster build the same bytes, even if workers fail."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from tests.catalog.conftest import MakeCatalog, title
from triptych.catalog import cluster
from triptych.catalog.cluster import ClusterClient, SchedulerLostError
from triptych.catalog.preparation import RunOptions, make_title_job
from triptych.catalog.run import build_titles
from triptych.catalog.title_build import TitleState
from triptych.catalog.titles import Catalog
from triptych.catalog.workers import JobLimits

# Ignore warnings of Dask and its dependencies.
pytestmark = [pytest.mark.e2e, pytest.mark.filterwarnings("default")]


class Dask:
    """A Dask scheduler and two workers, each in its own process, on the loopback interface."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        self.address = self._said(r"Scheduler at:\s+(tcp://\S+)", "scheduler")
        self.workers = [self._worker(name) for name in ("one", "two")]

    def _worker(self, name: str) -> subprocess.Popen[bytes]:
        options = ("--nthreads", "1", "--no-dashboard", "--death-timeout", "60")
        place = ("--local-directory", str(self._folder / name))
        process = self._start("worker", self.address, *options, *place, log=name)
        self._said(r"Registered to:", name)
        return process

    def _start(self, *words: str, log: str = "") -> subprocess.Popen[bytes]:
        file = self._stack.enter_context((self._folder / f"{log or words[0]}.log").open("wb"))
        command = [sys.executable, "-m", "dask", *words]
        environment = {**os.environ, "TMPDIR": str(self._folder)}  # workers on the same machine share a cache
        process = subprocess.Popen(command, stdout=file, stderr=file, cwd=self._folder, env=environment)
        self._stack.callback(_end, process)
        return process

    def _said(self, pattern: str, name: str) -> str:
        for _ in range(600):
            if match := re.search(pattern, (self._folder / f"{name}.log").read_text()):
                return match[match.lastindex or 0]
            time.sleep(0.1)
        raise AssertionError((self._folder / f"{name}.log").read_text())


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and its child processes."""
    if process.poll() is None:
        family = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        for child in family:
            if child.is_running():
                child.kill()
    process.wait()


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Dask]:
    (tmp_path / "dask").mkdir()
    with ExitStack() as stack:
        yield Dask(tmp_path / "dask", stack)


@pytest.fixture
def catalog(make_catalog: MakeCatalog) -> Catalog:
    files = {path: text for number in range(4) for path, text in title(f"books/t{number}").items()}
    bad = title("books/bad", "See @fig-none.")
    return make_catalog("titles: ['books/*']\nshared: [shared]\n", {**files, **bad, "shared/a.txt": "A"})


def states(catalog: Catalog, asked: RunOptions) -> dict[str, TitleState]:
    return {title.name: title.state for title in build_titles(catalog, catalog.titles, asked)}


def outputs(catalog: Catalog) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in catalog.output_folder.glob("books/*/*.epub")}


def test_cluster_builds_the_same_outputs_as_this_machine(catalog: Catalog, dask: Dask) -> None:
    local = states(catalog, RunOptions(jobs=1))
    bytes_here = outputs(catalog)
    titles = list(
        build_titles(catalog, catalog.titles, RunOptions(jobs=1, scheduler=dask.address, force=True))
    )
    assert {result.name: result.state for result in titles} == local
    assert outputs(catalog) == bytes_here
    (bad,) = (result for result in titles if result.name == "books/bad")
    assert str(bad.diagnostics[0]).startswith("books/bad/source/a.md:3:5: error[REF001]")
    log = (catalog.output_folder / ".catalog/logs/books/bad.log").read_text()
    assert "REF001" in log


def test_lost_worker_loses_no_results(catalog: Catalog, dask: Dask) -> None:
    results = build_titles(catalog, catalog.titles, RunOptions(jobs=1, scheduler=dask.address))
    result = [next(results)]
    _end(dask.workers[0])
    result += results
    assert sorted(item.state for item in result) == [TitleState.BUILT] * 4 + [TitleState.FAILED]
    assert len(outputs(catalog)) == 4


def test_run_without_scheduler_stops_and_can_be_resumed(catalog: Catalog, dask: Dask) -> None:
    results = build_titles(catalog, catalog.titles, RunOptions(jobs=1, scheduler=dask.address))
    result = [next(results)]
    threading.Timer(0.1, _end, [dask.scheduler]).start()
    with pytest.raises(SchedulerLostError, match=r"tcp://127\."):
        result += results
    repeated = states(catalog, RunOptions(jobs=1))
    assert sorted(repeated.values()).count(TitleState.UP_TO_DATE) >= sum(
        item.is_successful for item in result
    )
    assert len(outputs(catalog)) == 4


def test_unavailable_scheduler_is_reported_after_retries(catalog: Catalog) -> None:
    """Test the error if the Dask client gives up reconnecting to a lost scheduler and closes."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=0, processes=False, dashboard_address=None) as local:
        cluster_client = ClusterClient(local.scheduler_address, JobLimits(memory=10**9, seconds=60, jobs=5))
        client, cluster_client._client.status = cluster_client._client, "closed"
        work = make_title_job(catalog, catalog.titles[0], RunOptions(jobs=1))
        with pytest.raises(SchedulerLostError):
            list(cluster_client.build_titles([work], {work.name: {}}))
        client.status = "running"
        client.close()


def test_missing_scheduler_is_reported(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_TIMEOUT", "1s")
    with pytest.raises(SchedulerLostError, match=r"tcp://127\.0\.0\.1:1"):
        list(build_titles(catalog, catalog.titles, RunOptions(jobs=1, scheduler="tcp://127.0.0.1:1")))
