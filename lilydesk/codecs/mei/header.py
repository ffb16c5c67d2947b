"""Who wrote what: the <meiHead>, and the <pgHead> that is printed over the music."""

from __future__ import annotations

from lilydesk.codecs.mei.attributes import escape, escape_lines
from lilydesk.notation import Headers

# Header -> element of the titleStmt.
_PEOPLE = {"composer": "composer", "arranger": "arranger", "lyricist": "lyricist"}


def head(headers: Headers) -> str:
    """<meiHead>, for programs."""
    text = headers.text
    titles = f"<title>{_one_line(text.get('title', ''))}</title>"
    if text.get("subtitle"):
        titles += f'<title type="subordinate">{_one_line(text["subtitle"])}</title>'
    for key, element in _PEOPLE.items():
        if text.get(key):
            titles += f"<{element}>{_one_line(text[key])}</{element}>"
    return f"<meiHead><fileDesc><titleStmt>{titles}</titleStmt><pubStmt/></fileDesc></meiHead>\n"


def page_head(headers: Headers) -> str:
    """<pgHead>, for the page: title in the middle, composer right, lyricist left.

    Empty where there is nothing to print.
    """
    text = headers.text
    title, subtitle = text.get("title", ""), text.get("subtitle", "")
    # the break stands in the title's letters: verovio goes down by as much as it is set in
    middle = _sized(title, "180%", "<lb/>" * bool(subtitle)) + _sized(subtitle, "120%")
    right = [text.get("composer", ""), text.get("opus", ""), text.get("arranger", "")]
    blocks = _block("center", "middle", [middle] if middle else [])
    blocks += _block("right", "bottom", [escape_lines(line) for line in right if line])
    left = [text.get("lyricist", ""), text.get("instrument", "")]
    blocks += _block("left", "bottom", [escape_lines(line) for line in left if line])
    return f'<pgHead func="first">{blocks}</pgHead>' if blocks else ""


def _sized(words: str, size: str, end: str = "") -> str:
    return f'<rend fontsize="{size}">{escape_lines(words)}{end}</rend>' if words else ""


def _block(horizontal: str, vertical: str, lines: list[str]) -> str:
    if not lines:
        return ""
    return f'<rend halign="{horizontal}" valign="{vertical}">{"<lb/>".join(lines)}</rend>'


def _one_line(words: str) -> str:
    return escape(" ".join(words.split()))
