"""Where the meter sets a piece's beams, it does so in what the model writes as well."""

from __future__ import annotations

import pytest

from lilydesk.composing import ComposeRequest, compose
from tests.composing.fake_engine import FakeEngine
from tests.composing.regenerating import regenerated

FLAGS = "\\time 3/4 c'8 d e f g4 | a4 g f | e2. |\n"
BEAMS = FLAGS.replace("c'8 d", "c'8[ d]")


@pytest.mark.parametrize(
    ("prefix", "has_beams"),
    [
        (FLAGS, False),
        (BEAMS, True),
        ("\\time 3/4 c'4 d e |\n", True),  # it has nothing to be beamed
        (f'[auto-beam "on"]\n{FLAGS}', True),  # the composer wants both
        ("", True),
        (f"{FLAGS}c'8 d", False),
    ],
)
def test_new_measures_have_beams_where_the_composers_have(prefix, has_beams):
    request = ComposeRequest(2, prefix_text=prefix)
    engine = FakeEngine("c'8[ d] e4 f", rest=" e8[ f] d4")
    text = "".join(m.text for m in compose(engine, request, lambda: False))
    assert ("[" in text) == has_beams


@pytest.mark.parametrize(("text", "has_beams"), [(FLAGS, False), (BEAMS, True)])
def test_a_measure_written_anew_has_beams_where_the_others_have(text, has_beams):
    new = regenerated(text, FakeEngine("c'8[ d] e4 f"), first=1, n=1)
    assert ("[" in new.split("|")[1]) == has_beams
