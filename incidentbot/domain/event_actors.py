"""Who stands behind a monitoring event: the system that reported it, and who changed it there."""

from incidentbot.domain.monitoring import MonitoringEvent
from incidentbot.domain.people import Actor, Source


def source_of(event: MonitoringEvent) -> Source:
    """The way in that the event's source is; any that has no name of its own is monitoring."""
    return Source(event.source) if event.source in list(Source) else Source.MONITORING


def reporter(event: MonitoringEvent) -> Actor:
    """The system that noticed it."""
    return Actor(source_of(event), name=event.origin or event.source)


def changer(event: MonitoringEvent) -> Actor:
    """Who brought it to where it stands at its source."""
    return Actor(source_of(event), name=event.actor_name, email=event.actor_email)
