"""What somebody does on the page, done in the workspace. Each deed gets the person and what the page sent along."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

from bot.playground.gestures import Target
from bot.playground.page import guide
from bot.playground.page.scene import PEOPLE
from bot.playground.record import Delivery
from bot.playground.server import Playground
from bot.playground.speech import Impossible
from bot.playground.workspace import Message, View

Form = Mapping[str, Any]
Done = Delivery | Message | None
"""What is to be waited for, or where to go."""
LONGEST = 12_000
MOST_FILES = 10


def do(slack: Playground, about: guide.Guide, name: str, form: Form) -> Done:
    """Do what the page asks for. Raises ``Impossible`` where that cannot be."""
    user = text(form, "user")
    if name not in DEEDS or user not in PEOPLE:
        raise Impossible("This page cannot do that.")
    if name == "guide":
        return guide.ask(slack, about, user, int(text(form, "step")) if text(form, "step").isdecimal() else -1)
    return DEEDS[name](slack, user, form)


def text(form: Form, name: str) -> str:
    """A field as text, empty where it is none."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def view(slack: Playground, user: str, form: Form) -> View:
    """The modal or Home that a deed is about. Raises ``Impossible`` once it is gone."""
    for one in slack.workspace.views():
        if one.id == text(form, "view") and one.user == user:
            return one
    raise Impossible("That window is closed.")


def _say(slack: Playground, user: str, form: Form) -> Done:
    """Post, or give a command."""
    channel, thread, line = text(form, "channel"), text(form, "thread"), text(form, "text").strip()
    if not line or len(line) > LONGEST:
        raise Impossible(f"Write between 1 and {LONGEST:,} characters.")
    if not line.startswith("/"):
        return slack.post(user, channel, slack.typed(line), thread)
    command = line.split()[0]
    if thread or command not in slack.workspace.app.commands:
        why = "is not supported in threads. Sorry!" if thread else "is not a valid command."
        _told(slack, user, channel, f"{command} {why}", thread)
        return None
    return slack.command(user, channel, line)


def _drop(slack: Playground, user: str, form: Form) -> Done:
    """Share files, which come as their names and bytes."""
    given = form.get("files")
    files = (
        {text(one, "name"): _bytes(one) for one in given if isinstance(one, Mapping)} if isinstance(given, list) else {}
    )
    if not files or not all(files) or len(files) > MOST_FILES:
        raise Impossible(f"Share between 1 and {MOST_FILES} files at a time.")
    line = text(form, "text").strip()[:LONGEST]
    return slack.drop(user, text(form, "channel"), files, slack.typed(line), text(form, "thread"))


def _bytes(file: Form) -> bytes:
    try:
        return b64decode(text(file, "content"), validate=True)
    except ValueError:
        raise Impossible("That file cannot be read.") from None


def _told(slack: Playground, user: str, channel: str, line: str, thread: str) -> None:
    """A word of Slackbot to one person."""
    with slack.workspace.news.lock:
        slack.workspace.whisper(user, slack.channel(channel, user).id, slack.typed(line), thread_ts=thread)
    slack.workspace.news.tell()


def _press(slack: Playground, user: str, form: Form) -> Done:
    thumb = text(form, "thumb")
    return slack.press(user, _target(slack, user, form), text(form, "action"), thumb if thumb in THUMBS else "")


def _select(slack: Playground, user: str, form: Form) -> Done:
    values = [value] if (value := text(form, "value")) else []
    return slack.select(user, view(slack, user, form), text(form, "action"), *values)


def _suggest(slack: Playground, user: str, form: Form) -> Done:
    return slack.suggest(user, view(slack, user, form), text(form, "action"), text(form, "typed"))


def _submit(slack: Playground, user: str, form: Form) -> Done:
    given = form.get("values")
    values = given if isinstance(given, dict) else {}
    return slack.submit(user, view(slack, user, form), {name: text(values, name) for name in values})


def _close(slack: Playground, user: str, form: Form) -> Done:
    return slack.close_view(user, view(slack, user, form))


def _shortcut(slack: Playground, user: str, form: Form) -> Done:
    message = _message(slack, user, form) if text(form, "ts") else None
    return slack.shortcut(user, text(form, "shortcut"), message)


def _open(slack: Playground, user: str, form: Form) -> Done:
    return slack.open_home(user) if text(form, "tab") == "home" else slack.open_messages_tab(user)


def _invite(slack: Playground, user: str, form: Form) -> Done:
    slack.invite(user, text(form, "channel"))
    return None


THUMBS = ("positive", "negative")
DEEDS: dict[str, Callable[[Playground, str, Form], Done]] = {
    "say": _say,
    "drop": _drop,
    "press": _press,
    "select": _select,
    "suggest": _suggest,
    "submit": _submit,
    "close": _close,
    "shortcut": _shortcut,
    "open": _open,
    "invite": _invite,
    "guide": lambda slack, user, form: None,
}


def _target(slack: Playground, user: str, form: Form) -> Target:
    return view(slack, user, form) if text(form, "view") else _message(slack, user, form)


def _message(slack: Playground, user: str, form: Form) -> Message:
    channel = slack.channel(text(form, "channel"), user)
    for one in slack.workspace.messages.get(channel.id, ()):
        if one.ts == text(form, "ts") and one.seen_by in ("", user):
            return one
    raise Impossible("That message is gone.")
