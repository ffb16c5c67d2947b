from __future__ import annotations

import pickle

from hypothesis import given
from hypothesis import strategies as st

from lilydesk.engraving.pieces import Cut, CutScore, Receiver, Sender

texts = st.sampled_from(["", "a", "b", "c"])
cuts = st.builds(Cut, texts, texts, texts)
scores = st.builds(CutScore, texts, texts, st.lists(cuts, max_size=6).map(tuple))


@given(st.lists(scores | texts, max_size=6))
def test_what_is_sent_arrives(sent: list[CutScore | str]) -> None:
    sender, receiver = Sender(), Receiver()
    for one in sent:
        assert receiver.unpack(pickle.loads(pickle.dumps(sender.pack(one)))) == one


def test_only_what_changed_is_sent() -> None:
    sender = Sender()
    before = CutScore("head", "staves", tuple(Cut(str(index), "", "") for index in range(9)))
    sender.pack(before)
    new = Cut("new", "", "")
    change = sender.pack(CutScore("head", "staves", (*before.cuts[:4], new, *before.cuts[5:])))
    assert not isinstance(change, str)
    assert change.cuts == (new,)
    assert (change.head, change.definition) == (None, None)


def test_pieces_that_were_there_are_the_same_objects() -> None:
    sender, receiver = Sender(), Receiver()
    first = receiver.unpack(sender.pack(CutScore("", "", (Cut("a", "", ""), Cut("b", "", "")))))
    second = receiver.unpack(sender.pack(CutScore("", "", (Cut("a", "", ""), Cut("c", "", "")))))
    assert isinstance(first, CutScore)
    assert isinstance(second, CutScore)
    assert second.cuts[0] is first.cuts[0]
