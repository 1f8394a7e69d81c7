"""Test that the parent of a citation style is read from the project, never from the network."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise

import pytest

from tests.conftest import ReadBook
from tests.reading.references.test_bibliography import BIB, NUMERIC, cited
from triptych.engine.processes.programs import ProgramError
from triptych.reading.bibliography import _parse_style
from triptych.reading.pandoc import convert_bibliography_to_csl, run_citeproc

CITING = {
    "pandoc-api-version": [1, 23],
    "meta": {},
    "blocks": [
        {
            "t": "Para",
            "c": [
                {
                    "t": "Cite",
                    "c": [
                        [
                            {
                                "citationId": "knuth1984",
                                "citationPrefix": [],
                                "citationSuffix": [],
                                "citationMode": {"t": "NormalCitation"},
                                "citationNoteNum": 1,
                                "citationHash": 0,
                            }
                        ],
                        [{"t": "Str", "c": "[@knuth1984]"}],
                    ],
                }
            ],
        }
    ],
}
PARENT = NUMERIC.replace("<id>numbers</id>", "<id>https://styles.example/numbers</id>")


def dependent(address: str, *, more: str = "", tag: str = "link", attributes: str = "") -> str:
    return (
        f'<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0"{attributes}>\n'
        "  <info><title>A journal</title><id>a-journal</id>\n"
        f'    <{tag} href="{address}" rel="independent-parent"/>\n'
        f"    <updated>2026-01-01T00:00:00Z</updated></info>\n{more}</style>\n"
    )


class Server:
    """A server that counts requests and returns a style."""

    def __init__(self) -> None:
        self.hits: list[str] = []
        hits = self.hits

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hits.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(NUMERIC.encode())

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/styles/numbers"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.server.serve_forever)
    thread.start()
    yield server
    server.server.shutdown()
    thread.join()
    server.server.server_close()


def read(read_book_of: ReadBook, style: str, **others: str) -> tuple[list[str], list[str]]:
    """Return the text of a citation, and the findings."""
    files = {"source/r.bib": BIB, "source/styles/journal.csl": style}
    files |= {f"source/{name}.csl": content for name, content in others.items()}
    manifest = "bibliography: r.bib\ncsl: styles/journal.csl\n"
    book, result = read_book_of("A [@knuth1984].\n", manifest=manifest, files=files)
    return cited(book), [str(problem) for problem in result]


def test_a_parent_that_is_not_in_the_project_is_an_error_and_not_fetched(
    read_book_of: ReadBook, server: Server
) -> None:
    _, (problem,) = read(read_book_of, dependent(server.address))
    assert problem.splitlines() == [
        "source/styles/journal.csl:3:1: error[CIT003]: this CSL style depends on "
        f'"{server.address}", which is not in the project',
        "  hint: download the parent style, and save it as numbers.csl next to this style",
    ]
    assert server.hits == []


@pytest.mark.parametrize(
    "how",
    [
        {"more": "<citation><layout><text value='x'/></layout></citation>"},
        {"tag": "x:link", "attributes": ' xmlns:x="https://x.example"'},
    ],
)
def test_parent_style_matches_that_of_citeproc(
    read_book_of: ReadBook, server: Server, how: dict[str, str]
) -> None:
    _, (problem,) = read(read_book_of, dependent(server.address, **how))
    assert "CIT003" in problem
    assert server.hits == []


@pytest.mark.parametrize("name", ["numbers", "styles/numbers", "other", "styles/other"])
def test_parent_style_is_found_by_name_or_id(read_book_of: ReadBook, name: str) -> None:
    style = dependent("http://styles.example/numbers")
    assert read(read_book_of, style, **{name: PARENT}) == (["[1]"], [])


def test_a_parent_that_has_one_itself_is_none(read_book_of: ReadBook) -> None:
    style = dependent("http://styles.example/numbers")
    _, (problem,) = read(read_book_of, style, numbers=dependent("http://styles.example/journal"))
    assert "CIT003" in problem


def test_citeproc_has_no_network_access(server: Server) -> None:
    """Test that citeproc has no network access, even if a style with a parent reached it."""
    entries = convert_bibliography_to_csl(BIB.encode(), "biblatex")
    with pytest.raises(ProgramError, match="Could not fetch"):
        run_citeproc(CITING, entries, dependent(server.address).encode())
    assert server.hits == []
    assert "TeXbook" in str(run_citeproc(CITING, entries, NUMERIC.encode())["blocks"])


def test_a_style_has_a_size(read_book_of: ReadBook) -> None:
    style = NUMERIC.replace("</style>", f"<!-- {'w' * 1_000_000} --></style>")
    manifest = "bibliography: a.bib\ncsl: a.csl\n"
    _, findings = read_book_of(
        "[@knuth1984]\n", manifest=manifest, files={"source/a.bib": BIB, "source/a.csl": style}
    )
    [problem] = [item for item in findings if item.code == "CIT002"]
    assert "the limit is 1,000,000" in problem.message


def _style(macros: str) -> bytes:
    layouts = "".join(f'<{n}><layout><text macro="m"/></layout></{n}>' for n in ("citation", "bibliography"))
    return f'<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0">{macros}{layouts}</style>'.encode()


def _macros(levels: int, content: str) -> str:
    """Return macros whose ``content`` has the next one in place of NEXT; the first is ``m``."""
    names = ["m", *(f"m{level}" for level in range(1, levels)), "none"]
    return "".join(
        f'<macro name="{name}">{content.replace("NEXT", following)}</macro>'
        for name, following in pairwise(names)
    )


@pytest.mark.parametrize(
    ("macros", "reason"),
    [
        (
            _macros(18, '<group><text macro="NEXT"/><text macro="NEXT"/></group>'),
            "<citation> evaluates 1,048,575",
        ),
        (_macros(200, '<text macro="NEXT"/>'), "elements and macros are nested more than 150 levels deep"),
        ('<macro name="m"><text macro="m"/></macro>', "elements and macros are nested more than 150"),
    ],
)
def test_style_that_evaluates_too_much_is_rejected(macros: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        _parse_style(_style(macros))


def test_only_the_largest_branch_of_a_choice_counts() -> None:
    choice = '<choose><if type="book"><text macro="NEXT"/></if><else><text macro="NEXT"/></else></choose>'
    assert _parse_style(_style(_macros(30, choice))) is not None
