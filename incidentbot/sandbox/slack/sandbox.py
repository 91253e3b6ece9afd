"""The fake Slack put together."""

from incidentbot.sandbox.slack.answers import Answers
from incidentbot.sandbox.slack.api import WebApi
from incidentbot.sandbox.slack.deliverer import Deliverer
from incidentbot.sandbox.slack.events import EventSource
from incidentbot.sandbox.slack.http_transport import HttpTransport
from incidentbot.sandbox.slack.people import People
from incidentbot.sandbox.slack.platform import Platform
from incidentbot.sandbox.slack.socket_mode import SocketHub
from incidentbot.sandbox.slack.workspace import Workspace


class FakeSlack:
    """All parts of the fake Slack. `start` and `close` run in the server's event loop."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.api = WebApi(platform)
        self.answers = Answers(platform)
        self.sockets = SocketHub(platform)
        self._http = HttpTransport(platform)
        self.deliverer = Deliverer(platform, self._http, self.sockets)
        self.events = EventSource(platform, self.deliverer)
        self._people = {
            team: People(platform, workspace, self.deliverer, self.events)
            for team, workspace in platform.workspaces.items()
        }

    @property
    def workspace(self) -> Workspace:
        """The first workspace."""
        return self.platform.workspace

    def people(self, team: str = "") -> People:
        """The people of a workspace, the first one's by default."""
        return self._people[team or self.workspace.team_id]

    async def start(self) -> None:
        """Begin to deliver."""
        await self._http.start()
        self.events.start()

    async def close(self) -> None:
        """Stop delivering and close every connection to the app."""
        await self.events.close()
        await self.sockets.drop()
        await self._http.close()
