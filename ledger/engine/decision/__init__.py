"""What a decision is written into, a draft, and what ends it early, a refusal."""
