"""Build the titles of a catalogue.

Begin with ``run.py``. ``titles.py`` reads the list, ``preparation.py`` assembles the project of each title,
``title_build.py`` builds one in a worker process (``workers.py``) or on a cluster (``cluster.py``), and
``ledger.py`` records the results.
"""
