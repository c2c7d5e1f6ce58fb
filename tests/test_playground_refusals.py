"""What Slack refuses, the stand-in refuses: one refusing example a row, and for each method one that is granted."""

import json

import pytest
from playground_rig import SCOPES, a_client, a_manifest, a_workspace
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View as SdkView

from bot import limits
from bot.playground import Playground, api, blocks
from bot.playground.hooks import HOOK_RULES, respond
from bot.playground.refusals import MESSAGE_OF, METHODS, MODALS, POSTING, RULES, Ask
from bot.playground.speech import Speech
from bot.playground.workspace import (
    APP_TOKEN,
    BOT_TOKEN,
    BOT_USER,
    ENGINEERING,
    GUEST,
    HOOK_LIFE,
    HOOK_POSTS,
    MEMBER,
    OLD,
    RANDOM,
    SECRET,
    TRIGGER_LIFE,
    File,
)


def plain(text="x"):
    return {"type": "plain_text", "text": text}


def button(**fields):
    return {"type": "button", "text": plain(), "action_id": "a", **fields}


def option(text="x", value="x", **fields):
    return {"text": plain(text), "value": value, **fields}


def section(text="x", **fields):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **fields}


def modal(**fields):
    return {"type": "modal", "title": plain(), "blocks": [section()], **fields}


def home(**fields):
    return {"type": "home", "blocks": [section()], **fields}


class Case:
    """A workspace with something in it, and requests to it."""

    def __init__(self, **manifest):
        self.workspace = a_workspace(**manifest)
        self.people = Speech(self.workspace)
        self.theirs = self.people.post(MEMBER, ENGINEERING, "hello")
        self.ours = self.people.post(BOT_USER, ENGINEERING, "hello")
        self.reply = self.people.post(MEMBER, ENGINEERING, "yes", self.theirs.ts)
        self.workspace.files["F1"] = File({"id": "F1"}, b"x")

    def ask(self, method, token=BOT_TOKEN, **arguments):
        return api.answer(Ask(self.workspace, method, arguments, token))

    def trigger(self):
        return self.workspace.trigger(MEMBER)

    def view(self, **fields):
        """A modal that is open, with these fields."""
        return self.ask("views.open", trigger_id=self.trigger(), view=modal(**fields))["view"]


def stale(case):
    trigger = case.trigger()
    case.workspace.clock.advance(TRIGGER_LIFE + 1)
    return case.ask("views.open", trigger_id=trigger, view=modal())


def spent(case):
    trigger = case.trigger()
    case.ask("views.open", trigger_id=trigger, view=modal())
    return case.ask("views.open", trigger_id=trigger, view=modal())


def a_pile(case):
    case.view()
    pushed = [case.ask("views.push", trigger_id=case.trigger(), view=modal()) for _ in range(MODALS)]
    assert [one["ok"] for one in pushed] == [True] * (MODALS - 1) + [False]
    return pushed[-1]


def twice_the_same_name(case):
    case.view(external_id="mine")
    return case.ask("views.open", trigger_id=case.trigger(), view=modal(external_id="mine"))


def post(case, **arguments):
    return case.ask("chat.postMessage", channel=ENGINEERING, **arguments)


BROKEN = {
    "unknown_method": lambda case: case.ask("chat.shout"),
    "not_authed": lambda case: case.ask("auth.test", token=""),
    "invalid_auth": lambda case: case.ask("auth.test", token="xoxb-other"),
    "not_allowed_token_type": lambda case: case.ask("apps.connections.open"),
    "channel_not_found": lambda case: case.ask("chat.postMessage", channel=SECRET, text="x"),
    "missing_scope": lambda case: Case(scopes=SCOPES - {"chat:write"}).ask(
        "chat.postMessage", channel=ENGINEERING, text="x"
    ),
    "missing argument": lambda case: case.ask("views.publish", view=home()),
    "not_in_channel": lambda case: case.ask("chat.postMessage", channel=RANDOM, text="x"),
    "is_archived": lambda case: case.ask("chat.postMessage", channel=OLD, text="x"),
    "user_not_in_channel": lambda case: case.ask("chat.postEphemeral", channel=ENGINEERING, user=GUEST, text="x"),
    "user_not_found": lambda case: case.ask("users.info", user="U0NOBODY"),
    "user_not_found for Home": lambda case: case.ask("views.publish", user_id="U0NOBODY", view=home()),
    "user_not_found for a conversation": lambda case: case.ask("conversations.open", users="U0NOBODY"),
    "no_such_subteam": lambda case: case.ask("usergroups.users.list", usergroup="S0NONE"),
    "file_not_found": lambda case: case.ask("files.info", file="F0NONE"),
    "message_not_found": lambda case: case.ask("chat.update", channel=ENGINEERING, ts="1.1", text="x"),
    "cant_update_message": lambda case: case.ask("chat.update", channel=ENGINEERING, ts=case.theirs.ts, text="x"),
    "cant_delete_message": lambda case: case.ask("chat.delete", channel=ENGINEERING, ts=case.theirs.ts),
    "already_reacted": lambda case: [
        case.ask("reactions.add", channel=ENGINEERING, timestamp=case.theirs.ts, name="eyes") for _ in range(2)
    ][1],
    "thread_not_found": lambda case: post(case, text="x", thread_ts=case.reply.ts),
    "thread_not_found on reading": lambda case: case.ask("conversations.replies", channel=ENGINEERING, ts="1.1"),
    "invalid_thread_ts": lambda case: case.ask(
        "assistant.threads.setStatus", channel_id=ENGINEERING, thread_ts="1.1", status="thinking"
    ),
    "bad prompts": lambda case: case.ask(
        "assistant.threads.setSuggestedPrompts",
        channel_id=ENGINEERING,
        prompts=[{"title": "x", "message": "x"}] * (limits.SUGGESTED_PROMPTS + 1),
    ),
    "too many loading messages": lambda case: case.ask(
        "assistant.threads.setStatus",
        channel_id=ENGINEERING,
        thread_ts=case.theirs.ts,
        status="x",
        loading_messages=["x"] * 11,
    ),
    "no_text": lambda case: post(case, text="", blocks=[]),
    "markdown_text_conflict": lambda case: post(case, text="x", markdown_text="x"),
    "msg_too_long": lambda case: case.ask(
        "chat.update", channel=ENGINEERING, ts=case.ours.ts, text="x" * (limits.TEXT + 1)
    ),
    "markdown_text too long": lambda case: post(case, markdown_text="x" * (limits.MARKDOWN_TEXT + 1)),
    "too_many_attachments": lambda case: post(case, text="x", attachments=[{"text": "x"}] * 101),
    "invalid_blocks_format": lambda case: post(case, text="x", blocks="[{"),
    "invalid_blocks": lambda case: post(case, text="x", blocks=[{"type": "section"}]),
    "msg_blocks_too_long": lambda case: post(case, text="x", blocks=[section("x" * 2_900)] * 5),
    "not_found": lambda case: case.ask("views.update", view_id="V0NONE", view=modal()),
    "not_enabled": lambda case: Case(app_home={}).ask("views.publish", user_id=MEMBER, view=home()),
    "view_too_large": lambda case: case.ask(
        "views.open", trigger_id=case.trigger(), view=modal(blocks=[section("x" * 2_999)] * 90)
    ),
    "bad view": lambda case: case.ask("views.open", trigger_id=case.trigger(), view=home()),
    "bad trigger_id": lambda case: case.ask("views.open", trigger_id="1.2.3", view=modal()),
    "exchanged_trigger_id": spent,
    "expired_trigger_id": stale,
    "duplicate_external_id": twice_the_same_name,
    "hash_conflict": lambda case: case.ask("views.update", view_id=case.view()["id"], hash="1.2", view=modal()),
    "push_limit_reached": a_pile,
}
GRANTED = {
    "api.test": lambda case: case.ask("api.test", token=""),
    "auth.test": lambda case: case.ask("auth.test"),
    "apps.connections.open": lambda case: case.ask("apps.connections.open", token=APP_TOKEN),
    "chat.postMessage": lambda case: post(case, text="x", thread_ts=case.theirs.ts),
    "chat.postEphemeral": lambda case: case.ask("chat.postEphemeral", channel=ENGINEERING, user=MEMBER, text="x"),
    "chat.update": lambda case: case.ask("chat.update", channel=ENGINEERING, ts=case.ours.ts, text="x"),
    "chat.delete": lambda case: case.ask("chat.delete", channel=ENGINEERING, ts=case.ours.ts),
    "chat.getPermalink": lambda case: case.ask("chat.getPermalink", channel=ENGINEERING, message_ts=case.reply.ts),
    "views.open": lambda case: case.ask("views.open", trigger_id=case.trigger(), view=modal()),
    "views.push": lambda case: case.ask("views.push", trigger_id=case.trigger(), view=modal()),
    "views.update": lambda case: case.ask("views.update", view_id=case.view()["id"], view=modal()),
    "views.publish": lambda case: case.ask("views.publish", user_id=MEMBER, view=home()),
    "conversations.open": lambda case: case.ask("conversations.open", users=MEMBER),
    "conversations.info": lambda case: case.ask("conversations.info", channel=ENGINEERING),
    "conversations.members": lambda case: case.ask("conversations.members", channel=ENGINEERING),
    "conversations.history": lambda case: case.ask("conversations.history", channel=ENGINEERING),
    "conversations.replies": lambda case: case.ask("conversations.replies", channel=ENGINEERING, ts=case.reply.ts),
    "users.info": lambda case: case.ask("users.info", user=MEMBER),
    "usergroups.users.list": lambda case: case.ask("usergroups.users.list", usergroup="S0ENG"),
    "reactions.add": lambda case: case.ask("reactions.add", channel=ENGINEERING, timestamp=case.ours.ts, name="eyes"),
    "assistant.threads.setStatus": lambda case: case.ask(
        "assistant.threads.setStatus", channel_id=ENGINEERING, thread_ts=case.theirs.ts, status="thinking"
    ),
    "assistant.threads.setSuggestedPrompts": lambda case: case.ask(
        "assistant.threads.setSuggestedPrompts",
        channel_id=ENGINEERING,
        prompts=[{"title": "x", "message": "x"}] * limits.SUGGESTED_PROMPTS,
    ),
    "assistant.threads.setTitle": lambda case: case.ask(
        "assistant.threads.setTitle", channel_id=ENGINEERING, thread_ts=case.theirs.ts, title="x"
    ),
    "files.info": lambda case: case.ask("files.info", file="F1"),
    "blocks.validate": lambda case: case.ask("blocks.validate", blocks=[section()]),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_breaks_a_rule_is_refused_with_its_error(rule):
    answer = BROKEN[rule.id](Case())
    assert (answer["ok"], answer["error"]) == (False, rule.error)


def test_each_rule_has_a_name_of_its_own_and_each_example_a_rule():
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert {rule.id for rule in RULES} == set(BROKEN)


@pytest.mark.parametrize("method", METHODS)
def test_what_breaks_no_rule_is_granted(method):
    answer = GRANTED[method](Case())
    assert answer["ok"], answer
    assert answer.get("error") is None


@pytest.mark.parametrize("method", [name for name, needs in METHODS.items() if needs.scopes or needs.by_channel])
def test_each_method_that_needs_a_scope_misses_it(method):
    case = Case(scopes={"commands"})
    case.workspace.app_scopes = set()
    answer = GRANTED[method](case)
    assert answer["error"] == "missing_scope"
    assert answer["needed"].count(":") == 1
    assert answer["provided"] in ("commands", "")


@pytest.mark.parametrize("method", {*POSTING, *MESSAGE_OF} - {"chat.postEphemeral"})
def test_what_is_in_a_channel_that_the_bot_cannot_know_of_is_not_found(method):
    assert Case().ask(method, channel=SECRET, text="x", ts="1.1")["error"] == "channel_not_found"


def test_a_public_channel_can_be_posted_to_from_outside_with_the_scope_for_that():
    case = Case(scopes=SCOPES | {"chat:write.public"})
    assert case.ask("chat.postMessage", channel=RANDOM, text="x")["ok"]


def test_a_long_text_is_cut_with_a_warning():
    answer = post(Case(), text="x" * 40_001)
    assert (len(answer["message"]["text"]), answer["warning"]) == (40_000, "message_truncated")


def inputs(*elements):
    return [{"type": "input", "block_id": f"b{n}", "label": plain(), "element": one} for n, one in enumerate(elements)]


SELECT = {"type": "static_select", "action_id": "s", "options": [option()]}
CONFIRM = {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain()}
CHART = {
    "type": "bar",
    "series": [{"name": "x", "data": [{"label": "x", "value": 1}]}],
    "axis_config": {"categories": ["x"], "x_label": "x", "y_label": "x"},
}


def chart(**fields):
    return {"type": "data_visualization", "title": "x", "chart": {**CHART, **fields}}


def thumbs(**fields):
    thumb = {"text": plain(), "value": "x"}
    buttons = {"type": "feedback_buttons", "positive_button": thumb, "negative_button": {**thumb, **fields}}
    return {"type": "context_actions", "elements": [buttons]}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def table(rows=1, columns=1, **fields):
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns] * rows, **fields}


FINE = {
    "section": section(accessory=button(value="x" * 2_000, url="https://x.org", style="primary", confirm=CONFIRM)),
    "fields": {"type": "section", "fields": [plain("x" * 2_000)] * 10},
    "long section": section("x" * 3_000),
    "context": {"type": "context", "elements": [plain(), {"type": "image", "image_url": "https://x", "alt_text": ""}]},
    "divider": {"type": "divider", "block_id": "x" * 255},
    "header": {"type": "header", "text": plain("x" * 150)},
    "image": {"type": "image", "image_url": "https://x", "alt_text": "x", "title": plain()},
    "rich_text": {"type": "rich_text", "elements": []},
    "markdown": {"type": "markdown", "text": "# x"},
    "actions": actions(*(button(action_id=str(n)) for n in range(25))),
    "menus": actions(
        SELECT,
        {"type": "external_select", "action_id": "e", "min_query_length": 0, "placeholder": plain()},
        {"type": "overflow", "action_id": "o", "options": [option(url="https://x")] * 5},
        {"type": "radio_buttons", "action_id": "r", "options": [option()] * 10},
        {"type": "checkboxes", "action_id": "c", "options": [option(description=plain())]},
        {"type": "datepicker", "action_id": "d", "initial_date": "2026-01-31"},
        {"type": "static_select", "action_id": "g", "option_groups": [{"label": plain(), "options": [option()]}]},
    ),
    "input": inputs({"type": "plain_text_input", "multiline": True, "max_length": 9})[0],
    "feedback": thumbs(accessibility_label="x" * 75),
    "icon": {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain()}]},
    "table": table(100, 20, column_settings=[{"align": "right", "is_wrapped": True}]),
    "chart": chart(),
    "pie": chart() | {"chart": {"type": "pie", "segments": [{"label": "x", "value": 1.5}]}},
}
WRONG = {
    "no block": (["x"], "must provide an object"),
    "an unknown block": ([{"type": "carousel"}], "unsupported type: carousel"),
    "a block without a type": ([{"text": "x"}], "unsupported type: None"),
    "51 blocks": ([{"type": "divider"}] * 51, "no more than 50 items allowed"),
    "a field too many": ([{"type": "divider", "color": "red"}], "invalid additional property: color"),
    "a long block_id": ([{"type": "divider", "block_id": "x" * 256}], "must be less than 256 characters"),
    "a block_id twice": ([{"type": "divider", "block_id": "b"}] * 2, '`block_id` "b" already exists'),
    "an action_id twice": ([actions(button(), button())], '`action_id` "a" already exists'),
    "a long action_id": ([actions(button(action_id="x" * 256))], "must be less than 256 characters"),
    "an empty section": ([section("")], "must be more than 0 characters"),
    "a long section": ([section("x" * 3_001)], "must be less than 3001 characters"),
    "a section long in UTF-16": ([section("🎉" * 1_501)], "must be less than 3001 characters"),
    "a section without a text": ([{"type": "section"}], "missing required field: text"),
    "a text that is none": ([{"type": "section", "text": "x"}], "must provide an object"),
    "a text of another kind": ([section(text="x") | {"text": {"type": "html", "text": "x"}}], "unsupported type: html"),
    "a number as text": ([section(7)], "must provide a string"),
    "11 fields": ([{"type": "section", "fields": [plain()] * 11}], "no more than 10 items allowed"),
    "a long field": ([{"type": "section", "fields": [plain("x" * 2_001)]}], "must be less than 2001 characters"),
    "an input as accessory": ([section(accessory={"type": "plain_text_input"})], "unsupported type: plain_text_input"),
    "a long header": ([{"type": "header", "text": plain("x" * 151)}], "must be less than 151 characters"),
    "a header with markup": ([{"type": "header", "text": section()["text"]}], "unsupported type: mrkdwn"),
    "an empty context": ([{"type": "context", "elements": []}], "no fewer than 1 items allowed"),
    "11 in a context": ([{"type": "context", "elements": [plain()] * 11}], "no more than 10 items allowed"),
    "a button in a context": ([{"type": "context", "elements": [button()]}], "unsupported type: button"),
    "26 actions": ([actions(*(button(action_id=str(n)) for n in range(26)))], "no more than 25 items allowed"),
    "a text in actions": ([actions(plain())], "unsupported type: plain_text"),
    "no alt text": ([{"type": "image", "image_url": "https://x"}], "missing required field: alt_text"),
    "a long alt text": (
        [{"type": "image", "image_url": "https://x", "alt_text": "x" * 2_001}],
        "must be less than 2001 characters",
    ),
    "an image from nowhere": ([{"type": "image", "alt_text": "x"}], "missing required field: image_url"),
    "a long button": ([actions(button(text=plain("x" * 76)))], "must be less than 76 characters"),
    "a button with markup": ([actions(button(text=section()["text"]))], "unsupported type: mrkdwn"),
    "a long value": ([actions(button(value="x" * 2_001))], "must be less than 2001 characters"),
    "a long address": ([actions(button(url="x" * 3_001))], "must be less than 3001 characters"),
    "an unknown style": ([actions(button(style="red"))], "unsupported value"),
    "a long confirm title": (
        [actions(button(confirm={**CONFIRM, "title": plain("x" * 101)}))],
        "must be less than 101 characters",
    ),
    "a long confirm text": (
        [actions(button(confirm={**CONFIRM, "text": plain("x" * 301)}))],
        "must be less than 301 characters",
    ),
    "a long confirm button": (
        [actions(button(confirm={**CONFIRM, "deny": plain("x" * 31)}))],
        "must be less than 31 characters",
    ),
    "a menu without options": ([actions({"type": "static_select"})], "missing required field: options"),
    "101 options": ([actions({**SELECT, "options": [option()] * 101})], "no more than 100 items allowed"),
    "a long option": ([actions({**SELECT, "options": [option("x" * 76)]})], "must be less than 76 characters"),
    "a long option value": (
        [actions({**SELECT, "options": [option(value="x" * 151)]})],
        "must be less than 151 characters",
    ),
    "a long placeholder": ([actions({**SELECT, "placeholder": plain("x" * 151)})], "must be less than 151 characters"),
    "6 in an overflow": (
        [actions({"type": "overflow", "options": [option()] * 6})],
        "no more than 5 items allowed",
    ),
    "11 radio buttons": (
        [actions({"type": "radio_buttons", "options": [option()] * 11})],
        "no more than 10 items allowed",
    ),
    "11 checkboxes": (
        [actions({"type": "checkboxes", "options": [option()] * 11})],
        "no more than 10 items allowed",
    ),
    "a date that is none": (
        [actions({"type": "datepicker", "initial_date": "2026"})],
        "must be more than 9 characters",
    ),
    "a flag that is none": ([section(expand="yes")], "must provide a boolean"),
    "a long label": (
        [{**inputs({"type": "plain_text_input"})[0], "label": plain("x" * 2_001)}],
        "must be less than 2001 characters",
    ),
    "a button as input": (inputs(button()), "unsupported type: button"),
    "6 in context_actions": (
        [{"type": "context_actions", "elements": thumbs()["elements"] * 6}],
        "no more than 5 items allowed",
    ),
    "a button in context_actions": ([{"type": "context_actions", "elements": [button()]}], "unsupported type: button"),
    "a thumb without a value": ([thumbs(value=None)], "missing required field: value"),
    "a long thumb": ([thumbs(text=plain("x" * 76))], "must be less than 76 characters"),
    "101 rows": ([table(101)], "no more than 100 items allowed"),
    "21 columns": ([table(1, 21)], "no more than 20 items allowed"),
    "a cell of another kind": ([{"type": "table", "rows": [[plain()]]}], "unsupported type: plain_text"),
    "two tables": ([table(), table()], "only_one_table_allowed"),
    "much markdown": ([{"type": "markdown", "text": "x" * 6_001}] * 2, "markdown must be less than 12001 characters"),
    "a chart of another kind": ([chart(type="radar")], "unsupported type: radar"),
    "a chart with a long title": ([{**chart(), "title": "x" * 51}], "must be less than 51 characters"),
    "21 points": (
        [chart(series=[{"name": "x", "data": [{"label": "x", "value": 1}] * 21}])],
        "no more than 20 items allowed",
    ),
    "labels that are no categories": (
        [chart(series=[{"name": "x", "data": [{"label": "y", "value": 1}]}])],
        "labels must match the categories",
    ),
    "7 series": ([chart(series=CHART["series"] * 7)], "no more than 6 items allowed"),
    "a value that is no number": (
        [chart(series=[{"name": "x", "data": [{"label": "x", "value": "1"}]}])],
        "must provide a number",
    ),
    "a slice of nothing": (
        [{**chart(), "chart": {"type": "pie", "segments": [{"label": "x", "value": 0}]}}],
        "must be greater than 0",
    ),
}
WRONG_VIEWS = {
    "no view": ("x", "must provide an object"),
    "a message": ({"type": "message"}, "unsupported type: message"),
    "a modal without a title": ({"type": "modal", "blocks": []}, "missing required field: title"),
    "a modal without blocks": ({"type": "modal", "title": plain()}, "missing required field: blocks"),
    "a Home with a title": (home(title=plain()), "invalid additional property: title"),
    "a long title": (modal(title=plain("x" * 25)), "must be less than 25 characters"),
    "a long submit": (modal(submit=plain("x" * 25)), "must be less than 25 characters"),
    "a long close": (modal(close=plain("x" * 25)), "must be less than 25 characters"),
    "101 blocks": (modal(blocks=[section()] * 101), "no more than 100 items allowed"),
    "long metadata": (modal(private_metadata="x" * 3_001), "must be less than 3001 characters"),
    "a long callback_id": (modal(callback_id="x" * 256), "must be less than 256 characters"),
    "inputs without submit": (modal(blocks=inputs({"type": "plain_text_input"})), "missing required field: submit"),
    "markdown": (modal(blocks=[FINE["markdown"]]), "unsupported type: markdown"),
    "a table": (home(blocks=[table()]), "unsupported type: table"),
    "feedback": (modal(blocks=[thumbs()]), "unsupported type: context_actions"),
    "a chart": (home(blocks=[chart()]), "unsupported type: data_visualization"),
    "a block_id twice": (modal(blocks=[section(block_id="b")] * 2), '`block_id` "b" already exists'),
}
NOT_IN_SDK = {"data_visualization"}


@pytest.mark.parametrize("name", FINE)
def test_blocks_within_the_limits_are_accepted_by_us_and_by_slack_sdk(name):
    assert list(blocks.message_problems([FINE[name]])) == []
    assert FINE[name]["type"] in blocks.BLOCKS
    if FINE[name]["type"] not in NOT_IN_SDK:
        parsed = Block.parse(FINE[name])
        assert parsed is not None
        parsed.to_dict()


def test_each_kind_of_block_and_element_has_an_example():
    assert {one["type"] for one in FINE.values()} == set(blocks.BLOCKS)
    written = json.dumps(FINE)
    assert [name for name in blocks.ELEMENTS if f'"{name}"' not in written] == []


@pytest.mark.parametrize("name", WRONG)
def test_blocks_beyond_a_limit_are_refused_with_the_place(name):
    wrong, message = WRONG[name]
    problems = list(blocks.message_problems(wrong))
    assert [what for what, _ in problems if what.startswith(message)], problems
    assert all(at.startswith("/blocks") for _, at in problems)
    assert post(Case(), text="x", blocks=wrong)["error"] == "invalid_blocks"


@pytest.mark.parametrize("name", WRONG_VIEWS)
def test_views_beyond_a_limit_are_refused_with_the_place(name):
    wrong, message = WRONG_VIEWS[name]
    problems = list(blocks.view_problems(wrong))
    assert [what for what, _ in problems if what.startswith(message)], problems
    case = Case()
    opened = case.ask("views.open", trigger_id=case.trigger(), view=wrong)
    assert opened["error"] == "invalid_arguments"
    assert opened["response_metadata"]["messages"][0].startswith("[ERROR] ")


@pytest.mark.parametrize("view", [modal(submit=plain("x" * 24), close=plain(), callback_id="x"), home()])
def test_views_within_the_limits_are_accepted_by_us_and_by_slack_sdk(view):
    assert list(blocks.view_problems(view)) == []
    SdkView(**view).to_dict()


def test_blocks_can_be_checked_without_posting_them():
    case = Case()
    answer = case.ask("blocks.validate", message={"blocks": [section("x" * 3_001)]})
    assert answer["error"] == "invalid_message"
    assert answer["errors"][0]["pointer"] == "/0/text/text"
    assert case.ask("blocks.validate", view=modal(title=plain("x" * 25)))["error"] == "invalid_view"


def worn(case, name):
    for _ in range(HOOK_POSTS):
        assert respond(case.workspace, name, {"text": "x"}) == (200, "ok")
    return respond(case.workspace, name, {"text": "x"})


def forgotten(case, name):
    case.workspace.clock.advance(HOOK_LIFE + 1)
    return respond(case.workspace, name, {"text": "x"})


BROKEN_HOOKS = {
    "expired_url": forgotten,
    "used_url": worn,
    "invalid_blocks": lambda case, name: respond(case.workspace, name, {"blocks": [section("")]}),
    "no_text": lambda case, name: respond(case.workspace, name, {"response_type": "in_channel"}),
}


@pytest.mark.parametrize("error", [rule[0] for rule in HOOK_RULES])
def test_a_response_that_breaks_a_rule_is_refused(error):
    case = Case()
    name = case.workspace.hook(MEMBER, RANDOM).rpartition("/")[2]
    assert respond(case.workspace, name, {"text": "x"}) == (200, "ok")
    case.workspace.hooks[name].posts = 0
    status, body = BROKEN_HOOKS[error](case, name)
    assert (status >= 400, body) == (True, error)


def test_a_response_to_nowhere_or_without_a_shape_is_refused():
    case = Case()
    name = case.workspace.hook(MEMBER, RANDOM).rpartition("/")[2]
    assert respond(case.workspace, "R0NONE", {"text": "x"})[0] == 404
    assert respond(case.workspace, name, ["x"])[0] == 400


async def test_a_refusal_reaches_slack_sdk_as_slack_sends_it():
    with Playground(a_manifest()) as slack:
        with pytest.raises(SlackApiError) as caught:
            await a_client(slack).chat_postMessage(channel=ENGINEERING, text="x", blocks=[section("x" * 3_001)])
        response = caught.value.response
    assert response.status_code == 200
    assert response["error"] == "invalid_blocks"
    assert response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]
    assert "chat:write" in response.headers["X-OAuth-Scopes"].split(",")


async def test_what_slack_sdk_sends_as_a_form_is_read_like_json():
    with Playground(a_manifest()) as slack:
        client = a_client(slack)
        assert (await client.blocks_validate(blocks=[section()]))["ok"]
        assert (await client.views_publish(user_id=MEMBER, view=home()))["view"]["type"] == "home"
        assert (await client.users_info(user=MEMBER))["user"]["is_admin"] is False
        posted = await client.chat_postMessage(channel=MEMBER, text="x", blocks=json.dumps([section()]))
        assert (posted["channel"], posted["message"]["blocks"][0]["type"]) == ("D0ANN", "section")
        history = await client.conversations_history(channel=posted["channel"], limit=1)
        assert [one["ts"] for one in history["messages"]] == [posted["ts"]]
