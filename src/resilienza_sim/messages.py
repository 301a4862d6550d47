"""What users read, in Italian and English, from ``locale/<lang>/<namespace>.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

__all__ = ["Catalogue", "catalogue", "languages"]

_LANGUAGES = ("it", "en")


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

        Raises
        ------
        KeyError
            If the sentence does not exist in this language.
        """
        return self._sentences[key].format(**values)

    def raw(self, key: str) -> str:
        """Return the sentence with its placeholders as written."""
        return self._sentences[key]


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
