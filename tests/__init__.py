"""Rules of the house, the laws of the engine and the stories, as tests."""
