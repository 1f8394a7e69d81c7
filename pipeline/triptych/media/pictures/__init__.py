"""Picture files: what they are, how large, whether they are safe, how large they are shown.

Enters: bytes. Leaves: measures, or ``UnusablePicture``.
Begin with ``files.py``.
Nothing is changed here: what outputs get is made in ``media/preparation/pictures.py``.
"""
