"""Run the steps of a build: caches, worker processes, external programs and publication."""
