"""Whole books, built for real and opened with the validators and viewers that readers' programs stand on."""
