"""What an incident is and how it may move: pure decisions, no input or output."""
