"""What an answer looks like, and what becomes of it when its buttons are pressed."""

import json
import re

import pytest

from bot.playground.workspace import ENGINEERING, PRIVATE, RANDOM
from e2e.served import ADA, ANN, BEN, buttons, shown

KURYR = "what was said about Kuryr?"
HOSTILE = (
    "what of Kuryr <!channel> <!here> <@U0BEN> <#C0ENG|eng> `code` ```fence``` *bold* _it_ ~s~ "
    "\u200b\u202e\u2066rtl\u2069 <https://evil.example|click> &lt;!everyone&gt;"
)
ACTIVE = re.compile(r"<(?:!|@|#|https?:(?!//(?:www\.youtube\.com|www\.slideshare\.net)))")
"""What notifies people or leads elsewhere; the links of the notes are ours."""


def texts(part):
    """Every text in blocks that Slack reads as markup."""
    if isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield part["text"]
        for value in part.values():
            yield from texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from texts(value)


def spoken(message):
    """All that a message says in markup, for notifications as well."""
    return [message.text, *texts(message.blocks)]


def test_quotes_stand_under_their_event_with_matched_words_in_bold_and_every_source(bot):
    answer = bot.ask(ANN, ENGINEERING, KURYR)
    text = "\n".join(texts(answer.blocks))
    assert re.search(r"\*Kuryr\*", text)
    assert text.index("OpenStack Days UK 2017") < text.index("Huawei") < text.index("*OpenStack Summit Tokyo 2015*")
    assert "<https://www.youtube.com/watch?v=D4FEBdqfaZg|" in text
    assert "2015-10-28" in text
    assert "Keynotes on Wednesday" in text
    assert "Kyle Mestery" in answer.text, "notifications and screen readers get the answer too"


def test_no_answer_unfurls_or_links_names(bot):
    bot.ask(ANN, ENGINEERING, KURYR)
    posted = bot.slack.called("chat.postMessage")[-1].arguments
    assert [str(posted[name]).lower() for name in ("unfurl_links", "unfurl_media")] == ["false", "false"]


def test_more_and_back_turn_the_page_in_the_same_message(bot):
    answer = bot.ask(ANN, ENGINEERING, "what was said about containers?")
    first = spoken(answer)
    assert "recap:page:0" not in buttons(answer)
    second = spoken(bot.change(ANN, answer, "recap:page:1"))
    assert second != first
    bot.change(BEN, answer, "recap:page:2")
    assert spoken(bot.change(ANN, answer, "recap:page:1")) == second
    assert spoken(bot.change(ANN, answer, "recap:page:0")) == first
    assert not answer.seen_by


def test_a_private_answer_is_paged_in_place_too_where_the_bot_is_not(bot):
    answer = bot.command(ANN, RANDOM, "/recap containers")
    bot.change(ANN, answer, "recap:page:1")
    assert answer.text.startswith("You asked: containers")
    assert {"recap:page:0", "recap:share"} <= set(buttons(answer))


@pytest.mark.parametrize("channel", [ENGINEERING, RANDOM])
def test_a_correction_is_told_and_can_be_taken_back_in_place(bot, channel):
    answer = bot.command(ANN, channel, "/recap kuyr")
    assert "search instead for “kuyr”" in answer.text
    assert "Kyle Mestery" in answer.text
    bot.change(ANN, answer, "recap:exact")
    assert "Kyle Mestery" not in answer.text


def test_a_filter_is_a_chip_that_one_click_removes(bot):
    answer = bot.ask(ANN, ENGINEERING, "Kuryr in Tokyo in 2015")
    assert "Huawei" not in answer.text
    (chip,) = (name for name in buttons(answer) if name.startswith("recap:drop:"))
    bot.change(BEN, answer, chip)
    assert "Huawei" in answer.text
    assert not [name for name in buttons(answer) if name.startswith("recap:drop:")]


def test_a_refusal_says_so_and_offers_what_is_nearest_in_place(bot):
    answer = bot.ask(ANN, ENGINEERING, "what was said about unicorn breeding?")
    assert "don’t mention" in answer.text
    assert "recap:rate" not in buttons(answer)
    bot.change(ANN, answer, "recap:choice:0")
    assert "don’t mention" not in answer.text
    assert "recap:rate" in buttons(answer)


def test_telling_the_note_keepers_files_a_question_once(bot):
    answer = bot.ask(ANN, ENGINEERING, "what was said about basket weaving?")
    for expected in ("will see this question", "already"):
        bot.press(ANN, answer, "recap:tell")
        told = bot.one(ENGINEERING)
        assert told.seen_by == ANN
        assert expected in told.text
    bot.slack.open_home(ADA)
    bot.wait(lambda: (home := bot.workspace.homes.get(ADA)) and "basket weaving" in shown(home.blocks))


def test_why_this_tells_words_corrections_scope_and_scores(bot):
    answer = bot.ask(ANN, ENGINEERING, "kuyr in Tokyo")
    text = bot.opened(BEN, answer, "recap:why", "recap.why")
    for told in ("Kuryr", "kuyr", "Tokyo", "score "):
        assert told in text


def test_a_source_without_a_link_opens_with_its_neighbours(bot):
    answer = bot.ask(ANN, ENGINEERING, KURYR)
    names = [name for name in buttons(answer) if name.startswith("recap:passage:")]
    assert names == ["recap:passage:0", "recap:passage:2"], "the second source is a link"
    text = bot.opened(ANN, answer, "recap:passage:0", "recap.passage")
    assert "OpenStack Days UK" in text
    assert "Huawei" in text
    assert "TripleO" in text, "what follows in the note"


def test_an_answer_can_be_exported_with_its_sources(bot):
    answer = bot.command(ANN, RANDOM, f"/recap {KURYR}")
    text = bot.opened(ANN, answer, "recap:export", "recap.export")
    assert "2017-09-london-openstack-days.md" in text
    assert "https://www.youtube.com/watch?v=D4FEBdqfaZg" in text


def test_thumbs_count_once_a_person_and_the_last_one_wins(bot):
    answer = bot.ask(ANN, ENGINEERING, KURYR)
    for thumb in ("positive", "negative", "positive"):
        bot.press(ANN, answer, "recap:rate", thumb)
        if thumb == "negative":
            bot.slack.close_view(ANN, bot.window(ANN, "recap.feedback"))
    bot.press(BEN, answer, "recap:rate", "negative")
    form = bot.window(BEN, "recap.feedback")
    sent = bot.slack.submit(BEN, form, {"reason": "old", "remark": "Say what came of it"})
    bot.wait(lambda: sent.acked and not bot.workspace.modal(BEN))
    before = bot.workspace.homes.get(ADA)
    was = before.hash if before else ""
    bot.slack.open_home(ADA)
    home = bot.wait(lambda: (view := bot.workspace.homes.get(ADA)) and view.hash != was and view)
    assert "thumbs: 1 up, 1 down" in shown(home.blocks)


def test_a_summary_is_shorter_or_longer_in_place(bot):
    answer = bot.ask(ANN, ENGINEERING, "summary of containers")
    medium = len(shown(answer.blocks))
    assert len(shown(bot.change(ANN, answer, "recap:size:S").blocks)) < medium
    assert len(shown(bot.change(ANN, answer, "recap:size:L").blocks)) > medium


def test_twice_the_same_press_is_as_good_as_once(bot):
    answer = bot.ask(ANN, ENGINEERING, "what was said about containers?")
    for user in (ANN, BEN, ANN):
        bot.slack.press(user, answer, "recap:page:1")
    bot.wait(lambda: "recap:page:0" in buttons(answer))
    bot.settle()
    assert "recap:page:2" in buttons(answer)


def test_a_shared_answer_has_buttons_of_its_own(bot):
    answer = bot.command(ANN, PRIVATE, "/recap containers")
    bot.press(ANN, answer, "recap:share")
    copy = bot.one(PRIVATE)
    bot.change(BEN, copy, "recap:page:1")
    assert f"Shared by <@{ANN}>" in copy.text
    assert "recap:page:0" not in buttons(answer)


@pytest.mark.parametrize("way", ["mention", "direct", "command", "shortcut", "search", "tell", "thread"])
def test_hostile_text_does_no_harm_wherever_it_is_shown(bot, way):
    if way == "search":
        bot.slack.shortcut(ANN, "recap_search")
        form = bot.window(ANN, "recap.search")
        bot.slack.submit(ANN, form, {"question": HOSTILE})
        view = bot.wait(lambda: not form.body.get("submit") and "looking" not in shown(form.blocks) and form)
        harmless([*texts(view.blocks)])
        bot.slack.close_view(ANN, view)
        return
    for message in hostile_answers(bot, way):
        harmless(spoken(message))
        harmless([*texts(message.blocks)])


def hostile_answers(bot, way):
    if way == "mention":
        yield bot.ask(ANN, ENGINEERING, HOSTILE)
    elif way == "thread":
        root = bot.slack.post(ANN, ENGINEERING, HOSTILE)
        yield bot.ask(ANN, ENGINEERING, HOSTILE, root.ts)
    elif way == "direct":
        yield bot.say(ANN, bot.slack.direct(ANN), HOSTILE)
    elif way == "shortcut":
        said = bot.slack.post(BEN, ENGINEERING, HOSTILE)
        bot.slack.shortcut(ANN, "recap_message", said)
        yield bot.one(ENGINEERING)
    elif way == "command":
        private = bot.command(ANN, ENGINEERING, f"/recap {HOSTILE}")
        yield private
        if "recap:share" in buttons(private):
            bot.press(ANN, private, "recap:share")
            shared = bot.one(ENGINEERING)
            yield shared
    else:
        refusal = bot.ask(ANN, ENGINEERING, "basket <!channel> <@U0BEN> \u202eweaving")
        bot.press(ANN, refusal, "recap:tell")
        yield bot.one(ENGINEERING)
        before = bot.workspace.homes.get(ADA)
        was = before.hash if before else ""
        bot.slack.open_home(ADA)
        home = bot.wait(lambda: (view := bot.workspace.homes.get(ADA)) and view.hash != was and view)
        harmless([*texts(home.blocks)])


def harmless(found):
    for text in found:
        alive = [one for one in re.findall(r"<[^>]*>", text) if ACTIVE.match(one)]
        assert not [one for one in alive if one not in (f"<@{ANN}>",)], text
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", text), text


def test_the_fallback_text_is_never_empty_and_blocks_hold_every_limit(bot):
    for call in bot.slack.calls:
        if call.method in ("chat.postMessage", "chat.postEphemeral", "chat.update", "response_url"):
            assert call.arguments.get("text")
            assert len(json.dumps(call.arguments.get("blocks") or [])) < 60_000
            blocks = call.arguments.get("blocks") or []
            assert len(blocks) <= 50
