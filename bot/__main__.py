"""The ``recap`` command."""

import errno
import io
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import click
from dotenv import load_dotenv
from rich.console import Console
from rich.filesize import decimal

from bot import batch, evaluate, export, scoreboard, terminal
from bot.settings import Settings
from intents import reply
from store.backup import Places, back_up, restore
from store.errors import BotError
from store.index import Index, open_index
from store.load import TooMuchGone, reload
from store.meaning import Model, load_model
from store.schema import OutdatedIndex

SAMPLES = files("bot").joinpath("samples")
DEMO_PORT = 8137

_notes_option = click.option(
    "--notes",
    type=click.Path(path_type=Path),
    help="Answer from this folder instead of the index (RECAP_DB).",
)


def main() -> None:
    """Run the command; a BotError becomes a line for the person, never a traceback."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):  # what an old terminal cannot show is no reason to fail
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        cli(standalone_mode=False)
        if sys.stdout:
            sys.stdout.flush()  # at the exit it would be too late to explain a full disk
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BotError as error:
        _complain(str(error))
        sys.exit(2 if isinstance(error, TooMuchGone) else 1)
    except BrokenPipeError:
        _drop_output()
        sys.exit(1)
    except OSError as error:  # a full disk, no place for temporary files
        where = f"{error.filename}: " if error.filename else ""
        _complain(f"{where}{os.strerror(error.errno or errno.EIO)}. Check the disk and its permissions.")
        _drop_output()
        sys.exit(1)


def _complain(text: str) -> None:
    Console(stderr=True, soft_wrap=True).print(f"recap: {text}", style="red", markup=False, highlight=False)


def _drop_output() -> None:
    """Give what is flushed at the exit a place to go."""
    if sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("recap-bot"), prog_name="recap")
def cli() -> None:
    """Recap answers from your team's conference notes, word for word, each with its source."""
    path = Path.cwd() / ".env"
    try:
        load_dotenv(path)
    except (OSError, UnicodeDecodeError):
        raise BotError(f"{path} cannot be read. Save it as UTF-8 text that you may read.") from None


def _settings(*, slack: bool = False) -> Settings:
    return Settings.from_env(os.environ, slack=slack)


@cli.command()
@click.argument("question", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as one JSON line.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "md"]),
    default="text",
    help="Print for the terminal, or as Markdown with its sources.",
)
@click.option(
    "--batch",
    "batch_file",
    type=click.File("r", encoding="utf-8-sig", errors="replace"),
    help="JSON lines in (a file or -), JSON lines out.",
)
@click.option(
    "--limit",
    default=10,
    show_default=True,
    type=click.IntRange(1, batch.MAX_LIMIT),
    help="The most passages in JSON.",
)
@_notes_option
def ask(question: tuple[str, ...], as_json: bool, form: str, batch_file: Any, limit: int, notes: Path | None) -> None:
    """Answer one QUESTION, or a file of them, and exit."""
    if bool(question) == (batch_file is not None):
        raise click.UsageError('Give one question, as in: recap ask "what was said about Kuryr", or --batch FILE.')
    with _index(notes) as index:
        if batch_file is not None:
            _print_utf8()
            for line in batch.batch(batch_file, index, limit):
                print(line, flush=True)
        elif as_json:
            _print_utf8()
            print(batch.as_json(batch.record(None, " ".join(question), index, (), limit)))
        elif form == "md":
            _print_utf8()
            asked = " ".join(question)
            print(export.markdown(reply(asked, index), asked), end="")
        else:
            terminal.show(Console(), reply(" ".join(question), index))


@cli.command()
@_notes_option
def chat(notes: Path | None) -> None:
    """Ask one question after another; each may build on the last."""
    with _index(notes) as index:
        _converse(index)


@cli.command()
@click.argument("question", nargs=-1)
@_notes_option
@click.option("--terminal", "in_terminal", is_flag=True, help="Chat in the terminal, without a browser.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=DEMO_PORT,
    show_default=True,
    help="Where the page is; another free one is taken if this is not.",
)
def demo(question: tuple[str, ...], notes: Path | None, in_terminal: bool, port: int) -> None:
    """Try Recap on the notes that ship with it: in a small workspace in the browser, or one QUESTION."""
    with as_file(SAMPLES) as samples:
        if not question and not in_terminal and terminal.stdin_is_terminal():
            _play(notes, Path(samples), port)
            return
        with _index(notes or Path(samples)) as index:
            if question:
                terminal.show(Console(), reply(" ".join(question), index))
            else:
                _converse(index)


def _play(notes: Path | None, samples: Path, port: int) -> None:
    """The page, until Ctrl-C. The index and the state are gone with it, and so is what is added to the samples."""
    from bot.playground.page import demo, guide  # here, because Bolt takes half a second to import

    with tempfile.TemporaryDirectory(prefix="recap-") as folder:
        place = notes or Path(shutil.copytree(samples, Path(folder, "notes")))
        settings = replace(_settings(), notes=place, db=Path(folder, "recap.db"), state=Path(folder, "recap-state.db"))
        _read(settings.notes, settings.db, settings, _model(settings))
        demo.run(settings, guide.own(str(notes)) if notes else guide.SAMPLES, port)


@cli.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Load even if more than half of the notes would leave the index.")
def load(folder: Path | None, force: bool) -> None:
    """Make the index hold exactly what FOLDER holds (default: RECAP_NOTES, else ./notes)."""
    settings = _settings()
    console = Console(stderr=True)
    with terminal.loading(console) as progress:
        changes = reload(
            folder or settings.notes,
            settings.db,
            force=force,
            progress=progress,
            limit=settings.max_note_bytes,
            model=_model(settings),
        )
    terminal.report(Console(soft_wrap=True), changes)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(as_json: bool) -> None:
    """Tell what the index holds."""
    with _index(None) as index:
        held = index.status()
    if not as_json:
        terminal.status(Console(soft_wrap=True), held)
        return
    rejected = [
        {"file": file, "reason": reason, "remedy": remedy} for file, reason, remedy, out in held.problems if out
    ]
    names = ("notes", "passages", "events", "loaded_at", "folder", "schema")
    print(json.dumps({**{name: getattr(held, name) for name in names}, "rejected": rejected}, ensure_ascii=False))


@cli.command()
@click.option("--http", is_flag=True, help="Examine what recap serve --http needs.")
@click.option("--offline", is_flag=True, help="Leave Slack alone.")
@click.option("--strict", is_flag=True, help="Exit with 2 where there are warnings, but no errors.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def doctor(http: bool, offline: bool, strict: bool, as_json: bool) -> None:
    """Examine settings, Slack, notes, index and state; exit with 1 where something is wrong."""
    from bot.doctor.check import exit_status
    from bot.doctor.examination import examine  # here, because Bolt takes half a second to import

    checks = examine(os.environ, Path.cwd() / ".env", http=http, offline=offline)
    status = exit_status(checks, strict=strict)
    if as_json:
        _print_utf8()
        print(batch.as_json({"ok": status == 0, "checks": [asdict(check) for check in checks]}))
    else:
        terminal.checks(Console(soft_wrap=True), checks)
    sys.exit(status)


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--with-index", is_flag=True, help="Keep the index, too; without it, recap load makes it anew.")
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
def backup(file: Path, with_index: bool, force: bool) -> None:
    """Write the state, your events, aliases and fixes of notes to FILE (a zip), while the bot runs."""
    members = back_up(file, _places(), with_index=with_index, force=force)
    size = decimal(file.stat().st_size)
    Console(soft_wrap=True).print(f"{file}: {', '.join(members)}; {size}.", markup=False)


@cli.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace files that differ; they are kept under another name.")
def restore_(file: Path, force: bool) -> None:
    """Put back what FILE, written by recap backup, holds; the bot has to be stopped."""
    places = _places()
    written = restore(file, places, force=force)
    told = f"Restored {', '.join(map(str, written))}." if written else "Everything is there already."
    if places.index not in written and any(path.suffix == ".toml" for path in written):
        told += "\nTake that into the index with: recap load"
    Console(soft_wrap=True).print(told, markup=False)


def _places() -> Places:
    settings = _settings()
    return Places(settings.notes, settings.db, settings.state)


@cli.command("eval")
@click.argument("file", metavar="QUESTIONS", type=click.File("r", encoding="utf-8-sig", errors="replace"))
@click.option("--save", type=click.Path(path_type=Path, dir_okay=False), help="Keep this run in a file.")
@click.option(
    "--against",
    type=click.File("r", encoding="utf-8", errors="replace"),
    help="Tell what changed since a run that was kept.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@_notes_option
def evaluate_(file: Any, save: Path | None, against: Any, as_json: bool, notes: Path | None) -> None:
    """Ask marked QUESTIONS (JSON lines) and tell how good the answers are, by kind of question."""
    asked = evaluate.questions(file, file.name)
    before = evaluate.earlier(against.read(), against.name) if against else {}
    with _index(notes) as index:
        done = evaluate.record(asked, evaluate.run(asked, index))
    changed = evaluate.changes(asked, done["questions"], before)
    if save:
        save.write_text(batch.as_json(done) + "\n", encoding="utf-8")
    if as_json:
        _print_utf8()
        print(batch.as_json({**done, "changes": [asdict(change) for change in changed]}))
        return
    console = Console(soft_wrap=True)
    scoreboard.show(console, done["table"])
    scoreboard.show_confidence(console, done["confidence"])
    if against:
        scoreboard.show_changes(console, changed, len(before.keys() & done["questions"].keys()))


@cli.command()
@_notes_option
def events(notes: Path | None) -> None:
    """List the events that the notes are about."""
    with _index(notes) as index:
        terminal.events(Console(), index.facets)


@cli.command()
@click.option("--http", is_flag=True, help="Let Slack call Recap, instead of Recap connecting to Slack.")
@click.option("--host", show_default="127.0.0.1", help="With --http: where to listen.")
@click.option(
    "--port", type=click.IntRange(0, 65535), show_default="3000", help="With --http: on which port, 0 for any."
)
def serve(http: bool, host: str | None, port: int | None) -> None:
    """Run the Slack bot."""
    from bot.http import Where  # here, because Bolt takes half a second to import
    from bot.serve import run
    from bot.settings import HTTP, SOCKET

    if not http and (host is not None or port is not None):
        raise click.UsageError("--host and --port say where Slack calls Recap: give --http as well.")
    settings = Settings.from_env(os.environ, slack=True, secrets=HTTP if http else SOCKET)
    run(settings, Where(host or Where.host, Where.port if port is None else port) if http else None)


@cli.command()
@click.option("--http", "url", metavar="URL", default="", help="For recap serve --http, which Slack reaches at URL.")
def manifest(url: str) -> None:
    """Print the Slack app manifest to paste at api.slack.com/apps."""
    from bot.manifest import manifest_json, request_url  # here, because Bolt takes half a second to import

    print(manifest_json(Settings.from_env(os.environ, slack=True, secrets=()), request_url(url) if url else ""))


def _print_utf8() -> None:
    """JSON is UTF-8, whatever the terminal prefers."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")


def _converse(index: Index) -> None:
    if terminal.stdin_is_terminal():
        terminal.chat(index, Console())
    else:
        terminal.answer_lines(index, Console(), sys.stdin or ())  # None where it was closed


@contextmanager
def _index(notes: Path | None) -> Iterator[Index]:
    """The index of RECAP_DB, or one made from a folder for this run only."""
    settings = _settings()
    if notes is None:
        index = _current(settings)
        yield index
        index.close()
        return
    with tempfile.TemporaryDirectory(prefix="recap-") as folder:
        path = Path(folder, "recap.db")
        model = _model(settings)
        _read(notes, path, settings, model)
        index = open_index(path, model)
        yield index
        index.close()


def _read(notes: Path, path: Path, settings: Settings, model: Model | None) -> None:
    """Make an index of a folder, with progress and a line for each file that was not read."""
    with terminal.loading(Console(stderr=True)) as progress:
        changes = reload(notes, path, progress=progress, limit=settings.max_note_bytes, model=model)
    for problem in changes.rejected:
        print(f"recap: {problem.file}: {problem.reason}: {problem.remedy}", file=sys.stderr)


def _current(settings: Settings) -> Index:
    """The index, rebuilt first if an earlier version of Recap made it."""
    model = _model(settings)
    try:
        return open_index(settings.db, model)
    except OutdatedIndex as outdated:
        folder = outdated.folder or settings.notes
        if not folder.is_dir():
            raise
        reload(folder, settings.db, limit=settings.max_note_bytes, model=model)
        return open_index(settings.db, model)


def _model(settings: Settings) -> Model | None:
    """The model of RECAP_EMBEDDINGS. Where it cannot be loaded, that is told, and words have to do."""
    try:
        return load_model(settings.embeddings) if settings.embeddings else None
    except BotError as error:
        _complain(str(error))
        return None


if __name__ == "__main__":
    main()
