"""The figures of a period at a terminal."""

from tests.integration.cli.conftest import Terminal


def test_the_figures_are_told_in_words_and_in_the_shape_of_the_rest_api(terminal: Terminal) -> None:
    for words in (("create", "Checkout is slow", "--ci", "Checkout"), ("ack", "INC-1"), ("resolve", "INC-1")):
        assert terminal.run("incidents", *words).code == 0
    told = terminal.run("incidents", "stats", "24h", "--by", "ci", "--definitions")
    assert (told.code, "Checkout: 1" in told.out, "MTTA" in told.out) == (0, True, True), told
    as_json = terminal.run("incidents", "stats", "--json").json
    assert (as_json["period"], as_json["created"], as_json["resolved"], as_json["mttr"]["count"]) == ("7d", 1, 1, 1)


def test_a_period_that_is_none_ends_with_1_and_says_which_there_are(terminal: Terminal) -> None:
    told = terminal.run("incidents", "stats", "fortnight")
    assert (told.code, "30d" in told.err) == (1, True), told
