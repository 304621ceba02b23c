"""The ground every room stands on: exact numbers and frozen values."""
