"""Commands that run something: the desk, a scenario, a rehearsal."""
