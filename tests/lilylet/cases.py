"""The public conformance cases: texts and the trees that the reference reads from them."""

from __future__ import annotations

import json
import tarfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.support import need_shared, shared_folder


def case_names() -> list[str]:
    """File names of the Lilylet cases; none where the shared folder is absent."""
    folder = shared_folder()
    cases = folder / "conformance" / "lilylet" if folder else None
    return sorted(path.name for path in cases.glob("*.lyl")) if cases and cases.is_dir() else []


def case_text(name: str) -> str:
    """The text of a case."""
    return need_shared("conformance", "lilylet", name).read_text(encoding="utf-8")


def case_tree(name: str) -> dict[str, Any]:
    """The reference's tree of a case."""
    path = need_shared("conformance", "expected", f"{name}.ast.json")
    tree: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return tree


@lru_cache(maxsize=1)
def corpus_pieces(n_pieces: int) -> dict[str, str]:
    """Every so-many-th piece of the corpus's validation half, by name."""
    archive = need_shared("corpus", "lilylet-valid.tar.xz")
    with tarfile.open(archive) as files:
        members = sorted(
            (one for one in files.getmembers() if one.name.endswith(".lyl")),
            key=lambda one: one.name,
        )
        chosen = members[:: max(1, len(members) // n_pieces)]
        texts = {Path(one.name).name: files.extractfile(one) for one in chosen}
        return {name: file.read().decode() for name, file in texts.items() if file}
