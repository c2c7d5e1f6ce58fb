"""The page of the playground without a browser: its markup, its addresses, and what it refuses to do."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playground_rig import a_manifest

from bot import modals, views
from bot.home import Home, home
from bot.playground import Impossible, Playground
from bot.playground.api import new_view
from bot.playground.page import charts, guide, inspector
from bot.playground.page.deeds import LONGEST
from bot.playground.page.markup import html, inline, is_web
from bot.playground.page.routes import LARGEST, on_page, routes, templates
from bot.playground.page.scene import find_place
from bot.playground.workspace import (
    ADMIN,
    BOT_ID,
    BOT_USER,
    ENGINEERING,
    GENERAL,
    GUEST,
    MEMBER,
    RANDOM,
    SECRET,
    STRANGER,
    Message,
)
from intents import reply
from intents.base import Chart, Choice, Tweak
from store.model import Scope

TAGS = {"p", "b", "i", "s", "code", "pre", "blockquote", "br", "span", "a"}
NAMES = {"U0ANN": "ann", "C0ENG": "eng"}
EVIL = "<img src=x onerror=alert(1)>"


class Read(HTMLParser):
    """What a browser would make of a text: its tags, where links lead, and the words."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.attributes, self.words = [], [], set(), ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.words += data


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*bold* _thin_ ~gone~", "<p><b>bold</b> <i>thin</i> <s>gone</s></p>"),
        ("*_both_*", "<p><b><i>both</i></b></p>"),
        ("a*b*c nova_api_x ~", "<p>a*b*c nova_api_x ~</p>"),
        ("\u200b*\u200bdry\u200b*\u200b", "<p>\u200b*\u200bdry\u200b*\u200b</p>"),
        ("*Kuryr*\u200bs", "<p><b>Kuryr</b>\u200bs</p>"),
        ("* a * and **", "<p>* a * and **</p>"),
        ("`*x* <b>`", "<p><code>*x* &lt;b&gt;</code></p>"),
        ("```a\n*b*```", "<pre>a\n*b*</pre>"),
        ("one\n> two\n> three\n&gt; four\nfive", "<p>one</p><blockquote>two<br>three<br>four</blockquote><p>five</p>"),
        ("&lt;b&gt; &amp;lt;", "<p>&lt;b&gt; &amp;lt;</p>"),
        ("<b> <script>alert(1)</script>", "<p>b scriptalert(1)/script</p>"),
        ("<@U0ANN> <#C0ENG> <!channel>", None),
        ("", ""),
    ],
)
def test_markup_becomes_html(text, shown):
    if shown is None:
        assert Read(html(text, NAMES)).words == "@ann #eng @channel"
    else:
        assert html(text, NAMES) == shown


def test_links_lead_to_the_web_and_tell_nobody_whence():
    shown = html("<https://a.org/?x=1&amp;y=*2*|the *paper*>", NAMES)
    assert shown == (
        '<p><a href="https://a.org/?x=1&amp;y=*2*" rel="noopener noreferrer" target="_blank">the *paper*</a></p>'
    )


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//evil.org", "vbscript:x", "https://", "http://["]
)  # fmt: skip
def test_a_link_that_leads_elsewhere_is_its_label(url):
    assert not is_web(url)
    read = Read(html(f"<{url}|label> <{url}>", NAMES))
    assert not read.links
    assert "label" in read.words


@given(st.text(st.sampled_from("*_~`<>|@#!&;: \n\u200bahtps/.\"'=x"), max_size=200))
def test_no_text_makes_any_other_tag(text):
    read = Read(html(text, NAMES))
    assert set(read.tags) <= TAGS
    assert read.attributes <= {"href", "rel", "target", "class"}
    assert all(is_web(link) for link in read.links)


@given(st.text(st.sampled_from("*_~ ab\u200b."), max_size=60))
def test_formatting_loses_no_letter(text):
    read = Read(inline(text, NAMES))
    assert re.sub(r"[*_~]", "", read.words) == re.sub(r"[*_~]", "", text)


def test_bars_are_as_high_as_what_they_count():
    chart = {"series": [{"data": [{"label": "a", "value": 4}, {"label": "b", "value": 0}, {"label": "c", "value": 2}]}]}
    drawn = list(charts.bars(chart))
    assert [bar.height for bar in drawn] == [charts.FLOOR - charts.TOP, 0, (charts.FLOOR - charts.TOP) / 2]
    assert [bar.y + bar.height for bar in drawn] == [charts.FLOOR] * 3
    assert drawn[0].x + drawn[0].width < drawn[1].x < charts.WIDTH


def test_a_chart_of_nothing_is_drawn_flat():
    assert [bar.height for bar in charts.bars({"series": [{"data": [{"label": "a", "value": 0}]}]})] == [0]


# The page as it is served. No bot is connected: what it would do is done in its place.


@pytest.fixture(scope="module")
def slack():
    with Playground(a_manifest(agent_view={}), routes=routes) as slack:
        yield slack


def fetch(slack, path, *, method="GET", body=None, **headers):
    """The status, the headers and the text of an answer."""
    connection = HTTPConnection(urlsplit(slack.workspace.url).netloc, timeout=20)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


def act(slack, deed, token=None, **form):
    """What the page is told when it does something."""
    token = token or re.search('data-token="([^"]+)"', fetch(slack, "/")[2]).group(1)
    status, _, text = fetch(
        slack, f"/act/{deed}", method="POST", body=json.dumps({"user": MEMBER, **form}), X_Playground_Token=token
    )
    return status, json.loads(text)


def said(slack, blocks, channel=GENERAL, **more):
    """A message of the bot's, as if it had posted it."""
    workspace = slack.workspace
    given = Message(channel, workspace.clock.stamp(), BOT_USER, "said", blocks, bot_id=BOT_ID, **more)
    with workspace.news.lock:
        return workspace.keep(given)


def test_the_page_lets_nothing_in_but_its_own_files(slack):
    for path in ("/", "/static/page.js", "/static/page.css", "/entry/call-0", "/act/nothing"):
        policy = fetch(slack, path, method="POST" if "act" in path else "GET")[1]["Content-Security-Policy"]
        assert policy.startswith("default-src 'none';")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


def test_the_page_has_no_script_or_style_of_its_own(slack):
    page = fetch(slack, "/")[2]
    assert re.findall("<script[^>]*>", page) == [
        '<script src="/static/theme.js">', '<script src="/static/page.js" type="module">',
    ]  # fmt: skip
    assert not re.search(r"<style| style=| on\w+=|javascript:", page)


def test_files_are_found_by_name_and_nothing_else_is(slack):
    assert fetch(slack, "/static/page.css")[1]["Content-Type"].startswith("text/css")
    for path in ("/static/nothing.js", "/static/..%2froutes.py", "/static/%2e%2e/routes.py", "/static/"):
        assert fetch(slack, path)[0] == 404


def test_only_this_machine_s_names_are_answered(slack):
    assert fetch(slack, "/", Host="evil.example")[0] == 400


def test_what_does_not_come_from_the_page_is_refused(slack):
    assert act(slack, "say", token="guessed", channel=ENGINEERING, text="hello") == (
        403, {"error": "This page is out of date."},
    )  # fmt: skip
    token = re.search('data-token="([^"]+)"', fetch(slack, "/")[2]).group(1)
    for body in ("[1]", "nonsense", "[" * 9_000, '"' + "x" * LARGEST + '"'):
        assert fetch(slack, "/act/say", method="POST", body=body, X_Playground_Token=token)[0] == 400


@pytest.mark.parametrize("path", ["/api/auth.test", "/response/R00000001"])
def test_other_pages_cannot_play_the_bot(slack, path):
    assert fetch(slack, path, method="POST", body="{}", Origin="https://evil.example")[0] == 403


@pytest.mark.parametrize(
    ("deed", "form"),
    [
        ("nonsense", {}),
        ("say", {"user": STRANGER, "channel": ENGINEERING, "text": "hello"}),
        ("say", {"channel": ENGINEERING, "text": " "}),
        ("say", {"channel": ENGINEERING, "text": "x" * (LONGEST + 1)}),
        ("say", {"channel": "C0NONE", "text": "hello"}),
        ("say", {"channel": ENGINEERING, "thread": "1.2", "text": "hello"}),
        ("say", {"user": GUEST, "channel": SECRET, "text": "hello"}),
        ("press", {"channel": ENGINEERING, "ts": "1.2", "action": "x"}),
        ("press", {"view": "V0", "action": "x"}),
        ("press", {"channel": 7, "ts": [], "action": {}}),
        ("submit", {"view": "V0", "values": "x"}),
        ("suggest", {"view": "V0", "action": "x", "typed": "x"}),
        ("shortcut", {"shortcut": "nothing"}),
        ("drop", {"channel": ENGINEERING}),
        ("drop", {"channel": ENGINEERING, "files": []}),
        ("drop", {"channel": ENGINEERING, "files": [{"name": "", "content": "eA=="}]}),
        ("drop", {"channel": ENGINEERING, "files": [{"name": "a.md", "content": "no base64"}]}),
        ("drop", {"channel": ENGINEERING, "files": ["a.md"]}),
        ("drop", {"channel": ENGINEERING, "files": [{"name": f"{n}.md", "content": "eA=="} for n in range(11)]}),
        ("drop", {"user": GUEST, "channel": SECRET, "files": [{"name": "a.md", "content": "eA=="}]}),
        ("guide", {"step": "9"}),
        ("guide", {"step": "x"}),
        ("guide", {"step": "2"}),
    ],
)
def test_what_nobody_could_do_is_told_in_words(slack, deed, form):
    status, told = act(slack, deed, **form)
    assert status == 409
    assert told["error"].endswith((".", "characters."))


def test_files_are_shared_and_drawn(slack):
    files = [{"name": f"{EVIL}.md", "content": b64encode(b"x" * LARGEST).decode()}, {"name": "b.md", "content": ""}]
    assert act(slack, "drop", channel=ENGINEERING, text="@Recap see", files=files)[0] == 200
    message = slack.workspace.messages[ENGINEERING][-1]
    assert [slack.workspace.files[file["id"]].content for file in message.files] == [b"x" * LARGEST, b""]
    assert message.text == f"<@{BOT_USER}> see"
    page = fetch(slack, f"/?channel={ENGINEERING}")[2]
    assert EVIL not in page
    assert "100.0 kB" in page


def test_what_is_typed_is_posted_as_slack_writes_it(slack):
    assert act(slack, "say", channel=ENGINEERING, text="@Recap, what of <Kuryr>? *b*")[0] == 200
    assert slack.workspace.messages[ENGINEERING][-1].text == f"<@{BOT_USER}>, what of &lt;Kuryr&gt;? *b*"
    told = act(slack, "say", channel=ENGINEERING, text="@Recap\nwhat of Kuryr")[1]
    message = slack.workspace.messages[ENGINEERING][-1]
    assert message.text == f"<@{BOT_USER}>\nwhat of Kuryr"
    assert told == {"channel": ENGINEERING, "thread": message.ts}


def test_commands_are_given_and_others_are_explained_to_one_person(slack):
    act(slack, "say", channel=ENGINEERING, text="/ask about Kuryr")
    assert slack.delivered("/ask")[-1].payload["text"] == "about Kuryr"
    act(slack, "say", channel=ENGINEERING, text="/unknown <b>")
    message = slack.workspace.messages[ENGINEERING][-1]
    assert (message.text, message.seen_by) == ("/unknown is not a valid command.", MEMBER)
    root = slack.post(MEMBER, ENGINEERING, "root")
    act(slack, "say", channel=ENGINEERING, thread=root.ts, text="/ask in a thread")
    assert slack.workspace.messages[ENGINEERING][-1].text == "/ask is not supported in threads. Sorry!"


def test_a_bot_that_is_not_there_is_told_of(slack):
    assert act(slack, "shortcut", shortcut="look") == (200, {"error": "Recap did not answer (dispatch_failed)."})


def test_news_are_told_as_they_come(slack):
    connection = HTTPConnection(urlsplit(slack.workspace.url).netloc, timeout=20)
    connection.request("GET", "/events")
    answer = connection.getresponse()
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    first = answer.readline()
    assert first.startswith(b"data: ")
    answer.readline()
    slack.post(MEMBER, ENGINEERING, "something new")
    assert answer.readline() != first
    connection.close()


def test_an_address_that_leads_nowhere_leads_to_what_there_is(slack):
    place = partial(find_place, slack)
    assert place({}).channel == ENGINEERING
    assert place({"user": STRANGER}).user == MEMBER
    assert place({"user": GUEST, "channel": SECRET}).channel == slack.direct(GUEST)
    assert place({"channel": GENERAL, "thread": "1.2", "tab": "home"}) == place({"channel": GENERAL})
    assert place({"channel": slack.direct(MEMBER), "tab": "home", "inspect": "1"}).at() == (
        f"/?user={MEMBER}&channel={slack.direct(MEMBER)}&tab=home&inspect=1"
    )
    assert fetch(slack, f"/?user={EVIL.replace(' ', '+')}&channel=%00&thread=%27")[0] == 200


def test_replies_and_whispers_are_counted_under_their_root(slack):
    root = slack.post(MEMBER, RANDOM, "root")
    slack.post(ADMIN, RANDOM, "one", root.ts)
    slack.post(ADMIN, RANDOM, "two", root.ts)
    with slack.workspace.news.lock:
        slack.workspace.whisper(MEMBER, RANDOM, "psst", thread_ts=root.ts)
    page = fetch(slack, f"/?channel={RANDOM}")[2]
    assert " 2 replies 1 only for you" in " ".join(page.split())
    assert "psst" in fetch(slack, f"/?channel={RANDOM}&thread={root.ts}")[2]
    assert "psst" not in fetch(slack, f"/?user={ADMIN}&channel={RANDOM}&thread={root.ts}")[2]


def test_a_block_that_the_page_does_not_know_is_named(slack):
    said(slack, [{"type": f"video{EVIL}"}])
    page = fetch(slack, f"/?channel={GENERAL}")[2]
    assert "cannot show a block of the type video&lt;img" in page


def test_whatever_blocks_say_is_text(slack):
    plain, mrkdwn = ({"type": kind, "text": f"{EVIL} <javascript:x|label>"} for kind in ("plain_text", "mrkdwn"))
    button = {"type": "button", "action_id": '"><b>', "value": EVIL, "text": plain, "accessibility_label": EVIL}
    thumb = {"text": plain, "value": EVIL}
    said(slack, [
        {"type": "header", "text": plain},
        {"type": "section", "text": mrkdwn, "fields": [plain, mrkdwn]},
        {"type": "context", "elements": [plain, mrkdwn]},
        {"type": "actions", "elements": [button]},
        {"type": "divider"},
        {"type": "context_actions", "elements": [
            {"type": "feedback_buttons", "action_id": EVIL, "positive_button": thumb, "negative_button": thumb},
        ]},
        {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": [plain]}]},
        {"type": "data_visualization", "title": EVIL, "chart": {
            "type": "bar", "series": [{"name": EVIL, "data": [{"label": EVIL, "value": 1}]}],
        }},
    ], seen_by=MEMBER)  # fmt: skip
    read = Read(fetch(slack, f"/?channel={GENERAL}")[2])
    assert "img" not in read.tags
    assert "onerror" not in read.attributes
    assert not [link for link in read.links if "javascript" in link]
    assert read.words.count(EVIL) > 8


def test_every_block_of_the_bot_s_messages_can_be_shown(index):
    chart = Chart("Kuryr", "mentions", (("Tokyo", 2), ("Austin", 1)))
    answers = [reply(text, index) for text in ("kuryr", "nonsense about nothing", "compare Tokyo and Vancouver")]
    answers.append(replace(answers[0], chart=chart, choices=(Choice("a", "b"),)))
    with Playground(a_manifest()) as slack:
        for one in answers:
            said(slack, views.message(one, ticket="t", private=True)["blocks"], ENGINEERING)
        shown = drawn(slack, {})
    assert "cannot show" not in shown
    assert shown.count('class="chart"') >= 1


def test_every_block_of_the_bot_s_windows_can_be_shown(index):
    answer = reply("kuryr", index)
    windows = [
        modals.search("kuryr", Scope(event="Tokyo")), modals.feedback("t"), modals.export("# x"),
        modals.notice("T", "x"), modals.why(answer, Tweak()), modals.passage(answer.hits, 0),
    ]  # fmt: skip
    with Playground(a_manifest()) as slack:
        for body in windows:
            slack.workspace.modals[MEMBER] = [new_view(slack.workspace, MEMBER, body)]
            assert "cannot show" not in drawn(slack, {})
        told = Home(notes=1, examples=("kuryr",), admin=True, gaps=("What of Zaqar?",))
        slack.workspace.homes[MEMBER] = new_view(slack.workspace, MEMBER, home(told))
        shown = drawn(slack, {"channel": slack.direct(MEMBER), "tab": "home"})
    assert "cannot show" not in shown
    assert "What of Zaqar?" in shown


def drawn(slack, place):
    """The page as it is at a place."""
    with slack.workspace.news.lock:
        seen = on_page(slack, guide.SAMPLES, find_place(slack, place))
        return templates().get_template("page.html").render(seen, token="t")


def test_the_first_minute_is_gone_through_in_order():
    with Playground(a_manifest()) as slack:
        assert guide.done(slack, guide.SAMPLES) == [False] * 4
        with pytest.raises(Impossible, match="before it first"):
            guide.ask(slack, guide.SAMPLES, MEMBER, 2)
        root = guide.ask(slack, guide.SAMPLES, MEMBER, 1)
        assert guide.ask(slack, guide.SAMPLES, MEMBER, 2).thread_ts == root.ts
        assert guide.done(slack, guide.SAMPLES) == [False, True, True, False]


def test_with_notes_of_one_s_own_the_page_says_where_they_are():
    notes = f"/home/ann/{EVIL}"
    with Playground(a_manifest(), routes=partial(routes, about=guide.own(notes))) as slack:
        page = fetch(slack, "/")[2]
    assert notes in Read(page).words
    assert "recap demo --notes" not in page


def test_the_inspector_tells_of_each_call_and_payload(slack):
    slack.post(MEMBER, ENGINEERING, f"<@{BOT_USER}> look {EVIL}")
    fetch(slack, "/api/auth.test", method="POST", body="{}")
    newest = inspector.entries(slack)
    assert {"auth.test", "app_mention"} <= {entry.name for entry in newest}
    call = next(entry for entry in newest if entry.name == "auth.test")
    assert (call.state, call.good, call.to_bot) == ("200 not_authed", False, False)
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d\d\d", call.time)
    assert "not_authed" in fetch(slack, f"/entry/{call.id}")[2]
    payload = next(entry for entry in newest if entry.name == "app_mention")
    shown = fetch(slack, f"/entry/{payload.id}")[2]
    assert EVIL in Read(shown).words
    assert "img" not in Read(shown).tags
    assert "no_connection" in shown
    for name in ("call-99999", "call-x", "payload--1", "x"):
        assert "no such entry" in fetch(slack, f"/entry/{name}")[2]
    assert "auth.test" in fetch(slack, "/?inspect=1")[2]
