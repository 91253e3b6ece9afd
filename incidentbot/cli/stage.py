"""The sandbox and the bot put together: a Slack workspace, a NopeSight, and the ordinary service between them."""

import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from incidentbot.cli.child import Bot, BotFailed, held_port
from incidentbot.cli.manifest import manifest
from incidentbot.domain.scopes import BOT_SCOPES
from incidentbot.sandbox import nopesight as sight
from incidentbot.sandbox.nopesight import NopeSight
from incidentbot.sandbox.page import create_page
from incidentbot.sandbox.panel import Command, CommandFailed, Panel, SupervisedBot, create_panel
from incidentbot.sandbox.server import Mounts, SandboxServer
from incidentbot.sandbox.slack.app import App
from incidentbot.sandbox.world import World, demo_world

NOPESIGHT: Final = "/nopesight"
CONFIG: Final = "incidentbot.yaml"
# The manager looks on, the workspace's admin may do everything, everybody else works.
ROLES: Final = """\
permissions:
  user_mappings: {U0FARID006: admin, U0GRACE007: viewer}
  default: operator
"""
# The sandbox shows what was posted at once, so that nothing has to settle for long.
SETTLE_DELAY: Final = "0.3s"


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that runs; `commands` are what a person at the terminal (or on the page) may do to the bot."""

    server: SandboxServer
    nopesight: NopeSight
    bot: Bot

    @property
    def commands(self) -> Mapping[str, Callable[[], None]]:
        """By name: end the bot as a crash would, start it, both."""
        return _commands(self.bot)


@contextmanager
def stage(port: int, *, by_socket: bool) -> Iterator[Stage]:
    """Set it up in a temporary folder, started; all of it is gone afterwards. OSError if the port is taken."""
    others: list[tuple[NopeSight, Panel]] = []

    def mounts(server: SandboxServer) -> Mounts:
        nopesight = sight.create_nopesight(server.clock, retry_scale=0.1, feed=server.platform.feed)
        panel = Panel(server, nopesight)
        others.append((nopesight, panel))
        page = create_page(server.slack, panel=create_panel(panel))
        return Mounts(by_path={NOPESIGHT: nopesight}, page=page, lifespans=(panel.watching,))

    server = SandboxServer(_installed(demo_world()), port=port, mounts=mounts)
    ((nopesight, panel),) = others
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="incidentbot-")))
        stack.enter_context(server)
        stack.callback(nopesight.close)
        (folder / CONFIG).write_text(ROLES, encoding="utf-8")
        sockets = server.slack.sockets
        bot = Bot(
            folder,
            stack.enter_context(held_port()),
            _environ(server, folder, by_socket=by_socket),
            connected=lambda: not by_socket or sockets.connected > 0,
        )
        made = manifest(url=bot.url, socket_mode=by_socket, steps=True)
        server.platform.app = App.from_manifest(server.workspace.world.app, made)
        nopesight.connect(f"{bot.url}/webhooks/nopesight")
        stack.callback(bot.stop)
        bot.start()
        panel.supervise(_supervised(bot))
        yield Stage(server, nopesight, bot)


def _commands(bot: Bot) -> Mapping[str, Callable[[], None]]:
    return {"kill": bot.kill, "start": bot.start, "restart": bot.restart}


def _supervised(bot: Bot) -> SupervisedBot:
    """The bot as the sandbox may know it: where its figures are, and what can be done to it, by name."""
    commands = tuple(Command(name, name.capitalize(), _or_failed(run)) for name, run in _commands(bot).items())
    return SupervisedBot(f"{bot.url}/metrics", commands, running=lambda: bot.running)


def _or_failed(run: Callable[[], None]) -> Callable[[], None]:
    def command() -> None:
        try:
            run()
        except BotFailed as error:
            raise CommandFailed(str(error)) from error

    return command


def _installed(world: World) -> World:
    """The workspace with the app as our own manifest installs it: with those rights and no other."""
    scopes = tuple(scope.name for scope in BOT_SCOPES)
    return replace(world, app=replace(world.app, scopes=scopes))


def _environ(server: SandboxServer, folder: Path, *, by_socket: bool) -> dict[str, str]:
    """What an operator would set, with the sandbox's addresses and credentials."""
    world = server.workspace.world
    environ = {
        "INCIDENTBOT_CONFIG": str(folder / CONFIG),
        "DATABASE_URL": f"sqlite:///{folder / 'incidentbot.db'}",
        "SLACK_API_URL": server.api_url,
        "SLACK_BOT_TOKEN": world.bot_token,
        "SLACK_SIGNING_SECRET": world.app.signing_secret,
        "NOPESIGHT_API_URL": f"{server.url}{NOPESIGHT}",
        "NOPESIGHT_API_TOKEN": sight.TOKEN,
        "NOPESIGHT_WEBHOOK_SECRET": sight.WEBHOOK_SECRET,
        "NOPESIGHT_WEB_URL": sight.WEB_URL,
        "INCIDENTBOT_API_TOKEN": secrets.token_hex(32),
        "INCIDENTBOT_SETTLE_DELAY": SETTLE_DELAY,
        "INCIDENTBOT_LOG_FORMAT": "json",
    }
    return {**environ, "SLACK_APP_TOKEN": world.app.app_token} if by_socket else environ
