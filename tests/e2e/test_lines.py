"""The line to Slack: made anew when it is lost, given up when it stays lost; and what may come in by HTTP."""

import http.client
import json
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from bot.playground.delivery import signed
from bot.playground.payloads import event_body
from bot.playground.workspace import BOT_USER, ENGINEERING
from e2e.served import ANN, HTTP, SOCKET, refused, serving

KURYR = "what was said about Kuryr?"
NAMED = f"<@{BOT_USER}> {KURYR}"
CONNECT = "apps.connections.open"


@pytest.fixture
def bot(tmp_path, samples):
    """A bot that calls Slack. One whose lines break one after the other takes its time to call again."""
    with serving(SOCKET, tmp_path, samples) as served:
        yield served


@pytest.fixture(scope="module")
def called(tmp_path_factory, samples):
    """A bot that Slack calls."""
    with serving(HTTP, tmp_path_factory.mktemp("bot"), samples, RECAP_RATE_PERSON="0") as served:
        yield served


@pytest.fixture(scope="module", autouse=True)
def patience(tmp_path_factory, samples):
    """Two bots that something happens to that takes its time: a line that falls silent, an answer that never ends."""
    with ExitStack() as stack:
        silent, stuck = (
            stack.enter_context(serving(SOCKET, tmp_path_factory.mktemp(name), samples)) for name in ("silent", "stuck")
        )
        silent.slack.sockets.silence()
        silent.since, silent.opened = silent.workspace.clock.now(), silent.slack.sockets.opened
        stuck.allowed.add(None)
        stuck.slack.faults.fail("chat.postMessage", until=lambda: False)
        stuck.slack.post(ANN, ENGINEERING, NAMED)
        stuck.wait(lambda: stuck.slack.called("chat.postMessage"))
        stuck.process.terminate()
        stuck.since = stuck.workspace.clock.now()
        yield silent, stuck


def test_asked_to_come_by_another_line_it_does_so_and_loses_nothing(bot):
    for reason in ("warning", "refresh_requested"):
        opened = bot.slack.sockets.opened
        bot.slack.sockets.disconnect(reason)
        bot.slack.post(ANN, ENGINEERING, NAMED)
        bot.wait(lambda opened=opened: bot.slack.sockets.opened > opened, 10)
        assert "Mestery" in bot.one(ENGINEERING).text
    bot.settle()


def test_a_line_that_is_lost_is_made_anew_within_ten_seconds(bot):
    for lose in (bot.slack.sockets.close, bot.slack.sockets.reset):
        opened = bot.slack.sockets.opened
        lose()
        bot.wait(lambda opened=opened: bot.slack.sockets.opened > opened, 10)
        assert "Mestery" in bot.ask(ANN, ENGINEERING, KURYR).text


def test_a_slack_that_cannot_be_reached_for_a_while_is_tried_again(bot):
    opened = bot.slack.sockets.opened
    with refused(bot, 503, 0):
        bot.slack.faults.fail(CONNECT, status=503)
        bot.slack.faults.fail(CONNECT, cut=True)
        bot.slack.sockets.reset()
        bot.wait(lambda: not bot.slack.sockets.lines)
        asked = bot.slack.post(ANN, ENGINEERING, NAMED)
        bot.wait(lambda: bot.slack.sockets.opened > opened)
    bot.later(60)
    assert bot.one(ENGINEERING).thread_ts == asked.ts


@pytest.mark.parametrize("loss", ["reset", "silence"])
def test_deaf_for_too_long_it_ends_with_an_error_so_that_it_is_started_again(tmp_path, samples, loss):
    with serving(SOCKET, tmp_path, samples, RECAP_DEAF_AFTER="2") as bot:
        bot.slack.faults.fail(CONNECT, error="internal_error", times=1_000)
        with refused(bot, "internal_error"):
            getattr(bot.slack.sockets, loss)()
            assert bot.ended() == 1
        bot.wait(lambda: bot.logged("RECAP_DEAF_AFTER"))


def ask_http(bot, method, path, body=b"", **headers):
    """The status and the text that a request gets."""
    line = http.client.HTTPConnection(urlsplit(bot.slack.http.url).netloc, timeout=10)
    try:
        line.request(method, path, body, {"Content-Type": "application/json", **headers})
        response = line.getresponse()
        return response.status, response.read().decode()
    finally:
        line.close()


def now(bot, ahead=0):
    return str(int(bot.workspace.clock.now()) + ahead)


def test_what_slack_did_not_sign_is_not_let_in_and_leaves_no_traceback(called):
    body = json.dumps(event_body(called.workspace, {"type": "later"})).encode()
    good = signed(body, now(called))
    stamp, signature = "X-Slack-Request-Timestamp", "X-Slack-Signature"
    wrong = {
        "missing": {},
        "without a time": {signature: good[signature]},
        "without a signature": {stamp: good[stamp]},
        "forged": {**good, signature: "v0=" + "0" * 64},
        "by another": signed(body, now(called), "another-secret"),
        "of another body": signed(b"{}", now(called)),
        "stale": signed(body, now(called, -301)),
        "from the future": signed(body, now(called, 330)),  # it comes closer while the others are tried
        "no number": signed(body, "yesterday"),
        "no whole number": signed(body, "1e9"),
        "no digits": signed(body, "-1"),
        "endless": signed(body, "9" * 400),
        "empty": {stamp: "", signature: ""},
    }
    for name, headers in wrong.items():
        assert ask_http(called, "POST", "/slack/events", body, **headers)[0] == 401, name
    assert not [line for line in called.log if "ERROR" in line or "Traceback" in line]
    assert ask_http(called, "POST", "/slack/events", body, **good)[0] == 200
    called.settle()


def test_a_signed_request_that_is_too_large_or_malformed_is_refused(called):
    for body, status in ((b"x" * 1_000_001, 413), (b"{", 400), (b"[1]", 400), (b"\xff", 400), (b"", 400)):
        assert ask_http(called, "POST", "/slack/events", body, **signed(body, now(called)))[0] == status, body[:9]
    assert ask_http(called, "GET", "/slack/events")[0] == 405
    assert ask_http(called, "POST", "/elsewhere")[0] == 404


def test_it_tells_that_it_is_alive_and_ready(called):
    assert ask_http(called, "GET", "/healthz") == (200, "ok")
    assert ask_http(called, "GET", "/readyz") == (200, "ready")


def test_slack_may_check_the_address(called):
    body = json.dumps({"type": "url_verification", "challenge": "come-in", "token": "x"}).encode()
    status, text = ask_http(called, "POST", "/slack/events", body, **signed(body, now(called)))
    assert status == 200
    assert "come-in" in text


def test_until_it_is_signed_in_it_is_alive_but_not_ready_and_questions_wait_at_slack(tmp_path, samples):
    with serving(HTTP, tmp_path, samples, start=False) as bot:
        go_on = []
        bot.slack.faults.fail("auth.test", until=lambda: go_on)
        bot.start(ready=False)
        assert ask_http(bot, "GET", "/healthz")[0] == 200
        assert ask_http(bot, "GET", "/readyz") == (503, "slack")
        asked = bot.slack.post(ANN, ENGINEERING, NAMED)
        bot.wait(lambda: [one.status for one in bot.slack.delivered("app_mention")] == [503, 503])
        go_on.append(True)
        bot.workspace.news.tell()
        bot.wait(lambda: bot.logged("ready for Slack"))
        assert ask_http(bot, "GET", "/readyz")[0] == 200
        bot.later(60)
        assert bot.one(ENGINEERING).thread_ts == asked.ts


@pytest.mark.parametrize("mode", [SOCKET, HTTP])
def test_a_token_that_slack_refuses_ends_it_at_once_with_the_name_of_the_setting(tmp_path, samples, mode):
    with serving(mode, tmp_path, samples, start=False) as bot:
        bot.slack.faults.fail("auth.test", error="invalid_auth", times=9)
        with refused(bot, "invalid_auth"):
            bot.begin()
            assert bot.ended() == 1
        bot.wait(lambda: bot.logged("SLACK_BOT_TOKEN"))


def test_the_silent_line_was_replaced_within_thirty_seconds(patience):
    silent, _ = patience
    silent.wait(lambda: silent.slack.sockets.opened > silent.opened)
    assert silent.slack.called(CONNECT)[-1].at - silent.since < 30
    assert "Mestery" in silent.ask(ANN, ENGINEERING, KURYR).text


def test_the_endless_answer_did_not_keep_it_from_ending_within_ten_seconds(patience):
    _, stuck = patience
    assert stuck.ended() == 0
    assert stuck.over_at - stuck.since < 10
    stuck.wait(lambda: stuck.logged("given up"))
