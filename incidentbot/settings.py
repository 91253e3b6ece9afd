"""Everything an operator can set: the environment, and the YAML file that it names. The only reader of either.

`load` answers checked values or raises SettingsError, which tells everything that is wrong at once, each with what to
do about it, and never quotes a secret. Importing this module reads nothing.
"""

import base64
import binascii
import ipaddress
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from incidentbot.settings_file import (
    LARGEST_FILE,
    ConfigFile,
    FileProblems,
    SeverityName,
    is_channel,
    parse_duration,
    read_config,
    secrets_in,
    weakness,
)

Command = Literal["serve", "worker", "migrate", "incidents", "rules", "keys", "workflows", "subscribers", "doctor"]

EXIT_CODE: Final = 2
SLACK_HOSTS: Final = ("slack.com", "slack-gov.com")
LONGEST_SETTLE_DELAY: Final = timedelta(minutes=10)
LOW_SEVERITY_CHANNEL: Final = "#notifications"
# Whose names start so belongs to us; the demo's children inherit none of it.
OUR_PREFIXES: Final = ("SLACK_", "NOPESIGHT_", "INCIDENTBOT_", "DATABASE_URL")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `name` of the variable (or of the file and the path in it), what, and the remedy."""

    name: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.name} {self.what}. {self.remedy}"


class SettingsError(Exception):
    """The settings cannot be used; `problems` is all of it, in the order of the variables."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Final = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def _wrong(what: str, remedy: str) -> PydanticCustomError:
    """What a validator raises. It carries no value, so that no secret can leave with it."""
    return PydanticCustomError("setting", "{what}", {"what": what, "remedy": remedy})


# --- one check a kind of value ----------------------------------------------------------------------------------------


_FORGETTING: Final = re.compile(
    r"\b(?:fsync|full_page_writes|synchronous_commit)\s*=\s*(?:off|false|no|0)\b", re.IGNORECASE
)


def _database_url(value: SecretStr) -> SecretStr:
    url = value.get_secret_value()
    remedy = "Use sqlite:///path/to/file.db or postgresql://user:password@host/database."
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in {"sqlite", "postgresql", "postgresql+psycopg", "postgres"}:
        raise _wrong("names no database that we know", remedy)
    if scheme == "sqlite" and (not rest.startswith("/") or ":memory:" in rest or rest.partition("?")[0] == "/"):
        raise _wrong("names no file, and what is only in memory is lost with the process", remedy)
    if scheme == "sqlite" and "?" in rest:
        raise _wrong("has options, of which some lose what was committed", "Leave out everything from the ? on.")
    if _FORGETTING.search(unquote(rest)):
        raise _wrong("switches off what makes commits last", "Leave fsync, full_page_writes and synchronous_commit on.")
    return value


def _form(pattern: str, example: str) -> Callable[[SecretStr], SecretStr]:
    """A check of a token by its form alone: whether it works is Slack's to say, and may change while we run."""
    compiled = re.compile(pattern, re.ASCII)

    def check(value: SecretStr) -> SecretStr:
        if not compiled.fullmatch(value.get_secret_value()):
            raise _wrong(f"is not of the form {example}", "Copy it from the app's page at api.slack.com/apps.")
        return value

    return check


_CREATE_ONE: Final = "Make one with: openssl rand -hex 32."


def _verifying(remedy: str) -> Callable[[SecretStr], SecretStr]:
    """A check of a secret that proves who is calling: a weak one must stop the start."""

    def check(value: SecretStr) -> SecretStr:
        if reason := weakness(value.get_secret_value()):
            raise _wrong(reason, remedy)
        return value

    return check


def _secrets(value: object) -> object:
    """Values separated by commas, each a secret of its own."""
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


def _at_most_two(values: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    if len(values) > 2:  # noqa: PLR2004 - the old and the new secret of a rotation
        raise _wrong("has more than two secrets", "Give the new and the old one, separated by a comma.")
    return values


def _encryption_key(value: SecretStr) -> SecretStr:
    remedy = "Make one with: incidentbot keys generate (urlsafe base64 of 32 random bytes)."
    try:
        key = base64.b64decode(value.get_secret_value(), altchars=b"-_", validate=True)
    except binascii.Error:
        raise _wrong("is not urlsafe base64", remedy) from None
    if len(key) != 32:  # noqa: PLR2004 - what Fernet takes: 16 bytes to sign with, 16 to encrypt
        raise _wrong(f"holds {len(key)} bytes where 32 are needed", remedy)
    return value


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine beyond doubt."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _parts(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise _wrong("is not a URL", "Give it as https://host/path.") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _wrong("is not a URL", "Give it as https://host/path.")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise _wrong("has more than scheme, host and path", "Give it as https://host/path; tokens have variables.")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise _wrong("would send secrets in clear", "Use https; http is taken for 127.0.0.1 and localhost only.")
    return parts


def _base_url(value: str) -> str:
    _parts(value)
    return value.rstrip("/")


def _api_base(value: str) -> str:
    """The Web API's base with the slash at its end that its client wants."""
    return _base_url(value) + "/"


def _incoming_webhook(value: SecretStr) -> SecretStr:
    _parts(value.get_secret_value())
    return value


def _channel(value: str) -> str:
    if not is_channel(value):
        raise _wrong("is not a channel", "Give a name such as #incidents (in quotes, for the shell) or an id.")
    return value


def _settle_delay(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    remedy = "Give a duration such as 25s: the HTTP timeout of 10 s and as long as Slack may show a message late."
    try:
        delay = parse_duration(value)
    except ValueError:
        raise _wrong("is not a duration", remedy) from None
    if not timedelta() < delay <= LONGEST_SETTLE_DELAY:
        raise _wrong("is out of range", remedy)
    return delay


# --- the variables ----------------------------------------------------------------------------------------------------

BaseUrl = Annotated[str, AfterValidator(_base_url)]
ChannelName = Annotated[str, AfterValidator(_channel)]
BotToken = Annotated[
    SecretStr, AfterValidator(_form(r"(xoxe\.)?xoxb-(?!your-)[A-Za-z0-9._-]+", "xoxb-… (Bot User OAuth Token)"))
]
AppToken = Annotated[SecretStr, AfterValidator(_form(r"xapp-(?!your-)[A-Za-z0-9._-]+", "xapp-… (App-Level Token)"))]
ClientSecret = Annotated[SecretStr, AfterValidator(_form(r"(?!your-)[\x21-\x7e]{8,}", "the app's Client Secret"))]
ApiToken = Annotated[SecretStr, AfterValidator(_form(r"[\x21-\x7e]+", "one word without blanks"))]
_SIGNING: Final = _verifying("Copy the Signing Secret from Basic Information at api.slack.com/apps.")
SigningSecret = Annotated[SecretStr, AfterValidator(_SIGNING)]
OwnSecret = Annotated[SecretStr, AfterValidator(_verifying(_CREATE_ONE))]
WebhookSecrets = Annotated[tuple[OwnSecret, ...], NoDecode, BeforeValidator(_secrets), AfterValidator(_at_most_two)]
EncryptionKeys = Annotated[
    tuple[Annotated[SecretStr, AfterValidator(_encryption_key)], ...], NoDecode, BeforeValidator(_secrets)
]


class Settings(BaseSettings):
    """What the environment says, and the file it names; made by `load`. Secrets show as stars wherever it is printed.

    An empty variable counts as unset. None means unset where there is no default.
    """

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", case_sensitive=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    database_url: Annotated[SecretStr, AfterValidator(_database_url)] = Field(
        SecretStr("sqlite:///incidentbot.db"), validation_alias="DATABASE_URL"
    )

    slack_bot_token: BotToken | None = Field(None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: AppToken | None = Field(None, validation_alias="SLACK_APP_TOKEN")
    slack_signing_secret: SigningSecret | None = Field(None, validation_alias="SLACK_SIGNING_SECRET")
    slack_client_id: str | None = Field(None, validation_alias="SLACK_CLIENT_ID")
    slack_client_secret: ClientSecret | None = Field(None, validation_alias="SLACK_CLIENT_SECRET")
    slack_api_url: Annotated[str, AfterValidator(_api_base)] = Field(
        "https://slack.com/api/", validation_alias="SLACK_API_URL"
    )
    slack_incidents_channel: ChannelName = Field("#incidents", validation_alias="SLACK_INCIDENTS_CHANNEL")
    slack_alerts_channel: ChannelName = Field("#alerts", validation_alias="SLACK_ALERTS_CHANNEL")
    slack_changes_channel: ChannelName = Field("#changes", validation_alias="SLACK_CHANGES_CHANNEL")
    slack_reports_channel: ChannelName = Field("#reports", validation_alias="SLACK_REPORTS_CHANNEL")
    slack_webhook_url: Annotated[SecretStr, AfterValidator(_incoming_webhook)] | None = Field(
        None, validation_alias="SLACK_WEBHOOK_URL"
    )

    nopesight_api_url: BaseUrl = Field("https://api.nopesight.com/v1", validation_alias="NOPESIGHT_API_URL")
    nopesight_api_token: ApiToken | None = Field(None, validation_alias="NOPESIGHT_API_TOKEN")
    nopesight_webhook_secrets: WebhookSecrets = Field((), validation_alias="NOPESIGHT_WEBHOOK_SECRET")
    nopesight_web_url: BaseUrl = Field("https://nopesight.com", validation_alias="NOPESIGHT_WEB_URL")
    nopesight_ci_url: BaseUrl | None = Field(None, validation_alias="NOPESIGHT_CI_URL")
    nopesight_department: str | None = Field(None, validation_alias="NOPESIGHT_DEPARTMENT")
    nopesight_auth_scheme: Literal["bearer", "api-key"] = Field("bearer", validation_alias="NOPESIGHT_AUTH_SCHEME")

    config_path: Path | None = Field(None, validation_alias="INCIDENTBOT_CONFIG")
    secret_keys: EncryptionKeys = Field((), validation_alias="INCIDENTBOT_SECRET_KEY")
    settle_delay: Annotated[timedelta, BeforeValidator(_settle_delay)] = Field(
        timedelta(seconds=25), validation_alias="INCIDENTBOT_SETTLE_DELAY"
    )
    fallback_channel: ChannelName | None = Field(None, validation_alias="INCIDENTBOT_FALLBACK_CHANNEL")
    api_token: OwnSecret | None = Field(None, validation_alias="INCIDENTBOT_API_TOKEN")
    base_url: BaseUrl | None = Field(None, validation_alias="INCIDENTBOT_BASE_URL")
    log_format: Literal["json", "console"] | None = Field(None, validation_alias="INCIDENTBOT_LOG_FORMAT")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", validation_alias="INCIDENTBOT_LOG_LEVEL")

    # OpenTelemetry's own names; whatever else it has, its SDK reads by itself (docs/traces.md).
    otel_sdk_disabled: bool = Field(False, validation_alias="OTEL_SDK_DISABLED")
    otel_traces_exporter: Literal["otlp", "none"] | None = Field(None, validation_alias="OTEL_TRACES_EXPORTER")
    otel_endpoint: str | None = Field(None, validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT")
    otel_traces_endpoint: str | None = Field(None, validation_alias="OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    otel_protocol: Literal["http/protobuf"] = Field("http/protobuf", validation_alias="OTEL_EXPORTER_OTLP_PROTOCOL")
    otel_headers: SecretStr | None = Field(None, validation_alias="OTEL_EXPORTER_OTLP_HEADERS")
    otel_service_name: str = Field("incidentbot", validation_alias="OTEL_SERVICE_NAME")

    file: ConfigFile = Field(ConfigFile(), validation_alias="_FILE")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic-settings names them all
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` read: no .env file, and nothing behind its back."""
        return (init_settings,)

    @property
    def event_url(self) -> str:
        """The base of links to NopeSight's events; an event's id follows after a slash."""
        return f"{self.nopesight_web_url}/events"

    @property
    def records_traces(self) -> bool:
        """Whether spans are sent somewhere: where an exporter or its address is named, and nothing switches it off."""
        if self.otel_sdk_disabled or self.otel_traces_exporter == "none":
            return False
        return bool(self.otel_traces_exporter or self.otel_endpoint or self.otel_traces_endpoint)

    @property
    def uses_oauth(self) -> bool:
        """Whether workspaces can install the app by themselves."""
        return bool(self.slack_client_id and self.slack_client_secret)

    @property
    def everybody_is_operator(self) -> bool:
        """Whether no permissions are set, which an operator should know."""
        return self.file.permissions is None

    def channel_for(self, severity: SeverityName) -> str:
        """Where notifications of events of this severity go: the file's mapping, else the environment's channel."""
        defaults = {
            "critical": self.slack_incidents_channel,
            "high": self.slack_alerts_channel,
            "medium": self.slack_alerts_channel,
            "low": LOW_SEVERITY_CHANNEL,
        }
        mapped: str | None = getattr(self.file.integrations.slack.channel_mappings, severity)
        return mapped or defaults[severity]

    def secrets(self) -> tuple[str, ...]:
        """Every secret in clear, for the log to strike out wherever one turns up."""
        return tuple(secret for secret in map(_clear, _secrets_in(self)) if secret)


def _clear(secret: SecretStr) -> str:
    """The secret itself; of a database's URL its password alone, as the rest is no secret."""
    value = secret.get_secret_value()
    if value.startswith(("sqlite:", "postgres")):
        found = re.match(r"[a-z+]+://[^/@]*?:(?P<password>[^/]*)@", value)
        return found["password"] if found else ""
    return value


def _secrets_in(settings: Settings) -> Iterator[SecretStr]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        yield from (item for item in (value if isinstance(value, tuple) else (value,)) if isinstance(item, SecretStr))
    file = settings.file
    of_workflows = (workflow.trigger.secret for workflow in file.workflows if workflow.trigger.secret)
    for kept in (*of_workflows, *(one.token for one in file.api.tokens), *(one.secret for one in file.subscribers)):
        # Two of them may stand in one value, while one replaces the other.
        yield from map(SecretStr, secrets_in(kept))
    yield from (subscriber.url for subscriber in file.subscribers)


# --- reading ----------------------------------------------------------------------------------------------------------


class _Environment(EnvSettingsSource):
    """Reads a given mapping, or the process's environment."""

    def __init__(self, environ: Mapping[str, str] | None) -> None:
        super().__init__(Settings)
        if environ is not None:
            self.env_vars = {name: value for name, value in environ.items() if value}

    def given(self) -> dict[str, object]:
        """What is set and not blank, by the variables' names, without space around it."""
        found = {name: value.strip() if isinstance(value, str) else value for name, value in self().items()}
        return {name: value for name, value in found.items() if value != ""}


def load(environ: Mapping[str, str] | None = None, *, command: Command = "serve") -> Settings:
    """The settings for `command`, read from `environ` (None: the process's own) and the file that it names.

    Raises SettingsError with everything that is wrong or missing.
    """
    given = _Environment(environ).given()
    given.pop("_FILE", None)
    problems = [*_missing(given, command)]
    try:
        given["_FILE"] = _read_file(given)
    except SettingsError as error:
        problems += error.problems
    try:
        settings = Settings(**given)  # type: ignore[arg-type]  # validated here, by the variables' names
    except ValidationError as error:
        problems += [_problem(detail) for detail in error.errors(include_url=False, include_input=False)]
        raise SettingsError(_in_order(problems)) from None
    problems += _contradictions(settings)
    if problems:
        raise SettingsError(_in_order(problems))
    return settings


def child_environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment of a child process of ours: this one without any variable of ours, and `given`."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OUR_PREFIXES)} | dict(given)


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    """In the order in which the variables are declared; what is about the file last."""
    names = [str(field.validation_alias) for field in Settings.model_fields.values()]
    return sorted(problems, key=lambda problem: names.index(problem.name) if problem.name in names else len(names))


_KEY_MISSING: Final = Problem(
    "INCIDENTBOT_SECRET_KEY",
    "is missing",
    "Tokens of workspaces that install the app are kept encrypted. Make a key with: incidentbot keys generate.",
)


def _missing(given: Mapping[str, object], command: Command) -> Iterator[Problem]:
    """What `command` cannot do without."""
    if bool(given.get("SLACK_CLIENT_ID")) != bool(given.get("SLACK_CLIENT_SECRET")):
        absent = "SLACK_CLIENT_SECRET" if "SLACK_CLIENT_ID" in given else "SLACK_CLIENT_ID"
        yield Problem(absent, "is missing", "OAuth needs both from Basic Information at api.slack.com/apps.")
    if command == "keys" and "INCIDENTBOT_SECRET_KEY" not in given:
        yield _KEY_MISSING
    if command != "serve":
        return
    if "SLACK_SIGNING_SECRET" not in given:
        yield Problem(
            "SLACK_SIGNING_SECRET",
            "is missing",
            "Copy the Signing Secret from Basic Information at api.slack.com/apps; without it, anybody could pose as"
            " Slack.",
        )
    oauth = "SLACK_CLIENT_ID" in given
    set_up = "INCIDENTBOT_API_TOKEN" in given and "SLACK_BOT_TOKEN" not in given
    if (oauth or set_up) and "INCIDENTBOT_SECRET_KEY" not in given:
        yield _KEY_MISSING


def _contradictions(settings: Settings) -> Iterator[Problem]:
    """What is wrong only in the light of another variable."""
    webhook = settings.slack_webhook_url
    if webhook is not None and not is_slacks(webhook.get_secret_value(), settings.slack_api_url):
        yield Problem(
            "SLACK_WEBHOOK_URL", "is not one of Slack's", "Copy the URL from Incoming Webhooks at api.slack.com/apps."
        )
    own = settings.api_token.get_secret_value() if settings.api_token else ""
    if any(own in secrets_in(one.token) for one in settings.file.api.tokens):
        yield Problem(
            "INCIDENTBOT_API_TOKEN",
            "is also one of api.tokens in the file",
            "Give that one a token of its own (openssl rand -hex 32), or it would have every right.",
        )


def is_slacks(url: str, api_url: str) -> bool:
    """Whether `url` is https on a host of Slack's, or has exactly the origin of the Web API in use."""
    parts, api = urlsplit(url), urlsplit(api_url)
    if (parts.scheme, parts.hostname, parts.port) == (api.scheme, api.hostname, api.port):
        return True
    host = parts.hostname or ""
    return parts.scheme == "https" and parts.port in {None, 443} and host.endswith(tuple(f".{h}" for h in SLACK_HOSTS))


def _read_file(given: Mapping[str, object]) -> ConfigFile:
    path = given.get("INCIDENTBOT_CONFIG")
    if path is None:
        return ConfigFile()
    try:
        with Path(str(path)).open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise _unreadable("is larger than 1 MiB")
        return read_config(content.decode("utf-8"))
    except OSError as error:
        raise _unreadable(f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise _unreadable("names a file that is not UTF-8") from error
    except FileProblems as error:
        remedy = "Correct it in the file."
        raise SettingsError(
            Problem(f"{path}: {p.path}".rstrip(": "), p.expected, remedy) for p in error.problems
        ) from None


def _unreadable(what: str) -> SettingsError:
    remedy = "Name a readable YAML file, or leave the variable out for the defaults."
    return SettingsError([Problem("INCIDENTBOT_CONFIG", what, remedy)])


def _problem(detail: ErrorDetails) -> Problem:
    name = str(detail["loc"][0])
    context = detail.get("ctx", {})
    if detail["type"] == "setting":
        return Problem(name, context["what"], context["remedy"])
    if detail["type"] == "literal_error":
        return Problem(name, "has a value that we do not know", f"Use one of {context['expected']}.")
    return Problem(name, "cannot be taken", f"{detail['msg']}.")
