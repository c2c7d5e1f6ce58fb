"""An admin mends what is known of a note, and adds an event, on the page."""

import shutil

from playwright.sync_api import expect

from browser.playing import dialog, playing, say
from store.model import Fixes
from store.sidecar import read

NEUTRON = "2015-10-tokyo-neutron.md"


def test_an_admin_fixes_a_note_that_several_words_find_and_gives_it_an_event(look, tmp_path, index, sample_notes):
    notes = shutil.copytree(sample_notes, tmp_path / "notes")
    with playing(tmp_path, index, notes) as played:
        page = look(f"{played.address}?user=U0ADA")
        say(page, "/recap admin fix tokyo")
        chooser = dialog(page, "Fix a note")
        expect(chooser).to_contain_text("3 notes fit “tokyo”")
        chooser.get_by_role("button", name="Fix Tokyo: Neutron, BGP").click()
        form = dialog(page, "Fix a note")
        expect(form.get_by_label("Date")).to_have_value("2015-10-28")
        form.get_by_label("Author").fill("Zelda Quill")
        form.get_by_label("Address").fill("zelda.example")
        form.get_by_role("button", name="Save").click()
        expect(form.get_by_text("Write an address that begins with https://")).to_be_visible()
        form.get_by_label("Address").fill("https://zelda.example/")
        form.get_by_role("combobox", name="Event").fill("Burrow Days Graz 2031")
        form.get_by_role("option", name="New: Burrow Days").click()
        form.get_by_role("button", name="Save").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.locator("#main .whisper").last).to_contain_text("1 changed")
        fixed = Fixes(event="Burrow Days Graz 2031", author="Zelda Quill", url="https://zelda.example/")
        assert read(notes / NEUTRON) == fixed

        say(page, "/recap admin events")
        dialog(page, "Your own events").get_by_role("button", name="Add an event").click()
        adding = dialog(page, "Add an event")
        adding.get_by_label("Name", exact=True).fill("Burrow Days Graz 2031")
        adding.get_by_label("First day").fill("2031-05-06")
        adding.get_by_role("button", name="Add").click()
        expect(page.locator("#main .whisper").last).to_contain_text("Wrote events.toml")
        assert 'start = "2031-05-06"' in (notes / "events.toml").read_text()
