"""Posts to a ``response_url``: five within half an hour, without a token, also where the bot is no member."""

from collections.abc import Callable
from typing import Any

from bot.playground import events
from bot.playground.api import new_message, rewrite
from bot.playground.blocks import message_problems
from bot.playground.workspace import HOOK_LIFE, HOOK_POSTS, Hook, Message, Workspace

Answer = tuple[int, str]
"""An HTTP status and a body; Slack's exact words for used and expired addresses differ between apps and years."""

Broken = Callable[[Workspace, Hook, dict[str, Any]], Any]
HOOK_RULES: tuple[tuple[str, int, Broken], ...] = (
    ("expired_url", 404, lambda workspace, hook, body: workspace.clock.now() - hook.made_at > HOOK_LIFE),
    ("used_url", 404, lambda workspace, hook, body: hook.posts >= HOOK_POSTS),
    ("invalid_blocks", 400, lambda workspace, hook, body: list(message_problems(body.get("blocks") or []))),
    (
        "no_text",
        400,
        lambda workspace, hook, body: (
            not any(body.get(name) for name in ("text", "blocks", "attachments", "delete_original"))
        ),
    ),
)
"""What is refused, with which status."""


def respond(workspace: Workspace, name: str, body: Any) -> Answer:
    """Do what is posted to the address of that name."""
    hook = workspace.hooks.get(name)
    if hook is None:
        return 404, "no_such_url"
    if not isinstance(body, dict):
        return 400, "invalid_payload"
    for error, status, broken in HOOK_RULES:
        if broken(workspace, hook, body):
            return status, error
    hook.posts += 1
    _do(workspace, hook, body)
    return 200, "ok"


def _do(workspace: Workspace, hook: Hook, body: dict[str, Any]) -> None:
    original = hook.message
    if body.get("delete_original") and original is not None:
        workspace.messages[original.channel].remove(original)
        hook.message = None
    elif body.get("replace_original") and original is not None:
        rewrite(workspace, original, body)
    else:
        shown = show(workspace, hook.user, hook.channel, body)
        hook.message = original if hook.pressed else shown


def show(workspace: Workspace, user: str, channel: str, body: dict[str, Any]) -> Message:
    """A response as a message of its own: to everybody if it says so, else to whom it responds to."""
    message = new_message(workspace, channel, body)
    message.thread_ts = str(body.get("thread_ts") or "")
    message.seen_by = "" if body.get("response_type") == "in_channel" else user
    workspace.keep(message)
    if not message.seen_by:
        events.tell_of_message(workspace, message)
    return message
