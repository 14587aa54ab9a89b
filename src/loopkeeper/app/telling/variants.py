"""Names of systems that a design compares."""

from loopkeeper.plant.words import Language, word


def variant_name(name: str, language: Language) -> str:
    """Return a system's name, such as ``gas boiler + chiller``; shares stand as they are."""
    texts = []
    for part in name.split(" + "):
        ground = part.startswith("ground ")
        what, space, shares = part.partition(" ") if ground else (part.replace(" ", "_"), "", "")
        texts.append(f"{word(f'system.{what}', language)}{space}{shares}")
    return " + ".join(texts)
