"""What the bot is told when something happens: what its manifest subscribes to, where it is a member."""

import re

from bot.playground.payloads import event_body, message_form
from bot.playground.record import Delivery, Payload
from bot.playground.workspace import BOT_USER, Channel, Message, Workspace

SUBSCRIPTION = {"channel": "message.channels", "group": "message.groups", "im": "message.im", "mpim": "message.mpim"}
"""The subscription under which messages are delivered, by the kind of channel."""


SAID = ("", "file_share", "thread_broadcast", "bot_message")
"""Subtypes of messages that somebody wrote; the others report something, and name nobody."""


def tell(workspace: Workspace, subscription: str, event: Payload, *, shared: bool = False) -> Delivery | None:
    """Deliver an event, if the app is to be told of it."""
    if not workspace.app.hears(subscription):
        return None
    event.setdefault("event_ts", workspace.clock.stamp())
    return workspace.outbox.send("events_api", event_body(workspace, event, shared=shared))


def tell_of_message(workspace: Workspace, message: Message) -> None:
    """A new message: as such, and as a mention where it is one."""
    channel = workspace.channels[message.channel]
    if BOT_USER not in channel.members:
        return
    form = message_form(workspace, message) | {"channel": channel.id, "event_ts": message.ts}
    told = {**form, "channel_type": channel.kind}
    tell(workspace, SUBSCRIPTION[channel.kind], told, shared=channel.shared)
    if message.subtype in SAID and mentions(message.text):
        tell_of_mention(workspace, channel, form)
    if message.user != BOT_USER and (links := re.findall(r"<(https?://[^|>]+)", message.text)):
        tell(workspace, "link_shared", _link_shared(message, links), shared=channel.shared)


def tell_of_mention(workspace: Workspace, channel: Channel, form: Payload) -> None:
    """Somebody names the bot. There are no such events in direct messages."""
    if channel.kind != "im":
        tell(workspace, "app_mention", {**form, "type": "app_mention"}, shared=channel.shared)


def tell_of_change(workspace: Workspace, message: Message, before: Payload, *, mentioned: bool = False) -> None:
    """A message is no longer what it was; ``mentioned`` where the bot is named in it only now."""
    channel = workspace.channels[message.channel]
    if BOT_USER not in channel.members:
        return
    form = message_form(workspace, message)
    tell(
        workspace,
        SUBSCRIPTION[channel.kind],
        _hidden("message_changed", workspace, channel) | {"message": form, "previous_message": before},
        shared=channel.shared,
    )
    if mentioned:
        tell_of_mention(workspace, channel, form | {"channel": channel.id})


def tell_of_deletion(workspace: Workspace, message: Message) -> None:
    """A message is gone."""
    channel = workspace.channels[message.channel]
    if BOT_USER in channel.members:
        event = _hidden("message_deleted", workspace, channel)
        event |= {"deleted_ts": message.ts, "previous_message": message_form(workspace, message)}
        tell(workspace, SUBSCRIPTION[channel.kind], event, shared=channel.shared)


def mentions(text: str) -> bool:
    """Whether a text names the bot."""
    return f"<@{BOT_USER}>" in text or f"<@{BOT_USER}|" in text


def _hidden(subtype: str, workspace: Workspace, channel: Channel) -> Payload:
    stamp = workspace.clock.stamp()
    return {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": channel.id,
        "channel_type": channel.kind,
        "ts": stamp,
        "event_ts": stamp,
    }


def _link_shared(message: Message, links: list[str]) -> Payload:
    return {
        "type": "link_shared",
        "channel": message.channel,
        "user": message.user,
        "message_ts": message.ts,
        "links": [{"domain": link.split("/")[2], "url": link} for link in links],
    }
