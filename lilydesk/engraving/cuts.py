"""An MEI score cut into its measures, and scores made of some of them.

One system of a long score can be drawn alone, exactly as it looks in the whole: from its own
measures, with those around it that reach into it, and the clefs, key and time that hold there.
This cuts text and looks at nothing but what that needs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from lilydesk.engraving.pieces import Cut, CutScore, Mei

# How far a slur or hairpin is followed. A longer one is drawn right by the next full layout.
_FARTHEST = 24

_FIRST_DEFINITION = re.compile(r"<scoreDef\b(?:[^>]*[^>/])?>.*?</scoreDef>", re.DOTALL)
_ITEM = re.compile(
    r"<measure\b.*?</measure>"
    r"|<scoreDef\b[^>]*/>|<scoreDef\b.*?</scoreDef>"
    r"|<ending\b[^>]*>|</ending>",
    re.DOTALL,
)
_PAGE_HEAD = re.compile(r"<pgHead\b.*?</pgHead>", re.DOTALL)
_ID = re.compile(r'\bxml:id="([^"]*)"')
_REFERENCES = re.compile(r'\b(?:startid|endid|plist)="([^"]*)"')
_STAMP = re.compile(r'\btstamp2="(\d+)m')
_ATTRIBUTE = re.compile(r'([\w.:]+)="([^"]*)"')
_SIGNATURE = re.compile(r"^(?:keysig|key\.|meter\.)")
_CLEF_PLACE = re.compile(r'<staff\b[^>]*?\bn="(\d+)"|<clef\b([^>]*)>')
_STAFF_DEFINITION = re.compile(r"<staffDef\b([^>]*?)(/?)>")
_SCORE_DEFINITION = re.compile(r"<scoreDef\b([^>]*?)(/?)>")
_CLEF_NAMES = ("shape", "line", "dis", "dis.place")

Attributes = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a measure's text says to those around it."""

    id: str
    ids: frozenset[str]
    references: frozenset[str]  # ids of other measures
    reach: int  # measures that a stamp leads on
    clefs: tuple[tuple[int, Attributes], ...]  # staff and the last clef that is set in it


@dataclass(frozen=True, slots=True)
class Standing:
    """Key, time and clefs that hold at the start of a measure, as attributes."""

    signature: Attributes = ()
    clefs: tuple[tuple[int, Attributes], ...] = ()


def cut_score(mei: Mei) -> CutScore | None:
    """The score in pieces; None if it is not one plain sequence of measures."""
    if isinstance(mei, CutScore):
        return mei
    definition = _FIRST_DEFINITION.search(mei)
    if definition is None or mei.count("<score>") != 1:
        return None
    cuts: list[Cut] = []
    before = ending = ""
    for item in _ITEM.findall(mei, definition.end()):
        if item.startswith("<measure"):
            cuts.append(Cut(item, before, ending))
            before = ""
        elif item.startswith("<scoreDef"):
            before += item
        else:
            ending = "" if item.startswith("</") else item
    return CutScore(mei[: definition.start()], definition[0], tuple(cuts))


def whole_score(score: CutScore, breaks: Sequence[int]) -> str:
    """The score as MEI again, its lines broken before the measures with these indices."""
    return _document(score, score.definition, [*breaks, len(score.cuts)])


def standings(score: CutScore) -> list[Standing]:
    """What holds at the start of each measure, before the definition that stands there."""
    standing = Standing()
    found = []
    for cut in score.cuts:
        found.append(standing)
        if cut.before:
            standing = _after_definition(standing, cut.before)
        clefs = facts(cut.text).clefs
        if clefs:
            standing = replace(standing, clefs=_merged(standing.clefs, clefs))
    return found


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One system with its surroundings; it is drawn as system `index` of that.

    `key` is all of it that can be seen in the system: the same key, the same system.
    """

    score: CutScore
    definition: str
    edges: tuple[int, ...]
    index: int
    key: tuple[str, ...]

    @property
    def mei(self) -> str:
        """MEI of the measures between the first and the last edge, a line for each part."""
        return _document(self.score, self.definition, self.edges)


def excerpt(
    score: CutScore, first: int, last: int, reaches: Sequence[int], held: Sequence[Standing]
) -> Excerpt:
    """The system of measures `first` to `last` - 1 with what reaches into it, on three lines."""
    n_cuts = len(score.cuts)
    leading = [i for i in range(max(0, first - _FARTHEST), first) if reaches[i] >= first]
    start = min([*leading, max(0, first - 1)])
    farthest = max([reaches[i] for i in (*leading, *range(first, last))])
    stop = min(max(last + 1, farthest + 1), last + _FARTHEST, n_cuts)
    definition = score.definition
    if start > 0:
        definition = _standing_definition(definition, held[start])
    edges = sorted({start, first, last, stop})
    seen = [*leading, *range(first, last)]
    key = (
        _standing_definition(definition, held[first]),
        *(text for i in seen for text in (score.cuts[i].ending, score.cuts[i].before)),
        *(score.cuts[i].text for i in seen),
        *(_edge(score.cuts[last]) if last < n_cuts else ("end",)),
    )
    return Excerpt(score, definition, tuple(edges), edges.index(first), key)


def _edge(cut: Cut) -> tuple[str, ...]:
    """What shows of a measure at the end of the line before it."""
    return cut.ending, cut.before, cut.text[: cut.text.index(">")]


def reaches(score: CutScore) -> list[int]:
    """For each measure, the last one that something in it leads to (itself, mostly)."""
    said = [facts(cut.text) for cut in score.cuts]
    found = []
    for index, own in enumerate(said):
        far = index + own.reach
        wanted = own.references
        for ahead in range(index + 1, min(index + _FARTHEST, len(said))):
            if not wanted:
                break
            if wanted & said[ahead].ids:
                wanted = wanted - said[ahead].ids
                far = max(far, ahead)
        found.append(far)
    return found


@lru_cache(maxsize=20_000)
def facts(text: str) -> Facts:
    """Read a measure. Kept for every text, since few of them change between two requests."""
    found = _ID.findall(text)
    ids = frozenset(found)
    references = {
        reference.removeprefix("#")
        for value in _REFERENCES.findall(text)
        for reference in value.split()
    }
    reach = max((int(stamp) for stamp in _STAMP.findall(text)), default=0)
    identifier = _ID.search(text[: text.index(">")])
    clefs = _clefs_inside(text) if "<clef" in text else ()
    own = identifier[1] if identifier else ""
    return Facts(own, ids, frozenset(references - ids), reach, clefs)


def _clefs_inside(text: str) -> tuple[tuple[int, Attributes], ...]:
    staff, clefs = 0, {}
    for number, attributes in _CLEF_PLACE.findall(text):
        if number:
            staff = int(number)
        else:
            values = dict(_ATTRIBUTE.findall(attributes))
            clef = tuple((f"clef.{k}", values[k]) for k in _CLEF_NAMES if k in values)
            clefs[int(values.get("staff", staff))] = clef
    return tuple(clefs.items())


def _after_definition(standing: Standing, definitions: str) -> Standing:
    signature = dict(standing.signature)
    for attributes, _ in _SCORE_DEFINITION.findall(definitions):
        new = [(k, v) for k, v in _ATTRIBUTE.findall(attributes) if _SIGNATURE.match(k)]
        if any(name == "meter.count" for name, _ in new):
            signature.pop("meter.sym", None)  # of the time before
        signature.update(new)
    clefs = []
    for attributes, _ in _STAFF_DEFINITION.findall(definitions):
        values = dict(_ATTRIBUTE.findall(attributes))
        clef = tuple((k, v) for k, v in values.items() if k.startswith(("clef.", "trans.")))
        if clef and "n" in values:
            clefs.append((int(values["n"]), clef))
    return Standing(tuple(signature.items()), _merged(standing.clefs, tuple(clefs)))


def _merged(
    old: tuple[tuple[int, Attributes], ...], new: tuple[tuple[int, Attributes], ...]
) -> tuple[tuple[int, Attributes], ...]:
    return tuple({**dict(old), **dict(new)}.items())


@lru_cache(maxsize=1000)
def _standing_definition(definition: str, standing: Standing) -> str:
    """The score's first definition with what holds later, and without the page's heading."""
    clefs = dict(standing.clefs)

    def staff(found: re.Match[str]) -> str:
        values = dict(_ATTRIBUTE.findall(found[1]))
        clef = clefs.get(int(values.get("n", 0)))
        if clef:
            values = {k: v for k, v in values.items() if not k.startswith("clef.")} | dict(clef)
        return f"<staffDef{_written(values)}{found[2]}>"

    def score(found: re.Match[str]) -> str:
        values = dict(_ATTRIBUTE.findall(found[1]))
        if any(name == "meter.count" for name, _ in standing.signature):
            values.pop("meter.sym", None)
        return f"<scoreDef{_written(values | dict(standing.signature))}{found[2]}>"

    text = _STAFF_DEFINITION.sub(staff, _PAGE_HEAD.sub("", definition))
    return _SCORE_DEFINITION.sub(score, text, count=1)


def _written(values: dict[str, str]) -> str:
    return "".join(f' {name}="{value}"' for name, value in values.items())


def _document(score: CutScore, definition: str, edges: Sequence[int]) -> str:
    """MEI of the measures between the first and the last edge, a new line at each one between."""
    pieces: list[tuple[str, str]] = []
    heads = set(edges[1:-1])
    for index in range(edges[0], edges[-1]):
        cut = score.cuts[index]
        lead = "<sb/>" if index in heads else ""
        pieces.append((cut.ending, lead + cut.before + cut.text))
    body = ""
    for ending, group in groupby(pieces, key=lambda piece: piece[0]):
        content = "".join(text for _, text in group)
        body += f"{ending}{content}</ending>" if ending else content
    return f"{score.head}{definition}<section>{body}</section></score></mdiv></body></music></mei>"
