from __future__ import annotations

from lilydesk.lilylet import line_and_column, parse_document
from lilydesk.notation.document import InstrumentName
from tests.lilylet.reading import codes, faults


def test_all_headers_are_read() -> None:
    headers = parse_document(
        '%Romantic\n%Chopin, Frederic\n%Keyboard\n[title "A \\"b\\"\\nc"]\n[opus "9"]\n'
        '[instrument-1-2 "Piano" "Pno."]\n[staves "{-}"]\n[measures "1..2"]\n[auto-beam "on"]\n\n'
        '\\staff "1" c \\\\ \\staff "2" c | d |'
    ).document.headers
    assert headers.style_lines == ("Romantic", "Chopin, Frederic", "Keyboard")
    assert headers.text == {"title": 'A "b"\nc', "opus": "9"}
    assert headers.instruments == {"1-2": InstrumentName("Piano", "Pno.")}
    assert (headers.staves, headers.playing_order, headers.auto_beam) == ("{-}", "1..2", "on")


def test_repeated_instrument_lines_add_up() -> None:
    headers = parse_document('[instrument-1 "Flute"]\n[instrument-1 "Fl."] c').document.headers
    assert headers.instruments == {"1": InstrumentName("Flute", "Fl.")}


def test_an_unknown_header_has_a_suggestion() -> None:
    (fault,) = faults('[tilte "x"]\nc')
    assert (fault.code, fault.hint, fault.replacement) == (
        "unknown-header", "Did you mean [title]?", "title",
    )  # fmt: skip


def test_a_header_that_cannot_be_read_does_not_stop_the_music() -> None:
    parsed = parse_document("[title]\nc d |")
    assert [fault.code for fault in parsed.diagnostics] == ["bad-header"]
    assert len(parsed.document.measures) == 1


def test_headers_with_a_grammar_are_checked() -> None:
    assert codes('[measures "2*[1..2"]\nc | d |') == ["bad-playing-order"]
    assert codes('[measures "1..9"]\nc | d |') == ["measure-out-of-range"]
    assert codes('[staves "{-"]\nc |') == ["bad-staves"]
    assert codes('[staves "{v-v}"]\n\\staff "1" c \\\\ \\staff "2" c |') == ["duplicate-staff"]
    assert codes('[staves "{-}"]\nc |') == ["unknown-staff"]
    assert codes('[auto-beam "maybe"]\nc |') == ["bad-header"]
    assert codes('[title "a"]\n[title "b"]\nc |') == ["duplicate-header"]


def test_a_header_after_the_music_is_pointed_out() -> None:
    assert codes('c |\n[title "x"]\nd |') == ["header-after-music"]


def test_a_note_beyond_the_instrument_is_pointed_out_once() -> None:
    head = '[instrument-1 "Violin I"]\n[instrument-2 "Cello"]\n'
    assert not faults(head + "g4 a |\ng4 a \\\\\\\nc,4 c, |")
    text = head + "f,4 a |\nf,4 a \\\\\\\nc,4 c, |"
    (fault,) = faults(text)
    assert fault.code == "instrument-range"
    assert fault.message == "This note is too low for the Violin I."
    assert line_and_column(text, fault.span.start) == (3, 1)


def test_a_transposing_clef_silences_the_range_check() -> None:
    assert not faults('[instrument-1 "Flute"]\n\\clef "treble_8" c,4 |')


def order_hints(text: str) -> list[str]:
    return [fault.message for fault in parse_document(text).diagnostics]


def test_what_repeat_signs_cannot_show_of_the_order_is_said() -> None:
    music = "c'1 | d | e | f |"
    assert order_hints(f'[measures "2*[1..2]{{3,4}}"]\n{music}') == []
    assert order_hints(f'[measures "<[1..2],[3..4]>"]\n{music}') == [
        "After measure 4 the playing order goes back to measure 1 and ends with measure 2: it is"
        " played, but repeats and endings cannot show it."
    ]
    assert order_hints(f'[measures "3*[1..4]"]\n{music}') == [
        "The order plays the measures 1 to 4 3 times; the repeat sign that is shown means twice."
    ]
    assert order_hints(f'[measures "1, 4"]\n{music}') == [
        "The playing order leaves out the measures 2 to 3, which are shown all the same."
    ]


def test_a_hint_at_the_order_says_what_to_write() -> None:
    (fault,) = parse_document('[measures "<[1,2], 3>"]\nc\'1 | d | e |').diagnostics
    assert fault.hint == (
        'Write ^\\markup "D.C. al Fine" at the end of measure 3 and ^\\markup "Fine" at the end of'
        " measure 2."
    )


def test_one_jump_is_said_once_though_the_order_jumps_on_from_it() -> None:
    music = "c'1 | d | e | f | g |"
    assert len(order_hints(f'[measures "<[2*[1]{{2,3}}], [4..5]>"]\n{music}')) == 1


def test_a_repeat_sign_that_the_order_does_not_follow_can_be_taken_out() -> None:
    text = '[measures "1..3"]\nc\'1 | d \\bar ":|." | e |'
    (fault,) = parse_document(text).diagnostics
    assert fault.code == "repeat-not-played"
    assert text[fault.span.start : fault.span.end] == '\\bar ":|."'
    assert fault.replacement == ""
