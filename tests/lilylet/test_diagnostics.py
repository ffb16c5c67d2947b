from __future__ import annotations

import pytest

from lilydesk.lilylet import CODES, Severity, line_and_column, parse_document
from tests.lilylet.reading import codes, faults, marked, notes


@pytest.mark.parametrize(
    ("text", "code", "piece"),
    [
        ("c \\stacato d", "unknown-command", "\\stacato"),
        ("c \\major d", "unknown-command", "\\major"),
        ("c hello d", "unknown-word", "hello"),
        ("c4 $ d", "unexpected-character", "$"),
        ("c4 77 d", "unexpected-number", "77"),
        ("c \\tuplet 3/2 { d8 e | f", "unclosed-group", "\\tuplet"),
        ("c \\grace { d8 \\\\ f", "unclosed-group", "\\grace"),
        ("c \\addlyrics { la la |", "unclosed-group", "\\addlyrics {"),
        ("<c e d4", "unclosed-chord", "<"),
        ('c\\markup "dolce d |', "missing-argument", "\\markup"),
        ("c } d", "stray-brace", "}"),
        ("c { d }", "stray-brace", "{"),
        ('c "words" d', "stray-string", '"words"'),
        ("c <> d", "empty-chord", "<>"),
        ("<c x e> d", "bad-chord", "x"),
        ("\\clef c", "missing-argument", "\\clef"),
        ("c\\tuplet { d }", "missing-argument", "\\tuplet"),
        ("c3 d", "bad-duration", "3"),
        ("\\time 3/5 c", "bad-time", "\\time 3/5"),
        ("\\key gs \\minor \\key gs \\major c", "bad-key", "\\key gs \\major"),
        ("\\tuplet 0/2 { c }", "bad-tuplet", "\\tuplet 0/2"),
        ("\\repeat tremolo 4 { c16 }", "bad-tremolo", "\\repeat tremolo 4 { c16 }"),
        ("<c e>\\rest", "bad-rest", "\\rest"),
        ("\\key d \\dorian c", "unknown-mode", "\\dorian"),
        ('\\clef "trebble" c', "unknown-clef", '"trebble"'),
        ('c \\bar "?"', "unknown-barline", '"?"'),
        ('\\staff "RH" c', "unknown-staff", '"RH"'),
        ("( c", "mark-without-note", "("),
        ("c[ d", "unclosed-beam", "["),
        ("c d]", "stray-beam-end", "]"),
        ("c( d", "unclosed-slur", "("),
        ("c d)", "stray-slur-end", ")"),
        ("c\\< d", "unclosed-hairpin", "\\<"),
        ("c d\\!", "stray-hairpin-end", "\\!"),
        ("c ~ d", "tie-without-target", "~"),
        ("c''''''''4", "pitch-out-of-range", "c''''''''"),
        ("c \\tuplet 3/2 { } d", "empty-tuplet", "\\tuplet 3/2 { }"),
        ("c d \\addlyrics { a b c }", "lyrics-too-long", "c }"),
        ("| c |", "empty-measure", "|"),
        ('\\clef "treble_m3" c', "clef-number-not-shown", '"treble_m3"'),
        ("c \\key g \\major d |", "change-in-measure", "\\key g \\major"),
        ("c \\time 3/4 d |", "change-in-measure", "\\time 3/4"),
        ('c \\bar "||" d |', "barline-in-measure", '\\bar "||"'),
        ("c r-. d |", "mark-on-rest", "-."),
        ("\\grace { c16 r } d4 |", "grace-rest", "r"),
        ("c8[ r] r[ r] |", "beam-over-rests", "[ r]"),
        ("r8][ r] |", "beam-over-rests", "[ r]"),
        ('[instrument-7 "Horn"]\nc |', "unknown-staff", '[instrument-7 "Horn"]'),
        ('[instrument "Violin"]\nc,, |', "instrument-range", "c"),
    ],
)
def test_every_fault_has_its_code_and_place(text: str, code: str, piece: str) -> None:
    assert code in codes(text)
    assert piece in marked(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "\\time 4/4 c1 | c2. d8 \\\\ c1 |",
            "Measure 2, voice 1 lasts 3½ quarters, the time signature asks for 4.",
        ),
        (
            "\\time 2/4 c2 | c2 \\\\\\ c2 \\\\ c2. |",
            "Measure 2, voice 2 of part 2 lasts 3 quarters, the time signature asks for 2.",
        ),
        (
            "\\time 3/4 \\partial 4 c8 |",
            "Measure 1, voice 1 lasts ½ quarter, \\partial asks for 1.",
        ),
        (
            "\\time 3/4 c2. | c2 \\\\ e2 |",
            "Measure 2 lasts 2 quarters, the time signature asks for 3.",
        ),
        ("\\time 3/4 c4 | d2. |", "Measure 1 is 1 quarter long."),
        (
            "\\time 2/4 c2 | \\tuplet 3/2 { c4 d } |",
            "Measure 2, voice 1 lasts 1⅓ quarters, the time signature asks for 2.",
        ),
    ],
)
def test_a_wrong_length_is_said_in_quarters(text: str, message: str) -> None:
    assert message in [fault.message for fault in faults(text)]


def test_lengths_are_not_judged_without_a_time_signature() -> None:
    assert not codes("c | d2 e | f1. |")


@pytest.mark.parametrize(
    ("text", "hint", "replacement"),
    [
        ("c\\stacato", "Did you mean \\staccato?", "\\staccato"),
        ("\\stemup c", "Did you mean \\stemUp?", "\\stemUp"),
        ("\\acciaccatura c", "Write \\grace instead.", None),
        ('\\clef "trebble" c', 'Did you mean "treble"?', '"treble"'),
        ("cis", "Sharp is s and flat is f: write cs.", "cs"),
        ("Bb", "Sharp is s and flat is f: write bf.", "bf"),
        ("c#", "Sharp is s: write cs for c sharp.", None),
        ("\\key d \\majr c", "Did you mean \\major?", "\\major"),
        ("c d)", "", ""),
        ("C d", "Pitches are lower case: write c.", "c"),
        ("h", "The note h is written b.", None),
    ],
)
def test_a_suggestion_says_what_may_be_meant(text: str, hint: str, replacement: str) -> None:
    (fault, *_) = faults(text)
    assert (fault.hint, fault.replacement) == (hint, replacement)


def test_applying_a_replacement_mends_the_text() -> None:
    text = "cis'4 d\\stacato |"
    while fixable := [fault for fault in faults(text) if fault.replacement is not None]:
        span = fixable[0].span
        text = text[: span.start] + str(fixable[0].replacement) + text[span.end :]
    assert text == "cs'4 d\\staccato |"


def test_a_dutch_note_name_is_shown_as_the_note_that_is_meant() -> None:
    assert notes("cis'4 dis fisis") == "cs5 ds5 fss5"


def test_a_dutch_flat_is_two_notes_to_the_language_and_pointed_out() -> None:
    assert notes("des") == "d4 es4"
    assert codes("des") == ["glued-notes"]


@pytest.mark.parametrize(
    "text",
    [
        "c4 \\nonsense d | e |",
        'c4 \\markup "never closed d | e |',
        "c4 <d | e |",
        "c4 \\tuplet 3/2 { d | e |",
        "c4 \\clef d | e |",
        "c4 $$$ d | e |",
    ],
)
def test_broken_text_still_gives_what_stands_around_the_fault(text: str) -> None:
    assert notes(text) == "c4 d4 | e4"


def test_slurs_hairpins_beams_and_ties_may_lead_to_the_next_measure() -> None:
    assert not codes("c( d\\< e[ f ~ | f] g\\! a) |")
    assert not codes("c ~ \\\\ e | r \\\\ c |")


@pytest.mark.parametrize(
    "text",
    [
        "c\\< d\\f |",
        "c\\< d | r | e f\\p |",
        "c\\<\\p d\\! |",
        "c\\< d\\> e\\! |",
        "c\\<\\! d |",
        "c\\< d | e\\<\\! f\\! |",
        "c\\< d \\\\ e f\\! |",
        "c( d \\\\ e f) |",
        "c( d | e() f | c) d |",
    ],
)
def test_a_hairpin_ends_with_its_sign_a_dynamic_or_the_next_hairpin(text: str) -> None:
    assert not codes(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("c\\p\\< d |", ["unclosed-hairpin"]),
        ("c\\< d \\\\ e f\\p |", ["unclosed-hairpin"]),
        ("c\\< d | e\\<\\! f |", ["unclosed-hairpin"]),
        ("c\\< d\\f e\\! |", ["stray-hairpin-end"]),
        ("c[ d] e8[ f \\\\ e f] |", ["unclosed-beam", "stray-beam-end"]),
    ],
)
def test_what_ends_no_hairpin_or_beam_in_the_score_ends_none_here(
    text: str, found: list[str]
) -> None:
    assert [code for code in codes(text) if "voice" not in code] == found


@pytest.mark.parametrize(
    "text",
    [
        '\\clef "treble_8" c \\clef "bass^15" d |',
        "\\key g \\major c \\key g \\major d |",
        '\\bar ".|:" c d \\bar ":|." |',
        "r\\fermata c \\grace d16 e4 |",
        '[instrument-1-2 "Piano"]\n[instrument-1 "R"]\n\\staff "1" c \\\\ \\staff "2" c |',
        '[staves "{v1-v2}"]\n[instrument-v1-v2 "Piano"]\n\\staff "1" c \\\\ \\staff "2" c |',
        '[instrument "Piano"]\nc |',
    ],
)
def test_what_the_score_can_show_is_no_fault(text: str) -> None:
    assert not codes(text)


def test_nesting_has_an_end() -> None:
    text = "\\tuplet 3/2 { " * 100 + "c" + " }" * 100
    assert codes(text) == ["nesting-too-deep"]
    assert notes(text) == "c4"


def test_faults_are_listed_up_to_a_number_and_in_order() -> None:
    found = faults("$ " * 300 + "| \n" + "$ c |" * 1500)
    assert len(found) == 1001
    assert [fault.span.start for fault in found] == sorted(fault.span.start for fault in found)
    assert found[-1].code == "too-many-diagnostics"


def test_every_code_has_a_severity_and_a_meaning() -> None:
    for code, (severity, meaning) in CODES.items():
        assert code == code.lower().replace("_", "-")
        assert isinstance(severity, Severity)
        assert meaning.endswith(".")


def test_line_and_column_begin_at_one() -> None:
    text = "ab\ncd\n"
    assert [line_and_column(text, offset) for offset in (0, 1, 3, 4, 6, 99)] == [
        (1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 1),
    ]  # fmt: skip


def test_an_empty_text_is_an_empty_document() -> None:
    parsed = parse_document("")
    assert parsed.document.measures == ()
    assert parsed.diagnostics == ()


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("re4 fa", "Notes are called"),
        ("\\repeat volta 2 { c1 } |", "[measures"),
        ("c\\crescendo d |", "hairpin"),
        ("\\ottava #7 c1 |", "8va"),
        ("\\times 3/0 { c8 d e } |", "three in the time of two"),
        ("\\tempo 3=90 c1 |", "4=120"),
    ],
)
def test_what_other_habits_write_gets_a_hint_at_the_right_words(text: str, hint: str) -> None:
    assert any(hint in fault.hint for fault in parse_document(text).diagnostics)


def test_a_repeat_sign_without_its_dot_is_mended() -> None:
    text = 'c1 \\bar ":|" |'
    (fault,) = (f for f in parse_document(text).diagnostics if f.code == "unknown-barline")
    mended = text[: fault.span.start] + (fault.replacement or "") + text[fault.span.end :]
    assert mended == 'c1 \\bar ":|." |'
