"""Whether a model writes what it knows by heart: asked in the worker, told to the composer."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lilydesk.engines.fingerprints import MeasureIndex


def familiar_sentence(bundle: Path, text: str, first_new: int, n_new: int) -> str:
    """Name the training piece that new measures of a text follow; empty if there is none.

    Measures `first_new` (from 0) to `first_new + n_new` are the model's. A bundle without
    fingerprints, or with damaged ones, knows nothing to tell (see `familiar_problem`).
    """
    from lilydesk.composing.familiar import familiar_passage
    from lilydesk.lilylet import parse_document

    index, _ = index_of_bundle(bundle)
    if index is None:
        return ""
    passage = familiar_passage(index, parse_document(text).document, first_new, n_new)
    return passage.sentence if passage else ""


def familiar_problem(bundle: Path) -> str:
    """Why nobody can tell what a bundle knows by heart, though it came with a list of that."""
    return index_of_bundle(bundle)[1]


@lru_cache(maxsize=2)
def index_of_bundle(bundle: Path) -> tuple[MeasureIndex | None, str]:
    """Where the measures of the pieces stand that a bundle has learned, and what is wrong there.

    None where the bundle does not say; that alone is nothing wrong.
    """
    from lilydesk.engines.bundle_zip import unpack_bundle
    from lilydesk.engines.fingerprints import FILE_NAME, Fingerprints, MeasureIndex, notes_alone
    from lilydesk.errors import BundleError

    try:
        folder = unpack_bundle(bundle) if bundle.is_file() else bundle
        names = (FILE_NAME, f"*/{FILE_NAME}")  # a .zip may hold a folder
        found = next((path for name in names for path in folder.glob(name)), None)
        return (MeasureIndex(Fingerprints.read(found), notes_alone) if found else None), ""
    except BundleError as error:
        return None, str(error)
