"""The set-up, step by step: what is asked, what is tried, what is written."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import quote

import typer

from incidentbot import log
from incidentbot.bootstrap import setting_up
from incidentbot.cli import environment_file
from incidentbot.cli.first_incident import first_incident
from incidentbot.cli.manifest import manifest
from incidentbot.cli.starting import fail
from incidentbot.delivery.setting_up import NotTaken, Provided, SettingUp, Tried
from incidentbot.domain.workspace import Workspace
from incidentbot.settings import Settings, SettingsError, load
from incidentbot.store.secret_box import make_key

T = TypeVar("T")

NEW_APP: Final = "https://api.slack.com/apps?new_app=1&manifest_json="
SLACK_API: Final = "https://slack.com/api/"
TRIES: Final = 3
_OUTCOME: Final[Mapping[Provided, str]] = {
    Provided.THERE: "is there, and the bot is in it",
    Provided.JOINED: "is there; the bot has joined it",
    Provided.MADE: "was made",
    Provided.ABSENT: "is not there: create it in Slack, then type /invite @incidentbot in it",
    Provided.WITHOUT_BOT: "is there: type /invite @incidentbot in it",
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the options say. `given` are variables by name; "" for transport and url means that nothing was said."""

    given: Mapping[str, str]
    transport: str
    url: str
    env_file: Path
    manifest_file: Path
    steps: bool
    create_channels: bool
    test_incident: bool
    force: bool
    yes: bool


class Guide:
    """One set-up. Ends the process with 1 and a sentence where it cannot go on; until the end nothing is written but
    the manifest.
    """

    def __init__(self, wishes: Wishes) -> None:
        self._wishes = wishes
        self._values: dict[str, str] = {}
        self._api_url = wishes.given.get("SLACK_API_URL", SLACK_API)

    def run(self) -> None:
        """From the manifest to the first incident."""
        log.configure("console", "error")
        self._may_write()
        by_socket, url = self._transport()
        self._make_app(url, by_socket=by_socket)
        workspace = self._tokens(by_socket=by_socket).workspace
        self._rest(url)
        self._channels(workspace)
        settings = self._checked()
        self._write()
        if self._wishes.test_incident:
            print(first_incident(settings, workspace))
        self._tell_what_next()

    def _may_write(self) -> None:
        path = self._wishes.env_file
        if not path.exists() or self._wishes.force:
            return
        if self._wishes.yes:
            fail(f"{path} exists. Name another --env-file, or say --force: the old one is kept beside it.")
        if not typer.confirm(f"{path} exists. Replace it (the old one is kept beside it)?", default=False):
            fail(f"{path} stays as it is, and nothing was done.")

    # --- the app ------------------------------------------------------------------------------------------------------

    def _transport(self) -> tuple[bool, str]:
        wishes = self._wishes
        by_socket = wishes.transport == "socket"
        if not wishes.transport:
            by_socket = not wishes.url
            if not (wishes.yes or wishes.url):
                print("Slack can call this service over HTTPS, or the service can connect to Slack (Socket Mode).")
                by_socket = not typer.confirm("Can Slack reach this machine at an https address?", default=False)
        if by_socket:
            return True, ""
        url = wishes.url or ("" if wishes.yes else str(typer.prompt("Its public address (https://…)")).rstrip("/"))
        if problem := self._form_of("INCIDENTBOT_BASE_URL", url) if url else "is missing. Say --url https://…":
            fail(f"The address {problem}")
        return False, url

    def _make_app(self, url: str, *, by_socket: bool) -> None:
        made = manifest(url=url, socket_mode=by_socket, steps=self._wishes.steps)
        path = self._wishes.manifest_file
        path.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"1. Make the app. The manifest is in {path}; this link opens Slack's page with it filled in:\n")
        print(f"{NEW_APP}{quote(json.dumps(made, separators=(',', ':'), ensure_ascii=False), safe='')}\n")
        print("2. On the app's page press Install to Workspace.\n")
        print("3. Copy what is asked for here; nothing that you paste is shown.")

    # --- tokens -------------------------------------------------------------------------------------------------------

    def _tokens(self, *, by_socket: bool) -> Tried:
        self._ask("SLACK_SIGNING_SECRET", "Signing Secret (Basic Information)", lambda _value: None)
        tried = self._ask("SLACK_BOT_TOKEN", "Bot User OAuth Token (OAuth & Permissions, xoxb-…)", self._try_bot)
        if by_socket:
            where = "App-Level Token with connections:write (Basic Information, xapp-…)"
            self._ask("SLACK_APP_TOKEN", where, self._try_app)
        assert isinstance(tried, Tried)  # noqa: S101 - what _try_bot answers
        print(f"   The bot is in {tried.workspace.name or tried.workspace.team_id}.")
        for finding in tried.findings:
            print(f"   ! {finding.name}: {finding.sentence} {finding.remedy}")
        return tried

    def _ask(self, name: str, label: str, try_out: Callable[[str], object]) -> object:
        """Have the variable, from an option or from the person, tried out; again where it is wrong and one can ask."""
        value = self._wishes.given.get(name, "")
        for tries_left in reversed(range(TRIES)):
            if not value:
                if self._wishes.yes:
                    fail(f"{name} is missing: give it as --{_option(name)} or as a variable of the environment.")
                value = str(typer.prompt(f"   {label}", hide_input=True)).strip()
            problem, answer = self._tried(name, value, try_out)
            if not problem:
                self._values[name] = value
                return answer
            if self._wishes.yes or not tries_left:
                fail(f"{name}: {problem}")
            print(f"   {name}: {problem} Once more, please.")
            value = ""
        raise AssertionError("the last try ends the process")

    def _tried(self, name: str, value: str, try_out: Callable[[str], object]) -> tuple[str, object]:
        """What is wrong with the value, "" where nothing is, and what trying it out answered."""
        if problem := self._form_of(name, value):
            return problem, None
        try:
            return "", try_out(value)
        except NotTaken as error:
            return f"{error}.", None

    def _try_bot(self, token: str) -> Tried:
        return asyncio.run(_with_slack(self._api_url, lambda slack: slack.try_bot_token(token)))

    def _try_app(self, token: str) -> None:
        asyncio.run(_with_slack(self._api_url, lambda slack: slack.try_app_token(token)))

    # --- the rest -----------------------------------------------------------------------------------------------------

    def _rest(self, url: str) -> None:
        """What needs no person: keys, the API's token, where the data is."""
        given = self._wishes.given
        beside = self._wishes.env_file.resolve().with_name("incidentbot.db")
        self._values |= {
            "DATABASE_URL": given.get("DATABASE_URL", f"sqlite:///{beside}"),
            "INCIDENTBOT_API_TOKEN": secrets.token_hex(32),
            "INCIDENTBOT_SECRET_KEY": make_key(),
            **({"INCIDENTBOT_BASE_URL": url} if url else {}),
            **({"SLACK_API_URL": self._api_url} if self._api_url != SLACK_API else {}),
        }
        for name in ("SLACK_INCIDENTS_CHANNEL", "SLACK_ALERTS_CHANNEL"):
            self._values[name] = given.get(name, "") or "#incidents"
        if token := given.get("NOPESIGHT_API_TOKEN", ""):
            self._values["NOPESIGHT_API_TOKEN"] = token
            # NopeSight signs with it: hand it over where the webhook is registered.
            self._values["NOPESIGHT_WEBHOOK_SECRET"] = secrets.token_hex(32)
            if address := given.get("NOPESIGHT_API_URL", ""):
                self._values["NOPESIGHT_API_URL"] = address

    def _channels(self, workspace: Workspace) -> None:
        """Find, join or make every channel that the settings will name; where that fails, say what is to be done."""
        wanted = [value for name, value in self._values.items() if name.endswith("_CHANNEL") and value[:1] == "#"]
        print("4. Channels")
        try:
            asyncio.run(_with_slack(self._api_url, lambda slack: self._provide(slack, workspace, wanted)))
        except NotTaken as error:
            print(f"   ! {error}. Create them in Slack, and type /invite @incidentbot in each.")

    async def _provide(self, slack: SettingUp, workspace: Workspace, wanted: list[str]) -> None:
        slack.know(workspace.team_id, self._values["SLACK_BOT_TOKEN"])
        known = await slack.channels(workspace.team_id)
        make = self._wishes.create_channels
        for name in dict.fromkeys(wanted):
            came = await slack.provide(workspace, name, known, make=make)
            print(f"   {'!' if came in _LEFT_TO_DO else '·'} {name} {_OUTCOME[came]}.")

    def _checked(self) -> Settings:
        try:
            return load(self._values, command="serve")
        except SettingsError as error:
            fail("\n".join(map(str, error.problems)))

    def _form_of(self, name: str, value: str) -> str:
        """What is wrong with the form of a value, by the settings' own rules; "" where nothing is."""
        try:
            load({name: value}, command="doctor")
        except SettingsError as error:
            return next(f"{one.what}. {one.remedy}" for one in error.problems)
        return ""

    def _write(self) -> None:
        path = self._wishes.env_file
        kept = environment_file.write(path, self._values)
        print(f"5. {path} holds the variables; only you can read it.{f' The old one is {kept}.' if kept else ''}")

    def _tell_what_next(self) -> None:
        path = self._wishes.env_file
        here = path if path.is_absolute() else f"./{path}"
        print(f"\nStart the service:   set -a; . {here}; set +a; incidentbot serve")
        print("What is not well:    incidentbot doctor   (with the same variables)")
        print("The first incident:  press Acknowledge on the card, or type /incident create Something is wrong")
        if "NOPESIGHT_WEBHOOK_SECRET" in self._values:
            print(f"NopeSight's webhook: POST /webhooks/nopesight, signed with NOPESIGHT_WEBHOOK_SECRET of {path}")


_LEFT_TO_DO: Final = frozenset({Provided.ABSENT, Provided.WITHOUT_BOT})


async def _with_slack(api_url: str, work: Callable[[SettingUp], Awaitable[T]]) -> T:
    async with setting_up(api_url) as slack:
        return await work(slack)


def _option(name: str) -> str:
    return name.removeprefix("SLACK_").lower().replace("_", "-")
