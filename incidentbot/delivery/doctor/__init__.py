"""The doctor: looks at everything that the service needs, and says in one sentence what to do where it is not well.

Nothing is changed by looking: what is called either reads, or is refused by its own design.
"""
