from fractions import Fraction

import pytest

from lilydesk.codecs.midi import TICKS_PER_QUARTER, variable_length, write_midi
from lilydesk.lilylet import parse_document
from lilydesk.timeline import perform


def midi(text: str) -> bytes:
    return write_midi(perform(parse_document(text).document))


def tracks(data: bytes) -> list[list[tuple[int, bytes]]]:
    """Read a file back: for each track, absolute ticks and messages."""
    assert data[:8] == b"MThd\x00\x00\x00\x06"
    count = int.from_bytes(data[10:12], "big")
    place = 14
    found = []
    for _ in range(count):
        assert data[place : place + 4] == b"MTrk"
        length = int.from_bytes(data[place + 4 : place + 8], "big")
        found.append(messages(data[place + 8 : place + 8 + length]))
        place += 8 + length
    assert place == len(data)
    return found


def messages(data: bytes) -> list[tuple[int, bytes]]:
    place = ticks = 0
    found = []
    while place < len(data):
        delta, place = number(data, place)
        ticks += delta
        start = place
        if data[place] == 0xFF:
            length, place = number(data, place + 2)
            place += length
        else:
            place += 2 if data[place] & 0xF0 == 0xC0 else 3
        found.append((ticks, data[start:place]))
    return found


def number(data: bytes, place: int) -> tuple[int, int]:
    value = 0
    while True:
        value = value << 7 | data[place] & 0x7F
        place += 1
        if not data[place - 1] & 0x80:
            return value, place


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        (0, "00"),
        (0x40, "40"),
        (0x7F, "7F"),
        (0x80, "81 00"),
        (0x2000, "C0 00"),
        (0x3FFF, "FF 7F"),
        (0x4000, "81 80 00"),
        (0x0FFFFFFF, "FF FF FF 7F"),
    ],
)
def test_numbers_of_variable_length_as_in_the_standard(value: int, encoded: str) -> None:
    assert variable_length(value) == bytes.fromhex(encoded)


def test_the_header_names_format_tracks_and_division() -> None:
    data = midi("c'4 \\\\\\\nc'4 |")
    assert data[8:14] == bytes([0, 1, 0, 3]) + TICKS_PER_QUARTER.to_bytes(2, "big")


def test_the_first_track_holds_tempo_time_and_key() -> None:
    conductor = tracks(midi("\\key g \\minor \\time 6/8 \\tempo 4=120 c'4. | \\time 3/4 d |"))[0]
    assert (0, bytes.fromhex("FF 51 03 07 A1 20")) in conductor
    assert (0, bytes.fromhex("FF 58 04 06 03 18 08")) in conductor
    assert (0, bytes.fromhex("FF 59 02 FE 01")) in conductor
    assert (1440, bytes.fromhex("FF 58 04 03 02 18 08")) in conductor
    assert conductor[-1][1] == bytes.fromhex("FF 2F 00")


def test_a_part_has_a_name_a_program_and_its_notes() -> None:
    part = tracks(midi('[instrument-1 "Flute"]\nc\'4\\f( d)'))[1]
    assert part == [
        (0, b"\xff\x03\x05Flute"),
        (0, bytes([0xC0, 73])),
        (0, bytes([0x90, 72, 90])),
        (960, bytes([0x80, 72, 0])),
        (960, bytes([0x90, 74, 90])),
        (1920, bytes([0x80, 74, 0])),
        (1920, b"\xff\x2f\x00"),
    ]


def test_a_key_struck_by_two_voices_is_let_go_once() -> None:
    part = tracks(midi("c'4( d) \\\\\nc'2( d) |"))[1]
    strikes = [message[0] & 0xF0 for _, message in part if message[1:2] == bytes([72])]
    assert strikes == [0x90, 0x80]


def test_a_key_is_let_go_before_it_is_struck_again() -> None:
    part = tracks(midi("c'2( d) \\\\\ns4 c'4 |"))[1]
    strikes = [(at, message[0] & 0xF0) for at, message in part if message[1:2] == bytes([72])]
    assert strikes[:3] == [(0, 0x90), (960, 0x80), (960, 0x90)]


def test_the_pedal_is_written() -> None:
    part = tracks(midi("c'4\\sustainOn d\\sustainOff"))[1]
    assert (0, bytes([0xB0, 64, 127])) in part
    assert (960, bytes([0xB0, 64, 0])) in part


def test_every_strike_is_let_go_later() -> None:
    text = "<c' e>4\\trill \\grace d16 e4:32 \\times 2/3 { f8 g a } \\\\\nc'16 e g c |"
    down: dict[int, int] = {}
    for _, message in tracks(midi(text))[1]:
        if message[0] & 0xF0 == 0x90:
            assert not down.get(message[1])
            down[message[1]] = 1
        elif message[0] & 0xF0 == 0x80:
            assert down.pop(message[1])
    assert down == {}


def test_the_same_performance_gives_the_same_bytes() -> None:
    text = '\\tempo "Allegro" c\'4\\p( d)\\f e\\sustainOn f |'
    assert midi(text) == midi(text)


def test_an_empty_score_is_a_file_too() -> None:
    assert len(tracks(midi(""))) >= 1


def test_ticks_hold_common_tuplets_exactly() -> None:
    for ratio in (Fraction(1, 3), Fraction(1, 5), Fraction(1, 64), Fraction(1, 12)):
        assert (TICKS_PER_QUARTER * ratio).denominator == 1


def test_the_staves_of_a_part_have_tracks_of_their_own_on_one_channel() -> None:
    text = '\\staff "1" c4 c \\\\\n\\staff "2" c,4\\sustainOn c |'
    _, right, left = tracks(midi(text))
    assert [message[1] for _, message in right if message[0] == 0x90] == [60, 60]
    assert [message[1] for _, message in left if message[0] == 0x90] == [48, 48]
    assert left[0][1][0] == 0x90  # the sound stands in the first track
