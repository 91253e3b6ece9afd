"""Every id by which Slack hands an interaction back to us, and by which our messages are recognised.

They are part of the contract with installed workspaces: a message posted today carries them for years.
"""

from typing import Final

# Buttons on an event's notification; the value is the event's id in the API.
ACKNOWLEDGE_EVENT: Final = "acknowledge_event"
CREATE_INCIDENT: Final = "create_incident"
RUN_PLAYBOOK: Final = "run_playbook"

# Buttons on the card and in the thread; the value is the reference.
ACKNOWLEDGE_INCIDENT: Final = "acknowledge_incident"
RESOLVE_INCIDENT: Final = "resolve_incident"
UPDATE_INCIDENT: Final = "update_incident"
REOPEN_INCIDENT: Final = "reopen_incident"
PEOPLE_INCIDENT: Final = "people_incident"
MOVE_INCIDENT: Final = "move_incident"

# Button in an incident's own channel, once it is over; the value is the reference.
ARCHIVE_CHANNEL: Final = "archive_channel"

# Buttons below the entry that says that it is resolved; the value is the reference.
RETROSPECTIVE: Final = "retrospective_incident"
EXPORT_INCIDENT: Final = "export_incident"
WRITE_RETROSPECTIVE: Final = "write_retrospective"

# Buttons about action items, where they are listed, reminded of and shown in Home. The value is the reference and,
# where one item is meant, a blank and its number. In a list and in Home the id ends in ":<place>".
ADD_ACTION: Final = "add_action"
CHANGE_ACTION: Final = "change_action"
END_ACTION: Final = "end_action"
REOPEN_ACTION: Final = "reopen_action"
END_ACTION_HOME: Final = "end_action_home"

# Buttons on what reminds, in the thread and in direct messages: the id ends in ":" and the length ("30m").
SNOOZE_INCIDENT: Final = "snooze_incident"

# Button on a report; the value is the report's id.
SHARE_REPORT: Final = "share_report"
RETRY_REPORT: Final = "retry_report"  # the value is the id of what was ordered
SCHEDULE_REPORT: Final = "schedule_report"  # the value is the report's type; also below the list of schedules

# Buttons in the list of schedules; the value is the schedule's number, the id ends in ":<place>".
CHANGE_SCHEDULE: Final = "change_schedule"
STOP_SCHEDULE: Final = "stop_schedule"

# Buttons of answers that one person sees: where a search leads to as JSON; the id of a CI (several have a ":<place>").
SEARCH_PREVIOUS: Final = "search_previous"
SEARCH_NEXT: Final = "search_next"
SHOW_CI: Final = "show_ci"
UPDATE_CI: Final = "update_ci"

# Buttons on an answer that proposes something; the value is the question's id.
CONFIRM_PROPOSAL: Final = "confirm_proposal"
DISMISS_PROPOSAL: Final = "dismiss_proposal"

# Button on statistics: what the figures mean.
EXPLAIN_STATS: Final = "explain_stats"

# The doctor's own click; the value is its number. No message has such a button.
DOCTOR_CLICK: Final = "doctor_click"

# Home: its view, and the button that opens the form. The buttons of its rows have the card's ids and ":<number>".
HOME: Final = "home"
CREATE_INCIDENT_HOME: Final = "create_incident_home"
PREFERENCES_HOME: Final = "preferences_home"

# Buttons that only open a link. Slack reports a click on them all the same, and it has to be acknowledged.
OPEN_THREAD: Final = "open_thread"
OPEN_EVENT: Final = "open_event"
DOWNLOAD_REPORT: Final = "download_report"
OPEN_REPORT: Final = "open_report"
LINK_BUTTONS: Final = frozenset({OPEN_THREAD, OPEN_EVENT, DOWNLOAD_REPORT, OPEN_REPORT})

# Modals: callback ids, then blocks and the action in each.
INCIDENT_MODAL: Final = "incident_modal"
RESOLVE_MODAL: Final = "resolve_modal"
UPDATE_MODAL: Final = "update_modal"
CORRECT_MODAL: Final = "correct_modal"
CI_UPDATE_MODAL: Final = "ci_update_modal"
REFUSAL_MODAL: Final = "refusal_modal"
NOTICE_MODAL: Final = "notice_modal"
PEOPLE_MODAL: Final = "people_modal"
CHANNEL_MODAL: Final = "channel_modal"
CAPTURE_MODAL: Final = "capture_modal"
ACTION_MODAL: Final = "action_modal"
RETROSPECTIVE_MODAL: Final = "retrospective_modal"
SHARE_MODAL: Final = "share_modal"
SCHEDULE_MODAL: Final = "schedule_modal"
PREFERENCES_MODAL: Final = "preferences_modal"
PLAYBOOK_MODAL: Final = "playbook_modal"
PLAYBOOK_CONFIRM_MODAL: Final = "playbook_confirm_modal"

TITLE: Final = "title"
TITLE_INPUT: Final = "title_input"
DESCRIPTION: Final = "description"
DESCRIPTION_INPUT: Final = "description_input"
PRIORITY: Final = "priority"
PRIORITY_SELECT: Final = "priority_select"
ASSIGNEE: Final = "assignee"
ASSIGNEE_SELECT: Final = "assignee_select"
RESPONDERS: Final = "responders"
CIS: Final = "cis"
CIS_SELECT: Final = "cis_select"
RESOLUTION: Final = "resolution"
RESOLUTION_INPUT: Final = "resolution_input"
ACTION: Final = "action"  # what is to be done
ACTION_INPUT: Final = "action_input"
CANVAS: Final = "canvas"  # whether the retrospective is to be one; its parts are blocks of their own
CANVAS_CHECK: Final = "canvas_check"
DUE: Final = "due"
DUE_PICK: Final = "due_pick"
DRILL: Final = "drill"  # whether it is an exercise
DRILL_CHECK: Final = "drill_check"
NOTE: Final = "note"
NOTE_INPUT: Final = "note_input"
CHANNEL: Final = "channel"
CHANNEL_SELECT: Final = "channel_select"
NEXT_UPDATE: Final = "next_update"
NEXT_UPDATE_SELECT: Final = "next_update_select"
INCIDENT: Final = "incident"
INCIDENT_SELECT: Final = "incident_select"
MESSAGE: Final = "message"  # what is captured, as the form shows it
SEVERITIES: Final = "severities"  # what direct messages are wanted for
SEVERITIES_CHECK: Final = "severities_check"
QUIET_SINCE: Final = "quiet_since"
QUIET_SINCE_PICK: Final = "quiet_since_pick"
QUIET_UNTIL: Final = "quiet_until"
QUIET_UNTIL_PICK: Final = "quiet_until_pick"
WHAT: Final = "what"  # which time is corrected
WHAT_SELECT: Final = "what_select"
TIME: Final = "time"
TIME_PICK: Final = "time_pick"
STATUS: Final = "status"
STATUS_SELECT: Final = "status_select"
FIELD: Final = "field"  # a CI's editable fields: blocks "field:<place>", actions likewise
FIELD_INPUT: Final = "field_input"
FIELD_SELECT: Final = "field_select"

REPORT: Final = "report"  # which report is scheduled
REPORT_SELECT: Final = "report_select"
DAYS: Final = "days"
DAYS_CHECK: Final = "days_check"
CLOCK: Final = "clock"  # at what time of the day
CLOCK_PICK: Final = "clock_pick"
ZONE: Final = "zone"
ZONE_INPUT: Final = "zone_input"

SHARE: Final = "share"
SHARE_SELECT: Final = "share_select"
PLAYBOOK: Final = "playbook"
PLAYBOOK_SELECT: Final = "playbook_select"
PARAMETER: Final = "parameter"  # the block is "parameter:<place>:<playbook>", the actions have ":<place>"
PARAMETER_INPUT: Final = "parameter_input"
PARAMETER_SELECT: Final = "parameter_select"

# Shortcuts.
CREATE_INCIDENT_FROM_MESSAGE: Final = "create_incident_from_message"
ADD_TO_TIMELINE: Final = "add_to_timeline"
CREATE_INCIDENT_SHORTCUT: Final = "create_incident_shortcut"

# Steps of Workflow Builder.
CREATE_INCIDENT_STEP: Final = "create_incident_step"
UPDATE_INCIDENT_STEP: Final = "update_incident_step"

# metadata.event_type of what we post.
META_CARD: Final = "incident"
META_DIGEST: Final = "incident_digest"
META_CHANNEL: Final = "incident_channel"
META_OVERVIEW: Final = "incident_overview"
META_ENTRY: Final = "incident_timeline"
META_INVITATION: Final = "incident_invitation"
META_REMINDER: Final = "incident_reminder"
META_EVENT: Final = "nopesight_event"
META_EVENT_CHANGE: Final = "nopesight_event_change"
META_MAINTENANCE: Final = "maintenance"
META_DOCUMENT: Final = "incident_document"
META_REPORT: Final = "report"
META_WORKFLOW: Final = "workflow"
META_ANSWER: Final = "answer"
META_COMMENT: Final = "event_comment"
META_PLAYBOOK: Final = "playbook"
META_CI_CHANGE: Final = "ci_change"


def on_call_of(block_id: str) -> str:
    """The block beside the one in which somebody is picked: whoever is on call by a name instead."""
    return f"{block_id}_on_call"


def input_of(block_id: str) -> str:
    """The action of the field in which a part of the retrospective is written."""
    return f"{block_id}_input"


def select_of(block_id: str) -> str:
    """The action of the field in which somebody is picked, in the form about people; roles are blocks of their own."""
    return f"{block_id}_select"
