"""Files are shared from the page, and what comes of them is seen there."""

import shutil

import pytest
from playwright.sync_api import expect

from browser.playing import answer, playing, say

NOTE = {"name": "zurich.md", "mimeType": "text/markdown", "buffer": b"# Zurich\n\nMarmots guard clusters at night.\n"}
SLIDES = {"name": "slides <b>.pptx", "mimeType": "application/x", "buffer": b"PK"}


@pytest.fixture
def own(chromium, tmp_path, index, sample_notes):
    """A workspace with a bot that may write into the folder of its notes."""
    with playing(tmp_path, index, shutil.copytree(sample_notes, tmp_path / "notes")) as played:
        yield played


def test_an_admin_shares_files_and_adds_one(own, look):
    page = look(f"{own.address}?user=U0ADA&channel=D0ADA")
    page.get_by_label("Share files").set_input_files([NOTE, SLIDES])
    expect(page.get_by_role("list", name="Files").get_by_role("listitem")).to_contain_text(
        ["zurich.md", "slides <b>.pptx"]
    )
    page.get_by_role("link", name="2 replies").click()
    expect(page.locator("#thread")).to_contain_text("I cannot add slides <b>.pptx")
    page.get_by_role("button", name="Add Zurich").click()
    expect(page.locator("#thread")).to_contain_text("Added: Zurich. 1 passage.")
    say(page, "what guards clusters at night?", "#thread")
    expect(answer(page)).to_contain_text("guard clusters")


def test_what_stands_in_the_field_goes_with_the_files(page):
    field = page.get_by_label("Message #eng")
    field.fill("see these")
    page.get_by_label("Share files").set_input_files([NOTE])
    expect(page.locator("#main .message")).to_contain_text("see these")
    expect(page.locator("#main .message")).to_contain_text("zurich.md")
    expect(field).to_have_value("")
