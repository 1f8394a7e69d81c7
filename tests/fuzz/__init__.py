"""Fuzz tests: random changes of valid sources.

``running.py`` runs them for a given time (``make fuzz``); each input can be reproduced from a seed, a kind
and a number. Inputs with another result than diagnostics with positions are minimised and saved.
"""
