"""A hand-over as files: what was packed, and what became of it since."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedFile:
    """
    A file of a package: its path in it, size [byte] and SHA-256.

    ``proof`` says where it stands among the files of the whole package, for a view of that: its
    number from 0, and the hashes beside its way to the root.
    """

    name: str
    size: int
    sha256: str
    proof: tuple[int, tuple[str, ...]] | None = None

    def line(self) -> bytes:
        """Return what stands for it in the tree of hashes."""
        return f"{self.sha256} {self.size} {self.name}".encode()


class PackageFate(StrEnum):
    """What became of a file since it was packed."""

    ALTERED = "altered"
    MISSING = "missing"
    ADDED = "added"
    RENAMED = "renamed"
    SWAPPED = "swapped"
    MANIFEST = "manifest"
    ROOT = "root"
    PROOF = "proof"
    LEDGER = "ledger"
    SIGNATURE = "signature"
    KEY = "key"


class SignatureState(StrEnum):
    """What the signature under a manifest is worth."""

    HOLDS = "holds"
    UNSIGNED = "unsigned"
    BROKEN = "broken"
    OTHER_KEY = "other_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageChange:
    """A file that is not as it was packed; ``other`` is its new name, or whose content it has."""

    fate: PackageFate
    name: str
    other: str = ""


def package_changes(
    told: Sequence[PackedFile], found: Sequence[PackedFile]
) -> tuple[PackageChange, ...]:
    """
    Return every file that is not as it was packed.

    Parameters
    ----------
    told, found : sequence of PackedFile
        As the manifest has them, and as they are.

    Returns
    -------
    tuple of PackageChange
        By name. A file that went and came under another name is renamed; one that holds what
        another one should is swapped.
    """
    was, now = ({one.name: (one.size, one.sha256) for one in files} for files in (told, found))
    added = _by_content({name: now[name] for name in now if name not in was})
    homes = _by_content(was)
    changes: list[PackageChange] = []
    for name, content in was.items():
        if name not in now:
            new = added[content].pop(0) if added[content] else ""
            fate = PackageFate.RENAMED if new else PackageFate.MISSING
            changes.append(PackageChange(fate=fate, name=name, other=new))
        elif now[name] != content:
            other = next(iter(homes[now[name]]), "")
            fate = PackageFate.SWAPPED if other else PackageFate.ALTERED
            changes.append(PackageChange(fate=fate, name=name, other=other))
    strange = [name for names in added.values() for name in names]
    changes += [PackageChange(fate=PackageFate.ADDED, name=name) for name in strange]
    return tuple(sorted(changes, key=lambda one: one.name))


def _by_content(files: Mapping[str, tuple[int, str]]) -> dict[tuple[int, str], list[str]]:
    found = defaultdict[tuple[int, str], list[str]](list)
    for name, content in files.items():
        found[content].append(name)
    return found
