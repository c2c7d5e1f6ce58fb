"""From what Slack delivers of a press, a shortcut or a form to plain data. Nothing in it is trusted for its shape."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LONGEST = 20_000
"""Characters of anything that we read; what is longer is none of ours."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did, and where. Whatever the delivery does not say is empty.

    ``action`` is the name of a button or menu, ``value`` what it carries or what was chosen in it. ``message`` is the
    ``ts`` of the message it stands under, ``thread`` the root of that message's thread if it is in one, ``view`` the
    id of the modal or Home it is in. ``hidden`` tells that only this person sees the message. ``url`` is the
    ``response_url``; ``trigger`` opens one window within three seconds; ``note`` is what a form carries along for us.
    """

    user: str = ""
    channel: str = ""
    message: str = ""
    thread: str = ""
    hidden: bool = False
    view: str = ""
    home: bool = False
    note: str = ""
    url: str = ""
    trigger: str = ""
    action: str = ""
    value: str = ""

    @property
    def in_window(self) -> bool:
        """Whether it was done in a modal."""
        return bool(self.view) and not self.home


def deed(body: Mapping[str, Any]) -> Deed:
    """Reads a ``block_actions``, ``view_submission``, ``shortcut`` or ``message_action`` payload."""
    container, message, view = (_part(body, name) for name in ("container", "message", "view"))
    action = _first(body.get("actions"))
    channel = _text(_part(body, "channel"), "id") or _text(container, "channel_id")
    return Deed(
        user=_text(_part(body, "user"), "id"),
        channel=channel,
        message=_text(message, "ts") or _text(container, "message_ts"),
        thread=_text(message, "thread_ts") or _text(container, "thread_ts"),
        hidden=container.get("is_ephemeral") is True,
        view=_text(view, "id") or _text(container, "view_id"),
        home=view.get("type") == "home",
        note=_text(view, "private_metadata"),
        url=_text(body, "response_url"),
        trigger=_text(body, "trigger_id"),
        action=_text(action, "action_id"),
        value=_text(action, "value") or _text(_part(action, "selected_option"), "value"),
    )


def command_deed(body: Mapping[str, Any]) -> Deed:
    """Reads the payload of a slash command."""
    user, channel, url, trigger = (
        _text(body, name) for name in ("user_id", "channel_id", "response_url", "trigger_id")
    )
    return Deed(user=user, channel=channel, url=url, trigger=trigger)


def entered(body: Mapping[str, Any]) -> dict[str, str]:
    """What was typed or selected in a form, by the name of the field."""
    blocks = _part(_part(_part(body, "view"), "state"), "values")
    fields = ((name, field) for block in blocks.values() if isinstance(block, Mapping) for name, field in block.items())
    return {str(name): _entry(field) for name, field in fields if isinstance(field, Mapping)}


def said(body: Mapping[str, Any]) -> str:
    """The text of the message that a shortcut was used on."""
    return _text(_part(body, "message"), "text")


def typed(body: Mapping[str, Any]) -> tuple[str, str]:
    """The field of a type-ahead, and what was typed into it so far."""
    return _text(body, "action_id"), _text(body, "value")[:200]


def _entry(field: Mapping[str, Any]) -> str:
    return _text(field, "value") or _text(field, "selected_date") or _text(_part(field, "selected_option"), "value")


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}


def _first(items: object) -> Mapping[str, Any]:
    return items[0] if isinstance(items, list) and items and isinstance(items[0], Mapping) else {}


def _text(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    return value[:LONGEST] if isinstance(value, str) else ""
