"""Points as building systems describe them: Brick, Haystack, EDE, lists."""
