"""General MIDI programs by instrument names, as composers write them."""

from __future__ import annotations

import re

PIANO = 0

# Program by word, longer and more special words first: the first that fits wins.
_PROGRAMS = (
    ("honky", 3), ("harpsichord", 6), ("cembalo", 6), ("clavecin", 6), ("clavichord", 7),
    ("celesta", 8), ("glockenspiel", 9), ("vibra", 11), ("marimba", 12), ("xylo", 13),
    ("tubular", 14), ("chimes", 14), ("organ", 19), ("orgel", 19), ("orgue", 19),
    ("harmonium", 20), ("accordion", 21), ("akkordeon", 21), ("harmonica", 22),
    ("fortepiano", 0), ("pianoforte", 0), ("piano", 0), ("klavier", 0), ("keyboard", 0),
    ("electric guitar", 27), ("guitar", 24), ("gitarre", 24), ("lute", 24), ("laute", 24),
    ("electric bass", 33), ("bass guitar", 33), ("bassoon", 70), ("fagott", 70), ("basson", 70),
    ("basset", 71), ("bass clarinet", 71), ("bass trombone", 57), ("bass drum", 116),
    ("english horn", 69), ("cor anglais", 69), ("englischhorn", 69), ("corno inglese", 69),
    ("contrabass", 43), ("double bass", 43), ("kontrabass", 43), ("contrebasse", 43),
    ("violoncello", 42), ("violoncelle", 42), ("cello", 42), ("viola da gamba", 42),
    ("gamba", 42), ("violin", 40), ("geige", 40), ("violino", 40), ("violon", 40),
    ("viola", 41), ("bratsche", 41), ("alto violin", 41), ("fiddle", 110),
    ("harp", 46), ("harfe", 46), ("arpa", 46), ("timpani", 47), ("pauken", 47),
    ("strings", 48), ("streicher", 48), ("archi", 48), ("string", 48),
    ("soprano sax", 64), ("alto sax", 65), ("tenor sax", 66), ("baritone sax", 67), ("sax", 65),
    ("soprano", 52), ("sopran", 52), ("mezzo", 52), ("alto", 52), ("alt", 52), ("tenor", 52),
    ("tenore", 52), ("bariton", 52), ("baritone", 52), ("basso continuo", 6), ("voice", 52),
    ("voices", 52), ("choir", 52), ("chorus", 52), ("chor", 52), ("coro", 52), ("vocal", 52),
    ("gesang", 52), ("singstimme", 52), ("stimme", 52), ("voix", 52), ("canto", 52),
    ("trumpet", 56), ("trompete", 56), ("tromba", 56), ("trompette", 56), ("cornet", 56),
    ("trombone", 57), ("posaune", 57), ("tuba", 58), ("horn", 60), ("corno", 60), ("cor", 60),
    ("brass", 61), ("oboe", 68), ("hautbois", 68), ("clarinet", 71), ("klarinette", 71),
    ("clarinetto", 71), ("piccolo", 72), ("flute", 73), ("flöte", 73), ("flauto", 73),
    ("flûte", 73), ("recorder", 74), ("blockflöte", 74), ("ocarina", 79), ("bagpipe", 109),
    ("banjo", 105), ("sitar", 104), ("shamisen", 106), ("koto", 107), ("bass", 52),
    ("basso", 52),
)  # fmt: skip
# Abbreviations count only as whole words.
_ABBREVIATIONS = {
    "pno": 0, "pf": 0, "vln": 40, "vl": 40, "vn": 40, "vla": 41, "va": 41, "vlc": 42, "vc": 42,
    "cb": 43, "db": 43, "fl": 73, "ob": 68, "cl": 71, "bsn": 70, "fg": 70, "hn": 60, "tpt": 56,
    "tbn": 57, "gtr": 24, "org": 19, "hpsd": 6, "s": 52, "a": 52, "t": 52, "b": 52,
}  # fmt: skip
# Words that only count as a whole: "cor" is a horn, "cor" in "score" is not.
_WHOLE_WORDS = frozenset({"cor", "alt", "alto", "bass", "string", "chor", "sax"})


def program_of(name: str) -> int:
    """General MIDI program from 0 for an instrument name; the piano for what nobody knows.

    A word at the beginning of another counts before one in its middle: a flute is no lute.
    """
    lowered = name.lower()
    words = re.findall(r"\w+", lowered)
    for known, program in _PROGRAMS:
        if known in words or (known not in _WHOLE_WORDS and re.search(rf"\b{known}", lowered)):
            return program
    for known, program in _PROGRAMS:
        if known not in _WHOLE_WORDS and known in lowered:
            return program
    return next((_ABBREVIATIONS[word] for word in words if word in _ABBREVIATIONS), PIANO)
