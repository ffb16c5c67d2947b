"""What is done with a reading of the text, and when: a performance is made beside the window."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from lilydesk.app.document_runner import DocumentRunner, perform
from lilydesk.app.engraving_runner import EngravingRunner
from lilydesk.app.player import Player, PlayerState
from lilydesk.app.presentation import Presentation
from lilydesk.lilylet import parse_document
from lilydesk.notation import Document
from lilydesk.playback import SilentOutput

PIECE = parse_document("c4 d e f |\ng a b c |\nc b a g |\n")
OTHER = parse_document("c2 d |\ng a |\n")


class SlowRunner(DocumentRunner):
    """Answers when the test says so."""

    def __init__(self) -> None:
        super().__init__(perform)
        self.asked: list[Document] = []

    def request(self, document: Document) -> None:
        self.asked.append(document)

    def answer(self) -> None:
        self.done.emit(perform(self.asked[-1]))


@pytest.fixture
def performing(qapp: object) -> SlowRunner:
    return SlowRunner()


@pytest.fixture
def player(qapp: object) -> Player:
    return Player(lambda: SilentOutput(lambda: 0.0))


@pytest.fixture
def presentation(performing: SlowRunner, player: Player) -> Presentation:
    encoding = DocumentRunner(lambda _: "", in_place=True)
    shown = Presentation(encoding, performing, SilentEngraving(), player)
    shown.on_parsed(PIECE)
    return shown


class SilentEngraving(EngravingRunner):
    """Draws nothing."""

    def __init__(self) -> None:
        super().__init__(in_place=True)

    def request(self, mei: str, width_mm: float = 180) -> int:
        return 0


def test_a_place_asked_for_before_the_music_is_ready_is_gone_to_then(
    presentation: Presentation, performing: SlowRunner, player: Player
) -> None:
    presentation.go_to_measure(1)
    presentation.go_to_measure(2)
    assert len(performing.asked) == 1
    assert player.position_s == 0
    performing.answer()
    assert player.position_s == pytest.approx(4.8)
    presentation.shutdown()


def test_play_waits_for_the_music_and_a_second_press_takes_it_back(
    presentation: Presentation, performing: SlowRunner, player: Player, qtbot: QtBot
) -> None:
    presentation.toggle_play()
    presentation.toggle_play()
    performing.answer()
    assert player.state is PlayerState.STOPPED
    presentation.on_parsed(OTHER)
    presentation.toggle_play()
    presentation.on_parsed(PIECE)  # the text changed meanwhile: what plays is the new one
    performing.answer()
    assert player.state is not PlayerState.STOPPED
    assert player.length_s == pytest.approx(7.2)
    presentation.shutdown()
    player.shutdown()


def test_without_a_piece_there_is_no_length_and_no_measure(
    presentation: Presentation, performing: SlowRunner, player: Player
) -> None:
    lengths_s: list[float] = []
    measures: list[int] = []
    presentation.performed.connect(lengths_s.append)
    player.measure_changed.connect(measures.append)
    presentation.go_to_measure(2)
    performing.answer()
    presentation.on_text_replaced()
    assert (lengths_s[-1], measures[-1], player.length_s) == (0, -1, 0)
    presentation.shutdown()


def test_nothing_waits_for_the_music_of_a_piece_that_is_gone(
    presentation: Presentation, performing: SlowRunner, player: Player
) -> None:
    presentation.toggle_play()
    presentation.on_text_replaced()
    presentation.on_parsed(OTHER)
    performing.answer()
    assert player.state is PlayerState.STOPPED
    presentation.shutdown()
