"""The normal form of a text and the features that words give: stems, pairs of stems, pieces of words."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

LONGEST = 1200
"""Letters of a story that are read: the first hundred and fifty words hold the trouble, the rest costs time."""
STEM = 5
"""Letters a stem keeps: Russian endings are 1–3 letters; measured as good as a stemmer when pieces stand beside it."""

_WORD = re.compile(r"[^\W_]+")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


def marked(text: str) -> str:
    """The text itself. Imported as `_` it marks words that pages translate, and asks nothing of Django."""
    return text


def normal(text: str) -> str:
    """The text as it is read: small letters, ё as е, single spaces, bare ends, no more than LONGEST."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    plain = unicodedata.normalize("NFC", plain)
    return _EDGES.sub("", " ".join(_EDGES.sub("", " ".join(plain.split()))[:LONGEST].split()))


def words(text: str) -> list[str]:
    """Words of a normal text; a number becomes its length in digits, so that «9 тысяч» and «7 тысяч» are alike."""
    return [f"#{len(word)}" if word.isdigit() else word for word in _WORD.findall(text)]


def stem(word: str) -> str:
    """What stays of a word when its form changes."""
    return word if len(word) <= STEM else word[:STEM]


def features(text: str) -> Counter[str]:
    """Features of a normal text with how often each occurs: `w` stems, `p` pairs of them, `c` pieces of 3–5 letters."""
    found: Counter[str] = Counter()
    tokens = words(text)
    stems = [stem(word) for word in tokens]
    found.update(f"w{one}" for one in stems)
    found.update(f"p{one} {two}" for one, two in pairwise(stems))
    for word in tokens:
        framed = f" {word} "
        for size in (3, 4, 5):
            found.update(f"c{framed[at : at + size]}" for at in range(max(1, len(framed) - size + 1)))
    return found


def weigh(found: Counter[str], idf: dict[str, float]) -> dict[str, float]:
    """TF-IDF of the features that the model knows; stems with pairs and pieces are two blocks, each of length 1."""
    weights: dict[str, float] = {}
    for block in ("wp", "c"):
        part = {name: (1 + math.log(n)) * idf[name] for name, n in found.items() if name[0] in block and name in idf}
        length = math.sqrt(sum(value * value for value in part.values()))
        weights.update((name, value / length) for name, value in part.items())
    return weights


def inverse_frequency(bags: Iterable[Counter[str]], least: int = 2) -> dict[str, float]:
    """The weight of each feature that at least `least` texts have."""
    seen: Counter[str] = Counter()
    total = 0
    for bag in bags:
        seen.update(bag.keys())
        total += 1
    return {name: math.log((1 + total) / (1 + n)) + 1 for name, n in sorted(seen.items()) if n >= least}
