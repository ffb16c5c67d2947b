"""Hypothesis strategies that tests of several rooms share: Lilylet texts, whole and broken."""

from __future__ import annotations

from hypothesis import strategies as st

# Pieces of the language, and things that break it.
WORDS = (
    "c", "d'8", "es,4.", "<c e g>2", "<bf' d!>16", "fss", "g'4\\rest", "r", "s4", "R1", "r8.",
    "c4-.", "e(", "f)", "g[", "a]", "b ~", "c\\<", "d\\!", "e\\f", "f^\\markup \"dolce\"", "g:32",
    "a-3", "b\\sustainOn", "\\grace d16", "\\grace { c16 d }", "\\tuplet 3/2 { c8 d e }",
    "\\times 2/3 { c8 \\stemUp d e }", "\\tuplet 5/4 { c16 \\tuplet 3/2 { d e f } g a b }",
    "\\repeat tremolo 4 { c16 e }", "\\clef \"bass\"", "\\clef \"treble_8\"", "\\key g \\minor",
    "\\time 3/4", "\\time 4/4", "\\numericTimeSignature", "\\defaultTimeSignature", "\\partial 4",
    "\\tempo \"Lento\" 4=60", "\\staff \"1\"", "\\staff \"2\"", "\\ottava #1", "\\ottava #0",
    "\\stemUp", "\\stemNeutral", "\\bar \":|.\"", "\\chords \"Am7\"", "\\p", "\\markup \"sempre\"",
    "\\addlyrics { la -- la __ _ \"a b\" }", "|", "|", "|", "\\\\", "\\\\", "\\\\\\", "\n", "\n\n",
    "% a comment\n", "%12\n",
)  # fmt: skip
JUNK = (
    "\"", "\\\"", "{", "}", "<", ">", "[", "]", "(", ")", "\\", "%", "#", "\\unknown", "cis", "H",
    "é", "\U0001d11e", "\x00", "\t", "7", "99999999999", "\\tuplet 3/2", "\\repeat", "\\clef",
    "[title \"x\"]", "<c", "c,,,,,,,,", "--", "^", "_", "..", ":", "\\addlyrics {", "\\grace {",
)  # fmt: skip
HEADERS = (
    "%Romantic\n", "[title \"A \\\"b\\\"\"]\n", "[composer \"C\"]\n", "[staves \"{-}\"]\n",
    "[measures \"1..2\"]\n", "[instrument-1 \"Flute\" \"Fl.\"]\n", "[tilte \"x\"]\n", "[title\n",
)  # fmt: skip


def _text(words: tuple[str, ...], max_size: int) -> st.SearchStrategy[str]:
    separators = st.sampled_from((" ", " ", " ", ""))
    pairs = st.tuples(st.sampled_from(words), separators)
    return st.lists(pairs, max_size=max_size).map(
        lambda found: "".join(word + separator for word, separator in found)
    )


def lilylet_texts(max_size: int = 40) -> st.SearchStrategy[str]:
    """Texts of pieces of the language in any order, after a few headers; mostly sound."""
    heads = st.lists(st.sampled_from(HEADERS), max_size=3).map("".join)
    return st.builds(str.__add__, heads, _text(WORDS, max_size))


def broken_lilylet_texts(max_size: int = 40) -> st.SearchStrategy[str]:
    """Texts in which anything may stand anywhere."""
    words = _text(WORDS + JUNK + HEADERS, max_size)
    return st.one_of(
        words, st.text(alphabet="cdefg'\",.!?[](){}<>~|\\%-^_:# 01248\nrsR", max_size=60)
    )


def edits(texts: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, str]]:
    """A text, and the same after something in it was replaced."""

    @st.composite
    def edit(draw: st.DrawFn) -> tuple[str, str]:
        text = draw(texts)
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        inserted = draw(st.one_of(_text(WORDS + JUNK, 3), st.text(max_size=3)))
        return text, text[:start] + inserted + text[end:]

    return edit()
