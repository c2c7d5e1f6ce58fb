import asyncio
import logging
import os
import signal
import sys
import threading
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from slack_payloads import FakeSlack, click, command, direct, mention

from bot.line import PACE, Pace
from bot.log import Discreet
from bot.serve import Recap, serve_with
from bot.settings import Settings
from intents import INTENTS
from intents.base import Answer
from store.errors import BotError
from store.load import Changes

ROOT = Path(__file__).parent.parent
BOT_TOKEN, APP_TOKEN = "xoxb-1-2-secret", "xapp-1-A1-2-secret"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """Slack's libraries would go through a proxy even to the loopback address."""
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


def a_recap(**changed) -> Recap:
    recap = Recap(
        reply=lambda text, earlier: Answer("find", f"About {text}"),
        load=lambda force, progress: Changes(),
        ready=lambda: True,
        intents=INTENTS,
    )
    return replace(recap, **changed)


def settings_for(slack: FakeSlack, path: Path) -> Settings:
    return Settings(
        notes=path / "notes",
        db=path / "recap.db",
        state=path / "state.db",
        admins=frozenset({"U0ADMIN"}),
        api_url=slack.api,
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN,
    )


HASTY = Pace(ping=0.05, silent=0.3, connect=2, longest=0.05, farewell=0.2, closing=0.2)


@asynccontextmanager
async def serving(path: Path, pace: Pace = HASTY, deaf_after: float = 300, **changed):
    """The stand-in and a bot connected to it; at the end the bot is told to end, if it runs still."""
    async with FakeSlack() as slack:
        settings = replace(settings_for(slack, path), deaf_after=deaf_after)
        running = asyncio.create_task(serve_with(settings, a_recap(**changed), pace=pace))
        await slack.until(lambda: slack.socket is not None or running.done())
        try:
            yield slack, running
        finally:
            if not running.done():
                os.kill(os.getpid(), signal.SIGTERM)
            await running


async def test_events_and_commands_come_through_the_socket_and_are_acknowledged(tmp_path):
    async with serving(tmp_path) as (slack, _):
        sent = [
            await slack.deliver("events_api", mention("<@U0BOT> Kuryr"), retry_attempt=0, retry_reason=""),
            await slack.deliver("events_api", direct("Nova")),
            await slack.deliver("slash_commands", command(text="Zun", url=slack.response_url)),
            await slack.deliver("interactive", click(slack.response_url)),
            await slack.deliver("events_api", direct(subtype="message_changed", hidden=True)),
        ]
        await slack.until(lambda: len(slack.sent()) == 2 and slack.sent("response") and len(slack.acks) == 5)
        assert set(slack.acks) == set(sent)
        assert {post["text"] for post in slack.sent()} == {"About Kuryr", "About Nova"}
        assert slack.sent("response")[0]["text"].endswith("About Zun")
        assert ("apps.connections.open", f"Bearer {APP_TOKEN}") in slack.tokens
        assert ("chat.postMessage", f"Bearer {BOT_TOKEN}") in slack.tokens


async def test_the_first_delivery_is_acknowledged_without_a_question_to_slack(tmp_path):
    async with serving(tmp_path) as (slack, _):
        slack.refuse("auth.test", 429, {"ok": False, "error": "ratelimited"}, Retry_After="50")
        await slack.deliver("events_api", direct("Nova"))
        await slack.until(lambda: slack.acks and slack.sent())


async def test_an_acknowledgement_carries_what_was_asked_for(tmp_path):
    async with serving(tmp_path) as (slack, _):
        asked = {"type": "block_suggestion", "action_id": "event", "value": "ku", "user": {"id": "U0ANN"}, "view": {}}
        sent = await slack.deliver("interactive", asked)
        await slack.until(lambda: slack.replies)
        assert slack.replies == [{"envelope_id": sent, "payload": {"options": []}}]


async def test_no_log_of_any_level_holds_what_was_delivered_or_a_token(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    async with serving(tmp_path) as (slack, _):
        await slack.deliver("events_api", mention("<@U0BOT> merger"))
        await slack.deliver("slash_commands", command(text="merger", url=slack.response_url))
        await slack.until(lambda: slack.sent() and slack.sent("response"))
    for hidden in ("merger", "secret", "U0ANN"):
        assert hidden not in caplog.text


async def test_a_redelivered_envelope_is_acknowledged_and_answered_once(tmp_path):
    async with serving(tmp_path) as (slack, _):
        payload = mention("<@U0BOT> Kuryr")
        for attempt in range(3):
            await slack.deliver("events_api", payload, retry_attempt=attempt, retry_reason="timeout")
        await slack.deliver("events_api", direct("Nova"))
        await slack.until(lambda: len(slack.acks) == 4 and len(slack.sent()) >= 2)
    assert sorted(post["text"] for post in slack.sent()) == ["About Kuryr", "About Nova"]


async def test_everything_is_acknowledged_while_all_workers_are_busy(tmp_path):
    go_on = threading.Event()

    def slow(text, earlier):
        go_on.wait(10)
        return Answer("find", f"About {text}")

    async with serving(tmp_path, reply=slow) as (slack, _):
        for number in range(12):
            await slack.deliver("events_api", mention(f"<@U0BOT> number {number}"))
        await slack.deliver("slash_commands", command(text="Zun", url=slack.response_url))
        await slack.until(lambda: len(slack.acks) == 13)
        assert slack.sent() == slack.sent("response") == []
        go_on.set()
        await slack.until(lambda: len(slack.sent()) == 12 and len(slack.sent("response")) == 1)


async def answers_again(slack: FakeSlack, first: object) -> None:
    """Wait for another socket, and for an answer to what comes through it."""
    await slack.until(lambda: slack.socket is not first)
    await slack.deliver("events_api", direct("Nova"))
    await slack.until(slack.sent)


def test_the_pace_keeps_what_is_promised():
    assert PACE.silent + PACE.connect + PACE.closing < 30, "after a silent loss"
    assert PACE.longest + PACE.closing < 10, "after a cut"
    assert PACE.ping * 2 < PACE.silent


async def test_a_new_socket_is_opened_when_slack_asks_for_it_and_the_old_one_is_listened_to_still(tmp_path):
    async with serving(tmp_path, replace(HASTY, farewell=60)) as (slack, _):
        first = slack.socket
        await slack.notice({"type": "disconnect", "reason": "refresh_requested"})
        await slack.until(lambda: slack.socket is not first)
        assert ("closed", {}) not in slack.calls
        second, slack.socket = slack.socket, first
        await slack.deliver("events_api", direct("Zun"))
        await slack.until(lambda: len(slack.acks) == 1)
        slack.socket = second
        await slack.deliver("events_api", direct("Nova"))
        await slack.until(lambda: len(slack.sent()) == 2)


async def test_the_old_socket_is_closed_after_a_while(tmp_path):
    async with serving(tmp_path) as (slack, _):
        first = slack.socket
        await slack.notice({"type": "disconnect", "reason": "warning"})
        await slack.until(lambda: ("closed", {}) in slack.calls)
        await answers_again(slack, first)


async def test_a_new_socket_is_opened_after_a_close_frame(tmp_path):
    async with serving(tmp_path) as (slack, _):
        first = slack.socket
        await first.close()
        await answers_again(slack, first)


async def test_a_new_socket_is_opened_after_a_line_is_cut_without_a_word(tmp_path):
    async with serving(tmp_path) as (slack, _):
        first = slack.socket
        slack.cut()
        await answers_again(slack, first)


async def test_a_new_socket_is_opened_when_the_old_one_falls_silent(tmp_path):
    async with serving(tmp_path) as (slack, _):
        first = slack.socket
        slack.lines[-1].pause_reading()
        await answers_again(slack, first)


async def test_odd_frames_are_no_reason_to_hang_up(tmp_path):
    async with serving(tmp_path, replace(HASTY, silent=30)) as (slack, _):
        for text in ("", "{", "[1]", "null", "[" * 100_000, '{"envelope_id": 7}', '{"type": "later"}'):
            await slack.socket.send_str(text)
        await slack.socket.send_bytes(b"\xff")
        await slack.socket.ping(b"x")
        for payload in ("text", None, [1], {}):
            await slack.deliver("events_api", payload)
        await slack.deliver("events_api", direct("Nova"))
        await slack.until(slack.sent)
        assert len(slack.lines) == 1


async def test_each_try_to_connect_has_an_address_of_its_own(tmp_path):
    async with FakeSlack() as slack:
        slack.broken_tickets = 3
        running = asyncio.create_task(serve_with(settings_for(slack, tmp_path), a_recap(), pace=HASTY))
        await slack.until(lambda: slack.socket is not None)
        tickets = [call["ticket"] for call in slack.sent("refused ticket")]
        assert len(set(tickets)) == 3
        os.kill(os.getpid(), signal.SIGTERM)
        await running


async def test_what_slack_refuses_while_running_is_tried_again(tmp_path):
    async with serving(tmp_path) as (slack, _):
        first = slack.socket
        slack.refuse("apps.connections.open", 503, "busy")
        slack.refuse("apps.connections.open", 200, {"ok": False, "error": "internal_error"})
        slack.refuse("apps.connections.open", 0)
        slack.refuse("apps.connections.open", 429, {"ok": False, "error": "ratelimited"}, Retry_After="0")
        slack.refuse("apps.connections.open", 200, "<html>")
        slack.cut()
        await answers_again(slack, first)
        assert not slack.refusals


async def test_deafness_ends_the_bot_with_an_error_so_that_it_is_started_again(tmp_path):
    async with FakeSlack() as slack:
        settings = replace(settings_for(slack, tmp_path), deaf_after=0.3)
        running = asyncio.create_task(serve_with(settings, a_recap(), pace=HASTY))
        await slack.until(lambda: slack.socket is not None)
        for _ in range(1_000):
            slack.refuse("apps.connections.open", 200, {"ok": False, "error": "internal_error"})
        slack.cut()
        with pytest.raises(BotError, match="RECAP_DEAF_AFTER"):
            await asyncio.wait_for(running, 5)
        assert len(slack.sent("apps.connections.open")) > 2


async def test_a_quiet_line_that_answers_pings_is_not_deaf(tmp_path):
    async with serving(tmp_path, Pace(), deaf_after=0.6) as (slack, running):
        await asyncio.wait({running}, timeout=1)
        assert not running.done()
        assert len(slack.lines) == 1


async def test_the_time_that_the_first_load_takes_is_not_deafness(tmp_path):
    def load(force, progress):
        threading.Event().wait(0.5)
        return Changes()

    async with serving(tmp_path, deaf_after=0.4, load=load, ready=lambda: False) as (slack, running):
        await slack.deliver("events_api", direct("Nova"))
        await slack.until(slack.sent)
        assert not running.done()


async def test_on_sigterm_the_socket_is_closed_and_the_answer_in_flight_is_finished(tmp_path):
    begun, go_on = threading.Event(), threading.Event()

    def slow(text, earlier):
        begun.set()
        go_on.wait(10)
        return Answer("find", f"About {text}")

    async with serving(tmp_path, reply=slow) as (slack, running):
        await slack.deliver("events_api", direct("Nova"))
        await slack.until(lambda: slack.acks)
        await asyncio.to_thread(begun.wait, 5)
        os.kill(os.getpid(), signal.SIGTERM)
        await slack.until(lambda: ("closed", {}) in slack.calls)
        assert slack.sent() == []
        go_on.set()
        await running
        assert slack.sent()[0]["text"] == "About Nova"


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_on_sigterm_a_start_that_waits_for_slack_is_given_up(tmp_path, method):
    async with FakeSlack() as slack:
        slack.refuse(method, 429, {"ok": False, "error": "ratelimited"}, Retry_After="50")
        running = asyncio.create_task(serve_with(settings_for(slack, tmp_path), a_recap()))
        await slack.until(lambda: slack.sent(method))
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(running, 5)
        assert slack.socket is None


async def test_an_answer_that_takes_too_long_does_not_hold_up_the_end(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr("bot.serve.LAST_WORDS", 0.01)
    go_on = threading.Event()

    def endless(text, earlier):
        go_on.wait(10)
        return Answer("find", "too late")

    async with serving(tmp_path, reply=endless) as (slack, running):
        await slack.deliver("events_api", direct("Nova"))
        await slack.until(lambda: slack.acks)
        os.kill(os.getpid(), signal.SIGTERM)
        await running
        assert slack.sent() == []
    go_on.set()
    assert "took too long and are given up: 1." in caplog.text


async def test_a_load_in_flight_is_broken_off_at_the_end(tmp_path):
    begun, ended = threading.Event(), threading.Event()

    def load(force, progress):
        begun.set()
        for _ in range(5_000):
            progress(1, 2)
            if ended.wait(0.001):
                break
        return Changes()

    async with serving(tmp_path, load=load) as (slack, running):
        await slack.deliver("slash_commands", command("/recap-reload", url=slack.response_url, user="U0ADMIN"))
        await slack.until(lambda: slack.sent("response"))
        await asyncio.to_thread(begun.wait, 5)
        os.kill(os.getpid(), signal.SIGTERM)
        await running
        assert slack.sent("response")[-1]["text"] == "Recap is shutting down; the index stays as it was."
    ended.set()


async def test_the_notes_are_loaded_first_where_there_is_no_index(tmp_path):
    seen = []

    def load(force, progress):
        seen.append(force)
        return Changes(added=("a.md",))

    async with serving(tmp_path, load=load, ready=lambda: False) as (slack, _):
        assert seen == [False]
        assert slack.socket is not None


async def refused(path: Path, prepare, **changed) -> str:
    async with FakeSlack() as slack:
        prepare(slack)
        with pytest.raises(BotError) as caught:
            await serve_with(settings_for(slack, path), a_recap(**changed))
        assert slack.socket is None
        return str(caught.value)


async def test_without_an_index_and_without_notes_it_does_not_start(tmp_path):
    def load(force, progress):
        raise BotError("There is no folder ./notes.")

    assert await refused(tmp_path, lambda slack: None, ready=lambda: False, load=load) == "There is no folder ./notes."


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "account_inactive"])
async def test_a_bot_token_that_slack_refuses_is_named(tmp_path, code):
    text = await refused(tmp_path, lambda slack: slack.refuse("auth.test", 200, {"ok": False, "error": code}))
    assert f"SLACK_BOT_TOKEN ({code})" in text
    assert "OAuth & Permissions" in text
    assert "secret" not in text


@pytest.mark.parametrize("code", ["invalid_auth", "not_allowed_token_type", "missing_scope"])
async def test_an_app_token_that_slack_refuses_is_named(tmp_path, code):
    text = await refused(
        tmp_path, lambda slack: slack.refuse("apps.connections.open", 200, {"ok": False, "error": code})
    )
    assert f"SLACK_APP_TOKEN connect ({code})" in text
    assert "connections:write" in text
    assert "secret" not in text


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
@pytest.mark.parametrize(
    ("status", "body"), [(200, "<html>A proxy's page</html>"), (503, {"ok": False}), (503, "busy")]
)
async def test_a_server_that_is_not_slack_in_good_order_is_not_blamed_on_a_token(
    tmp_path, monkeypatch, method, status, body
):
    monkeypatch.setattr("bot.post.TRIES", 0)
    text = await refused(tmp_path, lambda slack: slack.refuse(method, status, body))
    assert f"(HTTP {status})" in text
    assert "SLACK_API_URL" in text
    assert "TOKEN" not in text


async def test_an_address_where_nothing_answers_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.post.TRIES", 0)
    async with FakeSlack() as slack:
        settings = settings_for(slack, tmp_path)
    with pytest.raises(BotError, match="SLACK_API_URL") as caught:
        await serve_with(settings, a_recap())
    assert settings.api_url in str(caught.value)


def test_the_log_hides_what_is_secret():
    record = logging.LogRecord(
        "x", logging.INFO, "", 0, "%s %s %s %s %s %s",
        (BOT_TOKEN, APP_TOKEN, "xoxe.xoxp-1-ab.c", "wss://w.slack.com/link/?ticket=abc-1&app_id=2",
         "https://hooks.slack.com/commands/T1/2/xyz", "Kuryr"), None,
    )  # fmt: skip
    assert Discreet("%(message)s").format(record) == (
        "(hidden) (hidden) (hidden) wss://w.slack.com/link/?ticket=(hidden)&app_id=2"
        " https://hooks.slack.com/(hidden) Kuryr"
    )


NOTE = (
    "---\nevent: Summit Tokyo 2015\nauthor: Ann Lee\n---\n# Kuryr\n\nKuryr brings Neutron networking to containers.\n"
)
SCRIPT = """
import os
from bot.serve import run
from bot.settings import Settings
run(Settings.from_env(os.environ, slack=True))
"""


async def test_a_real_process_loads_answers_from_the_notes_and_ends_on_sigterm(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "kuryr.md").write_text(NOTE, encoding="utf-8")
    async with FakeSlack() as slack:
        env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": slack.api,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", SCRIPT, cwd=tmp_path, env=env, stderr=asyncio.subprocess.PIPE
        )
        ended = asyncio.create_task(process.wait())
        connected = asyncio.create_task(slack.until(lambda: slack.socket is not None, 20))
        await asyncio.wait({ended, connected}, return_when=asyncio.FIRST_COMPLETED)
        assert process.returncode is None, (await process.communicate())[1].decode()
        await slack.deliver("events_api", mention("<@U0BOT> what was said about kuryr?"))
        await slack.until(slack.sent)
        process.terminate()
        _, errors = await asyncio.wait_for(process.communicate(), 9)
    assert process.returncode == 0
    assert "brings Neutron networking to containers." in str(slack.sent()[0]["blocks"])
    assert "kuryr.md" in str(slack.sent()[0]["blocks"])
    log = errors.decode()
    assert "connected to Slack" in log
    for hidden in ("secret", "what was said", "ticket=t", "Traceback", "lost"):
        assert hidden not in log
    assert {file.name for file in tmp_path.iterdir()} >= {"recap.db", "recap-state.db"}
