"""Checks to build tables from. Each gets a value and where it stands and yields what is wrong, in Slack's words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Problem = tuple[str, str]
"""What is wrong, and the JSON pointer to it."""
Problems = Iterator[Problem]
Check = Callable[[Any, str], Problems]


def units(text: str) -> int:
    """The length of a text as Slack counts it: a character beyond the first plane counts twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def anything(value: Any, at: str) -> Problems:
    """What we let pass as it is."""
    return iter(())


def flag(value: Any, at: str) -> Problems:
    """True or false."""
    if not isinstance(value, bool):
        yield "must provide a boolean", at


def number(value: Any, at: str) -> Problems:
    """An integer or a float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield "must provide a number", at


def positive(value: Any, at: str) -> Problems:
    """A number above zero."""
    wrong = list(number(value, at))
    yield from wrong or ([] if value > 0 else [("must be greater than 0", at)])


def string(most: int, least: int = 1) -> Check:
    """A text of so many characters."""

    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, str):
            yield "must provide a string", at
        elif units(value) > most:
            yield f"must be less than {most + 1} characters", at
        elif units(value) < least:
            yield f"must be more than {least - 1} characters", at

    return check


def word(*words: str) -> Check:
    """One of these words."""

    def check(value: Any, at: str) -> Problems:
        if value not in words:
            yield f"unsupported value, must be one of: {', '.join(words)}", at

    return check


def items(check_one: Check, most: int, least: int = 1) -> Check:
    """A list of so many items."""

    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, list):
            yield "must provide an array", at
            return
        if len(value) > most:
            yield f"no more than {most} items allowed", at
        if len(value) < least:
            yield f"no fewer than {least} items allowed", at
        for number_, one in enumerate(value):
            yield from check_one(one, f"{at}/{number_}")

    return check


def shape(
    required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, one_of: Sequence[str] = ()
) -> Check:
    """An object with these fields and no others; of ``one_of`` at least one is needed."""
    fields = {**required, **(optional or {})}

    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, dict):
            yield "must provide an object", at
            return
        missing = [name for name in required if value.get(name) is None]
        if one_of and not any(value.get(name) for name in one_of):
            missing.append(one_of[0])
        for name in missing:
            yield f"missing required field: {name}", at
        for name, inner in value.items():
            if name not in fields:
                yield f"invalid additional property: {name}", at
            elif inner is not None:
                yield from fields[name](inner, f"{at}/{name}")

    return check


def typed(table: Mapping[str, Check]) -> Check:
    """An object whose ``type`` says which of the checks is for it."""

    def check(value: Any, at: str) -> Problems:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(value, dict):
            yield "must provide an object", at
        elif not isinstance(kind, str) or kind not in table:
            yield f"unsupported type: {kind}", f"{at}/type"
        else:
            yield from table[kind](value, at)

    return check
