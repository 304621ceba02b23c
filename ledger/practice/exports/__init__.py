"""An account written into files that other programs read. Law: whole or not at all."""
