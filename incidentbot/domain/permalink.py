"""Links to Slack messages, computed rather than asked for: they never change and cost no call."""


def permalink(workspace_url: str, channel: str, ts: str, thread_ts: str = "") -> str:
    """The address of message `ts` in `channel` (ids), opening its thread; "" where a part is not yet known.

    `workspace_url` is like https://acme.slack.com/. Shape: slack.md 2.6.
    """
    if not (workspace_url and channel and ts):
        return ""
    root = thread_ts or ts
    base = f"{workspace_url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"
    return f"{base}?thread_ts={root}&cid={channel}"
