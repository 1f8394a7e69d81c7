"""Where titles are built: processes of this machine within bounds, or the workers of a cluster.

Enters: titles that lie ready. Leaves: what became of each, when it is done.
Begin with ``crew.py``; ``guarded.py`` is one of its processes.
"""
