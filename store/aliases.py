"""Words that mean the same: the table that ships with Recap and the one a team writes beside its notes."""

import hashlib
import os
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from store.errors import BotError
from store.folder import table
from store.text import words


@dataclass(frozen=True, slots=True)
class Aliases:
    """``groups`` are sets of terms that mean the same, each term a tuple of folded words.

    ``digest`` changes whenever a table does.
    """

    groups: tuple[tuple[tuple[str, ...], ...], ...]
    digest: str


def load_aliases(own: Path | None = None) -> Aliases:
    """The shipped table, extended by a team's own file if there is one.

    The file holds one list: ``same = [["K8s", "Kubernetes"], ["NFV", "network functions virtualization"]]``.
    Raises BotError, naming the file, where it is not that.
    """
    shipped = files("store").joinpath("data/aliases.toml").read_text(encoding="utf-8")
    texts = [(shipped, "the shipped aliases.toml")]
    if own is not None and os.path.lexists(own):
        texts.append((_read(own), str(own)))
    groups = [group for text, name in texts for group in _groups(text, name)]
    digest = hashlib.sha256("\0".join(text for text, _ in texts).encode()).hexdigest()
    return Aliases(tuple(groups), digest)


def check(text: str, name: str) -> None:
    """Raises BotError, as a load would, for a text that a team's file called *name* may not have."""
    _groups(text, name)


def _read(path: Path) -> str:
    try:
        return table(path).decode()
    except UnicodeDecodeError:
        raise BotError(f"{path} cannot be read as UTF-8 text. Check it and load again.") from None


def _groups(text: str, name: str) -> list[tuple[tuple[str, ...], ...]]:
    try:
        table = tomllib.loads(text)
    except ValueError as error:
        raise BotError(f"{name} is not valid TOML ({error}). Correct it and load again.") from None
    except RecursionError:
        raise BotError(f"{name} nests its lists too deeply. Correct it and load again.") from None
    same = table.get("same", [])
    if set(table) - {"same"} or not isinstance(same, list) or not all(_is_group(group) for group in same):
        raise BotError(
            f'{name} should hold one list of lists: same = [["K8s", "Kubernetes"], …]. Correct it and load again.'
        )
    return [tuple(tuple(words(term)) for term in group if words(term)) for group in same]


def _is_group(group: object) -> bool:
    return isinstance(group, list) and len(group) > 1 and all(isinstance(term, str) for term in group)
