"""What a person wants to be told directly: the form for it, and a line about it."""

from __future__ import annotations

from typing import Any, Final

from incidentbot.domain.preferences import Preferences
from incidentbot.domain.severity import Severity
from incidentbot.languages import fill_plain
from incidentbot.render import blocks, ids
from incidentbot.render.modals import View, form, labelled, option
from incidentbot.render.mrkdwn import NOTHING, Escaped, escape, fill, joined, listed
from incidentbot.render.vocabulary import SEVERITY_WORD

# What can be muted; critical incidents are always told.
MUTABLE: Final = (Severity.HIGH, Severity.MEDIUM, Severity.LOW)


def preferences_modal(said: Preferences, zone: str) -> View:
    """The form, as the person last left it; `zone` is their time zone as Slack has it, "" where it is not known."""
    when = (
        fill_plain("On your clock ({zone}).", zone=zone) if zone else fill_plain("In UTC, until I know your time zone.")
    )
    return form(
        ids.PREFERENCES_MODAL,
        fill_plain("Direct messages"),
        fill_plain("Save"),
        {},
        [
            _severities(said),
            _clock(
                ids.QUIET_SINCE, ids.QUIET_SINCE_PICK, fill_plain("Quiet from"), said.quiet and said.quiet.since, when
            ),
            _clock(
                ids.QUIET_UNTIL,
                ids.QUIET_UNTIL_PICK,
                fill_plain("Quiet until"),
                said.quiet and said.quiet.until,
                fill_plain(
                    "What comes meanwhile is told at the end, unless it is over by then. Both empty: no quiet hours."
                ),
            ),
            blocks.context(
                [
                    fill(
                        "Critical incidents are always told, at once, and so is what is escalated to you. Threads and "
                        "channels stay as they are: this is about direct messages from me."
                    )
                ]
            ),
        ],
    )


def preferences_line(said: Preferences) -> Escaped:
    """The preferences in one sentence."""
    told = [SEVERITY_WORD[one] for one in Severity if one not in said.muted]
    quiet = said.quiet
    hours = (
        fill(
            "quiet from {since} to {until} but for critical",
            since=escape(f"{quiet.since:%H:%M}"),
            until=escape(f"{quiet.until:%H:%M}"),
        )
        if quiet
        else NOTHING
    )
    severities = fill("all severities") if not said.muted else listed(told, most=4, limit=80)
    return fill("Direct messages to you: {what}.", what=joined([severities, hours], "; "))


def _severities(said: Preferences) -> dict[str, Any]:
    options = [option(SEVERITY_WORD[one].capitalize(), one.value) for one in MUTABLE]
    chosen = [one for one in options if Severity(one["value"]) not in said.muted]
    element: dict[str, Any] = {"type": "checkboxes", "action_id": ids.SEVERITIES_CHECK, "options": options}
    if chosen:
        element["initial_options"] = chosen
    return labelled(ids.SEVERITIES, fill_plain("Tell me of incidents that are"), element, optional=True)


def _clock(block_id: str, action_id: str, label: str, at: Any, hint: str) -> dict[str, Any]:
    element: dict[str, Any] = {"type": "timepicker", "action_id": action_id}
    if at:
        element["initial_time"] = f"{at:%H:%M}"
    return labelled(block_id, label, element, optional=True, hint=hint)
