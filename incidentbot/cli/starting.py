"""What each command that uses the database does first: read the settings, or say what is wrong with them."""

import sys
from collections.abc import Iterator
from typing import NoReturn

import typer

from incidentbot import log
from incidentbot.bootstrap import CannotStart, Service, build, record_traces
from incidentbot.domain.conditions import ConditionError, parse
from incidentbot.domain.templates import TemplateError, parse_template
from incidentbot.languages import languages
from incidentbot.settings import EXIT_CODE, Command, Problem, Settings, SettingsError, load


def settings_for(command: Command) -> Settings:
    """The settings, with the log configured by them; ends with exit code 2 and every problem where they are wrong."""
    try:
        settings = checked(command)
    except SettingsError as error:
        _tell(f"incidentbot {command} cannot start:", *(f"  {problem}" for problem in error.problems))
        raise typer.Exit(EXIT_CODE) from None
    log.configure(settings.log_format, settings.log_level, secrets=settings.secrets())
    return settings


def checked(command: Command) -> Settings:
    """The settings, with the conditions and templates of the file looked at too; SettingsError where they are wrong."""
    settings = load(command=command)
    if wrong := (*_wrong_conditions(settings), *_wrong_templates(settings), *_wrong_languages(settings)):
        raise SettingsError(wrong)
    return settings


def _wrong_conditions(settings: Settings) -> Iterator[Problem]:
    """Conditions of the file that are none: settings keep them as text, the domain knows their language."""
    for path, text in settings.file.conditions():
        try:
            parse(text)
        except ConditionError as error:
            remedy = f"{str(error)[:1].upper()}{str(error)[1:]}."
            yield Problem(f"{settings.config_path}: {path}", "is no condition", remedy)


def _wrong_templates(settings: Settings) -> Iterator[Problem]:
    """The same for the texts of notification rules."""
    for path, text in settings.file.templates():
        try:
            parse_template(text)
        except TemplateError as error:
            remedy = f"{str(error)[:1].upper()}{str(error)[1:]}."
            yield Problem(f"{settings.config_path}: {path}", "is no template", remedy)


def _wrong_languages(settings: Settings) -> Iterator[Problem]:
    """Languages that there is no catalogue of."""
    for path, name in settings.file.languages():
        if name not in languages():
            remedy = f"Use one of {', '.join(sorted(languages()))}; docs/languages.md tells how to add one."
            yield Problem(f"{settings.config_path}: {path}", f"names the language {name}, which there is not", remedy)


def service_for(command: Command) -> Service:
    """The service by the settings for `command`, not yet running; ends as `settings_for` does."""
    settings = settings_for(command)
    try:
        record_traces(settings)
    except CannotStart as error:
        fail(str(error))
    return build(settings)


def fail(sentence: str, code: int = 1) -> NoReturn:
    """End with a sentence and an exit code."""
    _tell(sentence)
    raise typer.Exit(code)


def _tell(*lines: str) -> None:
    print(*lines, sep="\n", file=sys.stderr)
