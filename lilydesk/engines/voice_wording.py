"""The words that a model may write: those of tempos and of directions, as musicians spell them.

A small model garbles what it spells letter by letter ("Nich neller"). So its words are held to
those that occur at least three or four times in the texts that the built-in model learned from.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

MOST_WORDS = 5
_ENDS = ".,:"  # one of them may follow a word

_TEMPO = """
1o a ad adagio aeusserst affettuoso agitato agitazione alla allegretto allegro als amoroso and
andante andantino anfang anima animando animato animez animé appassionato assai assez au
ausdruck ausdrucksvoll beaucoup becoming belebt belebter ben beschleunigend beschleunigt bewegt
bewegter bewegung bolero breit breiter brio but calmato calme cantabile che come con de di doch
double doux déclamé e ed eilen ein einfach empfindung en encore energico espress espressione
espressivo et etwas fast feierlich feurig fliessend frisch froehlich fuoco gedehnt gehender
gemaessigter geschwind getragen giocoso gradually grave grazia grazioso i im immer in innig io
klagend kraeftig kraft l'istesso la langsam langsamer larghetto largo lebhaft lebhafter legato
leggiero leicht leidenschaft leidenschaftlich leise lent lentamente lentement lenteur lentezza
lento lieblich light ma maessig maessiger maestoso marcato marcia meno mesto minuetto misterioso
mit moderato modéré modérément moins molto mosso moto mouvement mouvt munter nach nicht noch non
not pas passionné peu piu più plus poco prestissimo presto prima primo quasi quick quieter rasch
rascher revenez risoluto ritenuto rubato ruhig ruhiger sanft sanfter sans schauerlich scherzando
schleppend schnell schneller schwer schwermuetig sehr semplice sempre senza slow slower
sostenuto soutenu spirito tanto tempo teneramente tenerezza tranquillo triste tristezza trop
troppo très un und unruhig valse very vif vite vivace vivo wehmuethig wenig wie wiegend with
zart zeitmass ziemlich zu élargissez
"""
_DIRECTIONS = """
abnehmend accel acceler accelerando affrettendo al allarg allargando ancora appass appassionata
arco avec basse basso bestimmt bien brillante calando calmandosi cantab cantando canto capriccio
col colla continuare corda corde cres cresc crescendo cédez daempfer deciso decres decresc
decrescendo dehors delicatamente delicatezza delicatiss delicatissimo delicato den dim dimin
diminuendo dol dolce dolciss dolcissimo dolore doloroso doucement draengend due espr espressif
express expressif expression fine forte fortsetzend forza gebunden gesang gliss grandioso
hervortretend il joyeux largamente le legatis legatiss legatissimo legg leggero leggier
leggieriss leggierissimo legno leiser lib libit libitum ligato lightly little loco lourd
lusingando léger légèrement mais marc marqué melodia mettez mezza mezzo morendo nachlassend
naturale no ohne otez parte passionato passione ped pedal pedale perdendosi pesante piacere
piano pizz pochettino pochiss pochissimo pont ponticello portez pressant presser pressez pédale
ralentir rall rallent rallentando recit religioso retenant retenez retenu rigore rit ritard
ritardando riten récit saltato scherz scherzo secco sentimento sim simile sin sino slarg
slargando slentando smorz smorzando softer sonore sonoro sopra sord sordino sost sosten sotto
sourd sourdine stacc staccatissimo staccato stark steigernd steigerung stretto string stringendo
subito suivez sul sur ten tenuto touche toujours tranquillamente tre trem tremolo tres tutta una
va veloce verklingend vigoroso voce voix volonté warm weich wieder zoegern zoegernd
zurueckhaltend à élargir
"""


class Wording:
    """A list of words, and the texts that can be made of them."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._letters = sorted({letter for word in self._words for letter in word})
        self._begun = frozenset(word[:n] for word in self._words for n in range(len(word) + 1))

    @lru_cache(maxsize=4096)  # noqa: B019 (there are two of them, for ever)
    def may_become(self, text: str) -> bool:
        """Whether a text is, or can still become, one that may be written."""
        *before, last = text.split(" ")
        return (
            len(before) < MOST_WORDS
            and all(self._is_word(word) for word in before)
            and (_plain(last) in self._begun or self._is_word(last))
        )

    def is_whole(self, text: str) -> bool:
        """Whether a text may stand as it is."""
        return self.may_become(text) and self._is_word(text.split(" ")[-1])

    def firsts(self, text: str) -> set[str]:
        """Characters among which are all that may come next."""
        last = _plain(text.split(" ")[-1])
        found = {letter for letter in self._letters if last + letter in self._begun}
        return {*found, *_ENDS, " "} if last else {*found, *"".join(found).upper()}

    def rest_of(self, text: str) -> str:
        """What makes a text that has been begun whole: the shortest that does."""
        last = _plain(text.split(" ")[-1])
        fitting = (word for word in self._words if word.startswith(last))
        word = min(fitting, key=lambda word: (len(word), word), default=last)
        return word[len(last) :]

    def _is_word(self, word: str) -> bool:
        return _plain(word[:-1] if word[-1:] in _ENDS else word) in self._words


def _plain(word: str) -> str:
    """A word may begin with a capital."""
    return word[:1].lower() + word[1:]


TEMPO = Wording(_TEMPO.split())
DIRECTIONS = Wording([*_TEMPO.split(), *_DIRECTIONS.split()])
