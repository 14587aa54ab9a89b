"""Those the service speaks to by itself: mail, web hooks, other services."""
