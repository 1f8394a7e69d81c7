"""Build a Containerfile in chroots, for machines without a container engine, and run the image.

It supports the instructions that our file uses, and rejects others. Images start from a minimal Debian system
made by mmdebstrap with the package mirror of this machine; this base is kept in ``.tools/``.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path

from .conftest import REPOSITORY
from .rendering import MissingTool

SUITE = "trixie"
BASE = REPOSITORY / ".tools" / f"debian-{SUITE}"
HOW = "scripts/install-test-tools, which installs mmdebstrap"
# Run in new mount and process namespaces, with the usual mounts, which disappear when the command ends.
_ENTER = """
if [ "$4" = discard ]; then  # what a container changes is gone with it
    mount -t tmpfs tmpfs /mnt && mkdir /mnt/upper /mnt/work /mnt/root || exit 125
    mount -t overlay -o "lowerdir=$1,upperdir=/mnt/upper,workdir=/mnt/work" overlay /mnt/root || exit 125
    root=/mnt/root user=$2 pairs=$3; shift 4
    set -- "$root" "$user" "$pairs" keep "$@"
fi
mount -t proc proc "$1/proc" && mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm" || exit 125
for pair in $3; do mount --bind "${pair%%:*}" "$1${pair#*:}" || exit 125; done
root=$1 user=$2; shift 4
exec chroot --userspec="$user" "$root" "$@"
"""
_PIP_OPTIONS = ("index-url", "extra-index-url", "cert", "client-cert", "proxy", "trusted-host")
_DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Image:
    """A folder with the files of an image, and the settings of its containers."""

    root: Path
    environ: Mapping[str, str] = field(default_factory=lambda: {"PATH": _DEFAULT_PATH})
    arguments: Mapping[str, str] = field(default_factory=dict)
    user: str = "root"
    folder: str = "/"
    labels: Mapping[str, str] = field(default_factory=dict)
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()

    def run(
        self, *arguments: str, volumes: Mapping[Path, str], user: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Start a container without a network, as ``run --network none --user`` does; volumes are folders by path."""
        command = [*self.entrypoint, *(arguments or self.command)]
        return _enter(self, command, self.environ, volumes, user or self.user, is_container=True)

    def execute(
        self, command: Sequence[str], user: str = "root", environ: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command like a build step, with the network and the package sources of this machine."""
        cache, folder = _pip_cache(), "/var/cache/pip"
        (self.root / folder.lstrip("/")).mkdir(exist_ok=True, parents=True)
        settings = {**_registry_settings(), "PIP_CACHE_DIR": folder, "DEBIAN_FRONTEND": "noninteractive"}
        settings |= {**self.environ, **self.arguments, **(environ or {})}
        with _lent_files(self.root, settings):
            return _enter(self, command, settings, {cache: folder}, user)


def _enter(
    image: Image,
    command: Sequence[str],
    environ: Mapping[str, str],
    volumes: Mapping[Path, str],
    user: str,
    *,
    is_container: bool = False,
) -> subprocess.CompletedProcess[str]:
    for path in volumes.values():
        (image.root / path.lstrip("/")).mkdir(exist_ok=True, parents=True)
    pairs = " ".join(f"{folder}:{path}" for folder, path in volumes.items())
    state = "discard" if is_container else "keep"
    places = [str(image.root), _resolve_user(image.root, user), pairs, state]
    inside = ["env", "-i", f"--chdir={image.folder}", *(f"{name}={value}" for name, value in environ.items())]
    unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child", *(["--net"] if is_container else [])]
    return subprocess.run(
        [*unshare, "sh", "-c", _ENTER, "sh", *places, *inside, *command],
        capture_output=True,
        text=True,
        check=False,
    )


def _resolve_user(root: Path, name: str) -> str:
    """Return the ids of a user, given as a name in the image or as numbers."""
    if ":" in name:
        return name
    for line in (root / "etc/passwd").read_text().splitlines():
        user, _, uid, gid, *_ = line.split(":")
        if user == name:
            return f"{uid}:{gid}"
    raise AssertionError(f"the image has no user {name}")


def make_base(folder: Path) -> Image:
    """Copy the base, a minimal Debian system that is created once."""
    if os.geteuid() != 0:
        raise RuntimeError("only root can make and enter chroots; run these tests as root")
    if not shutil.which("mmdebstrap"):
        raise MissingTool("mmdebstrap", HOW)
    BASE.parent.mkdir(exist_ok=True)
    with BASE.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not BASE.exists():
            result = BASE.with_suffix(".new")
            shutil.rmtree(result, ignore_errors=True)
            _bootstrap(result)
            result.rename(BASE)
    subprocess.run(["cp", "-a", "--reflink=auto", BASE, folder], check=True)
    for name in ("resolv.conf", "hosts"):
        shutil.copy(f"/etc/{name}", folder / "etc")
    return Image(folder)


def _bootstrap(folder: Path) -> None:
    """Create the base from this machine's mirror and apt options, if its Debian version matches."""
    options = folder.with_suffix(".apt")
    options.write_text(_read_output("apt-config", "dump", "Acquire"))
    text = "deb $(REPO_URI) $(RELEASE) $(COMPONENT)"
    targets = _read_output("apt-get", "indextargets", "--format", text, "Created-By: Packages").splitlines()
    sources = [line for line in dict.fromkeys(targets) if re.match(rf"deb https?://\S+ {SUITE}", line)]
    of_slim = ("force-unsafe-io", "path-exclude=/usr/share/doc/*", "path-exclude=/usr/share/man/*")
    dpkg = [f"--dpkgopt={option}" for option in of_slim]
    command = ["mmdebstrap", "--variant=minbase", f"--aptopt={options}", *dpkg, SUITE, str(folder)]
    subprocess.run(
        [*command, *(["-"] if sources else [])],
        input="\n".join(sources),
        text=True,
        check=True,
        capture_output=True,
    )


def _read_output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _registry_settings() -> dict[str, str]:
    """Return environment variables with the Python package index that this machine is configured to use."""
    lines = _read_output(sys.executable, "-m", "pip", "config", "list").splitlines()
    result = (re.match(r"(?:global|install|:env:)\.([\w-]+)='(.*)'", line) for line in lines)
    options = {match[1]: match[2] for match in result if match and match[1] in _PIP_OPTIONS}
    settings = {f"PIP_{name.upper().replace('-', '_')}": value for name, value in options.items()}
    of_network = ("http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE")
    return {**{name: os.environ[name] for name in of_network if name in os.environ}, **settings}


def _pip_cache() -> Path:
    folder = Path(_read_output(sys.executable, "-m", "pip", "cache", "dir").strip())
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _lent_files(root: Path, settings: Mapping[str, str]) -> Iterator[None]:
    """Copy the certificates that settings refer to into an image while a command runs."""
    lent = []
    for name in {value for value in settings.values() if value.startswith("/") and Path(value).is_file()}:
        target = root / name.lstrip("/")
        if not target.exists():
            lent.append(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(name, target)
    yield
    for target in lent:
        target.unlink(missing_ok=True)


def read_instructions(text: str) -> Iterator[tuple[str, str]]:
    """Yield the instructions of a Containerfile with their arguments; skip comments and join lines."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in re.sub(r"\\\n", " ", lines).splitlines():
        if line.strip():
            name, _, rest = line.strip().partition(" ")
            yield name.upper(), rest.strip()


def build_image(containerfile: Path, folder: Path) -> Image:
    """Build all stages in a folder, and return the last."""
    context = containerfile.parent
    ignored = (context / ".containerignore").read_text().split()
    stages: dict[str, Image] = {}
    image: Image | None = None
    name = ""
    for instruction, rest in read_instructions(containerfile.read_text("utf-8")):
        if instruction == "FROM":
            base, *named = rest.split()
            assert base == f"debian:{SUITE}-slim", f"unknown base: {base}"
            name = named[1] if named else f"stage-{len(stages)}"
            image = make_base(folder / name)
        else:
            assert image is not None, "FROM must come first"
            image = _apply(image, instruction, rest, context, ignored, stages)
        stages[name] = image
    assert image is not None
    return image


def _apply(
    image: Image,
    instruction: str,
    rest: str,
    context: Path,
    ignored: Sequence[str],
    stages: Mapping[str, Image],
) -> Image:
    match instruction:
        case "RUN":
            result = image.execute(["sh", "-c", rest], image.user)
            assert result.returncode == 0, f"RUN {rest}\n{result.stdout[-2000:]}\n{result.stderr[-2000:]}"
            return image
        case "COPY":
            *sources, target = shlex.split(rest)
            place = image.root / Path(image.folder, target).as_posix().lstrip("/")
            if sources[0].startswith("--from="):
                stage = stages[sources.pop(0).removeprefix("--from=")]
                for source in sources:
                    place.parent.mkdir(parents=True, exist_ok=True)
                    subprocess.run(["cp", "-a", stage.root / source.lstrip("/"), place], check=True)
            else:
                for source in sources:
                    _copy_context(context, source, place, ignored)
            return image
        case "ENV":
            return replace(image, environ={**image.environ, **_read_pairs(rest)})
        case "ARG":
            return replace(image, arguments={**image.arguments, **_read_pairs(rest)})
        case "LABEL":
            return replace(image, labels={**image.labels, **_read_pairs(rest)})
        case "USER":
            _resolve_user(image.root, rest)
            return replace(image, user=rest)
        case "WORKDIR":
            (image.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
            return replace(image, folder=rest)
        case "ENTRYPOINT":
            return replace(image, entrypoint=tuple(json.loads(rest)))
        case "CMD":
            return replace(image, command=tuple(json.loads(rest)))
    raise AssertionError(f"unknown instruction: {instruction}")


def _read_pairs(text: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in shlex.split(text))


def _copy_context(context: Path, source: str, place: Path, ignored: Sequence[str]) -> None:
    """Copy a file, or the content of a folder, except ignored files."""
    origin = context / source
    files = [origin] if origin.is_file() else [path for path in origin.rglob("*") if path.is_file()]
    copied = 0
    for path in files:
        if is_ignored(path.relative_to(context).as_posix(), ignored):
            continue
        to = place / (path.name if origin.is_file() else path.relative_to(origin))
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, to)
        copied += 1
    assert copied, f"COPY {source}: no such file in the context"


def is_ignored(path: str, patterns: Sequence[str]) -> bool:
    """Return whether a file is ignored; the last pattern that matches it or one of its parents decides."""
    parts = path.split("/")
    above = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    ignored = False
    for pattern in patterns:
        plain = pattern.removeprefix("!")
        anywhere = plain.removeprefix("**/")
        hit = any(fnmatch(item, plain) and item.count("/") == plain.count("/") for item in above)
        if hit or (anywhere != plain and any(fnmatch(part, anywhere) for part in parts)):
            ignored = not pattern.startswith("!")
    return ignored
