"""What the analysis of a study says on a terminal: a table for each question, and its caveats."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.experiments.analysis.analysis import Analysis
from resilienza_sim.experiments.analysis.components import REST
from resilienza_sim.experiments.analysis.decisions import FEWEST_OF_A_TAIL
from resilienza_sim.experiments.analysis.dominance import VERDICTS
from resilienza_sim.experiments.outcomes import POINT
from resilienza_sim.experiments.study import Study
from resilienza_sim.experiments.value import UNSPENT, reference
from resilienza_sim.experiments.verdicts import label
from resilienza_sim.report.readable import Readable
from resilienza_sim.statistics import MINIMUM_PAIRS

__all__ = ["tell"]

_MOST_REASONS = 3


def tell(terminal: Terminal, study: Study, analyses: Sequence[Analysis]) -> None:
    """Write what the analyses of a study say, metric after metric."""
    reader = Readable(study, terminal.lang)
    terminal.print()
    if day := study.manifest["decision"]:
        when = reader.words.date(date.fromisoformat(day))
        terminal.print(reader.say("text.decision", date=when))
    failed = study.failures
    if len(failed):
        reasons = list(dict.fromkeys(f"{r.status}: {r.error}" for r in failed.itertuples()))
        text = "; ".join(reasons[:_MOST_REASONS]) + ("; …" if len(reasons) > _MOST_REASONS else "")
        terminal.warn(reader.say("text.failed", n=len(failed), reasons=text))
    for each in analyses:
        _Teller(terminal, reader, each).all()


class _Teller:
    """Writes the tables of one metric."""

    def __init__(self, terminal: Terminal, reader: Any, analysis: Analysis) -> None:
        self.terminal, self.reader, self.analysis = terminal, reader, analysis
        self.measure = reader.measure(analysis.metric)
        self.tables = analysis.tables
        self.noted = True

    def all(self) -> None:
        """Write the heading, what is left out, and every table that is defined."""
        unit = f" ({self.measure.unit})" if self.measure.unit else ""
        side = {1: "higher", -1: "lower", 0: "neither"}[self.measure.direction]
        better = self.say(f"text.{side}")
        self.terminal.print(
            self.say("text.heading", metric=self.measure.title, unit=unit, better=better)
        )
        self._left_out()
        if self.analysis.others:
            self._comparison()
            if self.analysis.is_sweep:
                self._averages()
        self._tails()
        self._value()
        if self.measure.direction and len(self.analysis.study.strategies) > 1:
            self._regret()
        self._satisficing()
        self._dominance()
        if len(self.analysis.study.strategies) > 1:
            self._variance()

    # -- pieces --------------------------------------------------------------------------------

    def say(self, key: str, **values: object) -> str:
        return str(self.reader.say(key, **values))

    def note(self, key: str, **values: object) -> None:
        self.noted = True
        self.terminal.bullet(self.say(f"text.{key}", **values))

    def number(self, value: float, *, sign: bool = False) -> str:
        """Return a value of the metric as it is shown."""
        return str(self.reader.words.number(self.measure.scale * value, sign=sign))

    def percent(self, share: float) -> str:
        return str(self.reader.words.percent(share))

    def interval(self, row: Any, low: str = "low", high: str = "high") -> str:
        ends = (self.measure.scale * getattr(row, end) for end in (low, high))
        return str(self.reader.words.interval(*ends))

    def estimate(self, row: Any) -> tuple[str, str]:
        """Return a mean difference and its interval, as the report of the study writes them."""
        numbers = (row.mean_difference, row.low, row.high)
        difference, interval = self.reader.words.estimate(
            *(self.measure.scale * n for n in numbers)
        )
        return str(difference), str(interval)

    def verdict(self, kind: str) -> str:
        """Return a verdict in one word."""
        return label(self.reader.words, kind)

    def arm(self, name: str) -> str:
        return str(self.reader.arm(name))

    def title(self, text: str) -> None:
        """Write what the next table is, apart from the notes of the one before."""
        if self.noted:
            self.terminal.print()
        self.noted = False
        self.terminal.print(text)

    def write(
        self, title: str, heads: Sequence[str], rows: Sequence[tuple[str, ...]], left: Sequence[int]
    ) -> None:
        """Write a table under its title; the columns that are not `left` are numbers."""
        self.title(title)
        right = [k for k in range(len(heads)) if k not in left]
        self.terminal.table([self.say(f"head.{name}") for name in heads], rows, right=right)

    def _left_out(self) -> None:
        outcomes, base = self.analysis.outcomes, self.analysis.baseline
        pairs = outcomes.values.index.get_level_values("replicate").nunique()
        if pairs < MINIMUM_PAIRS:
            self.note("few", needed=MINIMUM_PAIRS)
        if outcomes.missing:
            self.note("missing", arms=", ".join(self.arm(name) for name in outcomes.missing))
        if self.analysis.dropped:
            self.note("dropped", n=self.analysis.dropped, total=len(outcomes.values))
        if outcomes.censored:
            self.note("censored", n=outcomes.censored)
        if not self.measure.direction:
            self.note("no_direction")
        if len(self.analysis.study.strategies) < 2:
            self.note("one_arm")
        elif not self.analysis.others:
            self.note("no_baseline", baseline=self.arm(base))

    # -- tables --------------------------------------------------------------------------------

    def _comparison(self) -> None:
        base = self.arm(self.analysis.baseline)
        if self.analysis.is_sweep:
            self._comparison_of_points(base)
            return
        heads = ("arm", "n", "difference", "interval", "relative", "p_better", "verdict")
        rows = [
            (
                self.arm(row.strategy),
                str(row.n),
                *self.estimate(row),
                str(self.reader.words.percent(row.relative, 1, sign=True)),
                self.percent(row.p_better),
                self.verdict(row.verdict),
            )
            for row in self.tables["comparison"].itertuples()
        ]
        self.write(self.say("title.comparison", baseline=base), heads, rows, (0, 6))

    def _comparison_of_points(self, base: str) -> None:
        kinds = ("better", "worse", "equivalent", "undecided")
        whole = self.tables["averages"]
        rows = []
        for arm in self.analysis.others:
            table = self.tables["comparison"]
            table = table[table["strategy"] == arm]
            over = whole[(whole["strategy"] == arm) & (whole["factor"] == "")]
            mean = next(over.itertuples())
            counts = table["verdict"].value_counts()
            rows.append(
                (
                    self.arm(arm),
                    *self.estimate(mean),
                    self.number(table["mean_difference"].min(), sign=True),
                    self.number(table["mean_difference"].max(), sign=True),
                    *(str(counts.get(kind, 0)) for kind in kinds),
                )
            )
        points = str(len(self.analysis.outcomes.points))
        self.title(self.say("title.comparison_sweep", baseline=base, points=points))
        heads = [
            self.say(f"head.{name}") for name in ("arm", "mean", "interval", "smallest", "largest")
        ] + [self.verdict(kind) for kind in kinds]
        self.terminal.table(heads, rows, right=range(1, 9))

    def _averages(self) -> None:
        table = self.tables["averages"]
        table = table[table["factor"] != ""]
        rows = [
            (
                self.reader.factor(row.factor),
                self.reader.level(row.level),
                self.arm(row.strategy),
                *self.estimate(row),
                self.verdict(row.verdict),
            )
            for row in table.itertuples()
        ]
        if rows:
            heads = ("factor", "level", "arm", "difference", "interval", "verdict")
            self.write(self.say("title.averages"), heads, rows, (0, 1, 2, 5))

    def _tails(self) -> None:
        rows = []
        for row in self.tables["tails"].itertuples():
            base = row.strategy == self.analysis.baseline
            rows.append(
                (
                    self.arm(row.strategy),
                    str(row.n),
                    *(self.number(v) for v in (row.mean, row.tail, row.shortfall, row.worst)),
                    "" if base else self.number(row.shortfall_difference, sign=True),
                    "" if base else self.interval(row),
                )
            )
        heads = ("arm", "cases", "mean", "tail", "shortfall", "worst", "shortfall_difference")
        self.write(self.say("title.tails"), (*heads, "interval"), rows, (0,))
        if self.analysis.is_sweep:
            self.note("tails_sweep")
        elif len(self.analysis.outcomes.values) < FEWEST_OF_A_TAIL:
            self.note("tails_few", needed=FEWEST_OF_A_TAIL)

    def _value(self) -> None:
        if not self.measure.direction or len(self.analysis.study.strategies) < 2:
            return
        base, table = reference(self.analysis.study), self.tables["cost_effectiveness"]
        if table.empty:
            self.note("no_costs")
            return
        euros = self.reader.words.euros
        rows = [
            (
                self.arm(row.strategy),
                str(row.n),
                self.number(row.effect, sign=True),
                str(euros(row.cost_eur)),
                self.number(row.per_1000_eur, sign=True),
                self.interval(row),
            )
            for row in table.itertuples()
        ]
        heads = ("arm", "n", "effect", "cost", "ratio", "interval")
        title = self.say("title.cost_effectiveness", reference=self.arm(base))
        self.write(title, heads, rows, (0,))
        if base != UNSPENT:
            self.note("no_unspent", reference=self.arm(base))
        if table["per_1000_eur"].isna().all():
            self.note("same_cost", reference=self.arm(base))
            return
        for row in self.tables["best_buys"].itertuples():
            low, high = (self._euros(v / self.measure.scale) for v in (row.from_eur, row.to_eur))
            ends = [self.reader.words.number(100 * v, 0) for v in (row.least, row.most)]
            share = "–".join(dict.fromkeys(ends))
            arm = self.arm(row.strategy)
            self.note("best_buy", low=low, high=high, arm=arm, share=share)

    def _euros(self, value: float) -> str:
        """Return a sum: whole euros, or three digits of a small one."""
        return str(self.reader.words.number(value, 0 if value >= 100 or not value else None))

    def _regret(self) -> None:
        table = self.tables["regret"]
        if not len(table):
            return
        sweep = self.analysis.is_sweep
        heads = ["over", "arm", "cases", "mean_regret", "max_regret", "best_share"]
        rows = [
            (
                self.say(f"over.{row.over}"),
                self.arm(row.strategy),
                str(row.n),
                self.number(row.mean_regret),
                self.number(row.max_regret),
                self.percent(row.best_share),
            )
            for row in table.itertuples()
        ]
        self.write(self.say("title.regret"), heads, rows, (0, 1))
        for over, few in table[table["minimax"]].groupby("over", sort=False):
            arms = ", ".join(self.arm(name) for name in few["strategy"])
            named = {"over": self.say(f"over.{over}"), "arm": arms}
            chance = few["minimax_chance"].sum(min_count=1) if sweep else None
            if chance is not None and chance == chance:
                percent = self.reader.words.number(100 * chance, 0)
                self.note("minimax_chance", chance=percent, **named)
            else:
                self.note("minimax", **named)
        if sweep:
            self.note("regret_about")

    def _satisficing(self) -> None:
        table = self.tables["satisficing"]
        if not len(table):
            return
        unit = f" {self.measure.unit}" if self.measure.unit else ""
        enough = self.number(self.analysis.enough) + unit
        key = "satisficing" if self.measure.direction > 0 else "satisficing_lower"
        rows = []
        for row in table.itertuples():
            ends = self.reader.words.percents(row.low, row.high)
            rows.append(
                (
                    self.say(f"over.{row.over}"),
                    self.arm(row.strategy),
                    f"{row.met}/{row.n}",
                    self.percent(row.share),
                    ends,
                )
            )
        heads = ("over", "arm", "met", "share", "interval")
        self.write(self.say(f"title.{key}", enough=enough), heads, rows, (0, 1))
        if not self.analysis.enough_given:
            base = self.arm(self.analysis.baseline)
            self.note("enough_median", baseline=base, metric=self.measure.name)

    def _dominance(self) -> None:
        table = self.tables["dominance"]
        if not len(table):
            return
        if self.analysis.is_sweep:
            self._dominance_of_points()
        else:
            rows = []
            for (arm, against), few in table.groupby(["strategy", "against"], sort=False):
                entries = [self.arm(arm), self.arm(against)]
                for row in few.itertuples():
                    entries.append(self.say(f"dominance.{row.verdict}"))
                    shares = (row.share_dominates, row.share_dominated)
                    entries.append(" / ".join(self.percent(share) for share in shares))
                rows.append(tuple(entries))
            heads = ("arm", "against", "first", "samples", "second", "samples")
            self.write(self.say("title.dominance"), heads, rows, (0, 1, 2, 4))
            self.note("dominance_samples")
        self.note("dominance_about")

    def _dominance_of_points(self) -> None:
        rows = []
        for (arm, order), few in self.tables["dominance"].groupby(
            ["strategy", "order"], sort=False
        ):
            counts = few["verdict"].value_counts()
            cells = (str(counts.get(kind, 0)) for kind in VERDICTS)
            rows.append((self.arm(arm), str(order), *cells))
        base = self.arm(self.analysis.baseline)
        self.title(self.say("title.dominance_sweep", baseline=base))
        heads = [self.say("head.arm"), self.say("head.order")]
        heads += [self.say(f"dominance.{kind}") for kind in VERDICTS]
        self.terminal.table(heads, rows, right=range(1, 7))

    def _variance(self) -> None:
        table = self.tables["variance"]
        if not len(table):
            self.note("variance_none")
            return
        alone = table[~table["with_strategy"]]
        both = table[table["with_strategy"]].set_index("source")["share"]
        rows = []
        for row in alone.itertuples():
            with_arm = both.get(row.source)
            together = "" if with_arm is None else self.reader.words.percent(with_arm, 1)
            name = self._source(row.source, sweep=self.analysis.is_sweep, rest=REST)
            rows.append((name, str(self.reader.words.percent(row.share, 1)), str(together)))
        self.write(self.say("title.variance"), ("source", "share", "together"), rows, (0,))
        if (table["source"] == POINT).any():
            self.note("variance_point")
        if dropped := int(table["dropped"].iloc[0]):
            self.note("variance_dropped", n=dropped)

    def _source(self, name: str, *, sweep: bool, rest: str) -> str:
        if sweep and name in self.analysis.outcomes.points:
            return str(self.reader.factor(name))
        return self.say("source.rest_pair" if name == rest and not sweep else f"source.{name}")
