"""Block Kit as Slack enforces it: shapes, limits, and which block may stand where."""
