"""Small scores in MEI, with ids as the program gives them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_STEPS = "cdefgab"


def note(identifier: str, step: str = "c", octave: int = 5, dur: int = 4) -> str:
    """One note."""
    return f'<note xml:id="{identifier}" pname="{step}" oct="{octave}" dur="{dur}"/>'


def measure(index: int, content: str = "", extra: str = "") -> str:
    """Measure `index` (from 0) of one staff: four quarters unless told otherwise."""
    notes = content or "".join(note(f"m{index}-n{i}", _STEPS[(index + i) % 7]) for i in range(4))
    return (
        f'<measure xml:id="m{index}" n="{index + 1}"><staff n="1"><layer n="1">{notes}</layer>'
        f"</staff>{extra}</measure>"
    )


def score(measures: Iterable[str], head: str = "", staves: int = 1) -> str:
    """A whole MEI document; `head` goes into the file description."""
    staff_defs = "".join(
        f'<staffDef n="{n}" lines="5" clef.shape="G" clef.line="2"/>' for n in range(1, staves + 1)
    )
    return (
        '<mei xmlns="http://www.music-encoding.org/ns/mei" meiversion="5.0">'
        f"<meiHead><fileDesc>{head or '<titleStmt><title/></titleStmt>'}<pubStmt/></fileDesc>"
        "</meiHead><music><body><mdiv><score>"
        f'<scoreDef meter.count="4" meter.unit="4"><staffGrp>{staff_defs}</staffGrp></scoreDef>'
        f"<section>{''.join(measures)}</section></score></mdiv></body></music></mei>"
    )


def plain_score(n_measures: int) -> str:
    """A melody in quarters."""
    return score(measure(index) for index in range(n_measures))


def titled_score(title: str, composer: str = "", measures: Sequence[str] = ()) -> str:
    """A score with a heading."""
    head = f"<titleStmt><title>{title}</title><composer>{composer}</composer></titleStmt>"
    return score(measures or [measure(0)], head)
