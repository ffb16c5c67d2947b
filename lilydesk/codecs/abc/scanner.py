"""Music code as tokens: one regular expression, every character in exactly one token."""

from __future__ import annotations

import re

LENGTH = r"\d*/*\d*"
_LENGTH = re.compile(LENGTH)
_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\xa0]+)
    | (?P<text>"[^"\n]*"?)
    | (?P<field>\[[A-Za-z]:[^\]\n]*\]?)
    | (?P<bar>(?:\.?(?::*\[?\|[|\]]*:*|::+)|\]:+)(?:\d[\d,\-]*)?)
    | (?P<ending>\[\d[\d,\-]*)
    | (?P<tuplet>\(\d{1,2}(?::\d{0,2}){0,2})
    | (?P<slur>\.?[()])
    | (?P<note>(?:(?:\^\^?|__?|=)(?:\d{1,2}/\d{0,2}|/\d{0,2})?)?[A-Ga-g][,']*\d*/*\d*)
    | (?P<rest>[xzXZy]\d*/*\d*)
    | (?P<broken><+|>+)
    | (?P<decoration>![^!\n"|]{1,40}!|\+[A-Za-z][A-Za-z0-9.()<>]{0,30}\+)
    | (?P<tie>\.?-)
    | (?P<grace>\{/?|\})
    | (?P<overlay>&+)
    | (?P<shorthand>[.~H-Wh-w])
    | (?P<chord>[\[\]])
    | (?P<nothing>[\\`$!*;?@]+)
    | (?P<unknown>.)
    """,
    re.VERBOSE | re.DOTALL,
)
NOTE = re.compile(r"(\^\^?|__?|=)?(\d{1,2}/\d{0,2}|/\d{0,2})?([A-Ga-g])([,']*)(.*)", re.DOTALL)
BAR = re.compile(r"(\]:+|[^\d]*)(.*)", re.DOTALL)

match_token = _TOKEN.match


def length_at(text: str, position: int) -> str:
    """The length written at `position`, "" where there is none."""
    match = _LENGTH.match(text, position)
    return match[0] if match else ""
