"""What people do with the bot's commands, buttons and forms, and what the bot's acknowledgements do to those."""

from functools import partial
from typing import Any

from bot import limits
from bot.playground import blocks
from bot.playground.api import change, push
from bot.playground.checks import items
from bot.playground.hooks import show
from bot.playground.payloads import (
    channel_name,
    command_body,
    interaction_body,
    message_form,
    state_values,
    view_form,
)
from bot.playground.record import Delivery, Payload
from bot.playground.speech import Acting, Impossible, at_once, known
from bot.playground.workspace import APP, BOT_ID, Message, View

Target = Message | View
MIN_QUERY = 3
"""Characters one must type before Slack asks the bot for options, unless the element says otherwise."""


class Gestures(Acting):
    """Commands, shortcuts, buttons, menus and forms. Each act gives the delivery it led to."""

    @at_once
    def command(self, user: str, channel: str, line: str) -> Delivery:
        """Give a slash command, such as ``/recap what of Kuryr``. It cannot be given in a thread."""
        name, _, text = line.partition(" ")
        known(dict(self.workspace.app.commands), name, "command")
        place = self.channel(channel, user)
        body = command_body(self.workspace, self.person(user), place, name, text.strip())
        return self.workspace.outbox.send("slash_commands", body, partial(self._said, user, channel))

    @at_once
    def shortcut(self, user: str, callback_id: str, message: Message | None = None) -> Delivery:
        """Use a shortcut: a global one, or with ``message`` one that is about a message."""
        shortcut = known(dict(self.workspace.app.shortcuts), callback_id, "shortcut")
        if (shortcut["type"] == "message") != (message is not None):
            raise Impossible(f"{callback_id} is a {shortcut['type']} shortcut.")
        more: Payload = {"callback_id": callback_id, "trigger_id": self.workspace.trigger(user)}
        more["action_ts"] = self.workspace.clock.stamp()
        if message is not None:
            more |= self._place(message.channel) | {
                "message_ts": message.ts,
                "message": message_form(self.workspace, message),
                "response_url": self.workspace.hook(user, message.channel),
            }
        return self._send("message_action" if message else "shortcut", user, more)

    @at_once
    def press(self, user: str, target: Target, action_id: str, thumb: str = "") -> Delivery:
        """Press a button of a message or view; ``thumb`` (positive or negative) says which of two."""
        block, thing = self._find(target, action_id)
        shown = thing[f"{thumb}_button"] if thing["type"] == "feedback_buttons" else thing
        action: Payload = {"text": shown["text"]}
        action |= {"value": shown["value"]} if shown.get("value") else {}
        return self._act(user, target, block, thing, action)

    @at_once
    def select(self, user: str, target: Target, action_id: str, *values: str) -> Delivery | None:
        """Choose by value in a menu, list, date picker or (then it is the text itself) a text field.

        In a form that is remembered until it is submitted; there is a delivery where the bot asked for one.
        """
        block, thing = self._find(target, action_id)
        chosen = self._chosen(target, thing, values)
        if isinstance(target, View):
            target.values[action_id] = {"type": thing["type"], **chosen}
        if block["type"] == "input" and not block.get("dispatch_action"):
            return None
        return self._act(user, target, block, thing, chosen)

    @at_once
    def suggest(self, user: str, target: Target, action_id: str, typed: str) -> Delivery:
        """Type into a menu whose options come from the bot; they are in ``View.options`` when it acknowledges."""
        block, thing = self._find(target, action_id)
        if not self.workspace.app.type_ahead:
            raise Impossible("The manifest has no address for the options of menus.")
        if len(typed) < thing.get("min_query_length", MIN_QUERY):
            raise Impossible("Slack asks for no options before more is typed.")
        more = self._container(target) | {"action_id": action_id, "block_id": block["block_id"], "value": typed}
        return self._send("block_suggestion", user, more, partial(self._offered, target, action_id))

    @at_once
    def submit(self, user: str, view: View, values: dict[str, str | list[str]] | None = None) -> Delivery:
        """Send a form off, with ``values`` by ``action_id`` beside what was selected before."""
        for action_id, value in (values or {}).items():
            self.select(user, view, action_id, *([value] if isinstance(value, str) else value))
        self._complete(view)
        more = {"trigger_id": self.workspace.trigger(user), "view": view_form(view), "response_urls": []}
        return self._send("view_submission", user, more, partial(self._submitted, view))

    @at_once
    def close_view(self, user: str, view: View) -> Delivery | None:
        """Close a modal; the one below it shows again."""
        stack = self.workspace.modals[user]
        if view.body.get("clear_on_close"):
            stack.clear()
        elif view in stack:
            stack.remove(view)
        if not view.body.get("notify_on_close"):
            return None
        return self._send("view_closed", user, {"view": view_form(view), "is_cleared": not stack})

    def failed(self, delivery: Delivery) -> None:
        """Tell the person whose command or press the bot left without an answer."""
        error = "dispatch_failed" if delivery.error == "no_connection" else "operation_timeout"
        delivery.error = error
        body = delivery.payload
        if body.get("command"):
            text = f'{body["command"]} failed with the error "{error}"'
            self.workspace.whisper(body["user_id"], body["channel_id"], text)

    def _send(self, kind: str, user: str, more: Payload, done: Any = None) -> Delivery:
        if not self.workspace.app.interactive:
            raise Impossible("Interactivity is off in the app's manifest.")
        body = interaction_body(self.workspace, kind, self.person(user), **more)
        return self.workspace.outbox.send("interactive", body, done)

    def _act(self, user: str, target: Target, block: Payload, thing: Payload, more: Payload) -> Delivery:
        action = {
            "type": thing["type"],
            "action_id": thing["action_id"],
            "block_id": block["block_id"],
            "action_ts": self.workspace.clock.stamp(),
            **more,
        }
        body = self._container(target) | {"actions": [action], "trigger_id": self.workspace.trigger(user)}
        if isinstance(target, Message):
            body["response_url"] = self.workspace.hook(user, target.channel, target)
            body["state"] = {"values": state_values(target.blocks, {})}
        return self._send("block_actions", user, body)

    def _find(self, target: Target, action_id: str) -> tuple[Payload, Payload]:
        if isinstance(target, Message) and target.bot_id != BOT_ID:
            raise Impossible("Only the bot's own messages have buttons of the bot.")
        for block in target.blocks:
            for thing in blocks.elements(block):
                if thing.get("action_id") == action_id:
                    return block, thing
        raise Impossible(f"There is nothing called {action_id}.")

    def _container(self, target: Target) -> Payload:
        """Where something was pressed. Of an ephemeral message Slack tells only where it was."""
        if isinstance(target, View):
            return {"container": {"type": "view", "view_id": target.id}, "view": view_form(target)}
        where: Payload = {
            "type": "message",
            "message_ts": target.ts,
            "channel_id": target.channel,
            "is_ephemeral": bool(target.seen_by),
        }
        where |= {"thread_ts": target.thread_ts} if target.thread_ts else {}
        more = {} if target.seen_by else {"message": {**message_form(self.workspace, target), "app_id": APP}}
        return self._place(target.channel) | {"container": where, **more}

    def _place(self, channel: str) -> Payload:
        return {"channel": {"id": channel, "name": channel_name(self.channel(channel))}}

    def _chosen(self, target: Target, thing: Payload, values: tuple[str, ...]) -> Payload:
        kind = thing["type"]
        if kind in ("plain_text_input", "datepicker"):
            name = "value" if kind == "plain_text_input" else "selected_date"
            return {name: values[0] if values and values[0] else None}
        offered = target.options.get(thing["action_id"], []) if isinstance(target, View) else []
        found = [one for one in _options(thing, offered) if one["value"] in values]
        if len(found) < len(values):
            raise Impossible(f"{thing['action_id']} does not offer {', '.join(values)}.")
        if kind == "checkboxes":
            return {"selected_options": found}
        return {"selected_option": found[0] if found else None}

    def _complete(self, view: View) -> None:
        """Slack itself sees to it that what is required is filled in, and not with too much."""
        values = state_values(view.blocks, view.values)
        for block in view.blocks:
            if block["type"] != "input":
                continue
            thing = block["element"]
            filled = [one for name, one in values[block["block_id"]][thing["action_id"]].items() if name != "type"]
            if not any(filled) and not block.get("optional"):
                raise Impossible(f"{thing['action_id']} has to be filled in.")
            if thing["type"] == "plain_text_input" and not _fits(thing, filled[0] or ""):
                raise Impossible(f"{thing['action_id']} is too short or too long.")

    def _said(self, user: str, channel: str, delivery: Delivery) -> None:
        """A command may be answered in its acknowledgement."""
        if delivery.ack.get("text") or delivery.ack.get("blocks"):
            show(self.workspace, user, channel, delivery.ack)

    def _offered(self, target: Target, action_id: str, delivery: Delivery) -> None:
        groups = delivery.ack.get("option_groups") or []
        offered = delivery.ack.get("options") or [one for group in groups for one in group["options"]]
        if wrong := list(items(blocks.option(), limits.SELECT_OPTIONS, 0)(offered, "/options")):
            delivery.error = str(wrong)
        elif isinstance(target, View):
            target.options[action_id] = offered

    def _submitted(self, view: View, delivery: Delivery) -> None:
        """An empty acknowledgement closes the form; others say what to do."""
        action = delivery.ack.get("response_action", "close")
        shown = delivery.ack.get("view")
        if action in ("update", "push") and (wrong := list(blocks.view_problems(shown, kinds=("modal",)))):
            delivery.error = str(wrong)
        elif action in AFTER_SUBMIT:
            AFTER_SUBMIT[action](self, view, delivery)
        else:
            delivery.error = f"unknown response_action {action}"

    def _close(self, view: View, delivery: Delivery) -> None:
        stack = self.workspace.modals[view.user]
        if view in stack:
            del stack[stack.index(view) :]

    def _clear(self, view: View, delivery: Delivery) -> None:
        self.workspace.modals[view.user].clear()

    def _update(self, view: View, delivery: Delivery) -> None:
        change(self.workspace, view, delivery.ack["view"])

    def _push(self, view: View, delivery: Delivery) -> None:
        push(self.workspace, view.user, delivery.ack["view"])

    def _complain(self, view: View, delivery: Delivery) -> None:
        """Complaints stand at inputs; one that names no input is an error of the bot."""
        inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        errors = delivery.ack.get("errors") or {}
        if not errors or set(errors) - inputs:
            delivery.error = f"errors for what is no input: {sorted(set(errors) - inputs)}"
        view.errors = {name: str(text) for name, text in errors.items() if name in inputs}


AFTER_SUBMIT = {
    "close": Gestures._close,
    "clear": Gestures._clear,
    "update": Gestures._update,
    "push": Gestures._push,
    "errors": Gestures._complain,
}


def _options(thing: Payload, offered: list[Payload]) -> list[Payload]:
    grouped = [one for group in thing.get("option_groups", ()) for one in group["options"]]
    initial = [thing["initial_option"]] if "initial_option" in thing else []
    return [*thing.get("options", ()), *grouped, *offered, *(initial if not thing.get("options") else ())]


def _fits(thing: Payload, value: str) -> bool:
    return not value or thing.get("min_length", 0) <= len(value) <= thing.get("max_length", 3_000)
