"""The bot's listeners wired to the stand-in for Slack, with questions answered by a function of the test's own."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_payloads import FakeSlack

from bot.ask import ask
from bot.desk import Desk
from bot.following import is_worth_saying
from bot.manners import Door
from bot.settings import Settings
from bot.slack import build_app
from intents import INTENTS
from intents.base import Answer, Citation, Line
from store.journal import Journal
from store.load import Changes

TOKEN = "xoxb-1-2-secret"
ADMIN = "U0ADMIN"


class Rig(SimpleNamespace):
    """A bot wired to the stand-in. Answers wait until ``hold`` is set; ``asked`` are the questions seen.

    ``now`` is the time by all of its clocks, to be changed at will.
    """

    async def send(self, payload):
        """Deliver and give Slack's view of it: the status (200 is an ack)."""
        request = AsyncBoltRequest(body=payload, mode="socket_mode")
        return (await self.app.async_dispatch(request)).status

    async def settle(self) -> None:
        """Wait for everything delivered so far."""
        for _ in range(10):  # for the listeners, which start behind the ack
            await asyncio.sleep(0)
        while self.desk.running:
            await asyncio.wait(set(self.desk.running))

    async def deliver(self, *payloads):
        """Deliver one after the other, each when the one before it is settled."""
        for payload in payloads:
            assert await self.send(payload) == 200
            await self.settle()

    def posts(self):
        return self.slack.sent()

    def responses(self):
        return self.slack.sent("response")

    def whispers(self):
        return self.slack.sent("chat.postEphemeral")


@asynccontextmanager
async def rigged(path: Path, workers: int = 1, settings=None, **changed):
    async with FakeSlack() as slack:
        patch = pytest.MonkeyPatch()
        for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
            patch.delenv(name, raising=False)  # Slack's libraries would use it even for the loopback address
        rig = Rig(slack=slack, hold=threading.Event(), asked=[], loads=[], now=1000.0)
        rig.hold.set()
        rig.journal = Journal(path / "state.db", changed.get("keep_days", 30))
        pool = ThreadPoolExecutor(workers)

        def reply(text, earlier, *, intent=""):
            rig.hold.wait(10)
            rig.asked.append(text)
            heading = f"{text} | {len(earlier)} earlier{f' | {intent}' if intent else ''}"
            return Answer("find", heading, (Line("It grew.", Citation("a.md", "A")),))

        def answer(incoming):
            return ask(
                incoming.text,
                changed.get("reply", reply),
                rig.journal,
                conversation=incoming.conversation,
                memory=incoming.memory,
                surface=incoming.surface,
                clock=lambda: rig.now,
                intent=incoming.intent,
                worth=partial(is_worth_saying, incoming.text) if incoming.surface == "thread" else None,
            )

        def reload(force, progress):
            rig.loads.append(force)
            return Changes(added=("a.md",))

        rig.desk = Desk(
            answer=changed.get("answer", answer),
            reload=changed.get("reload", reload),
            journal=rig.journal,
            intents=INTENTS,
            pool=pool,
            clock=lambda: rig.now,
            pause=slack.pause,
            progress_after=changed.get("progress_after", (30.0,)),
            door=Door(clock=lambda: rig.now),
        )
        usual = Settings(
            notes=path, db=path / "r.db", state=path / "s.db", admins=frozenset({ADMIN}), api_url=slack.api,
            bot_token=TOKEN,
        )  # fmt: skip
        rig.app = build_app(replace(usual, **(settings or {})), rig.desk)
        try:
            yield rig
        finally:
            rig.hold.set()
            pool.shutdown()
            rig.journal.close()
            patch.undo()
