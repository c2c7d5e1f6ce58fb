"""What Slack refuses, as one table: the first rule that a request breaks is the answer to it.

Sizes of blocks and views are in ``bot.playground.blocks``. A thread that begins at a reply is refused here, while
Slack would show the answer in an odd place: a bot that does this is wrong either way.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot import limits
from bot.playground import blocks
from bot.playground.checks import Problem, items, shape, string, units
from bot.playground.record import Payload
from bot.playground.workspace import (
    APP_TOKEN,
    BOT_ID,
    BOT_TOKEN,
    BOT_USER,
    TRIGGER_LIFE,
    Channel,
    Message,
    View,
    Workspace,
)

ATTACHMENTS = 100
LOADING_MESSAGES = 10
MODALS = 3
"""Views that may lie on top of each other."""


@dataclass(frozen=True)
class Needs:
    """What a method needs: one of ``scopes``, the arguments ``required``, a bot's token or else an app's.

    ``by_channel`` are scopes that depend on the kind of the channel: ``history`` stands for ``im:history`` in
    direct messages.
    """

    scopes: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    by_channel: str = ""
    token: str = BOT_TOKEN


WRITE, PROMPT = ("chat:write",), ("assistant:write",)

METHODS: dict[str, Needs] = {
    "api.test": Needs(token=""),
    "auth.test": Needs(),
    "apps.connections.open": Needs(("connections:write",), token=APP_TOKEN),
    "chat.postMessage": Needs(WRITE),
    "chat.postEphemeral": Needs(WRITE, ("user",)),
    "chat.update": Needs(WRITE, ("ts",)),
    "chat.delete": Needs(WRITE, ("ts",)),
    "chat.getPermalink": Needs((), ("message_ts",)),
    "views.open": Needs((), ("trigger_id", "view")),
    "views.push": Needs((), ("trigger_id", "view")),
    "views.update": Needs((), ("view",)),
    "views.publish": Needs((), ("user_id", "view")),
    "conversations.open": Needs(("im:write", "mpim:write"), ("users",)),
    "conversations.info": Needs(by_channel="read"),
    "conversations.members": Needs(by_channel="read"),
    "conversations.history": Needs(by_channel="history"),
    "conversations.replies": Needs((), ("ts",), by_channel="history"),
    "users.info": Needs(("users:read",), ("user",)),
    "usergroups.users.list": Needs(("usergroups:read",), ("usergroup",)),
    "reactions.add": Needs(("reactions:write",), ("name", "timestamp")),
    "assistant.threads.setStatus": Needs((*WRITE, *PROMPT), ("channel_id", "thread_ts", "status")),
    "assistant.threads.setSuggestedPrompts": Needs(PROMPT, ("channel_id", "prompts")),
    "assistant.threads.setTitle": Needs(PROMPT, ("channel_id", "thread_ts", "title")),
    "files.info": Needs(("files:read",), ("file",)),
    "blocks.validate": Needs(),
}
SCOPE_OF_KIND = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}


@dataclass(frozen=True)
class Ask:
    """A request to a method, and how to find what it speaks of."""

    workspace: Workspace
    method: str
    arguments: Mapping[str, Any]
    token: str

    @property
    def needs(self) -> Needs:
        """What the method needs."""
        return METHODS[self.method]

    def text(self, name: str) -> str:
        """An argument that is a text, or nothing."""
        value = self.arguments.get(name)
        return value if isinstance(value, str) else ""

    def given(self, name: str) -> Any:
        """An argument that should be a list, as it is."""
        return self.arguments.get(name) or []

    @property
    def scopes(self) -> set[str]:
        """What the token may do."""
        return self.workspace.app_scopes if self.token == APP_TOKEN else set(self.workspace.app.scopes)

    @property
    def channel(self) -> Channel | None:
        """The conversation, unless the bot cannot know of it. Instead of a channel one can name a person."""
        name = self.text("channel") or self.text("channel_id")
        if name in self.workspace.people and self.method == "chat.postMessage" and name != BOT_USER:
            return self.workspace.direct(name)
        channel = self.workspace.channels.get(name)
        hidden = channel is not None and channel.kind != "channel" and BOT_USER not in channel.members
        return None if hidden else channel

    @property
    def message(self) -> Message | None:
        """The message that is spoken of."""
        ts = self.text("ts") or self.text("message_ts") or self.text("timestamp")
        return self.workspace.message(self.channel.id, ts) if self.channel else None

    @property
    def view(self) -> View | None:
        """The view to update: by its id or by the bot's own."""
        for view in self.workspace.views():
            if view.id == self.text("view_id") or (
                self.text("external_id") and view.body.get("external_id") == self.text("external_id")
            ):
                return view
        return None


@dataclass(frozen=True)
class Rule:
    """A reason to refuse: ``broken`` by a request to one of ``methods`` (all of them if there are none).

    ``details`` are more fields of the answer.
    """

    error: str
    methods: Sequence[str]
    broken: Callable[[Ask], Any]
    details: Callable[[Ask], Payload] = lambda ask: {}
    name: str = ""

    @property
    def id(self) -> str:
        """What tells it from the other rules."""
        return self.name or self.error


def refusal(ask: Ask) -> Payload | None:
    """The answer of the first rule that is broken."""
    for rule in RULES:
        if (not rule.methods or ask.method in rule.methods) and rule.broken(ask):
            return {"ok": False, "error": rule.error, **rule.details(ask)}
    return None


def complaints(problems: Sequence[Problem]) -> Payload:
    """Problems as Slack reports them."""
    lines = [f"{what} [json-pointer:{at}]" for what, at in problems]
    return {"errors": lines, "response_metadata": {"messages": [f"[ERROR] {line}" for line in lines]}}


def _missing(ask: Ask) -> list[Problem]:
    absent = [name for name in ask.needs.required if ask.arguments.get(name) in (None, "", [])]
    return [(f"missing required field: {name}", "") for name in absent]


def _scopes(ask: Ask) -> tuple[str, ...]:
    if not ask.needs.by_channel:
        return ask.needs.scopes
    return (f"{SCOPE_OF_KIND[ask.channel.kind]}:{ask.needs.by_channel}",) if ask.channel else ()


def _lacks_scope(ask: Ask) -> bool:
    wanted = _scopes(ask)
    return bool(wanted) and ask.scopes.isdisjoint(wanted)


def _scope_details(ask: Ask) -> Payload:
    return {"needed": ",".join(_scopes(ask)[:1]), "provided": ",".join(sorted(ask.scopes))}


def _may_not_post(ask: Ask) -> bool:
    channel = ask.channel
    if channel is None or BOT_USER in channel.members:
        return False
    return ask.method != "chat.postMessage" or "chat:write.public" not in ask.scopes


def _no_thread(ask: Ask) -> bool:
    thread = ask.arguments.get("thread_ts")
    return thread is not None and not (
        isinstance(thread, str) and ask.channel and ask.workspace.is_root(ask.channel.id, thread)
    )


def _message_problems(ask: Ask) -> list[Problem]:
    return list(blocks.message_problems(ask.given("blocks")))


def _kinds(ask: Ask) -> tuple[str, ...]:
    if ask.method == "views.update" and ask.view:
        return (str(ask.view.body["type"]),)
    return ("home",) if ask.method == "views.publish" else ("modal",)


def _view_problems(ask: Ask) -> list[Problem]:
    return list(blocks.view_problems(ask.arguments.get("view"), kinds=_kinds(ask)))


def _trigger_old(ask: Ask) -> bool:
    trigger = ask.workspace.triggers[ask.text("trigger_id")]
    return ask.workspace.clock.now() - trigger.made_at > TRIGGER_LIFE


def _external_id_taken(ask: Ask) -> bool:
    name = ask.arguments["view"].get("external_id")
    holders = [view for view in ask.workspace.views() if name and view.body.get("external_id") == name]
    return any(view is not _replaced(ask) for view in holders)


def _replaced(ask: Ask) -> View | None:
    return ask.workspace.homes.get(ask.text("user_id")) if ask.method == "views.publish" else ask.view


def _hash_conflict(ask: Ask) -> bool:
    old = _replaced(ask)
    return bool(ask.text("hash")) and old is not None and old.hash != ask.text("hash")


def _stack_full(ask: Ask) -> bool:
    user = ask.workspace.triggers[ask.text("trigger_id")].user
    return len(ask.workspace.modals.get(user, ())) >= MODALS


def _bad_prompts(ask: Ask) -> bool:
    prompts = ask.arguments["prompts"]
    wanted = items(
        shape({"title": string(limits.SECTION), "message": string(limits.SECTION)}),
        limits.SUGGESTED_PROMPTS,
    )
    return any(wanted(prompts, "/prompts"))


def _details(find: Callable[[Ask], list[Problem]], ask: Ask) -> Payload:
    return complaints(find(ask))


POST = ("chat.postMessage", "chat.postEphemeral")
POSTING = (*POST, "chat.update")
THREADS = ("assistant.threads.setStatus", "assistant.threads.setSuggestedPrompts", "assistant.threads.setTitle")
READING = ("conversations.history", "conversations.replies")
IN_CHANNEL = (
    *POSTING, *READING, *THREADS, "chat.delete", "chat.getPermalink", "conversations.info", "conversations.members",
    "reactions.add",
)  # fmt: skip
TRIGGERED = ("views.open", "views.push")
VIEWS = (*TRIGGERED, "views.update", "views.publish")
MESSAGE_OF = ("chat.update", "chat.delete", "chat.getPermalink", "reactions.add")

RULES: tuple[Rule, ...] = (
    Rule("unknown_method", (), lambda ask: ask.method not in METHODS),
    Rule("not_authed", (), lambda ask: ask.needs.token and not ask.token),
    Rule("invalid_auth", (), lambda ask: ask.needs.token and ask.token not in (BOT_TOKEN, APP_TOKEN)),
    Rule("not_allowed_token_type", (), lambda ask: ask.needs.token not in ("", ask.token)),
    Rule("channel_not_found", IN_CHANNEL, lambda ask: ask.channel is None),
    Rule("missing_scope", (), _lacks_scope, _scope_details),
    Rule("invalid_arguments", (), _missing, partial(_details, _missing), name="missing argument"),
    Rule("not_in_channel", (*POST, *READING, "reactions.add"), _may_not_post),
    Rule("is_archived", (*POSTING, "reactions.add"), lambda ask: ask.channel and ask.channel.archived),
    Rule(
        "user_not_in_channel",
        ("chat.postEphemeral",),
        lambda ask: ask.channel and ask.text("user") not in ask.channel.members,
    ),
    Rule("user_not_found", ("users.info",), lambda ask: ask.text("user") not in ask.workspace.people),
    Rule(
        "user_not_found",
        ("views.publish",),
        lambda ask: ask.text("user_id") not in ask.workspace.people,
        name="user_not_found for Home",
    ),
    Rule(
        "user_not_found",
        ("conversations.open",),
        lambda ask: any(user not in ask.workspace.people for user in ask.text("users").split(",")),
        name="user_not_found for a conversation",
    ),
    Rule(
        "no_such_subteam",
        ("usergroups.users.list",),
        lambda ask: ask.text("usergroup") not in ask.workspace.groups,
    ),
    Rule("file_not_found", ("files.info",), lambda ask: ask.text("file") not in ask.workspace.files),
    Rule("message_not_found", MESSAGE_OF, lambda ask: ask.message is None),
    Rule("cant_update_message", ("chat.update",), lambda ask: ask.message and ask.message.bot_id != BOT_ID),
    Rule("cant_delete_message", ("chat.delete",), lambda ask: ask.message and ask.message.bot_id != BOT_ID),
    Rule(
        "already_reacted",
        ("reactions.add",),
        lambda ask: ask.message and BOT_USER in ask.message.reactions.get(ask.text("name"), ()),
    ),
    Rule("thread_not_found", POST, _no_thread),
    Rule(
        "thread_not_found",
        ("conversations.replies",),
        lambda ask: ask.message is None,
        name="thread_not_found on reading",
    ),
    Rule(
        "invalid_thread_ts",
        ("assistant.threads.setStatus", "assistant.threads.setTitle"),
        _no_thread,
    ),
    Rule("invalid_arguments", THREADS[1:2], _bad_prompts, name="bad prompts"),
    Rule(
        "invalid_arguments",
        THREADS[:1],
        lambda ask: len(ask.given("loading_messages")) > LOADING_MESSAGES,
        name="too many loading messages",
    ),
    Rule(
        "no_text",
        POSTING,
        lambda ask: not any(ask.given(name) for name in ("text", "blocks", "attachments", "markdown_text")),
    ),
    Rule(
        "markdown_text_conflict",
        POSTING,
        lambda ask: ask.text("markdown_text") and (ask.given("text") or ask.given("blocks")),
    ),
    Rule("msg_too_long", ("chat.update",), lambda ask: units(ask.text("text")) > limits.TEXT),
    Rule(
        "msg_too_long",
        POSTING,
        lambda ask: units(ask.text("markdown_text")) > limits.MARKDOWN_TEXT,
        name="markdown_text too long",
    ),
    Rule("too_many_attachments", POSTING, lambda ask: len(ask.given("attachments")) > ATTACHMENTS),
    Rule("invalid_blocks_format", POSTING, lambda ask: not isinstance(ask.given("blocks"), list)),
    Rule("invalid_blocks", POSTING, _message_problems, partial(_details, _message_problems)),
    Rule("msg_blocks_too_long", POSTING, lambda ask: blocks.weight(ask.given("blocks")) > limits.MESSAGE),
    Rule(
        "not_found",
        ("views.update",),
        lambda ask: ask.view is None,
    ),
    Rule("not_enabled", ("views.publish",), lambda ask: not ask.workspace.app.home_tab),
    Rule(
        "view_too_large",
        VIEWS,
        lambda ask: len(json.dumps(ask.arguments.get("view"), ensure_ascii=False).encode()) > limits.VIEW_BYTES,
    ),
    Rule("invalid_arguments", VIEWS, _view_problems, partial(_details, _view_problems), name="bad view"),
    Rule(
        "invalid_arguments",
        TRIGGERED,
        lambda ask: ask.text("trigger_id") not in ask.workspace.triggers,
        lambda ask: complaints([("invalid `trigger_id`", "/trigger_id")]),
        name="bad trigger_id",
    ),
    Rule(
        "exchanged_trigger_id",
        TRIGGERED,
        lambda ask: ask.workspace.triggers[ask.text("trigger_id")].used,
    ),
    Rule("expired_trigger_id", TRIGGERED, _trigger_old),
    Rule("duplicate_external_id", VIEWS, _external_id_taken),
    Rule("hash_conflict", ("views.update", "views.publish"), _hash_conflict),
    Rule("push_limit_reached", ("views.push",), _stack_full),
)
