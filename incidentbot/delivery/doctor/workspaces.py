"""Whether Slack takes our tokens, by what rights, and whether its clock is ours."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from incidentbot.clients.errors import ClientError, Permanent, Unauthorised
from incidentbot.clients.slack.probe import Greeting
from incidentbot.delivery.doctor.channels import channels
from incidentbot.delivery.doctor.clocks import compared
from incidentbot.delivery.doctor.groups import groups
from incidentbot.delivery.doctor.patient import Findings, Patient, looked
from incidentbot.domain.doctor import Finding, doubtful, failing, unused, well
from incidentbot.domain.policy import Policy
from incidentbot.domain.scope_use import Use, scope_findings
from incidentbot.domain.workspace import INSTALL, Workspace
from incidentbot.languages import fill_plain, phrase
from incidentbot.settings import Settings
from incidentbot.store import Store
from incidentbot.store.secret_box import SecretUnreadable

TOKEN: Final = "slack.token"  # noqa: S105 - the name of a finding
INSTALL_AGAIN: Final = phrase("Install the app again at api.slack.com/apps, and set SLACK_BOT_TOKEN to its new token.")


@dataclass(frozen=True, slots=True)
class Held:
    """A token that we hold: the environment's, or that of an install. `known` is what we learnt of it before."""

    bot_token: str
    app_token: str = ""
    known: Workspace | None = None


def use_of(settings: Settings, policy: Policy) -> Use:
    """What the settings make use of."""
    nopesight = settings.nopesight_api_token is not None
    return Use(
        names_channels=any(name.startswith("#") for name in policy.named_channels),
        mentions_groups=bool(policy.mentions or policy.permissions.groups),
        finds_owners=nopesight,
        reacts=policy.emoji_reactions,
        pins=bool(policy.overview_channel),
        shows_links=bool(policy.objects_at),
    )


async def workspaces(patient: Patient, team: str, *, usable: bool) -> Findings:
    """Every workspace that we hold a token of, or with `team` that one."""
    held, unreadable = await patient.store.ask(_held) if usable else ([], ())
    held = [*_of_environment(patient.settings, held), *(one for one in held if one.bot_token)]
    if team:
        held = [one for one in held if one.known and one.known.team_id == team]
    if not held and not unreadable:
        sentence = fill_plain("There is no bot token, and nobody has installed the app.")
        remedy = fill_plain("Run incidentbot setup, or set SLACK_BOT_TOKEN; with OAuth, open /slack/install.")
        return (failing(TOKEN, sentence, remedy),)
    found = await asyncio.gather(*(_workspace(patient, one) for one in held))
    several = len(held) > 1
    return (*unreadable, *(_named(finding, of) if several else finding for of, part in found for finding in part))


def _named(finding: Finding, team_id: str) -> Finding:
    return replace(finding, workspace=team_id)


def _of_environment(settings: Settings, held: list[Held]) -> Iterable[Held]:
    if settings.slack_bot_token is None:
        return
    app = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
    known = next((one.known for one in held if not one.bot_token), None)
    yield Held(settings.slack_bot_token.get_secret_value(), app, known)


def _held(store: Store) -> tuple[list[Held], Findings]:
    """What is installed; one without a token has the environment's."""
    held: list[Held] = []
    wrong: list[Finding] = []
    with store.read("") as tx:
        for home in tx.installations.all():
            try:
                own = home.token_from == INSTALL
                given = tx.credentials.get(home.team_id) or tx.credentials.get(home.enterprise_id) if own else None
            except SecretUnreadable as error:
                remedy = fill_plain(
                    "Give INCIDENTBOT_SECRET_KEY that key too, behind the new one, or install the app again."
                )
                sentence = fill_plain(
                    "The {column} of {team_id} does not open: {why}.",
                    column=error.column,
                    team_id=error.team_id,
                    why=error.why,
                )
                wrong.append(failing("settings.secret_key", sentence, remedy))
                continue
            held.append(Held(given.bot_token, given.app_token, home) if given else Held("", known=home))
    return held, tuple(wrong)


async def _workspace(patient: Patient, held: Held) -> tuple[str, Findings]:
    """The token first: without it nothing else can be asked."""
    known = held.known.team_id if held.known else ""
    try:
        async with asyncio.timeout(patient.seconds):
            greeting = await patient.slack.greet(held.bot_token)
    except Unauthorised as error:
        return known, (
            failing(TOKEN, fill_plain("Slack refuses the bot token ({reason}).", reason=error.reason), INSTALL_AGAIN),
        )
    except Permanent as error:
        return known, (
            failing(TOKEN, fill_plain("Slack does not take the bot token ({code}).", code=error.code), INSTALL_AGAIN),
        )
    except (ClientError, TimeoutError) as error:
        reason = getattr(error, "reason", fill_plain("no answer in time"))
        remedy = fill_plain(
            "Look at network, firewall and proxy on the way to {slack_api_url}.",
            slack_api_url=patient.settings.slack_api_url,
        )
        return known, (
            failing("slack.reachable", fill_plain("Slack does not answer ({reason}).", reason=reason), remedy),
        )
    workspace = greeting.workspace
    patient.tokens.learn(workspace.team_id, held.bot_token)
    use = use_of(patient.settings, patient.store.policy)
    parts = await asyncio.gather(
        looked("slack.socket", _socket(patient, held.app_token), patient.seconds),
        looked("slack.channels", channels(patient, workspace), patient.seconds),
        looked("slack.mentions", groups(patient, workspace), patient.seconds),
    )
    first = (*_greeted(patient, greeting), *scope_findings(workspace.scopes, use), *_learnt(held.known, workspace))
    return workspace.team_id, (*first, *(finding for part in parts for finding in part))


def _greeted(patient: Patient, greeting: Greeting) -> Iterable[Finding]:
    of = greeting.workspace
    yield well(
        TOKEN,
        fill_plain(
            "Slack takes the bot token: {name} ({team_id}), bot {bot_user_id}.",
            name=of.name or of.team_id,
            team_id=of.team_id,
            bot_user_id=of.bot_user_id,
        ),
    )
    if greeting.date:
        yield compared("slack.clock", "Slack's", greeting.date, patient.now())


def _learnt(known: Workspace | None, now: Workspace) -> Iterable[Finding]:
    """The running service keeps what it heard at its start."""
    if known is None or known.team_id != now.team_id or set(known.scopes) == set(now.scopes):
        return
    changed = ", ".join(sorted(set(known.scopes) ^ set(now.scopes)))
    remedy = fill_plain("Restart incidentbot serve, so that it asks Slack again.")
    yield doubtful(
        "slack.scopes_known",
        fill_plain("The service still goes by other rights than the token has ({changed}).", changed=changed),
        remedy,
    )


async def _socket(patient: Patient, app_token: str) -> Iterable[Finding]:
    if not app_token:
        return (
            unused("slack.socket", fill_plain("There is no app token: Slack reaches the service over HTTP alone.")),
        )
    try:
        await patient.slack.open_socket(app_token)
    except (Unauthorised, Permanent) as error:
        remedy = fill_plain(
            "Switch Socket Mode on at api.slack.com/apps, and set SLACK_APP_TOKEN to an "
            "App-Level Token with connections:write."
        )
        return (
            failing("slack.socket", fill_plain("Socket Mode cannot connect ({reason}).", reason=error.reason), remedy),
        )
    return (well("slack.socket", fill_plain("Socket Mode can connect by the app token.")),)
