"""Whatever lies in a notes folder under whatever name: a load waits for nothing and reads nothing from outside."""

import io
import json
import os
import re
import socket
from collections.abc import Callable
from pathlib import Path
from stat import S_ISREG

import pytest
from rich.console import Console

from bot import terminal, views
from bot.blocks import Block
from bot.playground.blocks import message_problems
from reliability.amounts import amount
from store.errors import BotError
from store.index import open_index
from store.load import Changes, reload

Tally = Callable[..., None]

_UPSETTING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]")
SECRET = "the merger is on Friday"
TEXT = "# Tokyo\n\nKuryr was shown in Tokyo.\n"
ODD_NAMES = [
    b"..md", b"a..b.md", b"two\nlines.md", b"tab\there.md", b"bell\x07.md", b"\x1b]0;title\x07.md",
    b"caf\xe9.md", b"\xff\xfe.md", b"\xed\xa0\x80.md", b"x" * 252 + b".md", "🧑‍🚀.md".encode(),
    "\u202edm.exe.md".encode(), b"<!channel>.md", b"<@U0ANN>.md", b"*bold* _it_ `x`.md",
    b"<script>alert(1)<script>.md", b"-rf.md", b"$(true).md", b"[red]x[-].md", b"%s%n.md", b"a'b\"c.md",
    b"; DROP TABLE notes.md", b" .md", b"con.md", "ﷺ".encode() * 80 + b".md", b"\\.md", "e\u0301.md".encode(),
    "\u00e9.md".encode(), b"a|b.md", b"a&amp;b.md", b"new.MD", b".md.md",
]  # fmt: skip


def folder_of(place: Path, names: list[bytes]) -> Path:
    """A folder with a note of each name, none like another, and a good one."""
    (place / "notes").mkdir()
    for number, name in enumerate(names):
        (place / "notes" / os.fsdecode(name)).write_text(f"{TEXT}\nThis is note {number}.\n")
    (place / "notes" / "good.md").write_text(TEXT)
    return place / "notes"


def told(changes: Changes, index: Path) -> str:
    """All that people may see of a load, in Slack, in the terminal and as JSON: fit to be shown, whatever the names."""
    message = views.changes(changes)
    blocks: list[Block] = message["blocks"]
    assert not [*message_problems(blocks)]
    slack = json.dumps(message, ensure_ascii=False)
    assert not re.search(r"<[!@#]", slack)
    console = Console(file=io.StringIO(), width=5000, force_terminal=False)
    terminal.report(console, changes)
    opened = open_index(index)
    try:
        terminal.status(console, opened.status())
    finally:
        opened.close()
    printed: str = console.file.getvalue()  # type: ignore[attr-defined]
    assert all(c.isprintable() or c == "\n" for c in printed)
    slack.encode()
    return slack + printed


def test_a_note_of_any_name_is_loaded_or_told(tmp_path: Path, tally: Tally) -> None:
    folder = folder_of(tmp_path, ODD_NAMES)
    changes = reload(folder, tmp_path / "recap.db")
    hidden = sum(name.startswith(b".") for name in ODD_NAMES)
    assert len(changes.added) + len(changes.rejected) == len(ODD_NAMES) + 1 - hidden
    assert "good.md" in changes.added
    printed = told(changes, tmp_path / "recap.db")
    assert "two?lines.md" in printed
    assert not [name for name in changes.added if _UPSETTING.search(name)]
    tally("Odd file names", len(ODD_NAMES), note=f"{len(changes.rejected)} rejected by name")


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A folder of notes with everything in it that is no note, and a secret outside."""
    folder = folder_of(tmp_path, [])
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.md").write_text(SECRET)
    (folder / "inside.md").symlink_to("good.md")
    (folder / "up.md").symlink_to("../elsewhere/secret.md")
    (folder / "absolute.md").symlink_to(tmp_path / "elsewhere" / "secret.md")
    (folder / "passwd.txt").symlink_to("/etc/passwd")
    (folder / "twice.md").symlink_to("up.md")
    (folder / "dead.md").symlink_to("nowhere.md")
    (folder / "loop.md").symlink_to("loop.md")
    (folder / "away").symlink_to("../elsewhere")
    (folder / "around").symlink_to(".")
    (folder / "null.md").symlink_to("/dev/zero")
    (folder / "self.md").symlink_to("/proc/self/environ")
    os.mkfifo(folder / "pipe.md")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(folder / "socket.md"))
    (folder / "directory.md").mkdir()
    return folder


OUT, GONE, PLAIN = "a link that leads out of the notes folder", "a link to a file that is not there", "not a plain file"
TRAPS = {
    "up.md": OUT, "absolute.md": OUT, "passwd.txt": OUT, "twice.md": OUT, "away": OUT, "null.md": OUT, "self.md": OUT,
    "dead.md": GONE, "loop.md": GONE, "pipe.md": PLAIN, "socket.md": PLAIN, "inside.md": "the same content as good.md",
}  # fmt: skip


def test_what_is_no_note_is_told_and_nothing_from_elsewhere_is_read(trap: Path, tmp_path: Path, tally: Tally) -> None:
    changes = reload(trap, tmp_path / "recap.db")
    reasons = {problem.file: problem.reason for problem in changes.rejected}
    assert reasons.keys() == TRAPS.keys()
    assert all(reasons[file].startswith(reason) for file, reason in TRAPS.items()), reasons
    assert changes.added == ("good.md",)
    held = (tmp_path / "recap.db").read_bytes()
    assert SECRET.encode() not in held
    assert b"root:" not in held
    assert all(file in told(changes, tmp_path / "recap.db") for file in TRAPS)
    tally("Links, pipes, sockets and devices", len(TRAPS), note="each told by name")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
def test_a_device_is_not_opened(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, [])
    try:
        os.mknod(folder / "zero.md", 0o20666, os.makedev(1, 5))
    except OSError:
        pytest.skip("no devices can be made here")
    changes = reload(folder, tmp_path / "recap.db")
    assert [(p.file, p.reason[:16]) for p in changes.rejected] == [("zero.md", "not a plain file")]


def test_the_folder_itself_may_be_a_link_but_not_a_pipe(tmp_path: Path) -> None:
    folder_of(tmp_path, [])
    (tmp_path / "link").symlink_to("notes")
    assert reload(tmp_path / "link", tmp_path / "recap.db").added == ("good.md",)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BotError, match="There is no folder"):
        reload(tmp_path / "pipe", tmp_path / "recap.db")


@pytest.mark.parametrize("name", ["events.toml", "aliases.toml"])
def test_a_table_is_not_waited_for_nor_read_without_end(tmp_path: Path, name: str) -> None:
    folder = folder_of(tmp_path, [])
    table = folder / name
    os.mkfifo(table)
    with pytest.raises(BotError, match=name):
        reload(folder, tmp_path / "recap.db")
    table.unlink()
    table.symlink_to("/dev/zero")
    with pytest.raises(BotError, match=name):
        reload(folder, tmp_path / "recap.db")
    table.unlink()
    table.write_text("# far too much\n" * 100_000)
    with pytest.raises(BotError, match="larger than 1 MB"):
        reload(folder, tmp_path / "recap.db")


ODD_FIXES: dict[str, Callable[[Path], object]] = {
    "a pipe": os.mkfifo,
    "a link out of the folder": lambda path: path.symlink_to("/dev/zero"),
    "a folder": Path.mkdir,
    "far too much": lambda path: path.write_text("# x\n" * 100_000),
    "nested deeply": lambda path: path.write_text("title = " + "[" * 9_000),
    "a number without end": lambda path: path.write_text("title = " + "9" * 9_000),
    "no text": lambda path: path.write_bytes(b"\xff\xfe\0"),
    "characters that repaint": lambda path: path.write_text(
        'title = "\\u001b[2J<!channel>\\u202e"\nauthor = "\\u0000"'
    ),
}


@pytest.mark.parametrize("kind", ODD_FIXES)
def test_odd_fixes_beside_a_note_cost_nothing_but_themselves(tmp_path: Path, kind: str) -> None:
    folder = folder_of(tmp_path, [])
    ODD_FIXES[kind](folder / "good.md.recap.toml")
    changes = reload(folder, tmp_path / "recap.db")
    assert changes.added == ("good.md",)
    assert kind.startswith("char") or [(p.file, p.rejected) for p in changes.problems] == [
        ("good.md.recap.toml", False)
    ]
    told(changes, tmp_path / "recap.db")


def test_a_file_that_turns_into_a_pipe_while_it_is_looked_at_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(tmp_path, [b"changing.md"])
    stat = Path.stat

    def exchanged(path: Path, **how: bool) -> os.stat_result:
        status = stat(path, **how)
        if path.name == "changing.md" and how.get("follow_symlinks", True) and S_ISREG(status.st_mode):
            path.unlink()
            os.mkfifo(path)
        return status

    monkeypatch.setattr(Path, "stat", exchanged)
    changes = reload(folder, tmp_path / "recap.db")
    assert "good.md" in changes.added
    assert "changing.md" not in changes.added


def test_a_load_without_permission_tells_what_it_may_not_read(guarded: Path) -> None:
    folder = folder_of(guarded, [b"shut.md"])
    (folder / "room").mkdir()
    (folder / "room" / "in.md").write_text(SECRET)
    (folder / "shut.md").chmod(0)
    (folder / "room").chmod(0)
    try:
        changes = reload(folder, guarded / "recap.db")
        printed = told(changes, guarded / "recap.db")
    finally:
        (folder / "room").chmod(0o700)
    assert changes.added == ("good.md",)
    for file in ("shut.md", "room"):
        assert f"{file}: no permission to read it: let the user that runs Recap read it" in printed


def test_many_odd_names_at_once_fit_into_slack(tmp_path: Path, tally: Tally) -> None:
    tried = amount(200, 5_000)
    odd = [ODD_NAMES[number % len(ODD_NAMES)][:40] for number in range(tried)]
    folder = folder_of(tmp_path, [b"a%b%d\x1b <!channel> \xe9.md" % (name, number) for number, name in enumerate(odd)])
    changes = reload(folder, tmp_path / "recap.db")
    assert len(changes.rejected) == tried
    told(changes, tmp_path / "recap.db")
    tally("Files with odd names in one load", tried, note="reported within Slack's limits")
