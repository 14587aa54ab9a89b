"""Laws: ground, borehole, fluid, pump, heat pump and the one coupling; arrays in, arrays out."""
