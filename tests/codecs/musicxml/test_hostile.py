"""Files that are no MusicXML, or mean harm: one plain sentence; damaged ones: what can be read."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from lilydesk.codecs.musicxml import read_musicxml, safe_xml
from lilydesk.errors import FileError, LilyDeskError
from lilydesk.lilylet import parse_document, write_document
from tests.codecs.musicxml.scores import chord, direction, note, score


def packed(**files: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return data.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not xml",
        b"<score-partwise>",
        b"<html/>",
        b"<score-partwise/>",
        b"PK\x03\x04 broken",
        b'<?xml version="1.0" encoding="klingon"?><score-partwise/>',
        b"<a>" * 5000,
    ],
)
def test_what_is_no_score_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(FileError) as caught:
        read_musicxml(data)
    assert caught.value.message.endswith(".")
    assert caught.value.hint


def test_entities_of_its_own_are_refused() -> None:
    bomb = (
        b'<!DOCTYPE score-partwise [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
        b"<score-partwise>&b;</score-partwise>"
    )
    with pytest.raises(FileError, match="declares entities"):
        read_musicxml(bomb)
    secret = (
        b'<!DOCTYPE score-partwise [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        b"<score-partwise>&a;</score-partwise>"
    )
    with pytest.raises(FileError, match="declares entities"):
        read_musicxml(secret)


def test_the_public_document_type_is_no_harm() -> None:
    doctype = (
        b'<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 3.1 Partwise//EN" '
        b'"http://www.musicxml.org/dtds/partwise.dtd"><score-partwise>'
    )
    data = score(note("C4", 48)).replace(b"<score-partwise>", doctype)
    assert "c1" in write_document(read_musicxml(data).document)


def test_a_compressed_score_is_found_by_its_container() -> None:
    container = b'<container><rootfiles><rootfile full-path="music.xml"/></rootfiles></container>'
    data = packed(other_xml=b"<html/>", music_xml=score(note("C4", 48)), **{
        "META-INF__container_xml": container,
    })  # fmt: skip
    assert "c1" in write_document(read_musicxml(data).document)


def test_a_compressed_score_without_container_is_found_all_the_same() -> None:
    assert read_musicxml(packed(music_xml=score(note("C4", 48)))).losses == ()


def test_an_archive_that_swells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lilydesk.codecs.musicxml.container.MOST_BYTES", 10_000)
    with pytest.raises(FileError, match="too large"):
        read_musicxml(packed(music_xml=b" " * 1_000_000))


def test_a_file_beyond_all_bounds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_xml, "MOST_BYTES", 100)
    with pytest.raises(FileError, match="too large"):
        read_musicxml(score(note("C4", 48)))


def test_an_archive_without_a_score_is_refused() -> None:
    with pytest.raises(FileError, match="no score"):
        read_musicxml(packed(readme=b"nothing here"))


NUMBERS = [b"-1", b"0", b"99999999999", b"1/0", b"", b"NaN", b"\xc2\xb2"]


def test_absurd_numbers_are_survived() -> None:
    whole = score(note("C4", 24) + chord("E4", "G4") + note("r", 12))
    for tag in (b"duration", b"divisions", b"octave", b"fifths", b"beats", b"beat-type", b"line"):
        for number in NUMBERS:
            start = whole.find(b"<" + tag + b">")
            end = whole.find(b"</" + tag + b">")
            data = whole[: start + len(tag) + 2] + number + whole[end:]
            text = write_document(read_musicxml(data).document)
            assert parse_document(text).errors == (), (tag, number, text)


def test_damaged_scores_give_music_or_a_sentence_and_nothing_else() -> None:
    sign = direction("<wedge type='crescendo'/>") + direction("<pedal type='start'/>")
    inside = "<notations><slur type='start'/><tuplet type='start'/></notations>"
    whole = score(sign + note("C4", 24, inside) + chord("E4", "G4", duration=24), note("D4", 48))
    pieces = whole.replace(b"<", b"\x00<").split(b"\x00")
    rng = random.Random(3)
    n_read = 0
    for _ in range(200):
        kept = list(pieces)
        for _ in range(rng.randint(1, 3)):
            place = rng.randrange(2, len(kept))
            if rng.random() < 0.5:
                kept[place] = rng.choice(pieces[2:])
            else:
                kept.insert(place, rng.choice(pieces[2:]))
        data = b"".join(kept)
        try:
            text = write_document(read_musicxml(data).document)
            assert parse_document(text).errors == (), data
            n_read += 1
        except LilyDeskError:
            pass
    assert n_read > 0
