"""Studies: paired runs of strategies on a scenario, kept so that they can be resumed and judged.

The way in is `experiments.compare.compare`; `experiments.study.load_study` opens what it left.
"""
