"""The only sockets outward: one client a system, all speaking of failure in the words of `errors`."""
