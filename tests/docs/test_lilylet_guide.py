"""The guide to the language: its examples are sound, and its reference is that of the program."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from lilydesk.lilylet import CODES, COMMANDS, HEADERS, parse_document
from tests.support import ROOT

GUIDE = (ROOT / "docs" / "lilylet.md").read_text(encoding="utf-8")


def _script() -> ModuleType:
    path = ROOT / "docs" / "render_examples.py"
    spec = importlib.util.spec_from_file_location("render_examples", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = _script()
EXAMPLES = SCRIPT.examples(GUIDE)


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.image for example in EXAMPLES])
def test_every_example_is_sound_and_has_its_image(example: tuple[str, str]) -> None:
    text, image = example
    parsed = parse_document(text)
    assert parsed.diagnostics == ()
    assert parsed.document.measures
    assert (ROOT / "docs" / image).read_bytes().startswith(b"\x89PNG")


def test_every_image_belongs_to_an_example() -> None:
    images = {path.name for path in (ROOT / "docs" / "images" / "lilylet").iterdir()}
    assert images == {example.image.rpartition("/")[2] for example in EXAMPLES}


def test_the_reference_is_that_of_the_program() -> None:
    # If not: .venv/bin/python docs/render_examples.py
    assert SCRIPT.with_reference(GUIDE) == GUIDE


def test_every_command_header_and_code_appears() -> None:
    for command in COMMANDS.values():
        assert f"`{command.example}`".replace("|", "\\|") in GUIDE
    for name in HEADERS:
        assert f"[{name} " in GUIDE
    for code in CODES:
        assert f"`{code}`" in GUIDE


def test_an_example_is_drawn(qapp: object) -> None:
    SCRIPT.load_score_fonts()
    image = SCRIPT.draw(SCRIPT.Workshop(), EXAMPLES[0].text)
    assert image.startswith(b"\x89PNG")
    assert len(image) > 1000
