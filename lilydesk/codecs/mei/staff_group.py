"""The staves of the score as a tree of <staffGrp> and <staffDef>, with names."""

from __future__ import annotations

from lilydesk.codecs.mei.attributes import (
    GROUP_SYMBOL,
    clef_attributes,
    escape,
    transposition_attributes,
)
from lilydesk.codecs.mei.context import EntryContext, ScoreFacts
from lilydesk.notation import Headers
from lilydesk.notation.document import InstrumentName
from lilydesk.notation.event import Clef
from lilydesk.notation.staves import StaffGroup, StaffLeaf, group_key, layout_of


def staff_group(headers: Headers, facts: ScoreFacts, entry: EntryContext) -> str:
    """The outermost <staffGrp>, with the clefs of `entry`."""
    layout = layout_of(headers.staves, facts.staves)
    return _GroupWriter(headers.instruments, entry.clefs).write(layout)


class _GroupWriter:
    """Numbers the staves while it goes down the tree."""

    def __init__(self, instruments: dict[str, InstrumentName], clefs: dict[int, Clef]) -> None:
        self._instruments = instruments
        self._clefs = clefs
        self._number = 0

    def write(self, group: StaffGroup) -> str:
        symbol = GROUP_SYMBOL.get(group.symbol)
        attributes = f' symbol="{symbol}"' if symbol else ""
        is_joined = bool(group.joints) and all(joint == "-" for joint in group.joints)
        if is_joined:
            attributes += ' bar.thru="true"'
        label = self._label(group) if len(group.children) > 1 else ""
        children = "".join(self._child(child) for child in self._joined_runs(group, is_joined))
        return f"<staffGrp{attributes}>{label}{children}</staffGrp>"

    def _child(self, child: StaffGroup | StaffLeaf) -> str:
        return self.write(child) if isinstance(child, StaffGroup) else self._leaf(child)

    def _joined_runs(self, group: StaffGroup, is_joined: bool) -> list[StaffGroup | StaffLeaf]:
        """The children, those with a barline through them in groups without a symbol."""
        if is_joined or "-" not in group.joints:
            return list(group.children)
        runs: list[list[StaffGroup | StaffLeaf]] = [[group.children[0]]]
        for joint, child in zip(group.joints, group.children[1:], strict=False):
            if joint == "-":
                runs[-1].append(child)
            else:
                runs.append([child])
        return [
            run[0] if len(run) == 1 else StaffGroup("", tuple(run), ("-",) * (len(run) - 1))
            for run in runs
        ]

    def _leaf(self, leaf: StaffLeaf) -> str:
        self._number += 1
        clef = self._clefs[self._number]
        transposition = transposition_attributes(clef) if clef.shift_semitones else ""
        attributes = f' n="{self._number}" lines="5"{clef_attributes(clef, "clef.")}{transposition}'
        return f"<staffDef{attributes}>{self._label(leaf)}</staffDef>"

    def _label(self, node: StaffGroup | StaffLeaf) -> str:
        name = self._instruments.get(group_key(node))
        if name is None:
            return ""
        text = f"<label>{escape(name.name)}</label>"
        if name.abbreviation:
            text += f"<labelAbbr>{escape(name.abbreviation)}</labelAbbr>"
        return text
