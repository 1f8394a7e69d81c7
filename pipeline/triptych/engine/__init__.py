"""Run the steps of a build, with caches, worker processes and external programs, and publish its files."""
