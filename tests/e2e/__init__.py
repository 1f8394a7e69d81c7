"""Build whole books, and open them with the validators and viewers that publishers and readers use."""
