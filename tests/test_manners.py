"""Who may ask, and how often."""

import asyncio
from pathlib import Path

import pytest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_payloads import TEAM, FakeSlack, click, command, direct, mention
from slack_sdk.web.async_client import AsyncWebClient

from bot.manners import FOREIGN, FRESH, GUEST, UNCLEAR, Door, forget, is_news, is_too_fast, objection
from bot.post import Patience
from bot.settings import Settings

OTHER, ORGANISATION = "T0002", "E0001"
URL = "http://127.0.0.1:1/none"


class Clock:
    """Seconds that pass when a test says so."""

    now = 0.0

    def __call__(self):
        return self.now


class Bouncer:
    """Asks for objections as a listener would. ``asked`` counts how often Slack was asked about people."""

    def __init__(self, slack):
        self.slack, self.clock = slack, Clock()
        self.door = Door(clock=self.clock)

    @property
    def asked(self):
        return len(self.slack.sent("users.info"))

    async def __call__(self, body, user="U0ANN", enterprise=None, **settings):
        client = AsyncWebClient("xoxb-1", base_url=self.slack.api, retry_handlers=[Patience(self.slack.pause)])
        context = AsyncBoltContext({"client": client, "user_id": user, "token": "xoxb-1"})
        context["authorize_result"] = AuthorizeResult(enterprise_id=enterprise, team_id=TEAM, bot_token="xoxb-1")
        usual = {"notes": Path("n"), "db": Path("d"), "state": Path("s")}
        return await objection(self.door, Settings(**usual, **settings), context, body)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def bouncer():
    async with FakeSlack() as slack:
        yield Bouncer(slack)


def foreign():
    """Deliveries that name another workspace, each in its own way."""
    pressed, ordered, outer = click(URL), command(url=URL), mention()
    return {
        "user_team": mention(user_team=OTHER),
        "source_team": mention(source_team=OTHER, user_team=OTHER),
        "team of a message": direct(team=OTHER),
        "outer team": outer | {"team_id": OTHER},
        "authorizations": outer | {"authorizations": [{"team_id": OTHER}]},
        "command": ordered | {"team_id": OTHER},
        "press by a stranger": pressed | {"user": {"id": "U0ANN", "team_id": OTHER}},
        "press elsewhere": pressed | {"team": {"id": OTHER}},
    }


@pytest.mark.parametrize("body", [mention(), direct(), command(url=URL), click(URL), {}], ids=str)
async def test_members_of_the_own_workspace_may_ask_anywhere(bouncer, body):
    assert await bouncer(body) == ""


@pytest.mark.parametrize("way", foreign())
async def test_other_workspaces_are_refused_unless_they_are_allowed(bouncer, way):
    body = foreign()[way]
    assert await bouncer(body) == FOREIGN
    assert bouncer.asked == 0, "Slack need not be asked about them"
    bouncer.slack.people = {"U0ANN": {"team_id": OTHER, "is_stranger": True}}
    assert await bouncer(body, allow_teams=frozenset({OTHER})) == ""


@pytest.mark.parametrize("flag", ["is_restricted", "is_ultra_restricted"])
async def test_guests_are_refused_unless_they_are_allowed(bouncer, flag):
    bouncer.slack.people = {"U0ANN": {flag: True}}
    assert await bouncer(mention()) == GUEST
    assert await bouncer(mention(), allow_guests=True) == ""


async def test_a_stranger_is_known_also_where_the_delivery_does_not_tell(bouncer):
    for told in ({"is_stranger": True}, {"team_id": OTHER}, {"is_stranger": True, "team_id": OTHER}):
        bouncer.slack.people = {"U0ANN": told}
        forget(bouncer.door, "U0ANN")
        assert await bouncer(command(url=URL)) == FOREIGN
        assert await bouncer(command(url=URL), allow_guests=True) == FOREIGN


@pytest.mark.parametrize("code", ["user_not_found", "user_not_visible"])
async def test_somebody_whom_slack_does_not_know_here_is_a_stranger(bouncer, code):
    bouncer.slack.refuse("users.info", 200, {"ok": False, "error": code})
    assert await bouncer(mention()) == FOREIGN


async def test_people_of_the_own_organisation_are_at_home(bouncer):
    bouncer.slack.people = {"U0ANN": {"team_id": OTHER, "enterprise_user": {"enterprise_id": ORGANISATION}}}
    assert await bouncer(mention(user_team=ORGANISATION), enterprise=ORGANISATION) == ""
    assert await bouncer(mention(user_team=ORGANISATION)) == FOREIGN


async def test_slack_is_asked_about_somebody_once_in_ten_minutes(bouncer):
    await asyncio.gather(*(bouncer(mention()) for _ in range(5)))
    assert bouncer.asked == 1
    bouncer.clock.now = FRESH
    await bouncer(mention())
    assert bouncer.asked == 1
    bouncer.clock.now = FRESH + 1
    await bouncer(mention())
    await bouncer(mention(), user="U0BEN")
    assert bouncer.asked == 3


async def test_somebody_who_changed_is_asked_about_at_once(bouncer):
    assert await bouncer(mention()) == ""
    bouncer.slack.people = {"U0ANN": {"is_restricted": True}}
    forget(bouncer.door, "U0BEN")
    assert await bouncer(mention()) == ""
    forget(bouncer.door, "U0ANN")
    assert await bouncer(mention()) == GUEST


async def test_without_the_right_to_see_guests_nobody_is_answered_and_the_log_says_it_once(bouncer, caplog):
    for user in ("U0ANN", "U0BEN"):
        bouncer.slack.refuse("users.info", 200, {"ok": False, "error": "missing_scope"})
        assert await bouncer(mention(), user=user) == UNCLEAR
        assert await bouncer(mention(), user=user, allow_guests=True) == ""
    assert caplog.text.count("install the app again") == 1


@pytest.mark.parametrize(
    "trouble",
    [
        (503, "sorry"),
        (0, None),
        (429, {"ok": False, "error": "ratelimited"}),
        (200, {"ok": True}),
        (200, {"ok": True, "user": 7}),
        (200, "<html>sign in</html>"),
        (200, "no page"),
    ],
)
async def test_a_slack_that_cannot_say_it_just_now_turns_nobody_away(bouncer, caplog, trouble):
    for _ in range(9):  # what only reads is tried again by more than one
        bouncer.slack.refuse("users.info", *trouble)
    assert await bouncer(mention()) == ""
    assert "at the moment" in caplog.text
    bouncer.slack.refusals.clear()
    bouncer.slack.people = {"U0ANN": {"is_restricted": True}}
    assert await bouncer(mention()) == GUEST, "the next time Slack is asked again"


def test_questions_are_counted_over_a_minute():
    clock = Clock()
    door = Door(clock=clock)
    assert [is_too_fast(door, "U", 2) for _ in range(3)] == [False, False, True]
    assert not is_too_fast(door, "V", 2)
    clock.now = 59.9
    assert is_too_fast(door, "U", 2)
    clock.now = 60.0
    assert [is_too_fast(door, "U", 2) for _ in range(3)] == [False, False, True]


def test_no_limit_lets_everything_through():
    door = Door(clock=Clock())
    assert not any(is_too_fast(door, "U", 0) for _ in range(500))


def test_something_is_told_once_a_minute():
    clock = Clock()
    door = Door(clock=clock)
    assert [is_news(door, "U"), is_news(door, "U"), is_news(door, "V")] == [True, False, True]
    clock.now = 60.0
    assert is_news(door, "U")


def test_what_the_door_remembers_is_bounded(monkeypatch):
    monkeypatch.setattr("bot.manners.REMEMBERED", 3)
    door = Door(clock=Clock())
    for n in range(9):
        is_too_fast(door, f"U{n}", 2)
        is_news(door, f"U{n}")
    assert (len(door.visits), len(door.told)) == (3, 3)
