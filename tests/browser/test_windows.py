"""The search form, Home, loading, and the inspector."""

from playwright.sync_api import expect

from browser.playing import KURYR, dialog, playing, say


def test_the_search_form_offers_names_while_one_types(page):
    page.get_by_role("button", name="Search the notes").click()
    form = dialog(page, "Search the notes")
    form.get_by_label("What was said about").fill("Kuryr")
    summit = form.get_by_role("combobox", name="Summit")
    summit.press_sequentially("tok")
    expect(form.get_by_role("option")).to_have_text(["OpenStack Summit Tokyo 2015"])
    summit.press("ArrowDown")
    summit.press("Enter")
    expect(summit).to_have_value("OpenStack Summit Tokyo 2015")
    form.get_by_role("combobox", name="Person").click()
    expect(form.get_by_role("option").first).to_be_visible()
    form.get_by_role("button", name="Search").click()
    found = dialog(page, "What the notes say")
    expect(found).to_contain_text(f"{KURYR} at OpenStack Summit Tokyo 2015")
    found.get_by_role("button", name="Not only: OpenStack Summit Tokyo 2015").click()
    expect(page.get_by_role("dialog")).not_to_contain_text("Only:")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_summit_that_was_chosen_can_be_taken_back(page, played):
    page.get_by_role("button", name="Search the notes").click()
    form = dialog(page, "Search the notes")
    form.get_by_label("What was said about").fill("Kuryr")
    summit = form.get_by_role("combobox", name="Summit")
    summit.click()
    form.get_by_role("option", name="Barcelona").click()
    summit.fill("")
    form.get_by_role("button", name="Search").click()
    expect(dialog(page, "What the notes say")).not_to_contain_text("Only:")


def test_home_tells_what_is_known_and_asks_what_is_pressed(page):
    page.get_by_role("link", name="Recap", exact=True).click()
    page.get_by_role("link", name="Home").click()
    home = page.locator("#main-scroll")
    expect(home).to_contain_text("14 notes from 11 events")
    expect(home).not_to_contain_text("For admins")
    home.get_by_role("button", name="what was said about Kuryr").click()
    expect(page.locator("#apps a")).to_have_class("unread")
    page.get_by_role("link", name="Messages", exact=True).click()
    expect(page.locator("#main .message")).to_contain_text(KURYR)
    expect(page.locator("#apps a")).not_to_have_class("unread")


def test_an_admin_loads_the_notes_from_home_and_by_command(look, played):
    page = look(f"{played.address}?user=U0ADA&channel=D0ADA&tab=home")
    page.get_by_role("button", name="Load the notes now").click()
    expect(page.get_by_role("dialog")).to_contain_text("14 unchanged")
    page.keyboard.press("Escape")
    played.loading.clear()
    page.get_by_role("link", name="eng").click()
    say(page, "/recap-reload")
    said = page.locator("#main .message")
    expect(said).to_contain_text("Reading the notes …")
    expect(said).to_contain_text("How far I am stands in our direct messages")
    direct = look(f"{played.address}?user=U0ADA&channel=D0ADA").locator("#main .message")
    expect(direct).to_contain_text("3 of 14")
    expect(direct.get_by_role("button", name="Cancel")).to_be_visible()
    played.loading.set()
    expect(direct).to_contain_text("14 unchanged")
    expect(said).to_contain_text("0 added, 0 changed, 0 removed, 14 unchanged")


def test_a_guest_is_refused(look, played):
    page = look(f"{played.address}?user=U0GUS&channel=C0GENERAL")
    say(page, "/recap-reload")
    refused = page.locator("#main .whisper", has_text="I am not open to guests")
    expect(refused).to_have_count(1)
    say(page, "/recap what was said about Kuryr")
    expect(refused).to_have_count(2)
    expect(page.locator("#main")).not_to_contain_text(KURYR)


def test_a_member_cannot_load_the_notes(page):
    say(page, "/recap-reload")
    expect(page.locator("#main .whisper")).to_contain_text("ask one of them")


def test_who_one_is_can_be_changed(page):
    page.get_by_role("navigation", name="Who you are").get_by_role("link", name="Gus Guest").click()
    expect(page.get_by_role("navigation", name="Conversations").get_by_role("link", name="secret")).to_have_count(0)
    expect(page.locator("#main h1")).to_have_text("Recap")


def test_the_bot_is_added_to_a_channel_and_introduces_itself(page):
    page.get_by_role("link", name="random").click()
    page.get_by_role("button", name="Add Recap to this channel").click()
    expect(page.locator("#main .message").last).to_contain_text("I answer from your team’s conference notes")
    expect(page.get_by_role("button", name="Add Recap to this channel")).to_have_count(0)


def test_the_inspector_lists_what_goes_back_and_forth(page):
    page.get_by_role("link", name="Inspector").click()
    say(page, "@recap what was said about Kuryr")
    panel = page.get_by_role("complementary", name="Inspector")
    mention = panel.locator("details", has_text="app_mention")
    expect(mention).to_contain_text("acknowledged")
    expect(panel.locator("details", has_text="chat.postMessage").first).to_contain_text("200 ok")
    mention.locator("summary").click()
    expect(mention.locator("pre").first).to_contain_text('"type": "app_mention"')
    say(page, "hello")
    expect(panel.locator("details", has_text="message channel")).to_have_count(3)
    expect(mention.locator("pre").first).to_be_visible()


def test_somebody_else_sees_what_is_said_at_once(page, look, played):
    other = look(f"{played.address}?user=U0ADA&channel=C0GENERAL")
    say(page, "@recap what was said about Kuryr")
    expect(other.get_by_role("link", name="eng")).to_have_class("unread")
    other.get_by_role("link", name="eng").click()
    expect(other.locator("#main .message")).to_contain_text("what was said about Kuryr")


def test_what_the_bot_is_doing_is_told_until_it_answers(page, played):
    hold = played.loading
    hold.clear()
    played.slack.faults.fail("chat.postMessage", until=hold.is_set)
    page.get_by_role("link", name="Recap", exact=True).click()
    page.get_by_label("Message Recap").fill("what was said about Kuryr")
    page.keyboard.press("Enter")
    expect(page.locator("#main .doing")).to_contain_text("Recap ")
    hold.set()
    played.slack.workspace.news.tell()
    expect(page.get_by_role("link", name="1 reply")).to_be_visible()
    expect(page.locator("#main .doing")).to_have_count(0)


def test_the_page_goes_on_when_the_server_is_started_anew(look, tmp_path, index, sample_notes):
    with playing(tmp_path, index, sample_notes) as first:
        port = int(first.address.rstrip("/").rpartition(":")[2])
        page = look(first.address)
        say(page, "good morning")
        expect(page.locator("#main .message")).to_contain_text("good morning")
        page.get_by_label("Message #eng").fill("@recap what was said about Kuryr")
    expect(page.locator("#offline")).to_contain_text("cannot be reached")
    with playing(tmp_path, index, sample_notes, port) as second:
        assert second.address == first.address
        expect(page.locator("#offline")).to_be_empty()
        expect(page.locator("#main .message")).to_have_count(0)
        page.get_by_label("Message #eng").press("Enter")
        expect(page.get_by_role("link", name="1 reply")).to_be_visible()
