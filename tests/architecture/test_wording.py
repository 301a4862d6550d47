"""One word per thing: words that stop a reader stay out of what is read, and no source is ours."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from resilienza_sim.messages import catalogue, languages

# What must not be read, and the word of the field in its place.
BETTER = {
    "it": {
        r"strategi[ae](?! d.intervento)": "proposta",
        r"bracci(o|a)?": "proposta",
        r"bors[ae]|quota discrezionale": "risorse disponibili, fondo programmabile",
        r"(?<!di )(?<!alcun )colp[oi]": "evento critico",
        r"shock": "evento critico",
        r"consolidat[ao]": "come adesso (spesa storica)",
        r"rimbalz\w+": "condizioni alla fine rispetto a prima",
        r"robustezza": "punto più basso",
        r"rapidità": "velocità di risalita",
        r"tempo di (recupero|ripresa)": "settimane sotto la soglia",
        r"perdita di resilienza": "disagio in più accumulato",
        r"operatori di strada": "educativa di strada, operatori di prossimità",
        r"cercare porta a porta|bussa(re)? alle porte": "ricerca attiva (outreach)",
        r"distant[ei] (da|dagli|da ogni) aiut\w+|i distanti": "chi non si rivolge ai servizi",
        r"(sostegno|contribut[oi]) in denaro": "contributo economico",
        r"far nascere|fa nascere": "avvio di gruppi e associazioni",
        r"deliberazion\w+|deliberat\w+|deliberare": "percorso partecipativo",
        r"(?<!«)(?<!dietro gli )argin[ei]": "preparazione all’emergenza",
        r"portatori di interesse": "imprese, scuole, parrocchie",
        r"in coda|nelle code|code dei servizi": "lista d’attesa",
        r"(ai|dei) margini": "persone a rischio di emarginazione",
        r"in rancore|nel rancore(?! chiuso)": "nella «comunità del rancore»",
        r"esauriti": "in burnout",
        r"chi cura un familiare": "caregiver familiari",
        r"appaiat[aeio]": "a parità di sorte",
        r"sem[ei]": "numero del sorteggio",
        r"impront[ae]": "codice di controllo",
        r"modello nullo": "senza meccanismi sociali",
        r"macchina": "computer",
        r"curve di accettabilità": "probabilità che sia la più conveniente",
        r"più piccol[ao] (differenza )?che conta": "soglia utile",
        r"verdett[oi]": "giudizio",
        r"si equivalgono|equivalent[ei]|indecis[oaie]": "differenza piccola, non si sa",
        r"migliore di|peggiore di": "va meglio di, va peggio di",
        r"mond[oi] plausibil[ei]": "città plausibile",
        r"termine di paragone": "termine di confronto",
        r"una diagnosi|\(diagnosi\)": "aiuta a capire, non entra nel giudizio",
        r"dz": "(solo nelle tabelle esportate)",
    },
    "en": {
        r"(?<!\[)purses?": "budget, euros that can be moved",
        r"alluvial strategy|consolidated spending": "alluvial model, spending as before",
        r"bounce forward": "conditions at the end compared with before",
        r"door to door|knock on the doors?": "outreach",
        r"distant from help|the distant": "people who do not turn to services",
        r"street workers": "street work",
        r"at the margins?|marginal groups": "people at risk of exclusion",
        r"other stakeholders": "firms, schools, parishes",
        r"public deliberation": "participatory planning",
        r"(?<!behind )levees?": "emergency preparedness",
        r"queue(s|ing)?": "waiting list",
        r"seed": "number of the draw",
        r"scenario hash|study hash": "check code",
        r"null model": "without social mechanisms",
        r"machine": "computer",
        r"acceptability curves?": "chance of being the best buy",
        r"plausible worlds?": "plausible town",
        r"smallest (difference )?that matters": "useful threshold",
        r"suffering": "hardship",
        r"dz": "(only in exported tables)",
    },
}
# Names of tables that researchers export, the lesson's own words, and Python's own.
SPARED = (
    "export.column.",
    "export.readme",
    "errors.seed_twice",
    "errors.jit_disabled",
    "errors.wanted.half_width",
    "cli.trace.kind.",
    "words.unit.",
    "words.source.",
)
OURS = re.compile(r"\b(MODEL|EVIDENCE|DESIGN|TRAPS|wording)\.md\b|\b(section|row) \d+ of the spec")


def bare(text: str) -> str:
    """Return a sentence without placeholders, options, names in files and commands."""
    lines = [line for line in text.splitlines() if not line.startswith("resilienza ")]
    return re.sub(r"\{[^{}]*\}|--[\w-]+(=\S+)?|\S*[_/=]\S*|`[^`]*`", " ", "\n".join(lines))


def unwanted(lang: str, text: str) -> list[str]:
    return [
        f"{found[0]!r}: better {better!r}"
        for pattern, better in BETTER[lang].items()
        if (found := re.search(rf"(?<!\w)(?:{pattern})(?!\w)", bare(text), re.IGNORECASE))
    ]


@pytest.mark.parametrize("lang", languages())
def test_catalogues_use_the_words_of_the_field(lang: str) -> None:
    words = catalogue(lang)
    wrong = [
        f"{key}: {each}"
        for key in sorted(words.keys())
        if not key.startswith(SPARED)
        for each in unwanted(lang, words.raw(key))
    ]
    assert not wrong, "\n".join(wrong)


def in_languages(data: Any) -> Iterator[tuple[str, str]]:
    """Walk the texts of a file that are given by language."""
    if isinstance(data, dict):
        for name, value in data.items():
            if name in BETTER and isinstance(value, str):
                yield name, value
            else:
                yield from in_languages(value)
    elif isinstance(data, list):
        for each in data:
            yield from in_languages(each)


def data_files(root: Path, package: Path) -> list[Path]:
    shipped = [root / name for name in ("scenarios", "experiments", "claims")]
    files = [file for folder in shipped for file in folder.rglob("*.toml")]
    return files + [file for file in package.rglob("*.toml") if "locale" not in file.parts]


@pytest.fixture
def files(package: Path) -> list[Path]:
    found = data_files(package.parents[1], package)
    assert len(found) > 60
    return found


def tells_of_levees(file: Path) -> bool:
    """Tell whether a file is of a lesson, in whose story the levee is one of earth."""
    return file.parent.name == "lessons" or file.stem == "argine_superato"


def test_titles_and_descriptions_use_the_words_of_the_field(files: list[Path]) -> None:
    wrong = [
        f"{file.name}: {each}"
        for file in files
        for lang, text in in_languages(tomllib.loads(file.read_text(encoding="utf-8")))
        for each in unwanted(lang, text)
        if not (tells_of_levees(file) and re.search("preparazione|preparedness", each))
    ]
    assert not wrong, "\n".join(wrong)


def test_the_words_in_their_place_are_allowed() -> None:
    for lang, pairs in BETTER.items():
        assert not [better for better in pairs.values() if unwanted(lang, better)]


def test_no_source_names_a_document_of_ours(files: list[Path], sources) -> None:
    told = [(file.name, file.read_text(encoding="utf-8")) for file in files]
    told += [
        (str(source.path), node.value)
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert not [(name, found[0]) for name, text in told if (found := OURS.search(text))]
