"""The document as foreign text or bytes, and back: MEI, MIDI.

Knows notation and timeline. Must not know: Lilylet text, Qt, engines.
"""
