"""A team's own aliases and events, changed in Slack: at any size, checked, to the letter, and by admins alone."""

import tomllib
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pressing import patient, pressed, told

from bot import names
from bot.playground.workspace import ADMIN, ENGINEERING, GUEST, MEMBER
from store import audit, tables
from store.aliases import load_aliases
from store.errors import BotError
from store.events import load_events
from store.index import open_index
from store.load import reload

__all__ = ["patient"]

ALIASES = 'same = [\n  # ours\n  ["OSA", "OpenStack-Ansible"], # once\n  ["the bus", "RabbitMQ"]\n]\n'
EVENTS = (
    '# our events\n\n[[event]]\nname = "Acme Day Graz 2024"\naliases = [\n  "graz",\n]\n\n'
    '# where\n[places]\nGraz = ["Gradec"]\n'
)
LINES = (
    "[[event]]\n",
    "[places]\n",
    'name = "x"\n',
    "# note\n",
    "\n",
    "  ['a', 'b'],\n",
    "same = [\n",
    "]\n",
    "no end",
)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "notes"
    made.mkdir()
    (made / "bus.md").write_text("# Messages\n\nRabbitMQ carried all messages of the cloud.\n")
    return made


@asynccontextmanager
async def changing(folder):
    path = folder.parent / "recap.db"
    reload(folder, path)
    index = open_index(path)
    async with pressed(folder.parent, index, notes=folder, load=partial(_load, folder, path)) as bot:
        yield bot
    index.close()


def _load(folder, path, force, progress):
    return reload(folder, path, force=force, progress=progress)


async def opened(bot, words, user=ADMIN):
    await bot.do(bot.slack.command, user, ENGINEERING, f"/recap admin {words}")
    return bot.slack.workspace.modal(user)


def text_of(view):
    (block,) = [block for block in view.blocks if block.get("block_id") == names.TABLE_TEXT]
    return block["element"].get("initial_value", "")


def last(bot, user=ADMIN):
    return bot.seen(user, ENGINEERING)[-1].text


async def submit(bot, view, text):
    await bot.do(bot.slack.submit, ADMIN, view, {names.TABLE_TEXT: text})


def many(count):
    return "# all\nsame = [\n" + "".join(f'  # no {n}\n  ["word{n}", "term{n}"],\n' for n in range(count)) + "]\n"


@given(st.lists(st.sampled_from(LINES), max_size=30).map("".join), st.sampled_from(("aliases", "events")))
def test_pieces_put_together_are_the_text_again(text, table):
    cut = tables.pieces(table, text)
    assert "".join(cut) == text
    assert all(cut)


@given(st.text(st.sampled_from('[]"= \nsameevntx12#'), max_size=80), st.sampled_from(("aliases", "events")))
def test_whatever_is_typed_is_taken_or_told(text, table):
    with suppress(BotError):
        tables.check(table, text)
        tables.check(table, tables.with_names(text, ["a", "b"]) if table == "aliases" else text)
    with suppress(BotError):
        tables.with_event(text, {"name": "x"}, [])


def test_a_number_that_is_too_long_is_told():
    for table in ("aliases", "events"):
        with pytest.raises(BotError, match="not valid TOML"):
            tables.check(table, "a = " + "1" * 5_000)


names_of_things = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30).filter(lambda text: text.strip())


@given(
    st.lists(names_of_things, min_size=2, max_size=4),
    st.sampled_from(("", "# none\n", ALIASES, "# none\nsame = []\n")),
)
def test_names_are_added_and_nothing_else_changes(said, text):
    new = tables.with_names(text, said)
    tables.check("aliases", new)
    before = tomllib.loads(text).get("same", [])
    assert tomllib.loads(new)["same"][1:] == before
    assert all(line in new for line in text.splitlines() if line != "same = []")


@pytest.mark.parametrize("text", ["", EVENTS])
def test_an_event_is_added_and_nothing_else_changes(text):
    new = tables.with_event(text, {"name": 'Acme "Day" Lisbon 2026', "city": "Lisbon", "end": ""}, ["the offsite"])
    assert new.startswith(text)
    assert tomllib.loads(new)["event"][-1] == {
        "name": 'Acme "Day" Lisbon 2026', "city": "Lisbon", "aliases": ["the offsite"],
    }  # fmt: skip
    with pytest.raises(BotError, match="of that name"):
        tables.with_event(new, {"name": "acme “day” lisbon 2026".replace("“", '"').replace("”", '"')}, [])


def test_entries_carry_their_comments_and_have_names():
    assert [tables.label(one) for _, one in tables.entries("events", EVENTS)] == [
        "Acme Day Graz 2024 · [[event]]", "[places]",
    ]  # fmt: skip
    assert [one for _, one in tables.entries("aliases", ALIASES, "OSA")] == [
        '  # ours\n  ["OSA", "OpenStack-Ansible"], # once\n'
    ]


async def test_a_table_is_begun_changed_and_answers_know_it(folder):
    async with changing(folder) as bot:
        view = await opened(bot, "aliases")
        assert text_of(view) == ""
        await submit(bot, view, ALIASES)
        assert (folder / "aliases.toml").read_text() == ALIASES
        assert "Wrote aliases.toml:" in last(bot)
        assert "The notes are loaded" in last(bot)
        view = await opened(bot, "aliases")
        assert text_of(view) == ALIASES
        await submit(bot, view, ALIASES.replace("RabbitMQ", "rabbits"))
        assert (folder / "aliases.toml").read_text() == ALIASES.replace("RabbitMQ", "rabbits")
        assert (folder / ".aliases.toml.before").read_text() == ALIASES
        assert 'Taken out: ["the bus", "RabbitMQ"]' in last(bot)
        await submit(bot, await opened(bot, "aliases"), "")
        assert (folder / "aliases.toml").read_text() == ""
        assert "The notes are loaded" in last(bot)
        await submit(bot, await opened(bot, "aliases"), ALIASES)
        assert [deed.action for deed in audit.latest(bot.journal)] == [
            *["reload", "change aliases.toml"] * 4
        ]  # fmt: skip


async def test_names_are_added_one_on_each_line(folder):
    (folder / "aliases.toml").write_text(ALIASES)
    async with changing(folder) as bot:
        await bot.do(bot.slack.press, ADMIN, await opened(bot, "aliases"), names.TABLE_ADD)
        form = bot.slack.workspace.modal(ADMIN)
        await bot.do(bot.slack.submit, ADMIN, form, {names.ALIASES: "K8s"})
        assert form.errors == {names.ALIASES: "Write two names at least, one on each line."}
        await bot.do(bot.slack.submit, ADMIN, form, {names.ALIASES: "K8s\n\nKubernetes "})
        assert (("k8s",), ("kubernetes",)) in load_aliases(folder / "aliases.toml").groups
        assert '# ours\n  ["OSA"' in (folder / "aliases.toml").read_text()
        assert audit.latest(bot.journal)[-1].detail == "1 line"


async def test_of_two_admins_who_add_at_once_neither_loses_anything(folder):
    async with changing(folder) as bot:
        forms = []
        for _ in range(2):
            await bot.do(bot.slack.press, ADMIN, await opened(bot, "aliases"), names.TABLE_ADD)
            forms.append(bot.slack.workspace.modal(ADMIN))
        for place, form in enumerate(forms):
            bot.slack.submit(ADMIN, form, {names.ALIASES: f"first{place}\nsecond{place}"})
        await bot.settle()
        groups = load_aliases(folder / "aliases.toml").groups
        assert {(("first0",), ("second0",)), (("first1",), ("second1",))} <= set(groups)


async def test_an_event_is_added_by_its_fields(folder):
    async with changing(folder) as bot:
        await bot.do(bot.slack.press, ADMIN, await opened(bot, "events"), names.TABLE_ADD)
        form = bot.slack.workspace.modal(ADMIN)
        said = {"name": "Acme Day Graz 2024", "city": "Graz", "start": "2024-05-06", "end": "2024-05-01"}
        await bot.do(bot.slack.submit, ADMIN, form, {names.EVENT_FIELDS[name]: value for name, value in said.items()})
        assert "ends before it starts" in form.errors[names.EVENT_FIELDS["name"]]
        await bot.do(bot.slack.submit, ADMIN, form, {names.EVENT_FIELDS["end"]: "2024-05-07"})
        event = next(one for one in load_events(folder / "events.toml").all if one.name == "Acme Day Graz 2024")
        assert (event.city, event.start, event.end) == ("Graz", "2024-05-06", "2024-05-07")


@pytest.mark.parametrize(
    ("table", "text", "complaint"),
    [
        ("aliases", 'same = [["a", "b"]', "aliases.toml is not valid TOML"),
        ("aliases", "same = [[“a”, “b”]]", "Write straight quotes"),
        ("aliases", 'same = [["a"]]', "should hold one list of lists"),
        ("aliases", "same = " + "[" * 2_900, "too deeply"),
        ("aliases", "same = " + "1" * 2_990, "should hold one list"),
        ("events", '[[event]]\ncity = "Graz"', "has no name"),
        ("events", '[[event]]\nname = "A"\nstart = "soon"', "is no date"),
        ("events", "a = " + "[" * 2_900, "too deeply"),
    ],
)
async def test_what_a_load_would_not_take_is_told_at_the_field_and_changes_nothing(folder, table, text, complaint):
    async with changing(folder) as bot:
        view = await opened(bot, table)
        await submit(bot, view, text)
        assert complaint in view.errors[names.TABLE_TEXT]
        assert "load again" not in view.errors[names.TABLE_TEXT]
        assert not (folder / f"{table}.toml").exists()
        assert bot.slack.workspace.modal(ADMIN) is view


async def test_a_broken_table_can_be_put_right(folder):
    async with changing(folder) as bot:
        (folder / "aliases.toml").write_text("same = [")
        view = await opened(bot, "aliases")
        assert text_of(view) == "same = ["
        await submit(bot, view, "same = []")
        assert "The notes are loaded" in last(bot)


async def test_of_a_long_table_one_entry_is_changed_or_taken_out(folder):
    long = many(300)
    (folder / "aliases.toml").write_text(long)
    async with changing(folder) as bot:
        view = await opened(bot, "aliases")
        assert "aliases.toml has 300 entries" in told(view.blocks)
        await bot.do(bot.slack.suggest, ADMIN, view, names.TABLE_PIECE, "word299")
        (offered,) = view.options[names.TABLE_PIECE]
        await bot.do(bot.slack.submit, ADMIN, view, {names.TABLE_PIECE: offered["value"]})
        piece = bot.slack.workspace.modal(ADMIN)
        assert text_of(piece) == '  # no 299\n  ["word299", "term299"],\n'
        await submit(bot, piece, '["word299", "term"],\n["x" "y"],')
        assert "(at line 2, column 6)" in piece.errors[names.TABLE_TEXT]
        await submit(bot, piece, "")
        assert (folder / "aliases.toml").read_text() == many(299)
        piece = await opened(bot, "aliases word7 ")
        assert "has 299 entries" in told(piece.blocks)
        piece = await opened(bot, "aliases term298")
        await submit(bot, piece, '["word298", "other"],')
        assert (folder / "aliases.toml").read_text() == many(298)[:-2] + '["word298", "other"],\n]\n'


async def test_an_entry_that_no_field_holds_and_a_file_that_is_no_text_are_told(folder):
    async with changing(folder) as bot:
        (folder / "aliases.toml").write_text('same = [\n  ["a", "b"],\n  ["' + "x" * 3_000 + '", "y"],\n]\n')
        view = await opened(bot, "aliases xxx")
        assert "too long for a form of Slack's: change it in aliases.toml" in told(view.blocks)
        await bot.do(bot.slack.press, ADMIN, await opened(bot, "aliases"), names.TABLE_ADD)
        form = bot.slack.workspace.modal(ADMIN)
        await bot.do(bot.slack.submit, ADMIN, form, {names.ALIASES: "K8s\nKubernetes"})
        assert (folder / "aliases.toml").read_text().startswith('same = [\n  ["K8s", "Kubernetes"],\n  ["a", "b"],\n')
        for data, complaint in ((b"\xff\xfe", "is no text in UTF-8"), (b"#" * 1_000_001, "larger than 1 MB")):
            (folder / "aliases.toml").write_bytes(data)
            await bot.do(bot.slack.command, ADMIN, ENGINEERING, "/recap admin aliases")
            assert complaint in last(bot)


async def test_where_the_folder_cannot_be_written_to_the_form_says_so(folder, monkeypatch):
    def fail(path, data, mode):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("store.tables.write_whole", fail)
    async with changing(folder) as bot:
        view = await opened(bot, "aliases")
        await submit(bot, view, ALIASES)
        assert view.errors[names.TABLE_TEXT].startswith("aliases.toml cannot be written (Read-only file system)")


async def test_what_somebody_else_changed_meanwhile_is_not_overwritten(folder):
    async with changing(folder) as bot:
        view = await opened(bot, "events")
        (folder / "events.toml").write_text(EVENTS)
        await submit(bot, view, EVENTS.replace("Graz", "Linz"))
        assert "Somebody changed events.toml meanwhile" in view.errors[names.TABLE_TEXT]
        assert (folder / "events.toml").read_text() == EVENTS
        (folder / "events.toml").unlink()
        (folder / "events.toml").symlink_to(folder / "bus.md")
        await submit(bot, view, EVENTS)
        assert last(bot).startswith("events.toml is a link.")
        await bot.do(bot.slack.command, ADMIN, ENGINEERING, "/recap admin events")
        assert last(bot).startswith("events.toml is a link.")


async def test_a_form_that_changes_nothing_writes_nothing(folder):
    (folder / "events.toml").write_text(EVENTS)
    async with changing(folder) as bot:
        view = await opened(bot, "events")
        await submit(bot, view, EVENTS.rstrip())
        assert last(bot) == "Nothing was changed, so nothing was written."
        assert not (folder / ".events.toml.before").exists()


@pytest.mark.parametrize("user", [MEMBER, GUEST])
async def test_nobody_else_may_open_look_or_send(folder, user):
    (folder / "aliases.toml").write_text(many(300))
    async with changing(folder) as bot:
        assert await opened(bot, "aliases", user) is None
        assert "RECAP_ADMINS" in last(bot, user) or "guest" in last(bot, user)
        chooser, piece = await opened(bot, "aliases"), await opened(bot, "aliases word123")
        for view, values in ((chooser, {names.TABLE_PIECE: "3"}), (piece, {names.TABLE_TEXT: ""})):
            theirs = replace(view, user=user)
            bot.slack.workspace.modals[user] = [theirs]
            if view is chooser:
                await bot.do(bot.slack.suggest, user, theirs, names.TABLE_PIECE, "word3")
                assert theirs.options == {names.TABLE_PIECE: []}
                theirs.options[names.TABLE_PIECE] = [{"text": {"type": "plain_text", "text": "x"}, "value": "3"}]
            await bot.do(bot.slack.submit, user, theirs, values)
            assert "word" not in bot.modal(user)
        assert (folder / "aliases.toml").read_text() == many(300)
        assert audit.latest(bot.journal) == ()
