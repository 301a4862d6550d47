"""From a planner's answers to a scenario and two strategies, written as commented files."""
