"""Signing secrets that came with an install: each lets in what is about its own workspace."""

import time
from typing import Final

from incidentbot.domain.installing import Signer
from incidentbot.store import Store

KNOWN_FOR: Final = 5.0


class Signers:
    """Answers the signing secrets in force; those of the database are read again every few seconds."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: tuple[float, tuple[Signer, ...]] | None = None

    async def __call__(self) -> tuple[Signer, ...]:
        """Every installed secret, with the workspace that it is for."""
        if self._known is None or time.monotonic() - self._known[0] > KNOWN_FOR:
            self._known = (time.monotonic(), await self._store.ask(_installed))
        return self._known[1]


def _installed(store: Store) -> tuple[Signer, ...]:
    with store.read("") as tx:
        return tuple(
            Signer(team_id, given.signing_secret) for team_id, given in tx.credentials.all() if given.signing_secret
        )
