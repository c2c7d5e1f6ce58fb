"""Every way to ask, on the page, and what can be done with an answer."""

import re

from playwright.sync_api import expect

from browser.playing import KURYR, answer, ask, dialog, say


def test_a_mention_is_answered_in_its_thread(page):
    said = ask(page, "what was said about Kuryr")
    expect(said).to_contain_text(KURYR)
    expect(page.locator("#main .message")).to_have_count(1)
    expect(said.locator("blockquote b").first).to_have_text("Kuryr")


def test_a_thread_goes_on_where_it_was(page):
    ask(page, "containers at Barcelona 2016")
    say(page, "and in Tokyo?", "#thread")
    expect(page.locator("#thread .message")).to_have_count(4)
    expect(answer(page)).to_contain_text("about containers at OpenStack Summit Tokyo 2015")


def test_direct_messages_begin_with_suggestions_and_are_answered(page):
    page.get_by_role("link", name="Recap", exact=True).click()
    page.get_by_role("group", name="Suggested questions").get_by_role(
        "button", name="What was said about Kuryr"
    ).click()
    page.get_by_role("link", name="1 reply").click()
    expect(answer(page)).to_contain_text(KURYR)
    say(page, "what was said about Magnum")
    expect(page.get_by_role("link", name="1 reply")).to_have_count(2)


def test_a_command_is_completed_and_answered_to_nobody_else(page, look, played):
    field = page.get_by_label("Message #eng")
    field.press_sequentially("/rec")
    expect(page.get_by_role("option")).to_have_count(3)
    field.press("Enter")
    expect(field).to_have_value("/recap ")
    field.press_sequentially("what was said about Kuryr")
    field.press("Enter")
    said = page.locator("#main .message")
    expect(said).to_contain_text(["Only visible to you"])
    expect(said).to_contain_text(KURYR)
    other = look(f"{played.address}?user=U0ADA&channel=C0ENG")
    expect(other.locator("#main .message")).to_have_count(0)
    said.get_by_role("button", name="Share in channel").click()
    expect(other.locator("#main .message")).to_contain_text("Shared by @ann")


def test_a_name_is_completed_and_what_is_no_command_is_told(page):
    field = page.get_by_label("Message #eng")
    field.press_sequentially("hello @re")
    field.press("Tab")
    expect(field).to_have_value("hello @recap ")
    field.fill("")
    say(page, "/nonsense")
    expect(page.locator("#main .message")).to_contain_text("/nonsense is not a valid command.")


def test_a_typo_is_corrected_and_can_be_meant(page):
    said = ask(page, "kuyr")
    expect(said).to_contain_text("Showing results for Kuryr; search instead for “kuyr”")
    said.get_by_role("button", name="Search instead for “kuyr”").click()
    expect(answer(page)).to_contain_text("The notes don’t mention “kuyr”")


def test_what_comes_near_is_a_button_that_asks_it(page):
    said = ask(page, "ironik in Boston")
    expect(said).to_contain_text("The notes don’t mention “ironik” at OpenStack Summit Boston 2017")
    said.get_by_role("button", name=re.compile("^Ironic")).click()
    expect(answer(page)).to_contain_text("What the notes say about Ironic")


def test_what_an_answer_is_limited_to_can_be_taken_off(page):
    said = ask(page, "containers at Barcelona 2016")
    said.get_by_role("button", name="Not only: OpenStack Summit Barcelona 2016").click()
    expect(answer(page)).not_to_contain_text("Only:")


def test_more_turns_the_page_in_place_and_keeps_the_focus(page):
    said = ask(page, "containers")
    before = said.locator("blockquote").first.inner_text()
    more = said.get_by_role("button", name="More:")
    more.focus()
    page.keyboard.press("Enter")
    expect(answer(page)).to_contain_text("page 2")
    expect(page.locator("#thread .message")).to_have_count(2)
    assert answer(page).locator("blockquote").first.inner_text() != before
    expect(page.locator("body")).not_to_be_focused()


def test_a_thumb_down_asks_why(page, played):
    ask(page, "what was said about Kuryr").get_by_role("button", name="Bad answer").click()
    form = dialog(page, "What was wrong?")
    form.get_by_role("button", name="Send").click()
    expect(form).to_contain_text("Please fill this in.")
    form.get_by_label("It is out of date").check()
    form.get_by_label("What should it have said?").fill("Something newer.")
    form.get_by_role("button", name="Send").click()
    expect(form).to_be_hidden()
    expect(answer(page).get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "true")
    sent = played.slack.delivered("view_submission")[-1].payload["view"]["state"]["values"]
    assert sent["reason"]["reason"]["selected_option"]["value"] == "old"
    assert sent["remark"]["remark"]["value"] == "Something newer."


def test_an_answer_tells_why_and_shows_its_passage(page):
    said = ask(page, "what was said about Magnum")
    said.get_by_role("button", name="Why this?").click()
    window = dialog(page, "Why this?")
    expect(window).to_contain_text("Words that matched")
    window.get_by_role("button", name="Close", exact=True).click()
    expect(window).to_be_hidden()
    said.get_by_role("button", name="Open passage 1").click()
    expect(dialog(page, "Passage")).to_contain_text("Magnum")


def test_an_answer_is_exported_as_markdown(page):
    ask(page, "what was said about Magnum").get_by_role("button", name="Export").click()
    expect(dialog(page, "Export").locator("pre")).to_contain_text("> ")


def test_a_message_can_be_looked_up_from_its_menu(page):
    say(page, "Did anybody hear more about Kuryr?")
    message = page.locator("#main .message")
    message.hover()
    message.get_by_label("More to do with this message").click()
    message.get_by_role("button", name="What do the notes say?").click()
    told = page.locator("#main .whisper")
    expect(told).to_contain_text("Only visible to you")
    expect(told).to_contain_text(KURYR)


def test_a_timeline_comes_with_a_chart_that_can_be_read_aloud(page):
    said = ask(page, "timeline of containers")
    spoken = re.compile("Mentions of containers: Tokyo 2015 7, Austin 2016 2")
    expect(said.get_by_role("img")).to_have_accessible_name(spoken)


def test_the_first_minute_leads_through_four_questions(page):
    for name, told in (
        ("A typo is no obstacle", "Showing results for Kuryr"),
        ("What one summit had to say", "containers at OpenStack Summit Barcelona 2016"),
        ("A follow-up, in the thread", "containers at OpenStack Summit Tokyo 2015"),
        ("What the notes do not mention", "The notes don’t mention “StarlingX”"),
    ):
        page.get_by_role("button", name=name).click()
        expect(answer(page)).to_contain_text(told)
    expect(page.locator("#guide li.done")).to_have_count(4)
    expect(page.locator("#guide")).to_contain_text("recap demo --notes FOLDER")
