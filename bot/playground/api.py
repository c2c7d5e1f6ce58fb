"""The methods of Slack's Web API that the bot calls. Each gets a request that no rule forbids, and answers it."""

from collections.abc import Callable
from typing import Any, TypeVar

from bot.playground import events
from bot.playground.blocks import message_problems, view_problems
from bot.playground.payloads import channel_form, message_form, user_form, view_form, with_ids
from bot.playground.record import Payload
from bot.playground.refusals import Ask, refusal
from bot.playground.workspace import (
    BOT_ID,
    BOT_USER,
    DOMAIN,
    STATUS_LIFE,
    TEAM,
    Message,
    Status,
    View,
    Workspace,
)

CUT = 40_000
"""Characters of a text beyond which Slack leaves off the rest."""
PAGE = 100

T = TypeVar("T")


def answer(ask: Ask) -> Payload:
    """What Slack says to a request; a refusal has ``ok`` false."""
    return refusal(ask) or {"ok": True, **ANSWERS[ask.method](ask)}


def _auth_test(ask: Ask) -> Payload:
    return {
        "url": f"https://{DOMAIN}.slack.com/",
        "team": DOMAIN,
        "user": ask.workspace.people[BOT_USER].name,
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def _open_connection(ask: Ask) -> Payload:
    ticket = ask.workspace.name("ticket")
    ask.workspace.tickets.add(ticket)
    return {"url": f"{ask.workspace.socket_url}?ticket={ticket}"}


def _post(ask: Ask) -> Payload:
    workspace, channel = ask.workspace, _there(ask.channel)
    message = new_message(workspace, channel.id, ask.arguments)
    message.thread_ts = ask.text("thread_ts")
    if message.thread_ts and ask.arguments.get("reply_broadcast") in (True, "true", "1"):
        message.subtype = "thread_broadcast"
    workspace.keep(message)
    workspace.statuses.pop((channel.id, message.thread_ts), None)
    events.tell_of_message(workspace, message)
    cut = {"warning": "message_truncated"} if len(ask.text("text")) > CUT else {}
    return {"channel": channel.id, "ts": message.ts, "message": message_form(workspace, message), **cut}


def _whisper(ask: Ask) -> Payload:
    message = new_message(ask.workspace, _there(ask.channel).id, ask.arguments)
    message.seen_by, message.thread_ts = ask.text("user"), ask.text("thread_ts")
    ask.workspace.keep(message)
    return {"message_ts": message.ts}


def _update(ask: Ask) -> Payload:
    message = _there(ask.message)
    rewrite(ask.workspace, message, {"blocks": message.blocks, **ask.arguments})  # blocks stay if none are given
    return {
        "channel": message.channel,
        "ts": message.ts,
        "text": message.text,
        "message": message_form(ask.workspace, message),
    }


def _delete(ask: Ask) -> Payload:
    message = _there(ask.message)
    ask.workspace.messages[message.channel].remove(message)
    events.tell_of_deletion(ask.workspace, message)
    return {"channel": message.channel, "ts": message.ts}


def _permalink(ask: Ask) -> Payload:
    message = _there(ask.message)
    link = f"https://{DOMAIN}.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"
    return {"channel": message.channel, "permalink": link}


def _open_view(ask: Ask) -> Payload:
    user = _use_trigger(ask)
    view = new_view(ask.workspace, user, ask.arguments["view"])
    ask.workspace.modals[user] = [view]
    return {"view": view_form(view)}


def _push_view(ask: Ask) -> Payload:
    user = _use_trigger(ask)
    return {"view": view_form(push(ask.workspace, user, ask.arguments["view"]))}


def _update_view(ask: Ask) -> Payload:
    view = _there(ask.view)
    change(ask.workspace, view, ask.arguments["view"])
    return {"view": view_form(view)}


def _publish(ask: Ask) -> Payload:
    user = ask.text("user_id")
    if home := ask.workspace.homes.get(user):
        change(ask.workspace, home, ask.arguments["view"])
    else:
        home = ask.workspace.homes[user] = new_view(ask.workspace, user, ask.arguments["view"])
    return {"view": view_form(home)}


def _open_conversation(ask: Ask) -> Payload:
    channel = ask.workspace.direct(ask.text("users").split(",")[0])
    return {"channel": {"id": channel.id}, "no_op": True, "already_open": True}


def _history(ask: Ask) -> Payload:
    roots = [one for one in _public(ask) if not one.thread_ts or one.subtype == "thread_broadcast"]
    return _page(ask, [*reversed(roots)])


def _thread(ask: Ask) -> Payload:
    root = _there(ask.message).thread_ts or ask.text("ts")
    return _page(ask, [one for one in _public(ask) if root in (one.ts, one.thread_ts)])


def _members(ask: Ask) -> Payload:
    return {"members": sorted(_there(ask.channel).members), "response_metadata": {"next_cursor": ""}}


def _react(ask: Ask) -> Payload:
    message = _there(ask.message)
    message.reactions.setdefault(ask.text("name"), []).append(BOT_USER)
    return {}


def _set_status(ask: Ask) -> Payload:
    place = ask.text("channel_id"), ask.text("thread_ts")
    until = ask.workspace.clock.now() + STATUS_LIFE
    ask.workspace.statuses[place] = Status(ask.text("status"), ask.given("loading_messages"), until)
    if not ask.text("status"):
        del ask.workspace.statuses[place]
    return {}


def _set_prompts(ask: Ask) -> Payload:
    if not (ask.workspace.app.agent and ask.text("thread_ts")):  # Slack ignores such a call of an agent
        prompts = {"title": ask.text("title"), "prompts": ask.arguments["prompts"]}
        ask.workspace.prompts[ask.text("channel_id")] = prompts
    return {}


def _set_title(ask: Ask) -> Payload:
    ask.workspace.titles[ask.text("channel_id"), ask.text("thread_ts")] = ask.text("title")
    return {}


def _validate(ask: Ask) -> Payload:
    """Exactly one of ``blocks``, ``message`` and ``view``; problems come with their place and reason."""
    name = next((name for name in ("blocks", "message", "view") if name in ask.arguments), "blocks")
    given = ask.arguments.get(name)
    if name == "message":
        given = given.get("blocks") if isinstance(given, dict) else given
    problems = list(view_problems(given, "") if name == "view" else message_problems(given, ""))
    if not problems:
        return {}
    found = [{"pointer": at, "code": "failed_constraint", "message": what} for what, at in problems]
    return {"ok": False, "error": f"invalid_{name}", "errors": found}


ANSWERS: dict[str, Callable[[Ask], Payload]] = {
    "api.test": lambda ask: {"args": dict(ask.arguments)},
    "auth.test": _auth_test,
    "apps.connections.open": _open_connection,
    "chat.postMessage": _post,
    "chat.postEphemeral": _whisper,
    "chat.update": _update,
    "chat.delete": _delete,
    "chat.getPermalink": _permalink,
    "views.open": _open_view,
    "views.push": _push_view,
    "views.update": _update_view,
    "views.publish": _publish,
    "conversations.open": _open_conversation,
    "conversations.info": lambda ask: {"channel": channel_form(_there(ask.channel))},
    "conversations.members": _members,
    "conversations.history": _history,
    "conversations.replies": _thread,
    "users.info": lambda ask: {"user": user_form(ask.workspace.people[ask.text("user")])},
    "usergroups.users.list": lambda ask: {"users": ask.workspace.groups[ask.text("usergroup")]},
    "reactions.add": _react,
    "assistant.threads.setStatus": _set_status,
    "assistant.threads.setSuggestedPrompts": _set_prompts,
    "assistant.threads.setTitle": _set_title,
    "files.info": lambda ask: {"file": ask.workspace.files[ask.text("file")].about},
    "blocks.validate": _validate,
}


def new_message(workspace: Workspace, channel: str, content: Any) -> Message:
    """A message of the bot that is nowhere yet."""
    return Message(
        channel,
        workspace.clock.stamp(),
        BOT_USER,
        _text(content),
        with_ids(workspace, content.get("blocks") or ()),
        bot_id=BOT_ID,
        attachments=list(content.get("attachments") or ()),
    )


def rewrite(workspace: Workspace, message: Message, content: Any) -> None:
    """Put other content in the place of a message's."""
    before = message_form(workspace, message)
    message.text = _text(content)
    message.blocks = with_ids(workspace, content.get("blocks") or ())
    message.edited = {"user": BOT_USER, "ts": workspace.clock.stamp()}
    if not message.seen_by:
        events.tell_of_change(workspace, message, before)


def new_view(workspace: Workspace, user: str, body: Payload) -> View:
    """A view that somebody has not got open yet."""
    name = workspace.name("V")
    view = View(name, user, {}, "", root=name)
    change(workspace, view, body)
    return view


def change(workspace: Workspace, view: View, body: Payload) -> None:
    """Show something else in a view. What is filled in stays as long as the input has the same name."""
    view.body = {**body, "blocks": with_ids(workspace, body["blocks"])}
    view.hash = f"{workspace.clock.stamp()}.{view.id}"
    view.errors = {}


def push(workspace: Workspace, user: str, body: Payload) -> View:
    """Lay a view on top of those that somebody has open."""
    view = new_view(workspace, user, body)
    stack = workspace.modals.setdefault(user, [])
    if stack:
        view.root, view.previous = stack[0].id, stack[-1].id
    stack.append(view)
    return view


def _use_trigger(ask: Ask) -> str:
    trigger = ask.workspace.triggers[ask.text("trigger_id")]
    trigger.used = True
    return trigger.user


def _public(ask: Ask) -> list[Message]:
    return [one for one in ask.workspace.messages.get(_there(ask.channel).id, ()) if not one.seen_by]


def _page(ask: Ask, messages: list[Message]) -> Payload:
    start, size = _whole(ask, "cursor", 0), _whole(ask, "limit", PAGE)
    more = len(messages) > start + size
    return {
        "messages": [message_form(ask.workspace, one) for one in messages[start : start + size]],
        "has_more": more,
        "response_metadata": {"next_cursor": str(start + size) if more else ""},
    }


def _whole(ask: Ask, name: str, instead: int) -> int:
    value = str(ask.arguments.get(name, ""))
    return int(value) if value.isdecimal() else instead


def _text(content: Any) -> str:
    return str(content.get("text") or content.get("markdown_text") or "")[:CUT]


def _there(found: T | None) -> T:
    assert found is not None, "a rule has seen to it"
    return found
