"""A bot that answers from an index of tests/notes, in a stand-in workspace that delivers straight to its listeners."""

import asyncio
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from types import SimpleNamespace

import pytest
from conftest import NOTES
from slack_bolt.request.async_request import AsyncBoltRequest

from bot import views
from bot.ask import ask, replier
from bot.desk import Desk
from bot.inbox import Incoming
from bot.playground import Playground
from bot.playground.workspace import ADMIN, BOT_TOKEN, ENGINEERING, MEMBER
from bot.post import to_response_url
from bot.settings import Settings
from bot.slack import build_app
from intents import INTENTS
from store.index import open_index
from store.journal import Journal
from store.load import Changes, reload

SCOPES = (
    "app_mentions:read", "assistant:write", "chat:write", "commands", "im:history", "im:write", "users:read",
)  # fmt: skip
EVENTS = ("app_home_opened", "app_mention", "message.im")
MANIFEST = {
    "features": {
        "agent_view": {"agent_description": "Answers from the notes."},
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "slash_commands": [{"command": "/recap", "description": "Ask"}],
        "shortcuts": [
            {"type": "message", "callback_id": "recap_message", "name": "Ask", "description": "Ask"},
            {"type": "global", "callback_id": "recap_search", "name": "Search", "description": "Search"},
        ],
    },
    "oauth_config": {"scopes": {"bot": SCOPES}},
    "settings": {
        "event_subscriptions": {"bot_events": EVENTS},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    """An index of tests/notes and a dozen notes more."""
    folder = tmp_path_factory.mktemp("library")
    shutil.copytree(NOTES, folder / "notes")
    more_notes(folder / "notes")
    reload(folder / "notes", folder / "recap.db")
    index = open_index(folder / "recap.db")
    yield index
    index.close()


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """Windows wait for their content however slow the machine is, and no proxy stands before the loopback address."""
    monkeypatch.setattr("bot.reach.SOON", 30.0)
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


class Rig(SimpleNamespace):
    """``slack`` is the workspace, ``answered`` posts an answer as if somebody had asked, ``waits`` are our pauses."""

    async def settle(self) -> None:
        """Wait for everything delivered so far."""
        await self.slack.until(lambda: not self.slack.outbox.unacknowledged())
        for _ in range(10):  # for the listeners, which start behind the ack
            await asyncio.sleep(0)
        while self.desk.running:
            await asyncio.wait(set(self.desk.running))

    async def do(self, act, *values, **named):
        """Do something in the workspace and wait for what comes of it."""
        done = act(*values, **named)
        await self.settle()
        return done

    async def public(self, text, user=MEMBER, channel=ENGINEERING, **changed):
        """An answer that everybody in a channel sees."""
        message = self._answer(text, user, channel, "mention", **changed)
        await self.app.client.chat_postMessage(channel=channel, **message)
        return self.seen(user, channel)[-1]

    async def private(self, text, user=MEMBER, channel=ENGINEERING):
        """An answer that only the asker sees, as a command brings it."""
        message = self._answer(text, user, channel, "command")
        await to_response_url(self.slack.workspace.hook(user, channel), message)
        return self.seen(user, channel)[-1]

    def _answer(self, text, user, channel, surface, **changed):
        incoming = Incoming(text, f"{channel}:{user}", 600.0, surface, user, channel, **changed)
        asked, hidden = self.desk.answer(incoming), surface == "command"
        return views.message(asked.answer, asked=text if hidden else "", ticket=asked.ticket, private=hidden)

    def seen(self, user, channel, thread=""):
        """The messages that somebody sees."""
        return self.slack.workspace.shown(user, channel, thread)

    def modal(self, user):
        """What the open modal of somebody shows, as text; nothing where none is open."""
        view = self.slack.workspace.modal(user)
        return told(view.blocks) if view else ""

    def ticket(self):
        """The ticket of the last answer."""
        return self.journal.db.execute("select ticket from answers order by rowid desc limit 1").fetchone()[0]


_SHOWN = (
    "Kuryr gave every container of a hospital its own address.",
    "A bank replaced its overlay by Kuryr and halved the delay between two racks.",
    "Two students drew a picture of Kuryr on a napkin, which hung in the hall for days.",
    "Operators of a telescope let Kuryr name their ports after stars.",
    "The release of Kuryr slipped by a month since its gate was broken.",
    "Kuryr lost its second maintainer to a railway company.",
    "Somebody measured forty thousand ports before Kuryr ran out of memory.",
    "Whoever upgrades Kuryr should drain the southern routers at night.",
    "A farm in Kenya counts its goats with sensors that Kuryr connects.",
    "Kuryr and &lt;!channel&gt; were the loudest words of a lightning talk.",
    "The translators found no word for Kuryr but courier.",
    "Seven vendors promised plugins for Kuryr and three of them came.",
)


def more_notes(folder):
    """Adds a dozen notes about Kuryr to a folder of notes, one a year and city."""
    cities = ("Austin", "Boston", "Denver")
    for number, shown in enumerate(_SHOWN):
        city, year = cities[number % 3], 2012 + number // 3
        (folder / f"kuryr-{number:02}.md").write_text(
            f"---\ntitle: Report {number}\nevent: OpenStack Summit {city} {year}\nauthor: Ann Writer\n"
            f"city: {city}\ndate: {year}-05-01\n---\n\n# Before\n\nThe doors opened late on day {number}.\n\n"
            f"# Networks\n\n{shown}\n\n"
            f"# After\n\nThe week {number} ended with a walk along the river.\n"
        )


def told(blocks) -> str:
    """What blocks say, names and values of their elements included."""
    return json.dumps(blocks, ensure_ascii=False)


def actions(message) -> list[str]:
    """The names of all buttons of a message or view."""
    found = (element for block in message.blocks for element in block.get("elements", ()))
    return [element["action_id"] for element in found if "action_id" in element]


@asynccontextmanager
async def pressed(path, index, **changed):
    """The rig, with its state in the folder ``path``; ``changed`` are settings, or ``answer`` and ``load``."""
    load = changed.pop("load", lambda force, progress: Changes(added=("a.md",)))
    hurdle = changed.pop("hurdle", lambda: None)
    manifest = changed.pop("manifest", MANIFEST)
    with Playground(manifest) as slack:
        loop, waits = asyncio.get_running_loop(), []
        journal, pool = Journal(path / "state.db"), ThreadPoolExecutor(2)

        async def pause(seconds):
            waits.append(seconds)

        def answer(incoming: Incoming):
            hurdle()
            asked = ("conversation", "memory", "surface", "channel", "user", "thread")
            where = {name: getattr(incoming, name) for name in asked}
            return ask(incoming.text, replier(index), journal, **where)

        desk = Desk(answer, load, journal, INTENTS, pool, pause=pause, index=index)
        settings = Settings(
            notes=changed.pop("notes", path), db=path / "r.db", state=path / "s.db", api_url=slack.api_url,
            bot_token=BOT_TOKEN, admins=frozenset({ADMIN}), **changed,
        )  # fmt: skip
        app = build_app(settings, desk)

        async def hand_over(delivery):
            request = AsyncBoltRequest(body=delivery.payload, mode="socket_mode")
            response = await app.async_dispatch(request)
            ack = json.loads(response.body) if response.body.startswith("{") else {}
            if response.status == 200:
                slack.outbox.acknowledge(delivery.id, ack)

        handing = set()

        def start(delivery):
            task = asyncio.ensure_future(hand_over(delivery))
            handing.add(task)
            task.add_done_callback(handing.discard)

        slack.outbox.carry = partial(loop.call_soon_threadsafe, start)
        try:
            yield Rig(slack=slack, desk=desk, app=app, journal=journal, settings=settings, waits=waits)
        finally:
            while handing:
                await asyncio.wait(set(handing))
            pool.shutdown()
            journal.close()
