"""HTTP: webhooks, REST, health and metrics, behind one set of limits and headers."""
