"""Which rights of the bot are in use, and what is off for want of one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from incidentbot.domain.doctor import Finding, doubtful, failing, unused, well
from incidentbot.domain.scopes import BOT_SCOPES, Scope
from incidentbot.languages import fill_plain, phrase

# What is needed to look whether a message arrived, by the sort of conversation.
LOOK_UPS: Final = {
    "public channels": ("channels:history",),
    "private channels": ("groups:history",),
    "direct messages": ("im:history", "im:write"),
}
# Without one of these messages still arrive, but perhaps twice.
_FOR_LOOK_UPS: Final = frozenset({"channels:history", "groups:history", "im:history"})
# What nobody notices at first: the page shows the new right, and the token does not have it.
REINSTALL: Final = phrase(
    "Add it under OAuth & Permissions at api.slack.com/apps, then press Reinstall to "
    "Workspace: a token keeps the rights that it was installed with, whatever the page "
    "shows."
)


@dataclass(frozen=True, slots=True)
class Use:
    """What the settings make use of."""

    names_channels: bool = True
    mentions_groups: bool = False
    finds_owners: bool = False
    reacts: bool = True
    pins: bool = False
    shows_links: bool = False

    def of(self, scope: str) -> bool:
        """Whether something in use wants this right."""
        depends = {
            "channels:read": self.names_channels,
            "groups:read": self.names_channels,
            "usergroups:read": self.mentions_groups,
            "users:read.email": self.finds_owners,
            "reactions:write": self.reacts,
            "pins:write": self.pins,
            "links:read": self.shows_links,
            "links:write": self.shows_links,
            # Only the set-up makes use of it, or who moves an incident to a channel that there is.
            "channels:join": False,
        }
        return depends.get(scope, True)


def missing_for_look_ups(scopes: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """By the sort of conversation: what is missing to look whether a message arrived."""
    return {where: tuple(one for one in needed if one not in scopes) for where, needed in LOOK_UPS.items()}


def scope_findings(granted: tuple[str, ...], use: Use) -> Iterator[Finding]:
    """One line for each right that is missing, by what is off without it; one line where none is."""
    missing = [scope for scope in BOT_SCOPES if scope.name not in granted]
    if not granted:
        remedy = fill_plain("Run the doctor again; if it stays so, install the app again.")
        yield doubtful("slack.scopes", fill_plain("Slack did not say which rights the token has."), remedy)
        return
    for scope in missing:
        yield _lacking(scope, use)
    if not missing:
        yield well("slack.scopes", fill_plain("All {bot_scopes} rights are granted.", bot_scopes=len(BOT_SCOPES)))
    for where, lacking in missing_for_look_ups(granted).items():
        if lacking:
            sentence = fill_plain(
                "In {where} a message may come twice: without {lacking} nobody can look whether it arrived.",
                where=where,
                lacking=", ".join(lacking),
            )
            yield doubtful("slack.delivery", sentence, REINSTALL)


def _lacking(scope: Scope, use: Use) -> Finding:
    name = f"slack.scope {scope.name}"
    if not use.of(scope.name):
        return unused(
            name,
            fill_plain("It is not granted, and nothing that is set needs it ({feature}).", feature=scope.feature),
            REINSTALL,
        )
    sentence = fill_plain(
        "It is not granted. Off for that reason: {feature}; it {reason}.", feature=scope.feature, reason=scope.reason
    )
    if scope.core and scope.name not in _FOR_LOOK_UPS:
        return failing(name, sentence, REINSTALL)
    return doubtful(name, sentence, REINSTALL)
