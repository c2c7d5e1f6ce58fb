"""How messages reach Slack in spite of what can go wrong on the way."""

import pytest
from slack_payloads import FakeSlack
from slack_sdk.web.async_client import AsyncWebClient

from bot.post import Patience, backoff, posted, retry_after, to_channel, to_person, to_response_url, word
from bot.views import sentence

MESSAGE = sentence("It grew.")
BARE = {name: value for name, value in MESSAGE.items() if name != "blocks"}


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def slack(monkeypatch):
    monkeypatch.setattr("bot.post.secrets.token_hex", lambda count: "mark")
    async with FakeSlack() as fake:
        yield fake


@pytest.fixture
def client(slack):
    return AsyncWebClient("xoxb-1", base_url=slack.api, retry_handlers=[Patience(slack.pause)])


def there(**message):
    return {"messages": ["odd", {"ts": "1.0", "text": "hello"}, {"ts": "1.2"} | message]}


ARRIVED = there(blocks=[{"type": "section", "block_id": "recap-mark"}])
CUT = 0, None
FAILED = 503, "sorry"


@pytest.mark.parametrize("trouble", [CUT, FAILED, (500, {"ok": False, "error": "internal_error"})])
@pytest.mark.parametrize("thread", ["170.1", ""])
async def test_what_slack_took_before_the_line_broke_is_not_posted_again(slack, client, trouble, thread):
    slack.refuse("chat.postMessage", *trouble)
    slack.results["conversations.replies" if thread else "conversations.history"] = ARRIVED
    assert await to_channel(client, "C0ENG", thread, MESSAGE, pause=slack.pause)
    assert len(slack.sent()) == 1
    assert slack.waits == [0.5]


@pytest.mark.parametrize("trouble", [CUT, FAILED])
@pytest.mark.parametrize(
    "shown",
    [
        {},
        {"messages": None},
        there(),
        there(blocks=None),
        there(blocks=["odd"]),
        there(text=MESSAGE["text"]),
        there(blocks=[{"block_id": "recap-other"}]),
    ],
)
async def test_what_is_not_there_is_posted_again(slack, client, trouble, shown):
    slack.refuse("chat.postMessage", *trouble)
    slack.results["conversations.replies"] = shown
    assert await to_channel(client, "C0ENG", "170.1", MESSAGE, pause=slack.pause)
    assert len(slack.sent()) == 2


async def test_a_message_without_blocks_is_known_by_its_text(slack, client):
    slack.refuse("chat.postMessage", 0)
    slack.results["conversations.replies"] = there(text=MESSAGE["text"])
    assert await to_channel(client, "C0ENG", "170.1", BARE, pause=slack.pause)
    assert len(slack.sent()) == 1


async def test_without_the_right_to_look_twice_is_better_than_never(slack, client):
    slack.refuse("chat.postMessage", 0)
    slack.refuse("conversations.replies", 200, {"ok": False, "error": "missing_scope"})
    assert await to_channel(client, "C0ENG", "170.1", MESSAGE, pause=slack.pause)
    assert len(slack.sent()) == 2


async def test_even_the_last_try_is_looked_for(slack, client):
    for _ in range(4):
        slack.refuse("chat.postMessage", 503, "sorry")
        slack.refuse("conversations.replies", 200, {"ok": False, "error": "ratelimited"})
    slack.refusals.pop()
    slack.results["conversations.replies"] = ARRIVED
    assert await to_channel(client, "C0ENG", "170.1", MESSAGE, pause=slack.pause)
    assert len(slack.sent()) == 4


async def test_a_line_that_stays_broken_ends_in_a_word_for_it(slack, client, caplog):
    for _ in range(4):
        slack.refuse("chat.postMessage", 0)
    code = await posted(client, "C0ENG", "170.1", MESSAGE, pause=slack.pause)
    assert code == "ServerDisconnectedError"
    assert len(slack.sent()) == 4
    assert "ServerDisconnectedError" in caplog.text


async def test_the_mark_is_not_put_over_a_name_that_a_block_has(slack, client):
    named = MESSAGE | {"blocks": [MESSAGE["blocks"][0] | {"block_id": "mine"}]}
    await to_channel(client, "C0ENG", "", named, pause=slack.pause)
    await to_channel(client, "C0ENG", "", MESSAGE, pause=slack.pause)
    assert [sent["blocks"][0]["block_id"] for sent in slack.sent()] == ["mine", "recap-mark"]
    assert "block_id" not in MESSAGE["blocks"][0]


async def test_a_person_is_written_to_directly(slack, client):
    slack.results["chat.postMessage"] = {"channel": "D0ANN", "ts": "7.7"}
    assert await to_person(client, "U0ANN", MESSAGE, pause=slack.pause) == ("D0ANN", "7.7")
    assert slack.sent()[0]["channel"] == "D0ANN"


@pytest.mark.parametrize("body", [{"ok": False, "error": "missing_scope"}, {"ok": True}, {"ok": True, "channel": {}}])
async def test_a_person_is_found_without_the_right_to_open_a_conversation(slack, client, body):
    slack.refuse("conversations.open", 200, body)
    assert await to_person(client, "U0ANN", MESSAGE, pause=slack.pause) != ("", "")
    assert slack.sent()[0]["channel"] == "U0ANN"


async def test_where_a_person_cannot_be_written_to_there_is_no_place(slack, client, caplog):
    slack.refuse("chat.postMessage", 200, {"ok": False, "error": "cannot_dm_bot"})
    assert await to_person(client, "U0BOT", MESSAGE, pause=slack.pause) == ("", "")
    assert "cannot_dm_bot" in caplog.text


async def test_a_direct_message_that_arrived_though_the_line_broke_has_its_place(slack, client):
    slack.refuse("chat.postMessage", 0)
    slack.results["conversations.history"] = ARRIVED
    assert await to_person(client, "U0ANN", MESSAGE, pause=slack.pause) == ("D0ANN", "1.2")


async def test_other_calls_are_tried_again_after_a_broken_line(slack, client):
    slack.refuse("conversations.open", 0)
    slack.refuse("conversations.open", 502, "sorry")
    assert (await client.conversations_open(users="U0ANN"))["channel"]["id"] == "D0ANN"
    assert slack.waits == [0.5, 1.0]


@pytest.mark.parametrize("body", ["expired_url", "used_url", "no_service"])
async def test_a_spent_address_is_told_apart_in_the_log(slack, caplog, body):
    slack.refuse("response", 404, body)
    assert not await to_response_url(slack.response_url, MESSAGE, pause=slack.pause)
    assert body in caplog.text
    assert len(slack.sent("response")) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry-After": "7"}, 7.0), ({"retry-after": ["3"]}, 3.0), ({"Retry-After": "soon"}, 1.0), ({}, 1.0)],
)
def test_slack_says_how_long_to_wait(headers, seconds):
    assert retry_after(headers) == seconds


def test_we_wait_longer_each_time():
    assert [backoff(n) for n in range(3)] == [0.5, 1.0, 2.0]
    assert word(TimeoutError("secret")) == "TimeoutError"
