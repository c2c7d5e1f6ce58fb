"""Modals and Home: whole views compared, and hostile text of any length within Slack's limits."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block, Option
from slack_sdk.models.views import View

from bot import export, limits, modals, names
from bot.home import Home, home
from bot.mrkdwn import GAP
from bot.playground.blocks import view_problems
from intents.base import Answer, Citation, Correction, Line, Tweak
from store.load import Problem
from store.model import Hit, KnownEvent, Passage, Scope, Source

NOTE = Source("tokyo.md", "Kuryr in Tokyo", "Summit Tokyo 2015", "Tokyo", "2015-10-27", author="Ann Lee")


def hit(text: str, number: int = 1, matched: frozenset[str] = frozenset()) -> Hit:
    return Hit(number, NOTE, Passage(text, ("Networking",), number, number + 1), 3.14159, matched)


def shown(view) -> str:
    return "\n".join(
        piece["text"]
        for block in view["blocks"]
        for piece in [*([block["text"]] if "text" in block else []), *block.get("elements", [])]
        if isinstance(piece.get("text"), str)
    )


def within_limits(view) -> None:
    View(**view).to_dict()
    for block in Block.parse_all(view["blocks"]):
        block.to_dict()
    assert not [*view_problems(view)]
    assert 0 < len(view["blocks"]) <= limits.VIEW_BLOCKS
    assert len(json.dumps(view).encode()) <= limits.VIEW_BYTES
    for name in ("title", "submit", "close"):
        assert name not in view or 0 < len(view[name]["text"]) <= limits.VIEW_TITLE
    assert not re.search("<[!@#]", json.dumps(view)), "nothing calls anybody"
    assert not re.search("[\u202a-\u202e]", shown(view)), "nothing turns the text around"
    assert all(0 < len(line) <= limits.SECTION for line in pieces(view))
    acted = [element["action_id"] for block in view["blocks"] for element in elements(block) if "action_id" in element]
    assert len(set(acted)) == len(acted)


def pieces(view) -> list[str]:
    found = re.findall(r'"(?:mrkdwn|plain_text)", "text": ("(?:[^"\\]|\\.)*")', json.dumps(view, ensure_ascii=False))
    return list(map(json.loads, found))


def elements(block) -> list:
    return [*block.get("elements", []), *([block["element"]] if "element" in block else [])]


def test_why_tells_words_corrections_scope_confidence_and_scores():
    answer = Answer(
        "find",
        "H",
        lines=(Line("Kuryr joins kuryr and pods.", Citation("a.md", "A"), ((0, 5), (12, 17), (22, 26))),),
        hits=(hit("x"), hit("y", 2)),
        corrections=(Correction("kuyr", "Kuryr"),),
        scope=Scope(event="Summit Tokyo 2015"),
        confidence="likely",
    )
    view = modals.why(answer, Tweak(drop=frozenset({"year"})))
    within_limits(view)
    assert shown(view).split("\n") == [
        "*Words that matched:* kuryr, pods",
        "*Read:* “kuyr” as *Kuryr*",
        "*Limited to:* Summit Tokyo 2015",
        "*Left out:* year",
        "*Confidence:* likely: most of what you asked for stands there together",
        "Passages, best first",
        "1. Kuryr in Tokyo · Summit Tokyo 2015 · 2015-10-27 · Ann Lee · Networking · tokyo.md lines 1–2 · score 3.14",
        "2. Kuryr in Tokyo · Summit Tokyo 2015 · 2015-10-27 · Ann Lee · Networking · tokyo.md lines 2–3 · score 3.14",
    ]


def test_why_of_an_exact_search_over_all_notes():
    told = shown(modals.why(Answer("find", "H"), Tweak(exact=True)))
    assert told == "*Searched exactly* as it was typed.\n*Limited to:* nothing: all notes were searched"


def test_a_passage_stands_among_its_neighbours_with_the_matched_words_bold():
    view = modals.passage(
        [hit("Before."), hit("Kuryr, the *young* one.", 2, frozenset({"kuryr", "the"})), hit("After.", 3)], 1
    )
    within_limits(view)
    assert [block["type"] for block in view["blocks"]] == ["header", "context", "context", "section", "context"]
    assert shown(view).split("\n") == [
        "Kuryr in Tokyo",
        "Kuryr in Tokyo · Summit Tokyo 2015 · 2015-10-27 · Ann Lee · Networking · tokyo.md lines 2–3",
        "Before.",
        f"> *Kuryr*{GAP}, the {GAP}*{GAP}young{GAP}*{GAP} one.",
        "After.",
    ]


def test_the_feedback_form_brings_the_ticket_back():
    view = modals.feedback("ticket-1")
    within_limits(view)
    assert (view["callback_id"], view["private_metadata"]) == (names.FEEDBACK_FORM, "ticket-1")
    assert [option["value"] for option in view["blocks"][0]["element"]["options"]] == list(names.REASONS)
    assert [block["optional"] for block in view["blocks"]] == [False, True]


def test_the_search_form_is_filled_with_what_is_known():
    view = modals.search("kuryr", Scope(event="Summit Tokyo 2015"), "C1")
    within_limits(view)
    fields = {block["block_id"]: block["element"] for block in view["blocks"]}
    assert list(fields) == [names.QUESTION, names.EVENT, names.YEAR, names.PERSON]
    assert all(element["action_id"] == name for name, element in fields.items())
    assert fields["question"]["initial_value"] == "kuryr"
    assert fields["event"]["initial_option"]["value"] == "Summit Tokyo 2015"
    assert "initial_option" not in fields["year"]
    assert view["private_metadata"] == "C1"


def test_a_type_ahead_offers_each_name_once_and_none_that_could_not_come_back():
    labels = ["Tokyo", "Tokyo", "", "x" * 151, "long " * 20, *map(str, range(200))]
    offered = modals.options(labels)
    assert [option["value"] for option in offered[:3]] == ["Tokyo", "long " * 20, "0"]
    assert len(offered) == limits.SELECT_OPTIONS
    assert all(Option(**option).to_dict("dialog") for option in offered)
    assert all(len(option["text"]["text"]) <= limits.OPTION_TEXT for option in offered)


def test_a_notice_keeps_its_two_lines():
    view = modals.notice("A title that is far too long for Slack", "One.\nTwo *bold*.")
    within_limits(view)
    assert view["title"]["text"] == "A title that is far too…"
    assert shown(view) == f"One.\nTwo {GAP}*{GAP}bold{GAP}*{GAP}."


@pytest.mark.parametrize("lines", [1, 40, 9_000])
def test_an_export_is_word_for_word_as_far_as_a_window_goes(lines):
    document = "# H\n\n" + "> **line** with \\<words\\> and `code`\n" * lines
    view = modals.export(document)
    within_limits(view)
    told = "".join(
        block["elements"][0]["elements"][0]["text"] + "\n" for block in view["blocks"] if block["type"] == "rich_text"
    )
    assert document.startswith(told)
    assert (told == document) == (lines < 9_000) == ("only the beginning" not in shown(view))


def test_an_empty_home_says_that_there_is_nothing_yet():
    view = home(Home())
    within_limits(view)
    assert shown(view).startswith("*There are no notes yet.*")
    assert "admin" not in shown(view)


FULL = Home(
    notes=14,
    passages=67,
    loaded="2026-11-20T12:59:01+00:00",
    events=(KnownEvent("Summit Tokyo 2015", start="2015-10-27", notes=3),),
    examples=("what was said about Kuryr", "timeline of containers"),
    news=("Kuryr in Tokyo",),
    status=("142 answers this week.",),
    problems=(Problem("x.pdf", "is encrypted", "save it"), Problem("y.md", "no date", "", rejected=False)),
    gaps=("what about Zun?",),
)


def test_home_tells_everybody_what_there_is_and_what_to_ask():
    view = home(FULL)
    within_limits(view)
    assert shown(view).split("\n") == [
        "I answer from *14 notes from 1 event*, word for word and with the source of every quote.",
        "67 passages, last loaded 2026-11-20 12:59 UTC",
        "Ask me",
        "Or write to me under Messages, mention me in a channel, or use `/recap`.",
        "New since the last load",
        "• Kuryr in Tokyo",
        "What I know",
        "• Summit Tokyo 2015 · 2015-10-27 · 3 notes",
    ]
    row = view["blocks"][3]["elements"]
    assert [(e["action_id"], e["value"]) for e in row] == [
        (f"{names.ASK}0", "what was said about Kuryr"),
        (f"{names.ASK}1", "timeline of containers"),
    ]


def test_home_tells_admins_how_it_fares():
    view = home(Home(**{name: getattr(FULL, name) for name in Home.__slots__ if name != "admin"}, admin=True))
    within_limits(view)
    assert shown(view).split("For admins\n")[1].split("\n") == [
        "142 answers this week.",
        "Rejected files (1)",
        "• Rejected: x.pdf: is encrypted: save it",
        "Open questions (1)",
        "• what about Zun?",
    ]
    buttons = [element for block in view["blocks"] if block["type"] == "actions" for element in block["elements"]]
    assert buttons[-1]["action_id"] == names.LOAD


nasty = st.sampled_from(
    [
        "",
        " ",
        "<!channel> <@U0ANN>",
        "`*_~" * 90,
        "x" * 4_000,
        "wörd " * 900,
        "漢字" * 900,
        "😀" * 2_000,
        "\u202eturn",
        '"\\' * 900,
    ]
)
words = nasty | st.text('ab <>&*_~`:|\n"\\é漢😀!@#', max_size=60)
passages = st.builds(
    Hit,
    id=st.just(1),
    source=st.builds(Source, words, words, words, words, words, words, words, url=words),
    passage=st.builds(Passage, words, st.lists(words, max_size=4).map(tuple), st.integers(0, 9), st.integers(0, 9)),
    matched=st.just(frozenset({"ab", "a"})),
)


@settings(max_examples=25, deadline=None)
@given(words, st.lists(passages, min_size=1, max_size=12), st.data())
def test_any_modal_is_within_slacks_limits(text, hits, data):
    correction = (Correction(text, text),) * 9
    scope = Scope(text, text, text, text, text)
    answer = Answer("find", text, (Line(text),), tuple(hits), correction, scope, notices=(text,) * 9, confidence="sure")
    within_limits(modals.why(answer, Tweak()))
    within_limits(modals.passage(hits, data.draw(st.integers(0, len(hits) - 1))))
    within_limits(modals.notice(text, text))
    within_limits(modals.feedback(text.replace("<", "")))
    within_limits(modals.search(text, Scope(event="", year=text[:4].replace("<", ""))))
    within_limits(modals.export(export.markdown(answer, text)))


@settings(max_examples=25, deadline=None)
@given(words, st.integers(0, 150))
def test_any_home_is_within_slacks_limits(text, count):
    problems = (Problem(text, text, text), Problem(text, text, text, rejected=False)) * count
    event = KnownEvent(text, start=text, notes=count)
    texts = (text,) * count
    within_limits(
        home(Home(count, count, text, (event,) * count, texts, texts, text, True, True, texts, problems, texts))
    )
