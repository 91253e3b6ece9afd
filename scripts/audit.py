"""What the service is made of, and whether anything of it is known to be bad.

Four looks: known weaknesses of the pinned packages (asked of the advisory database, or read from a folder of OSV files
where there is no network), secrets in the tree, the files that CI runs, and the bill of materials (CycloneDX).
Each is taken whatever becomes of the others. Ends with 1 if anything was found, or could not be looked at.
"""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from detect_secrets.core.scan import scan_file
from detect_secrets.settings import transient_settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

CHECKOUT: Final = Path(__file__).parents[1]
LOCK: Final = CHECKOUT / "requirements" / "image.txt"
GIVE_A_COPY: Final = "without a network give a copy of it: make audit ARGS='--advisories DIR'"
SBOM: Final = CHECKOUT / "build" / "sbom.json"
# Detectors of things that have a form of their own. Guessing by entropy finds every hash, and no one reads that.
DETECTORS: Final = (
    "AWSKeyDetector",
    "AzureStorageKeyDetector",
    "DiscordBotTokenDetector",
    "GitHubTokenDetector",
    "GitLabTokenDetector",
    "JwtTokenDetector",
    "MailchimpDetector",
    "NpmDetector",
    "OpenAIDetector",
    "PrivateKeyDetector",
    "PypiTokenDetector",
    "SendGridDetector",
    "SlackDetector",
    "SquareOAuthDetector",
    "StripeDetector",
    "TelegramBotTokenDetector",
    "TwilioKeyDetector",
)
# Tests and the sandbox have tokens that look like Slack's at a glance; these are what Slack itself hands out.
REAL_SLACK: Final = re.compile(
    r"xox[abprs]-[0-9]{10,13}-[0-9]{10,13}(-[0-9]{10,13})?-[A-Za-z0-9]{24,}|xoxe\.xox[bp]-1-[A-Za-z0-9]{100,}"
    r"|xapp-1-A[A-Z0-9]{8,}-[0-9]{10,13}-[a-f0-9]{64}"
    r"|hooks\.slack\.com/services/T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{24}"
)


def pins(lock: Path = LOCK) -> dict[str, str]:
    """The version of every package that the lock pins, by its canonical name."""
    entries = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())
    found = (Requirement(entry.partition("\\")[0].strip()) for entry in entries)
    return {canonicalize_name(one.name): str(one.specifier).removeprefix("==") for one in found}


# --- known weaknesses -------------------------------------------------------------------------------------------------


def known_weaknesses(pinned: Mapping[str, str], advisories: Path) -> Iterator[str]:
    """A line for every advisory in the folder (OSV files, in any subfolder) that a pinned version is named by."""
    files = sorted(advisories.rglob("*.json"))
    if not files:
        raise FileNotFoundError(f"{advisories} holds no advisories (OSV files, *.json)")
    for file in files:
        advisory = json.loads(file.read_text(encoding="utf-8"))
        if advisory.get("withdrawn"):
            continue
        for affected in advisory.get("affected", ()):
            package = affected.get("package", {})
            name = canonicalize_name(str(package.get("name", "")))
            if package.get("ecosystem") == "PyPI" and name in pinned and _is_affected(pinned[name], affected):
                yield f"{name} {pinned[name]}: {advisory.get('id')} {advisory.get('summary', '')}".rstrip()


def _is_affected(version: str, affected: Mapping[str, Any]) -> bool:
    if version in affected.get("versions", ()):
        return True
    ranges = [one for one in affected.get("ranges", ()) if one.get("type") in {"ECOSYSTEM", "SEMVER"}]
    return any(_within(Version(version), one.get("events", ())) for one in ranges)


def _within(version: Version, events: Iterable[Mapping[str, str]]) -> bool:
    """Whether a range of OSV, told as the versions where it begins and ends in order, holds the version."""
    inside = False
    for event in events:
        kind, value = next(iter(event.items()))
        try:
            border = Version("0" if value == "0" else value)
        except InvalidVersion:
            continue
        if kind == "introduced" and version >= border:
            inside = True
        if (kind == "fixed" and version >= border) or (kind == "last_affected" and version > border):
            inside = False
    return inside


def asked(lock: Path = LOCK) -> Iterator[str]:
    """The same by pip-audit, over the network; a package that could not be looked up is a finding too."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--progress-spinner=off"]
    done = subprocess.run(
        [*command, "--format=json", f"--requirement={lock}"], check=False, capture_output=True, text=True
    )
    if not done.stdout.strip():
        last = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        yield f"the advisory database cannot be asked ({last}); {GIVE_A_COPY}"
        return
    answers = json.loads(done.stdout)["dependencies"]
    skipped = [one["name"] for one in answers if "skip_reason" in one]
    if skipped:
        yield f"the advisory database does not know {len(skipped)} packages ({', '.join(skipped)}); {GIVE_A_COPY}"
    for one in answers:
        yield from (f"{one['name']} {one['version']}: {weakness['id']}" for weakness in one.get("vulns", ()))


# --- secrets, CI's files, bill of materials ---------------------------------------------------------------------------


def secrets(files: Iterable[Path]) -> Iterator[str]:
    """A line for every secret in these files; the secret itself is not told."""
    with transient_settings({"plugins_used": [{"name": name} for name in DETECTORS]}):
        for file in files:
            for found in scan_file(str(file)):
                line = file.read_text(encoding="utf-8", errors="replace").splitlines()[found.line_number - 1]
                if found.type != "Slack Token" or REAL_SLACK.search(line):
                    yield f"{file.name}:{found.line_number}: {found.type}"


def tracked() -> Iterator[Path]:
    """Every file under version control."""
    # Whoever asks need not be the one to whom the checkout belongs.
    command = ["git", "-c", f"safe.directory={CHECKOUT}", "ls-files", "-z"]
    names = subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout
    yield from (CHECKOUT / name for name in names.split("\0") if name and (CHECKOUT / name).is_file())


def weak_workflows(folder: Path = CHECKOUT / ".github") -> Iterator[str]:
    """What zizmor finds in the files that CI runs."""
    zizmor = Path(sys.executable).with_name("zizmor")
    command = [str(zizmor), "--offline", "--no-progress", "--format=json", str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    for found in json.loads(done.stdout):
        line = found["locations"][0]["concrete"]["location"]["start_point"]["row"] + 1
        yield f"{found['ident']}, line {line}: {found['desc']}"


def bill_of_materials(lock: Path = LOCK) -> str:
    """The packages of the lock as a CycloneDX document."""
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", "--output-reproducible", str(lock)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def listed(target: Path) -> Iterator[str]:
    """Write the bill of materials; nothing is found in making it."""
    target.parent.mkdir(exist_ok=True)
    target.write_text(bill_of_materials(), encoding="utf-8")
    yield from ()


def taken(look: Iterable[str]) -> Iterator[str]:
    """What a look finds; that it could not be taken is found too, and keeps no other from being taken."""
    try:
        yield from look
    except (OSError, ValueError, LookupError, subprocess.CalledProcessError) as error:
        yield f"could not be looked at: {error}"


def look(advisories: Path | None, files: Iterable[Path], target: Path = SBOM) -> dict[str, list[str]]:
    """What each look finds."""
    weaknesses = known_weaknesses(pins(), advisories) if advisories else asked()
    looks = {
        "weaknesses": weaknesses,
        "secrets": secrets(files),
        "workflows": weak_workflows(),
        "bill of materials": listed(target),
    }
    return {name: list(taken(found)) for name, found in looks.items()}


def main() -> int:
    """Take all four looks and tell what was found."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--advisories", type=Path, help="a folder of OSV files to read instead of asking")
    findings = look(arguments.parse_args().advisories, tracked())
    for name, found in findings.items():
        print(f"{name}: {len(found) or 'none found'}")
        print("".join(f"  {one}\n" for one in found), end="")
    print(f"the bill of materials is {SBOM.relative_to(CHECKOUT)}, {len(pins())} packages")
    return int(any(findings.values()))


if __name__ == "__main__":
    sys.exit(main())
