"""A bad file gets one sentence: file, place, value found, what is allowed, nearest name."""

from __future__ import annotations

import ast
import pickle
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pytest
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from resilienza_sim.component import Component, quantity
from resilienza_sim.discovery import OneOf
from resilienza_sim.errors import Phrase, ResilienzaError
from resilienza_sim.experiments.audit.claims import Claims
from resilienza_sim.experiments.experiment import Experiment
from resilienza_sim.messages import catalogue, languages
from resilienza_sim.phrases import shown
from resilienza_sim.printable import clean
from resilienza_sim.reading import LARGEST_BYTES, file_of, read_toml, refusal, validated
from resilienza_sim.scenario import Scenario
from resilienza_sim.strategies.strategy import Strategy


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Wave(Component):
    """A wave."""

    peak: float = quantity(0.5, 0.0, 1.5, source="assumption")
    start: date

    @classmethod
    def kind(cls) -> str:
        return "wave"


class Heat(Component):
    """Heat."""

    days: int = quantity(5, 0, 15, source="assumption")

    @classmethod
    def kind(cls) -> str:
        return "heat"


AnyShock = Annotated[Component, OneOf(lambda: {"wave": Wave, "heat": Heat})]


class Line(Strict):
    """Written flat: the parameters of the action stand beside its name."""

    share: float = Field(gt=0.0, le=1.0)
    action: AnyShock

    @model_validator(mode="before")
    @classmethod
    def _flat(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and isinstance(data.get("action"), str):
            own = {k: v for k, v in data.items() if k not in ("action", "share")}
            shared = {k: data[k] for k in ("share",) if k in data}
            return {**shared, "action": {"kind": data["action"], **own}}
        return data


class Inner(Strict):
    depth: float = quantity(0.1, 0.0, 1.0, source="assumption")


class Sheet(Strict):
    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")] = "a"
    month: str = Field("2020-01", pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    code: str = Field("x", pattern=r"^x+$")
    text: Annotated[str, StringConstraints(min_length=1, max_length=5)] = "a"
    shocks: tuple[AnyShock, ...] = Field((), max_length=3)
    lines: tuple[Line, ...] = Field((), min_length=1)
    inner: Inner = Inner()
    effects: dict[str, float] = Field(default_factory=dict)
    spend: float | None = Field(None, ge=0.0)
    two: tuple[float, float] = (1.0, 2.0)
    returns: Literal["concave", "linear"] = "concave"
    mixed: int | str | None = None
    start: date | None = None
    after: date = Field(date(2021, 1, 1), ge=date(2020, 1, 1))
    flag: bool = True
    least: int = Field(3, gt=2, lt=9)
    most: int = Field(3, lt=9)

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if not self.flag:
            raise refusal("shock_quarter", index=0, found="Brogo", allowed="Borgo", nearest="Borgo")
        if self.least == 8:
            raise ValueError("a reason of a third party\nwith \x1b[31mcolours")
        return self


def told(text: str, folder: Path, lang: str = "en") -> str:
    path = folder / "sheet.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ResilienzaError) as caught:
        validated(Sheet, read_toml(path), "sheet.toml")
    for each in languages():
        sentence = caught.value.text(each)
        assert sentence.startswith("sheet.toml: ") or str(path) in sentence
        assert "\n" not in sentence
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.text(lang) == caught.value.text(lang)
    return caught.value.text(lang)


DAY = "2020-01-01"
SENTENCES = {
    # kinds
    'shocks=[{kind="waev"}]': 'shocks.0.kind is "waev", but it must be one of wave, heat.'
    " Did you mean “wave”?",
    'shocks=[{kid="wave"}]': "shocks.0.kind is missing; it must be one of wave, heat.",
    "shocks=[{kind=5}]": "shocks.0.kind is 5, but it must be one of wave, heat.",
    "shocks=[5]": "shocks.0 is 5, but it must be a table whose kind is one of wave, heat.",
    "shocks=5": "shocks is 5, but it must be a list of at most 3 items.",
    # names
    f'shocks=[{{kind="wave",peek=3,start={DAY}}}]': "shocks.0.peek is not a known name; here one"
    " can write: kind, peak, start. Did you mean “peak”?",
    f'shocks=[{{kind="wave",starts={DAY}}}]': "shocks.0.starts is not a known name; here one can"
    " write: kind, peak, start. Did you mean “start”?",
    'shocks=[{kind="wave"}]': "shocks.0.start is missing; it must be a date like 2024-09-18.",
    "inner={dept=1}": "inner.dept is not a known name; here one can write: depth."
    " Did you mean “depth”?",
    '"\\u001b[0m"=1\nspend=-1': "\\x1b[0m is not a known name; here one can write: name, month,"
    " code, text, shocks, lines, inner, effects, spend, two, returns, mixed, start, after, flag,"
    " least, most. (Other mistakes in the file: 1.)",
    # two levels written as one
    f'lines=[{{action="wave",share=0.1,start={DAY},peek=1}}]': "lines.0.peek is not a known name;"
    " here one can write: share, action, peak, start. Did you mean “peak”?",
    'lines=[{action="wave",share=0.1,start="x"}]': 'lines.0.start is "x", but it must be a date'
    " like 2024-09-18.",
    'lines=[{action="heta",share=0.1}]': 'lines.0.action is "heta", but it must be one of wave,'
    " heat. Did you mean “heat”?",
    'lines=[{action={kind="heat",days=77},share=0.1}]': "lines.0.action.days is 77, but it must be"
    " a whole number from 0 to 15.",
    'lines=[{action="heat",share=0}]': "lines.0.share is 0, but it must be a number greater than 0"
    " and at most 1.",
    # ranges and types
    f'shocks=[{{kind="wave",start={DAY},peak=3}}]': "shocks.0.peak is 3, but it must be a number"
    " from 0 to 1.5.",
    'shocks=[{kind="heat",days=1.5}]': "shocks.0.days is 1.5, but it must be a whole number from 0"
    " to 15.",
    "spend=-1": "spend is \u22121, but it must be a number from 0 up.",
    "spend=inf": "spend is inf, but it must be a number from 0 up.",
    "spend=nan": "spend is nan, but it must be a number from 0 up.",
    "spend=1e400": "spend is inf, but it must be a number from 0 up.",
    f"spend=1{'0' * 400}": "spend is a number of 401 digits, but it must be a number from 0 up.",
    f"flag=0x1{'0' * 5000}": "flag is a number of 6,021 digits, but it must be true or false.",
    "least=2": "least is 2, but it must be a whole number greater than 2 and less than 9.",
    "most=9": "most is 9, but it must be a whole number less than 9.",
    'effects.a="b"': 'effects.a is "b", but it must be a number.',
    "two=[1,2,3]": "two is a list of 3 items, but it must be a list of 2 items.",
    "lines=[]": "lines is a list of 0 items, but it must be a list of at least 1 items.",
    "inner=3": "inner is 3, but it must be a table of names and values.",
    'returns="linera"': 'returns is "linera", but it must be one of concave, linear.'
    " Did you mean “linear”?",
    "mixed=1.5": "mixed is 1.5, but it must be a whole number, or a text in quotes.",
    'start="2020-13-01"': 'start is "2020-13-01", but it must be a date like 2024-09-18.',
    "start=10:00:00": "start is 10:00:00, but it must be a date like 2024-09-18.",
    "after=0001-01-01": "after is 0001-01-01, but it must be a date like 2024-09-18 from 2020-01-01"
    " up.",
    "flag=3": "flag is 3, but it must be true or false.",
    'name="Big"': 'name is "Big", but it must be a name of lower-case letters, digits and _,'
    " starting with a letter.",
    'month="2020-13"': 'month is "2020-13", but it must be a month like 2020-01, in quotes.',
    'code="y"': 'code is "y", but it must be a text of the form ^x+$.',
    f'text="{"à" * 99}"': f'text is "{"à" * 59}…", but it must be a text in quotes, of 1 to 5'
    " characters.",
    'text="\\u001b[31m\\n\\u202e"': 'text is "\\x1b[31m\\n\\u202e", but it must be a text in'
    " quotes, of 1 to 5 characters.",
    # reasons of validators
    "flag=false": "shocks.0.quarters: no quarter is called “Brogo”; the quarters are Borgo."
    " Did you mean “Borgo”?",
    "least=8": "a reason of a third party\\nwith \\x1b[31mcolours.",
}


@pytest.mark.parametrize("text", SENTENCES, ids=lambda text: clean(text[:40]))
def test_wrong_values(text: str, tmp_path: Path) -> None:
    assert told(text, tmp_path) == f"sheet.toml: {SENTENCES[text]}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name pippo", "line 1, column 6"),
        ('a=1\nb="x', "a text in quotes is not closed"),
        ("a=1\na=2", "line 2, column 4"),
        ("[a]\n[a]", "the same name is written twice"),
        ("start=2020-13-01", "there is no such date"),
        ("a=pippo", "after = there must be a value"),
        ("a=1 2", "a value must be followed by a new line"),
        ("a=[1,2", "a closing square bracket is missing"),
        ("a={b=1", "a closing brace or a comma is missing"),
        ("\x00", "line 1, column 1"),
        (f"a=1{'0' * 5000}", "a number of thousands of digits"),
        ("a=" + "[" * 5000, "too many brackets"),
        ("a=" + "{a=" * 5000, "too many brackets"),
    ],
    ids=range(13),
)
def test_not_toml(text: str, words: str, tmp_path: Path) -> None:
    assert words in told(text, tmp_path)


def test_every_reason_why_a_text_is_not_toml_is_known_in_both_languages() -> None:
    for lang in languages():
        assert "errors.toml.twice" in catalogue(lang)


def test_missing_file_suggests_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "faenza.toml").write_text("", encoding="utf-8")
    with pytest.raises(ResilienzaError, match=r"Did you mean “.*faenza\.toml”"):
        read_toml(tmp_path / "feanza.toml")
    with pytest.raises(ResilienzaError, match="Did you mean “quartiere”"):
        read_toml(tmp_path / "quartier.toml", ["quartiere"])
    with pytest.raises(ResilienzaError, match=r"does not exist\.$"):
        read_toml(tmp_path / "nowhere" / "zzz.toml")


def test_what_is_not_a_readable_text(tmp_path: Path) -> None:
    with pytest.raises(ResilienzaError, match="is not a file"):
        read_toml(tmp_path)
    (tmp_path / "big.toml").write_bytes(b"#" * (LARGEST_BYTES + 1))
    with pytest.raises(ResilienzaError, match=f"at most {LARGEST_BYTES:,}"):
        read_toml(tmp_path / "big.toml")
    (tmp_path / "latin.toml").write_bytes('a = 1\nb = "città"\n'.encode("latin-1"))
    with pytest.raises(ResilienzaError, match=r"not a UTF-8 text \(line 2\)"):
        read_toml(tmp_path / "latin.toml")
    with pytest.raises(ResilienzaError, match="cannot be read"):
        read_toml(tmp_path / ("x" * 300 + ".toml"))


def test_windows_files_are_read(tmp_path: Path) -> None:
    path = tmp_path / "bom.toml"
    path.write_bytes("\ufeffa = 1\r\nb = 2\r\n".encode())
    assert read_toml(path) == {"a": 1, "b": 2}


def test_what_is_valid_is_returned(tmp_path: Path) -> None:
    sheet = validated(Sheet, {"least": 4, "shocks": [{"kind": "heat", "days": 2}]}, "x")
    assert sheet.least == 4
    assert sheet.shocks == (Heat(days=2),)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "true"),
        (1.5, Phrase("shown.number", {"value": 1.5})),
        ("a", '"a"'),
        (date(2020, 1, 6), "2020-01-06"),
        (10**59, Phrase("shown.number", {"value": 10**59})),
        (10**60, Phrase("shown.digits", {"digits": 61})),
        pytest.param(-(10**5000), Phrase("shown.digits", {"digits": 5001}), id="endless"),
        ({}, Phrase("shown.table")),
        ([1], Phrase("shown.list", {"count": 1})),
        (None, Phrase("shown.nothing")),
    ],
)
def test_values_are_shown_short(value: object, words: object) -> None:
    assert shown(value) == words


def test_what_a_terminal_would_obey_is_escaped() -> None:
    assert clean("città è bella – 3\u202f%") == "città è bella – 3 %"
    assert clean("a\x1b[2J\r\n\u202eb\ud800") == "a\\x1b[2J\\r\\n\\u202eb\\ud800"


def test_a_shipped_name_or_a_path_leads_to_a_file(tmp_path: Path) -> None:
    shipped = [tmp_path / "b.toml", tmp_path / "alpha.toml"]
    assert file_of("alpha", shipped, "unknown_scenario") == shipped[1]
    assert file_of(tmp_path / "mine.toml", shipped, "unknown_scenario") == tmp_path / "mine.toml"
    with pytest.raises(ResilienzaError) as caught:
        file_of("alfa", shipped, "unknown_scenario")
    assert caught.value.key == "unknown_scenario"
    assert caught.value.values == {"found": "alfa", "allowed": "alpha, b", "nearest": "alpha"}


def test_every_phrase_asked_for_exists(sources) -> None:
    words = catalogue("en")
    calls = [
        (node.func.id, node.args[0].value)
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("Phrase", "ResilienzaError", "refusal")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]
    asked = {f"refused.{key}" if name == "refusal" else key for name, key in calls}
    assert asked
    assert not {key for key in asked if f"errors.{key}" not in words}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[[lines]]\n" * 60_000, "lines"),
        ("[[shocks]]\n" * 60_000, "shocks"),
        ("".join(f"x{k} = 1\n" for k in range(60_000)), "x0"),
        ("".join(f"[x{k}]\n" for k in range(60_000)), "x0"),
        ("[[shocks]]\nkind = 'wave'\nodd = 1\n" * 20_000, "shocks"),
    ],
)
def test_thousands_of_mistakes_are_told_at_once(text: str, key: str, tmp_path: Path) -> None:
    file = tmp_path / "many.toml"
    file.write_text(text[:990_000].rpartition("\n")[0])
    data = read_toml(file)
    start = time.process_time()
    for model in (Sheet, Scenario, Experiment, Strategy, Claims):
        with pytest.raises(ResilienzaError) as caught:
            validated(model, data, file.name)
        assert len(caught.value.text("en")) < 2_000
    assert time.process_time() - start < 20.0, key
