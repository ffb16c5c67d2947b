"""Verses of a voice, dealt out to its notes."""

from __future__ import annotations

from lilydesk.codecs.mei.attributes import escape
from lilydesk.notation import Voice
from lilydesk.notation.document import Syllable, Verse


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
        after = verse.syllables[index + 1 : index + 2]
        is_sung_on = syllable.is_extended and not any(other.text for other in after)
        found.append((index, _element(syllable, follows_hyphen, is_sung_on)))
        follows_hyphen = syllable.is_hyphenated
    return found


def _element(syllable: Syllable, follows_hyphen: bool, is_sung_on: bool) -> str:
    attributes = ' con="d"' if syllable.is_hyphenated else ' con="u"' if is_sung_on else ""
    if follows_hyphen:
        attributes += ' wordpos="m"' if syllable.is_hyphenated else ' wordpos="t"'
    elif syllable.is_hyphenated:
        attributes += ' wordpos="i"'
    return f"<syl{attributes}>{escape(syllable.text)}</syl>"
