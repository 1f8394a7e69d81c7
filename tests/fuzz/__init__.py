"""Sources that no person would write: sound ones, changed at random, again and again.

``running.py`` runs them for as long as there is time (``make fuzz``); each input can be made again from a seed,
a kind and a number. What ends otherwise than in findings with a place is shrunk and written down.
"""
