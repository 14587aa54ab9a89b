"""
Diagnose: why does the plant use more electricity than promised, and how much by each cause?

Inputs: an evaluation, the plant, its records and measured hours.
Outputs: deviations in kWh at delivered heat, with uncertainty and evidence, and what remains.
Adds no physics: a suspect is a modified ``System``. Must not decide: what is to be changed.
"""
