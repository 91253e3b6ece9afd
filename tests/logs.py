"""Logging is one for the whole process: what a test configures is put back."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from incidentbot import log


@contextmanager
def kept() -> Iterator[None]:
    """Let a block configure the log as it likes."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in log.QUIET}
    try:
        yield
    finally:
        logging.captureWarnings(capture=False)
        structlog.reset_defaults()
        root.handlers[:] = handlers
        root.setLevel(level)
        for name, before in levels.items():
            logging.getLogger(name).setLevel(before)
