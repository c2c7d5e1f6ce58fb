"""``recap serve`` as a process, a workspace that it serves, and an account of all that it did there."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from bot.playground import Playground
from bot.playground.record import Call, Delivery
from bot.playground.workspace import (
    ADMIN,
    APP_TOKEN,
    BOT_TOKEN,
    BOT_USER,
    MEMBER,
    SIGNING_SECRET,
    Message,
    View,
)

ROOT = Path(__file__).parent.parent.parent
SOCKET, HTTP = "socket", "http"
ANN, BEN, ADA = MEMBER, "U0BEN", ADMIN
PUBLIC = "https://recap.example.org/slack/events"
LONG = 20.0
"""Seconds after which waiting has failed, on the slowest of machines."""
HIDDEN = (BOT_TOKEN, APP_TOKEN, SIGNING_SECRET, "/response/R", "ticket=ticket")
IN_MANIFEST = ("RECAP_COMMAND", "RECAP_FOLLOW_THREADS")
"""The settings that the manifest follows."""
OPEN_TO_ALL = {"RECAP_RATE_PERSON": "0", "RECAP_RATE_CHANNEL": "0"}


def environment(**settings: str) -> dict[str, str]:
    """All that a process gets; no proxy stands before the loopback address."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", **settings}


def recap(*words: str, **how: Any) -> subprocess.Popen[str]:
    """The command line, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **how
    )


@cache
def manifest(mode: str, settings: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """What the bot itself prints to be pasted into Slack."""
    address = ("--http", PUBLIC) if mode == HTTP else ()
    with recap("manifest", *address, env=environment(**dict(settings)), cwd=Path(__file__).parent) as process:
        printed, complaints = process.communicate()
    assert not process.returncode, complaints
    return json.loads(printed)


class Served:
    """A process that serves ``slack``. Whatever it says has to be asked for: ``known`` is what a test waited for.

    ``allowed`` are Slack's words for refusals that a test brought about. ``log`` is what the process wrote to stderr,
    ``over_at`` when it ended, by Slack's clock. ``patience`` are the seconds after which waiting has failed.
    """

    over_at = 0.0
    patience = LONG

    def __init__(self, slack: Playground, mode: str, folder: Path, settings: dict[str, str]) -> None:
        self.slack, self.mode, self.folder, self.settings = slack, mode, folder, settings
        self.log: list[str] = []
        self.known: list[Message] = []
        self.allowed: set[str] = set()
        self.process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    @property
    def workspace(self):
        return self.slack.workspace

    def start(self, *, ready: bool = True) -> None:
        """Start the process, and wait until Slack can reach it; unless ``ready`` is false, also until it answers."""
        opened, begun = self.slack.sockets.opened, len(self.log)
        self.begin()
        if self.mode == HTTP:
            port = self.wait(lambda: self.logged("listens on port ", begun)).split("port ")[1].split()[0]
            self.slack.http.url = f"http://127.0.0.1:{port}/slack/events"
        if ready and self.mode == HTTP:
            self.wait(lambda: self.logged("ready for Slack", begun))
        elif ready:
            self.wait(lambda: self.slack.sockets.opened > opened)

    def begin(self) -> None:
        """Start the process and wait for nothing."""
        secret = {"SLACK_SIGNING_SECRET": SIGNING_SECRET} if self.mode == HTTP else {"SLACK_APP_TOKEN": APP_TOKEN}
        env = environment(SLACK_API_URL=self.slack.api_url, SLACK_BOT_TOKEN=BOT_TOKEN, **secret, **self.settings)
        by = ("--http", "--port", "0") if self.mode == HTTP else ()
        self.process = recap("serve", *by, env=env, cwd=self.folder)
        self._reader = threading.Thread(target=self._read, args=[self.process], daemon=True)
        self._reader.start()

    def logged(self, words: str, begun: int = 0) -> str:
        """The first line of the log that has these words."""
        return next((line for line in self.log[begun:] if words in line), "")

    def kill(self) -> None:
        """End it as a lost machine would."""
        self._end(signal.SIGKILL)

    def end(self) -> int:
        """End it as a service manager does, but not while Slack waits for it; gives its exit code."""
        with suppress(TimeoutError):
            self.wait(lambda: not self.slack.outbox.unacknowledged())
        return self._end(signal.SIGTERM)

    def is_running(self) -> bool:
        """Whether there is a process, so far as anybody can know."""
        return self.process is not None and self.process.poll() is None

    def ended(self, patience: float = LONG) -> int:
        """Wait until it ended; gives its exit code."""
        code = self.process.wait(patience)
        self._reader.join()
        self.process.stdout.close()
        self.process.stderr.close()
        return code

    def wait(self, condition: Callable[[], Any], patience: float = 0.0) -> Any:
        """Wait for something to be the case, and give it. A process that ends meanwhile is a failure."""
        found = self.slack.wait(lambda: condition() or self._is_over(), patience or self.patience)
        assert found is not _OVER, "".join(self.log[-20:])
        return found

    def said(self, channel: str = "") -> list[Message]:
        """All that the bot has said, or that in one channel, ephemeral messages included."""
        everywhere = self.workspace.messages
        places = [everywhere.get(channel, [])] if channel else everywhere.values()
        return [one for place in places for one in place if one.user == BOT_USER and one.bot_id and not one.subtype]

    def news(self, channel: str = "") -> list[Message]:
        """What it said that no test has waited for so far."""
        return [one for one in self.said(channel) if one not in self.known]

    def one(self, channel: str) -> Message:
        """Wait until the bot says something in a channel."""
        found = self.wait(lambda: self.news(channel))
        assert len(found) == 1, [one.text for one in found]
        self.known += found
        return found[0]

    def say(self, user: str, channel: str, text: str, thread: str = "", **more: Any) -> Message:
        """Post a message that is to be answered; gives the answer."""
        self.slack.post(user, channel, text, thread, **more)
        return self.one(channel)

    def ask(self, user: str, channel: str, text: str, thread: str = "") -> Message:
        """Like ``say``, with a mention of the bot."""
        return self.say(user, channel, f"<@{BOT_USER}> {text}", thread)

    def command(self, user: str, channel: str, line: str) -> Message:
        """Give a slash command; gives what only that person sees."""
        self.slack.command(user, channel, line)
        answer = self.one(channel)
        assert answer.seen_by == user
        return answer

    def hush(self, user: str, channel: str, text: str, thread: str = "", **more: Any) -> Message:
        """Post a message that is not to be answered; gives that message."""
        posted = self.slack.post(user, channel, text, thread, **more)
        self.settle()
        return posted

    def settle(self) -> None:
        """Wait until all is acknowledged and a later question is answered; then nothing else must have been said.

        What comes later still is found in the end, when the process has finished all it had in hand.
        """
        self.wait(lambda: not self.slack.outbox.unacknowledged())
        direct = self.slack.direct(ADA)
        self.say(ADA, direct, "help")
        assert not self.news(), [one.text for one in self.news()]

    def press(self, user: str, target: Message | View, action: str, thumb: str = "") -> Delivery:
        """Press a button, and wait until that is acknowledged."""
        delivery = self.slack.press(user, target, action, thumb)
        self.wait(lambda: delivery.acked)
        return delivery

    def change(self, user: str, message: Message, action: str) -> Message:
        """Press a button that changes the message it stands under, and wait for that."""
        before = message.text, message.blocks
        self.press(user, message, action)
        self.wait(lambda: (message.text, message.blocks) != before)
        return message

    def window(self, user: str, name: str) -> View:
        """Wait until somebody has a modal of that name open."""

        def there() -> View | None:
            view = self.workspace.modal(user)
            return view if view and view.body.get("callback_id") == name else None

        return self.wait(there)

    def opened(self, user: str, message: Message | View, action: str, name: str) -> str:
        """Press a button that opens a modal; gives what it shows. It is closed again."""
        self.press(user, message, action)
        view = self.window(user, name)
        text = shown(view.blocks)
        self.slack.close_view(user, view)
        return text

    def later(self, seconds: float) -> None:
        """Let time go by in Slack, but not for the bot, which has a clock of its own."""
        self.wait(lambda: not any(one.error == "" for one in self.slack.outbox.unacknowledged()))
        self.slack.http.skew -= seconds
        self.slack.advance(seconds)

    def check(self) -> None:
        """Nothing was said twice or unasked, nothing was refused, acknowledged late, or written into the log."""
        assert not self.news(), [(one.channel, one.text) for one in self.news()]
        assert not [brief(call) for call in self.slack.calls if not self._is_fine(call)]
        late = [one for one in self.slack.deliveries if one.late] + [
            *filter(is_news, self.slack.outbox.unacknowledged())
        ]
        assert not [(one.type, one.error) for one in late]
        assert not self.slack.outbox.strays
        self.check_log()

    def check_log(self) -> None:
        """Neither tokens, addresses nor words of people are in the log, nor is a traceback."""
        log = "".join(self.log)
        words = {text for one in self.slack.deliveries for text in typed(one) if len(text) > 5}
        assert not [text for text in (*HIDDEN, *words, 'File "', "Traceback") if text in log], log

    def _is_fine(self, call: Call) -> bool:
        answer = call.answer if isinstance(call.answer, dict) else {}
        word = answer.get("error") or call.answer or call.status
        return call.ok or word in self.allowed or call.status in self.allowed

    def _end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.ended()

    def _is_over(self) -> Any:
        return _OVER if self.process.poll() is not None and not self._reader.is_alive() else None

    def _read(self, process: subprocess.Popen[str]) -> None:
        for line in process.stderr:
            self.log.append(line)
            self.workspace.news.tell()
        process.wait()
        self.over_at = self.workspace.clock.now()
        self.workspace.news.tell()


_OVER = object()


@contextmanager
def serving(mode: str, folder: Path, index: Path, start: bool = True, **settings: str) -> Iterator[Served]:
    """A workspace with the app installed by its own manifest, and a process that serves it; both are checked."""
    asked_for = tuple((name, value) for name, value in settings.items() if name in IN_MANIFEST)
    settings = {"RECAP_DB": str(index), "RECAP_STATE": str(folder / "state.db"), "RECAP_ADMINS": ADA, **settings}
    with Playground(manifest(mode, asked_for)) as slack:
        bot = Served(slack, mode, folder, settings)
        if start:
            bot.start()
        try:
            yield bot
        finally:
            code = bot.end() if bot.is_running() else None
        assert not code, "".join(bot.log)
        bot.check()


@contextmanager
def refused(bot: Served, *words: str | int) -> Iterator[None]:
    """Slack refuses something meanwhile, in these words (or with these statuses), and that is no fault of the bot's."""
    bot.allowed |= set(words)
    yield


def shown(blocks: Any) -> str:
    """All that blocks say and hold, as text."""
    return json.dumps(blocks, ensure_ascii=False)


def buttons(message: Message | View) -> list[str]:
    """The names of all buttons of a message or view."""
    return [one["action_id"] for block in message.blocks for one in block.get("elements", ()) if "action_id" in one]


def is_news(delivery: Delivery) -> bool:
    """Whether it tells the bot of more than what the bot itself has said."""
    event = delivery.payload.get("event", {})
    return BOT_USER not in (event.get("user"), event.get("message", {}).get("user"))


def brief(call: Call) -> str:
    """A call for people to read."""
    return f"{call.method} {call.status} {call.answer}"[:300]


def typed(delivery: Delivery) -> Iterator[str]:
    """What somebody wrote or was quoted in a delivery."""
    payload = delivery.payload
    for part in (payload, payload.get("event"), payload.get("message")):
        if isinstance(part, dict) and isinstance(part.get("text"), str):
            yield part["text"].replace(f"<@{BOT_USER}>", "").strip()
    state = payload.get("view", {}).get("state", {}) if isinstance(payload.get("view"), dict) else {}
    for block in state.get("values", {}).values():
        for field in block.values():
            if isinstance(field.get("value"), str):
                yield field["value"]
