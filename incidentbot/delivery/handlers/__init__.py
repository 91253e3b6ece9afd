"""One file an effect kind."""
