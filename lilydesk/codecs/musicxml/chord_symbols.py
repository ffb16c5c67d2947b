"""<harmony>: a chord symbol as text."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from lilydesk.codecs.musicxml.values import text_of, whole_of

_KINDS = {
    "major": "", "minor": "m", "augmented": "+", "diminished": "dim", "dominant": "7",
    "major-seventh": "maj7", "minor-seventh": "m7", "diminished-seventh": "dim7",
    "augmented-seventh": "+7", "half-diminished": "m7b5", "major-minor": "m(maj7)",
    "major-sixth": "6", "minor-sixth": "m6", "dominant-ninth": "9", "major-ninth": "maj9",
    "minor-ninth": "m9", "dominant-11th": "11", "major-11th": "maj11", "minor-11th": "m11",
    "dominant-13th": "13", "major-13th": "maj13", "minor-13th": "m13",
    "suspended-second": "sus2", "suspended-fourth": "sus4", "power": "5",
}  # fmt: skip
_ALTERS = {-2: "bb", -1: "b", 0: "", 1: "#", 2: "##"}
_DEGREES = {"add": "add", "alter": "", "subtract": "no"}


def chord_symbol_text(harmony: Element) -> str:
    """The symbol as it is commonly typed: `F#m7/C#`; empty where there is no chord."""
    kind = harmony.find("kind")
    name = (kind.text or "").strip() if kind is not None else ""
    if name == "none":
        return kind.get("text", "N.C.") if kind is not None else "N.C."
    root = _pitch(harmony, "root/root-step", "root/root-alter")
    if not root:
        return text_of(harmony, "function") or text_of(harmony, "numeral/numeral-root")
    shown = kind.get("text") if kind is not None else None
    text = root + (shown if shown is not None else _KINDS.get(name, ""))
    if not shown:
        text += "".join(map(_degree, harmony.findall("degree")))
    bass = _pitch(harmony, "bass/bass-step", "bass/bass-alter")
    return f"{text}/{bass}" if bass else text


def _pitch(harmony: Element, step_path: str, alter_path: str) -> str:
    step = text_of(harmony, step_path)
    return step + _ALTERS.get(whole_of(harmony.findtext(alter_path)), "") if step else ""


def _degree(degree: Element) -> str:
    kind = _DEGREES.get(text_of(degree, "degree-type", "add"), "add")
    alter = _ALTERS.get(whole_of(degree.findtext("degree-alter")), "")
    if alter and kind == "add":
        kind = ""
    return f"({kind}{alter}{text_of(degree, 'degree-value')})"
