"""The store: SQLAlchemy only; one repository a noun, one transaction a unit of work."""

from incidentbot.store.database import Clock, DatabaseUnavailable, OutcomeUnknown
from incidentbot.store.store import Store
from incidentbot.store.transaction import Transaction

__all__ = ["Clock", "DatabaseUnavailable", "OutcomeUnknown", "Store", "Transaction"]
