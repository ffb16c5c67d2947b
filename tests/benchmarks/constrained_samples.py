"""Are all measures that a model writes music, whatever it is asked and however it is drawn?

    python -m tests.benchmarks.constrained_samples BUNDLE [--samples 1000] [--from 0] [--log FILE]
                                                   [--limits range]

Each sample has a number, which settles its prompt, its length, temperature and top-p. It must
parse without an error, have the measures asked for, and each of them full. `--from` goes on where
an earlier run stopped; `--log` notes each faulty sample; `--limits` holds them to a range, a rhythm
and so on (see sample_limits), "each" to one after the other. tests/fixtures/tiny_bundle has random
weights.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from lilydesk.composing import ComposeRequest, StylePrompt, compose
from lilydesk.engines import Engine, Sampling, open_engine
from tests.benchmarks.sample_limits import KINDS as LIMIT_KINDS
from tests.benchmarks.sample_limits import broken_limits, held_to
from tests.composing.laws import faults_of

PIANO = (
    '\\staff "1" \\key ef \\major \\time 3/4 \\clef "treble" '
    "g'4( \\tuplet 3/2 { af8[ g f] } ef4) \\\\\n"
    '\\staff "2" \\clef "bass" <ef, bf\'>2. | %1\n'
)  # fmt: skip
SONG = (
    '%Romantic\n%Schubert, Franz\n[title "Lied"]\n\n\\key bf \\major \\time 6/8 \\partial 8 bf\'8 '
    '\\addlyrics { Im } \\\\\\\n\\staff "1" r8 \\\\\n\\staff "2" \\clef "bass" r8 | %1\n\n'
    "d'4.~ d8 c bf \\addlyrics { Wal -- de __ _ } \\\\\\\n"
    '\\staff "1" bf8[ d f] \\grace { g16[ a] } bf[ f d] \\\\\n\\staff "2" bf,2. | %2 a comment\n'
)
CHANGED = (
    '\\staff "1" \\key d \\minor \\time 4/4 d\'4 e f g \\\\\n\\staff "2" \\clef "bass" d1 |\n'
    '\\staff "1" \\key d \\major \\time 5/8 fs\'8 g a d4 \\\\\n\\staff "2" d2~ d8 |\n'
)
QUARTET = (
    "\\key c \\major \\time 4/4 \\clef \"treble\" c''2( d) \\\\\\\n"
    '\\clef "treble" e\'4 f g a\\< \\\\\\\n'
    '\\clef "alto" c8[ d] e4 r2 \\\\\\\n\\clef "bass" c,1 | %1\n'
)
PREFIXES = {
    "new": "",
    "piano": PIANO,
    "song, pickup": SONG,
    "metre changed": CHANGED,
    "quartet": QUARTET,
    "pickup": "\\key g \\major \\time 3/4 \\partial 4 d'4 |\n",
    "bare": "c4 d e f | g a b c |",
    "in a voice": PIANO + '\n\\staff "1" d\'4 c8',
    "in a tuplet": PIANO + "\\tuplet 3/2 { c'8[ d",
    "in the second voice": PIANO + 'c\'4 d e \\\\\n\\staff "2" \\clef "bass" c,4 r8',
    "in a part": QUARTET + "c''2. d4 \\\\\\\nc'4 \\times 2/3 { e8 d c } e16",
    "in a chord": "c4 <e g",
    "in a grace group": SONG + "d'4. \\grace { c16",
    "in lyrics": SONG + "d'4. c \\addlyrics { Ach",
    "between voices": PIANO + "c'2. \\\\\n",
    "in a pickup": "\\time 6/8 \\partial 4. c8",
}
TIMES = ("", "", "4/4", "3/4", "6/8", "5/8", "2/2", "12/16", "7/8", "3/16")
KEYS = ("", "", "g minor", "af major", "fs minor")
KINDS = tuple(PREFIXES)


def request_of(number: int, longest: int) -> tuple[str, ComposeRequest]:
    """The kind of prompt and the request of a sample."""
    rng = random.Random(number)
    kind = "new" if rng.random() < 0.25 else KINDS[number % len(KINDS)]
    return kind, ComposeRequest(
        n_measures=rng.randint(2, longest),
        prompt=rng.choice([StylePrompt(), StylePrompt("Classical", "Mozart", "Keyboard")]),
        prefix_text=PREFIXES[kind],
        key=rng.choice(KEYS),
        time=rng.choice(TIMES),
        sampling=Sampling((0.7, 1.0, 1.5)[number % 3], rng.choice([0.9, 1.0])),
        seed=number,
    )


def faults_of_sample(engine: Engine, request: ComposeRequest) -> list[str]:
    """What is wrong with what the engine writes; an exception is a fault as well."""
    try:
        text = "".join(measure.text for measure in compose(engine, request, lambda: False))
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]
    whole = request.prefix_text + text
    broken = broken_limits(request, whole)
    return [*faults_of(request.prefix_text, whole, request.n_measures), *broken]


def main() -> None:
    """Print how many samples are sound, by temperature, and what was wrong with the others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--longest", type=int, default=8, help="measures")
    parser.add_argument("--log", type=Path)
    parser.add_argument("--limits", choices=(*LIMIT_KINDS, "each"), default="none")
    arguments = parser.parse_args()
    note: Callable[[str], object] = print
    if arguments.log:
        note = arguments.log.open("a", buffering=1).write  # line by line
    engine, n_sound, n_all = open_engine(arguments.bundle), Counter(), Counter()
    started_s = time.process_time()
    for number in range(arguments.first, arguments.samples):
        kind, request = request_of(number, arguments.longest)
        limits = arguments.limits
        if limits == "each":
            limits = LIMIT_KINDS[number % len(LIMIT_KINDS)]
        request = held_to(limits, request)
        faults = faults_of_sample(engine, request)
        n_all[request.sampling.temperature] += 1
        n_sound[request.sampling.temperature] += not faults
        if faults:
            note(f"{number} ({kind}, {limits}): {'; '.join(faults)}\n")
        if number % 100 == 99:
            print(f"{number + 1}: {n_sound.total()} of {n_all.total()} sound", flush=True)
    for temperature in sorted(n_all):
        print(f"temperature {temperature}: {n_sound[temperature]} of {n_all[temperature]} sound")
    print(f"{n_sound.total()} of {n_all.total()} in {time.process_time() - started_s:.0f} s of CPU")


if __name__ == "__main__":
    main()
