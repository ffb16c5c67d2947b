"""Notated time to sounding time: repeats, ties, grace notes, tempo, dynamics, pedal.

Knows notation. Must not know: any file format, bytes, devices, Qt.
"""
