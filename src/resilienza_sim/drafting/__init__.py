"""From a planner's answers to a scenario and two strategies, written as commented files."""

from resilienza_sim.drafting.answers import Answers, Fear, Line, Place, read_answers
from resilienza_sim.drafting.draft import Draft, draft
from resilienza_sim.drafting.files import write

__all__ = ["Answers", "Draft", "Fear", "Line", "Place", "draft", "read_answers", "write"]
