"""Where NopeSight is, how it knows us, and which of its paths an operator moved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from incidentbot.domain.nopesight_event import SEVERITIES
from incidentbot.domain.severity import Severity

# Half of these are our own choice where the documentation is silent; each can be moved by its name.
PATHS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "system_status": "/system/status",
        "events": "/events",
        "event": "/events/{id}",
        "event_status": "/events/{id}/status",
        "event_comments": "/events/{id}/comments",
        "event_ingest": "/events/ingest",
        "cis": "/cmdb/ci",
        "ci": "/cmdb/ci/{id}",
        "ci_relationships": "/cmdb/ci/{id}/relationships",
        "ci_owners": "/cmdb/ci/{id}/owners",
        "playbooks": "/playbooks",
        "playbook_execute": "/playbooks/{id}/execute",
        "playbook_execution": "/playbooks/executions/{id}",
        "reports": "/reports",
        "report_generate": "/reports/generate",
        "report": "/reports/{id}",
        "report_download": "/reports/{id}/download",
        "ai_query": "/ai/query",
        "webhooks": "/webhooks",
    }
)


@dataclass(frozen=True, slots=True)
class NopeSightConfig:
    """The client's settings; `api_url` is validated where it is read.

    `auth_scheme` is "bearer" or "api-key". `paths` moves single paths by their name in PATHS; `{id}` is filled in.
    `owners_by_department` names the e-mail addresses that answer for a CI of which nothing better is known;
    `severities` maps NopeSight's words to ours.
    """

    api_url: str
    token: str = field(repr=False)
    auth_scheme: str = "bearer"
    department: str = ""
    paths: Mapping[str, str] = field(default_factory=dict)
    owners_by_department: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    severities: Mapping[str, Severity] = field(default_factory=lambda: SEVERITIES)

    def url(self, path: str, identifier: str = "") -> str:
        """The address of a path by its name; the identifier is quoted, so that it cannot leave its place."""
        template = self.paths.get(path, PATHS[path])
        place = quote(identifier, safe="")
        # "." and ".." need no quoting as text, yet would be resolved as steps of the path.
        if not place.strip("."):
            place = place.replace(".", "%2E")
        return self.api_url.rstrip("/") + template.replace("{id}", place)
