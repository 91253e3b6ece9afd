"""A report's message with its picture, in the window of somebody who ordered it."""

from playwright.sync_api import expect

from tests.browser.windows import Windows


def test_a_report_is_ordered_and_its_picture_is_seen(windows: Windows) -> None:
    ana = windows.person("ana")
    ana.create("Sprinklers are on", "--severity critical")
    ana.type("/incident report incidents 7d")
    message = ana.messages.filter(has_text="Report Generated Successfully")
    picture = message.locator("img[alt*='most began']")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") == 1280
    expect(message.get_by_role("button", name="Share")).to_be_visible()
