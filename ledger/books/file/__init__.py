"""The SQLite file: born whole, opened by one writer and many readers, copied while in use."""
