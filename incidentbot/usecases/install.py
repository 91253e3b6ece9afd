"""install and uninstall: a workspace, or a whole organisation, comes with its tokens and leaves without them."""

from collections.abc import Sequence
from dataclasses import replace

from incidentbot.domain.audit import DONE, Note
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.workspace import INSTALL, Workspace
from incidentbot.store import Store, Transaction
from incidentbot.store.credentials import Credentials


def begin_install(store: Store, state: str, browser: str) -> None:
    """Remember that a browser was sent to Slack."""
    with store.begin("") as tx:
        tx.oauth_states.begin(state, browser, tx.now)


def end_install(store: Store, state: str, browser: str) -> bool:
    """Whether that browser brings back what it was sent with, in time and for the first time."""
    with store.begin("") as tx:
        return bool(state and browser) and tx.oauth_states.end(state, browser, tx.now)


def install(store: Store, workspace: Workspace, given: Credentials, surface: str) -> None:
    """Keep the workspace and its tokens; whatever waited for a token goes out."""
    with store.begin(workspace.team_id) as tx:
        tx.installations.save(replace(workspace, token_from=INSTALL), tx.now)
        tx.credentials.save(workspace.team_id, given, tx.now)
        tx.note(_note("install", surface, workspace))
        tx.notify()
    store.effects_waiting()


def install_everywhere(
    store: Store, organisation: Workspace, teams: Sequence[tuple[str, str]], given: Credentials, surface: str
) -> None:
    """Keep an organisation's tokens, and each of its workspaces (id and name) that we were told of."""
    enterprise = organisation.enterprise_id
    with store.begin(enterprise) as tx:
        tx.credentials.save(enterprise, given, tx.now)
        # The organisation is no workspace; its row tells what a workspace of it, heard of later, has in common with it.
        tx.installations.save(replace(organisation, team_id=enterprise, token_from=INSTALL), tx.now)
        tx.installations.remove(enterprise, tx.now)
        for team_id, name in teams:
            _add(tx, replace(organisation, team_id=team_id, name=name, url=""))
        tx.note(_note("install", surface, replace(organisation, team_id=enterprise)))
        tx.notify()
    store.effects_waiting()


def adopt(store: Store, team_id: str, enterprise_id: str) -> Workspace | None:
    """The workspace, where its organisation has installed the app and it was not heard of before; else None."""
    with store.begin(team_id) as tx:
        organisation = tx.installations.get(enterprise_id)
        if organisation is None or not tx.credentials.has(enterprise_id) or tx.installations.get(team_id):
            return None
        return _add(tx, replace(organisation, team_id=team_id, name="", url=""))


def _add(tx: Transaction, workspace: Workspace) -> Workspace:
    tx.installations.save(replace(workspace, token_from=INSTALL), tx.now)
    return workspace


def uninstall(store: Store, team_id: str, reason: str) -> None:
    """Forget the tokens of a workspace or organisation; what waits for it is held until it installs the app again."""
    with store.begin(team_id) as tx:
        forgotten = tx.credentials.forget(team_id)
        if reason == "app_uninstalled":
            tx.installations.remove(team_id, tx.now)
        elif not forgotten:
            return
        tx.installations.refuse_token(team_id, reason, tx.now)
        actor = Actor(Source.SLACK)
        tx.note(Note("uninstall", DONE, "event", "", actor, after={"team": team_id, "reason": reason}))


def _note(action: str, surface: str, workspace: Workspace) -> Note:
    actor = Actor(Source.SLACK if workspace.installed_by else Source.API, workspace.installed_by)
    facts = {"team": workspace.team_id, "name": workspace.name, "scopes": list(workspace.scopes)}
    return Note(action, DONE, surface, "", actor, after=facts)
