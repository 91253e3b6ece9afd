"""The workspace in the browser: a chat that anybody may click, as any of its people, without an account."""

from incidentbot.sandbox.page.app import create_page

__all__ = ["create_page"]
