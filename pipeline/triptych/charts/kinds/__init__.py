"""The kinds of charts: how each is read, laid out and drawn."""
