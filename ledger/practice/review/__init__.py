"""A history read once and handed to the reports. Law: it computes no figure of its own."""
