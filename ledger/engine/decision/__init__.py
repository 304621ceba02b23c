"""What a decision is written into, and what ends it early: a draft and a refusal."""
