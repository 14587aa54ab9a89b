"""
Evaluate: did the plant do what it could?

Inputs: the plant as built, its measured hours and weather, the design year.
Outputs: promised, expected and measured performance at the same delivered heat.
Must not decide: why performance differs (that is diagnosis) or what to do (correction).
"""
