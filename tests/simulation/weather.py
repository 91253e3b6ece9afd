"""How often what goes wrong: the chances of one run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weather:
    """Chances are each time, pauses are seconds. The defaults are a bad day."""

    kill_at_step: float = 0.0004
    kill_at_point: float = 0.004
    commit_lost_before: float = 0.003
    commit_lost_after: float = 0.003
    stall: float = 0.004
    stop_at_socket: float = 0.004
    troubles: int = 12
    restart_after: tuple[float, float] = (0.5, 20.0)


FAIR = Weather(0, 0, 0, 0, 0, 0, 0)
BAD = Weather()
