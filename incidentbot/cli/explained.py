"""An explanation of somebody's permissions, for a terminal and as JSON."""

from typing import Any

from incidentbot.domain.permissions import TYPED, Explanation, Grant


def explained(found: Explanation) -> dict[str, Any]:
    """The explanation as JSON."""
    return {
        "person": found.person,
        "right": found.right.value,
        "roles": [{"role": grant.role.name, "by": grant.by} for grant in found.grants],
        "commands": found.typed,
        "actions": found.done,
        "ways": dict(found.ways),
    }


def in_words(found: Explanation) -> str:
    """The explanation in lines; the role that counts comes first."""
    first, *others = found.grants
    lines = [f"{found.person} is {first.role.name}, {_by(first, found.person)}."]
    lines += [f"  also {grant.role.name}, {_by(grant, found.person)}; it does not count." for grant in others]
    lines += [
        f"  {found.right} as a command: {_answer(allowed=found.typed)} ({_ways(found, typed=True)})",
        f"  {found.right} as an action: {_answer(allowed=found.done)} ({_ways(found, typed=False)})",
        "  INCIDENTBOT_API_TOKEN, this command line without --as, and timers ask for no role.",
    ]
    return "\n".join(lines) + "\n"


def _ways(found: Explanation, *, typed: bool) -> str:
    """The ways in that look in the one table or the other."""
    return ", ".join(way.replace("_", " ") for way in found.ways if (way in TYPED) is typed)


def _by(grant: Grant, person: str) -> str:
    if grant.by == person:
        return "by user_mappings"
    known = {"default": "as everybody who is not mapped", "installer": "having installed the app"}
    return known.get(grant.by, f"as a member of the group {grant.by}")


def _answer(*, allowed: bool) -> str:
    return "yes" if allowed else "no"
