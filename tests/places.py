"""Where the tests find the product's files and their own."""

from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
DATA = TESTS / "data"
VENUES = ROOT / "assets" / "venues"
REHEARSALS = ROOT / "assets" / "rehearsals"
