"""Preview: files are watched, outputs made anew, and shown in a browser of this machine."""
