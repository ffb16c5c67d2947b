from __future__ import annotations

import pytest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from lilydesk.app.messages import SCORE, Message, Tone
from lilydesk.ui.message_bar import MessageBar

FAILED = Message("The file may not be used by you.", tone=Tone.ERROR)
HOLDS = Message("The score cannot be drawn.", tone=Tone.ERROR, topic=SCORE)


@pytest.fixture
def bar(qtbot: QtBot) -> MessageBar:
    widget = MessageBar()
    qtbot.addWidget(widget)
    return widget


def test_a_failure_goes_when_it_is_over_and_a_warning_stays(bar: MessageBar) -> None:
    bar.show_message(FAILED)
    bar.on_over("")
    assert bar.isHidden()
    bar.show_message(Message("There were two losses.", tone=Tone.WARNING))
    bar.on_over("")
    assert not bar.isHidden()


def test_what_still_holds_comes_back_after_another_message(bar: MessageBar) -> None:
    bar.show_message(HOLDS)
    bar.on_over("")
    assert not bar.isHidden()
    bar.show_message(FAILED)
    bar.on_over("")
    assert bar.text == HOLDS.text
    bar.on_over(SCORE)
    assert bar.isHidden()


def test_what_was_closed_by_hand_does_not_come_back(bar: MessageBar) -> None:
    bar.show_message(HOLDS)
    close = bar.findChild(QToolButton)
    assert close is not None
    close.click()
    assert bar.isHidden()
    bar.show_message(FAILED)
    bar.on_over("")
    assert bar.isHidden()
