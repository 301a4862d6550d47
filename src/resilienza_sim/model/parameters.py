"""Every number of the model, by phase, with its range and its source."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from resilienza_sim.community.ties import TieParameters
from resilienza_sim.model.access import AccessParameters, AccessRates
from resilienza_sim.model.capital import CapitalParameters, CapitalRates
from resilienza_sim.model.care import CareParameters, CareRates
from resilienza_sim.model.displacement import DisplacementParameters, DisplacementRates
from resilienza_sim.model.phases.act import ActParameters, ActRates
from resilienza_sim.model.phases.help import HelpParameters, HelpRates
from resilienza_sim.model.phases.learn import LearnParameters, LearnRates
from resilienza_sim.model.phases.levee import LeveeParameters
from resilienza_sim.model.phases.meet import MeetParameters, MeetRates
from resilienza_sim.model.phases.mood import MoodParameters, MoodRates
from resilienza_sim.model.phases.need import NeedParameters, NeedRates
from resilienza_sim.model.phases.plan import PlanParameters
from resilienza_sim.model.phases.serve import ServeParameters, ServeRates
from resilienza_sim.model.phases.shock import ShockParameters, ShockRates
from resilienza_sim.model.phases.trust import TrustParameters, TrustRates
from resilienza_sim.model.rates import rates
from resilienza_sim.model.repair import RepairParameters, RepairRates
from resilienza_sim.model.setup import SetupParameters

__all__ = ["AllRates", "Parameters"]


class Parameters(BaseModel):
    """The parameters of the model: one table for the ties, one for the start, one a phase."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    ties: TieParameters = TieParameters()
    setup: SetupParameters = SetupParameters()
    shock: ShockParameters = ShockParameters()
    need: NeedParameters = NeedParameters()
    repair: RepairParameters = RepairParameters()
    displacement: DisplacementParameters = DisplacementParameters()
    plan: PlanParameters = PlanParameters()
    meet: MeetParameters = MeetParameters()
    help: HelpParameters = HelpParameters()
    access: AccessParameters = AccessParameters()
    serve: ServeParameters = ServeParameters()
    care: CareParameters = CareParameters()
    trust: TrustParameters = TrustParameters()
    capital: CapitalParameters = CapitalParameters()
    mood: MoodParameters = MoodParameters()
    act: ActParameters = ActParameters()
    learn: LearnParameters = LearnParameters()
    levee: LeveeParameters = LeveeParameters()


class AllRates(NamedTuple):
    """The same numbers as named tuples, ready for compiled kernels."""

    shock: Any
    need: Any
    repair: Any
    displacement: Any
    meet: Any
    help: Any
    access: Any
    serve: Any
    care: Any
    trust: Any
    capital: Any
    mood: Any
    act: Any
    learn: Any

    @classmethod
    def of(cls, parameters: Parameters) -> AllRates:
        """Return the rates of a set of parameters."""
        shapes = {
            "shock": ShockRates,
            "need": NeedRates,
            "meet": MeetRates,
            "help": HelpRates,
            "serve": ServeRates,
            "trust": TrustRates,
            "mood": MoodRates,
            "act": ActRates,
            "learn": LearnRates,
            "access": AccessRates,
            "care": CareRates,
            "repair": RepairRates,
            "displacement": DisplacementRates,
            "capital": CapitalRates,
        }
        return cls(**{name: rates(getattr(parameters, name), s) for name, s in shapes.items()})
