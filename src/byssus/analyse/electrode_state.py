"""The three states of an electrode, however a lab writes them."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["STATES", "state_in", "state_of"]

STATES = ("pristine", "lithiated", "delithiated")

# How labs name the three states in English, German and French; compared without case, accents and dashes.
SYNONYMS = {
    "pristine": (
        "pristine", "initial", "fresh", "uncycled", "unlithiated", "as prepared", "as made", "before",
        "before cycling", "before lithiation", "original", "neu", "frisch", "ausgangszustand", "unzyklisiert",
        "vor zyklisierung", "vor der zyklisierung", "vor lithiierung", "vor der lithiierung", "neuf", "neuve",
        "vierge", "etat initial", "initiale", "avant cyclage", "avant lithiation",
    ),
    "lithiated": (
        "lithiated", "after lithiation", "fully lithiated", "after initial lithiation", "after first lithiation",
        "after 1st lithiation", "lithiiert", "nach lithiierung", "nach der lithiierung", "nach erster lithiierung",
        "nach der ersten lithiierung", "lithie", "lithiee", "apres lithiation", "apres premiere lithiation",
        "apres la premiere lithiation",
    ),
    "delithiated": (
        "delithiated", "after delithiation", "fully delithiated", "after initial delithiation",
        "after first delithiation", "after 1st delithiation",
        "after one cycle", "after 1 cycle", "after 1st cycle", "after first cycle",
        "after the first cycle", "delithiiert", "nach delithiierung", "nach der delithiierung", "nach erstem zyklus",
        "nach dem ersten zyklus", "nach 1 zyklus", "nach einem zyklus", "delithie", "delithiee", "apres delithiation",
        "apres la delithiation", "apres premier cycle", "apres le premier cycle", "apres 1 cycle", "apres un cycle",
    ),
}  # fmt: skip
MOST_WORDS = max(len(word.split()) for words in SYNONYMS.values() for word in words) + 1  # "de-lithiated" is two
_STATE_OF = {word: state for state, words in SYNONYMS.items() for word in words}


def state_of(word: str) -> str | None:
    """``"after lithiation"`` -> ``"lithiated"``; ``None`` for words that name none of the three states."""
    bare = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    bare = " ".join(re.sub(r"[\W_]+", " ", bare).split())
    bare = re.sub(r"\bde (?=lith)", "de", bare)
    return _STATE_OF.get(bare)


def state_in(name: str) -> str | None:
    """The one state that the words of a name tell: ``"PI_after-lithiation_03"`` -> ``"lithiated"``.

    Of words that begin at one place the most that name a state count; ``None`` where no state or several are named.
    """
    words = [word for word in re.split(r"[\W_]+|(?<=[a-z])(?=[A-Z])", name) if word]
    found: set[str] = set()
    at = 0
    while at < len(words):
        sizes = range(min(MOST_WORDS, len(words) - at), 0, -1)
        size, state = next(((n, s) for n in sizes if (s := state_of(" ".join(words[at : at + n])))), (1, None))
        found |= {state} if state else set()
        at += size
    return found.pop() if len(found) == 1 else None
