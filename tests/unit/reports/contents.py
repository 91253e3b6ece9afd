"""Whole reports to be made: an ordinary one, and one whose every word a stranger wrote."""

from dataclasses import replace
from datetime import timedelta

from incidentbot.domain.charting import course_of
from incidentbot.domain.report_content import Content, Happened, KeyFigure, Row, Story
from tests.unit.reports.charts import ENTRIES, HOSTILE, NOW, all_charts

CHARTS = all_charts()
LINK = "https://acme.slack.com/archives/C1/p1?thread_ts=1"
ROW = Row("INC-7", "Payments are down", "critical", "resolved", "24 Nov 2026 10:30", "4 min", "1 h 50 min", LINK)
COURSE = course_of("INC-7", ENTRIES, NOW + timedelta(hours=9))
ORDINARY = Content(
    name="Incidents",
    type="incidents",
    period="17 Nov 2026 10:30 to 24 Nov 2026 10:30",
    made="24 Nov 2026 10:30",
    zone="Europe/Berlin",
    summary=("120 incidents in the last 7 days, 3 more than before: 30 critical.", "12 are open."),
    figures=(KeyFigure("Incidents", "120", "117"),),
    charts=tuple(CHARTS[name] for name in ("over_a_week", "trend", "heat_map", "top")),
    rows=(ROW, replace(ROW, reference="INC-8", title="Ωμέγα шлюз Łódź 🔥", url="")),
    more_rows=118,
    stories=(Story(ROW, COURSE, (Happened("10:30", "Incident created by @ana", "Cards are refused"),), 3),),
)
STRANGE = replace(
    ORDINARY,
    name=HOSTILE[4][:200],
    summary=HOSTILE,
    figures=tuple(KeyFigure(word[:250], word[:250], "\u202e#panic()") for word in HOSTILE),
    rows=tuple(replace(ROW, title=word[:250], url="javascript:alert(1)") for word in HOSTILE),
    stories=(Story(ROW, COURSE, tuple(Happened(word[:50], word, '#eval("1") */ [x](y)') for word in HOSTILE)),),
)
ALONE = replace(ORDINARY, figures=(), rows=(), more_rows=0, charts=(COURSE,))
