"""The proof that a file is sound: each fault named, nothing changed."""
