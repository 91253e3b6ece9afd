"""What lets text run, requests go unverified or anybody in: none of it is in the code, and none of it can be set.

Each gate is shown something planted, since one that finds nothing may be looking in the wrong place.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from incidentbot.settings import Settings
from tests.architecture.source import Module, imports, modules, uses

FOLDERS = ("incidentbot/", "migrations/", "scripts/", "benchmarks/")
BUILTINS = {"eval", "exec", "compile", "__import__"}
MODULES = {"pickle", "cPickle", "dill", "marshal", "shelve", "jsonpickle", "telnetlib", "jinja2.sandbox"}
CALLS = {
    *("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput", "tempfile.mktemp"),
    *("ssl._create_unverified_context", "ssl._create_default_https_context", "ssl.CERT_NONE"),
    *("yaml.unsafe_load", "yaml.full_load", "yaml.load_all", "yaml.UnsafeLoader", "yaml.FullLoader", "yaml.Loader"),
}
# Argument and the value that it must not have.
ARGUMENTS = {"shell": True, "verify": False, "check_hostname": False, "verify_ssl": False, "ssl": False}
# A loader of our own, a SafeLoader that refuses a key that stands twice.
YAML_IS_READ_IN = "incidentbot/settings_file.py"
# Only the guard verifies, and the one-use state of an install is compared by the database.
GUARD = ("incidentbot/domain/guard.py", "incidentbot/domain/signing.py")
VERIFYING = {"incidentbot.domain.signing.verify", "hmac.compare_digest", "secrets.compare_digest"}
SWITCH = re.compile(
    r"skip\W?_?(?:verif|auth|signature|check)|(?:disable|without|no)_(?:verif|auth|signature|tls|ssl)"
    r"|(?:verif\w*|auth|signature)_(?:off|disabled|skipped)|insecure|unsafe_|allow_unsigned|trust_all",
    re.IGNORECASE,
)


def dangers(module: Module) -> Iterator[str]:
    """Everything of the module that lets text run, or a connection go unverified."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield from (f"{module.name}:{node.lineno} {what}" for what in _in_call(node, module))
    yield from (f"{module.name} {name}" for name in imports(module) if {name, name.partition(".")[0]} & MODULES)
    yield from (f"{module.name}:{line} {name}" for line, name in uses(module) if name in CALLS)


def _in_call(call: ast.Call, module: Module) -> Iterator[str]:
    if isinstance(call.func, ast.Name) and call.func.id in BUILTINS:
        yield call.func.id
    if ast.unparse(call.func) == "yaml.load" and module.name != YAML_IS_READ_IN:
        yield "yaml.load"
    for keyword in call.keywords:
        value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
        if keyword.arg in ARGUMENTS and value is ARGUMENTS[keyword.arg]:
            yield f"{keyword.arg}={value}"


def verifying(module: Module) -> Iterator[str]:
    """Where the module decides by itself who sent something."""
    taken = {*imports(module), *(name for _, name in uses(module))}
    yield from (f"{module.name} {name}" for name in sorted(VERIFYING & taken))


def switches(module: Module) -> Iterator[str]:
    """Names of the module by which something could be left unverified."""
    for node in ast.walk(module.tree):
        names = [getattr(node, field, None) for field in ("id", "attr", "arg", "name")]
        if isinstance(node, ast.Constant):
            names.append(node.value)
        yield from (f"{module.name} {name}" for name in names if isinstance(name, str) and _is_switch(name))


def _is_switch(name: str) -> bool:
    return " " not in name and SWITCH.search(name) is not None


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_text_runs_and_no_connection_is_unverified(folder: str) -> None:
    assert [found for module in modules(folder) for found in dangers(module)] == []


def test_only_the_guard_verifies_who_sent_something() -> None:
    elsewhere = [
        found
        for module in modules("incidentbot/")
        if not module.within(*GUARD, "incidentbot/sandbox/")
        for found in verifying(module)
    ]
    assert elsewhere == []


def test_no_switch_leaves_anything_unverified() -> None:
    assert [found for module in modules("incidentbot/") for found in switches(module)] == []
    variables = [str(field.validation_alias) for field in Settings.model_fields.values()]
    assert [name for name in variables if _is_switch(name)] == []


def planted(code: str) -> Module:
    return Module("planted.py", ast.parse(code))


@pytest.mark.parametrize(
    "code",
    (
        "eval(text)",
        "exec(text)",
        "compile(text, '', 'exec')",
        "__import__(text)",
        "import pickle",
        "from pickle import loads",
        "import yaml\nyaml.load(text, Loader=L)",
        "from yaml import unsafe_load\nunsafe_load(text)",
        "import subprocess\nsubprocess.run(text, shell=True)",
        "import os\nos.system(text)",
        "client(verify=False)",
        "import ssl\ncontext.verify_mode = ssl.CERT_NONE",
        "session.get(url, ssl=False)",
    ),
)
def test_a_planted_danger_is_found(code: str) -> None:
    assert list(dangers(planted(code)))


@pytest.mark.parametrize(
    "code", ("from incidentbot.domain.signing import verify", "import hmac\nsame = hmac.compare_digest(a, b)")
)
def test_a_planted_second_guard_is_found(code: str) -> None:
    assert list(verifying(planted(code)))


@pytest.mark.parametrize(
    "code",
    (
        "class Settings:\n    skip_verification: bool = False",
        "alias = 'INCIDENTBOT_SKIP_VERIFY'",
        "def admit(disable_auth): ...",
        "settings.insecure",
        "signature_disabled = True",
    ),
)
def test_a_planted_switch_is_found(code: str) -> None:
    assert list(switches(planted(code)))


def test_words_that_only_sound_so_are_no_dangers() -> None:
    harmless = "import re\nre.compile(text)\nclient(verify=True)\nsubprocess.run(words, shell=False)\nverified_name = 1"
    assert [*dangers(planted(harmless)), *switches(planted(harmless)), *verifying(planted(harmless))] == []
