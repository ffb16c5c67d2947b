"""Widgets. Each shows one thing, is told by slots and asks by signals.

Knows app, and notation's types to show them. Must not know parsing, encoding, sampling or
scheduling, nor open files or sessions itself.
"""
