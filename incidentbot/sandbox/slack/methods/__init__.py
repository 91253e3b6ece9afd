"""The Web API, one file per group of methods."""
