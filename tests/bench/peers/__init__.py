"""Side by side with other back-testers on one workload: `python -m tests.bench.peers`.

The peers live in an environment of their own, made from `requirements.txt` in this folder; nothing
here is collected as a test, and nothing of the product imports it. `workload`, `plain`,
`plain_cross` and `ours` need no peer.
"""
