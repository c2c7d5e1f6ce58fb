"""Make the pictures of the playground: the real bot answers from the sample notes, and Chromium draws the page.

The clock of the workspace stands still but for what happens in it, so that the same program draws the same pictures.
"""

import io
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib.resources import as_file, files
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect, sync_playwright

from bot.__main__ import DEMO_PORT
from bot.playground import Playground
from bot.playground.page import demo, guide
from bot.playground.workspace import ADMIN, APP_TOKEN, BOT_TOKEN
from bot.settings import Settings
from store.load import reload

NOW = 1_772_447_400.0
"""A Monday morning in March 2026, in seconds since 1970."""
TICK = 0.004
"""Seconds that go by with every call and payload."""
COLOURS = 160
WHOLE, THREAD, WINDOW = "body", "#thread", "dialog"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

SHARED: FilePayload = {
    "name": "tokyo-day-two.md",
    "mimeType": "text/markdown",
    "buffer": b"# Day two of the OpenStack Summit in Tokyo\n\nThe hall was full when Kuryr was shown: containers got "
    b"their addresses from Neutron.\n\n## In the hallway\n\nOperators asked for a guide to upgrades.\n",
}
"""A file that an admin shares."""

Draw = Callable[[Page], str]
"""Brings a page to where the picture is taken, and gives what of it is in the picture."""


def ask(page: Page, *questions: str) -> None:
    """Mention the bot with the first question, open the thread, and go on there with the others."""
    page.locator("#main textarea").fill(f"@recap {questions[0]}")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="1 reply").click()
    for place, question in enumerate(questions[1:], 1):
        expect(page.locator("#thread .message")).to_have_count(2 * place)
        page.locator("#thread textarea").fill(question)
        page.keyboard.press("Enter")
    expect(page.locator("#thread .message")).to_have_count(2 * len(questions))
    page.locator("#thread-scroll").evaluate("pane => { pane.scrollTop = 0; }")


def command(page: Page, line: str) -> None:
    """Give a command and wait for what only this person sees."""
    page.locator("#main textarea").fill(line)
    page.keyboard.press("Enter")
    page.locator("#main .whisper").wait_for()


def thread(page: Page) -> str:
    """An answer in a thread."""
    ask(page, "what was said about Kuryr in Tokyo")
    return WHOLE


def follow_up(page: Page) -> str:
    """A question that leans on the one before."""
    ask(page, "containers at Barcelona 2016", "and in Tokyo?")
    return THREAD


def typo(page: Page) -> str:
    """A slip of the finger that is corrected, and said to be."""
    ask(page, "what was said about kuyr")
    return THREAD


def summary(page: Page) -> str:
    """A summit in a few sentences."""
    ask(page, "summarise the Boston summit")
    return THREAD


def timeline(page: Page) -> str:
    """A topic over the years, with a chart."""
    ask(page, "timeline of containers")
    return THREAD


def comparison(page: Page) -> str:
    """Two summits side by side."""
    ask(page, "compare Tokyo and Barcelona on containers")
    return THREAD


def refusal(page: Page) -> str:
    """What the notes do not mention."""
    ask(page, "what was said about StarlingX?")
    return THREAD


def near(page: Page) -> str:
    """What comes nearest, where the notes say nothing."""
    ask(page, "ironik in Boston")
    return THREAD


def private(page: Page) -> str:
    """An answer to a command, with the button that shares it."""
    command(page, "/recap what was said about Magnum")
    return WHOLE


def search(page: Page) -> str:
    """The search form while one types."""
    page.get_by_role("button", name="Search the notes").click()
    page.get_by_label("What was said about").fill("containers")
    page.get_by_role("combobox", name="Summit").press_sequentially("summit")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    return WHOLE


def home(page: Page) -> str:
    """Home, as an admin sees it."""
    page.get_by_role("link", name="Ada Admin").click()
    page.locator(f"body[data-user={ADMIN}]").wait_for()
    page.get_by_role("link", name="Recap", exact=True).click()
    page.get_by_role("link", name="Home").click()
    page.get_by_role("button", name="Load the notes now").wait_for()
    return WHOLE


def suggestions(page: Page) -> str:
    """Direct messages before anything was asked."""
    page.get_by_role("link", name="Recap", exact=True).click()
    page.get_by_role("group", name="Suggested questions").wait_for()
    return WHOLE


def thumb(page: Page) -> str:
    """The form that asks what was wrong with an answer."""
    command(page, "/recap what was said about Magnum")
    page.get_by_role("button", name="Bad answer").click()
    page.get_by_label("Something is missing").check()
    return WHOLE


def passage(page: Page) -> str:
    """The passage that a quote is from."""
    command(page, "/recap what was said about Magnum")
    page.get_by_role("button", name="Open passage 1").click()
    page.get_by_role("dialog", name="Passage").wait_for()
    return WHOLE


def fix(page: Page) -> str:
    """The form that fixes what is known of a note, while an event is looked for."""
    page.get_by_role("link", name="Ada Admin").click()
    page.locator(f"body[data-user={ADMIN}]").wait_for()
    page.locator("#main textarea").fill("/recap admin fix tokyo keynotes")
    page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="Fix a note")
    form.get_by_role("combobox", name="Event").fill("vancouver")
    form.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    return WHOLE


def inspector(page: Page) -> str:
    """What goes back and forth for one question."""
    command(page, "/recap what was said about Magnum")
    page.get_by_role("link", name="Inspector").click()
    entry = page.locator("#inspector details", has_text="/recap")
    entry.locator("summary").click()
    entry.locator("pre").first.wait_for()
    return WHOLE


def adding(page: Page) -> str:
    """What Recap makes of a file that an admin shared."""
    page.get_by_role("link", name="Ada Admin").click()
    page.locator(f"body[data-user={ADMIN}]").wait_for()
    page.get_by_role("link", name="Recap", exact=True).click()
    page.locator("#main").get_by_label("Share files").set_input_files([SHARED])
    page.get_by_role("link", name="1 reply").click()
    page.get_by_role("button", name="Fix details").wait_for()
    return WHOLE


def dark(page: Page) -> str:
    """The same in the dark."""
    ask(page, "who talked about security")
    return WHOLE


PICTURES: tuple[tuple[Draw, int, int], ...] = (
    (thread, 1280, 800),
    (typo, 1440, 960),
    (follow_up, 1440, 1120),
    (summary, 1440, 1120),
    (timeline, 1440, 1120),
    (comparison, 1440, 1120),
    (refusal, 1440, 460),
    (near, 1440, 640),
    (private, 1180, 560),
    (search, 1180, 720),
    (home, 1180, 860),
    (suggestions, 1180, 560),
    (thumb, 1180, 700),
    (passage, 1180, 700),
    (fix, 1180, 760),
    (adding, 1280, 680),
    (inspector, 1280, 760),
    (dark, 1280, 800),
)
"""What is drawn, and in how large a window."""


def main(folder: Path) -> None:
    """Draw all pictures into a folder."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    demo.leave_proxies()
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as place:
        browser = playwright.chromium.launch(executable_path=next(filter(None, map(shutil.which, BROWSERS))))
        index = indexed(Path(place))
        for draw, width, height in PICTURES:
            with workspace(index) as slack:
                taken(browser, slack, draw, width, height, folder / f"{draw.__name__}.png")
        browser.close()


def indexed(place: Path) -> Path:
    """An index of the sample notes that was made at a certain time."""
    path = place / "recap.db"
    with as_file(files("bot").joinpath("samples")) as notes:
        shutil.copytree(notes, place / "notes")
    reload(place / "notes", path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE meta SET value = '2026-03-02T09:00:00+00:00' WHERE key = 'loaded_at'")
        connection.execute("UPDATE meta SET value = '/srv/recap/notes' WHERE key = 'folder'")
    return path


@contextmanager
def workspace(index: Path) -> Iterator[Playground]:
    """A workspace with a bot of its own, as ``recap serve`` runs it."""
    state = index.with_name("state.db")
    settings = demo.in_the_playground(Settings(notes=index.with_name("notes"), db=index, state=state))
    with demo.opened(settings, guide.SAMPLES, DEMO_PORT) as slack:
        slack.workspace.clock.now = lambda: NOW + TICK * (len(slack.calls) + len(slack.deliveries))
        env = {
            **os.environ, "SLACK_API_URL": slack.api_url, "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN,
            "RECAP_DB": str(index), "RECAP_NOTES": str(settings.notes), "RECAP_STATE": str(state),
            "RECAP_ADMINS": ADMIN,
        }  # fmt: skip
        with subprocess.Popen([sys.executable, "-m", "bot", "serve"], env=env, stderr=subprocess.DEVNULL) as bot:
            try:
                slack.wait(lambda: slack.sockets.opened, 60)
                yield slack
            finally:
                bot.terminate()
    state.unlink()


def taken(browser: Browser, slack: Playground, draw: Draw, width: int, height: int, path: Path) -> None:
    """Take one picture; few colours make a small file."""
    scheme = "dark" if draw is dark else "light"
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=1.5, color_scheme=scheme
    )
    page = context.new_page()
    page.goto(f"{slack.workspace.url}/")
    page.locator("html[data-live]").wait_for()
    part = page.locator(draw(page))
    page.mouse.move(0, 0)
    if not page.locator("dialog").count():
        page.evaluate("document.activeElement.blur()")
    drawn = Image.open(io.BytesIO(part.screenshot(animations="disabled")))
    drawn.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures"))
