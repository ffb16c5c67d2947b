"""Program: the long-lived objects of the running program, made once and handed in."""

from __future__ import annotations

import sys
from contextlib import suppress

from lilydesk.app.collector import Collector
from lilydesk.app.compose_runner import ComposeRunner
from lilydesk.app.document_runner import DocumentRunner, edit, encoder, perform
from lilydesk.app.engraving_runner import EngravingRunner
from lilydesk.app.export_runner import ExportRunner
from lilydesk.app.messages import Messages, RescueHook
from lilydesk.app.player import Player
from lilydesk.app.presentation import Presentation
from lilydesk.app.recovery import Recovery
from lilydesk.app.session import Session
from lilydesk.app.settings import Settings, config_folder
from lilydesk.app.takes_model import TakesModel
from lilydesk.errors import LilyDeskError
from lilydesk.playback import open_sound_output

# Each time the window's thread wants Python's lock back from one that computes it may wait this
# long. With Python's own 5 ms the largest gaps of the window were half as long again.
_SWITCH_INTERVAL_S = 0.001


class Program:
    """All that lives as long as the window, each with one owner: this."""

    def __init__(
        self,
        settings: Settings,
        engraving: EngravingRunner | None = None,
        player: Player | None = None,
        composer: ComposeRunner | None = None,
        encoding: DocumentRunner | None = None,
        performing: DocumentRunner | None = None,
        editing: DocumentRunner | None = None,
    ) -> None:
        """All but the settings can be handed in by tests, to run without their own."""
        sys.setswitchinterval(_SWITCH_INTERVAL_S)
        self.settings = settings
        self.collector = Collector()
        self.messages = Messages()
        self.session = Session()
        self.composer = composer or ComposeRunner()
        self.engraving = engraving or EngravingRunner()
        self.player = player or Player(lambda: open_sound_output(settings.text("sound_font")))
        self.encoding = encoding or DocumentRunner(encoder())
        self.performing = performing or DocumentRunner(perform)
        self.editing = editing or DocumentRunner(edit)
        self.presentation = Presentation(
            self.encoding, self.performing, self.engraving, self.player
        )
        self.exporter = ExportRunner(self.messages)
        self.rescue = RescueHook(config_folder() / "rescued", self._rescued, self.messages)
        self.takes = TakesModel()
        self.session.takes_replaced.connect(self.takes.show_book)
        self.takes.book_changed.connect(lambda: self.session.set_takes(self.takes.book))
        self.recovery = Recovery(config_folder() / "recovery", self.session, self.messages)
        self.composer.started.connect(lambda _job: self.recovery.keep_now())

    def _rescued(self) -> tuple[str, bytes]:
        """What is worth saving after a fault of ours, and the suffix of its file."""
        if self.session.has_takes:
            return ".lilydesk", self.session.project_bytes()
        text = self.session.text
        return ".lyl", text.encode("utf-8", "surrogatepass") if text.strip() else b""

    def shutdown(self) -> None:
        """End every thread and process, and keep the settings."""
        self.recovery.shutdown()
        self.session.shutdown()
        self.composer.shutdown()
        self.exporter.shutdown()
        self.player.shutdown()
        self.presentation.shutdown()
        self.encoding.shutdown()
        self.performing.shutdown()
        self.editing.shutdown()
        self.engraving.shutdown()
        self.collector.shutdown()
        # at the end there is no window left to say so, and nothing of the music is lost
        with suppress(LilyDeskError, OSError):
            self.settings.save()
