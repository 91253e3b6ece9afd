"""Inbound Slack: the guard, then Bolt, then listeners that translate into use cases and answer."""
