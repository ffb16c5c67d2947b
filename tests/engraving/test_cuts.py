from __future__ import annotations

from itertools import pairwise

from lilydesk.engraving.cuts import (
    cut_score,
    excerpt,
    facts,
    reaches,
    standings,
    whole_score,
)
from lilydesk.engraving.display import EngravedSystem
from lilydesk.engraving.pieces import CutScore
from lilydesk.engraving.workshop import Workshop
from tests.engraving.scores import measure, note, plain_score, score


def cut(mei: str) -> CutScore:
    found = cut_score(mei)
    assert found is not None
    return found


def drawn_alone(workshop: Workshop, mei: str, breaks: list[int]) -> list[EngravedSystem]:
    """Every system of the score, each drawn from its excerpt."""
    whole = cut(mei)
    held, far = standings(whole), reaches(whole)
    systems = []
    for first, last in pairwise([*breaks, len(whole.cuts)]):
        one = excerpt(whole, first, last, far, held)
        page, _ = workshop.draw(one.mei, 100, "encoded")
        systems.append(page.systems[one.index])
    return systems


def drawn_whole(workshop: Workshop, mei: str, breaks: list[int]) -> list[EngravedSystem]:
    page, _ = workshop.draw(whole_score(cut(mei), breaks), 100, "encoded")
    return list(page.systems)


def test_measures_are_cut_in_order() -> None:
    assert [facts(one.text).id for one in cut(plain_score(3)).cuts] == ["m0", "m1", "m2"]


def test_cut_and_put_together_again_it_is_the_same_score() -> None:
    mei = plain_score(3)
    assert whole_score(cut(mei), [0]) == mei


def test_scores_of_another_shape_are_not_cut() -> None:
    assert cut_score("no score") is None
    assert cut_score(plain_score(2).replace("<score>", "<score></score><score>")) is None


def test_definitions_belong_to_the_measure_after_them() -> None:
    mei = score([measure(0), '<scoreDef keysig="2f"/>', measure(1)])
    assert [one.before for one in cut(mei).cuts] == ["", '<scoreDef keysig="2f"/>']


def test_measures_know_their_ending() -> None:
    endings = f'<ending n="1">{measure(1)}</ending><ending n="2">{measure(2)}</ending>'
    mei = score([measure(0), endings, measure(3)])
    assert [one.ending for one in cut(mei).cuts] == ["", '<ending n="1">', '<ending n="2">', ""]


def test_key_time_and_clefs_stand_until_they_change() -> None:
    change = (
        '<scoreDef keysig="2f" meter.count="3" meter.unit="4"><staffGrp>'
        '<staffDef n="1" clef.shape="F" clef.line="4"/></staffGrp></scoreDef>'
    )
    with_clef = measure(2, '<clef shape="C" line="3"/>' + note("x", dur=1))
    held = standings(cut(score([measure(0), change, measure(1), with_clef, measure(3)])))
    assert held[1].signature == ()
    assert dict(held[2].signature) == {"keysig": "2f", "meter.count": "3", "meter.unit": "4"}
    assert held[2].clefs == ((1, (("clef.shape", "F"), ("clef.line", "4"))),)
    assert held[3].clefs == ((1, (("clef.shape", "C"), ("clef.line", "3"))),)


def test_new_time_drops_the_sign_of_the_old_one() -> None:
    first = '<scoreDef meter.count="4" meter.unit="4" meter.sym="common"/>'
    second = '<scoreDef meter.count="3" meter.unit="4"/>'
    held = standings(cut(score([measure(0), first, measure(1), second, measure(2), measure(3)])))
    assert "meter.sym" in dict(held[2].signature)
    assert "meter.sym" not in dict(held[3].signature)


def test_slurs_and_stamps_reach_other_measures() -> None:
    slur = '<slur startid="#m0-n0" endid="#m2-n1"/>'
    hairpin = '<hairpin form="cres" startid="#m3-n0" tstamp2="2m+1"/>'
    mei = score([measure(0, extra=slur), measure(1), measure(2), measure(3, extra=hairpin),
                 measure(4), measure(5)])  # fmt: skip
    assert reaches(cut(mei)) == [2, 1, 2, 5, 4, 5]


def test_line_drawn_alone_is_the_line_of_the_whole_score() -> None:
    change = (
        '<scoreDef keysig="3s" meter.count="4" meter.unit="4"><staffGrp>'
        '<staffDef n="1" clef.shape="F" clef.line="4"/></staffGrp></scoreDef>'
    )
    slur = '<slur startid="#m1-n0" endid="#m5-n1"/>'
    tie = '<tie startid="#m3-n3" endid="#m4-n0"/>'
    measures = [measure(index) for index in range(12)]
    measures[1] = measure(1, extra=slur)
    measures[3] = measure(3, extra=tie)
    measures[6] = change + measure(6)
    measures[8] = f'<ending n="1">{measure(8)}{measure(9)}</ending>'
    measures[9] = f'<ending n="2">{measure(10)}</ending>'
    measures[10:] = [measure(11)]
    mei, breaks = score(measures), [0, 2, 4, 6, 9]
    workshop = Workshop()
    assert drawn_alone(workshop, mei, breaks) == drawn_whole(workshop, mei, breaks)


def test_key_of_a_line_changes_with_what_is_seen_in_it() -> None:
    plain = [measure(index) for index in range(6)]

    def key(measures: list[str]) -> tuple[str, ...]:
        whole = cut(score(measures))
        return excerpt(whole, 2, 4, reaches(whole), standings(whole)).key

    other = measure(9)
    before = key(plain)
    assert key([*plain[:2], other, *plain[3:]]) != before
    assert key([plain[0], other, *plain[2:]]) == before
    assert key([*plain[:4], '<scoreDef keysig="1f"/>' + plain[4], plain[5]]) != before
    assert key(['<scoreDef keysig="1f"/>'.join(["", plain[0]]), *plain[1:]]) != before
    assert key(plain[:4]) != before  # now the last line
