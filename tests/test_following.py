"""Tables of what people write in a thread where they were answered: what is for us, and what is not."""

from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.following import heard, is_worth_saying
from intents import reply
from intents.base import Answer, Citation, Correction, Line
from store.index import open_index
from store.model import Hit, Passage, Source

HIT = Hit(1, Source("a.md"), Passage("Kuryr grew."), matched=frozenset({"kuryr"}))
ANSWER = Answer("find", "H", (Line("Kuryr grew.", Citation("a.md", "A")),), (HIT,))

ASKED = "what was said about Kuryr in Tokyo?"

AMONG_COLLEAGUES = """
Who wants lunch?
Anybody up for coffee?
I'll be five minutes late
lgtm
nice!
cool
ok
yes
no
👍
:tada:
haha good one
so true
+1
What do you think?
Do you agree?
Are we still on for 3pm?
can you join the call?
Can you review my PR?
is it done?
is it merged?
who is on call?
Who broke the build?
Is the build green?
when is it due?
When is the next standup?
where are you?
Where is the room?
how are you?
How long will it take?
why?
but why?
and then?
now what?
just kidding
just a second
only a week left
and so it goes
then let's do that
also the printer is out of paper
but the cluster is down
and the upgrade failed
We should upgrade the containers tomorrow
our network is slow today
Should we use Kuryr for the new cluster?
Is Kuryr running on our cluster?
Does anyone know who owns Magnum?
Is anybody at the office?
Did he reply?
Has she seen it?
Ann, what about Magnum?
Hey Bob, when was it?
@ann and in 2017?
Kuryr is great
Magnum drew a full room
I love Ceph
that is what Marrow said
let me ask the Nova team
please review the document
sounds good
what a day
any news?
thoughts?
really?
what?
who?
Tokyo
in Tokyo
what time is it in Tokyo?
how is the weather in Boston?
What about lunch?
what about the budget?
and dinner?
any objections?
Any volunteers for the container workshop?
can somebody restart the container?
who has the keys?
can I get a version of the slides?
how about Thursday?
How about a quick call?
what is the status of the ticket?
more coffee please
next week then
continue tomorrow
who knows the wifi password?
Who knows how to restart it?
what is the difference?
when did it break?
What happened to the build?
what happened in the meeting?
who gave the demo?
was it good?
anything else?
just checking
only if needed
but not in Tokyo
tell Marrow
give it a try
find out more
next!
go on
continue
why Tokyo?
Can it run on prem?
who manages the cluster?
any updates on the upgrade?
when is the release?
Can someone share the link?
how did the demo go?
more or less
""".strip().splitlines()

FOR_US = """
and in 2015?
and in Tokyo?
And in Tokyo 2015
what about Magnum?
what about Magnum
how about Ceph?
only Tokyo
only in 2015
just the containers
and Ceph?
and Magnum
but in Tokyo?
also Magnum?
und Magnum?
then Tokyo?
thanks, and in Tokyo?
ok, what about Magnum?
cool! what about Ceph?
who presented it?
who talked about it?
what did Marrow say?
what did Marrow say about it?
what did Loïc Dachary talk about?
What was said about Magnum?
what was announced about Kuryr?
what do the notes say about Ceph?
anything about Prometheus?
anything on Barbican?
any notes on placement?
Is there anything about erasure coding?
What is Kuryr?
when was it presented?
where was it announced?
what does Kuryr do?
What is Barbican?
Does Kuryr work with Neutron?
How does Kuryr map networks to Neutron ports?
Which rooms used Prometheus?
who spoke about erasure coding?
Did anybody mention Monasca?
tell me about Magnum
show me Magnum
can you show me Magnum?
could you tell me more about Ceph?
do you have anything on Prometheus?
what do you know about Barbican?
please find Monasca
Kuryr in Tokyo?
Magnum?
Tokyo 2015?
in 2015?
in:tokyo containers
year:2015
kuyr and Neutron?
""".strip().splitlines()


@pytest.fixture(scope="module")
def asked(_loaded):
    """Whether a remark behind ``ASKED`` gets an answer from the notes of the tests."""
    with closing(open_index(_loaded)) as index:
        yield lambda text: heard(text) == "question" and is_worth_saying(text, reply(text, index, [ASKED]))


@pytest.mark.parametrize("text", AMONG_COLLEAGUES)
def test_what_colleagues_tell_each_other_is_left_alone(asked, text):
    assert not asked(text)


@pytest.mark.parametrize("text", FOR_US)
def test_a_follow_up_that_the_notes_answer_is_answered(asked, text):
    assert asked(text)


@pytest.mark.parametrize("text", ["more", "More please", "show more", "shorter", "make it a bit shorter"])
def test_pages_and_lengths_are_asked_for_by_a_word(text):
    assert heard(text) == "question"
    assert is_worth_saying(text, ANSWER)


@pytest.mark.parametrize("text", ["thanks", "Thanks a lot!", "thx recap", "great, thanks", "danke", "ty!"])
def test_thanks_are_heard_as_such(text):
    assert heard(text) == "thanks"


@pytest.mark.parametrize("text", ["stop", "Stop!", "please stop", "stop it.", "be quiet"])
def test_so_is_the_wish_that_we_stop(text):
    assert heard(text) == "stop"


@pytest.mark.parametrize("text", ["great", "nice job", "stop the deploy", "thanks, Bob will do it", ""])
def test_other_remarks_are_neither(text):
    assert heard(text) == ""


@pytest.mark.parametrize(
    "changed",
    [
        {"refused": True},
        {"confidence": "nearest"},
        {"intent": "help"},
        {"lines": (Line("I think so."),)},
        {"hits": (replace(HIT, matched=frozenset({"magnum"})),)},
    ],
)
def test_nothing_is_said_unasked_that_is_no_good_answer(changed):
    assert is_worth_saying("what about Kuryr?", ANSWER)
    assert not is_worth_saying("what about Kuryr?", replace(ANSWER, **changed))


def test_a_slip_of_the_finger_is_understood_but_an_everyday_word_is_no_slip():
    slip = replace(ANSWER, corrections=(Correction("kuyr", "Kuryr"),))
    assert is_worth_saying("what about kuyr?", slip)
    assert not is_worth_saying("what about cure?", replace(ANSWER, corrections=(Correction("care", "Kuryr"),)))


@pytest.mark.parametrize("text", ["what about Kuryr? " * 12, "Kuryr? " * 26, "what is Kuryr? ```x```"])
def test_whoever_writes_a_lot_tells_something(text):
    assert heard(text) == ""


@given(st.text(max_size=250))
def test_any_remark_can_be_heard_and_judged(text):
    assert heard(text) in ("", "question", "stop", "thanks")
    assert is_worth_saying(text, ANSWER) in (True, False)
