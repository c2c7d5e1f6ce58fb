"""A small Slack workspace in memory: plain data, and how to find things in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bot.playground.clock import Clock
from bot.playground.installed import Installed
from bot.playground.news import News
from bot.playground.outbox import Outbox
from bot.playground.record import Call, Payload

TEAM, OTHER_TEAM, DOMAIN, APP = "T0ACME", "T0OTHER", "acme", "A0RECAP"
BOT_USER, BOT_ID = "U0BOT", "B0BOT"
ADMIN, MEMBER, GUEST, STRANGER, OTHER_BOT, SLACKBOT = "U0ADA", "U0ANN", "U0GUS", "U0EVE", "U0CI", "USLACKBOT"
GENERAL, ENGINEERING, RANDOM, PRIVATE, SECRET, SHARED, OLD = (
    "C0GENERAL", "C0ENG", "C0RANDOM", "C0PRIVATE", "C0SECRET", "C0SHARED", "C0OLD",
)  # fmt: skip
BOT_TOKEN = "xoxb-1-2-playground"  # noqa: S105  these open nothing but the workspace in memory
APP_TOKEN = "xapp-1-A0RECAP-2-playground"  # noqa: S105
SIGNING_SECRET = "playground-signing-secret"  # noqa: S105

TRIGGER_LIFE = 3.0
HOOK_LIFE, HOOK_POSTS = 1800.0, 5
STATUS_LIFE = 120.0


@dataclass(eq=False)
class Person:
    """Somebody with an account, or a bot (then with a ``bot_id``)."""

    id: str
    name: str
    real_name: str
    team: str = TEAM
    admin: bool = False
    guest: bool = False
    deleted: bool = False
    bot_id: str = ""


@dataclass(eq=False)
class Channel:
    """``kind`` is channel, group (private), im or mpim."""

    id: str
    name: str
    members: set[str]
    kind: str = "channel"
    archived: bool = False
    shared: bool = False


@dataclass(eq=False)
class Message:
    """A message as it stands now. ``seen_by`` names the only person who sees an ephemeral one."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Payload] = field(default_factory=list)
    thread_ts: str = ""
    bot_id: str = ""
    seen_by: str = ""
    subtype: str = ""
    client_msg_id: str = ""
    attachments: list[Payload] = field(default_factory=list)
    files: list[Payload] = field(default_factory=list)
    edited: Payload = field(default_factory=dict)
    reactions: dict[str, list[str]] = field(default_factory=dict)


@dataclass(eq=False)
class View:
    """A modal or Home as somebody has it open.

    ``body`` is what the bot sent, with ids filled in. ``values`` are the person's inputs by ``action_id``, in the
    form of a view's state, ``options`` what a type-ahead offered last, ``errors`` complaints by ``block_id``.
    """

    id: str
    user: str
    body: Payload
    hash: str
    root: str
    previous: str = ""
    values: dict[str, Payload] = field(default_factory=dict)
    options: dict[str, list[Payload]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Payload]:
        """What it shows."""
        return list(self.body["blocks"])


@dataclass(eq=False)
class Trigger:
    """Lets the bot open a modal for ``user``, once, and not for long."""

    user: str
    made_at: float
    used: bool = False


@dataclass(eq=False)
class Hook:
    """A ``response_url``. ``message`` is the one that ``replace_original`` puts something else in place of.

    That is the one with the button that was ``pressed``, or else the last response to a command.
    """

    user: str
    channel: str
    made_at: float
    message: Message | None = None
    pressed: bool = False
    posts: int = 0


@dataclass(eq=False)
class Status:
    """What the bot says it is doing in a thread."""

    text: str
    loading: list[str]
    until: float


@dataclass(eq=False)
class File:
    """An uploaded file: what Slack tells about it, and what is in it."""

    about: Payload
    content: bytes


def some_people() -> dict[str, Person]:
    """An admin, a member, a guest, somebody of another team, and two bots of which one is ours."""
    return {
        person.id: person
        for person in (
            Person(ADMIN, "ada", "Ada Admin", admin=True),
            Person(MEMBER, "ann", "Ann Member"),
            Person("U0BEN", "ben", "Ben Member"),
            Person(GUEST, "gus", "Gus Guest", guest=True),
            Person(STRANGER, "eve", "Eve Elsewhere", team=OTHER_TEAM),
            Person(BOT_USER, "recap", "Recap", bot_id=BOT_ID),
            Person(OTHER_BOT, "ci", "CI", bot_id="B0CI"),
            Person(SLACKBOT, "slackbot", "Slackbot"),
        )
    }


def some_channels() -> dict[str, Channel]:
    """Public and private ones, with our bot and without it, a shared one and an archived one."""
    ours = {ADMIN, MEMBER, "U0BEN"}
    return {
        channel.id: channel
        for channel in (
            Channel(GENERAL, "general", {*ours, GUEST, OTHER_BOT, BOT_USER}),
            Channel(ENGINEERING, "eng", {*ours, OTHER_BOT, BOT_USER}),
            Channel(RANDOM, "random", {*ours, GUEST}),
            Channel(PRIVATE, "private", {*ours, BOT_USER}, kind="group"),
            Channel(SECRET, "secret", {ADMIN, MEMBER}, kind="group"),
            Channel(SHARED, "shared", {*ours, STRANGER, BOT_USER}, shared=True),
            Channel(OLD, "old", {*ours, BOT_USER}, archived=True),
        )
    }


class Workspace:
    """All that there is, and a record of all that happened. Hold ``news.lock`` while changing it."""

    def __init__(self, app: Installed) -> None:
        self.app = app
        self.news = News()
        self.clock = Clock(self.news)
        self.outbox = Outbox(self.news, self.clock)
        self.calls: list[Call] = []
        self.people, self.channels = some_people(), some_channels()
        self.groups: dict[str, list[str]] = {"S0ENG": [ADMIN, MEMBER]}
        self.messages: dict[str, list[Message]] = {}
        self.modals: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.statuses: dict[tuple[str, str], Status] = {}
        self.prompts: dict[str, Payload] = {}
        self.titles: dict[tuple[str, str], str] = {}
        self.files: dict[str, File] = {}
        self.triggers: dict[str, Trigger] = {}
        self.hooks: dict[str, Hook] = {}
        self.tickets: set[str] = set()
        self.app_scopes = {"connections:write"}
        self.url = self.socket_url = ""
        self._number = count(1)
        for person in self.people.values():
            if not person.bot_id and person.id != SLACKBOT:
                self.direct(person.id)

    def name(self, prefix: str) -> str:
        """An id that was never used before, such as ``V00000012``."""
        return f"{prefix}{next(self._number):08}"

    def direct(self, user: str) -> Channel:
        """The direct messages between somebody and the bot."""
        channel = "D" + user[1:]
        return self.channels.setdefault(channel, Channel(channel, "directmessage", {user, BOT_USER}, kind="im"))

    def keep(self, message: Message) -> Message:
        """Put a message where it belongs."""
        self.messages.setdefault(message.channel, []).append(message)
        return message

    def message(self, channel: str, ts: str) -> Message | None:
        """A message that is no ephemeral one."""
        return next((one for one in self.messages.get(channel, ()) if one.ts == ts and not one.seen_by), None)

    def is_root(self, channel: str, ts: str) -> bool:
        """Whether a thread can be at ``ts``."""
        message = self.message(channel, ts)
        return message is not None and message.thread_ts in ("", ts)

    def shown(self, user: str, channel: str, thread_ts: str = "") -> list[Message]:
        """What somebody sees in a channel, or in one of its threads with the root first."""
        seen = [one for one in self.messages.get(channel, ()) if one.seen_by in ("", user)]
        if thread_ts:
            return [one for one in seen if thread_ts in (one.ts, one.thread_ts)]
        return [one for one in seen if not one.thread_ts or one.subtype == "thread_broadcast"]

    def visible(self, user: str) -> list[Channel]:
        """The channels that somebody is in."""
        return [channel for channel in self.channels.values() if user in channel.members]

    def modal(self, user: str) -> View | None:
        """The modal that somebody sees."""
        open_ones = self.modals.get(user)
        return open_ones[-1] if open_ones else None

    def views(self) -> Iterator[View]:
        """All modals and Homes there are."""
        yield from self.homes.values()
        for stack in self.modals.values():
            yield from stack

    def trigger(self, user: str) -> str:
        """A new ``trigger_id``."""
        name = f"{self.name('')}.{TEAM}.trigger"
        self.triggers[name] = Trigger(user, self.clock.now())
        return name

    def hook(self, user: str, channel: str, message: Message | None = None) -> str:
        """A new ``response_url``."""
        name = self.name("R")
        self.hooks[name] = Hook(user, channel, self.clock.now(), message, message is not None)
        return f"{self.url}/response/{name}"

    def status(self, channel: str, thread_ts: str) -> Status | None:
        """What the bot says it is doing in a thread, unless that is over."""
        status = self.statuses.get((channel, thread_ts))
        return status if status and status.until > self.clock.now() else None

    def whisper(self, user: str, channel: str, text: str, **more: Any) -> Message:
        """Show somebody something that nobody else sees."""
        author = more.pop("author", SLACKBOT)
        return self.keep(Message(channel, self.clock.stamp(), author, text, seen_by=user, **more))
