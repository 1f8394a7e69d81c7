"""Other processes: ``pool.py`` runs our functions in workers, ``programs.py`` other programs."""
