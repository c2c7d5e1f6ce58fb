"""Files are fetched whole or not at all, within bounds, and the token goes to Slack's own hosts alone."""

import asyncio
import socket
import threading

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from playground_rig import SCOPES, a_client, a_manifest

from bot import download
from bot.download import described, fetched, is_slacks
from bot.playground import Playground
from bot.playground.installed import installed
from bot.playground.workspace import MEMBER
from store.errors import BotError, NoteError

NOTE = b"# Kuryr\n\nIt was shown in Tokyo.\n" * 50
API = "https://slack.com/api/"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def slack():
    with Playground(a_manifest()) as made:
        yield made


async def no_pause(seconds):
    pass


async def got(slack, name="notes.md", content=NOTE, limit=100_000, *, checked=True, **changed):
    message = slack.upload(MEMBER, slack.direct(MEMBER), name, content, checked=checked)
    client = a_client(slack)
    shared = await described(client, {**message.files[0], **changed}, limit)
    return await fetched(client, shared, limit, no_pause)


@pytest.mark.parametrize("name", ["notes.md", "notes.HTML", "ein Bericht (1).txt", "東京.pdf", "NOTES"])
@pytest.mark.parametrize("checked", [True, False])
async def test_a_file_is_fetched_as_it_is(slack, name, checked):
    assert await got(slack, name, checked=checked) == NOTE
    assert len(slack.called("files.info")) == (not checked)


async def test_the_kind_tells_what_a_name_does_not(slack):
    message = slack.upload(MEMBER, slack.direct(MEMBER), "v1.2", NOTE)
    about = {**message.files[0], "filetype": "markdown"}
    assert (await described(a_client(slack), about, 10_000)).name == "v1.2.md"


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize("name", ["notes.md", "notes.html"])
async def test_without_the_right_to_read_files_the_remedy_is_told(slack, name, checked):
    slack.workspace.app = installed(a_manifest(scopes=SCOPES - {"files:read"}))
    with pytest.raises(BotError, match="recap manifest"):
        await got(slack, name, checked=checked)


@pytest.mark.parametrize("status", [301, 302, 307, 401, 403])
async def test_no_redirect_is_followed(slack, status):
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0)
        address = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/?redir=x"
        slack.faults.fail("file", status=status, body="Found", headers={"Location": address})
        with pytest.raises(BotError, match="recap manifest"):
            await got(slack)
        with pytest.raises(BlockingIOError):
            elsewhere.accept()


@pytest.mark.parametrize("fault", [{"status": 500}, {"retry_after": 1}, {"cut": True}])
async def test_a_moment_of_trouble_is_got_over_and_a_longer_one_is_told(slack, fault):
    slack.faults.fail("file", **fault)
    assert await got(slack) == NOTE
    slack.faults.fail("file", times=9, **fault)
    with pytest.raises(BotError, match="Share it again in a moment"):
        await got(slack)
    assert len(slack.called("file")) >= 2 + download.TRIES


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"mode": "tombstone"}, "does not have that file"),
        ({"url_private_download": None, "url_private": None}, "does not have that file"),
        ({"mode": "external", "is_external": True}, "linked from elsewhere"),
        ({"size": 100_001}, "larger than 0.1 MB"),
        ({"size": len(NOTE) + 1}, "not whole"),
        ({"name": "a.docx"}, r"format that is not read \(.docx\)"),
        ({"url_private_download": "https://evil.example.org/files.slack.com/a"}, "does not have that file"),
    ],
)
async def test_what_is_no_file_for_us_is_not_fetched(slack, changed, complaint):
    with pytest.raises(BotError, match=complaint):
        await got(slack, **changed)
    assert len(slack.called("file")) == (download.TRIES if "whole" in complaint else 0)


async def test_a_file_that_is_larger_than_it_says_is_given_up(slack):
    with pytest.raises(NoteError, match=r"larger than 0\.001 MB"):
        await got(slack, size=10, limit=1_000)


async def test_a_file_that_never_ends_is_given_up(monkeypatch):
    monkeypatch.setattr(download, "PATIENCE", 0.05)
    held = threading.Event()
    with Playground(a_manifest()) as slack:
        slack.faults.fail("file", times=9, until=held.is_set)
        try:
            with pytest.raises(BotError, match="TimeoutError"):
                await asyncio.wait_for(got(slack), 20)
        finally:
            held.set()
            slack.workspace.news.tell()


@pytest.mark.parametrize("file", [{}, {"id": "F0NONE"}, {"id": 3, "name": ""}, {"name": "a.md", "size": "x"}])
async def test_a_file_that_slack_does_not_know_is_gone(slack, file):
    with pytest.raises(BotError):
        await described(a_client(slack), file, 1_000)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"error": "missing_scope"}, "recap manifest"),
        ({"error": "file_deleted"}, "does not have that file"),
        ({"error": "internal_error"}, "in a moment"),
        ({"status": 503, "body": "down"}, "in a moment"),
        ({"cut": True, "times": 9}, "in a moment"),
        ({"body": {"ok": True, "file": None}}, "does not have that file"),
    ],
)
async def test_why_slack_tells_nothing_of_a_file_is_told_in_words(slack, fault, told):
    slack.faults.fail("files.info", **fault)
    with pytest.raises(BotError, match=told):
        await got(slack, checked=False)


def test_the_token_goes_to_slacks_hosts_alone():
    assert is_slacks("https://files.slack.com/files-pri/T1-F1/download/a.md", API)
    assert is_slacks("http://127.0.0.1:8000/files/F1/a.md", "http://127.0.0.1:8000/api/")
    for url in (
        "http://files.slack.com/a", "https://files.slack.com:444/a", "https://files.slack.com@evil.org/a",
        "https://evil.org/files.slack.com", "https://files.slack.com.evil.org/", "https://user@files.slack.com/a",
        "ftp://files.slack.com/a", "//files.slack.com/a", "https://[::1/a", "", "https://slack.com:80/api/x",
    ):  # fmt: skip
        assert not is_slacks(url, API), url
    assert not is_slacks("http://127.0.0.1:8001/a", "http://127.0.0.1:8000/api/")


@given(st.text(max_size=40))
@example("files.slack.com\\@evil.org")
@example("files.slack.com#@evil.org")
@example("evil.org\\files.slack.com")
def test_no_address_that_only_looks_like_slacks_is_taken(text):
    if is_slacks(f"https://{text}", API):
        rest = text.removeprefix("files.slack.com").removeprefix("files.slack-gov.com").removeprefix(":443")
        assert rest[:1] in ("", "/", "?", "#", ":") or text.lower().startswith(("files.slack", "slack.com"))
