import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_payloads import BOT_USER, SILENT, command, direct, event, mention

from bot.inbox import MAX_TEXT, clean, from_command, from_event, invited_to
from store.journal import MONTH

URL = "https://hooks.slack.com/commands/T1/1/x"


def test_a_mention_is_answered_in_the_thread_it_opens():
    incoming = from_event(mention(ts="170.1", event_id="Ev1"), BOT_USER)
    assert incoming is not None
    assert (incoming.text, incoming.thread, incoming.channel) == ("what of Kuryr?", "170.1", "C0ENG")
    assert (incoming.surface, incoming.user, incoming.ts) == ("mention", "U0ANN", "170.1")
    assert incoming.conversation == "C0ENG:170.1"
    assert incoming.memory == MONTH
    assert incoming.keys == ("Ev1", "C0ENG:170.1")


def test_a_mention_inside_a_thread_is_answered_under_its_root():
    incoming = from_event(mention(ts="170.9", thread_ts="170.1"), BOT_USER)
    assert incoming is not None
    assert incoming.thread == "170.1"
    assert incoming.conversation == "C0ENG:170.1"


def test_everybody_in_a_thread_is_in_one_conversation():
    first = from_event(mention(ts="170.1"), BOT_USER)
    second = from_event(mention(ts="170.2", thread_ts="170.1", user="U0BEN"), BOT_USER)
    assert first is not None
    assert second is not None
    assert first.conversation == second.conversation


def test_a_direct_message_opens_a_thread_that_leans_on_the_last_ten_minutes():
    incoming = from_event(direct(ts="180.1"), BOT_USER)
    assert incoming is not None
    assert (incoming.thread, incoming.conversation, incoming.memory) == ("180.1", "D0ANN:180.1", MONTH)
    assert (incoming.surface, incoming.trunk, incoming.opens_thread) == ("dm", "D0ANN:U0ANN", True)


def test_a_direct_message_in_a_thread_is_answered_there():
    incoming = from_event(direct(thread_ts="180.1"), BOT_USER)
    assert incoming is not None
    assert (incoming.thread, incoming.conversation, incoming.memory) == ("180.1", "D0ANN:180.1", MONTH)
    assert (incoming.trunk, incoming.opens_thread) == ("", False)


def remark(text: str = "and in 2017?", **fields):
    return direct(text, **({"channel": "C0ENG", "channel_type": "channel", "thread_ts": "170.1"} | fields))


@pytest.mark.parametrize("kind", ["channel", "group"])
@pytest.mark.parametrize("subtype", ["", "file_share", "thread_broadcast"])
def test_a_remark_in_a_thread_belongs_to_its_conversation(kind, subtype):
    incoming = from_event(remark(channel_type=kind, subtype=subtype), BOT_USER)
    assert incoming is not None
    assert (incoming.surface, incoming.thread, incoming.conversation) == ("thread", "170.1", "C0ENG:170.1")


@pytest.mark.parametrize(
    "fields",
    [
        {"thread_ts": ""},
        {"thread_ts": "170.1", "ts": "170.1"},
        {"channel_type": "mpim", "channel": "G0MANY"},
        {"text": f"<@{BOT_USER}> and in 2017?"},
        {"text": "<@U0BEN> and in 2017?"},
        {"text": "<@U0BEN|ben> and in 2017?"},
        {"text": "<!here> and in 2017?"},
        {"text": "<!subteam^S1|@ops> and in 2017?"},
    ],
)
def test_what_is_said_outside_of_threads_or_to_somebody_is_no_remark_for_us(fields):
    assert from_event(remark(**fields), BOT_USER) is None


def test_a_channel_may_be_named_in_a_remark():
    incoming = from_event(remark("what was said about <#C1|nova>?"), BOT_USER)
    assert incoming is not None
    assert incoming.text == "what was said about nova?"


def test_we_know_where_we_were_invited_to():
    joined = {"type": "member_joined_channel", "user": BOT_USER, "channel": "C0ENG"}
    assert invited_to(event(joined), BOT_USER) == "C0ENG"
    assert invited_to(event(joined | {"user": "U0ANN"}), BOT_USER) == ""
    assert invited_to(event({"type": "member_joined_channel"}), "") == ""
    assert invited_to({"event": None}, BOT_USER) == ""


@pytest.mark.parametrize(
    ("typed", "intent", "text"),
    [
        ("what of Kuryr?", "", "what of Kuryr?"),
        ("timeline Kuryr", "timeline", "Kuryr"),
        ("Timeline  Kuryr", "timeline", "Kuryr"),
        ("ask timeline of Kuryr", "find", "timeline of Kuryr"),
        ("help", "", "help"),
        ("", "", ""),
    ],
)
def test_a_first_word_that_is_a_subcommand_wins(typed, intent, text):
    incoming = from_command(command(text=typed, url=URL))
    assert (incoming.intent, incoming.text, incoming.typed) == (intent, text, " ".join(typed.split()))


def test_a_command_of_its_own_calls_its_intent_whatever_follows():
    incoming = from_command(command("/recap-summary", "timeline Kuryr", url=URL), "summary")
    assert (incoming.intent, incoming.text) == ("summary", "timeline Kuryr")


def test_a_command_belongs_to_the_person_and_the_channel():
    incoming = from_command(command(text=" what of <https://x.org|Kuryr>? ", url=URL))
    assert (incoming.text, incoming.surface) == ("what of Kuryr?", "command")
    assert (incoming.conversation, incoming.memory, incoming.keys) == ("C0ENG:U0ANN", 600, ())


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
def test_what_a_person_says_with_a_file_or_to_the_whole_channel_counts(subtype):
    assert from_event(direct(subtype=subtype), BOT_USER) is not None
    assert from_event(mention(subtype=subtype), BOT_USER) is not None


@pytest.mark.parametrize("name", SILENT)
def test_what_is_no_question_for_us_gets_no_answer(name):
    assert from_event(SILENT[name], BOT_USER) is None


def test_the_same_message_has_a_name_in_common_whatever_event_brings_it():
    one = from_event(mention(ts="170.1", channel="D0ANN", event_id="Ev1"), BOT_USER)
    two = from_event(direct(ts="170.1", event_id="Ev2"), BOT_USER)
    assert one is not None
    assert two is not None
    assert set(one.keys) & set(two.keys) == {"D0ANN:170.1"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("<@U0BOT> what of Kuryr?", "what of Kuryr?"),
        ("what <@U0BOT> of <@U0BOT|recap> Kuryr?", "what of Kuryr?"),
        ("talks by <@U0EVE|eve>", "talks by eve"),
        ("talks by <@U0EVE>", "talks by"),
        ("in <#C1|general> and <#C2>", "in general and"),
        ("<!channel> <!here|here> <!subteam^S1|@ops> hi", "hi"),
        ("on <!date^1392734382^{date}|Feb 18, 2014>", "on Feb 18, 2014"),
        ("see <https://x.org/a|the page> or <https://y.org>", "see the page or https://y.org"),
        ("<mailto:a@x.org|a@x.org>", "a@x.org"),
        ("R&amp;D &lt;script&gt; &amp;lt; &copy;", "R&D <script> &lt; &copy;"),
        (":wave: what of :openstack: Kuryr :+1::skin-tone-3:?", "what of Kuryr ?"),
        ("at 10:30:15 or in:tokyo year:2015 by:evenson", "at 10:30:15 or in:tokyo year:2015 by:evenson"),
        ("  two\n\nlines\t", "two lines"),
        ("a < b > c <", "a < b > c <"),
        ("bad\udcff\0chars", "badchars"),
    ],
)
def test_text_is_what_the_person_typed(typed, meant):
    assert clean(typed, "U0BOT") == meant


def test_long_text_is_cut_right_behind_the_limit():
    assert len(clean("x" * 60_000)) == MAX_TEXT + 1
    assert clean("x" * MAX_TEXT) == "x" * MAX_TEXT


@settings(deadline=None)
@given(st.text("<>@#!|:&;lgtamp U0BOT\n_+1é漢\0\udcff\u2028", max_size=300))
def test_any_text_is_cleaned_into_one_line_that_can_be_stored(typed):
    text = clean(typed, "U0BOT")
    assert text.splitlines() in ([], [text])
    assert text == text.strip()
    assert "<@U0BOT>" not in text
    text.encode()


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["type", "channel_type", "subtype", "user", "text", "ts", "thread_ts", "channel", "bot_id"]),
        st.none()
        | st.integers()
        | st.text("aU<", max_size=5)
        | st.sampled_from(["message", "app_mention", "im", "D1"]),
    )
)
def test_no_event_whatever_it_holds_makes_the_inbox_fail(inner):
    incoming = from_event({"type": "event_callback", "event": inner}, BOT_USER)
    assert incoming is None or incoming.user not in ("", BOT_USER)
