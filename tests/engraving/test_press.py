from __future__ import annotations

import pytest

from lilydesk.engraving import font_data, render_svg
from lilydesk.engraving.press import Press
from lilydesk.errors import EngravingError
from tests.engraving.scores import plain_score, score


def test_pages_are_complete_documents() -> None:
    pages = render_svg(plain_score(400))
    assert len(pages) > 1
    assert all(page.startswith("<svg") and page.rstrip().endswith("</svg>") for page in pages)


def test_same_score_gives_the_same_bytes() -> None:
    assert render_svg(plain_score(8)) == render_svg(plain_score(8))


def test_given_ids_are_in_the_page() -> None:
    (page,) = render_svg(plain_score(1))
    assert 'id="m0-n3"' in page


@pytest.mark.parametrize("mei", ["", "no score", "<mei><broken", "<mei/>"])
def test_malformed_mei_is_refused_in_a_sentence(mei: str) -> None:
    with pytest.raises(EngravingError, match="cannot be drawn") as caught:
        render_svg(mei)
    assert caught.value.hint


def test_press_works_on_after_a_refusal() -> None:
    press = Press()
    with pytest.raises(EngravingError, match="cannot be drawn"):
        press.draw("<mei>", 100)
    assert "m0-n0" in press.draw(plain_score(1), 100)[0]


def test_what_verovio_grumbles_about_is_kept(capfd: pytest.CaptureFixture[str]) -> None:
    press = Press()
    press.draw(score(['<measure n="1"><slur startid="#nobody" endid="#nowhere"/></measure>']), 100)
    assert any("nobody" in warning for warning in press.warnings)
    assert capfd.readouterr().err == ""


def test_fonts_are_web_fonts_in_memory() -> None:
    fonts = font_data()
    assert len(fonts) == 5
    assert all(data.startswith(b"wOF2") for data in fonts)
