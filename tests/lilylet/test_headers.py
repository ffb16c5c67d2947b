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
