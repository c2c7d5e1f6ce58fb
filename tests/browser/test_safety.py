"""Notes and people may write what they like: on the page it is text."""

import pytest
from playwright.sync_api import expect

from browser.playing import answer, ask, dialog, playing, say
from store.load import reload

HOSTILE = """---
title: "<img src=x onerror=alert(1)> *Zirkon*"
url: "javascript:alert(2)"
author: "<script>alert(3)</script>"
---
Zirkon says <script>window.hurt = 1</script> and <img src=x onerror="window.hurt = 2"> to everybody.

Zirkon links [here](javascript:window.hurt=3) and <javascript:window.hurt=4|there> and <!channel> to everybody.

Zirkon ends "></p></li><svg onload=window.hurt=5> and `code` and ```fence``` and *bold* for everybody.
"""


@pytest.fixture
def hostile(chromium, tmp_path):
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "2016-zirkon.txt").write_text(HOSTILE, encoding="utf-8")
    reload(notes, tmp_path / "hostile.db")
    with playing(tmp_path, tmp_path / "hostile.db", notes) as played:
        yield played


def harmless(page):
    """Nothing ran, and nothing can be pressed that would run anything."""
    assert page.evaluate("window.hurt") is None
    for selector in ("a[href^='javascript']", "[onerror]", "[onload]", "#main img", "body script"):
        assert page.locator(selector).count() == 0, selector


def test_what_notes_say_is_text_wherever_it_is_shown(look, hostile):
    page = look(hostile.address)
    said = ask(page, "what was said about Zirkon")
    expect(said).to_contain_text("<script>window.hurt = 1</script>")
    harmless(page)
    for button, title in (("Open passage 1", "Passage"), ("Why this?", "Why this?"), ("Export", "Export")):
        said.get_by_role("button", name=button).first.click()
        expect(dialog(page, title)).to_contain_text("Zirkon")
        harmless(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_people_write_is_text(page):
    evil = "<img src=x onerror=window.hurt=1> <javascript:alert(1)|there> *bold* [x](javascript:alert(2)) &lt;b&gt;"
    say(page, evil)
    message = page.locator("#main .message .text")
    expect(message).to_have_text(evil.replace("*", ""))
    expect(message.locator("b")).to_have_text("bold")
    page.get_by_role("link", name="Inspector").click()
    page.locator("#inspector summary").first.click()
    expect(page.locator("#inspector pre").first).to_contain_text("onerror")
    harmless(page)


def test_what_people_ask_for_is_text_in_the_answer(page):
    ask(page, "what was said about <img src=x onerror=window.hurt=1>?")
    expect(answer(page)).to_be_visible()
    harmless(page)


def test_a_script_that_got_in_would_not_run(page):
    page.on("console", lambda said: None)
    policy = page.evaluate("fetch('/').then(answer => answer.headers.get('Content-Security-Policy'))")
    assert "unsafe" not in policy
    assert (
        page.evaluate("fetch('/static/page.js').then(answer => answer.headers.get('X-Content-Type-Options'))")
        == "nosniff"
    )
