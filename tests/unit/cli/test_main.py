"""What every command shares: languages, help, exit codes, one sentence for each mistake."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from typing import get_type_hints

import pytest

from resilienza_sim import cli
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.messages import languages

RUN = "import sys; from resilienza_sim.cli import main; sys.exit(main())"


@pytest.fixture(autouse=True)
def _no_language_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESILIENZA_LANG", raising=False)
    monkeypatch.delenv("RESILIENZA_DEBUG", raising=False)


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was said on standard error: one line, and nothing on standard output."""
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err.rstrip("\n")


def pretend(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Make ``resilienza list`` end with an exception."""

    def run(*_: object) -> int:
        raise error

    monkeypatch.setattr(import_module("resilienza_sim.cli.list"), "run", run)


HEAVY = ("matplotlib", "mesa", "numba", "numpy", "pandas", "scipy", "seaborn")
LOADED = f"print(*sorted(set(sys.modules) & set({HEAVY!r})), file=sys.stderr)"
STARTS = f"""
import sys
from resilienza_sim import cli
if sys.argv[1:]:
    cli.main(sys.argv[1:])
else:
    for name in cli.commands():
        cli.main([name, "--help"])
        cli.main([name, "--no-such-option"])
{LOADED}
"""


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (f"import sys, resilienza_sim; {LOADED}", []),
        (STARTS, []),
        (STARTS, ["compare", "quartiere", "--pairs", "none"]),
        (STARTS, ["export", "nowhere"]),
    ],
)
def test_nothing_heavy_is_loaded_before_the_options_are_read(
    code: str, arguments: list[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    assert done.stderr.splitlines()[-1] == ""


@pytest.mark.parametrize("name", cli.commands())
def test_every_command_has_a_face_and_a_work(name: str) -> None:
    face = import_module(f"resilienza_sim.cli.options.{cli.module(name)}").Options
    work = import_module(f"resilienza_sim.cli.{cli.module(name)}").run
    assert get_type_hints(work)["terminal"] is Terminal
    assert face in get_type_hints(work).values()


def test_commands_are_the_modules_of_the_folder() -> None:
    assert set(cli.commands()) >= {"check", "community", "compare", "explain", "list", "report"}


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("name", cli.commands())
def test_every_command_has_a_page_with_examples(
    name: str, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([name, "--help", "--lang", lang]) == 0
    page = capsys.readouterr().out
    assert f"  resilienza {name}" in page
    for parameter in cli.parser(name).params:
        assert (parameter.opts[0] if parameter.opts[0][0] == "-" else parameter.metavar) in page


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_front_page_lists_the_commands(
    arguments: list[str], lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*arguments, "--lang", lang]) == 0
    page = capsys.readouterr().out
    assert all(f"\n  {name} " in page for name in cli.commands())


def test_italian_unless_asked_otherwise(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def first_word(*arguments: str) -> str:
        cli.main(arguments)
        return capsys.readouterr().out.split()[0]

    assert first_word("--help") == "Simula"
    monkeypatch.setenv("RESILIENZA_LANG", "en_GB.UTF-8")
    assert first_word("--help") == "Simulates"
    assert first_word("--lang=it", "--help") == "Simula"
    assert first_word("check", "--help", "--lang", "it") == "Controlla"


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("resilienza-sim ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chek"], "Did you mean “check”?"),
        (["--lng"], "Did you mean “--lang”?"),
        (["--lang", "fr"], "«fr» non è una delle lingue: it, en."),
        (["--lang"], "«» non è una delle lingue"),
        (["compare"], "SCENARIO is missing"),
        (["compare", "a", "b", "c"], "“b c” is too much"),
        (["compare", "a", "--pairs"], "--pairs must be followed by a value"),
        (["compare", "a", "--pair", "3"], "Did you mean “--pairs”?"),
        (["compare", "a", "--pairs", "x"], '--pairs is "x", but it must be a whole number'),
        (["compare", "a", "--pairs", "0"], "from 1 to 100,000"),
        (["compare", "a", "--workers", "9" * 9999], "from 1 to 1,024"),
        (["compare", "a", "--seed=-1"], "--seed"),
        (["compare", "a", "--out", __file__], "but it must be a folder"),
        (["list", "shock"], "Did you mean “shocks”?"),
        (["list", "\x1b[31m\nshocks"], "“\\x1b[31m\\nshocks”"),
        (["community", "a", "--citizens", "many"], '--citizens is "many"'),
        (["report"], "DIR is missing"),
    ],
)
def test_mistakes_of_usage_get_one_sentence(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = arguments if "--lang" in arguments else [*arguments, "--lang=en"]
    assert cli.main(asked) == 2
    assert words in one_line(capsys)


def test_mistakes_of_users_exit_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(monkeypatch, ResilienzaError("bad_assignment", found="a\x1b[2J"))
    assert cli.main(["list"]) == 2
    assert one_line(capsys).startswith("«a\\x1b[2J» non è nella forma")


def test_mistakes_of_ours_exit_with_1_and_say_how_to_see_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(monkeypatch, ZeroDivisionError("a\nb"))
    assert cli.main(["list"]) == 1
    assert "ZeroDivisionError: a\\nb" in one_line(capsys)
    monkeypatch.setenv("RESILIENZA_DEBUG", "1")
    assert cli.main(["list"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_what_the_system_refuses_is_a_mistake_of_the_user(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(monkeypatch, PermissionError(13, "Permission denied", "/root/x"))
    assert cli.main(["list", "--lang", "en"]) == 2
    assert "/root/x" in one_line(capsys)
    pretend(monkeypatch, OSError("what?"))
    assert cli.main(["list", "--lang", "en"]) == 1


def test_ctrl_c_exits_with_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(monkeypatch, KeyboardInterrupt())
    assert cli.main(["list"]) == 130
    assert one_line(capsys) == "Interrotto."

    class StudyStopped(KeyboardInterrupt):
        def text(self, lang: str) -> str:
            return f"resume it ({lang})"

    pretend(monkeypatch, StudyStopped())
    assert cli.main(["list", "--lang", "en"]) == 130
    assert one_line(capsys) == "resume it (en)"


def test_help_reads_nothing_heavy() -> None:
    """No numpy nor pydantic to show a page: their import takes longer than the rest together."""
    code = (
        "import sys; from resilienza_sim.cli import main; main(['--help']);"
        "heavy = {'numpy', 'pydantic', 'numba', 'rich', 'pandas', 'mesa'} & set(sys.modules);"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "command", ["check", "frontier", "new", "observe", "report", "verify", "whatif"]
)
def test_the_page_of_a_command_waits_for_no_library_of_the_model(command: str) -> None:
    code = (
        f"import sys; from resilienza_sim.cli import main; main(['{command}', '--help']);"
        "heavy = {'numba', 'pandas', 'scipy', 'mesa', 'matplotlib', 'pyarrow'} & set(sys.modules);"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", [("check", "quartiere"), ("explain", "quartiere"), ("list",)])
def test_what_only_reads_files_waits_for_nothing_that_only_runs_need(command: tuple[str]) -> None:
    """Scipy's parts load at their first use, `scipy.optimize.brentq`: importing them costs more."""
    code = (
        f"import sys; from resilienza_sim.cli import main; main({list(command)});"
        "late = {'mesa', 'networkx', 'pandas', 'pyarrow', 'scipy.linalg', 'scipy.optimize',"
        "'scipy.special', 'scipy.stats', 'tomlkit', 'xlsxwriter'} & set(sys.modules);"
        "sys.exit(', '.join(late) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_reader_that_leaves_early_is_no_error() -> None:
    script = f"{sys.executable} -c '{RUN}' compare --help | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode in (0, 141)


def test_a_terminal_without_accents_gets_a_text_all_the_same() -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN, "check", "--help"],
        capture_output=True,
        env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": ":".join(sys.path), "PATH": ""},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert b"Controlla scenari" in done.stdout


def test_check_knows_a_concept(package, tmp_path, capsys) -> None:
    own = tmp_path / "own.toml"
    shipped = package / "concepts" / "13_presence.toml"
    own.write_text(shipped.read_text(encoding="utf-8"), encoding="utf-8")
    assert cli.main(["check", str(own), "--lang", "en"]) == 0
    assert "valid concept, 13." in capsys.readouterr().out
    own.write_text(own.read_text(encoding="utf-8").replace('"contacts"', '"contact"'))
    assert cli.main(["check", str(own), "--lang", "en"]) == 2
    assert "contacts" in capsys.readouterr().err


def test_trace_names_concepts_that_do_not_exist(capsys) -> None:
    assert cli.main(["trace", "99", "--lang", "en"]) == 2
    assert "No concept is called “99”" in capsys.readouterr().err


def test_trace_switches_one_concept_off(capsys) -> None:
    assert cli.main(["trace", "13", "--pairs", "2", "--workers", "1", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "13. Presence" in out
    assert "Dummy switch: exactly zero." in out


def test_explain_knows_the_words_of_the_source(capsys) -> None:
    assert cli.main(["explain", "moltiplicazione"]) == 0
    assert "Concetto 22" in capsys.readouterr().out


def test_measured_patterns_are_listed_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--lang", "en", "list", "patterns"]) == 0
    assert "rest_suffering" in capsys.readouterr().out
    assert cli.main(["--lang", "en", "explain", "rest_suffering"]) == 0
    assert "To ask the model: resilienza validate rest_suffering" in capsys.readouterr().out
    assert cli.main(["--lang", "en", "explain", "faenza"]) == 0
    assert "States of emergency: 31 Jan 2020 – 31 Mar 2022" in capsys.readouterr().out
