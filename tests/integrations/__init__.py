"""Test the files for CI services by running their steps."""
