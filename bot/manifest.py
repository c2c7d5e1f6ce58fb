"""The app manifest to paste into Slack, made from what the code listens to and what the settings say."""

import json
from typing import Any
from urllib.parse import urlsplit

from bot import names
from bot.admins import groups
from bot.http import SLACK
from bot.settings import Settings, is_web_address
from bot.slack import commands
from bot.views import prompts
from intents import INTENTS
from store.errors import BotError

NAME = "Recap"
DESCRIPTION = "Answers from your team's conference notes, word for word, each with its source."
LONG_DESCRIPTION = (
    "Recap remembers conferences for your team. Ask it what was said about a topic, by a person or at an event, and "
    "it answers with the very sentences from your own notes, each with its source; where the notes say nothing, it "
    "says so and tells what comes nearest. It runs on a machine of yours, uses no language model, and sends nothing "
    "anywhere but into the conversation in which it is asked."
)
AGENT_DESCRIPTION = (
    "Ask what was said at the conferences that your team took notes of. Answers are quotes from these notes, each with "
    "its source."
)

EVENTS: dict[str, tuple[str, ...]] = {
    "app_mention": ("app_mentions:read",),
    "message.im": ("im:history",),
    "app_home_opened": (),
    "member_joined_channel": ("channels:read", "groups:read"),
    "user_change": ("users:read",),
}
"""The events we listen to, each with the scopes that Slack wants for it."""
FOLLOWED: dict[str, tuple[str, ...]] = {
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
}
"""Those that only matter where threads are followed."""
CALLS = ("chat:write", "commands", "files:read", "im:write", "users:read", "assistant:write", "reactions:write")
"""The scopes of what we do by ourselves: answer, read what admins share, open a conversation, ask who is a guest, offer
prompts, react."""

SHORTCUTS = (
    {
        "name": "What do the notes say?",
        "type": "message",
        "callback_id": names.MESSAGE_SHORTCUT,
        "description": "Look up in the conference notes what this message is about",
    },
    {
        "name": "Add to notes",
        "type": "message",
        "callback_id": names.ADD_SHORTCUT,
        "description": "Make this message a conference note (for the people who keep the notes)",
    },
    {
        "name": "Search the notes",
        "type": "global",
        "callback_id": names.SEARCH_SHORTCUT,
        "description": "Search the conference notes by topic, event, year and person",
    },
)


def manifest(settings: Settings, url: str = "") -> dict[str, Any]:
    """The manifest as Slack defines it, with no scope beyond what is listened to and done.

    ``url`` is where Slack reaches Recap; without it Recap connects to Slack (Socket Mode).
    """
    events = EVENTS | (FOLLOWED if settings.follow_threads else {})
    scopes = {scope for needed in events.values() for scope in needed} | set(CALLS)
    scopes |= {"usergroups:read"} if groups(settings.admins) else set()
    address = {"request_url": url} if url else {}
    menus = {"message_menu_options_url": url} if url else {}
    return {
        "display_information": {"name": NAME, "description": DESCRIPTION, "long_description": LONG_DESCRIPTION},
        "features": _features(settings, url),
        "oauth_config": {"scopes": {"bot": sorted(scopes)}},
        "settings": {
            "event_subscriptions": {**address, "bot_events": sorted(events)},
            "interactivity": {"is_enabled": True, **address, **menus},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }


def manifest_json(settings: Settings, url: str = "") -> str:
    """The manifest as text, ready to paste."""
    return json.dumps(manifest(settings, url), indent=2, ensure_ascii=False)


def request_url(text: str) -> str:
    """The address that Slack calls, given the machine's or the whole. Raises ``BotError`` where it is neither."""
    if not is_web_address(text):
        raise BotError("--http wants the address at which Slack reaches Recap, such as https://recap.example.org.")
    parts = urlsplit(text)
    return parts._replace(path=SLACK if parts.path in ("", "/") else parts.path).geturl()


def _features(settings: Settings, url: str) -> dict[str, Any]:
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "agent_view": {"agent_description": AGENT_DESCRIPTION, "suggested_prompts": prompts(INTENTS)},
        "bot_user": {"display_name": NAME.lower(), "always_online": True},
        "shortcuts": [dict(shortcut) for shortcut in SHORTCUTS],
        "slash_commands": [
            {
                "command": name,
                **({"url": url} if url else {}),
                "description": description,
                "usage_hint": hint,
                "should_escape": False,
            }
            for name, (description, hint) in commands(settings).items()
        ],
    }
