"""What two texts have in common: which sentences answer each other, how much of each stands in the other, and where.

Containment is asked both ways, as a trimmed copy is all in its original and not the reverse. A sentence's partner in
the other text is the one with which it has most in common, so a retold report shows as pairs in the same order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from pipeline.core.origins.wording import Sentence, Wording

SAME_SENTENCE: Final = 0.6  # Dice coefficient of stems: house style and a changed word leave more
RETOLD_SENTENCE: Final = 0.35  # the same, of what is told in other words
MIN_RETOLD: Final = 3  # stems, figures or names that a retold sentence has in common with its model, at the least
MAX_PLACES: Final = 8  # sentences in which one stem is looked up; what stands in more is the topic, not a fact
WHOLE: Final = 840  # what one stem weighs: by how many places soever it is divided, the parts add up to the same sum


class Pair(NamedTuple):
    """Two sentences by their numbers in their texts; ``likeness`` is the Dice coefficient of what they are about."""

    mine: int
    theirs: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two texts side by side. All shares are 0 to 1, of words or of rows of words.

    ``mine_in_theirs`` is the share of my rows that the other text has, ``mine_same`` that of my words in sentences that
    the other has too, ``mine_retold`` the same with what is told in other words; ``theirs_*`` the other way about.
    ``own_shared`` counts the rows in common that neither quotes. ``figured_same`` and ``figured_differ`` count
    sentences that are the same but for their numbers: how many have the same ones, and how many others. ``my_facts`` is
    the share of my names and figures that the other has, ``my_stems`` that of what my words are about.
    """

    shared: int
    own_shared: int
    mine_in_theirs: float
    theirs_in_mine: float
    mine_same: float
    theirs_same: float
    mine_retold: float
    theirs_retold: float
    pairs: tuple[Pair, ...]
    figured_same: int
    figured_differ: int
    my_facts: float
    their_facts: float
    my_stems: float
    their_stems: float


def align(mine: Wording, theirs: Wording) -> Alignment:
    """Lay two texts side by side; linear in both, as no stem is looked up in more than MAX_PLACES sentences."""
    rows = mine.grams & theirs.grams
    shared = len(rows)
    pairs = _pairs(mine.sentences, theirs.sentences)
    same = [pair for pair in pairs if pair.likeness >= SAME_SENTENCE]
    agree, differ = _figures(mine.sentences, theirs.sentences, same)
    my_facts, their_facts = mine.names | mine.figures, theirs.names | theirs.figures
    facts, stems = len(my_facts & their_facts), len(mine.stems & theirs.stems)
    return Alignment(
        shared=shared,
        own_shared=shared - len(rows & (mine.quoted_grams | theirs.quoted_grams)),
        mine_in_theirs=_share(shared, mine.grams),
        theirs_in_mine=_share(shared, theirs.grams),
        mine_same=_told(mine, {pair.mine for pair in same}),
        theirs_same=_told(theirs, {pair.theirs for pair in same}),
        mine_retold=_told(mine, {pair.mine for pair in pairs}),
        theirs_retold=_told(theirs, {pair.theirs for pair in pairs}),
        pairs=pairs,
        figured_same=agree,
        figured_differ=differ,
        my_facts=_share(facts, my_facts),
        their_facts=_share(facts, their_facts),
        my_stems=_share(stems, mine.stems),
        their_stems=_share(stems, theirs.stems),
    )


def turned(alignment: Alignment) -> Alignment:
    """The same, seen from the other text."""
    return replace(
        alignment,
        mine_in_theirs=alignment.theirs_in_mine,
        theirs_in_mine=alignment.mine_in_theirs,
        mine_same=alignment.theirs_same,
        theirs_same=alignment.mine_same,
        mine_retold=alignment.theirs_retold,
        theirs_retold=alignment.mine_retold,
        pairs=tuple(sorted(Pair(pair.theirs, pair.mine, pair.likeness) for pair in alignment.pairs)),
        my_facts=alignment.their_facts,
        their_facts=alignment.my_facts,
        my_stems=alignment.their_stems,
        their_stems=alignment.my_stems,
    )


def _share(number: int, of: Collection[object]) -> float:
    return number / len(of) if of else 0.0


def _told(wording: Wording, chosen: Collection[int]) -> float:
    return sum(len(wording.sentences[number].words) for number in chosen) / (wording.length or 1)


def _pairs(mine: Sequence[Sentence], theirs: Sequence[Sentence]) -> tuple[Pair, ...]:
    """Each of my sentences with the one of theirs that has most in common with it, where that is enough."""
    verbatim = {sentence.words: number for number, sentence in enumerate(theirs)}
    same = [verbatim.get(sentence.words) for sentence in mine]
    others = [sentence.things for sentence in theirs]
    places = _places(others, [sentence.things for sentence, there in zip(mine, same, strict=True) if there is None])
    pairs = []
    for number, (sentence, there) in enumerate(zip(mine, same, strict=True)):
        if there is not None:
            if len(sentence.stems) >= MIN_RETOLD:
                pairs.append(Pair(number, there, 1.0))
            continue
        best = _most_alike(sentence.things, places)
        if best is None:
            continue
        shared = len(sentence.things & others[best])
        likeness = 2 * shared / (len(sentence.things) + len(others[best]))
        if shared >= MIN_RETOLD and likeness >= RETOLD_SENTENCE:
            pairs.append(Pair(number, best, likeness))
    return tuple(pairs)


def _places(sentences: Sequence[frozenset[str]], sought: Sequence[frozenset[str]]) -> Mapping[str, Sequence[int]]:
    """In which of ``sentences`` each thing stands that one of ``sought`` has; without what stands in too many."""
    wanted = frozenset[str]().union(*sought)
    places: defaultdict[str, list[int]] = defaultdict(list)
    if wanted:
        for number, things in enumerate(sentences):
            for thing in things & wanted:
                places[thing].append(number)
    return {thing: where for thing, where in places.items() if len(where) <= MAX_PLACES}


def _most_alike(things: frozenset[str], places: Mapping[str, Sequence[int]]) -> int | None:
    """Which sentence has most of ``things``, the rare ones above all; of equals the first. None where none has any."""
    weights: defaultdict[int, int] = defaultdict(int)
    for thing in things:
        where = places.get(thing, ())
        for place in where:
            weights[place] += WHOLE // len(where)
    return max(sorted(weights), key=weights.__getitem__, default=None)


def _figures(mine: Sequence[Sentence], theirs: Sequence[Sentence], same: Sequence[Pair]) -> tuple[int, int]:
    """How many pairs of sentences with numbers in both have the same ones, and how many have others.

    What only one of them has (a sum in another currency) is no difference.
    """
    agree = differ = 0
    for pair in same:
        figures, others = set(mine[pair.mine].figures), set(theirs[pair.theirs].figures)
        if figures and others:
            if figures <= others or others <= figures:
                agree += 1
            else:
                differ += 1
    return agree, differ
