"""The app manifest to paste into Slack, made from what the code really listens to."""

import json
from typing import Any

from bot.asking import EVENTS
from bot.slack import COMMANDS

NAME = "Recap"
POSTING = "chat:write"


def manifest() -> dict[str, Any]:
    """The manifest as Slack defines it, with no scope beyond what the events and commands need."""
    commands = [
        {"command": name, "description": description, "usage_hint": hint, "should_escape": False}
        for name, (description, hint) in COMMANDS.items()
    ]
    return {
        "display_information": {
            "name": NAME,
            "description": "Answers from your team's conference notes, word for word, each with its source.",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME.lower(), "always_online": True},
            "slash_commands": commands,
        },
        "oauth_config": {"scopes": {"bot": sorted({*EVENTS.values(), POSTING, "commands"})}},
        "settings": {
            "event_subscriptions": {"bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }


def manifest_json() -> str:
    """The manifest as text, ready to paste."""
    return json.dumps(manifest(), indent=2, ensure_ascii=False)
