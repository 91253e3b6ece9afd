"""Routing: which channels are told of a monitoring event, whom they mention, and how much they hear of it later."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from incidentbot.domain.conditions import Condition, evaluate, fields_of
from incidentbot.domain.monitoring import MonitoringEvent
from incidentbot.domain.templates import Template


class Verbosity(StrEnum):
    """What is told below a notification once it stands; the notification itself is always kept up to date."""

    CARD = "card"  # nothing
    TRANSITIONS = "transitions"  # that it was acknowledged, resolved, suppressed or fires again
    EVERYTHING = "everything"  # every other change of the event too, but for the mere count of its occurrences

    @property
    def rank(self) -> int:
        """0 for the quietest, so that the most talkative is the greatest."""
        return list(Verbosity).index(self)


@dataclass(frozen=True, slots=True)
class Rule:
    """A notification rule: an event that meets `condition` is told in `channels`.

    `mentions` are as the operator wrote them (@oncall, or an id). `template` replaces the notification's words.
    """

    name: str
    condition: Condition
    channels: tuple[str, ...]
    mentions: tuple[str, ...] = ()
    verbosity: Verbosity = Verbosity.TRANSITIONS
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """A channel that is told: by the mapping of severities where `rules` is empty, else by these rules, by name."""

    channel: str
    rules: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    verbosity: Verbosity = Verbosity.TRANSITIONS


def matching(event: MonitoringEvent, rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules that the event meets, in their order."""
    seen = fields_of(event)
    return tuple(rule for rule in rules if evaluate(rule.condition, seen))


def routes(matched: Sequence[Rule], mapped: str) -> tuple[Route, ...]:
    """Where to tell of an event: in `mapped` (its severity's channel; "" = not by severity), and by the rules.

    Each channel is told once, with everything that its rules want: all mentions, and the greatest verbosity.
    """
    found: dict[str, Route] = {mapped: Route(mapped)} if mapped else {}
    for rule in matched:
        for channel in rule.channels:
            found[channel] = _added(found.get(channel), channel, rule)
    return tuple(found.values())


def _added(route: Route | None, channel: str, rule: Rule) -> Route:
    if route is None:
        return Route(channel, (rule.name,), rule.mentions, rule.verbosity)
    return Route(
        channel,
        (*route.rules, rule.name),
        tuple(dict.fromkeys((*route.mentions, *rule.mentions))),
        max(route.verbosity, rule.verbosity, key=lambda one: one.rank),
    )
