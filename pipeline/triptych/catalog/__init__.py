"""Build the titles of a catalogue.

``titles.py`` reads the list; ``preparation.py`` assembles the project of each title; ``title_build.py``
builds one in a worker process (``workers.py``) or on a cluster (``cluster.py``); ``ledger.py`` records the
results.
Begin with ``run.py``.
"""
