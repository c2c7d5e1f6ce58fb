"""What whoever watches over Recap is told: figures, health and readiness, without a word of what anybody said."""

import asyncio
import os
import re
import signal
import socket
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from slack_payloads import FakeSlack, command, direct
from test_serve import HASTY, a_recap, settings_for

from bot import figures
from bot.ask import Asked
from bot.http import Where, listening
from bot.inbox import Incoming
from bot.line import Line
from bot.serve import serve_with
from bot.standing import exposition
from intents.base import Answer
from store.errors import BotError
from store.load import TooMuchGone


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


def counted(name: str, **labels: str) -> float:
    return figures.REGISTRY.get_sample_value(name, labels) or 0.0


@asynccontextmanager
async def watched(path: Path, **changed):
    """A bot in Socket Mode with its figures on a port, and somebody to look at them."""
    with listening(Where(port=0)) as free:
        port = free.getsockname()[1]
    async with FakeSlack() as slack, aiohttp.ClientSession() as session:
        settings = replace(settings_for(slack, path), metrics_port=port)
        running = asyncio.create_task(serve_with(settings, a_recap(**changed), pace=HASTY))

        async def get(page: str) -> tuple[int, str]:
            async with session.get(f"http://127.0.0.1:{port}{page}") as response:
                return response.status, await response.text()

        async def samples() -> dict[str, float]:
            text = (await get("/metrics"))[1]
            found = [one for family in text_string_to_metric_families(text) for one in family.samples]
            return {" ".join([one.name, *sorted(one.labels.values())]): one.value for one in found}

        await slack.until(lambda: slack.socket is not None)
        try:
            yield SimpleNamespace(slack=slack, get=get, samples=samples, settings=settings)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            await running


async def test_the_figures_tell_what_was_asked_what_slack_did_and_what_the_index_holds(tmp_path, index):
    async with watched(tmp_path, index=index) as there:
        before = await there.samples()
        there.slack.refuse("chat.postMessage", 429, {"ok": False, "error": "ratelimited"}, Retry_After="0")
        await there.slack.deliver("events_api", direct("merger"))
        await there.slack.deliver("slash_commands", command(text="merger", url=there.slack.response_url))
        await there.slack.until(lambda: len(there.slack.sent()) == 2 and there.slack.sent("response"))
        async with asyncio.timeout(10):
            while (
                "recap_slack_calls_total ok response_url" not in (now := await there.samples()) or now["recap_running"]
            ):
                pass

        def grown(name: str) -> float:
            return now[name] - before.get(name, 0)

        assert grown("recap_questions_total answered dm find") == 1
        assert grown("recap_questions_total answered command find") == 1
        assert grown("recap_answer_seconds_count dm") == 1
        assert grown("recap_slack_calls_total chat.postMessage limited") == 1
        assert grown("recap_slack_retries_total chat.postMessage") == 1
        assert grown("recap_slack_calls_total ok response_url") == 1
        assert now["recap_connected"] == now["recap_signed_in"] == now["recap_index_usable"] == 1
        assert now["recap_connections"] == 1
        assert now["recap_heard_seconds"] >= now["recap_connected_since_seconds"] > 1e9
        assert now["recap_index_notes"] == 6
        assert now["recap_index_bytes"] > 10_000
        assert now["recap_index_loaded_seconds"] > 1e9
        assert now["recap_state_bytes"] > 0
        assert now["process_open_fds"] > 3
        text = (await there.get("/metrics"))[1]
        for hidden in ("merger", "secret", "U0ANN", "T0"):
            assert hidden not in text


def test_the_figures_that_the_docs_name_are_there(tmp_path, index):
    page = (Path(__file__).parent.parent / "docs" / "operations.md").read_text(encoding="utf-8")
    told = exposition(Line(since=1.0, heard=1.0), index, index.path, 0).decode()
    names = set(re.findall(r"\b(?:recap|process)_[a-z_]+[a-z]\b", page))
    assert len(names) > 12
    assert [
        name for name in names if not re.search(rf"^{name}(_bucket)?[ {{]", told, re.M) and f"TYPE {name} " not in told
    ] == []


async def test_the_figures_are_there_without_an_index_too(tmp_path):
    async with watched(tmp_path) as there:
        assert (await there.samples())["recap_index_usable"] == 0


async def test_health_and_readiness_are_told_in_socket_mode_and_nothing_else(tmp_path):
    async with watched(tmp_path) as there:
        assert await there.get("/healthz") == (200, "ok")
        assert await there.get("/readyz") == (200, "ready")
        assert (await there.get("/slack/events"))[0] == 404
        for _ in range(1_000):
            there.slack.refuse("apps.connections.open", 200, {"ok": False, "error": "internal_error"})
        there.slack.cut()
        async with asyncio.timeout(10):
            while (await there.get("/readyz"))[0] != 503:
                pass
        assert await there.get("/readyz") == (503, "slack")
        assert (await there.samples())["recap_connected"] == 0


async def test_a_port_that_is_taken_is_told_with_the_setting(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        async with FakeSlack() as slack:
            settings = replace(settings_for(slack, tmp_path), metrics_port=taken.getsockname()[1])
            with pytest.raises(BotError, match="RECAP_METRICS_PORT"):
                await serve_with(settings, a_recap())


@pytest.mark.parametrize(
    ("answer", "ticket", "surface", "outcome"),
    [
        (Answer("find", "x"), "T", "dm", "answered"),
        (Answer("find", "x", refused=True), "T", "mention", "refused"),
        (Answer("error", "x", refused=True), "", "dm", "error"),
        (Answer("find", "x"), "", "thread", "unsaid"),
        (Answer("find", "x"), "T", "thread", "answered"),
    ],
)
def test_every_question_is_counted_by_what_came_of_it(answer, ticket, surface, outcome):
    labels = {"intent": answer.intent, "surface": surface, "outcome": outcome}
    before = counted("recap_questions_total", **labels)
    asked = Asked(answer, ticket)
    incoming = Incoming(text="x", conversation="C", memory=1.0, surface=surface, channel="C", user="U")
    assert figures.measured(lambda _: asked)(incoming) is asked
    assert counted("recap_questions_total", **labels) == before + 1


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(None, "done"), (TooMuchGone(3, 4, Path("notes")), "refused"), (BotError("no"), "failed"), (OSError(), "failed")],
)
def test_every_load_is_counted_by_how_it_ended(error, outcome):
    before = counted("recap_loads_total", outcome=outcome)
    with suppress(BotError, OSError), figures.loading():
        if error:
            raise error
    assert counted("recap_loads_total", outcome=outcome) == before + 1


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, {"ok": True}, "ok"), (200, {"ok": False}, "refused"), (200, "ok", "ok"), (404, "no_text", "refused"),
        (429, {}, "limited"), (503, "busy", "failed"), (0, None, "lost"),
    ],
)  # fmt: skip
def test_every_answer_of_slacks_is_counted_by_what_it_was(status, body, outcome):
    labels = {"method": "chat.update", "outcome": outcome}
    before = counted("recap_slack_calls_total", **labels)
    figures.count_call("https://slack.com/api/chat.update", status, body)
    assert counted("recap_slack_calls_total", **labels) == before + 1


@pytest.mark.parametrize(
    "url", ["https://hooks.slack.com/actions/T0A/123/secret", "https://x/api/", "https://x/api/Secret.x1", ""]
)
def test_addresses_that_are_secret_become_no_label(url):
    assert figures.method(url) == "response_url"
