"""`tax`: an account as a return would have it."""
