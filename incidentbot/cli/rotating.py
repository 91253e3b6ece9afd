"""What `incidentbot keys rotate` does and says."""

from incidentbot.bootstrap import CannotStart
from incidentbot.cli.starting import fail, service_for
from incidentbot.domain.people import Actor, Source
from incidentbot.store import DatabaseUnavailable
from incidentbot.store.secret_box import SecretUnreadable
from incidentbot.usecases.rotate_keys import rotate_keys


def rotated() -> None:
    """Encrypt everything with the newest key, and say that the older ones may go."""
    service = service_for("keys")
    try:
        service.prepare_database()
        count = rotate_keys(service.store, Actor(Source.CLI, name="cli"))
    except SecretUnreadable as error:
        fail(f"Nothing more was changed: {error}. Give its key in INCIDENTBOT_SECRET_KEY too, behind the new one.")
    except CannotStart as error:
        fail(str(error))
    except DatabaseUnavailable as error:
        fail(f"The database does not answer: {error}")
    finally:
        service.close()
    print(f"{count} workspaces' secrets are encrypted anew. All are under the first key: the others may be removed.")
