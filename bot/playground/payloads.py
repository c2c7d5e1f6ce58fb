"""Messages, views and deliveries in the form that Slack gives them."""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from bot.playground.blocks import elements
from bot.playground.record import Payload
from bot.playground.workspace import APP, BOT_ID, BOT_USER, DOMAIN, TEAM, Channel, Message, Person, View, Workspace

CHANNEL_NAMES = {"im": "directmessage", "group": "privategroup", "mpim": "mpdm"}


def with_ids(workspace: Workspace, blocks: Iterable[Any]) -> list[Payload]:
    """The blocks, with the names that Slack gives to what has none."""
    named: list[Payload] = deepcopy(list(blocks))
    for one in named:
        one.setdefault("block_id", workspace.name("b"))
        for thing in elements(one):
            thing.setdefault("action_id", workspace.name("a"))
    return named


def message_form(workspace: Workspace, message: Message) -> Payload:
    """A message as the Web API gives it, without its channel."""
    author = workspace.people[message.user]
    form: Payload = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    form |= {"team": author.team}
    extra = {
        "thread_ts": message.thread_ts,
        "subtype": message.subtype,
        "client_msg_id": message.client_msg_id,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "files": message.files,
        "edited": message.edited,
        "bot_id": message.bot_id,
        "reactions": [{"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()],
    }
    form |= {name: deepcopy(value) for name, value in extra.items() if value}
    if message.bot_id:
        form["bot_profile"] = {"id": message.bot_id, "name": author.name, "app_id": _app_of(message.bot_id)}
    if author.team != TEAM:
        form |= {"user_team": author.team, "source_team": author.team}
    root = workspace.message(message.channel, message.thread_ts)
    if root is not None and root is not message:
        form["parent_user_id"] = root.user
    return form | _replies(workspace, message)


def view_form(view: View) -> Payload:
    """A view as the Web API gives it."""
    fields: Payload = {
        "id": view.id,
        "team_id": TEAM,
        "app_id": APP,
        "app_installed_team_id": TEAM,
        "bot_id": BOT_ID,
        "callback_id": "",
        "private_metadata": "",
        "external_id": "",
        "title": None,
        "submit": None,
        "close": None,
        "clear_on_close": False,
        "notify_on_close": False,
        "hash": view.hash,
        "root_view_id": view.root,
        "previous_view_id": view.previous or None,
        "state": {"values": state_values(view.blocks, view.values)},
    }
    return fields | deepcopy(view.body)


def state_values(blocks: Iterable[Payload], values: dict[str, Payload]) -> Payload:
    """What is filled in, by ``block_id`` and ``action_id``: by people, or at first; what is empty has a null value."""
    state: Payload = {}
    for one in blocks:
        for thing in elements(one):
            if known := VALUES.get(str(thing.get("type"))):
                name, initial, empty = known
                state.setdefault(one["block_id"], {})[thing["action_id"]] = values.get(
                    thing["action_id"], {"type": thing["type"], name: thing.get(initial, empty)}
                )
    return state


VALUES: dict[str, tuple[str, str, Any]] = {
    "plain_text_input": ("value", "initial_value", None),
    "static_select": ("selected_option", "initial_option", None),
    "external_select": ("selected_option", "initial_option", None),
    "radio_buttons": ("selected_option", "initial_option", None),
    "checkboxes": ("selected_options", "initial_options", []),
    "datepicker": ("selected_date", "initial_date", None),
}
"""How an input element's value is called in a state, and what it is at first; what stands there for none."""


def event_body(workspace: Workspace, event: Payload, *, shared: bool = False) -> Payload:
    """The envelope of an event."""
    return {
        "token": "obsolete",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "api_app_id": APP,
        "type": "event_callback",
        "event_id": workspace.name("Ev"),
        "event_time": int(workspace.clock.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": shared,
        "event": event,
    }


def command_body(workspace: Workspace, person: Person, channel: Channel, command: str, text: str) -> Payload:
    """A slash command, with a fresh trigger and ``response_url``."""
    return {
        "token": "obsolete",
        "team_id": TEAM,
        "team_domain": DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": workspace.hook(person.id, channel.id),
        "trigger_id": workspace.trigger(person.id),
    }


def interaction_body(workspace: Workspace, kind: str, person: Person, **more: Any) -> Payload:
    """What all interactions have in common."""
    return {
        "type": kind,
        "token": "obsolete",
        "team": {"id": TEAM, "domain": DOMAIN},
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team},
        "api_app_id": APP,
        "is_enterprise_install": False,
        "enterprise": None,
        **more,
    }


def user_form(person: Person) -> Payload:
    """Somebody as ``users.info`` gives them."""
    return {
        "id": person.id,
        "team_id": person.team,
        "name": person.name,
        "real_name": person.real_name,
        "deleted": person.deleted,
        "is_admin": person.admin,
        "is_owner": person.admin,
        "is_primary_owner": False,
        "is_restricted": person.guest,
        "is_ultra_restricted": False,
        "is_bot": bool(person.bot_id),
        "is_stranger": person.team != TEAM,
        "tz": "Europe/London",
        "tz_offset": 0,
        "profile": {"real_name": person.real_name, "display_name": person.name, "team": person.team},
    }


def channel_form(channel: Channel) -> Payload:
    """A conversation as ``conversations.info`` gives it."""
    form: Payload = {
        "id": channel.id,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "channel",
        "is_archived": channel.archived,
        "is_ext_shared": channel.shared,
        "is_member": BOT_USER in channel.members,
    }
    if channel.kind == "im":
        return form | {"user": next(iter(channel.members - {BOT_USER}))}
    return form | {"name": channel.name}


def channel_name(channel: Channel) -> str:
    """The name that commands and interactions give to a conversation."""
    return CHANNEL_NAMES.get(channel.kind, channel.name)


def _replies(workspace: Workspace, message: Message) -> Payload:
    found = [
        one
        for one in workspace.messages.get(message.channel, ())
        if one.thread_ts == message.ts != one.ts and not one.seen_by
    ]
    if not found:
        return {}
    users = list(dict.fromkeys(one.user for one in found))
    return {
        "thread_ts": message.ts,
        "reply_count": len(found),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": found[-1].ts,
    }


def _app_of(bot_id: str) -> str:
    return APP if bot_id == BOT_ID else f"A{bot_id[1:]}"
