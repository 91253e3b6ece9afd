"""Running the service in this process until it is told to stop."""

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Final

from incidentbot.bootstrap import CannotStart, Service
from incidentbot.cli.starting import fail, service_for
from incidentbot.settings import Command
from incidentbot.store import DatabaseUnavailable

# How long one thread may keep Python to itself while another wants it. With Python's 5 ms a click, whose transaction
# runs in a thread, waits that long for a busy event loop at each of its statements.
SWITCH_SECONDS: Final = 0.0005

Work = Callable[[Service], Coroutine[Any, Any, None]]


def run_service(command: Command, work: Work, *, grace: float = 0.0) -> None:
    """Put the service together and let it work until SIGTERM or Ctrl-C; a sentence and 1 where it cannot start.

    `grace` is how long `work`, which hears the signal too, may take to end by itself before it is cancelled.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    service = service_for(command)
    # What is there now stays: without this, looking through it for garbage now and then holds everybody up for 0.1 s.
    gc.freeze()
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner, suppress(asyncio.CancelledError):
            runner.run(_until_stopped(work(service), grace))
    except (CannotStart, DatabaseUnavailable) as error:
        fail(str(error))
    except SystemExit:
        # uvicorn's way to say that it cannot listen; it has logged the reason.
        fail("It cannot listen there, and the log says why. Choose another --host or --port.")
    finally:
        service.close()


async def _until_stopped(work: Coroutine[Any, Any, None], grace: float) -> None:
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        loop.call_later(grace, task.cancel)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    await task


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The quicker event loop where its library is there."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
