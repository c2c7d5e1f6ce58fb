"""What an app may do and what it is told, as its manifest says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

EVENT_SCOPES = {
    "app_mention": ("app_mentions:read",),
    "message.im": ("im:history",),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.mpim": ("mpim:history",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "link_shared": ("links:read",),
    "user_change": ("users:read",),
    "subteam_members_changed": ("usergroups:read",),
    "file_shared": ("files:read",),
}
"""The scopes of which an app needs one to be told of an event; events that are not listed need none."""


@dataclass(frozen=True)
class Installed:
    """An app as it is installed. ``commands`` and ``shortcuts`` are by their name and ``callback_id``.

    Without Socket Mode only that counts for which the manifest has an address: ``type_ahead`` tells whether there
    is one for the options of menus.
    """

    scopes: frozenset[str]
    events: frozenset[str]
    commands: Mapping[str, Mapping[str, Any]]
    shortcuts: Mapping[str, Mapping[str, Any]]
    home_tab: bool
    messages_tab: bool
    interactive: bool
    type_ahead: bool
    agent: bool

    def hears(self, event: str) -> bool:
        """Whether it is told of ``event`` (such as ``message.im``)."""
        wanted = EVENT_SCOPES.get(event)
        return event in self.events and (wanted is None or not self.scopes.isdisjoint(wanted))


def installed(manifest: Mapping[str, Any]) -> Installed:
    """What a manifest grants, in Slack's format."""
    features, settings = manifest.get("features", {}), manifest.get("settings", {})
    home, pressing = features.get("app_home", {}), settings.get("interactivity", {})
    told = settings.get("event_subscriptions", {})
    socket = bool(settings.get("socket_mode_enabled"))
    return Installed(
        scopes=frozenset(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ())),
        events=frozenset(told.get("bot_events", ()) if socket or told.get("request_url") else ()),
        commands={one["command"]: one for one in features.get("slash_commands", ()) if socket or one.get("url")},
        shortcuts={one["callback_id"]: one for one in features.get("shortcuts", ())},
        home_tab=bool(home.get("home_tab_enabled")),
        messages_tab=bool(home.get("messages_tab_enabled")) and not home.get("messages_tab_read_only_enabled"),
        interactive=bool(pressing.get("is_enabled")) and bool(socket or pressing.get("request_url")),
        type_ahead=bool(socket or pressing.get("message_menu_options_url")),
        agent="agent_view" in features,
    )
