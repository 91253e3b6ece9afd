"""Monitoring systems besides NopeSight: one file each, and nothing else to be touched.

A module here that has a `SOURCE` is a source: its webhook is served, its deliveries are folded, and its name is shown.
"""

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from typing import Final

from incidentbot.domain.event_sources.source import EventSource


def discover(paths: Iterable[str], package: str) -> Mapping[str, EventSource]:
    """The sources that the modules of `package`, which lie in `paths`, declare, by name."""
    modules = (importlib.import_module(f"{package}.{found.name}") for found in pkgutil.iter_modules(paths))
    declared = (getattr(module, "SOURCE", None) for module in modules)
    sources = [source for source in declared if isinstance(source, EventSource)]
    return {source.name: source for source in sorted(sources, key=lambda source: source.name)}


SOURCES: Final[Mapping[str, EventSource]] = discover(__path__, __name__)
