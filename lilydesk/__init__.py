"""LilyDesk: a desktop composition assistant. The rooms and their directions: docs/architecture.md."""

__version__ = "0.1.0"
