"""Provide the language server ``triptych lsp``, which editors use over standard input and output.

A separate process reads the project (``reader.py``) a moment after each edit, with the texts of open
documents in place of the files. The result is a ``Snapshot`` (``snapshot.py``): findings, numbers, captions,
formatted sources. Requests do not wait for it. They are answered from the current text of the documents
(``markdown_scan.py``, ``yaml_scan.py`` and ``index.py``) and the last snapshot. The entry point is
``server.py``.
"""
