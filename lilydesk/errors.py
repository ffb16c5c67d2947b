"""Errors of the world: a file, a device, a bundle, a server. Imports nothing.

LilyDeskError
├── FileError      a file cannot be read or written
├── DeviceError    no sound card, no synthesiser, no sound font
├── BundleError    a model bundle is missing, broken or of another family
└── EngravingError the engraver did not answer or refused the score

Faults in the user's text are diagnostics (`lilydesk.lilylet`), never exceptions.
"""

from __future__ import annotations


class LilyDeskError(Exception):
    """Something outside the program is wrong: one plain sentence, and what to do next."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class FileError(LilyDeskError):
    """A file cannot be read or written."""


class DeviceError(LilyDeskError):
    """A sound card, synthesiser, sound font or MIDI port is missing or refused."""


class BundleError(LilyDeskError):
    """A model bundle is missing, broken, or of a family that this program does not know."""


class EngravingError(LilyDeskError):
    """The engraver stopped, or could not read the score it was given."""
