"""What is shipped to run the service passes the linters of its kind, and sets nothing that does not exist."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from incidentbot.settings import Settings
from tests.architecture.source import CHECKOUT, text

BESIDE: Final = Path(sys.executable).parent
VARIABLES: Final = {str(field.validation_alias) for field in Settings.model_fields.values()}


def found_by(*command: str) -> str:
    """What a linter that lies beside our Python finds, "" where that is nothing."""
    tool = BESIDE / command[0]
    if not tool.exists():
        pytest.skip(f"{command[0]} is made for Linux alone")
    run = subprocess.run([tool, *command[1:]], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    return run.stdout + run.stderr if run.returncode else ""


def lint(*command: str) -> None:
    """Run a linter; what it finds is shown."""
    assert found_by(*command) == ""


def manifests() -> list[dict[str, Any]]:
    folder = CHECKOUT / "deploy/kubernetes"
    return [one for path in sorted(folder.glob("*.yaml")) for one in yaml.safe_load_all(path.read_text("utf-8"))]


def test_the_dockerfile_passes_its_linter() -> None:
    lint("hadolint", "deploy/Dockerfile")


def test_the_compose_file_is_one() -> None:
    lint("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "deploy/compose.yaml")


def test_kubernetes_knows_every_field_of_the_manifests() -> None:
    names = [str(path.relative_to(CHECKOUT)) for path in sorted((CHECKOUT / "deploy/kubernetes").glob("*.yaml"))]
    assert names
    lint("kubernetes-validate", "--strict", *names)


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd here")
    # The program need not be installed where its unit is looked at.
    unit = tmp_path / "incidentbot.service"
    unit.write_text(text("deploy/systemd/incidentbot.service").replace("/opt/incidentbot/bin/python", sys.executable))
    run = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert [line for line in run.stderr.splitlines() if "incidentbot" in line] == []


def test_only_settings_that_exist_are_set() -> None:
    compose = yaml.safe_load(text("deploy/compose.yaml"))
    given = {name for one in compose["services"].values() for name in one.get("environment", {})}
    given |= set(re.findall(r"^#?([A-Z_]+)=", text("deploy/example.env"), re.MULTILINE))
    given |= set(re.findall(r"^Environment=([A-Z_]+)=", text("deploy/systemd/incidentbot.service"), re.MULTILINE))
    given |= set(re.findall(r"\{name: ([A-Z_]+), value", text("deploy/kubernetes/incidentbot.yaml")))
    assert {name for name in given if not name.startswith("POSTGRES_")} <= VARIABLES


@pytest.mark.parametrize("kind", ("Deployment", "Job"))
def test_containers_have_no_right_that_they_do_not_need(kind: str) -> None:
    (found,) = (one for one in manifests() if one["kind"] == kind)
    pod = found["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert not pod["automountServiceAccountToken"]
    for container in pod["containers"]:
        rights = container["securityContext"]
        assert rights["readOnlyRootFilesystem"]
        assert not rights["allowPrivilegeEscalation"]
        assert rights["capabilities"] == {"drop": ["ALL"]}


def test_a_replica_is_given_the_time_that_it_takes_to_end() -> None:
    """SIGTERM ends within 10 s: whoever kills sooner makes the next one wait for leases to run out."""
    (deployment,) = (one for one in manifests() if one["kind"] == "Deployment")
    assert deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > 10
    assert re.search(r"^TimeoutStopSec=1[1-9]$", text("deploy/systemd/incidentbot.service"), re.MULTILINE)
    compose = yaml.safe_load(text("deploy/compose.yaml"))
    assert {one["stop_grace_period"] for name, one in compose["services"].items() if name in {"one", "two"}} == {"15s"}


@pytest.mark.parametrize(
    ("linter", "name", "content"),
    (
        (("hadolint",), "Dockerfile", "FROM python\nRUN apt-get install curl\n"),
        (
            ("check-jsonschema", "--builtin-schema", "vendor.compose-spec"),
            "compose.yaml",
            "services: {a: {imago: b}}\n",
        ),
        (
            ("kubernetes-validate", "--strict"),
            "pod.yaml",
            "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {x: 1}}\n",
        ),
    ),
    ids=("Dockerfile", "compose", "Kubernetes"),
)
def test_what_is_planted_is_found_by_the_linter(
    tmp_path: Path, linter: tuple[str, ...], name: str, content: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert found_by(*linter, str(tmp_path / name))
