"""`incidentbot demo` and `incidentbot sandbox`: everything on this machine, no account, no set-up."""

from typing import Annotated, Final, Literal

import typer

PORT: Final = 8300

PortOption = Annotated[int, typer.Option(min=0, max=65535, help="Where the sandbox listens; 0 takes any free port.")]
TransportOption = Annotated[
    Literal["http", "socket"], typer.Option(help="How Slack reaches the bot: HTTP or Socket Mode.")
]


def demo(
    port: PortOption = PORT,
    leave: Annotated[
        bool, typer.Option("--exit", help="End after the scenario: 0 if everything arrived, else 1.")
    ] = False,
    scenario: Annotated[str, typer.Option(metavar="NAME", help="Which story; a wrong name lists them.")] = (
        "critical-server"
    ),
    transport: TransportOption = "http",
) -> None:
    """Play an incident from its event to its resolution, in a Slack workspace and a NopeSight on this machine."""
    from rich.console import Console

    from incidentbot.cli.show import Show, staged
    from incidentbot.sandbox.scenarios import SCENARIOS

    if scenario not in SCENARIOS:
        stories = "; ".join(f"{name}: {story.summary}" for name, story in SCENARIOS.items())
        raise typer.BadParameter(f"there is no story {scenario!r}. {stories}", param_hint="--scenario")
    show = Show(Console(highlight=False))
    complete = False
    with staged(show, port, by_socket=transport == "socket") as stage:
        complete = show.play(SCENARIOS[scenario], stage)
        if not leave:
            show.serve(stage)
    if leave and not complete:
        raise typer.Exit(1)


def sandbox(port: PortOption = PORT, transport: TransportOption = "http") -> None:
    """The same Slack workspace, NopeSight and bot without a story, until Ctrl-C."""
    from rich.console import Console

    from incidentbot.cli.show import Show, staged

    show = Show(Console(highlight=False))
    with staged(show, port, by_socket=transport == "socket") as stage:
        show.serve(stage)
