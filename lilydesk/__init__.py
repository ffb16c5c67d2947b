"""LilyDesk: a desktop composition assistant. Rooms and directions: docs/architecture.md."""

__version__ = "0.1.0"
