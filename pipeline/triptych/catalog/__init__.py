"""A list of titles → the outputs of each, and a report on all of them.

What enters is ``catalog.yaml`` with the folders of its titles (``listing.py``). Each title is put together
with what all share (``staging.py``) and built in a process that may take so much and no more
(``processes/``); what became of it is written down (``ledger.py``). Begin at ``run.py``.
"""
