"""What we know against inviting or assigning somebody."""

from incidentbot.domain.people import Person
from incidentbot.domain.refusals import PersonUnknown, Refused
from incidentbot.store import Transaction


def unfit(person: Person | None) -> str:
    """Why nobody can be told by this person ("" where nothing is known against it): deactivated, bot."""
    if person is None:
        return ""
    if person.deleted:
        return "deactivated"
    return "bot" if person.is_bot else ""


def check_person(tx: Transaction, person_id: str, field: str = "assignee") -> None:
    """Refuse a person who is known to be deactivated or a bot; `field` is what they were to be."""
    installation = tx.installations.get(tx.team_id)
    itself = bool(installation and installation.bot_user_id == person_id)
    reason = "bot" if itself else unfit(tx.people.get(person_id))
    if reason:
        raise Refused(PersonUnknown(person_id, reason, field))
