"""Makes one report in a process of its own: reads what it says from standard input, writes pictures and document.

The process bounds itself before it reads anything: memory, processor time, and the size of what it
writes. It is given no secret and no address. It answers one JSON object: `picture` (PNG, of the first
chart), `pictures` (a compressed JSON list of SVG, of all) and `document` (PDF), each in base64.
"""

import base64
import json
import resource
import sys
import zlib
from collections.abc import Mapping
from typing import Final

from pydantic import TypeAdapter

from incidentbot.domain.report_content import Content
from incidentbot.languages import speaking

MEMORY: Final = 1 << 30
SECONDS: Final = 60
LARGEST_FILE: Final = 1 << 20


def bound() -> None:
    """No more than this for us. Where the system knows no such bound on memory, time still ends us."""
    bounds = {resource.RLIMIT_CPU: SECONDS, resource.RLIMIT_FSIZE: LARGEST_FILE, resource.RLIMIT_CORE: 0}
    if sys.platform == "linux":
        bounds[resource.RLIMIT_AS] = MEMORY
    for kind, most in bounds.items():
        hard = resource.getrlimit(kind)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))


def make(content: Content) -> Mapping[str, str]:
    """All that a report is made into; `picture` is "" where it has none."""
    # Loaded under the bounds: this is where most of the memory goes.
    from incidentbot.reports.document import document  # noqa: PLC0415 - see above
    from incidentbot.reports.pictures import picture  # noqa: PLC0415 - see above

    # A story that is told alone has its picture among the report's own.
    courses = [story.course for story in content.stories] if content.rows else []
    drawn = [picture(chart) for chart in (*content.charts, *courses)]
    pictures = [one.svg.decode() for one in drawn]
    made = {
        "picture": drawn[0].png if content.charts else b"",
        "pictures": zlib.compress(json.dumps(pictures).encode()),
        "document": document(content, pictures),
    }
    return {name: base64.b64encode(data).decode() for name, data in made.items()}


def main() -> None:
    """From standard input to standard output."""
    bound()
    content = TypeAdapter(Content).validate_json(sys.stdin.buffer.read())
    with speaking(content.language):
        sys.stdout.write(json.dumps(make(content)))


if __name__ == "__main__":
    main()
