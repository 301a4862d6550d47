"""Words and numbers as a reader of one language writes them."""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from collections.abc import Mapping

from resilienza_sim.messages import catalogue, languages

__all__ = ["Words"]

_MINUS = "\u2212"
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_LONGEST = 400


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
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._catalogue = catalogue(lang)
        self._point = self._catalogue.text("report.number.point")
        self._thousands = self._catalogue.text("report.number.thousands")
        self.undefined = self._catalogue.text("report.number.undefined")
        self._months = self._catalogue.text("report.date.months").split()
        self._short_months = self._catalogue.text("report.date.short_months").split()

    def __call__(self, key: str, **values: object) -> str:
        """Return the sentence ``report.<key>``."""
        return self._catalogue.text(f"report.{key}", **values)

    def either(self, table: str, name: str, **values: object) -> str | None:
        """Return the sentence ``report.<table>.<name>``, else ``names.<table>.<name>``, if any."""
        for key in (f"report.{table}.{name}", f"names.{table}.{name}"):
            if key in self._catalogue:
                return self._catalogue.text(key, **values)
        return None

    def name(self, family: str, name: str, told: object = None) -> str:
        """Return what the catalogue calls a component, else what the study told, else its name.

        Several components joined by " + " are named one by one.
        """
        key = f"names.{family}.{name}"
        if key in self._catalogue:
            return self._catalogue.raw(key)
        if told is None and " + " in name:
            return " + ".join(self.name(family, each) for each in name.split(" + "))
        return self.of(told, name)

    def unit(self, unit: str) -> str:
        """Return a unit of measure in this language, or as it is."""
        return self.either("unit", unit) or plain(unit)

    def of(self, text: object, otherwise: object = "") -> str:
        """Return a text given in several languages (or one) in this one."""
        if isinstance(text, Mapping):
            found = [text.get(lang) for lang in (self.lang, *languages())]
            text = next((one for one in found if one), None)
        return plain(text) if text else plain(otherwise)

    # -- numbers -------------------------------------------------------------------------------

    def number(self, value: object, digits: int | None = None, *, sign: bool = False) -> str:
        """Return a number with this language's separators.

        Parameters
        ----------
        value : float or None
            None and nan are written as undefined.
        digits : int, optional
            Decimals; chosen for three significant digits when absent.
        sign : bool, optional
            Write a plus before positive values.
        """
        if not _is_number(value):
            return self.undefined
        x = float(value)  # type: ignore[arg-type]
        if digits is None:
            digits = decimals(x)
        text = f"{abs(x):,.{digits}f}"
        if not text.strip("0.,"):
            before = ""
        else:
            before = _MINUS if x < 0 else "+" if sign else ""
        return before + self._separators(text)

    def exact(self, value: object) -> str:
        """Return a number somebody chose with the decimals it was written with."""
        if not _is_number(value):
            return self.undefined
        text = f"{float(value):.6f}".rstrip("0")  # type: ignore[arg-type]
        return self.number(value, len(text.partition(".")[2]))

    def _separators(self, text: str) -> str:
        swapped = text.replace(",", "\0").replace(".", self._point)
        return swapped.replace("\0", self._thousands)

    def percent(self, share: object, digits: int = 0, *, sign: bool = False) -> str:
        """Return a share (0.25) as a percentage (25 %)."""
        if not _is_number(share):
            return self.undefined
        number = self.number(100 * float(share), digits, sign=sign)  # type: ignore[arg-type]
        return self("number.percent", number=number)

    def cents(self, cents: object) -> str:
        """Return whole cents as euros, to the cent."""
        if not _is_number(cents):
            return self.undefined
        whole = int(cents)  # type: ignore[call-overload]
        text = f"{abs(whole) // 100:,}.{abs(whole) % 100:02d}"
        return (_MINUS if whole < 0 else "") + self("number.euros", number=self._separators(text))

    def euros(self, value: object) -> str:
        """Return an amount rounded to the euro."""
        return self("number.euros", number=self.number(value, 0))

    def interval(self, low: object, high: object, digits: int) -> str:
        """Return an interval, both ends with their sign."""
        return self(
            "number.interval",
            low=self.number(low, digits, sign=True),
            high=self.number(high, digits, sign=True),
        )

    def list(self, items: list[str]) -> str:
        """Return items joined as a sentence joins them."""
        if len(items) < 2:
            return "".join(items)
        return self("list.last", first=", ".join(items[:-1]), last=items[-1])

    def count(self, key: str, n: int, **values: object) -> str:
        """Return the sentence for one or for many (``<key>.one``, ``<key>.many``)."""
        form = "one" if n == 1 else "many"
        return self(f"{key}.{form}", n=self.number(n, 0), **values)

    # -- dates ---------------------------------------------------------------------------------

    def date(self, day: datetime.date) -> str:
        """Return a date in full: 16 maggio 2023."""
        month = self._months[day.month - 1]
        return self("date.day", day=self._day(day), month=month, year=day.year)

    def short_date(self, day: datetime.date) -> str:
        """Return a short date: 16 mag 2023."""
        month = self._short_months[day.month - 1]
        return self("date.day", day=day.day, month=month, year=day.year)

    def month(self, day: datetime.date) -> str:
        """Return the short name of a month."""
        return self._short_months[day.month - 1]

    def _day(self, day: datetime.date) -> str:
        return self("date.first") if day.day == 1 else str(day.day)


def decimals(*values: float) -> int:
    """Return the decimals that show three significant digits of the largest value."""
    size = max((abs(value) for value in values if _is_number(value)), default=0.0)
    if size == 0.0:
        return 2
    return max(0, min(4, 2 - math.floor(math.log10(size))))


def _is_number(value: object) -> bool:
    try:
        return value is not None and math.isfinite(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
