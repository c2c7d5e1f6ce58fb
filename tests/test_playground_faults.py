"""What goes wrong on purpose: in the Web API, on the sockets, and on the way to a request URL."""

import asyncio
import json
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from playground_rig import a_client, a_manifest, an_app, by_http, by_socket
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler, AsyncServerErrorRetryHandler
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator
from slack_sdk.signature import Clock, SignatureVerifier
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bot.playground import Playground
from bot.playground.outbox import ACK_WITHIN, TRY_AGAIN
from bot.playground.sockets import BODY, MOST
from bot.playground.workspace import APP_TOKEN, BOT_USER, ENGINEERING, MEMBER, RANDOM, SIGNING_SECRET

NAMED = f"<@{BOT_USER}> what of Kuryr?"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """Slack's libraries would go through a proxy even to the loopback address."""
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def slack():
    with Playground(a_manifest(events={"app_mention", "app_home_opened"})) as slack:
        yield slack


async def post(slack, **more):
    return await a_client(slack).chat_postMessage(channel=ENGINEERING, text="x", **more)


async def test_a_rate_limit_says_how_long_to_wait(slack):
    slack.faults.fail("chat.postMessage", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        await post(slack)
    response = caught.value.response
    assert (response.status_code, response["error"], response.headers["Retry-After"]) == (429, "ratelimited", "7")
    assert (await post(slack))["ok"]
    assert [call.status for call in slack.called("chat.postMessage")] == [429, 200]


async def test_slack_sdk_tries_again_after_a_rate_limit_and_a_server_error(slack):
    slack.faults.fail(retry_after=0)
    slack.faults.fail("chat.postMessage", status=503)
    client = a_client(slack)
    at_once = FixedValueRetryIntervalCalculator(0)
    client.retry_handlers = [AsyncRateLimitErrorRetryHandler(2), AsyncServerErrorRetryHandler(2, at_once)]
    assert (await client.chat_postMessage(channel=ENGINEERING, text="x"))["ok"]
    assert [call.status for call in slack.calls] == [429, 503, 200]


async def test_a_fault_strikes_its_method_as_often_as_it_says(slack):
    slack.faults.fail("chat.postMessage", error="account_inactive", times=2)
    for _ in range(2):
        with pytest.raises(SlackApiError, match="account_inactive"):
            await post(slack)
        assert (await a_client(slack).auth_test())["ok"]
    assert (await post(slack))["ok"]
    slack.faults.fail(status=500, times=99)
    slack.faults.heal()
    assert (await post(slack))["ok"]


async def test_a_page_of_a_proxy_is_no_json(slack):
    slack.faults.fail("chat.postMessage", body="<html>Sign in</html>")
    with pytest.raises(SlackApiError):
        await post(slack)
    assert slack.calls[-1].status == 200


@pytest.mark.parametrize("done", [False, True])
async def test_a_line_is_cut_before_or_after_the_message_is_there(slack, done):
    slack.faults.fail("chat.postMessage", cut=True, done=done)
    with pytest.raises(aiohttp.ClientConnectionError):
        await post(slack)
    assert len(slack.workspace.shown(MEMBER, ENGINEERING)) == done
    assert slack.calls[-1].status == 0


async def test_an_answer_can_be_made_to_wait(slack):
    go_on = []
    slack.faults.fail("chat.postMessage", until=lambda: go_on)
    asked = asyncio.create_task(post(slack))
    await slack.until(lambda: slack.calls)
    assert (slack.calls[0].status, asked.done()) == (None, False)
    go_on.append("now")
    slack.workspace.news.tell()
    assert (await asked)["ok"]


async def test_response_addresses_and_files_have_faults_too(slack):
    address = slack.command(MEMBER, RANDOM, "/ask").payload["response_url"]
    file = slack.upload(MEMBER, ENGINEERING, "a.md", b"x").files[0]["url_private"]
    slack.faults.fail("response_url", status=503, body="busy")
    slack.faults.fail("file", status=404, body="gone")
    async with aiohttp.ClientSession() as session:
        async with session.post(address, json={"text": "x"}) as response:
            assert (response.status, await response.text()) == (503, "busy")
        async with session.get(file) as response:
            assert response.status == 404
        async with session.post(address, json={"text": "x"}) as response:
            assert (response.status, await response.text()) == (200, "ok")


async def test_more_than_a_megabyte_is_not_read(slack):
    async with aiohttp.ClientSession() as session:
        for path in ("api/chat.postMessage", "response/R1"):
            async with session.post(f"{slack.workspace.url}/{path}", data=b"x" * (BODY + 1)) as response:
                assert response.status == 413
    assert slack.calls == []


async def test_a_page_elsewhere_cannot_reach_in_under_another_name(slack):
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.api_url}api.test", headers={"Host": "evil.example"}) as response,
    ):
        assert response.status == 400


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff\xfe", b"[" * 100_000, b'{"blocks": "[[[["}'])
async def test_what_cannot_be_read_is_refused_and_not_a_crash(slack, body):
    headers = {"Content-Type": "application/json", "Authorization": "Bearer xoxb-1-2-playground"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{slack.api_url}chat.postMessage", data=body) as response,
    ):
        assert (response.status, (await response.json())["ok"]) == (200, False)


async def address(slack):
    opened = await a_client(slack, APP_TOKEN).apps_connections_open(app_token=APP_TOKEN)
    return opened["url"]


@asynccontextmanager
async def a_socket(slack):
    """A plain socket, past its hello."""
    async with connect(await address(slack), proxy=None) as socket:
        assert json.loads(await socket.recv())["type"] == "hello"
        yield socket


async def read(socket):
    return json.loads(await asyncio.wait_for(socket.recv(), 5))


async def acknowledge(socket, frame, payload=None):
    await socket.send(json.dumps({"envelope_id": frame["envelope_id"], **({"payload": payload} if payload else {})}))


async def test_an_envelope_has_an_id_a_type_and_what_was_tried(slack):
    async with a_socket(slack) as socket:
        slack.post(MEMBER, ENGINEERING, NAMED)
        frame = await read(socket)
        assert (frame["type"], frame["retry_attempt"], frame["retry_reason"]) == ("events_api", 0, "")
        assert frame["accepts_response_payload"] is False
        slack.command(MEMBER, ENGINEERING, "/ask x")
        command = await read(socket)
        assert (command["type"], command["accepts_response_payload"]) == ("slash_commands", True)
        assert frame["payload"]["event"]["type"] == "app_mention"
        await acknowledge(socket, command, {"text": "ok"})
        await slack.until(lambda: slack.delivered("/ask")[0].ack == {"text": "ok"})


async def test_an_address_works_once(slack):
    url = await address(slack)
    async with connect(url, proxy=None):
        with pytest.raises(InvalidStatus):
            await connect(url, proxy=None)
    assert slack.sockets.refused == 1


async def test_with_several_sockets_each_payload_goes_to_one_of_them(slack):
    async with a_socket(slack) as one, a_socket(slack) as other:
        for _ in range(4):
            slack.post(MEMBER, ENGINEERING, NAMED)
        frames = [await read(socket) for socket in (one, other) for _ in range(2)]
        assert len({frame["envelope_id"] for frame in frames}) == 4


async def test_there_are_no_more_than_ten_sockets(slack):
    sockets = [await connect(await address(slack), proxy=None) for _ in range(MOST)]
    await slack.until(lambda: len(slack.sockets.lines) == MOST)
    async with connect(await address(slack), proxy=None) as socket:
        assert (await read(socket))["reason"] == "too_many_websockets"
    for socket in sockets:
        socket.transport.abort()


async def test_an_event_that_is_not_acknowledged_comes_three_times_more(slack):
    async with a_socket(slack) as socket:
        slack.post(MEMBER, ENGINEERING, NAMED)
        frames = [await read(socket)]
        for seconds in TRY_AGAIN:
            slack.advance(ACK_WITHIN + seconds + 1)
            if seconds:
                await slack.until(lambda: slack.deliveries[-1].error)
                slack.advance(seconds + 1)
            frames.append(await read(socket))
        assert [frame["retry_attempt"] for frame in frames] == [0, 1, 2, 3]
        assert {frame["payload"]["event_id"] for frame in frames} == {frames[0]["payload"]["event_id"]}
        assert len({frame["envelope_id"] for frame in frames}) == 4
        assert frames[1]["retry_reason"] == "timeout"
        await acknowledge(socket, frames[3])
        await slack.until(lambda: not slack.outbox.unacknowledged())


async def test_an_acknowledgement_after_three_seconds_is_late_and_changes_nothing(slack):
    async with a_socket(slack) as socket:
        given = slack.command(MEMBER, ENGINEERING, "/ask x")
        frame = await read(socket)
        slack.advance(ACK_WITHIN + 1)
        await slack.until(lambda: given.error)
        await acknowledge(socket, frame, {"text": "too late"})
        await slack.until(lambda: given.late)
        (shown,) = slack.workspace.shown(MEMBER, ENGINEERING)
        assert "operation_timeout" in shown.text
        assert not given.acked


async def test_an_acknowledgement_of_nothing_is_noted(slack):
    async with a_socket(slack) as socket:
        for text in ("{", "[]", "{}", '{"envelope_id": 7}', '{"envelope_id": "other"}'):
            await socket.send(text)
        await slack.until(lambda: slack.outbox.strays == ["other"])


def test_without_a_socket_a_command_fails_at_once(slack):
    assert slack.command(MEMBER, ENGINEERING, "/ask x").error == "dispatch_failed"
    assert "dispatch_failed" in slack.workspace.shown(MEMBER, ENGINEERING)[0].text


@pytest.mark.parametrize("same_envelope", [False, True])
async def test_a_payload_can_come_twice(slack, same_envelope):
    slack.outbox.twice(same_envelope=same_envelope)
    async with a_socket(slack) as socket:
        slack.post(MEMBER, ENGINEERING, NAMED)
        first, second = await read(socket), await read(socket)
        assert first["payload"] == second["payload"]
        assert (first["envelope_id"] == second["envelope_id"]) is same_envelope
        slack.post(MEMBER, ENGINEERING, NAMED)
        assert (await read(socket))["payload"] != first["payload"]


async def test_deliveries_can_be_held_back(slack):
    async with a_socket(slack) as socket:
        slack.outbox.holding = True
        slack.post(MEMBER, ENGINEERING, NAMED)
        assert slack.deliveries == []
        slack.outbox.release()
        assert (await read(socket))["payload"]["event"]["type"] == "app_mention"


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
async def test_a_socket_is_told_why_it_will_go(slack, reason):
    async with a_socket(slack) as socket:
        slack.sockets.disconnect(reason)
        frame = await read(socket)
        assert (frame["type"], frame["reason"]) == ("disconnect", reason)


@pytest.mark.parametrize("act", ["close", "reset"])
async def test_a_socket_is_closed_or_torn_down(slack, act):
    async with a_socket(slack) as socket:
        getattr(slack.sockets, act)()
        with pytest.raises(ConnectionClosed) as caught:
            await asyncio.wait_for(socket.recv(), 5)
        assert (caught.value.rcvd is not None) == (act == "close")
        await slack.until(lambda: not slack.sockets.lines)


async def test_a_silent_socket_stays_open_and_swallows_everything(slack):
    async with a_socket(slack) as dead:
        slack.sockets.silence()
        slack.post(MEMBER, ENGINEERING, NAMED)
        pong = await dead.ping()
        slack.advance(ACK_WITHIN + 1)
        await slack.until(lambda: len(slack.deliveries) == 2)
        assert not pong.done()
        async with a_socket(slack) as alive:
            slack.post(MEMBER, ENGINEERING, NAMED)
            assert (await read(alive))["retry_attempt"] == 0
        dead.transport.abort()


async def test_bolt_opens_a_new_socket_when_it_is_told_to(slack):
    app = an_app(slack)

    @app.event("app_mention")
    async def on_mention():
        pass

    async with by_socket(slack, app):
        slack.sockets.disconnect()
        await slack.until(lambda: slack.sockets.opened == 2)
        sent = slack.post(MEMBER, ENGINEERING, NAMED)
        await slack.until(lambda: slack.deliveries and not slack.outbox.unacknowledged())
        assert slack.deliveries[0].payload["event"]["ts"] == sent.ts


@asynccontextmanager
async def a_receiver(slack, *answers):
    """A request URL; ``answers`` are (status, headers, body) in turn, the last for ever. Gives what was received."""
    received, left = [], list(answers)

    async def handle(request):
        received.append((request.headers, await request.read()))
        status, headers, body = left.pop(0) if len(left) > 1 else left[0]
        return web.Response(status=status, headers=headers, text=body)

    app = web.Application()
    app.router.add_post("/slack/events", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.http.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        yield received
    finally:
        await runner.cleanup()


async def test_requests_are_signed(slack):
    async with a_receiver(slack, (200, {}, "")) as received:
        slack.post(MEMBER, ENGINEERING, NAMED)
        slack.command(MEMBER, ENGINEERING, "/ask x&y")
        slack.shortcut(MEMBER, "look")
        await slack.until(lambda: len(slack.deliveries) == 3 and not slack.outbox.unacknowledged())
    verifier = SignatureVerifier(SIGNING_SECRET, Clock())
    assert all(verifier.is_valid_request(body, dict(headers)) for headers, body in received)
    kinds = sorted(headers["Content-Type"] for headers, _ in received)
    assert kinds == ["application/json", *["application/x-www-form-urlencoded"] * 2]


async def test_a_failed_request_is_tried_again_with_its_reason(slack):
    async with a_receiver(slack, (500, {}, ""), (200, {}, "")) as received:
        slack.post(MEMBER, ENGINEERING, NAMED)
        await slack.until(lambda: len(slack.deliveries) == 2 and not slack.outbox.unacknowledged())
    headers = received[1][0]
    assert (headers["X-Slack-Retry-Num"], headers["X-Slack-Retry-Reason"]) == ("1", "http_error")
    assert [one.status for one in slack.deliveries] == [500, 200]


async def test_a_bot_can_forbid_to_try_again(slack):
    async with a_receiver(slack, (500, {"X-Slack-No-Retry": "1"}, "")):
        slack.post(MEMBER, ENGINEERING, NAMED)
        await slack.until(lambda: slack.deliveries and slack.deliveries[0].error)
        slack.advance(sum(TRY_AGAIN) + 60)
        slack.open_home(MEMBER)
        await slack.until(lambda: slack.deliveries[-1].error and slack.deliveries[-1].type == "app_home_opened")
    assert len(slack.delivered("app_mention")) == 1


async def test_where_nobody_listens_the_connection_fails(slack):
    async with a_receiver(slack, (200, {}, "")):
        pass
    slack.post(MEMBER, ENGINEERING, NAMED)
    await slack.until(lambda: len(slack.deliveries) == 2)
    assert (slack.deliveries[0].error, slack.deliveries[1].reason) == ("connection_failed",) * 2


async def test_a_plain_answer_to_a_command_is_shown(slack):
    async with a_receiver(slack, (200, {}, "Looking…")):
        slack.command(MEMBER, ENGINEERING, "/ask x")
        await slack.until(lambda: slack.workspace.shown(MEMBER, ENGINEERING))
    assert slack.workspace.shown(MEMBER, ENGINEERING)[0].text == "Looking…"


@pytest.mark.parametrize("forge", [{"skew": 600.0}, {"skew": -600.0}, {"secret": "other"}])
async def test_bolt_refuses_what_is_signed_with_another_clock_or_secret(slack, forge):
    async with by_http(slack, an_app(slack)):
        for name, value in forge.items():
            setattr(slack.http, name, value)
        slack.open_home(MEMBER)
        await slack.until(lambda: [one.status for one in slack.deliveries] == [401, 401])
