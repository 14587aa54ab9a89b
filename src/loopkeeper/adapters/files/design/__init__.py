"""What a designer brings along: weather years, simulated loads, own uses, prices."""
