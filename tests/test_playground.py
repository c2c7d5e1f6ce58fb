"""The stand-in workspace end to end: what people do, and a small Bolt app reached in both of Slack's ways."""

from contextlib import AsyncExitStack
from types import SimpleNamespace

import aiohttp
import pytest
from playground_rig import EVENTS, SCOPES, a_client, a_manifest, a_workspace, an_app, by_http, by_socket

from bot.manifest import manifest
from bot.playground import Impossible, Playground
from bot.playground.gestures import Gestures
from bot.playground.installed import installed
from bot.playground.payloads import with_ids
from bot.playground.speech import Speech
from bot.playground.workspace import (
    ADMIN,
    BOT_ID,
    BOT_TOKEN,
    BOT_USER,
    ENGINEERING,
    GENERAL,
    GUEST,
    MEMBER,
    OLD,
    OTHER_BOT,
    OTHER_TEAM,
    PRIVATE,
    RANDOM,
    SECRET,
    SHARED,
    SLACKBOT,
    STATUS_LIFE,
    STRANGER,
    TEAM,
)
from bot.settings import Settings

NAMED = f"<@{BOT_USER}> what of Kuryr?"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """Slack's libraries would go through a proxy even to the loopback address."""
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


def plain(text):
    return {"type": "plain_text", "text": text}


def option(value):
    return {"text": plain(value), "value": value}


BUTTONS = [
    {"type": "section", "text": plain("An answer")},
    {"type": "actions", "block_id": "row", "elements": [
        {"type": "button", "action_id": "more", "value": "ticket", "text": plain("More")},
        {"type": "static_select", "action_id": "year", "options": [option("2015"), option("2016")]},
    ]},
    {"type": "context_actions", "elements": [
        {
            "type": "feedback_buttons", "action_id": "rate",
            "positive_button": {"text": plain("+"), "value": "up:ticket"},
            "negative_button": {"text": plain("-"), "value": "down:ticket"},
        },
    ]},
]  # fmt: skip


def field(name, element, **more):
    return {"type": "input", "block_id": name, "label": plain(name), "element": {"action_id": name, **element}, **more}


FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("Search"),
    "submit": plain("Go"),
    "notify_on_close": True,
    "blocks": [
        field("question", {"type": "plain_text_input", "max_length": 20}),
        field("event", {"type": "external_select", "min_query_length": 1}, optional=True),
        field("kinds", {"type": "checkboxes", "options": [option("talk"), option("forum")]}, optional=True),
    ],
}


class People(Speech, Gestures):
    """People in a workspace that is no server; ``told`` is what the bot would be told."""

    def __init__(self, **manifest):
        super().__init__(a_workspace(**manifest))

    @property
    def told(self):
        return [one.payload for one in self.workspace.outbox.sent]

    @property
    def events(self):
        return [payload["event"] for payload in self.told]

    def answer(self, channel=ENGINEERING, **fields):
        """A message of the bot's, as if it had been posted."""
        message = self.post(BOT_USER, channel, "An answer")
        message.blocks = with_ids(self.workspace, BUTTONS)
        return message


@pytest.fixture
def people():
    return People()


def test_a_message_in_a_channel_is_one_event_and_a_mention_another(people):
    people.post(MEMBER, ENGINEERING, "hello")
    said = people.post(MEMBER, ENGINEERING, NAMED)
    kinds = [(event["type"], event.get("channel_type")) for event in people.events]
    assert kinds == [("message", "channel"), ("message", "channel"), ("app_mention", None)]
    mention = people.events[2]
    assert (mention["ts"], mention["text"], mention["user"], mention["channel"]) == (
        said.ts,
        NAMED,
        MEMBER,
        ENGINEERING,
    )
    assert len({payload["event_id"] for payload in people.told}) == 3
    assert people.told[2]["authorizations"][0]["user_id"] == BOT_USER
    assert {payload["type"] for payload in people.told} == {"event_callback"}


@pytest.mark.parametrize(("channel", "kind"), [(PRIVATE, "group"), ("D0ANN", "im"), (ENGINEERING, "channel")])
def test_events_say_what_kind_of_channel_it_is(people, channel, kind):
    people.post(MEMBER, channel, "hello")
    assert people.events[0]["channel_type"] == kind
    assert people.events[0]["client_msg_id"]


def test_in_direct_messages_and_where_the_bot_is_not_there_are_no_mentions(people):
    people.post(MEMBER, people.direct(MEMBER), NAMED)
    people.post(MEMBER, RANDOM, NAMED)
    people.post(MEMBER, SECRET, NAMED)
    assert [event["type"] for event in people.events] == ["message"]


@pytest.mark.parametrize(
    ("without", "left"),
    [
        ({"events": EVENTS - {"app_mention"}}, ["message"]),
        ({"events": EVENTS - {"message.channels"}}, ["app_mention"]),
        ({"scopes": SCOPES - {"app_mentions:read"}}, ["message"]),
        ({"scopes": SCOPES - {"channels:history"}}, ["app_mention"]),
    ],
)
def test_what_the_manifest_does_not_subscribe_or_may_not_read_is_not_delivered(without, left):
    people = People(**without)
    people.post(MEMBER, ENGINEERING, NAMED)
    assert [event["type"] for event in people.events] == left


def test_a_thread_hangs_at_its_root_and_can_be_told_to_the_channel(people):
    root = people.post(MEMBER, ENGINEERING, "hello")
    reply = people.post(MEMBER, ENGINEERING, "you", root.ts)
    told = people.post(MEMBER, ENGINEERING, "all", root.ts, broadcast=True)
    assert [event.get("thread_ts") for event in people.events] == [None, root.ts, root.ts]
    assert people.events[1]["parent_user_id"] == MEMBER
    assert people.events[2]["subtype"] == "thread_broadcast"
    workspace = people.workspace
    assert workspace.shown(GUEST, ENGINEERING) == [root, told]
    assert workspace.shown(MEMBER, ENGINEERING, root.ts) == [root, reply, told]
    with pytest.raises(Impossible):
        people.post(MEMBER, ENGINEERING, "no", reply.ts)


def test_people_see_the_channels_they_are_in(people):
    assert [channel.id for channel in people.workspace.visible(GUEST)] == [GENERAL, RANDOM, "D0GUS"]


def test_every_message_has_a_ts_of_its_own(people):
    stamps = [people.post(MEMBER, ENGINEERING, "x").ts for _ in range(200)]
    assert stamps == sorted(set(stamps))
    assert all(isinstance(stamp, str) and len(stamp.partition(".")[2]) == 6 for stamp in stamps)


def test_an_edit_a_deletion_and_an_unfurl_are_hidden_messages(people):
    said = people.post(MEMBER, ENGINEERING, "hello")
    people.unfurl(said, "A page")
    people.edit(MEMBER, said, "hi")
    people.delete(MEMBER, said)
    assert [event.get("subtype") for event in people.events[1:]] == [
        "message_changed",
        "message_changed",
        "message_deleted",
    ]
    edit = people.events[2]
    assert (edit["message"]["text"], edit["previous_message"]["text"], edit["hidden"]) == ("hi", "hello", True)
    assert edit["message"]["edited"]["user"] == MEMBER
    assert people.events[3]["deleted_ts"] == said.ts
    assert people.workspace.shown(MEMBER, ENGINEERING) == []


def test_an_edit_that_names_the_bot_is_a_mention_that_says_it_is_an_edit(people):
    said = people.post(MEMBER, ENGINEERING, "hello")
    people.edit(MEMBER, said, NAMED)
    people.edit(MEMBER, said, NAMED + "!")
    mentions = [event for event in people.events if event["type"] == "app_mention"]
    assert [event["edited"]["user"] for event in mentions] == [MEMBER]


def test_another_bot_is_one_by_its_bot_id(people):
    people.post(OTHER_BOT, ENGINEERING, NAMED)
    assert {event["bot_id"] for event in people.events} == {"B0CI"}
    assert "client_msg_id" not in people.events[0]
    people.post(OTHER_BOT, ENGINEERING, "built", subtype="bot_message")
    assert people.events[-1]["subtype"] == "bot_message"


def test_somebody_of_another_team_is_told_apart(people):
    people.post(STRANGER, SHARED, NAMED)
    assert {(payload["team_id"], payload["is_ext_shared_channel"]) for payload in people.told} == {(TEAM, True)}
    assert {event["user_team"] for event in people.events} == {OTHER_TEAM}


def test_the_bot_hears_of_its_arrival_and_of_reactions_and_of_people_who_change(people):
    people.invite(MEMBER, RANDOM)
    said = people.post(MEMBER, RANDOM, "hello")
    people.react(MEMBER, said, "eyes")
    people.change(MEMBER, admin=True)
    joined, _, _, reaction, user = people.events
    assert (joined["type"], joined["user"], joined["inviter"]) == ("member_joined_channel", BOT_USER, MEMBER)
    assert people.events[1]["subtype"] == "channel_join"
    assert (reaction["reaction"], reaction["item"]["ts"]) == ("eyes", said.ts)
    assert user["user"]["is_admin"] is True


def test_a_link_is_shared(people):
    people.post(MEMBER, ENGINEERING, "see <https://example.org/a|this>")
    assert people.events[-1]["links"] == [{"domain": "example.org", "url": "https://example.org/a"}]


def test_typed_text_is_encoded_as_slack_does(people):
    typed = people.typed("@recap a<b & #eng <!channel>")
    assert typed == f"<@{BOT_USER}> a&lt;b &amp; <#{ENGINEERING}|eng> &lt;!channel&gt;"


@pytest.mark.parametrize(
    "act",
    [
        lambda people: people.post("U0NOBODY", ENGINEERING, "x"),
        lambda people: people.post(MEMBER, "C0NONE", "x"),
        lambda people: people.post(GUEST, ENGINEERING, "x"),
        lambda people: people.post(GUEST, SECRET, "x"),
        lambda people: people.post(MEMBER, OLD, "x"),
        lambda people: people.edit(ADMIN, people.post(MEMBER, ENGINEERING, "x"), "y"),
        lambda people: people.command(MEMBER, ENGINEERING, "/unknown x"),
        lambda people: people.shortcut(MEMBER, "about"),
        lambda people: people.shortcut(MEMBER, "unknown"),
        lambda people: people.press(MEMBER, people.answer(), "unknown"),
        lambda people: people.press(MEMBER, people.post(MEMBER, ENGINEERING, "x"), "more"),
        lambda people: people.select(MEMBER, people.answer(), "year", "1999"),
    ],
)
def test_what_slacks_own_windows_do_not_allow_is_impossible(people, act):
    with pytest.raises(Impossible):
        act(people)


def test_what_the_manifest_switches_off_is_impossible():
    people = People(app_home={}, interactive=False)
    for act in (
        lambda: people.open_home(MEMBER),
        lambda: people.post(MEMBER, people.direct(MEMBER), "x"),
        lambda: people.press(MEMBER, people.answer(), "more"),
    ):
        with pytest.raises(Impossible):
            act()


def test_a_command_has_names_a_trigger_and_an_address(people):
    body = people.command(MEMBER, PRIVATE, "/ask  what of Kuryr? ").payload
    assert (body["command"], body["text"], body["user_id"]) == ("/ask", "what of Kuryr?", MEMBER)
    assert (body["channel_name"], body["is_enterprise_install"]) == ("privategroup", "false")
    assert body["trigger_id"] in people.workspace.triggers
    assert body["response_url"].rpartition("/")[2] in people.workspace.hooks


def test_a_press_tells_what_was_pressed_and_where(people):
    message = people.answer()
    body = people.press(MEMBER, message, "more").payload
    (action,) = body["actions"]
    assert (action["action_id"], action["block_id"], action["value"], action["type"]) == (
        "more",
        "row",
        "ticket",
        "button",
    )
    assert (body["type"], body["user"]["id"], body["channel"]["id"]) == ("block_actions", MEMBER, ENGINEERING)
    assert (body["message"]["ts"], body["message"]["bot_id"]) == (message.ts, BOT_ID)
    assert body["state"]["values"]["row"]["year"]["selected_option"] is None


def test_a_press_on_an_ephemeral_message_does_not_bring_the_message(people):
    message = people.answer()
    message.seen_by = MEMBER
    body = people.press(MEMBER, message, "rate", "negative").payload
    assert body["actions"][0]["value"] == "down:ticket"
    assert body["container"]["is_ephemeral"] is True
    assert "message" not in body


def test_a_choice_in_a_menu_is_told_with_its_option(people):
    body = people.select(MEMBER, people.answer(), "year", "2016").payload
    assert body["actions"][0]["selected_option"] == option("2016")


def test_shortcuts_are_about_a_message_or_not(people):
    said = people.post(MEMBER, ENGINEERING, "hello")
    about = people.shortcut(MEMBER, "about", said).payload
    assert (about["type"], about["callback_id"], about["message"]["text"]) == ("message_action", "about", "hello")
    assert about["response_url"]
    look = people.shortcut(MEMBER, "look").payload
    assert (look["type"], "message" in look, "channel" in look) == ("shortcut", False, False)


def test_opening_the_bots_pages_is_told_with_the_tab(people):
    assert people.open_home(MEMBER).payload["event"]["tab"] == "home"
    messages = people.open_messages_tab(MEMBER).payload["event"]
    assert (messages["tab"], messages["channel"], messages["user"]) == ("messages", "D0ANN", MEMBER)


def test_without_socket_mode_only_that_is_delivered_for_which_there_is_an_address():
    without = a_manifest()
    without["settings"]["socket_mode_enabled"] = False
    app = installed(without)
    assert not any((app.events, app.commands, app.interactive, app.type_ahead))
    address = {"request_url": "https://x.org", "message_menu_options_url": "https://x.org"}
    without["settings"]["event_subscriptions"] |= address
    without["settings"]["interactivity"] |= address
    without["features"]["slash_commands"][0]["url"] = "https://x.org"
    app = installed(without)
    assert all((app.events, app.commands, app.interactive, app.type_ahead))


@pytest.mark.parametrize("url", ["", "https://recap.example.org/slack/events"])
def test_our_own_manifest_subscribes_what_our_bot_answers(tmp_path, url):
    with Playground(manifest(Settings(tmp_path, tmp_path / "a.db", tmp_path / "b.db"), url)) as slack:
        slack.post(MEMBER, ENGINEERING, NAMED)
        slack.post(MEMBER, slack.direct(MEMBER), "what of Kuryr?")
        assert {one.type for one in slack.deliveries} >= {"app_mention", "message"}


@pytest.fixture(params=[by_socket, by_http])
async def bot(request):
    """A workspace and an app in it; ``connect`` is called when the app has its listeners."""
    async with AsyncExitStack() as stack:
        slack = stack.enter_context(Playground(a_manifest()))
        yield SimpleNamespace(
            slack=slack,
            app=(app := an_app(slack)),
            connect=lambda: stack.enter_async_context(request.param(slack, app)),
        )


async def test_a_mention_is_answered_in_its_thread_and_the_answer_is_an_event_too(bot):
    @bot.app.event("app_mention")
    async def on_mention(event, say):
        await say(f"You are {event['user']}", thread_ts=event["ts"])

    bot.app.event("message")(no_listener)
    await bot.connect()
    asked = bot.slack.post(MEMBER, ENGINEERING, NAMED)
    await bot.slack.until(lambda: len(bot.slack.deliveries) == 3 and not bot.slack.outbox.unacknowledged())
    shown = bot.slack.workspace.shown(MEMBER, ENGINEERING, asked.ts)
    assert [(message.user, message.text) for message in shown] == [(MEMBER, NAMED), (BOT_USER, f"You are {MEMBER}")]
    assert [one.type for one in bot.slack.deliveries] == ["message", "app_mention", "message"]
    (call,) = bot.slack.called("chat.postMessage")
    assert (call.ok, call.token, call.answer["ts"]) == (True, BOT_TOKEN, shown[1].ts)


async def no_listener():
    """Acknowledges by being there."""


async def test_a_command_is_answered_in_its_ack_and_at_its_address(bot):
    @bot.app.command("/ask")
    async def on_ask(ack, respond):
        await ack("Looking…")
        await respond("Found.")
        await respond("Found more.", replace_original=True)
        await respond("Look!", response_type="in_channel")

    await bot.connect()
    given = bot.slack.command(MEMBER, RANDOM, "/ask x")
    await bot.slack.until(lambda: given.acked and len(bot.slack.called("response_url")) == 3 and bot.slack.calls[-1].ok)
    workspace = bot.slack.workspace
    assert given.ack["text"] == "Looking…"
    assert {one.text for one in workspace.shown(MEMBER, RANDOM)} == {"Looking…", "Found more.", "Look!"}
    assert [one.text for one in workspace.shown(GUEST, RANDOM)] == ["Look!"]


async def test_buttons_change_and_delete_the_message_they_are_on(bot):
    @bot.app.action("more")
    async def on_more(ack, respond):
        await ack()
        await respond("More.", replace_original=True)

    @bot.app.action("rate")
    async def on_rate(ack, respond):
        await ack()
        await respond(delete_original=True)

    await bot.connect()
    await a_client(bot.slack).chat_postEphemeral(channel=ENGINEERING, user=MEMBER, text="x", blocks=BUTTONS)
    (message,) = bot.slack.workspace.shown(MEMBER, ENGINEERING)
    bot.slack.press(MEMBER, message, "rate", "positive")
    await bot.slack.until(lambda: not bot.slack.workspace.shown(MEMBER, ENGINEERING))
    posted = await a_client(bot.slack).chat_postMessage(channel=GENERAL, text="x", blocks=BUTTONS)
    message = bot.slack.workspace.message(GENERAL, posted["ts"])
    bot.slack.press(MEMBER, message, "more")
    await bot.slack.until(lambda: message.text == "More." and not message.blocks)


async def opened(bot, form=FORM):
    """The form, opened by a command."""

    @bot.app.command("/ask")
    async def on_ask(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form)

    await bot.connect()
    bot.slack.command(MEMBER, ENGINEERING, "/ask")
    return await bot.slack.until(lambda: bot.slack.workspace.modal(MEMBER))


async def test_a_form_is_filled_in_with_options_from_the_bot_and_submitted(bot):
    seen = []

    @bot.app.options("event")
    async def on_options(ack, payload):
        await ack(options=[option(payload["value"] + "yo")])

    @bot.app.view("form")
    async def on_submit(ack, view):
        seen.append(view["state"]["values"])
        await ack()

    form = await opened(bot)
    bot.slack.suggest(MEMBER, form, "event", "Tok")
    await bot.slack.until(lambda: form.options.get("event"))
    assert bot.slack.select(MEMBER, form, "event", "Tokyo") is None
    bot.slack.submit(MEMBER, form, {"question": "Kuryr", "kinds": ["talk"]})
    await bot.slack.until(lambda: bot.slack.workspace.modal(MEMBER) is None)
    (values,) = seen
    assert values["question"]["question"] == {"type": "plain_text_input", "value": "Kuryr"}
    assert values["event"]["event"]["selected_option"] == option("Tokyo")
    assert values["kinds"]["kinds"]["selected_options"] == [option("talk")]


async def test_a_form_that_is_incomplete_cannot_be_sent_off(bot):
    form = await opened(bot)
    for values in ({}, {"question": ""}, {"question": "x" * 21}):
        with pytest.raises(Impossible):
            bot.slack.submit(MEMBER, form, values)
    with pytest.raises(Impossible):
        bot.slack.suggest(MEMBER, form, "event", "")
    assert not bot.slack.delivered("view_submission")


async def test_an_ack_can_complain_update_push_and_clear(bot):
    steps = iter(
        (
            {"response_action": "errors", "errors": {"question": "Which one?"}},
            {"response_action": "update", "view": {**FORM, "title": plain("Again")}},
            {"response_action": "push", "view": {**FORM, "title": plain("On top")}},
            {"response_action": "clear"},
        )
    )

    @bot.app.view("form")
    async def on_submit(ack):
        await ack(**next(steps))

    workspace, form = bot.slack.workspace, await opened(bot)
    bot.slack.submit(MEMBER, form, {"question": "Kuryr"})
    await bot.slack.until(lambda: form.errors == {"question": "Which one?"})
    bot.slack.submit(MEMBER, form)
    await bot.slack.until(lambda: form.body["title"]["text"] == "Again" and not form.errors)
    bot.slack.submit(MEMBER, form)
    pushed = await bot.slack.until(lambda: workspace.modal(MEMBER) is not form and workspace.modal(MEMBER))
    assert (pushed.previous, pushed.root) == (form.id, form.id)
    bot.slack.submit(MEMBER, pushed, {"question": "Nova"})
    await bot.slack.until(lambda: workspace.modal(MEMBER) is None)
    assert not any(one.error for one in bot.slack.deliveries)


@pytest.mark.parametrize(
    "ack",
    [
        {"response_action": "errors", "errors": {"nothing": "x"}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "dance"},
    ],
)
async def test_an_ack_that_makes_no_sense_is_an_error_of_its_delivery(bot, ack):
    given = ack

    @bot.app.view("form")
    async def on_submit(ack):
        await ack(**given)

    form = await opened(bot)
    sent = bot.slack.submit(MEMBER, form, {"question": "x"})
    await bot.slack.until(lambda: sent.error)
    assert bot.slack.workspace.modal(MEMBER) is form


async def test_closing_a_form_is_told_if_the_bot_wants_to_know(bot):
    told = []

    @bot.app.view_closed("form")
    async def on_close(ack, body):
        told.append(body["view"]["callback_id"])
        await ack()

    form = await opened(bot)
    bot.slack.close_view(MEMBER, form)
    assert bot.slack.workspace.modal(MEMBER) is None
    await bot.slack.until(lambda: told == ["form"])


async def test_home_is_published_and_pressed(bot):
    @bot.app.event("app_home_opened")
    async def on_open(event, client):
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": BUTTONS[:2]})

    pressed = []

    @bot.app.action("more")
    async def on_more(ack, body):
        pressed.append((body["container"]["type"], body["view"]["type"], "response_url" in body))
        await ack()

    await bot.connect()
    bot.slack.open_home(MEMBER)
    home = await bot.slack.until(lambda: bot.slack.workspace.homes.get(MEMBER))
    bot.slack.press(MEMBER, home, "more")
    await bot.slack.until(lambda: pressed == [("view", "home", False)])
    assert bot.slack.open_home(MEMBER).payload["event"]["view"]["id"] == home.id


async def test_status_and_prompts_are_shown_until_they_are_over():
    with Playground(a_manifest()) as slack:
        client, workspace = a_client(slack), slack.workspace
        asked = slack.post(MEMBER, slack.direct(MEMBER), "hello")
        place = {"channel_id": asked.channel, "thread_ts": asked.ts}
        await client.assistant_threads_setStatus(**place, status="thinking…", loading_messages=["Reading"])
        assert workspace.status(asked.channel, asked.ts).loading == ["Reading"]
        await client.chat_postMessage(channel=asked.channel, thread_ts=asked.ts, text="x")
        assert workspace.status(asked.channel, asked.ts) is None
        await client.assistant_threads_setStatus(**place, status="thinking…")
        slack.advance(STATUS_LIFE + 1)
        assert workspace.status(asked.channel, asked.ts) is None
        prompts = [{"title": "x", "message": "y"}]
        await client.assistant_threads_setSuggestedPrompts(channel_id=asked.channel, prompts=prompts)
        assert workspace.prompts[asked.channel]["prompts"] == prompts


async def test_a_file_is_read_with_the_bots_token_and_else_is_a_page_to_sign_in():
    with Playground(a_manifest()) as slack:
        message = slack.upload(MEMBER, ENGINEERING, "notes.md", b"# Kuryr", "my notes")
        assert message.subtype == "file_share"
        address = message.files[0]["url_private_download"]
        async with aiohttp.ClientSession() as session:
            async with session.get(address, headers={"Authorization": f"Bearer {BOT_TOKEN}"}) as response:
                assert await response.read() == b"# Kuryr"
            async with session.get(address) as response:
                assert (response.status, response.content_type) == (200, "text/html")
        unchecked = slack.upload(MEMBER, ENGINEERING, "more.md", b"x", checked=False)
        assert set(unchecked.files[0]) == {"id", "mode", "file_access"}
        about = await a_client(slack).files_info(file=unchecked.files[0]["id"])
        assert about["file"]["name"] == "more.md"


async def test_several_files_come_in_one_message_whatever_they_are_called():
    with Playground(a_manifest()) as slack:
        message = slack.drop(MEMBER, slack.direct(MEMBER), {"a/b ü?.html": b"<p>x", "b.pdf": b"%PDF"}, "both")
        assert [(file["name"], file["mimetype"], file["size"]) for file in message.files] == [
            ("a/b ü?.html", "text/html", 4), ("b.pdf", "application/pdf", 4),
        ]  # fmt: skip
        assert len(slack.delivered("message")) == 1
        async with aiohttp.ClientSession() as session:
            headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
            async with session.get(message.files[0]["url_private"], headers=headers) as response:
                assert (await response.read(), response.content_type) == (b"<p>x", "text/html")


async def test_threads_and_histories_are_read_a_page_at_a_time():
    with Playground(a_manifest()) as slack:
        root = slack.post(MEMBER, ENGINEERING, "root")
        replies = [slack.post(MEMBER, ENGINEERING, str(number), root.ts) for number in range(3)]
        later = slack.post(MEMBER, ENGINEERING, "later")
        client = a_client(slack)
        page = await client.conversations_replies(channel=ENGINEERING, ts=root.ts, limit=2)
        assert ([one["ts"] for one in page["messages"]], page["has_more"]) == ([root.ts, replies[0].ts], True)
        cursor = page["response_metadata"]["next_cursor"]
        rest = await client.conversations_replies(channel=ENGINEERING, ts=root.ts, cursor=cursor)
        assert ([one["ts"] for one in rest["messages"]], rest["has_more"]) == ([one.ts for one in replies[1:]], False)
        history = await client.conversations_history(channel=ENGINEERING)
        assert [one["ts"] for one in history["messages"]] == [later.ts, root.ts]
        assert history["messages"][1]["reply_count"] == 3
        link = await client.chat_getPermalink(channel=ENGINEERING, message_ts=root.ts)
        assert root.ts.replace(".", "") in link["permalink"]


def test_a_workspace_can_be_used_without_an_event_loop():
    with Playground(a_manifest()) as slack:
        slack.post(MEMBER, ENGINEERING, "hello")
        assert slack.wait(lambda: slack.delivered("message"))
        with pytest.raises(TimeoutError, match="message no_connection"):
            slack.wait(lambda: slack.called("chat.postMessage"), 0.01)


def test_the_workspace_listens_on_the_loopback_address_only():
    with Playground(a_manifest()) as slack:
        assert slack.workspace.url.startswith("http://127.0.0.1:")
        assert slack.workspace.socket_url.startswith("ws://127.0.0.1:")
        port = int(slack.workspace.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"), Playground(a_manifest(), port=port):
            pass
    assert SLACKBOT not in slack.workspace.channels[ENGINEERING].members
