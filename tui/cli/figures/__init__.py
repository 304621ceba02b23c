"""Commands about figures: calculators and odds."""
