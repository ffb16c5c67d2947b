"""Verses of a voice, dealt out to its notes."""

from __future__ import annotations

from lilydesk.codecs.mei.attributes import escape
from lilydesk.notation import Voice
from lilydesk.notation.document import Verse


def verse_elements(voice: Voice) -> dict[int, str]:
    """<verse> elements for the n-th note or chord of a voice, grace notes and rests not counted."""
    elements: dict[int, str] = {}
    for number, verse in enumerate(voice.verses, start=1):
        for index, text in _syllables(verse):
            elements[index] = elements.get(index, "") + f'<verse n="{number}">{text}</verse>'
    return elements


def _syllables(verse: Verse) -> list[tuple[int, str]]:
    found = []
    follows_hyphen = False
    for index, syllable in enumerate(verse.syllables):
        if not syllable.text:
            continue
        found.append((index, _element(syllable.text, follows_hyphen, syllable)))
        follows_hyphen = syllable.is_hyphenated
    return found


def _element(text: str, follows_hyphen: bool, syllable: object) -> str:
    leads_on = getattr(syllable, "is_hyphenated", False)
    extends = getattr(syllable, "is_extended", False)
    attributes = ' con="d"' if leads_on else ' con="u"' if extends else ""
    if follows_hyphen:
        attributes += ' wordpos="m"' if leads_on else ' wordpos="t"'
    elif leads_on:
        attributes += ' wordpos="i"'
    return f"<syl{attributes}>{escape(text)}</syl>"
