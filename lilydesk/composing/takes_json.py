"""Takes as JSON: what the project file keeps. Fields that this program does not know stay."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from hashlib import sha256
from typing import Any

from lilydesk.composing.takes import Origin, Take, TakeKind, TakesBook
from lilydesk.errors import LilyDeskError
from lilydesk.lilylet.edits import TextEdit
from lilydesk.notation.span import Span

FORMAT = 1
MAX_TAKES = 10_000
_OWN_FIELDS = {"format", "active", "bases", "takes"}
_TAKE_FIELDS = {field.name for field in fields(Take)} - {"extra"}


def write_takes(book: TakesBook) -> str:
    """The takes as JSON; a text that several were written for stands there once."""
    bases = {_key(take.base): take.base for take in book.takes}
    value: dict[str, Any] = dict(book.extra)
    value |= {
        "format": FORMAT,
        "active": book.active,
        "bases": bases,
        "takes": [_write_take(take) for take in book.takes],
    }
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _key(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _write_take(take: Take) -> dict[str, Any]:
    value = dict(take.extra) | {
        name: getattr(take, name) for name in sorted(_TAKE_FIELDS - {"origin", "hints"})
    }
    value["base"] = _key(take.base)
    value["kind"] = take.kind.value
    value["hints"] = list(take.hints)
    value["edits"] = [[*edit.span, edit.replacement] for edit in take.edits]
    value["origin"] = asdict(take.origin) if take.origin else None
    return value


def read_takes(text: str) -> TakesBook:
    """Read what `write_takes` wrote. Raises LilyDeskError if it is something else."""
    try:
        value = json.loads(text)
        bases = dict(value["bases"])
        takes = tuple(_read_take(one, bases) for one in value["takes"])
        extra = {name: one for name, one in value.items() if name not in _OWN_FIELDS}
        book = TakesBook(takes, str(value.get("active", "")), extra)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise _damaged() from error
    if len(takes) > MAX_TAKES or len({take.id for take in takes}) != len(takes):
        raise _damaged()
    return book if book.active_take else replace(book, active="")


def _damaged() -> LilyDeskError:
    return LilyDeskError(
        "The takes in this project cannot be read.", "The score itself is complete."
    )


def _read_take(value: Mapping[str, Any], bases: Mapping[str, str]) -> Take:
    base = bases[value["base"]]
    _expect(isinstance(base, str))
    return Take(
        id=_text(value["id"]),
        name=_text(value["name"]),
        kind=TakeKind(value["kind"]),
        base=base,
        edits=_read_edits(value["edits"], len(base)),
        parent=_text(value.get("parent", "")),
        batch=_text(value.get("batch", "")),
        first_measure=int(value.get("first_measure", 0)),
        n_measures=int(value.get("n_measures", 0)),
        origin=_read_origin(value.get("origin")),
        bits_per_token=_bits(value.get("bits_per_token")),
        usual_bits=_bits(value.get("usual_bits")),
        n_lost_ties=int(value.get("n_lost_ties", 0)),
        hints=tuple(map(_text, value.get("hints", ()))),
        extra={name: one for name, one in value.items() if name not in _TAKE_FIELDS},
    )


def _read_edits(values: Any, length: int) -> tuple[TextEdit, ...]:
    found: list[TextEdit] = []
    position = 0
    for start, end, replacement in values:
        _expect(isinstance(start, int) and isinstance(end, int) and position <= start <= end)
        found.append(TextEdit(Span(start, end), _text(replacement)))
        position = end
    _expect(position <= length)
    return tuple(found)


def _read_origin(value: Any) -> Origin | None:
    if value is None:
        return None
    known = {field.name for field in fields(Origin)}
    given = {name: one for name, one in value.items() if name in known}
    voices = given.get("voices")
    given["voices"] = None if voices is None else tuple((int(p), int(v)) for p, v in voices)
    period, composer, genre = map(_text, given.get("prompt", ("", "", "")))
    given["prompt"] = (period, composer, genre)
    return Origin(**given)


def _bits(value: Any) -> float | None:
    return None if value is None else float(value)


def _text(value: Any) -> str:
    _expect(isinstance(value, str))
    return str(value)


def _expect(is_so: bool) -> None:
    if not is_so:
        raise ValueError
