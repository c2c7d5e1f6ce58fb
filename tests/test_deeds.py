from hypothesis import given
from hypothesis import strategies as st

from bot.deeds import LONGEST, Deed, deed, entered, said, typed

ODD = st.sampled_from([None, True, 7, 1.5, "", "x", [], ["x"], [{}], [{"value": 3}], {}, {"id": 7}, {"a": {"b": []}}])
PARTS = "user channel container message view actions response_url trigger_id value action_id".split()
INNER = "id ts thread_ts message_ts channel_id is_ephemeral state values text private_metadata type".split()
bodies = st.dictionaries(st.sampled_from(PARTS), ODD | st.dictionaries(st.sampled_from(INNER), ODD, max_size=4))


@given(bodies)
def test_a_delivery_of_any_shape_is_read_as_text_or_nothing(body):
    found = deed(body)
    for name in Deed.__slots__:
        assert isinstance(getattr(found, name), bool if name in ("hidden", "home") else str)
    assert all(isinstance(text, str) for text in (said(body), *typed(body), *entered(body).values()))


def test_a_press_in_a_thread_knows_the_message_the_thread_and_who_sees_it():
    container = {"type": "message", "message_ts": "2.2", "channel_id": "C1", "is_ephemeral": True, "thread_ts": "1.1"}
    body = {"user": {"id": "U1"}, "container": container, "actions": [{"action_id": "recap:why", "value": "t"}]}
    found = deed(body)
    assert (found.channel, found.message, found.thread, found.hidden) == ("C1", "2.2", "1.1", True)
    assert (found.action, found.value, found.in_window) == ("recap:why", "t", False)


def test_a_press_in_a_modal_is_one_in_a_window_and_one_on_home_is_not():
    assert deed({"view": {"id": "V1", "type": "modal"}}).in_window
    assert not deed({"view": {"id": "V1", "type": "home"}}).in_window


def test_what_was_typed_and_selected_is_found_by_the_name_of_the_field():
    values = {
        "a": {"question": {"value": "kuryr"}},
        "b": {"event": {"selected_option": {"value": "Tokyo"}}, "year": {"selected_option": None}},
    }
    assert entered({"view": {"state": {"values": values}}}) == {"question": "kuryr", "event": "Tokyo", "year": ""}


def test_endless_texts_are_cut():
    body = {"message": {"text": "x" * 10**6}, "value": "y" * 10**6, "response_url": "z" * 10**6}
    assert (len(said(body)), len(typed(body)[1]), len(deed(body).url)) == (LONGEST, 200, LONGEST)
