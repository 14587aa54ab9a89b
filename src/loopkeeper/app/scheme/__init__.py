"""The schematic of a plant, drawn from its own structure: what stands where, and what is read."""
