"""Test the server over its standard streams: findings while typing, several projects, hostile sources."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.lsp.client import position_of, run_server, text_at

pytestmark = pytest.mark.e2e

BOOK = "book: {title: T, author: A, chapters: [one.md, two.md]}\nlang: en\nformat: {epub: default}\n"
FILES = {
    "source/book.yaml": BOOK,
    "source/one.md": "# One {#sec-one}\n\n技术 𝟙 See @sec-next.\n",
    "source/two.md": "# Two {#sec-next}\n\nText.\n",
}


def test_findings_follow_the_unsaved_text(tmp_path: Path) -> None:
    root = write_files(tmp_path, FILES)
    item = root / "source/one.md"
    with run_server(root) as client:
        client.open(item)
        text = FILES["source/one.md"].replace("@sec-next", "@sec-nxet")
        client.change(item, text)
        (result,) = client.wait_for_findings(item, bool)
        assert result["code"] == "REF001"
        assert 'did you mean "sec-next"?' in result["message"]
        assert text_at(text, result["range"]) == "@sec-nxet"
        client.change(item, FILES["source/one.md"])
        assert client.wait_for_findings(item) == []
    assert item.read_text("utf-8") == FILES["source/one.md"]
    assert sorted(path.name for path in root.iterdir()) == ["source"]


def test_file_changed_by_another_program_is_reread(tmp_path: Path) -> None:
    root = write_files(tmp_path, FILES)
    item, two = root / "source/one.md", root / "source/two.md"
    with run_server(root) as client:
        client.open(item)
        two.write_text("# Two\n", "utf-8")
        assert [result["code"] for result in client.wait_for_findings(item, bool)] == ["REF001"]


def test_a_closed_document_counts_as_saved(tmp_path: Path) -> None:
    root = write_files(tmp_path, FILES)
    item = root / "source/one.md"
    with run_server(root) as client:
        client.open(item, "# One\n\n@sec-gone\n")
        client.wait_for_findings(item, bool)
        client.notify("textDocument/didClose", {"textDocument": {"uri": item.as_uri()}})
        assert client.wait_for_findings(item) == []


def test_invalid_manifest_is_reported_and_recovers(tmp_path: Path) -> None:
    root = write_files(tmp_path, FILES)
    manifest = root / "source/book.yaml"
    with run_server(root) as client:
        client.open(manifest)
        client.change(manifest, "book: {title: T, chapters: [one.md\n")
        assert client.wait_for_findings(manifest, bool)[0]["code"] == "MAN004"
        client.change(manifest, BOOK)
        assert "MAN004" not in {result["code"] for result in client.wait_for_findings(manifest)}


def test_projects_of_a_workspace_are_separate(tmp_path: Path) -> None:
    first = write_files(tmp_path / "first", FILES)
    second = write_files(tmp_path / "second", {**FILES, "source/two.md": "# Two\n"})
    with run_server(tmp_path) as client:
        for root in (first, second):
            client.open(root / "source/one.md")
        assert [found["code"] for found in client.wait_for_findings(second / "source/one.md", bool)] == [
            "REF001"
        ]
        client.change(first / "source/one.md", "# One\n\n@sec-oen\n")
        (result,) = client.wait_for_findings(first / "source/one.md", bool)
        assert "sec-oen" in result["message"]


def test_a_folder_without_a_project_is_reported_once(tmp_path: Path) -> None:
    root = write_files(tmp_path, {"notes.md": "# Notes\n", "more.md": "# More\n"})
    with run_server(root) as client:
        client.open(root / "notes.md")
        client.open(root / "more.md")
        message = client.wait_for("window/showMessage")["message"]
        assert str(root) in message
        assert "source/book.yaml" in message
        client.change(root / "notes.md", "# Notes\n\nMore.\n")
        client.ask("textDocument/unknown", {})  # requests are answered in order
        assert not [
            notification
            for notification in client.notifications
            if notification["method"] == "window/showMessage"
        ]


def test_an_unknown_request_is_answered_with_an_error(tmp_path: Path) -> None:
    root = write_files(tmp_path, FILES)
    with run_server(root) as client:
        assert client.ask("textDocument/unknown", {})["error"]["code"] == -32601
        client.open(root / "source/one.md", "# One\n\n@sec-gone\n")
        assert client.wait_for_findings(root / "source/one.md", bool)


def test_server_outlives_the_reading_process(tmp_path: Path) -> None:
    root = write_files(tmp_path, FILES)
    item = root / "source/one.md"
    with run_server(root) as client:
        client.open(item, "# One\n\n@sec-gone\n")
        client.wait_for_findings(item, bool)
        children = Path(f"/proc/{client.process.pid}/task/{client.process.pid}/children")
        if children.is_file():
            for task in Path(f"/proc/{client.process.pid}/task").iterdir():
                for number in (task / "children").read_text().split():
                    os.kill(int(number), 9)
        client.change(item, "# One\n\n@sec-other\n")
        result = client.wait_for_findings(
            item, lambda found: any("sec-other" in entry["message"] for entry in found)
        )
        assert position_of("# One\n\n@sec-other\n", 7) == result[0]["range"]["start"]


HOSTILE = {
    "braces": "{" * 300_000,
    "attributes": '{#a .b c="' * 30_000,
    "brackets": "[" * 100_000 + "](" * 100_000,
    "backticks": "`` ` " * 60_000,
    "nested divs": "::: {.note}\n" * 3_000,
    "nested quotes": ">" * 5_000 + " @fig-a",
    "null and lone surrogate": "# A\0 \ud800 {#sec-\ud800}\n\n@fig-\ud800\n",
    "line ends": "a\u2028b\x0b\x0c\x85\r\rc @sec-next\r\n",
    "front matter": "---\n" + "a: {" * 2_000 + "\n---\n",
    "include of itself": "{{< include one.md >}}\n" * 2_000,
    "expression": "{{ 'x' * 10**9 }} {% for i in range(10**9) %}x{% endfor %}",
}


def test_no_source_ends_the_server(tmp_path: Path) -> None:
    root = write_files(tmp_path, {**FILES, "source/book.yaml": f"{BOOK}jinja: true\n"})
    item, manifest = root / "source/one.md", root / "source/book.yaml"
    requests = ("hover", "definition", "completion", "prepareRename", "documentSymbol", "documentLink")
    with run_server(root) as client:
        client.open(item)
        client.open(manifest)
        for text in HOSTILE.values():
            for path in (item, manifest):
                client.change(path, text)
                for method in requests:
                    for offset in (0, len(text) // 2, len(text)):
                        params = {
                            "textDocument": {"uri": path.as_uri()},
                            "position": {"line": 0, "character": offset},
                        }
                        response = client.ask(f"textDocument/{method}", params)
                        assert "error" not in response or method == "prepareRename", (method, response)
            client.change(manifest, BOOK)
        client.change(item, "# One\n\n@sec-gone\n")
        client.wait_for_findings(
            item, lambda found: any("sec-gone" in finding["message"] for finding in found)
        )


def test_strange_documents_and_requests_do_no_harm(tmp_path: Path) -> None:
    root = write_files(tmp_path, FILES)
    item = root / "source/one.md"
    with run_server(root) as client:
        client.open(item)
        client.notify("textDocument/didOpen", {"textDocument": {"uri": 3}})
        for uri in ("untitled:Untitled-1", "file:///", "git:/one.md", "file:///no/such/file.md", "x"):
            document = {"uri": uri, "languageId": "markdown", "version": 1, "text": "# A"}
            client.notify("textDocument/didOpen", {"textDocument": document})
            place = {"textDocument": {"uri": uri}, "position": {"line": 10**6, "character": 10**6}}
            assert "error" not in client.ask("textDocument/definition", place)
        response = client.ask(
            "textDocument/rename",
            {
                "textDocument": {"uri": item.as_uri()},
                "position": {"line": 0, "character": 9},
                "newName": "a b",
            },
        )
        assert "is not an id" in response["error"]["message"]
        text = FILES["source/one.md"]
        (place,) = client.at("definition", item, text, text.index("@sec-next") + 2)
        assert place["uri"] == (root / "source/two.md").as_uri()
