"""All benchmarks, one after the other, each in a process of its own: python -m benchmarks [NAME …]."""

import subprocess
import sys

ALL = (
    "ingest",
    "click",
    "burst_of_clicks",
    "first_call",
    "one_incident",
    "storm",
    "bad_days",
    "size",
    "start",
    "page",
    "report",
)

if __name__ == "__main__":
    failed = [
        name
        for name in sys.argv[1:] or ALL
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode
    ]
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)
