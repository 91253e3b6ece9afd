"""Playbooks and reports: what was started, and how far it is by the clock."""

from collections.abc import Callable
from typing import Any

from incidentbot.sandbox.nopesight.dialects import iso
from incidentbot.sandbox.nopesight.pdf import build_pdf
from incidentbot.sandbox.nopesight.records import Execution, Report, User
from incidentbot.sandbox.nopesight.refusals import conflict, invalid, not_found

REPORT_TYPES = ("daily_summary", "incidents", "availability", "cmdb_inventory")
_QUEUED_SECONDS = 1.0
_STEP_SECONDS = 2.0
_REPORT_RUNS_AFTER = 1.0
_REPORT_READY_AFTER = 3.0

PLAYBOOKS: tuple[dict[str, Any], ...] = (
    {
        "id": "pb_restart_service",
        "name": "Restart service",
        "description": "Restarts the service on the affected servers, one after another.",
        "risk": "medium",
        "requires_approval": False,
        "parameters": [
            {"name": "service", "type": "string", "required": True, "default": "nginx"},
            {"name": "drain", "type": "boolean", "required": False, "default": True},
        ],
        "steps": ("Drain traffic", "Restart service", "Check health", "Restore traffic"),
    },
    {
        "id": "pb_collect_diagnostics",
        "name": "Collect diagnostics",
        "description": "Gathers logs, processes and connections; changes nothing.",
        "risk": "low",
        "requires_approval": False,
        "parameters": [],
        "steps": ("Collect logs", "List processes", "List connections"),
    },
    {
        "id": "pb_failover_database",
        "name": "Fail over database",
        "description": "Promotes the standby and points the services to it.",
        "risk": "high",
        "requires_approval": True,
        "parameters": [{"name": "reason", "type": "string", "required": True, "default": ""}],
        "steps": ("Check standby", "Promote standby", "Point services"),
    },
)


class Playbooks:
    """Playbooks that can be run, and those that were."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._executions: dict[str, Execution] = {}

    def listed(self) -> list[dict[str, Any]]:
        """All playbooks, without their steps."""
        return [{name: value for name, value in one.items() if name != "steps"} for one in PLAYBOOKS]

    def execute(self, playbook_id: str, body: dict[str, Any], actor: User) -> dict[str, Any]:
        """Start a playbook. A parameter `fail` with any value makes it fail at its second step."""
        playbook = _playbook(playbook_id)
        parameters = body.get("parameters") or {}
        for one in playbook["parameters"]:
            if one["required"] and not (parameters.get(one["name"]) or one["default"]):
                raise invalid(f"parameters.{one['name']}", "is required")
        made = Execution(
            f"exe_{len(self._executions) + 9}", playbook_id, str(body.get("eventId") or ""), self._now(), actor
        )
        made.dry_run = body.get("dryRun") is True
        made.fails = "fail" in parameters
        made.awaiting_approval = playbook["requires_approval"]
        self._executions[made.id] = made
        return {"executionId": made.id, "status": self._progress(made)[0]}

    def approve(self, execution_id: str) -> None:
        """Somebody at NopeSight approves; it runs from now on."""
        found = self._get(execution_id)
        if not found.awaiting_approval:
            raise conflict("the execution does not await approval")
        found.awaiting_approval = False
        found.started_at = self._now()

    def cancel(self, execution_id: str) -> None:
        """Somebody at NopeSight stops it."""
        self._get(execution_id).cancelled = True

    def executions(self) -> list[Execution]:
        """Everything that was started, oldest first."""
        return list(self._executions.values())

    def shown(self, execution_id: str) -> dict[str, Any]:
        """An execution as it is now."""
        found = self._get(execution_id)
        status, done = self._progress(found)
        names = _playbook(found.playbook_id)["steps"]
        ended = status in ("succeeded", "failed", "cancelled")
        summary = f"{len(names)} of {len(names)} steps done" + (" (dry run)" if found.dry_run else "")
        return {
            "id": found.id,
            "playbookId": found.playbook_id,
            "eventId": found.event_id,
            "status": status,
            "progress": round(100 * done / len(names)),
            "steps": [_step(name, place, done, status) for place, name in enumerate(names)],
            "startedAt": iso(found.started_at),
            "finishedAt": iso(found.started_at + _QUEUED_SECONDS + _STEP_SECONDS * done) if ended else None,
            "result": {"summary": summary} if status == "succeeded" else None,
            "error": f"{names[done]}: exit status 1" if status == "failed" else None,
        }

    def _progress(self, one: Execution) -> tuple[str, int]:
        """The status and how many steps are done."""
        total = len(_playbook(one.playbook_id)["steps"])
        if one.cancelled:
            return "cancelled", 0
        if one.awaiting_approval:
            return "awaiting_approval", 0
        running = self._now() - one.started_at - _QUEUED_SECONDS
        if running < 0:
            return "queued", 0
        done = min(int(running / _STEP_SECONDS), total)
        if one.fails and done >= 1:
            return "failed", 1
        return ("succeeded" if done == total else "running"), done

    def _get(self, execution_id: str) -> Execution:
        if execution_id not in self._executions:
            raise not_found(f"Execution {execution_id}")
        return self._executions[execution_id]


class Reports:
    """Reports that were ordered."""

    def __init__(self, now: Callable[[], float], web_url: str) -> None:
        self._now = now
        self._web_url = web_url
        self._reports: dict[str, Report] = {}

    def generate(self, body: dict[str, Any]) -> dict[str, Any]:
        """Order a report. A period `never` makes it fail."""
        kind, period = str(body.get("type") or ""), str(body.get("period") or "")
        if kind not in REPORT_TYPES:
            raise invalid("type", f"must be one of {', '.join(REPORT_TYPES)}")
        if not period:
            raise invalid("period", "is required")
        made = Report(f"rep_{len(self._reports) + 5}", kind, period, self._now(), fails=period == "never")
        self._reports[made.id] = made
        return {"id": made.id, "status": "pending"}

    def listed(self, kind: str) -> list[dict[str, Any]]:
        """All reports of this type (any if empty), newest first."""
        return [self._shown(one) for one in reversed(self._reports.values()) if kind in ("", one.type)]

    def shown(self, report_id: str) -> dict[str, Any]:
        """A report as it is now."""
        return self._shown(self._get(report_id))

    def pdf(self, report_id: str, lines: list[str]) -> bytes:
        """The report's file, if it is ready."""
        found = self._get(report_id)
        status = self._status(found)
        if status != "ready":
            raise conflict("the report is not ready", current=status)
        return build_pdf(_name(found), [f"Period: {found.period}", *lines])

    def _shown(self, one: Report) -> dict[str, Any]:
        status = self._status(one)
        ready = status == "ready"
        return {
            "id": one.id,
            "name": _name(one),
            "type": one.type,
            "period": one.period,
            "status": status,
            "summary": f"{_name(one)} for {one.period}" if ready else "",
            "preview_url": f"{self._web_url}/reports/{one.id}/preview.png" if ready else None,
            "pdf_url": f"{self._web_url}/reports/{one.id}.pdf" if ready else None,
            "web_url": f"{self._web_url}/reports/{one.id}",
            "created_at": iso(one.created_at),
            "error": "no data for this period" if status == "failed" else None,
        }

    def _status(self, one: Report) -> str:
        age = self._now() - one.created_at
        if age >= _REPORT_READY_AFTER:
            return "failed" if one.fails else "ready"
        return "running" if age >= _REPORT_RUNS_AFTER else "pending"

    def _get(self, report_id: str) -> Report:
        if report_id not in self._reports:
            raise not_found(f"Report {report_id}")
        return self._reports[report_id]


def _playbook(playbook_id: str) -> dict[str, Any]:
    for one in PLAYBOOKS:
        if one["id"] == playbook_id:
            return one
    raise not_found(f"Playbook {playbook_id}")


def _step(name: str, place: int, done: int, status: str) -> dict[str, Any]:
    if place < done:
        return {"name": name, "status": "succeeded", "output": "ok"}
    if place == done and status in ("running", "failed"):
        return {"name": name, "status": status, "output": "exit status 1" if status == "failed" else ""}
    return {"name": name, "status": "pending", "output": ""}


def _name(one: Report) -> str:
    return one.type.replace("_", " ").capitalize()
