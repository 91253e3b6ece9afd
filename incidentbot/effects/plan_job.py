"""Which effects a job has, and which a step of it."""

from dataclasses import dataclass

from incidentbot.domain.job import CiOrder, CommentOrder, Job, JobState, PlaybookOrder, ReportMade, Step
from incidentbot.effects.kinds import Effect, JobAdvanced, JobAnswered, JobFiled, JobShown


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
    return [Later(JobAdvanced(job.incident, job.polls + 1, job.id)), *_shown(job)]


def plan_step(before: Job, step: Step) -> list[Later]:
    """What must happen because of a step of the job."""
    job = step.job
    planned = _shown(job) if job.version != before.version else []
    if step.again_in is not None:
        planned.append(Later(JobAdvanced(job.incident, job.polls + 1, job.id), step.again_in))
    if isinstance(job.order, CiOrder | CommentOrder) and job.ended and not before.ended:
        planned.append(Later(JobAnswered(job.incident, job.version, job.id)))
    return planned


def _shown(job: Job) -> list[Later]:
    return [Later(JobShown(job.incident, job.version, job.id))] if has_message(job) else []


def plan_shown(job: Job) -> list[Later]:
    """What must happen because the job's message now shows it: a report's file goes below it."""
    if job.state is not JobState.DONE or not isinstance(job.result, ReportMade) or job.result.unfiled:
        return []
    return [Later(JobFiled(job.incident, job.version, job.id))]
