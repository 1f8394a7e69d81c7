"""Check finished files. They are opened as any reader opens them: no check knows the writers."""
