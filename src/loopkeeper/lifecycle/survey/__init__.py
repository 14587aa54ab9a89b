"""
Survey: what can the ground give?

Inputs: raw test records. Outputs: ground properties with uncertainty.
Must not decide: how much ground is needed (that is design).
"""
