"""How often what goes wrong: the chances of one run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weather:
    """Chances are each time, pauses are seconds. The defaults are a bad day.

    `stop_at_socket` stops a process after its last check and before the first byte, where no check can help;
    `stop_after_claim` where the checks have to notice it. `lost` replies and `late` seconds, for which posts cannot
    yet be read, last all day; `troubles` of other kinds come and go.
    """

    kill_at_step: float = 0.0004
    kill_at_point: float = 0.004
    commit_lost_before: float = 0.003
    commit_lost_after: float = 0.003
    stall: float = 0.004
    stop_at_socket: float = 0.004
    stop_after_claim: float = 0.01
    lost: float = 0.0
    late: float = 0.0
    troubles: int = 12
    restart_after: tuple[float, float] = (0.5, 20.0)


FAIR = Weather(0, 0, 0, 0, 0, 0, 0, troubles=0)
BAD = Weather()
