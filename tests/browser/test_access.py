"""The page for people who do without a mouse, or without a screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browser.playing import KURYR, answer, ask, dialog, say


def check(page):
    """Nothing that axe knows to be wrong, serious or not."""
    found = Axe().run(page).response["violations"]
    assert not [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong(look, played, scheme):
    page = look(played.address, color_scheme=scheme)
    check(page)
    ask(page, "timeline of containers")
    say(page, "/recap what was said about kuyr")
    page.locator("#main .whisper").wait_for()
    page.get_by_role("link", name="Inspector").click()
    page.locator("#inspector summary").first.click()
    page.locator("#inspector pre").first.wait_for()
    check(page)
    page.get_by_role("button", name="Search the notes").click()
    dialog(page, "Search the notes").get_by_role("combobox", name="Summit").click()
    page.get_by_role("option").first.wait_for()
    check(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_on_home_and_in_forms(look, played, scheme):
    page = look(f"{played.address}?user=U0ADA&channel=D0ADA&tab=home", color_scheme=scheme)
    page.get_by_role("button", name="Load the notes now").wait_for()
    check(page)
    page.get_by_role("link", name="Messages", exact=True).click()
    page.get_by_role("group", name="Suggested questions").wait_for()
    check(page)
    page.get_by_role("button", name="What was said about Kuryr").click()
    page.get_by_role("link", name="1 reply").click()
    answer(page).get_by_role("button", name="Bad answer").click()
    dialog(page, "What was wrong?")
    check(page)


def test_everything_can_be_done_with_keys(page):
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the messages")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Message #eng")).to_be_focused()
    page.keyboard.type("@re")
    page.keyboard.press("Enter")
    page.keyboard.type("what was said about kuyr")
    page.keyboard.press("Enter")
    replies = page.get_by_role("link", name="1 reply")
    replies.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Reply …")).to_be_focused()
    down = answer(page).get_by_role("button", name="Bad answer")
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if down.evaluate("it => it === document.activeElement"):
            break
    page.keyboard.press("Enter")
    form = dialog(page, "What was wrong?")
    expect(form.get_by_label("It is about something else")).to_be_focused()
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    expect(down).to_be_focused()


def test_answers_are_read_aloud_and_one_s_own_words_are_not(page):
    say(page, "hello everybody")
    expect(page.locator("#main .message")).to_have_count(1)
    expect(page.locator("#spoken")).to_be_empty()
    say(page, "/recap what was said about Kuryr")
    expect(page.locator("#spoken")).to_contain_text(f"Recap: You asked: what was said about Kuryr {KURYR}")


def test_light_and_dark_can_be_chosen_and_are_kept(page):
    page.get_by_role("button", name="Light or dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_window_gives_the_focus_back(page):
    search = page.get_by_role("button", name="Search the notes")
    search.focus()
    page.keyboard.press("Enter")
    expect(dialog(page, "Search the notes").get_by_label("What was said about")).to_be_focused()
    page.keyboard.press("Escape")
    expect(search).to_be_focused()
