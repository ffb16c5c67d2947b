"""The running program without widgets: session, settings, files, jobs, messages.

Knows every room below; of Qt only QtCore. Must not know widgets.
"""
