"""Why somebody may or may not, as `incidentbot permissions explain` tells it."""

import re
from typing import Final

from incidentbot.domain.people import Person
from incidentbot.domain.permissions import Explanation, Right, Standing, explain, right_of
from incidentbot.domain.refusals import BadField, PersonUnknown, Refused
from incidentbot.store import Store, Transaction

_ID: Final = re.compile(r"<?@?(?P<id>[UW][A-Z0-9]{2,20})(?:\|[^>]*)?>?", re.ASCII)


def explain_permission(store: Store, team_id: str, who: str, word: str) -> Explanation:
    """What the roles of `who` (an id or a name) say about `word` (a subcommand or an action)."""
    right = right_of(word.strip().lower())
    if right is None:
        raise Refused(BadField("right", "unknown", value=word[:80], choices=tuple(Right)))
    with store.read(team_id) as tx:
        person = _person(tx, who.strip())
        return explain(tx.policy.permissions, standing_of(tx, person), right)


def person_named(store: Store, team_id: str, who: str) -> Person:
    """Who is meant by `who` (an id or a name). Refused: nobody, or somebody who cannot act (deactivated, a bot)."""
    with store.read(team_id) as tx:
        person_id = _person(tx, who.strip())
        person = tx.people.get(person_id)
        if person is not None and (person.deleted or person.is_bot):
            raise Refused(PersonUnknown(person_id, "deactivated" if person.deleted else "bot"))
        return person or Person(person_id, "")


def standing_of(tx: Transaction, person: str) -> Standing:
    """What is known of a person that their roles depend on."""
    home = tx.installations.get(tx.team_id)
    installer = home is not None and home.installed_by == person
    return Standing(person, tx.groups.of(person) & tx.policy.permissions.groups, installer=installer)


def _person(tx: Transaction, who: str) -> str:
    known = _ID.fullmatch(who)
    if known:
        return known["id"]
    found = tx.people.by_name(who.lstrip("@"))
    if len(found) != 1:
        raise Refused(PersonUnknown(who[:80]))
    return found[0].id
