"""The fields of forms by which whoever is on call is meant, beside those in which a person is picked."""

from collections.abc import Iterable, Mapping

from incidentbot.domain.on_call import the_one
from incidentbot.domain.refusals import PersonUnknown
from incidentbot.queries.on_call import on_call_by
from incidentbot.render import ids
from incidentbot.slack.asker import Asker
from incidentbot.slack.modals.fields import Fields
from incidentbot.slack.parts import SlackParts


async def on_call_in(
    parts: SlackParts, asker: Asker, fields: Fields, blocks: Iterable[str]
) -> Mapping[str, str] | PersonUnknown:
    """Who is on call now by the names that are chosen beside `blocks`; why one of them is nobody in particular."""
    found: dict[str, str] = {}
    for block in blocks:
        beside = ids.on_call_of(block)
        name = fields.choice(beside, ids.select_of(beside))
        if not name:
            continue
        person = the_one(await parts.store.ask(on_call_by, asker.team_id, name), name, beside)
        if isinstance(person, PersonUnknown):
            return person
        found[block] = person
    return found
