"""What Slack does with an app's answers: acknowledgement payloads, response URLs, incoming webhooks."""

from incidentbot.sandbox.slack.blockkit.completion import completed
from incidentbot.sandbox.slack.blockkit.validation import check_message_blocks
from incidentbot.sandbox.slack.errors import RateLimited, SlackError
from incidentbot.sandbox.slack.model import Author, Content, Json, Message, View
from incidentbot.sandbox.slack.platform import Platform
from incidentbot.sandbox.slack.response_urls import ResponseUrl
from incidentbot.sandbox.slack.views import checked_view, close_all, close_top, open_modal, replace_view, show_errors
from incidentbot.sandbox.slack.workspace import Workspace

TEXT_LIMIT = 40_000


def answer_content(body: Json) -> Content:
    """The content of an answer, checked as a message is; `no_text` for an empty one."""
    blocks = body.get("blocks") or []
    text = str(body.get("text") or "")
    problems = check_message_blocks(blocks)
    if problems:
        raise SlackError("invalid_blocks", messages=tuple(str(one) for one in problems))
    if not text and not blocks and not body.get("attachments"):
        raise SlackError("no_text")
    return Content(text=text[:TEXT_LIMIT], blocks=completed(blocks), attachments=list(body.get("attachments") or ()))


def post_answer(workspace: Workspace, body: Json, channel: str, user: str) -> None:
    """Show the payload of a slash command's acknowledgement: to the person alone unless `in_channel`.

    What Slack would not show is told to the person as an error.
    """
    try:
        content = answer_content(body)
    except SlackError as error:
        workspace.notify(user, f'the answer could not be shown: "{error.code}"', channel=channel)
        return
    _show(workspace, content, channel, user, in_channel=body.get("response_type") == "in_channel")


def _show(
    workspace: Workspace, content: Content, channel: str, user: str, *, in_channel: bool, thread_ts: str = ""
) -> None:
    author = _app(workspace)
    if in_channel:
        workspace.post(channel, author, content, thread_ts=thread_ts)
    else:
        workspace.whisper(channel, user, author, content, thread_ts)


def _app(workspace: Workspace) -> Author:
    return Author(workspace.installation.bot_user_id, workspace.installation.bot_id)


def apply_submission_answer(workspace: Workspace, view: View, body: Json) -> None:
    """Do what an acknowledged submission says: errors at fields, another view, clear; nothing closes the modal.

    An answer that Slack does not understand leaves the modal open with an error line.
    """
    action = body.get("response_action")
    try:
        if action is None:
            close_top(workspace, view.user)
        elif action == "errors":
            _show_field_errors(workspace, view, body.get("errors"))
        elif action == "update":
            replace_view(workspace, view, checked_view(body.get("view"), "modal"))
        elif action == "push":
            open_modal(workspace, view.user, checked_view(body.get("view"), "modal"), push=True)
        elif action == "clear":
            close_all(workspace, view.user)
        else:
            raise SlackError("invalid_response_action")
    except SlackError as error:
        workspace.notify(view.user, f'We had some trouble connecting. Try again? ("{error.code}")')


def _show_field_errors(workspace: Workspace, view: View, errors: object) -> None:
    blocks = {block["block_id"] for block in view.body["blocks"] if block.get("type") == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= blocks:
        raise SlackError("invalid_errors")
    show_errors(workspace, view, {str(block): str(text) for block, text in errors.items()})


class Answers:
    """Takes what the app posts to response URLs and incoming webhooks."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def respond(self, secret: str, body: Json) -> None:
        """Use a response URL. SlackError where Slack would refuse."""
        with self._platform.feed.lock:
            url = self._platform.response_urls.use(secret, self._platform.clock.now())
            workspace = self._platform.workspaces[url.team]
            if body.get("delete_original"):
                self._delete_original(workspace, url)
            elif body.get("replace_original"):
                self._replace_original(workspace, url, answer_content(body))
            else:
                self._add(workspace, url, body)

    def _add(self, workspace: Workspace, url: ResponseUrl, body: Json) -> None:
        content = answer_content(body)
        in_channel = body.get("response_type") == "in_channel"
        thread = str(body.get("thread_ts") or "")
        if in_channel:
            self._limit(workspace, url.channel)
        _show(workspace, content, url.channel, url.user, in_channel=in_channel, thread_ts=thread)

    def _limit(self, workspace: Workspace, channel: str) -> None:
        wait = self._platform.limiter.admit_post(workspace.team_id, channel, self._platform.clock.now())
        if wait is not None:
            raise RateLimited(str(wait))

    def _replace_original(self, workspace: Workspace, url: ResponseUrl, content: Content) -> None:
        if url.ephemeral:
            shown = workspace.seat(url.user).ephemerals.get(url.message_ts)
            if shown is not None:
                workspace.change_ephemeral(shown, content)
            return
        message = self._original(workspace, url)
        content.metadata = message.content.metadata
        workspace.edit(message, content, user=workspace.installation.bot_user_id)

    def _delete_original(self, workspace: Workspace, url: ResponseUrl) -> None:
        if url.ephemeral:
            shown = workspace.seat(url.user).ephemerals.get(url.message_ts)
            if shown is not None:
                workspace.change_ephemeral(shown, None)
            return
        workspace.delete(self._original(workspace, url), user=workspace.installation.bot_user_id)

    def _original(self, workspace: Workspace, url: ResponseUrl) -> Message:
        message = workspace.conversations[url.channel].messages.get(url.message_ts)
        if message is None or message.author.bot_id != workspace.installation.bot_id:
            # A slash command's own line, and other people's messages, cannot be replaced.
            raise SlackError("cant_update_message")
        return message

    def webhook(self, path: str, body: Json) -> None:
        """Post through an incoming webhook. SlackError: `invalid_token`, `channel_is_archived`, `no_text` …"""
        with self._platform.feed.lock:
            target = self._platform.webhooks.get(path)
            if target is None:
                raise SlackError("invalid_token")
            workspace = self._platform.workspaces[target[0]]
            conversation = workspace.conversations[target[1]]
            if conversation.archived:
                raise SlackError("channel_is_archived")
            content = answer_content(body)
            self._limit(workspace, conversation.id)
            workspace.post(conversation.id, _app(workspace), content, thread_ts=str(body.get("thread_ts") or ""))
