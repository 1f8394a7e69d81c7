"""The machinery under the stages: cached results, and programs that run outside of Python."""
