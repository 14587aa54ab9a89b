"""Second emulator of ground-source heat pump plants: it judges the product and shares nothing."""
