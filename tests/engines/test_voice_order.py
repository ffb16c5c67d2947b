"""How many voices may share a staff: as many as the composer's own measures have."""

from __future__ import annotations

import pytest

from lilydesk.engines import GenerationRequest, Sampling, open_engine
from lilydesk.engines.voice_order import most_voices_of
from tests.support import TINY_BUNDLE

MELODY = "\\key c \\major \\time 4/4 c'4 d e f |\n"


@pytest.mark.parametrize(
    ("measures", "most"),
    [
        ([], ()),
        (["", MELODY], (1,)),
        (["c1 \\\\\ne1 |\n", "c1 |\n"], (2,)),
        (['\\staff "1" c1 \\\\\n\\staff "2" c1 |\n'], (2,)),
        (['\\staff "1" c1 \\\\\n\\staff "2" c1 \\\\\nd1 \\\\\ne1 |\n'], (3,)),
        (['c1^"a \\\\ b" \\\\\\\ne1 \\\\\nf1 |\n'], (1, 2)),
    ],
)
def test_a_staff_gets_no_more_voices_than_the_composer_gave_it(
    measures: list[str], most: tuple[int, ...]
) -> None:
    assert most_voices_of(measures) == most


@pytest.mark.parametrize("seed", range(2))
def test_a_melody_is_continued_as_a_melody(seed: int) -> None:
    request = GenerationRequest(
        measures_text=(MELODY,), n_new_measures=6, sampling=Sampling(temperature=1.5), seed=seed
    )
    text = "".join(open_engine(TINY_BUNDLE).generate(request, lambda: False))
    assert text.count("|\n") >= 6
    assert "\\\\" not in text
