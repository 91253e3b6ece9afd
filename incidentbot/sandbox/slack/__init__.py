"""The fake Slack: state, Web API, deliveries, faults."""
