"""The one place where numbers, dates, times, lists, units and names become what a reader reads.

Terminal, page and results of the API all ask `Words`. Babel was weighed for it: it writes −0,00 and
NaN, a hyphen for a minus, no intervals, and brings 36 MB for two languages; the tests hold what
both do (separators, months, lists) to its data.
"""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cached_property

from resilienza_sim.messages import catalogue, languages

__all__ = ["Words", "decimals", "plain"]

_MINUS = "\u2212"
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_LONGEST = 400
_TERMS = "words.source.term."
_MARK = re.compile(r"(assumption|convention|derived|prior|fitted|own measure): ")
_ENGLISH = re.compile(
    r"\b(the|of|and|is|are|was|were|with|from|by|for|on|to|one|each|than|as|at|not|that|what|who|"
    r"where|after|people|they|more|nobody|has|have|living)\b"
)
"""Words that only a sentence in English has."""
_STRAIGHT = re.compile(r"(?<=\w)'(?=\w)")
_FIGURES, _MOST_DECIMALS = 3, 6


def plain(text: object) -> str:
    """Return a text from a file fit for a page: no control or direction marks, not endless."""
    kept = (
        " " if unicodedata.category(sign) in _UNPRINTABLE else sign for sign in str(text)[:_LONGEST]
    )
    return re.sub(r"\s+", " ", "".join(kept)).strip()


class Words:
    """The sentences of the report in one language, and how it writes numbers and dates.

    Parameters
    ----------
    lang : str
        "it" or "en".
    page : str
        Whose sentences: the catalogue they are in.
    """

    def __init__(self, lang: str, page: str = "report") -> None:
        self.lang, self.page = lang, page
        self._catalogue = catalogue(lang)
        self.undefined = self._catalogue.raw("words.number.undefined")

    def __call__(self, key: str, **values: object) -> str:
        """Return the sentence ``<page>.<key>``."""
        return self._catalogue.text(f"{self.page}.{key}", **values)

    def _own(self, key: str, **values: object) -> str:
        return self._catalogue.text(f"words.{key}", **values)

    # -- names ---------------------------------------------------------------------------------

    def either(self, table: str, name: str, **values: object) -> str | None:
        """Return the sentence ``report.<table>.<name>``, else ``names.<table>.<name>``, if any."""
        for key in (f"report.{table}.{name}", f"names.{table}.{name}"):
            if key in self._catalogue:
                return self._catalogue.text(key, **values)
        return None

    def name(self, family: str, name: str, title: object = None) -> str:
        """Return what the catalogue calls a component, else what the study told, else its name.

        Several components joined by " + " are named one by one.
        """
        key = f"names.{family}.{name}"
        if key in self._catalogue:
            return self._catalogue.raw(key)
        if title is None and " + " in name:
            return " + ".join(self.name(family, each) for each in name.split(" + "))
        return self.of(title, name)

    def unit(self, unit: str) -> str:
        """Return a unit of measure in this language, or as it is."""
        key = f"words.unit.{unit}"
        return self._catalogue.raw(key) if key in self._catalogue else plain(unit)

    def of(self, text: object, otherwise: object = "") -> str:
        """Return a text given in several languages (or one) in this one."""
        if isinstance(text, Mapping):
            found = [text.get(lang) for lang in (self.lang, *languages())]
            text = next((_typeset(str(one)) for one in found if one), None)
        return plain(text) if text else plain(otherwise)

    def source(self, text: object) -> str:
        """Return a source, its marks (assumption, from memory, ...) in this language.

        What is still English prose is said to be: studies and figures need no language.
        """
        own = str(text)
        local = self._in_terms(own)
        if _ENGLISH.search(local):
            if found := _MARK.match(own):
                mark = self._catalogue.raw(f"{_TERMS}{found[1]}")
                local = self._own("source.marked", mark=mark, text=own[found.end() :])
            else:
                local = self._own("source.prose", text=own)
        return _typeset(local)

    def _in_terms(self, text: str) -> str:
        for term, word in self._terms:
            text = term.sub(word, text)
        return text

    @cached_property
    def _terms(self) -> list[tuple[re.Pattern[str], str]]:
        """The marks of sources, the longest first, and what each is in this language."""
        names = (key for key in self._catalogue.keys() if key.startswith(_TERMS))  # noqa: SIM118
        return [
            (
                re.compile(rf"(?<!\w){re.escape(key.removeprefix(_TERMS))}(?!\w)"),
                self._catalogue.raw(key).replace("\\", r"\\"),
            )
            for key in sorted(names, key=len, reverse=True)
        ]

    # -- numbers -------------------------------------------------------------------------------

    def number(self, value: object, digits: int | None = None, *, sign: bool = False) -> str:
        """Return a number with this language's separators.

        Parameters
        ----------
        value : float or None
            None and nan are written as undefined.
        digits : int, optional
            Decimals; by default those of three significant digits, and a power of ten where six
            decimals would leave nothing of it.
        sign : bool, optional
            Write a plus before positive values. What is written as zero has no sign.
        """
        if not _is_number(value):
            return self.undefined
        x = float(value)  # type: ignore[arg-type]
        if digits is None:
            digits = decimals(x)
            if x and abs(x) < 10.0**-_MOST_DECIMALS:
                return self._small(x, sign)
        text = f"{abs(x):,.{digits}f}"
        return self._sign(x if text.strip("0.,") else 0.0, sign) + self._separators(text)

    def _small(self, x: float, sign: bool) -> str:
        figure, power = f"{abs(x):.{_FIGURES - 1}e}".split("e")
        raised = str(int(power)).translate(_RAISED)
        return f"{self._sign(x, sign)}{self._separators(figure)} × 10{raised}"

    @staticmethod
    def _sign(x: float, sign: bool) -> str:
        return _MINUS if x < 0 else "+" if sign and x > 0 else ""

    def rounded(self, value: object, figures: int, *, sign: bool = False) -> str:
        """Return a number of few significant digits."""
        return self.number(value, decimals(_or_zero(value), figures=figures), sign=sign)

    def exact(self, value: object) -> str:
        """Return a number somebody chose with the decimals it was written with."""
        if not _is_number(value):
            return self.undefined
        text = f"{float(value):.6f}".rstrip("0")  # type: ignore[arg-type]
        return self.number(value, len(text.partition(".")[2]))

    def _separators(self, text: str) -> str:
        point, thousands = self._own("number.point"), self._own("number.thousands")
        return text.replace(",", "\0").replace(".", point).replace("\0", thousands)

    def percent(self, share: object, digits: int = 0, *, sign: bool = False) -> str:
        """Return a share (0.25) as a percentage (25 %)."""
        if not _is_number(share):
            return self.undefined
        number = self.number(100 * float(share), digits, sign=sign)  # type: ignore[arg-type]
        return self._own("number.percent", number=number)

    def cents(self, cents: object) -> str:
        """Return whole cents as euros, to the cent."""
        if not _is_number(cents):
            return self.undefined
        whole = int(cents)  # type: ignore[call-overload]
        text = f"{abs(whole) // 100:,}.{abs(whole) % 100:02d}"
        return self._sign(whole, sign=False) + self._euros(self._separators(text))

    def euros(self, value: object) -> str:
        """Return an amount rounded to the euro."""
        number = self.number(value, 0)
        before = _MINUS if number.startswith(_MINUS) else ""
        return before + self._euros(number.removeprefix(_MINUS))

    def _euros(self, number: str) -> str:
        return number if number == self.undefined else self._own("number.euros", number=number)

    def size(self, octets: float) -> str:
        """Return a size in MB or GB."""
        unit, scale = ("GB", 1e9) if octets >= 1e9 else ("MB", 1e6)
        return f"{self.rounded(max(octets / scale, 0.1), 2)} {unit}"

    def interval(self, low: object, high: object, digits: int | None = None) -> str:
        """Return an interval, both ends with their sign and as many decimals.

        Undefined unless both ends are finite.
        """
        if not (_is_number(low) and _is_number(high)):
            return self.undefined
        ends = float(low), float(high)  # type: ignore[arg-type]
        digits = decimals(*ends) if digits is None else digits
        values = {
            name: self.number(end, digits, sign=True)
            for name, end in zip(("low", "high"), ends, strict=True)
        }
        return self._interval(values)

    def span(self, low: object, high: object, *, sign: bool = False) -> str:
        """Return a range of values that are no differences; an end that is not known is open."""
        ends = [end for end in (low, high) if _is_number(end)]
        digits = decimals(*ends)  # type: ignore[arg-type]
        values = {
            name: self.number(end, digits, sign=sign) if _is_number(end) else "…"
            for name, end in (("low", low), ("high", high))
        }
        return self._interval(values)

    def percents(self, low: object, high: object, digits: int = 0) -> str:
        """Return a range of shares."""
        values = {"low": self.percent(low, digits), "high": self.percent(high, digits)}
        return self.undefined if self.undefined in values.values() else self._interval(values)

    def _interval(self, ends: Mapping[str, str]) -> str:
        return self._own("number.interval", **ends)

    def estimate(self, mean: object, low: object, high: object) -> tuple[str, str]:
        """Return a mean difference and its interval, with the same decimals: those of its ends."""
        ends = [end for end in (low, high) if _is_number(end)]
        known = ends if len(ends) == 2 else [mean]
        digits = decimals(*known)  # type: ignore[arg-type]
        return self.number(mean, digits, sign=True), self.interval(low, high, digits)

    # -- lists and counts ----------------------------------------------------------------------

    def list(self, items: Sequence[str]) -> str:
        """Return items joined as a sentence joins them."""
        if len(items) < 2:
            return "".join(items)
        return self._own("list.last", first=", ".join(items[:-1]), last=items[-1])

    def quoted(self, items: Sequence[str]) -> str:
        """Return names between quotes, joined as a sentence joins them."""
        return self.list([self._own("list.item", item=each) for each in items])

    def count(self, key: str, n: int, **values: object) -> str:
        """Return the sentence for one or for many (``<key>.one``, ``<key>.many``)."""
        form = "one" if n == 1 else "many"
        return self(f"{key}.{form}", n=self.number(n, 0), **values)

    # -- dates and times -----------------------------------------------------------------------

    def date(self, day: datetime.date) -> str:
        """Return a date in full: 16 maggio 2023."""
        first = self._own("date.first") if day.day == 1 else str(day.day)
        month = self._own("date.months").split()[day.month - 1]
        return self._own("date.day", day=first, month=month, year=day.year)

    def short_date(self, day: datetime.date) -> str:
        """Return a short date: 16 mag 2023."""
        return self._own("date.day", day=day.day, month=self.month(day), year=day.year)

    def month(self, day: datetime.date) -> str:
        """Return the short name of a month."""
        return self._own("date.short_months").split()[day.month - 1]

    def duration(self, seconds: float) -> str:
        """Return a time in the two largest units that matter."""
        whole = max(0, round(seconds))
        if whole == 0:
            return self._own("time.short")
        hours, minutes = divmod(whole // 60, 60)
        if hours:
            return self._own("time.hours", hours=self.number(hours, 0), minutes=minutes)
        if minutes:
            return self._own("time.minutes", minutes=minutes, seconds=whole % 60)
        return self._own("time.seconds", seconds=whole)


def decimals(*values: float, figures: int = _FIGURES) -> int:
    """Return the decimals that show the significant digits of the largest value.

    Nought where six decimals would all be zeros.
    """
    size = max((abs(value) for value in values if _is_number(value)), default=0.0)
    if size < 0.5 * 10.0**-_MOST_DECIMALS:
        return 0
    return max(0, min(_MOST_DECIMALS, figures - 1 - math.floor(math.log10(size))))


def _typeset(text: str) -> str:
    """Return a text with the apostrophes of print, as the catalogues have them."""
    return _STRAIGHT.sub("’", text)


def _is_number(value: object) -> bool:
    try:
        return value is not None and math.isfinite(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


def _or_zero(value: object) -> float:
    return float(value) if _is_number(value) else 0.0  # type: ignore[arg-type]
