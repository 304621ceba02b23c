"""The SQLite file: created whole, opened by one writer and many readers, copied while in use."""
