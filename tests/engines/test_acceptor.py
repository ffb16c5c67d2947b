"""What the guide lets through is music that fills its measures, whatever the model wants."""

from __future__ import annotations

import re
import tarfile

import pytest

from lilydesk.engines import GenerationRequest, Sampling, open_engine
from lilydesk.engines.acceptor import MeasureAcceptor, OpenEnds, open_ends_of
from lilydesk.engines.measure_plan import MeasurePlan
from lilydesk.engines.patches import split_piece
from tests.engines.noise import assert_full_music, write_noise
from tests.support import TINY_BUNDLE, need_shared

_VOICE = re.compile(r"\\\\\\?\n|\|\n")
_OPENING = re.compile(
    r'(\\(staff "\d"|key \S+ \\m\w+|numericTimeSignature|time \S+|partial \S+) )*'
)


@pytest.fixture(scope="module")
def engine():
    return open_engine(TINY_BUNDLE)


@pytest.mark.parametrize("seed", range(16))
def test_noise_becomes_full_measures(seed):
    time = ("\\time 4/4", "\\time 3/8", "\\time 5/4", "\\time 9/8", "\\time 1/16")[seed % 5]
    plan = MeasurePlan("[r:0/0]", "\\key d \\minor", time, ((1,), (2,), (1, 2))[seed % 3])
    assert_full_music(write_noise(plan, seed).removeprefix("[r:0/0]"), 1)


@pytest.mark.parametrize(("seed", "temperature"), [(1, 0.7), (2, 1.0), (3, 1.5)])
def test_random_weights_write_full_measures(engine, seed, temperature):
    request = GenerationRequest(
        2, time_text="\\time 2/4", sampling=Sampling(temperature), seed=seed
    )
    assert_full_music("".join(engine.generate(request, lambda: False)), 2)


def test_a_begun_voice_goes_on_with_the_time_that_is_left(engine):
    begun = "\\key c \\major \\time 3/4 c2 \\tuplet 3/2 { d8"
    request = GenerationRequest(0, partial_text=begun, seed=5)
    text = begun + "".join(engine.generate(request, lambda: False))
    assert_full_music(text, 1)


def test_the_bare_model_may_write_what_it_likes(engine):
    request = GenerationRequest(1, time_text="\\time 2/4", seed=1, constrains_time=False)
    text = "".join(engine.generate(request, lambda: False))
    with pytest.raises(AssertionError):
        assert_full_music(text, 1)


def test_commands_that_are_tokens_cannot_be_spelled():
    acceptor = MeasureAcceptor()
    for text in ("c", "4", "\\"):
        assert acceptor.accepts(text)
        acceptor.read(text, is_given=False)
    assert acceptor.accepts("a")  # \accent
    assert not acceptor.accepts("k")


def test_open_slurs_and_hairpins_are_counted_part_by_part():
    measure = 'c4( d\\< "(" e f |\n'
    song = "c4 d\\! e) f \\\\\\\ng4(( a b c) |\n"
    assert open_ends_of([measure]) == (OpenEnds(1, 1),)
    assert open_ends_of([measure, song]) == (OpenEnds(0, 0), OpenEnds(1, 0))


def test_what_composers_wrote_is_accepted():
    """As far as it is full; the few refused beam over barlines, or have odd fingerings."""
    n_voices = n_refused = 0
    with tarfile.open(need_shared("corpus", "lilylet-valid.tar.xz")) as archive:
        for member in [m for m in archive.getmembers() if m.isfile()][:12]:
            file = archive.extractfile(member)
            assert file is not None
            for measure in split_piece(file.read().decode()).measures[:24]:
                accepted = accepted_voices(measure)
                n_voices += len(accepted)
                n_refused += accepted.count(False)
    assert n_voices > 500
    assert n_refused / n_voices < 0.02, n_refused


def accepted_voices(measure: str) -> list[bool]:
    """For each voice of a measure whether it would have been let through and is full."""
    acceptor = MeasureAcceptor([OpenEnds(4, 1)] * 30, is_first=True)
    accepted = []
    for voice in _VOICE.split(measure)[:-1]:
        opening = _OPENING.match(voice)
        assert opening is not None
        acceptor.read(opening[0], is_given=True)
        acceptor.read(voice[opening.end() :], is_given=False)
        accepted.append(acceptor.state is not None and acceptor.is_full)
        acceptor.end_voice("\\\\")
    return accepted
