"""ABC notation 2.1, read into a document."""

from lilydesk.codecs.abc.reader import read_abc

__all__ = ["read_abc"]
