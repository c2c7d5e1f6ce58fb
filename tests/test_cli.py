"""The recap command, as a shell runs it."""

import json
import os
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from test_samples import SAMPLES

from bot.__main__ import cli, main
from store.errors import BotError
from store.schema import VERSION

Done = subprocess.CompletedProcess[bytes]
Recap = Callable[..., Done]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, with no setting set."""
    for name in list(os.environ):
        if name.startswith(("RECAP_", "SLACK_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def recap(place: Path, capfdbinary: Any, monkeypatch: pytest.MonkeyPatch) -> Recap:
    """Run a command to its end in this process, as the installed script does."""

    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["recap", *arguments])
        before = dict(os.environ)
        code: object = 0
        try:
            main()
        except SystemExit as done:
            code = done.code
        finally:
            os.environ.clear()
            os.environ.update(before)  # .env was read into it
        out, err = capfdbinary.readouterr()
        return subprocess.CompletedProcess(arguments, int(code or 0), out, err)  # type: ignore[call-overload]

    return run


@pytest.fixture
def notes(place: Path) -> Path:
    folder = place / "notes"
    folder.mkdir()
    for name in ("2015-10-tokyo-containers.md", "2017-09-denver-zuul.md", "2018-11-berlin-summit.md"):
        shutil.copy(SAMPLES / name, folder)
    return folder


def process(*arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **options.pop("env", {})}
    environment.pop("PYTHONUNBUFFERED", None)  # Recap itself has to let its answers out
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "bot", *arguments]
    root = str(Path(__file__).parent.parent)
    environment["PYTHONPATH"] = root
    streams = {"stdin": pipe, "stdout": pipe, "stderr": pipe, **options}
    return subprocess.Popen(command, env=environment, **streams)


def next_line(child: subprocess.Popen[bytes]) -> bytes:
    """The next line that a process prints; a test must not wait for ever for one that it holds back."""
    assert child.stdout
    ready, _, _ = select.select([child.stdout], [], [], 60)
    assert ready, "no line came"
    return child.stdout.readline()


def said(done: Done) -> str:
    return done.stdout.decode() + done.stderr.decode()


def test_the_version_is_told(recap: Recap) -> None:
    done = recap("--version")
    assert (done.returncode, done.stdout.decode()) == (0, f"recap, version {version('recap-bot')}\n")


def test_the_help_names_every_command(recap: Recap) -> None:
    told = said(recap("--help"))
    for command in ("ask", "chat", "demo", "load", "status", "events", "serve", "manifest"):
        assert f"\n  {command} " in told


@pytest.mark.parametrize("command", ["ask kuryr", "ask --json kuryr", "chat", "status", "status --json", "events"])
def test_without_an_index_one_line_says_what_to_do(recap: Recap, place: Path, command: str) -> None:
    done = recap(*command.split())
    assert (done.returncode, done.stdout) == (1, b"")
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("recap: ")
    assert "recap.db" in line
    assert "recap load" in line
    assert not any(place.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nonsense"],
        ["nonsense"],
        ["ask"],
        ["ask", "a", "--batch", "-"],
        ["ask", "--limit", "0", "a"],
        ["ask", "--limit", "101", "a"],
        ["ask", "--batch", "missing.jsonl"],
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_is_explained_with_exit_code_two(recap: Recap, arguments: list[str]) -> None:
    done = recap(*arguments)
    assert done.returncode == 2
    assert "Error: " in done.stderr.decode()
    assert "Traceback" not in said(done)


def test_a_load_is_reported_and_answers_follow(recap: Recap, notes: Path) -> None:
    (notes / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    loaded = recap("load")
    assert loaded.returncode == 0
    assert "3 added, 0 changed, 0 removed, 0 unchanged, 1 rejected" in loaded.stdout.decode()
    assert "rejected  broken.pdf: " in loaded.stdout.decode()
    assert "0 added, 0 changed, 0 removed, 3 unchanged, 1 rejected" in said(recap("load", "notes"))
    answer = recap("ask", "what was said about Kuryr")
    assert answer.returncode == 0
    assert "2015-10-tokyo-containers.md:" in answer.stdout.decode()


def test_json_is_one_line(recap: Recap, notes: Path) -> None:
    recap("load")
    done = recap("ask", "--json", "--limit", "1", "kuyr")
    (line,) = done.stdout.decode().splitlines()
    row = json.loads(line)
    assert len(row["passages"]) == 1
    assert row["corrections"] == [{"typed": "kuyr", "used": "Kuryr"}]


def test_an_empty_question_is_answered_in_words(recap: Recap, notes: Path) -> None:
    recap("load")
    assert "empty question" in said(recap("ask", ""))
    assert json.loads(recap("ask", "--json", "").stdout)["refused"] is True


def test_a_load_of_nothing_fails_and_leaves_the_index(recap: Recap, notes: Path, place: Path) -> None:
    recap("load")
    (place / "empty").mkdir()
    (place / "bad").mkdir()
    (place / "bad" / "a.md").write_bytes(b"\0\0")
    for folder, reason in (("empty", "holds no notes"), ("bad", "a.md"), ("missing", "missing")):
        done = recap("load", folder)
        assert done.returncode == 1
        assert reason in done.stderr.decode()
        assert "Traceback" not in said(done)
    assert json.loads(recap("status", "--json").stdout)["notes"] == 3


def test_more_than_half_gone_needs_force(recap: Recap, notes: Path) -> None:
    recap("load")
    for name in ("2017-09-denver-zuul.md", "2018-11-berlin-summit.md"):
        (notes / name).unlink()
    refused = recap("load")
    assert refused.returncode == 2
    assert "--force" in refused.stderr.decode()
    assert json.loads(recap("status", "--json").stdout)["notes"] == 3
    assert recap("load", "--force").returncode == 0
    assert json.loads(recap("status", "--json").stdout)["notes"] == 1


def test_the_settings_of_the_environment_are_used(
    recap: Recap, notes: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECAP_NOTES", str(notes.rename(place / "elsewhere")))
    monkeypatch.setenv("RECAP_DB", "deep/er/x.db")
    assert recap("load").returncode == 0
    assert (place / "deep" / "er" / "x.db").exists()
    assert not (place / "recap.db").exists()
    assert "Kuryr" in said(recap("ask", "kuryr"))


def test_the_env_file_of_the_current_folder_is_read(recap: Recap, notes: Path, place: Path) -> None:
    notes.rename(place / "ours")
    (place / ".env").write_text("RECAP_NOTES=ours\nRECAP_DB=from-env.db\n", encoding="utf-8")
    assert recap("load").returncode == 0
    assert (place / "from-env.db").exists()


def test_the_environment_wins_over_the_env_file(
    recap: Recap, notes: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / ".env").write_text("RECAP_DB=from-env.db\n", encoding="utf-8")
    monkeypatch.setenv("RECAP_DB", "mine.db")
    recap("load")
    assert (place / "mine.db").exists()
    assert not (place / "from-env.db").exists()


def test_an_env_file_that_is_no_text_is_named(recap: Recap, place: Path) -> None:
    (place / ".env").write_bytes(b"RECAP_NOTES=\xff\xfe\n")
    done = recap("status")
    assert done.returncode == 1
    assert ".env" in done.stderr.decode()
    assert "Traceback" not in said(done)


def test_a_bad_setting_is_named(recap: Recap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECAP_MAX_NOTE_MB", "many")
    done = recap("load")
    assert done.returncode == 1
    assert "RECAP_MAX_NOTE_MB" in done.stderr.decode()


def test_serving_without_settings_names_them_all(recap: Recap) -> None:
    done = recap("serve")
    assert done.returncode == 1
    assert "SLACK_BOT_TOKEN" in done.stderr.decode()
    assert "SLACK_APP_TOKEN" in done.stderr.decode()


def test_the_status_tells_what_the_index_holds(recap: Recap, notes: Path) -> None:
    (notes / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    recap("load")
    held = json.loads(recap("status", "--json").stdout)
    assert {"notes", "passages", "events", "loaded_at", "schema", "rejected"} <= set(held)
    assert (held["notes"], held["events"], held["schema"]) == (3, 3, VERSION)
    assert held["passages"] > 3
    assert held["folder"] == str(notes)
    (rejected,) = held["rejected"]
    assert rejected["file"] == "broken.pdf"
    assert rejected["reason"]
    assert rejected["remedy"]
    told = said(recap("status"))
    assert f"3 notes, {held['passages']} passages, 3 events" in told
    assert "rejected  broken.pdf: " in told


def test_events_are_listed(recap: Recap, notes: Path, place: Path) -> None:
    told = said(recap("events", "--notes", "notes"))
    assert "OpenStack Summit Tokyo 2015" in told
    assert told.index("Tokyo") < told.index("Denver") < told.index("Berlin")
    assert not (place / "recap.db").exists()


def test_answers_from_a_folder_leave_the_index_alone(recap: Recap, notes: Path, place: Path) -> None:
    (place / "rows.jsonl").write_text('{"id": 1, "text": "kuryr"}\n', encoding="utf-8")
    assert "Kuryr" in said(recap("ask", "--notes", "notes", "kuryr"))
    assert json.loads(recap("ask", "--notes", "notes", "--json", "kuryr").stdout)["passages"]
    assert json.loads(recap("ask", "--notes", "notes", "--batch", "rows.jsonl").stdout)["passages"]
    assert sorted(path.name for path in place.iterdir()) == ["notes", "rows.jsonl"]
    recap("load")
    before = (place / "recap.db").read_bytes()
    assert recap("ask", "--notes", str(SAMPLES), "kuryr").returncode == 0
    assert (place / "recap.db").read_bytes() == before


def test_a_batch_file_may_begin_with_a_byte_order_mark(recap: Recap, notes: Path, place: Path) -> None:
    (place / "rows.jsonl").write_bytes(b'\xef\xbb\xbf{"id": 1, "text": "kuryr"}\r\n')
    assert "error" not in json.loads(recap("ask", "--notes", "notes", "--batch", "rows.jsonl").stdout)


def test_a_folder_that_cannot_be_answered_from_is_named(recap: Recap, place: Path) -> None:
    (place / "empty").mkdir()
    for folder in ("missing", "empty"):
        done = recap("ask", "--notes", folder, "kuryr")
        assert done.returncode == 1
        assert folder in done.stderr.decode()


def test_rejected_files_of_a_folder_are_told_beside_the_answer(recap: Recap, notes: Path) -> None:
    (notes / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    done = recap("ask", "--json", "--notes", "notes", "kuryr")
    assert "broken.pdf" in done.stderr.decode()
    assert json.loads(done.stdout)


def test_the_demo_needs_no_notes_and_no_index(recap: Recap, place: Path) -> None:
    done = recap("demo", "what was said about Kuryr")
    assert done.returncode == 0
    assert "What the notes say about Kuryr" in done.stdout.decode()
    assert not any(place.iterdir())


def test_an_index_of_an_older_format_is_rebuilt_by_a_question(recap: Recap, notes: Path, place: Path) -> None:
    recap("load")
    with sqlite3.connect(place / "recap.db") as old:
        old.execute("UPDATE meta SET value = 'of old' WHERE key = 'text_version'")
        old.execute("DELETE FROM notes")
    old.close()
    answer = recap("ask", "kuryr")
    assert answer.returncode == 0
    assert "2015-10-tokyo-containers.md" in answer.stdout.decode()
    assert json.loads(recap("status", "--json").stdout)["notes"] == 3


def test_an_index_of_a_newer_format_is_refused(recap: Recap, notes: Path, place: Path) -> None:
    recap("load")
    with sqlite3.connect(place / "recap.db") as newer:
        newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    newer.close()
    for command in (("ask", "kuryr"), ("load",), ("status",)):
        done = recap(*command)
        assert done.returncode == 1
        (line,) = done.stderr.decode().splitlines()
        assert "newer" in line
        assert "recap.db" in line


@pytest.mark.parametrize("content", [b"", b"this is no database" * 100, b"SQLite format 3\0" + b"\xff" * 4096])
def test_an_index_file_that_is_none_is_named(recap: Recap, place: Path, content: bytes) -> None:
    (place / "recap.db").write_bytes(content)
    done = recap("ask", "kuryr")
    assert done.returncode == 1
    assert "recap.db" in done.stderr.decode()
    assert "Traceback" not in said(done)


def test_the_manifest_is_json(recap: Recap) -> None:
    manifest = json.loads(recap("manifest").stdout)
    assert manifest["settings"]["socket_mode_enabled"] is True


def test_an_error_shows_its_text_and_not_markup(recap: Recap, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise BotError("Look at [red]notes[/red].")

    monkeypatch.setattr("bot.__main__.open_index", fail)
    assert recap("ask", "kuryr").stderr.decode() == "recap: Look at [red]notes[/red].\n"


@pytest.mark.parametrize("command", ["demo", "chat --notes notes"])
def test_piped_questions_are_one_conversation(notes: Path, command: str) -> None:
    for name in ("2016-10-barcelona-tripleo-ironic.md",):
        shutil.copy(SAMPLES / name, notes)
    runner = CliRunner()
    done = runner.invoke(cli, command.split(), input="containers in Tokyo\n\nonly Barcelona\n/quit\nthanks\n")
    assert done.exit_code == 0
    assert "about containers at OpenStack Summit Tokyo 2015" in done.stdout
    assert "about containers at OpenStack Summit Barcelona 2016" in done.stdout
    assert "welcome" not in done.stdout


# What only a real process shows: pipes, signals and encodings.


@pytest.fixture
def running(place: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []

    def run(*arguments: str, **options: Any) -> subprocess.Popen[bytes]:
        started.append(process(*arguments, cwd=place, **options))
        return started[-1]

    yield run
    for child in started:
        child.kill()
        child.communicate()


def test_each_row_is_answered_before_the_next_is_written(running: Callable[..., Any], place: Path) -> None:
    child = running("ask", "--batch", "-", "--notes", str(SAMPLES))
    for id, text in enumerate(("kuryr", "", "containers in Tokyo")):
        child.stdin.write(json.dumps({"id": id, "text": text, "after": id - 1}).encode() + b"\n")
        child.stdin.flush()
        assert json.loads(next_line(child))["id"] == id
    child.stdin.write(b'\xff\n{"id": "last", "text": "\xc3\xa4"}')  # not UTF-8; no line end
    out, err = child.communicate()
    assert [json.loads(line)["id"] for line in out.splitlines()] == [None, "last"]
    assert (child.returncode, err) == (0, b"")
    assert not any(place.iterdir())


def test_a_reader_that_leaves_early_is_no_error_to_speak_of(running: Callable[..., Any]) -> None:
    child = running("ask", "--batch", "-", "--notes", str(SAMPLES))
    child.stdin.write(b'{"text": "kuryr"}\n')
    child.stdin.flush()
    assert next_line(child)
    child.stdout.close()
    child.stdin.write(b'{"text": "containers"}\n' * 50)
    child.stdin.close()
    child.stdin = child.stdout = None
    assert child.stderr.read() == b""
    assert child.wait() == 1


def test_a_full_disk_is_told_in_a_line(running: Callable[..., Any]) -> None:
    device = Path("/dev/full")
    if not device.exists():
        pytest.skip("no /dev/full here")
    with device.open("wb") as full:
        for command in ("ask kuryr --notes", "events --notes"):
            child = running(*command.split(), str(SAMPLES), stdout=full)
            _, err = child.communicate()
            assert err.decode() == "recap: No space left on device. Check the disk and its permissions.\n"
            assert child.returncode == 1


def test_a_chat_without_standard_input_ends_at_once(notes: Path, recap: Recap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert recap("chat", "--notes", "notes").returncode == 0


def test_control_c_ends_it_quietly(running: Callable[..., Any]) -> None:
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # who runs the tests in the background ignores it
    child = running("ask", "--batch", "-", "--notes", str(SAMPLES), preexec_fn=heard)
    child.stdin.write(b'{"text": "kuryr"}\n')
    child.stdin.flush()
    assert next_line(child)  # it has started
    child.send_signal(signal.SIGINT)
    out, err = child.communicate()
    assert child.returncode == 130
    assert b"Traceback" not in out + err


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_any_terminal_encoding_will_do(running: Callable[..., Any], encoding: str) -> None:
    child = running("demo", env={"PYTHONIOENCODING": f"{encoding}:strict"})
    out, err = child.communicate("Was wurde über Kuryr gesagt?\n\xff 容器\n".encode("utf-8", "replace"))
    assert (child.returncode, err) == (0, b"")
    assert b"Kuryr" in out


def test_json_is_utf_8_in_any_terminal(running: Callable[..., Any]) -> None:
    child = running("ask", "--json", "--notes", str(SAMPLES), "Sicherheit", env={"PYTHONIOENCODING": "ascii"})
    out, _ = child.communicate()
    assert "Sicherheit als Ganzes" in json.loads(out.decode("utf-8"))["answer"]
    assert "ü" in out.decode("utf-8")


def test_an_answer_comes_as_markdown_with_its_sources(recap: Recap) -> None:
    done = recap("ask", "--format", "md", "--notes", str(SAMPLES), "timeline", "of", "containers")
    text = done.stdout.decode()
    assert text.startswith("# Timeline of containers")
    assert "\n> " in text
    assert "\n## Sources\n" in text
