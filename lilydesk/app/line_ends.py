"""Line ends: the editor knows one kind, a file may hold several, and keeps those it had."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

# What Qt's text document takes for the end of a block, besides the two usual ones.
_LINE = re.compile("([^\n\r\u2029]*)(\r\n|\n|\r|\u2029|$)")


def split_lines(text: str) -> list[tuple[str, str]]:
    """Lines as (content, line end); the last one has an empty line end."""
    lines = [match.groups() for match in _LINE.finditer(text)]
    # finditer meets the end of the text twice unless the last line is empty
    if len(lines) > 1 and lines[-1] == ("", "") and lines[-2][1] == "":
        lines.pop()
    return [(content, end) for content, end in lines]


def with_plain_line_ends(text: str) -> str:
    """The same text with a line feed after every line."""
    return "\n".join(content for content, _ in split_lines(text))


def with_line_ends_of(text: str, original: str) -> str:
    """`text`, whose lines end in line feeds, with the line ends that `original` has.

    A line that is still there keeps its own; a new one gets the kind most frequent in `original`.
    """
    old = split_lines(original)
    kinds = Counter(end for _, end in old if end)
    if not kinds:
        return text
    usual = kinds.most_common(1)[0][0]
    if len(kinds) == 1:
        return text.replace("\n", usual)
    new = text.split("\n")
    ends = [usual] * len(new)
    for old_at, new_at, size in _kept_blocks([content for content, _ in old], new):
        for i in range(size):
            ends[new_at + i] = old[old_at + i][1] or usual
    ends[-1] = ""
    for i in range(1, len(new)):
        if (ends[i - 1], new[i], ends[i]) == ("\r", "", "\n"):
            ends[i] = "\r"  # or the two would read as one line end
    return "".join(content + end for content, end in zip(new, ends, strict=True))


def _kept_blocks(old: list[str], new: list[str]) -> list[tuple[int, int, int]]:
    """Runs of equal lines as (index in old, index in new, size); cheap for one local edit."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    middle = SequenceMatcher(
        None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False
    )
    inner = [(head + m.a, head + m.b, m.size) for m in middle.get_matching_blocks()]
    return [(0, 0, head), *inner, (len(old) - tail, len(new) - tail, tail)]
