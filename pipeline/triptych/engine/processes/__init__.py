"""Run work in other processes: ``pool.py`` our own functions, ``programs.py`` external programs."""
