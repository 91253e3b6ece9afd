"""Telling the outside: effects are claimed, sent, looked up after an unclear result, and recorded."""
