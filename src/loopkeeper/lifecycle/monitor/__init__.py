"""
Monitor: what is happening, and can we believe it?

Inputs: readings as they come, the point list, definitions of alarms. Outputs: alarms with their
whole history, rates of alarms. Records it leaves: alarm events. Standards: ISA-18.2 (states and
operator's actions), EEMUA 191 (rates). It must not decide why a plant falls short: that is
diagnosis.
"""
