"""Submitted forms: what was filled in becomes a use case, what was wrong goes back to its field."""
