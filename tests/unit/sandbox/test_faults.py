from incidentbot.sandbox.slack.faults import FaultKind, Faults


def test_a_fault_strikes_as_often_as_told_after_as_many_as_told() -> None:
    faults = Faults()
    faults.lose_replies(skip=1, times=2)
    struck = [bool(faults.pick("chat.postMessage", "C1")) for _ in range(5)]
    assert struck == [False, True, True, False, False]
    assert faults.active() == ()


def test_a_fault_keeps_to_its_methods_and_its_channel() -> None:
    faults = Faults()
    faults.rate_limit("chat.*", channel="C1", times=None)
    assert faults.pick("chat.update", "C1")[0].kind is FaultKind.RATE_LIMITED
    assert faults.pick("chat.update", "C2") == []
    assert faults.pick("views.open", "C1") == []


def test_chances_repeat_with_their_seed() -> None:
    def story(seed: int) -> list[bool]:
        faults = Faults(seed=seed)
        faults.reset(chance=0.5, times=None)
        return [bool(faults.pick("chat.postMessage", "")) for _ in range(40)]

    assert story(7) == story(7)
    assert 0 < sum(story(7)) < 40


def test_a_fault_ends_when_it_is_removed_and_every_switch_is_heard_of() -> None:
    heard: list[int] = []
    faults = Faults(on_change=lambda: heard.append(len(faults.active())))
    number = faults.down()
    assert faults.pick("auth.test", "")
    faults.remove(number)
    assert not faults.pick("auth.test", "")
    faults.deafen()
    faults.clear()
    assert not faults.deaf_socket
    assert heard == [1, 0, 0, 0]
