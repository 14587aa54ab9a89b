"""A package written as a folder and an archive, and read again."""

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.adapters.files.dossier.write import plant_toml
from loopkeeper.adapters.files.dossier.write_records import write_records
from loopkeeper.adapters.files.timeless import BEGINNING
from loopkeeper.adapters.handover.contents import (
    Contents,
    FolderContents,
    contents_of,
    hashed,
)
from loopkeeper.adapters.handover.manifest import ManifestRead, manifest_bytes, read_manifest
from loopkeeper.adapters.handover.names import MANIFEST, safe_name
from loopkeeper.adapters.ledger.file import FOLDER, HEAD, LEDGER, as_sealed, ledger_lines
from loopkeeper.adapters.ledger.keys import holds
from loopkeeper.app.handover_ports import DOSSIER, Package, PackageRead
from loopkeeper.app.paper import digest_of, on_disk
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.build.seal import Verified
from loopkeeper.lifecycle.commission.package import (
    PackageChange,
    PackageFate,
    PackedFile,
    package_changes,
)
from loopkeeper.measure.dossier import Dossier
from loopkeeper.plant.plant import Plant

MOST_TOLD = 50_000_000
"""A manifest, or a ledger, of more is not read. [byte]"""
READABLE = 0o644
"""Who may read a file: its owner writes it, all read it."""


def script() -> bytes:
    """Return the script that checks a package without this program."""
    return (resources.files("loopkeeper.adapters.handover") / "verify.txt").read_bytes()


def own_files(folder: Path) -> tuple[PackedFile, ...]:
    """
    Return the files of a dossier by their path in a package; hidden ones stay where they are.

    Raises
    ------
    InputError
        When something in it is a link, or has a name that some system cannot write.
    """
    contents = FolderContents(folder)
    return tuple(
        PackedFile(
            name=safe_name(f"{DOSSIER}{name}"),
            size=contents.sizes[name],
            sha256=hashed(contents, name).sha256,
        )
        for name in contents.sizes
        if not any(part.startswith(".") for part in name.split("/"))
    )


def extract(plant: Plant) -> Mapping[str, bytes]:
    """Return a plant as files of a dossier, by their path in a package."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_records(plant, folder)
        made = {f"{DOSSIER}{one.name}": one.read_bytes() for one in sorted(folder.iterdir())}
    return {f"{DOSSIER}plant.toml": plant_toml(plant).encode(), **made}


def write(
    target: Path,
    package: Package,
    made: Mapping[str, bytes],
    folder: Path,
    sign: Callable[[bytes], str],
) -> tuple[Path, Path]:
    """
    Write a package as a folder and, beside it, as an archive.

    Parameters
    ----------
    target : Path
        The folder.
    package : Package
        Its files and what is said of them.
    made : mapping
        What is written, by path; all other files are copied from the dossier.
    folder : Path
        The dossier.
    sign : callable
        Gives the signature of the package's key over something, hexadecimal.

    Returns
    -------
    folder, archive : Path

    Raises
    ------
    InputError
        When a file of the dossier changed while it was packed.
    OutsideError
        When the disk does not take it.
    """
    partial = target.with_name(f"{target.name}.part")
    archive = target.with_name(f"{target.name}.zip")
    with on_disk(target):
        shutil.rmtree(partial, ignore_errors=True)
        for one in package.files:
            file = partial / one.name
            file.parent.mkdir(parents=True, exist_ok=True)
            if one.name in made:
                file.write_bytes(made[one.name])
            else:
                shutil.copyfile(folder / one.name.removeprefix(DOSSIER), file)
            if digest_of(file) != one.sha256:
                raise InputError(f"{one.name} changed while it was packed; once more, please")
        (partial / MANIFEST).write_bytes(manifest_bytes(package, sign))
        _archived(partial, archive, [*(one.name for one in package.files), MANIFEST])
        if target.exists():
            target.rmdir()
        partial.rename(target)
    return target, archive


def _archived(folder: Path, archive: Path, names: list[str]) -> None:
    """Pack files without compressing them: the same bytes whatever machine packs."""
    partial = archive.with_name(f"{archive.name}.part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as out:
        for name in sorted(names):
            head = zipfile.ZipInfo(name, BEGINNING)
            head.create_system, head.external_attr = 3, READABLE << 16
            head.file_size = (folder / name).stat().st_size
            with (folder / name).open("rb") as source, out.open(head, "w") as there:
                shutil.copyfileobj(source, there)
    partial.rename(archive)


def read(path: Path) -> PackageRead:
    """
    Hold a folder or an archive against its manifest.

    Raises
    ------
    InputError
        When it is no package, or not one that may be opened.
    OutsideError
        When the disk does not give it.
    """
    with contents_of(path) as contents:
        if MANIFEST not in contents.sizes:
            raise InputError(f"{path.name}: {MANIFEST} is missing; this is no hand-over")
        manifest = read_manifest(_small(contents, MANIFEST))
        found = [hashed(contents, name) for name in contents.sizes if name != MANIFEST]
        ledger = _ledger(contents)
    changes = (*_of_manifest(manifest), *package_changes(manifest.package.files, found))
    return PackageRead(package=manifest.package, changes=changes, ledger=ledger)


def _of_manifest(read: ManifestRead) -> Iterator[PackageChange]:
    key = read.package.key
    if not read.as_written:
        yield PackageChange(fate=PackageFate.MANIFEST, name=MANIFEST)
    if key and not holds(key, read.signature, read.signed):
        yield PackageChange(fate=PackageFate.SIGNATURE, name=MANIFEST)


def _small(contents: Contents, name: str) -> bytes:
    size = contents.sizes[name]
    if size > MOST_TOLD:
        raise InputError(f"{name}: {size} bytes, more than {MOST_TOLD} allowed")
    with contents.opened(name) as stream:
        return stream.read(MOST_TOLD)


def _ledger(contents: Contents) -> Verified | None:
    """The ledger inside, held against its own seals; None where there is none."""
    lines, head = (f"{DOSSIER}{FOLDER}/{name}" for name in (LEDGER, HEAD))
    if lines not in contents.sizes:
        return None
    last = _small(contents, head) if head in contents.sizes else None
    return as_sealed(ledger_lines(_small(contents, lines)), last)


def dossier_of(path: Path) -> tuple[Dossier, tuple[str, ...]]:
    """
    Return the dossier of a package and the names of its files.

    Raises
    ------
    DossierError
        When it cannot be read.
    """
    with contents_of(path) as contents:
        names = [one for one in contents.sizes if one.startswith(DOSSIER)]
        with _laid_out(path, contents, names) as folder:
            dossier = read_dossier(folder)
    return dossier, tuple(one.removeprefix(DOSSIER) for one in names)


@contextmanager
def _laid_out(path: Path, contents: Contents, names: list[str]) -> Iterator[Path]:
    """The dossier's folder; of an archive a copy for as long as it is read, without telemetry."""
    if path.is_dir():
        yield path / DOSSIER
        return
    with tempfile.TemporaryDirectory() as place:
        for name in names:
            if name.startswith(f"{DOSSIER}telemetry/"):
                continue
            file = Path(place) / safe_name(name)
            file.parent.mkdir(parents=True, exist_ok=True)
            with contents.opened(name) as source, file.open("wb") as out:
                shutil.copyfileobj(source, out)
        yield Path(place) / DOSSIER
