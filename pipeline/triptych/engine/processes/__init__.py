"""Run our own functions (``pool.py``) and external programs (``programs.py``) in other processes."""
