"""`lilydesk eval`: how well a model foretells pieces, and how good its own are, as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lilydesk.app.bundles import bundle_styles, find_bundle
from lilydesk.app.files import write_bytes
from lilydesk.app.imports import open_lilylet
from lilydesk.cli.arguments import Arguments
from lilydesk.engines import Sampling, Score, open_engine
from lilydesk.lilylet import parse_document, write_document

if TYPE_CHECKING:
    from lilydesk.composing.evaluation import Sample
    from lilydesk.composing.statistics import Histograms
    from lilydesk.engines.fingerprints import SharedRun


def evaluate_model(arguments: Arguments) -> int:
    """Print the figures that were asked for: bits always, samples and copies on demand."""
    texts = [canonical_text(open_lilylet(path).text) for path in arguments.files]
    figures = score_files(arguments.model, arguments.files, texts)
    if arguments.samples:
        figures |= measure_samples(arguments, texts)
    print(json.dumps(figures, indent=2, ensure_ascii=False))
    return 0


def score_files(model: str, paths: Sequence[Path], texts: Sequence[str]) -> dict[str, Any]:
    """Bits per token, tokens and patches of all files together, and of each."""
    engine = open_engine(find_bundle(model))
    scores = [engine.score_text(text) for text in texts]
    files = [{"file": str(path), **table(score)} for path, score in zip(paths, scores, strict=True)]
    total = sum(scores, Score(0.0, 0, 0))
    return {"model": model, **table(total), "files": files}


def canonical_text(text: str) -> str:
    """Return the text in the form that models read; one with errors is measured as it stands."""
    parsed = parse_document(text)
    if parsed.errors:
        return text
    return write_document(parsed.document)


def table(score: Score) -> dict[str, Any]:
    """Return a score in the words of the JSON; bits of all tokens over the number of tokens."""
    return {
        "bits_per_token": score.bits_per_token,
        "bits": score.bits,
        "tokens": score.tokens,
        "patches": score.patches,
    }


def measure_samples(arguments: Arguments, texts: Sequence[str]) -> dict[str, Any]:
    """Draw samples, count what is sound in them, compare them with the files."""
    from lilydesk.composing.evaluation import diversity, histograms_of, similarities, soundness

    samples = write_samples(arguments)
    own, real = histograms_of(s.text for s in samples), histograms_of(texts)
    figures: dict[str, Any] = {
        "constrained": arguments.constrained,
        "measures": arguments.measures,
        "first_seed": arguments.seed or 0,
        **soundness(samples, arguments.measures).as_dict(),
        "diversity": diversity(samples),
        "similarity": similarities(own, real),
        "histograms": {"samples": own.as_dict(), "files": real.as_dict()},
    }
    if arguments.memorised_from is not None:
        figures["memorised"] = memorised(samples, arguments.memorised_from)
    if arguments.keep is not None:
        keep_samples(samples, arguments.keep)
    if arguments.report is not None:
        write_report(arguments, figures, samples, own, real)
    return {"generated": figures}


def write_samples(arguments: Arguments) -> list[Sample]:
    """Pieces in the styles of the bundle's own list; unconstrained unless it was asked for."""
    from lilydesk.composing import StylePrompt
    from lilydesk.composing.evaluation import draw_samples, free_writer, guided_writer
    from lilydesk.engines.free_sampling import FreeSampler

    bundle, sampling = find_bundle(arguments.model), Sampling()
    styles = bundle_styles(bundle)
    prompts = [StylePrompt(s.period, s.composer, s.genre) for s in styles] or [StylePrompt()]
    write = (
        guided_writer(open_engine(bundle), arguments.measures, sampling)
        if arguments.constrained
        else free_writer(FreeSampler.open(bundle), arguments.measures, sampling)
    )
    return draw_samples(write, prompts, arguments.samples, arguments.seed or 0)


def memorised(samples: Sequence[Sample], corpus: Path) -> dict[str, Any]:
    """The longest runs of measures that samples share with a training piece, in two senses."""
    from lilydesk.engines.fingerprints import longest_runs, notes_alone, word_for_word
    from lilydesk.training.data import read_texts

    texts, training = [sample.text for sample in samples], read_texts(corpus)
    senses = {"word_for_word": word_for_word, "notes_alone": notes_alone}
    return {
        name: _runs_table(samples, longest_runs(texts, training, normalise))
        for name, normalise in senses.items()
    }


def _runs_table(samples: Sequence[Sample], runs: Sequence[SharedRun]) -> dict[str, Any]:
    lengths = [run.n_measures for run in runs]
    longest = sorted(zip(lengths, samples, runs, strict=True), key=lambda found: -found[0])
    return {
        "longest": max(lengths, default=0),
        "samples_by_length": {str(n): lengths.count(n) for n in sorted(set(lengths))},
        "runs": [
            {
                "seed": sample.seed,
                "measures": n,
                "piece": run.piece,
                "ends_at_measure": run.piece_measure + 1,
            }
            for n, sample, run in longest[:10]
            if n
        ],
    }


def keep_samples(samples: Sequence[Sample], folder: Path) -> None:
    """Write each sample into a folder, named by its seed."""
    folder.mkdir(parents=True, exist_ok=True)
    for sample in samples:
        write_bytes(folder / f"sample-{sample.seed:04}.lyl", sample.text.encode())


def write_report(
    arguments: Arguments,
    figures: dict[str, Any],
    samples: Sequence[Sample],
    own: Histograms,
    real: Histograms,
) -> None:
    """Write the HTML page."""
    from lilydesk.cli.evaluation_report import report_page

    assert arguments.report is not None
    page = report_page(arguments.model, figures, samples, own, real)
    write_bytes(arguments.report, page.encode())
