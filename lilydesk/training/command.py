"""`lilydesk train`: train a bundle from Lilylet texts, go on with a run, export it.

On Linux the allocator's default settings cost a few per cent of speed on two cores; see
docs/training.md for the environment that avoids it.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

from lilydesk.engines import fingerprints
from lilydesk.engines.fingerprints import Fingerprints, notes_alone
from lilydesk.training.checkpoint import CHECKPOINT, load_checkpoint
from lilydesk.training.data import labelled, read_texts, style_table
from lilydesk.training.export import export_bundle, load_model
from lilydesk.training.export_report import write_report
from lilydesk.training.loss_plot import LOG, loss_plot, read_log
from lilydesk.training.model import Geometry
from lilydesk.training.train import Trainer, TrainingSettings


def main(words: Sequence[str]) -> int:
    """Run the command; returns the exit code. Raises LilyDeskError for unreadable files."""
    arguments = _parser().parse_args(words)
    if not arguments.export_only:
        Trainer(_settings(arguments)).train()
    if arguments.export is not None:
        _export(arguments)
    return 0


def _export(arguments: argparse.Namespace) -> None:
    """The bundle, its styles, the log of its training and, if wanted, what the export cost."""
    target: Path = arguments.export
    checkpoint = arguments.run / CHECKPOINT
    model = load_model(checkpoint, arguments.blend, arguments.blend_share)
    export_bundle(model, target)
    (target / "styles.tsv").write_text(style_table(arguments.corpus), encoding="utf-8")
    texts = labelled(read_texts(arguments.corpus))
    prints = Fingerprints.of(texts, notes_alone)
    (target / fingerprints.FILE_NAME).write_bytes(prints.to_bytes())
    if (arguments.run / LOG).exists():
        shutil.copyfile(arguments.run / LOG, target / "training-log.jsonl")
        plot = loss_plot(read_log(arguments.run / LOG))
        (target / "training-loss.svg").write_text(plot, encoding="utf-8")
    if arguments.report:
        state = load_checkpoint(checkpoint)
        facts = {"steps": state["step"], "trained_s": round(state["trained_s"])}
        write_report(model, target, arguments.valid, **facts)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lilydesk train", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder or .tar.xz of .lyl")
    parser.add_argument("--valid", type=Path, required=True, help="texts held back from training")
    parser.add_argument("--run", type=Path, required=True, help="checkpoint and log go here")
    parser.add_argument("--start", type=Path, help="checkpoint of another run to begin with")
    parser.add_argument("--export", type=Path, help="write a bundle here when training is done")
    parser.add_argument("--report", action="store_true", help="measure the exported bundle")
    parser.add_argument("--export-only", action="store_true", help="no training, only --export")
    parser.add_argument("--blend", type=Path, help="export the way to this later run's checkpoint")
    parser.add_argument("--blend-share", type=float, default=0.5, help="how far to go, 0..1")
    defaults = TrainingSettings(Path(), Path(), Path())
    parser.add_argument("--steps", type=int, default=defaults.n_steps)
    parser.add_argument("--batch-patches", type=int, default=defaults.batch_patches)
    parser.add_argument("--learning-rate", type=float, default=defaults.learning_rate)
    parser.add_argument(
        "--transposes", type=float, default=defaults.transposes, help="chance of another key, 0..1"
    )
    parser.add_argument(
        "--shortens", type=float, default=defaults.shortens,
        help="chance of a long piece to be told that it is short, 0..1",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=defaults.seed)
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default=defaults.device)
    parser.add_argument("--threads", type=int, default=defaults.n_threads, help="0 = all")
    parser.add_argument("--no-compile", action="store_true", help="start at once, run slower")
    parser.add_argument("--hidden", type=int, default=defaults.geometry.hidden)
    parser.add_argument("--patch-layers", type=int, default=defaults.geometry.n_patch_layers)
    parser.add_argument("--token-layers", type=int, default=defaults.geometry.n_token_layers)
    return parser


def _settings(arguments: argparse.Namespace) -> TrainingSettings:
    geometry = Geometry(
        hidden=arguments.hidden,
        feed_forward=3 * arguments.hidden,
        n_patch_layers=arguments.patch_layers,
        n_token_layers=arguments.token_layers,
    )
    return TrainingSettings(
        corpus=arguments.corpus,
        valid=arguments.valid,
        run=arguments.run,
        start=arguments.start,
        n_steps=arguments.steps,
        batch_patches=arguments.batch_patches,
        learning_rate=arguments.learning_rate,
        transposes=arguments.transposes,
        shortens=arguments.shortens,
        seed=arguments.seed,
        device=arguments.device,
        n_threads=arguments.threads,
        compiles=not arguments.no_compile,
        geometry=geometry,
    )
