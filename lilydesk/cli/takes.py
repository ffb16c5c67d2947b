"""Several takes on the command line: `generate --takes` and `regenerate`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from lilydesk.app.bundles import find_bundle
from lilydesk.app.familiar import familiar_problem, familiar_sentence
from lilydesk.app.files import TextFile, save_text_file
from lilydesk.app.imports import open_lilylet
from lilydesk.app.seeds import draw_seed
from lilydesk.cli.arguments import Arguments
from lilydesk.cli.exit_status import INTERRUPTED
from lilydesk.cli.generate import interruptible, piece_file, read_request, show_progress, tell_style
from lilydesk.cli.note_arguments import constraints_of
from lilydesk.composing import StylePrompt
from lilydesk.composing.alternatives import compose_alternatives
from lilydesk.composing.candidate import Candidate, ranked
from lilydesk.composing.regenerate import RegenerateRequest, regenerate
from lilydesk.engines import Sampling, open_engine
from lilydesk.errors import LilyDeskError
from lilydesk.lilylet import parse_document


def generate_takes(arguments: Arguments) -> int:
    """Write several takes of new measures, the best into the file that was named."""
    prefix, request = read_request(arguments)
    engine = open_engine(find_bundle(arguments.model))
    with interruptible() as interrupted:
        takes = ranked(
            compose_alternatives(
                engine, request, arguments.takes, interrupted.is_set, show_progress, print
            )
        )
    n_own = len(prefix.text) if prefix else 0
    files = [piece_file(arguments, prefix, take.text[n_own:]) for take in takes]
    n_before = len(parse_document(request.prefix_text).document.measures)
    _save(arguments, takes, files, n_before, request.n_measures + 1)
    return INTERRUPTED if interrupted.is_set() else 0


def regenerate_measures(arguments: Arguments) -> int:
    """Write measures of a piece anew, the best take into the file that was named."""
    tell_style(arguments)
    piece = open_lilylet(arguments.input)
    first, last = arguments.passage
    request = RegenerateRequest(
        piece.text,
        first - 1,
        last - first + 1,
        frozenset(arguments.voices) or None,
        arguments.takes,
        StylePrompt(*arguments.style),
        Sampling(arguments.temperature, arguments.top_p, arguments.top_k),
        draw_seed() if arguments.seed is None else arguments.seed,
        arguments.keeps,
        constraints_of(arguments.ranges, arguments.key_only, arguments.max_notes),
    )
    engine = open_engine(find_bundle(arguments.model))
    with interruptible() as interrupted:
        takes = ranked(regenerate(engine, request, interrupted.is_set, show_progress, print))
    files = [replace(piece, path=arguments.output).with_text(take.text) for take in takes]
    _save(arguments, takes, files, first - 1, last - first + 1)
    return INTERRUPTED if interrupted.is_set() else 0


def take_path(output: Path, number: int) -> Path:
    """Where take `number`, from 1, goes: OUT.lyl, OUT-2.lyl, OUT-3.lyl."""
    return output if number == 1 else output.with_name(f"{output.stem}-{number}{output.suffix}")


def _save(
    arguments: Arguments,
    takes: Sequence[Candidate],
    files: Iterable[TextFile],
    first_new: int,
    n_new: int,
) -> None:
    """Save the takes, the best first; measures `first_new`, from 0, and on are the model's."""
    if not takes:
        raise LilyDeskError("No take was finished, so nothing is written.")
    bundle = find_bundle(arguments.model)
    for number, (take, file) in enumerate(zip(takes, files, strict=True), start=1):
        file = replace(file, path=take_path(arguments.output, number))
        save_text_file(file)
        bits = take.bits_per_token
        judged = "" if bits is None else f", {bits:.2f} bits a token"
        familiar = familiar_sentence(bundle, file.text, first_new, n_new)
        words = filter(None, (*take.hints, familiar))
        print(f"Wrote {file.path} (seed {take.seed}{judged}).", *words)
    if problem := familiar_problem(bundle):
        print(problem)
