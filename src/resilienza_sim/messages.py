"""What users read, in Italian and English, from ``locale/<lang>/<namespace>.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from numbers import Integral

__all__ = ["NAMING", "Catalogue", "catalogue", "languages"]

_LANGUAGES = ("it", "en")
_BEFORE_A_VOWEL = {
    **{word: f"{word[:-1]}ll’" for word in ("al", "dal", "del", "nel", "sul")},
    **{word: f"{word[:-1]}gli " for word in ("i", "ai", "dai", "dei", "nei", "sui")},
    "il": "l’",
}
_ARTICLE = re.compile(
    rf"\b(?P<word>{'|'.join(_BEFORE_A_VOWEL)}) \{{(?P<name>\w+)\}}", re.IGNORECASE
)
_SPOKEN_WITH_A_VOWEL = re.compile(r"(8\d{0,2}|11)(?!\d)")
"""Numbers said *otto…* or *undici…*, whatever follows: a comma, a month, three zeros."""
_ONE = re.compile(r"1(?![\d.º])")
_FORMS = re.compile(
    r"\{(?P<name>\w+):(?:(?P<none>[^{}|]*)\|)?(?P<one>[^{}|]*)\|(?P<many>[^{}|]*)\}"
)
"""``{count} {count:row|rows}``: of one, and of any other number; ``{count:no row|one|# rows}``: of
none too, with the number in the place of #."""
NAMING = frozenset(("line", "column", "row", "year", "address", "seed", "number", "person"))
"""Values whose figures name a thing instead of counting it: they are written as they are."""


def languages() -> tuple[str, ...]:
    """Return the languages the product speaks; the first is the default."""
    return _LANGUAGES


class Catalogue:
    """The sentences of one language, by dotted key (``namespace.table.name``)."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._sentences: dict[str, str] = {}
        for file in sorted(files("resilienza_sim").joinpath("locale", lang).iterdir(), key=str):
            if file.name.endswith(".toml"):
                table = tomllib.loads(file.read_text(encoding="utf-8"))
                self._flatten(file.name.removesuffix(".toml"), table)

    def _flatten(self, prefix: str, table: dict[str, object]) -> None:
        for name, value in table.items():
            key = f"{prefix}.{name}"
            if isinstance(value, dict):
                self._flatten(key, value)
            else:
                self._sentences[key] = str(value)

    def __contains__(self, key: str) -> bool:
        return key in self._sentences

    def keys(self) -> frozenset[str]:
        """Return every key of this language."""
        return frozenset(self._sentences)

    def text(self, key: str, **values: object) -> str:
        """Return the sentence `key` with its placeholders filled.

        Whole numbers are written as this language parts their thousands; what stands behind a
        number is in its singular or its plural.

        Raises
        ------
        KeyError
            If the sentence does not exist in this language.
        """
        values = {name: self._written(name, value) for name, value in values.items()}
        sentence = _inflected(self._sentences[key], values)
        if self.lang == "it":
            sentence = _elided(sentence, values)
        return sentence.format(**values)

    def _written(self, name: str, value: object) -> object:
        """Return a value as a sentence shows it."""
        if name in NAMING or isinstance(value, bool) or not isinstance(value, Integral):
            return value
        parted = f"{abs(int(value)):,}".replace(",", self._sentences["words.number.thousands"])
        return f"\N{MINUS SIGN}{parted}" if int(value) < 0 else parted

    def raw(self, key: str) -> str:
        """Return the sentence with its placeholders as written."""
        return self._sentences[key]


def _inflected(sentence: str, values: Mapping[str, object]) -> str:
    """Return a sentence whose words suit the counts they go with."""

    def suited(found: re.Match[str]) -> str:
        count = str(values.get(found["name"]))
        form = {"0": "none", "1": "one"}.get(count, "many")
        if found[form] is None:
            form = "many"
        return found[form].replace("#", count)

    return _FORMS.sub(suited, sentence)


def _elided(sentence: str, values: Mapping[str, object]) -> str:
    """Return an Italian sentence whose articles suit the numbers that will follow them.

    *Dal* 7 agosto, but *dall’* 8; *il* 10 %, but *l’* 11; *dei* 7, but *degli* 8.
    """

    def suited(found: re.Match[str]) -> str:
        word, name = found["word"], found["name"]
        filling, before = str(values.get(name, "")), _BEFORE_A_VOWEL[word.lower()]
        one = before.endswith("’") and _ONE.match(filling)
        if not (one or _SPOKEN_WITH_A_VOWEL.match(filling)):
            return found[0]
        first = before[0].upper() if word[0].isupper() else before[0]
        return f"{first}{before[1:]}{{{name}}}"

    return _ARTICLE.sub(suited, sentence)


@cache
def catalogue(lang: str) -> Catalogue:
    """Return the catalogue of a language, read once.

    Raises
    ------
    ValueError
        If the language is not one of `languages`.
    """
    if lang not in _LANGUAGES:
        raise ValueError(f"language {lang!r} is not one of {', '.join(_LANGUAGES)}")
    return Catalogue(lang)
