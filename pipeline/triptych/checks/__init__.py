"""Check output files by reading them; no check depends on the writers."""
