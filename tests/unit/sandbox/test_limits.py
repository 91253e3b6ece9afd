from incidentbot.sandbox.slack.limits import Limiter, LimitRules

TEAM, METHOD, CHANNEL = "T1", "chat.update", "C1"


def test_a_method_takes_its_tier_in_any_minute() -> None:
    limiter = Limiter()
    assert [limiter.admit(TEAM, METHOD, 50, one / 10) for one in range(50)] == [None] * 50
    assert limiter.admit(TEAM, METHOD, 50, 10.0) == 50
    assert limiter.admit(TEAM, METHOD, 50, 60.0) is None


def test_methods_and_workspaces_are_counted_apart() -> None:
    limiter = Limiter()
    assert limiter.admit(TEAM, METHOD, 1, 0.0) is None
    assert limiter.admit(TEAM, METHOD, 1, 0.0) is not None
    assert limiter.admit(TEAM, "chat.delete", 1, 0.0) is None
    assert limiter.admit("T2", METHOD, 1, 0.0) is None


def test_a_channel_takes_a_short_burst_then_one_post_a_second() -> None:
    limiter = Limiter()
    assert [limiter.admit_post(TEAM, CHANNEL, 0.0) for _ in range(3)] == [None] * 3
    assert limiter.admit_post(TEAM, CHANNEL, 0.0) == 1
    assert limiter.admit_post(TEAM, "C2", 0.0) is None
    assert limiter.admit_post(TEAM, CHANNEL, 1.0) is None
    assert limiter.admit_post(TEAM, CHANNEL, 1.0) == 1


def test_waiting_as_long_as_told_is_long_enough() -> None:
    limiter = Limiter()
    now, taken = 0.0, 0
    for _ in range(100):
        wait = limiter.admit_post(TEAM, CHANNEL, now)
        taken += wait is None
        now += wait or 0
    assert taken >= 50


def test_a_workspace_takes_several_hundred_posts_a_minute() -> None:
    limiter = Limiter(LimitRules(posts_per_minute=300))
    results = [limiter.admit_post(TEAM, f"C{one}", 0.0) for one in range(301)]
    assert results == [*[None] * 300, 60]


def test_a_scale_multiplies_and_off_is_off() -> None:
    assert Limiter(LimitRules(scale=2)).admit(TEAM, METHOD, 1, 0.0) is None
    double = Limiter(LimitRules(scale=2))
    assert [double.admit(TEAM, METHOD, 1, 0.0) for _ in range(3)] == [None, None, 60]
    off = Limiter(LimitRules(enabled=False))
    assert [off.admit_post(TEAM, CHANNEL, 0.0) for _ in range(100)] == [None] * 100


def test_a_hold_lasts_until_its_time() -> None:
    limiter = Limiter()
    limiter.hold(TEAM, METHOD, 30.0)
    assert limiter.held(TEAM, METHOD, 0.5) == 30
    assert limiter.held(TEAM, "chat.delete", 0.5) is None
    assert limiter.held(TEAM, METHOD, 30.0) is None
