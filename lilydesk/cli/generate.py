"""`lilydesk generate`: a piece written without a window."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType

from lilydesk.app.bundles import find_bundle, load_styles
from lilydesk.app.familiar import familiar_problem, familiar_sentence
from lilydesk.app.files import TextFile, new_text_file, save_text_file
from lilydesk.app.imports import open_lilylet
from lilydesk.app.seeds import draw_seed
from lilydesk.app.style_lists import style_hint
from lilydesk.cli.arguments import Arguments
from lilydesk.cli.exit_status import INTERRUPTED
from lilydesk.cli.note_arguments import along_of, constraints_of, head_of
from lilydesk.composing import ComposeRequest, StylePrompt, compose
from lilydesk.engines import Sampling, open_engine
from lilydesk.lilylet import parse_document


def generate_piece(arguments: Arguments) -> int:
    """Write the measures asked for. Ctrl+C keeps those that are there."""
    prefix, request = read_request(arguments)
    bundle = find_bundle(arguments.model)
    engine = open_engine(bundle)
    texts = []
    with interruptible() as interrupted:
        for measure in compose(engine, request, interrupted.is_set):
            texts.append(measure.text)
            show_progress(measure.index + 1, measure.n_total)
    head = "" if prefix else request.prefix_text
    piece = piece_file(arguments, prefix, head + "".join(texts))
    save_text_file(piece)
    written = f"Wrote {len(texts)} measure{'' if len(texts) == 1 else 's'}"
    print(f"{written} to {arguments.output} (seed {request.seed}).")
    n_own = len(parse_document(request.prefix_text).document.measures)
    familiar = familiar_sentence(bundle, piece.text, n_own, len(texts))
    for note in filter(None, (familiar, familiar_problem(bundle))):
        print(note)
    return INTERRUPTED if interrupted.is_set() else 0


def read_request(arguments: Arguments) -> tuple[TextFile | None, ComposeRequest]:
    """Read the files that the arguments name: the measures to go on with, and the request."""
    tell_style(arguments)
    prefix = open_lilylet(arguments.prefix) if arguments.prefix else None
    along = open_lilylet(arguments.along) if arguments.along else None
    return prefix, request_of(
        arguments, prefix.text if prefix else "", along.text if along else None
    )


def tell_style(arguments: Arguments) -> None:
    """Say what of the style the model does not know; it writes all the same."""
    hint = style_hint(load_styles(arguments.model), *arguments.style)
    if hint:
        print(hint, file=sys.stderr)


def request_of(
    arguments: Arguments, prefix_text: str, along_text: str | None = None
) -> ComposeRequest:
    """Return the request in the words of `composing`; a seed that nobody chose is drawn.

    A new piece takes its headers from the music that it is written along.
    """
    along = along_of(along_text, arguments.lock, arguments.keeps, arguments.staves)
    if along is not None and not prefix_text:
        prefix_text = head_of(along.text)
    return ComposeRequest(
        prompt=StylePrompt(*arguments.style),
        prefix_text=prefix_text,
        key=arguments.key,
        time=arguments.time,
        n_measures=arguments.measures,
        sampling=Sampling(arguments.temperature, arguments.top_p, arguments.top_k),
        seed=draw_seed() if arguments.seed is None else arguments.seed,
        constrains_time=not arguments.unconstrained,
        constraints=constraints_of(arguments.ranges, arguments.key_only, arguments.max_notes),
        along=along,
    )


def piece_file(arguments: Arguments, prefix: TextFile | None, text: str) -> TextFile:
    """Return the file to write: the composer's bytes as they were, then the model's."""
    if prefix is None:
        return new_text_file(arguments.output, text)
    return replace(prefix, path=arguments.output).with_text(prefix.text + text)


def show_progress(n_done: int, n_total: int) -> None:
    """Count measures where somebody watches; a script's stderr stays empty."""
    if sys.stderr.isatty():
        end = "\n" if n_done == n_total else ""
        print(f"\rmeasure {n_done} of {n_total}", end=end, file=sys.stderr)


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """Let Ctrl+C set the event instead of breaking off; a second one breaks off."""
    event = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield event  # only the main thread may take signals
        return

    def on_signal(number: int, frame: FrameType | None) -> None:
        if event.is_set():
            raise KeyboardInterrupt
        event.set()

    before = signal.signal(signal.SIGINT, on_signal)
    try:
        yield event
    finally:
        signal.signal(signal.SIGINT, before)
