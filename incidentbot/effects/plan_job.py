"""Which effects a job has, and which a step of it."""

from dataclasses import dataclass

from incidentbot.domain.job import (
    CiOrder,
    CommentOrder,
    Job,
    JobState,
    OwnReportMade,
    OwnReportOrder,
    PlaybookOrder,
    ReportMade,
    Step,
)
from incidentbot.effects.kinds import Effect, JobAdvanced, JobAnswered, JobFiled, JobShown, ReportDrawn, ReportPictured


@dataclass(frozen=True, slots=True)
class Later:
    """An effect that is due after `seconds`."""

    effect: Effect
    seconds: float = 0.0


def has_message(job: Job) -> bool:
    """Whether the job has a message of its own.

    A playbook of an incident is told in the incident's thread alone; a change of a CI is told once it is made.
    """
    match job.order:
        case PlaybookOrder():
            return not job.incident
        case CiOrder():
            return job.state is JobState.DONE
        case CommentOrder():
            return False
        case _:
            return True


def plan_new(job: Job) -> list[Later]:
    """What must happen because the job was asked for."""
    if isinstance(job.order, OwnReportOrder):
        return [Later(ReportDrawn(0, job.polls + 1, job.id)), *_shown(job)]
    return [Later(JobAdvanced(job.incident, job.polls + 1, job.id)), *_shown(job)]


def plan_step(before: Job, step: Step) -> list[Later]:
    """What must happen because of a step of the job."""
    job = step.job
    planned = _shown(job) if job.version != before.version else []
    if isinstance(job.order, OwnReportOrder) and not isinstance(before.order, OwnReportOrder):
        planned.append(Later(ReportDrawn(0, job.polls + 1, job.id)))
    if isinstance(job.result, OwnReportMade) and job.state is JobState.RUNNING and before.state is not job.state:
        planned.append(Later(ReportPictured(0, job.polls + 1, job.id)))
    if step.again_in is not None:
        planned.append(Later(JobAdvanced(job.incident, job.polls + 1, job.id), step.again_in))
    if isinstance(job.order, CiOrder | CommentOrder) and job.ended and not before.ended:
        planned.append(Later(JobAnswered(job.incident, job.version, job.id)))
    return planned


def _shown(job: Job) -> list[Later]:
    return [Later(JobShown(job.incident, job.version, job.id))] if has_message(job) else []


def plan_shown(job: Job) -> list[Later]:
    """What must happen because the job's message now shows it: a report's file goes below it."""
    if job.state is not JobState.DONE or not _has_file(job):
        return []
    return [Later(JobFiled(job.incident, job.version, job.id))]


def _has_file(job: Job) -> bool:
    """Whether there is a file that does not lie below the message yet."""
    if isinstance(job.result, OwnReportMade):
        return not (job.result.file or job.result.unfiled or job.result.forgotten or job.result.quiet)
    return isinstance(job.result, ReportMade) and not job.result.unfiled
