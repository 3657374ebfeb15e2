"""How measurements become reproduced, differs or inconclusive."""

import pytest

from claims.documents.readings import among_the_seeds, mostly_within, ratio_within, together, within


def measured(**values):
    quantities = {name: {"published": 3.0, "published_words": "", "values": list(found)} for name, found in values.items()}
    return {"quantities": quantities}


ONE_TO_FOUR = measured(x=(1.0, 2.0, 3.0, 4.0), y=(2.0, 2.0, 2.0, 0.0), gone=(None, None, 1.0, 2.0), none=())


@pytest.mark.parametrize(
    ("reading", "status"),
    [
        (within("x", 1, 4), "reproduced"),
        (within("x", 1, 3), "differs"),
        (mostly_within("x", 1, 2), "reproduced"),
        (mostly_within("x", 1, 2, least=0.6), "differs"),
        (mostly_within("gone", 0, 9), "reproduced"),
        (mostly_within("gone", 0, 9, least=0.6), "differs"),
        (within("none", 0, 9), "inconclusive"),
        (among_the_seeds("x"), "reproduced"),
        (among_the_seeds("x", 4.5), "differs"),
        (ratio_within("x", "y", 0.5, 1.5, least=0.75), "reproduced"),
        (ratio_within("x", "y", 0.5, 1.5, least=1.0), "differs"),
        (together(within("x", 1, 4), within("x", 1, 3)), "differs"),
        (together(within("x", 1, 4), mostly_within("gone", 0, 9)), "reproduced"),
    ],
)
def test_readings(reading, status):
    assert reading(ONE_TO_FOUR).status == status


def test_the_words_say_what_was_measured():
    found = among_the_seeds("x")(ONE_TO_FOUR)
    assert "median 2.5 (1 to 4)" in found.measured
    assert "above 2 of 4 seeds" in found.measured
    assert found.published == "3"
    assert "not finite for 2" in mostly_within("gone", 0, 9)(ONE_TO_FOUR).measured
