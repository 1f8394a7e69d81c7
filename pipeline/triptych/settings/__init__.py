"""What a manifest says, checked: ``book.yaml`` → frozen settings.

Enters: the text of the manifest. Leaves: ``Manifest``, with a finding at each mistake.
Begin with ``manifest.py``; ``reading.py`` reads it.
"""
