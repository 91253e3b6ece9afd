"""What every test may ask for: a real database, migrated or empty, on either engine.

A test that takes ``database_url`` (or ``empty_database_url``) runs twice, on SQLite and on PostgreSQL; one that is
about a single engine takes ``sqlite_url`` or ``postgresql_url``. The URLs are of the form that ``DATABASE_URL`` has.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from incidentbot.settings import OUR_PREFIXES
from tests import databases, logs

# No deadline: how long one example takes tells about the machine, not about the code. The same examples each time, so
# that nothing fails by chance; the long proofs (docs/delivery.md) draw new ones.
hypothesis.settings.register_profile("incidentbot", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.load_profile("incidentbot")

ENGINES = ("sqlite", "postgresql")

# What a developer has set for a service of their own, or for their way out to the world, is neither for the tests nor
# for the processes that they start. A NopeSight to try the contract with is named for that alone.
FOREIGN = (*OUR_PREFIXES, "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
for name in [name for name in os.environ if name.upper().startswith(FOREIGN)]:
    if not name.startswith("NOPESIGHT_CONTRACT_"):
        del os.environ[name]


@pytest.fixture(autouse=True)
def _log_as_it_was() -> Iterator[None]:
    """Commands configure the log of their process, which is that of all tests."""
    with logs.kept():
        yield


@pytest.fixture(scope="session")
def postgresql(testrun_uid: str) -> Iterator[databases.PostgreSQL]:
    server = databases.PostgreSQL(testrun_uid)
    yield server
    server.close()


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    with databases.connected(databases.sqlite_url(path)) as connection:
        databases.upgrade(connection)
    return path


@pytest.fixture
def sqlite_url(_migrated_sqlite: Path) -> Iterator[str]:
    with databases.quick() as folder:
        path = folder / "incidentbot.db"
        shutil.copyfile(_migrated_sqlite, path)
        yield databases.sqlite_url(path)


@pytest.fixture
def postgresql_url(postgresql: databases.PostgreSQL) -> Iterator[str]:
    with postgresql.migrated() as url:
        yield url


@pytest.fixture
def empty_sqlite_url() -> Iterator[str]:
    with databases.quick() as folder:
        yield databases.sqlite_url(folder / "empty.db")


@pytest.fixture
def empty_postgresql_url(postgresql: databases.PostgreSQL) -> Iterator[str]:
    with postgresql.empty() as url:
        yield url


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=ENGINES)
def empty_database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"empty_{request.param}_url")
    return url
