r"""The words of the language, as regular expressions. One token per match, in linear time.

A note with its octave marks, duration and close-by marks is one token: `cs'16-.[`. White space
(not newlines) before a token belongs to it. Quantifiers are possessive where text could be
hostile, and every scan that may fail is bounded by its line.
"""

from __future__ import annotations

import re

BLANKS = r"[^\S\n]*+"
STRING = r'"(?:[^"\\\n]|\\[^\n])*+"'
UNCLOSED_STRING = r'"[^\s|"%\\]*+'
# A backslash run of odd length before a quotation mark, so that `"` after it opens no string:
# the same pairing as inside strings, which keeps hostile texts linear. (Bounded, for the same end.)
ESCAPED_QUOTE = r'(?:\\\\){0,8}+\\"'
_PITCH = r"[a-g](?:ss|ff|s|f)?+(?![^\W\d_])[',]*+"
_CLOSE_MARKS = r"(?:[][()~]|-[-.!>^_])*+"
_DURATION = r"(?P<{}>[0-9]++\.*+)?+"
_HEADER_NAMES = (
    'title|subtitle|composer|arranger|lyricist|opus|instrument(?:-[^\\s\\]"]*)?|genre|staves'
    "|measures|auto-beam"
)

PITCH = re.compile(rf"({_PITCH})(!?)")
GLUED_PITCH = re.compile(r"([a-g](?:ss|ff|s|f)?+[',]*+)(!?)")  # white space may be missing

TOKEN = re.compile(
    rf"""[^\S\n]*+(?:
      (?P<note>(?P<pitch>{_PITCH}|[rsR](?![^\W\d_]))(?P<courtesy>!)?+
          {_DURATION.format("duration")}(?P<marks>{_CLOSE_MARKS}))
    | (?P<chord><(?P<heads>[^<>|%"\\{{}}]*+)>
          {_DURATION.format("chord_duration")}(?P<chord_marks>{_CLOSE_MARKS}))
    | (?P<header>\[[ ]*+(?:{_HEADER_NAMES})[ ]*+{STRING}(?:[ ]*+{STRING})*+[ ]*+\]?+)
    | (?P<mark>[][()~]|[-^_][-.!>^_()~]|[-^_][1-5](?![0-9])|[.>])
    | (?P<placement>[-^_](?=[ ]*+\\[a-zA-Z<>!]))
    | (?P<bare>[-^_])
    | (?P<command>\\(?:[a-zA-Z]++|[<>!]))
    | (?P<newline>\n)
    | (?P<bar>\|)
    | (?P<escaped>{ESCAPED_QUOTE})
    | (?P<part>\\\\\\)
    | (?P<voice>\\\\)
    | (?P<open>\{{)
    | (?P<close>\}})
    | (?P<number>[0-9]++)
    | (?P<tremolo>:[ ]*+[0-9]++)
    | (?P<comment>%[^\n]*+)
    | (?P<string>{STRING})
    | (?P<unclosed>{UNCLOSED_STRING})
    | (?P<word>[^\W\d_]++[',!]*+)
    | (?P<other>[^\s\w\\"%|<>{{}}\[\]()~^_.:-]++|\S)
    )""",
    re.VERBOSE,
)

# What ends a measure, and what may hide a `|` from it.
MEASURE_END = re.compile(
    rf'{ESCAPED_QUOTE}|\\{{2,3}}+|(?P<string>{STRING})|(?P<unclosed>")|%[^\n]*+|(?P<bar>\|)'
)

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_ESCAPE = re.compile(r"\\(.)")


def unquote(token: str) -> str:
    """The text that a string token, quotation marks included, stands for."""
    body = token[1:-1]
    if "\\" not in body:
        return body
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[1]), body)


def quote(text: str) -> str:
    """A string token for any text."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def shown(text: str) -> str:
    """A piece of text as messages quote it."""
    return text if len(text) <= 20 else text[:20] + "…"
