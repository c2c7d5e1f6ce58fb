"""What people do in channels: they write, edit, delete, invite, upload, and open the bot's pages."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from mimetypes import guess_type
from typing import Any, TypeVar, cast
from urllib.parse import quote

from bot.playground import events
from bot.playground.payloads import message_form, user_form, view_form
from bot.playground.record import Delivery, Payload
from bot.playground.workspace import BOT_USER, TEAM, Channel, File, Message, Person, Workspace
from intents.markup import unescape_slack

Act = TypeVar("Act", bound=Callable[..., Any])
R = TypeVar("R")
NAMED = re.compile(r"(?<!\S)[@#][\w-]+")
PIECE = re.compile(r"<([^<>]+)>|([^<>]+|[<>])")
"""What Slack marks in a text, or what lies between."""


class Impossible(ValueError):
    """Slack's own windows would not let anybody do this. The text says why."""


class Acting:
    """Somebody who does something in a workspace. Works from any thread."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def person(self, user: str) -> Person:
        """Who that is. Raises ``Impossible`` for nobody."""
        return known(self.workspace.people, user, "person")

    def channel(self, channel: str, user: str = "") -> Channel:
        """A conversation that ``user`` can see. Raises ``Impossible`` where there is none."""
        found = known(self.workspace.channels, channel, "channel")
        if user and found.kind != "channel" and user not in found.members:
            raise Impossible(f"{user} is not in {channel}.")
        return found


def at_once(act: Act) -> Act:
    """Let nobody see the workspace while ``act`` changes it, and tell those who wait when it is done."""

    @wraps(act)
    def acting(self: Acting, *values: Any, **named: Any) -> Any:
        with self.workspace.news.lock:
            result = act(self, *values, **named)
        self.workspace.news.tell()
        return result

    return cast(Act, acting)


class Speech(Acting):
    """What people write, and where they look. Texts are as Slack encodes them; see ``typed``."""

    @at_once
    def post(
        self,
        user: str,
        channel: str,
        text: str,
        thread_ts: str = "",
        *,
        broadcast: bool = False,
        files: Sequence[Payload] = (),
        subtype: str = "",
    ) -> Message:
        """Write a message, in the thread at ``thread_ts`` or on its own. A bot may be the ``user`` too."""
        author, place = self.person(user), self._writable(channel, user)
        if thread_ts and not self.workspace.is_root(place.id, thread_ts):
            raise Impossible(f"There is no thread at {thread_ts}.")
        kind = subtype or ("thread_broadcast" if broadcast else "file_share" if files else "")
        message = Message(
            place.id, self.workspace.clock.stamp(), user, text, thread_ts=thread_ts, bot_id=author.bot_id, subtype=kind
        )
        message.files = list(files)
        if not author.bot_id:
            message.client_msg_id = self.workspace.name("client-")
            message.blocks = _rich(text, self.workspace.name("b"))
        self.workspace.keep(message)
        events.tell_of_message(self.workspace, message)
        return message

    @at_once
    def edit(self, user: str, message: Message, text: str) -> None:
        """Write something else in a message of one's own."""
        self._own(user, message)
        before, named = message_form(self.workspace, message), events.mentions(message.text)
        message.text, message.blocks = text, _rich(text, self.workspace.name("b"))
        message.edited = {"user": user, "ts": self.workspace.clock.stamp()}
        events.tell_of_change(self.workspace, message, before, mentioned=events.mentions(text) and not named)

    @at_once
    def unfurl(self, message: Message, title: str) -> None:
        """Slack shows what a link in a message leads to."""
        before = message_form(self.workspace, message)
        message.attachments = [{"id": 1, "title": title, "fallback": title}]
        events.tell_of_change(self.workspace, message, before)

    @at_once
    def delete(self, user: str, message: Message) -> None:
        """Take a message of one's own away."""
        self._own(user, message)
        self.workspace.messages[message.channel].remove(message)
        events.tell_of_deletion(self.workspace, message)

    def upload(
        self, user: str, channel: str, name: str, content: bytes, text: str = "", *, checked: bool = True
    ) -> Message:
        """Post a file; not ``checked`` ones, as from another workspace, come without anything but their id."""
        return self.drop(user, channel, {name: content}, text, checked=checked)

    @at_once
    def drop(
        self,
        user: str,
        channel: str,
        files: Mapping[str, bytes],
        text: str = "",
        thread_ts: str = "",
        *,
        checked: bool = True,
    ) -> Message:
        """Post files by their names, in one message."""
        place = self._writable(channel, user).id
        kept = [self._kept(user, name, content) for name, content in files.items()]
        unchecked = [{"id": about["id"], "mode": "file_access", "file_access": "check_file_info"} for about in kept]
        message = self.post(user, place, text, thread_ts, files=kept if checked else unchecked)
        for about in kept:
            happened = {"type": "file_shared", "file_id": about["id"], "file": {"id": about["id"]}}
            events.tell(self.workspace, "file_shared", {**happened, "user_id": user, "channel_id": channel})
        return message

    def _kept(self, user: str, name: str, content: bytes) -> Payload:
        """Put a file into the workspace; gives what Slack tells about it."""
        file = self.workspace.name("F")
        address = f"{self.workspace.url}/files/{file}/{quote(name, safe='')}"
        about: Payload = {
            "id": file, "name": name, "title": name, "size": len(content), "user": user, "mode": "hosted",
            "mimetype": guess_type(name)[0] or "text/plain", "filetype": name.rpartition(".")[2],
            "url_private": address, "url_private_download": address,
        }  # fmt: skip
        self.workspace.files[file] = File(about, content)
        return about

    @at_once
    def invite(self, inviter: str, channel: str, user: str = BOT_USER) -> None:
        """Bring somebody into a channel: the bot, unless another is named."""
        place = self.channel(channel, inviter)
        place.members.add(self.person(user).id)
        if BOT_USER in place.members:
            joined = {"type": "member_joined_channel", "user": user, "inviter": inviter, "team": TEAM}
            joined |= {"channel": channel, "channel_type": "C" if place.kind == "channel" else "G"}
            events.tell(self.workspace, "member_joined_channel", joined)
        self.post(user, channel, f"<@{user}> has joined the channel", subtype="channel_join")

    @at_once
    def react(self, user: str, message: Message, name: str) -> None:
        """Put an emoji under a message."""
        message.reactions.setdefault(name, []).append(user)
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        if BOT_USER in self.channel(message.channel).members:
            happened = {"type": "reaction_added", "user": user, "reaction": name, "item_user": message.user}
            events.tell(self.workspace, "reaction_added", happened | {"item": item})

    @at_once
    def change(self, user: str, **fields: Any) -> None:
        """Make somebody an ``admin``, ``guest`` or ``deleted``, or no longer."""
        person = self.person(user)
        for name, value in fields.items():
            setattr(person, name, value)
        events.tell(self.workspace, "user_change", {"type": "user_change", "user": user_form(person)})

    @at_once
    def open_home(self, user: str) -> Delivery | None:
        """Look at the bot's Home."""
        if not self.workspace.app.home_tab:
            raise Impossible("The app has no Home tab.")
        home = self.workspace.homes.get(user)
        return self._open(user, "home", {"view": view_form(home)} if home else {})

    @at_once
    def open_messages_tab(self, user: str) -> Delivery | None:
        """Look at one's direct messages with the bot."""
        return self._open(user, "messages", {"context": {}} if self.workspace.app.agent else {})

    def direct(self, user: str) -> str:
        """The channel in which somebody and the bot are alone."""
        return self.workspace.direct(self.person(user).id).id

    def typed(self, text: str) -> str:
        """What Slack makes of typed text: ``@recap`` and ``#eng`` become references, ``& < >`` are escaped."""
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        names = {f"@{one.name}": f"<@{one.id}>" for one in self.workspace.people.values()}
        names |= {f"#{one.name}": f"<#{one.id}|{one.name}>" for one in self.workspace.channels.values()}
        return NAMED.sub(lambda word: names.get(word.group().lower(), word.group()), escaped)

    def _open(self, user: str, tab: str, more: Payload) -> Delivery | None:
        opened = {"type": "app_home_opened", "user": user, "channel": self.direct(user), "tab": tab, **more}
        return events.tell(self.workspace, "app_home_opened", opened)

    def _writable(self, channel: str, user: str) -> Channel:
        place = self.channel(channel, user)
        if user not in place.members:
            raise Impossible(f"{user} is not in {channel}.")
        if place.archived:
            raise Impossible(f"{channel} is archived.")
        if place.kind == "im" and user != BOT_USER and not self.workspace.app.messages_tab:
            raise Impossible("Sending messages to this app is turned off.")
        return place

    def _own(self, user: str, message: Message) -> None:
        if message.user != user:
            raise Impossible(f"That message is not by {user}.")


def known(table: dict[str, R], name: str, what: str) -> R:
    """What a table holds under a name. Raises ``Impossible``."""
    if name not in table:
        raise Impossible(f"There is no {what} {name}.")
    return table[name]


def _rich(text: str, block_id: str) -> list[Payload]:
    """The block that Slack's own windows send along with a text."""
    pieces = [_piece(*found) for found in PIECE.findall(text)]
    inner = {"type": "rich_text_section", "elements": pieces}
    return [{"type": "rich_text", "block_id": block_id, "elements": [inner]}] if text else []


def _piece(angle: str, plain: str) -> Payload:
    """A mention, a link, or text as it was typed."""
    target, _, label = unescape_slack(angle).partition("|")
    if target.startswith(("@", "#")):
        kind = "user" if target[0] == "@" else "channel"
        return {"type": kind, f"{kind}_id": target[1:]}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    if target:
        return {"type": "link", "url": target, **({"text": label} if label else {})}
    return {"type": "text", "text": unescape_slack(plain)}
