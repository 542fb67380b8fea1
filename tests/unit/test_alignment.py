"""Which sentences of two texts answer each other."""

from __future__ import annotations

from pipeline.core.origins.alignment import align
from pipeline.core.origins.wording import wording_of

LEAD = "The harbour board of Arnsund met on Monday behind closed doors."


def test_of_two_sentences_that_have_equally_much_of_another_the_first_is_its_partner() -> None:
    mine = wording_of(f"{LEAD}\nThe dredger pumped gravel while captain Reyl lit lanterns.")
    gravel, lanterns = "Yesterday the dredger pumped gravel.", "Yesterday captain Reyl lit lanterns."
    for theirs in (f"{gravel}\n{lanterns}", f"{lanterns}\n{gravel}"):
        pairs = align(mine, wording_of(f"{LEAD}\n{theirs}")).pairs

        assert [(pair.mine, pair.theirs) for pair in pairs] == [(0, 0), (1, 1)]
