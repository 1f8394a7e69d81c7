"""Work outside of this process: programs, workers beside it, and what strangers' files may take.

In come jobs and commands, out come results or the reason why there are none. Begin with ``workers.py`` for
functions of ours, ``programs.py`` for other programs; ``limits.py`` says how much each may take.
"""
