"""A rehearsal that grades you: briefing, script, attempts, debrief."""
