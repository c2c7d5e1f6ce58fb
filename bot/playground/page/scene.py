"""What somebody sees who looks at one place of the workspace, as plain data for the templates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from bot.playground.record import Payload
from bot.playground.server import Playground
from bot.playground.workspace import (
    ADMIN,
    BOT_USER,
    ENGINEERING,
    GUEST,
    MEMBER,
    Channel,
    Message,
    Person,
    Status,
    View,
    Workspace,
)

PEOPLE = (ADMIN, MEMBER, GUEST)
"""Through whose eyes one may look."""
TOGETHER = 300.0
"""Seconds within which messages of one person stand under one name."""
SPOKEN = 300


@dataclass(frozen=True)
class Place:
    """Who looks (``user``) at which conversation, thread and tab of it; ``inspect`` is with the inspector open."""

    user: str
    channel: str
    thread: str = ""
    tab: str = ""
    inspect: str = ""

    def at(self, **changes: str) -> str:
        """The address of this place, or of another one."""
        there = asdict(replace(self, **changes))
        return "/?" + urlencode({name: value for name, value in there.items() if value})


@dataclass(frozen=True)
class Item:
    """A message, and what is told around it. ``text`` is Slack's markup where there are no blocks of an app.

    ``rated`` is the value of the thumb that this person pressed; ``follows`` is without a name of its own.
    """

    message: Message
    author: Person
    at: datetime
    text: str
    replies: int
    whispers: int
    latest: datetime | None
    follows: bool = False
    doing: str = ""
    rated: str = ""

    @property
    def spoken(self) -> str:
        """What is said aloud when it arrives."""
        return f"{self.author.real_name}: {' '.join(self.message.text.split())[:SPOKEN]}"


@dataclass(frozen=True)
class Scene:
    """All of one place. ``latest`` is the newest message of others, by conversation."""

    place: Place
    me: Person
    people: Sequence[Person]
    channel: Channel
    channels: Sequence[Channel]
    direct: Channel
    latest: Mapping[str, str]
    items: Sequence[Item]
    thread: Sequence[Item]
    doing: str
    home: View | None
    modal: View | None
    prompts: Sequence[Payload]
    names: Mapping[str, str]
    commands: Sequence[Mapping[str, str]]
    shortcuts: Sequence[Mapping[str, str]]

    @property
    def bot_is_here(self) -> bool:
        """Whether the bot reads this conversation."""
        return BOT_USER in self.channel.members


def find_place(slack: Playground, wanted: Mapping[str, str]) -> Place:
    """Where an address leads. What is not there for this person gives way to what is."""
    user = wanted.get("user", "") if wanted.get("user") in PEOPLE else MEMBER
    seen = {channel.id for channel in slack.workspace.visible(user)}
    first = ENGINEERING if ENGINEERING in seen else slack.direct(user)
    channel = wanted.get("channel", "") if wanted.get("channel") in seen else first
    thread = wanted.get("thread", "")
    return Place(
        user,
        channel,
        thread if slack.workspace.is_root(channel, thread) else "",
        "home" if wanted.get("tab") == "home" and channel == slack.direct(user) else "",
        "1" if wanted.get("inspect") else "",
    )


def scene(slack: Playground, place: Place) -> Scene:
    """What is seen at ``place``. Hold ``news.lock`` while that is made and drawn."""
    workspace = slack.workspace
    seen = [channel for channel in workspace.visible(place.user) if not channel.archived]
    prompts = workspace.prompts.get(place.channel, {}).get("prompts", [])
    return Scene(
        place=place,
        me=workspace.people[place.user],
        people=[workspace.people[user] for user in PEOPLE],
        channel=workspace.channels[place.channel],
        channels=[channel for channel in seen if channel.kind in ("channel", "group")],
        direct=workspace.direct(place.user),
        latest={channel.id: _latest(workspace, place.user, channel.id) for channel in seen},
        items=list(_items(workspace, place.user, place.channel)),
        thread=list(_items(workspace, place.user, place.channel, place.thread)) if place.thread else [],
        doing=_doing(workspace, workspace.status(place.channel, place.thread)),
        home=workspace.homes.get(place.user) if place.tab == "home" else None,
        modal=workspace.modal(place.user),
        prompts=prompts,
        names=_names(workspace),
        commands=[
            {"name": name, "about": str(one.get("description", "")), "hint": str(one.get("usage_hint", ""))}
            for name, one in workspace.app.commands.items()
        ],
        shortcuts=[{name: str(value) for name, value in one.items()} for one in workspace.app.shortcuts.values()],
    )


def _items(workspace: Workspace, user: str, channel: str, thread: str = "") -> Iterator[Item]:
    rated, under = _thumbs(workspace, user), {} if thread else _replies(workspace, user, channel)
    before: Message | None = None
    for message in workspace.shown(user, channel, thread):
        doing = "" if thread else _doing(workspace, workspace.status(channel, message.ts))
        item = _item(workspace.people[message.user], message, under.get(message.ts, []))
        follows = before is not None and _together(before, message)
        yield replace(item, doing=doing, follows=follows, rated=rated.get(message.ts, ""))
        before = message


def _replies(workspace: Workspace, user: str, channel: str) -> dict[str, list[Message]]:
    """What somebody sees in the threads of a conversation, without their roots."""
    found: dict[str, list[Message]] = {}
    for one in workspace.messages.get(channel, ()):
        if one.thread_ts not in ("", one.ts) and one.seen_by in ("", user):
            found.setdefault(one.thread_ts, []).append(one)
    return found


def _item(author: Person, message: Message, replies: Sequence[Message]) -> Item:
    whispers = sum(bool(one.seen_by) for one in replies)
    return Item(
        message=message,
        author=author,
        at=_time(message.ts),
        text=message.text if not (message.bot_id and message.blocks) else "",
        replies=len(replies) - whispers,
        whispers=whispers,
        latest=_time(replies[-1].ts) if replies else None,
    )


def _together(before: Message, message: Message) -> bool:
    near = float(message.ts) - float(before.ts) < TOGETHER
    return near and before.user == message.user and before.seen_by == message.seen_by and not message.subtype


def _time(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts)).astimezone()


def _doing(workspace: Workspace, status: Status | None) -> str:
    return f"{workspace.people[BOT_USER].real_name} {status.text}" if status and status.text else ""


def _latest(workspace: Workspace, user: str, channel: str) -> str:
    """The ``ts`` of the newest message in a conversation that somebody did not write."""
    seen = (one.ts for one in workspace.messages.get(channel, ()) if one.user != user and one.seen_by in ("", user))
    return max(seen, default="")


def _names(workspace: Workspace) -> dict[str, str]:
    people = {person.id: person.name for person in workspace.people.values()}
    return people | {channel.id: channel.name for channel in workspace.channels.values()}


def _thumbs(workspace: Workspace, user: str) -> dict[str, str]:
    """The thumb that somebody pressed last, by the ``ts`` of the message; Slack keeps that in its windows only."""
    pressed: dict[str, str] = {}
    for delivery in workspace.outbox.sent:
        payload = delivery.payload
        if (
            payload.get("type") == "block_actions"
            and payload["user"]["id"] == user
            and "message_ts" in payload["container"]
        ):
            for action in payload["actions"]:
                if action["type"] == "feedback_buttons":
                    pressed[payload["container"]["message_ts"]] = str(action["value"])
    return pressed
