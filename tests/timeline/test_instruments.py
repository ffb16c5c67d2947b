import pytest

from lilydesk.timeline.instruments import program_of


@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("", 0),
        ("Piano", 0),
        ("Violin I", 40),
        ("Violino secondo", 40),
        ("Viola", 41),
        ("Violoncello", 42),
        ("Contrabass", 43),
        ("Bass Clarinet", 71),
        ("Bassoon", 70),
        ("Flöte", 73),
        ("English Horn", 69),
        ("Horn in F", 60),
        ("Cor", 60),
        ("Score", 0),
        ("Voice", 52),
        ("Soprano", 52),
        ("Alto Saxophone", 65),
        ("Organ", 19),
        ("Harpsichord", 6),
        ("Vln. 1", 40),
        ("Kazoo", 0),
    ],
)
def test_names_have_programs(name: str, program: int) -> None:
    assert program_of(name) == program
