"""How long a build takes, beside pandoc's own conversions and beside itself."""
