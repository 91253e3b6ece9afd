"""What people see: facts of the domain in, Slack's blocks out; no clock, no query, no settings."""
