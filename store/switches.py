"""What was switched until further notice, by name; what nobody switched is off."""

from store.journal import Journal

PAUSED = "automatic reload paused"
"""On from an undo until the next load that somebody asks for."""


def is_on(journal: Journal, name: str) -> bool:
    """Whether something was switched on and not off again."""
    return journal.db.execute("select 1 from switches where name = ? and value = '1'", [name]).fetchone() is not None


def switch(journal: Journal, name: str, *, on: bool) -> None:
    """Keep a switch's position, over restarts."""
    with journal.writing(lasting=True) as db:
        db.execute(
            "insert into switches (name, value) values (?, ?) on conflict (name) do update set value = excluded.value",
            [name, str(int(on))],
        )
