"""An engine that writes fixed notes for whatever is asked: composing's outside, without a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lilydesk.engines import Cancelled, GenerationRequest, Provenance, Score
from lilydesk.engines.guide import staves_of
from lilydesk.engines.tokenizer import Tokenizer
from lilydesk.engines.vocabulary import Vocabulary

WORDS = Vocabulary(Tokenizer.standard(), 256)


class FakeEngine:
    """Fills every voice with `notes`; the rest of a begun voice is `rest`. Keeps the requests."""

    provenance = Provenance("fake", "fake", "0" * 64)

    def __init__(self, notes: str = "c'4 <e g> d8[ e]", rest: str = " a8 b\\p") -> None:
        self.notes, self.rest = notes, rest
        self.requests: list[GenerationRequest] = []
        self.judged: list[tuple[GenerationRequest, tuple[str, ...], tuple[str, ...]]] = []

    def generate(self, request: GenerationRequest, cancelled: Cancelled) -> Iterator[str]:
        self.requests.append(request)
        staves = (
            staves_of(WORDS, [*request.measures_text, request.partial_text])
            or request.staves
            or (1,)
        )
        if request.partial_text:
            yield self._complete(request.partial_text, staves)
        for _ in range(request.n_new_measures):
            if cancelled():
                return
            yield self._measure(request, staves)
            yield " |\n"

    def generate_takes(
        self, requests: Sequence[GenerationRequest], cancelled: Cancelled
    ) -> Iterator[tuple[int, str]]:
        for index, request in enumerate(requests):
            for piece in self.generate(request, cancelled):
                yield index, piece

    def score_text(self, text: str) -> Score:
        return Score(1.0, 1, 1)

    def score_following(
        self, request: GenerationRequest, measures: Sequence[str], following: Sequence[str]
    ) -> Score:
        self.judged.append((request, tuple(measures), tuple(following)))
        return Score(float(len("".join(measures))), 1, 1)

    def _measure(self, request: GenerationRequest, staves: tuple[int, ...]) -> str:
        key, time = request.key_text or "\\key c \\major", request.time_text or "\\time 3/4"
        parts = [
            " \\\\\n".join(
                (f'\\staff "{staff}" ' if n_staves > 1 else "")
                + (f"{key} {time} " if part == 0 and staff == 1 else "")
                + self.notes
                for staff in range(1, n_staves + 1)
            )
            for part, n_staves in enumerate(staves)
        ]
        return " \\\\\\\n".join(parts)

    def _complete(self, begun: str, staves: tuple[int, ...]) -> str:
        """The rest of the begun voice, its tuplets closed, then the voices that are missing."""
        line = begun.rpartition("\n")[2]
        has_separator = begun.endswith("\\\\")
        text = "" if has_separator else self.rest + " }" * (line.count("{") - line.count("}"))
        part = min(begun.count("\\\\\\"), len(staves) - 1)
        rest_of_part = begun.rpartition("\\\\\\")[2] if part else begun
        staff = max([1, *(n for n in range(1, 9) if f'\\staff "{n}"' in rest_of_part)])
        if begun.endswith("\\\\\\"):
            text += self._voice(1, staves[part])
            staff = 1
        elif has_separator:
            staff = min(staff + 1, staves[part])
            text += self._voice(staff, staves[part])
        for later in range(staff + 1, staves[part] + 1):
            text += " \\\\" + self._voice(later, staves[part])
        for n_staves in staves[part + 1 :]:
            text += " \\\\\\" + self._voice(1, n_staves)
            for later in range(2, n_staves + 1):
                text += " \\\\" + self._voice(later, n_staves)
        return text + " |\n"

    def _voice(self, staff: int, n_staves: int) -> str:
        return "\n" + (f'\\staff "{staff}" ' if n_staves > 1 else "") + self.notes
