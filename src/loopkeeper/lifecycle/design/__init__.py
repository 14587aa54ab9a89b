"""
Design: what must we build so that it lasts?

Inputs: survey, loads, catalogue. Outputs: sizes, verdicts on balance and limits, the promise.
Must not decide: whether it was built so (that is build), nor what the meters say.
"""
