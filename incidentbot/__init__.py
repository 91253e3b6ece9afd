"""incidentbot: incidents in Slack, driven by monitoring events and people, kept in a database of their own."""

__version__ = "0.1.0"
