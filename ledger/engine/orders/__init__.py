"""Resting orders: which are accepted, stops and targets, trails, and what an outage does to
them."""
