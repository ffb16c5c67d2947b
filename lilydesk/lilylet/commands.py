r"""Every command of the language, once: what the parser accepts, completes and explains.

The parser asks `command_named`; completion and hover read the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from lilydesk.notation.mark import MarkKind


class CommandKind(Enum):
    """Where a command stands and how its arguments are read."""

    MARK = "after a note"
    CONTEXT = "by itself in a voice"
    GROUP = "before notes in braces"
    ARGUMENT = "after another command"


@dataclass(frozen=True, slots=True)
class Command:
    r"""One row: `name` without the backslash, `arguments` as an example of what follows it."""

    name: str
    kind: CommandKind
    help: str  # one sentence for completion and hover
    arguments: str = ""
    mark: MarkKind | None = None
    mark_text: str = ""

    @property
    def example(self) -> str:
        """The command as one would type it."""
        return f"\\{self.name} {self.arguments}".rstrip()


def _mark(name: str, mark: MarkKind, help_text: str, text: str = "") -> Command:
    return Command(name, CommandKind.MARK, help_text, mark=mark, mark_text=text)


def _context(name: str, arguments: str, help_text: str) -> Command:
    return Command(name, CommandKind.CONTEXT, help_text, arguments)


def _group(name: str, arguments: str, help_text: str) -> Command:
    return Command(name, CommandKind.GROUP, help_text, arguments)


_DYNAMICS = {
    "ppp": "Dynamic: as soft as possible.",
    "pp": "Dynamic: very soft.",
    "p": "Dynamic: soft.",
    "mp": "Dynamic: moderately soft.",
    "mf": "Dynamic: moderately loud.",
    "f": "Dynamic: loud.",
    "ff": "Dynamic: very loud.",
    "fff": "Dynamic: as loud as possible.",
    "sfz": "Dynamic: a sudden accent.",
    "rfz": "Dynamic: a reinforced accent.",
    "fp": "Dynamic: loud, then soft at once.",
}

_ROWS = (
    *(_mark(name, MarkKind.DYNAMIC, text, name) for name, text in _DYNAMICS.items()),
    _mark("sf", MarkKind.DYNAMIC, "Dynamic: a sudden accent, the same as \\sfz.", "sfz"),
    _mark("staccato", MarkKind.STACCATO, "Short and detached; also -. after the note."),
    _mark("staccatissimo", MarkKind.STACCATISSIMO, "Very short; also -! after the note."),
    _mark("tenuto", MarkKind.TENUTO, "Held for its full length; also -- after the note."),
    _mark("marcato", MarkKind.MARCATO, "Strongly marked; also -^ after the note."),
    _mark("accent", MarkKind.ACCENT, "Emphasised; also -> after the note."),
    _mark("portato", MarkKind.PORTATO, "Gently separated; also -_ after the note."),
    _mark("trill", MarkKind.TRILL, "A trill over the note."),
    _mark("turn", MarkKind.TURN, "A turn over the note."),
    _mark("mordent", MarkKind.MORDENT, "A mordent: once to the note below and back."),
    _mark("prall", MarkKind.PRALL, "An inverted mordent: once to the note above and back."),
    _mark("fermata", MarkKind.FERMATA, "Hold the note or rest at will."),
    _mark("shortfermata", MarkKind.SHORT_FERMATA, "A short hold, drawn as a triangle."),
    _mark("arpeggio", MarkKind.ARPEGGIO, "Roll the chord."),
    _mark("breathe", MarkKind.BREATHE, "A breath mark after the note."),
    _mark("sustainOn", MarkKind.PEDAL_ON, "Press the sustain pedal.", "sustain"),
    _mark("sustainOff", MarkKind.PEDAL_OFF, "Lift the sustain pedal.", "sustain"),
    _mark("sostenutoOn", MarkKind.PEDAL_ON, "Press the sostenuto pedal.", "sostenuto"),
    _mark("sostenutoOff", MarkKind.PEDAL_OFF, "Lift the sostenuto pedal.", "sostenuto"),
    _mark("unaCorda", MarkKind.PEDAL_ON, "Press the soft pedal.", "una corda"),
    _mark("treCorde", MarkKind.PEDAL_OFF, "Lift the soft pedal.", "una corda"),
    _mark("glissando", MarkKind.GLISSANDO, "Slide to the next note."),
    _mark("coda", MarkKind.CODA, "A coda sign."),
    _mark("segno", MarkKind.SEGNO, "A segno sign."),
    _mark("<", MarkKind.CRESCENDO, "A crescendo hairpin begins; \\! or a dynamic ends it."),
    _mark(">", MarkKind.DIMINUENDO, "A diminuendo hairpin begins; \\! or a dynamic ends it."),
    _mark("!", MarkKind.HAIRPIN_END, "The hairpin ends here."),
    Command(
        "markup", CommandKind.MARK, "Words at the note; ^ before it: above, _: below.",
        '"dolce"', MarkKind.MARKUP,
    ),
    Command("rest", CommandKind.MARK, "Turns the note before it into a rest at that height."),
    _context("clef", '"treble"', "The clef; treble_8 sounds an octave lower, treble^8 higher."),
    _context("key", "c \\major", "The key signature, for all staves until changed."),
    _context("time", "3/4", "The time signature, for all staves until changed."),
    _context("numericTimeSignature", "", "Show 4/4 and 2/2 as figures from here on."),
    _context("defaultTimeSignature", "", "Show 4/4 and 2/2 as C and cut C again."),
    _context("partial", "4", "How long this incomplete measure is meant to be."),
    _context("tempo", '"Allegro" 4=120', "Tempo words, a metronome mark, or both."),
    _context("staff", '"2"', "From here on the notes stand on this staff of the part."),
    _context("ottava", "#1", "Written an octave lower than it sounds (8va); #-1: 8vb, #0: end."),
    _context("stemUp", "", "Stems point up from here on."),
    _context("stemDown", "", "Stems point down from here on."),
    _context("stemNeutral", "", "Stems point as the staff asks from here on."),
    _context("bar", '"||"', "A special barline: || |. .|: :|. :..:"),
    _context("chords", '"Am7"', "A chord symbol over the staff."),
    _group("addlyrics", "{ Freu -- de }", "A verse under the voice, one syllable a note."),
    _group("grace", "{ c16 d }", "Grace notes: they take no time in the measure."),
    _group("tuplet", "3/2 { c8 d e }", "So many notes in the time of so many: 3 in the time of 2."),
    _group("times", "2/3 { c8 d e }", "A tuplet by its ratio: each note lasts two thirds."),
    _group("repeat", "tremolo 4 { c16 e }", "A tremolo between two notes or chords."),
    Command("major", CommandKind.ARGUMENT, "Major mode, after \\key."),
    Command("minor", CommandKind.ARGUMENT, "Minor mode, after \\key."),
)  # fmt: skip

COMMANDS = MappingProxyType({row.name: row for row in _ROWS})

# Header -> an example of what stands in its brackets, and what it is for.
HEADERS = MappingProxyType({
    "title": ('title "Minuet in G"', "The title, over the score."),
    "subtitle": ('subtitle "for Anna"', "A second line under the title."),
    "composer": ('composer "Christian Petzold"', "Who wrote it."),
    "arranger": ('arranger "…"', "Who arranged it."),
    "lyricist": ('lyricist "…"', "Who wrote the words."),
    "opus": ('opus "Op. 10 No. 3"', "The opus number."),
    "genre": ('genre "Keyboard"', "The kind of piece."),
    "instrument": ('instrument "Piano"', "The instrument of the piece."),
    "instrument-1": ('instrument-1 "Flute" "Fl."', "The name of staff 1, and its short name."),
    "staves": ('staves "{1-2}"', "Braces { } < > [ ] and barlines through staves: - . or none ,"),
    "measures": ('measures "2*[1..8]{9, 10}, 11..16"', "The order in which measures are played."),
    "auto-beam": ('auto-beam "off"', "auto, on or off: whether beams are set by the metre."),
})  # fmt: skip

# What people who know LilyPond type, and what to write instead.
LILYPOND_HINTS = MappingProxyType({
    "acciaccatura": "Write \\grace instead.",
    "appoggiatura": "Write \\grace instead.",
    "afterGrace": "Write \\grace instead.",
    "crescendo": "Write \\< … \\! for a hairpin, or \\markup \"cresc.\".",
    "decrescendo": "Write \\> … \\! for a hairpin, or \\markup \"dim.\".",
    "diminuendo": "Write \\> … \\! for a hairpin, or \\markup \"dim.\".",
    "tr": "Write \\trill instead.",
    "cresc": "Write \\< … \\! for a hairpin, or \\markup \"cresc.\".",
    "dim": "Write \\> … \\! for a hairpin, or \\markup \"dim.\".",
    "relative": "Every line is relative to middle C already; leave it out.",
    "lyricmode": "Write \\addlyrics { … } after the notes.",
    "slurUp": "Slurs choose their side themselves.",
    "slurDown": "Slurs choose their side themselves.",
    "change": "Write \\staff \"2\" to change the staff.",
    "new": "Parts are separated by \\\\\\ and voices by \\\\.",
    "mark": "Write \\markup \"A\" for a rehearsal letter.",
})  # fmt: skip


def command_named(name: str) -> Command | None:
    """The row of a command, by its name without the backslash."""
    return COMMANDS.get(name)
