"""The revisions are one line, and each says what it is for."""

from incidentbot.store.migrate import head
from tests.databases import migrations


def test_there_is_exactly_one_head() -> None:
    assert len(migrations().get_heads()) == 1


def test_the_newest_file_is_the_head() -> None:
    assert head() == migrations().get_current_head()


def test_nothing_branches() -> None:
    assert [step.revision for step in migrations().walk_revisions() if len(step.nextrev) > 1] == []


def test_each_migration_tells_its_one_purpose() -> None:
    assert [step.revision for step in migrations().walk_revisions() if not step.doc.strip()] == []
