"""Build the titles of a catalogue, which are book projects listed in ``catalog.yaml``.

The entry point is ``run.py``. ``titles.py`` reads the catalogue, ``preparation.py`` assembles each title's
project, ``title_build.py`` builds a title in a worker process (``workers.py``) or on a Dask cluster
(``cluster.py``), and ``ledger.py`` records the results.
"""
