"""Writes the picture and the sentences of README.md from a study, so that they are never typed.

resilienza compare faenza --pairs 10 --citizens 5000 --out results/readme
python scripts/readme_result.py results/readme
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path

from PIL import Image

from resilienza_sim import Study
from resilienza_sim.report.build import write_report
from resilienza_sim.report.tables import verdicts
from resilienza_sim.report.view import decisions
from resilienza_sim.words import Words

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "images" / "faenza.png"
WIDTH, COLOURS = 1200, 128


def draw(folder: Path, day: str) -> None:
    """Save the figure of Q at one decision date, small enough for a repository."""
    with tempfile.TemporaryDirectory() as aside:
        write_report(Study.open(folder), Path(aside) / "report.html", "en", aside)
        with Image.open(Path(aside) / f"d{day}-quality.png") as figure:
            size = WIDTH, round(figure.height * WIDTH / figure.width)
            small = figure.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    PICTURE.parent.mkdir(exist_ok=True)
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


def told(folder: Path) -> list[str]:
    """Return the lines under the picture: what was run, then what came out."""
    study = Study.open(folder)
    words = Words("en")
    views = decisions(study, words)
    facts = study.manifest
    lines = [
        f"*`resilienza compare {facts['name']} --pairs {facts['pairs']} --citizens"
        f" {facts['citizens']} --seed {facts['seed']}`: scenario {facts['scenario']['hash']},"
        f" version {facts['model_version']}, quality of life when the decision is of"
        f" {words.date(views[0].day)}. Written by `scripts/readme_result.py`.*",
        "",
    ]
    for view in views:
        first, second = [arm.name for arm in view.arms if arm.name != view.baseline][:2]
        for each in verdicts(view):
            couple = each.comparison
            against = couple.baseline.name == view.baseline and couple.strategy.name != "none"
            if against or (couple.baseline.name, couple.strategy.name) == (first, second):
                lines.append(f"* Decision of {words.date(view.day)}. {each.sentence}")
    return lines


def main() -> None:
    """Write picture and sentences."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path, help="folder of the study")
    folder = parser.parse_args().folder
    day = next(iter(Study.open(folder).decisions)).isoformat()
    draw(folder, day)
    picture = PICTURE.relative_to(ROOT).as_posix()
    alt = "Quality of life week by week in five ways of spending the same purse"
    result = "\n".join([f"![{alt}]({picture})", "", *told(folder)])
    readme = ROOT / "README.md"
    mark = re.compile(r"(<!-- result -->\n).*(<!-- end of result -->)", re.DOTALL)
    text, found = mark.subn(lambda m: f"{m[1]}{result}\n{m[2]}", readme.read_text(encoding="utf-8"))
    if found != 1:
        sys.exit("README.md must hold the markers of the result once")
    readme.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
