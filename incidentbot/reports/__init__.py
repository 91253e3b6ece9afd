"""Reports as people look at them: data in, bytes out. Nothing here knows the network, the database or the time."""
