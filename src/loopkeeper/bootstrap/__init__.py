"""The one place where ports meet adapters: a service from its settings, and commands."""
