"""Ways to drive the same model through the same runs: ours, Mesa's and the EMA Workbench's."""
