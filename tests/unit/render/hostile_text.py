"""Text as strangers and machines write it, for property tests."""

from hypothesis import strategies as st

from tests.unit.render.samples import HOSTILE, LONG

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
FRAGMENTS = (
    *("<!channel>", "<!here|x>", "<@U0EVIL0001>", "<#C0EVIL0001|x>", "<!subteam^S0EVIL001>", "<mailto:a@b|c>"),
    *("<https://evil.example|bank>", "<!date^1^{date}^https://evil.example|now>", "https://evil.example", "@everyone"),
    *("&lt;", "&amp;", "&", "<", ">", "|", "```", "`", "*", "_", "~", "*b*", "_i_", "~s~", ":tada:", "\\", "%s"),
    *("\n", "\n> ", "\r\n", "\t", "\x00", "\x1b[2J", "\x85", "\u2028", "\u202e", "\u2066", "\u200b", "\ufeff"),
    *("\ud800", "\U000e0041", "e\u0301" * 3, "\u0301" * 40, FAMILY, "🇩🇪", "👍🏽", "العربية", "עברית"),
    *("{who}", "{0}", "{{7*7}}", "${jndi:ldap://x}", "=cmd()", "INC-1", ""),
)
HUGE = (HOSTILE, LONG, " ", "x" * 5000, "&" * 5000, FAMILY * 700, "😀" * 3000, "\u0301" * 5000, "<" * 3000)
characters = st.characters()
pieces = st.one_of(st.sampled_from(FRAGMENTS), st.text(characters, max_size=3))
any_text = st.one_of(
    st.text(characters, max_size=40),
    st.lists(pieces, max_size=8).map("".join),
    st.sampled_from(HUGE),
)
