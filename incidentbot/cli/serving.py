"""`incidentbot serve`, `worker` and `migrate`: what an operator lets run."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Final

import typer

LOOPBACK: Final = "127.0.0.1"
# HTTP has had its three seconds when this begins to count: altogether a stop takes less than ten.
STOP_SECONDS: Final = 6.0


@contextmanager
def _nothing_is_garbage() -> Iterator[None]:
    """What is loaded in the block stays: looking through it for garbage, also later, is a third of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = LOOPBACK,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on.")] = 3000,
    no_worker: Annotated[
        bool, typer.Option("--no-worker", help="Take requests only; `incidentbot worker` sends what follows from them.")
    ] = False,
) -> None:
    """Take requests over HTTP (with an app token over Socket Mode too), and send what follows from them."""
    with _nothing_is_garbage():
        from incidentbot.cli.running import run_service

    run_service("serve", lambda service: service.serve(host, port, worker=not no_worker), grace=STOP_SECONDS)


def worker() -> None:
    """Send what is waiting to be sent, and mind the timers; takes no requests."""
    with _nothing_is_garbage():
        from incidentbot.cli.running import run_service

    run_service("worker", lambda service: service.work())


def migrate(
    source: Annotated[str, typer.Option("--from", metavar="URL", help="Move: the database to move from.")] = "",
    target: Annotated[
        str, typer.Option("--to", metavar="URL", help="Move: the database to move to, an empty one.")
    ] = "",
) -> None:
    """Bring the database to the newest schema, or move everything from one database to another."""
    if source or target:
        from incidentbot.cli.moving import moved

        moved(source, target)
        return
    from incidentbot.cli.starting import fail, settings_for
    from incidentbot.store import DatabaseUnavailable
    from incidentbot.store.migrate import current, head, is_ahead
    from incidentbot.store.migrate import migrate as bring_to_head

    url = settings_for("migrate").database_url.get_secret_value()
    try:
        before = current(url)
        bring_to_head(url)
    except DatabaseUnavailable as error:
        fail(f"The database does not answer: {error}")
    if is_ahead(before):
        print(f"The database is at {before}, which a newer version made. This one works on it: there is nothing to do.")
        return
    went = f"went from {before or 'nothing'} to {head()}" if before != head() else f"is at {head()} already"
    print(f"The database {went}.")
