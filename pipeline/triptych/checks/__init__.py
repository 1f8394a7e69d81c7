"""Check output files, independently of the code that writes them."""
