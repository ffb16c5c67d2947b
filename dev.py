#!/usr/bin/env python3
"""The one script for people who work on LilyDesk. Standard library only, Python 3.11 or newer.

    python3 dev.py run [ARGUMENTS]       set up what is missing, then open LilyDesk
    python3 dev.py test [ARGUMENTS]      the test suite (arguments go to pytest)
    python3 dev.py check                 format, lint, types, directions of import
    python3 dev.py bench [ARGUMENTS]     time to the first measure, patches per second
    python3 dev.py train [ARGUMENTS]     train a model (installs PyTorch, which nothing else needs)
    python3 dev.py package               build the folder to give away (PyInstaller)
    python3 dev.py lock                  resolve pyproject.toml anew into requirements/*.lock

Set-up makes `.venv` from a lock file and leaves a stamp there (lock file and Python version), so
that the next start needs neither time nor network. Libraries that pip cannot bring are installed
by apt where that is possible; elsewhere the command to type is printed.
"""

from __future__ import annotations

import ctypes.util
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

OLDEST_PYTHON = (3, 11)
THIS_PYTHON = (sys.version_info[0], sys.version_info[1])
PYTHON_NAME = f"python{THIS_PYTHON[0]}.{THIS_PYTHON[1]}"
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCKS = ROOT / "requirements"
# Which installed set serves as which: test.lock and package.lock hold all of run.lock.
SETS_CONTAINING = {"run": ("run", "test", "package")}
MANY_LINES = 400


class Library(NamedTuple):
    """A system library by its file name, and the package that brings it, by package manager."""

    soname: str
    apt: str
    dnf: str
    pacman: str


# Qt's own list for a window under X11, and the synthesiser. libGL brings the Wayland libraries.
LIBRARIES = (
    Library("libEGL.so.1", "libegl1", "libglvnd-egl", "libglvnd"),
    Library("libGL.so.1", "libgl1", "libglvnd-glx", "libglvnd"),
    Library("libglib-2.0.so.0", "libglib2.0-0", "glib2", "glib2"),
    Library("libfontconfig.so.1", "libfontconfig1", "fontconfig", "fontconfig"),
    Library("libdbus-1.so.3", "libdbus-1-3", "dbus-libs", "dbus"),
    Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
    Library("libX11-xcb.so.1", "libx11-xcb1", "libX11-xcb", "libx11"),
    Library("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    Library("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    Library("libxcb-image.so.0", "libxcb-image0", "xcb-util-image", "xcb-util-image"),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    Library("libxcb-randr.so.0", "libxcb-randr0", "libxcb", "libxcb"),
    Library("libxcb-render-util.so.0", "libxcb-render-util0", *["xcb-util-renderutil"] * 2),
    Library("libxcb-shape.so.0", "libxcb-shape0", "libxcb", "libxcb"),
    Library("libxcb-sync.so.1", "libxcb-sync1", "libxcb", "libxcb"),
    Library("libxcb-xfixes.so.0", "libxcb-xfixes0", "libxcb", "libxcb"),
    Library("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb", "libxcb"),
    Library("libfluidsynth.so.3", "libfluidsynth3", "fluidsynth-libs", "fluidsynth"),
)
SOUND_FONT_PACKAGE = {
    "apt-get": "fluidr3mono-gm-soundfont",
    "dnf": "fluid-soundfont-gm",
    "pacman": "soundfont-fluid",
}
INSTALL_COMMAND = {
    "apt-get": "apt-get install -y --no-install-recommends",
    "dnf": "dnf install -y",
    "pacman": "pacman -S --needed",
}
PIP_FAILURES = (
    (
        "NewConnection|ConnectTimeout|NameResolution|ProxyError|SSLError",
        "The packages could not be downloaded, because PyPI does not answer. "
        "Check the network (or pip's proxy setting) and start again.",
    ),
    ("No space left on device", "The disk is full. Make room for about 1 GB and start again."),
    (
        "DO NOT MATCH THE HASHES",
        "A downloaded package is not the one that was locked. "
        "Try again, and if it stays so, do not use that network and tell us.",
    ),
    (
        "No matching distribution",
        "A locked package does not exist for this Python or this machine. "
        "LilyDesk is made for CPython 3.11 to 3.13 on 64-bit systems: use one of these.",
    ),
)


class Stop(Exception):
    """We cannot go on: one sentence, and what to do."""


def say(text: str) -> None:
    """Print at once, so that our lines and those of the commands keep their order."""
    print(text, flush=True)


# --- system libraries -------------------------------------------------------------------------


def installed_sonames() -> frozenset[str] | None:
    """Return the shared libraries the loader knows, or None where it keeps no list."""
    ldconfig = shutil.which("ldconfig", path=f"{os.environ.get('PATH', '')}:/sbin:/usr/sbin")
    if ldconfig is None:
        return None
    listing = subprocess.run([ldconfig, "-p"], capture_output=True, text=True, check=False).stdout
    return frozenset(line.split()[0] for line in listing.splitlines()[1:] if line.split())


def missing_packages(manager: str, sonames: frozenset[str], has_sound_font: bool) -> list[str]:
    """Return the names of the packages to install, in the words of that package manager."""
    field = "apt" if manager == "apt-get" else manager
    names = [getattr(library, field) for library in LIBRARIES if library.soname not in sonames]
    if not has_sound_font:
        names.append(SOUND_FONT_PACKAGE[manager])
    return list(dict.fromkeys(names))


def ensure_system_libraries() -> None:
    """Install what pip cannot bring, or say how; LilyDesk starts without sound all the same."""
    if sys.platform == "darwin":
        if ctypes.util.find_library("fluidsynth") is None:
            say("For sound, LilyDesk needs FluidSynth. Type: brew install fluid-synth")
        return
    sonames = installed_sonames()
    if not sys.platform.startswith("linux") or sonames is None:
        return
    manager = next((name for name in INSTALL_COMMAND if shutil.which(name)), None)
    if manager is None:
        missing = [library.soname for library in LIBRARIES if library.soname not in sonames]
        if missing:
            say(f"These system libraries are missing, please install them: {' '.join(missing)}")
        return
    named = "sounds/sf3/FluidR3Mono_GM.sf3" if manager == "apt-get" else "sound*/**/*GM*.sf*"
    has_sound_font = any(Path("/usr/share").glob(named))
    if packages := missing_packages(manager, sonames, has_sound_font):
        install_packages(manager, packages)


def install_packages(manager: str, packages: list[str]) -> bool:
    """Run apt as root or through sudo; otherwise print the command. True if it went well."""
    command = f"{INSTALL_COMMAND[manager]} {' '.join(packages)}"
    prefix = root_prefix() if manager == "apt-get" else None
    if prefix is None:
        say(f"Some system packages are missing. Please type:\n\n    sudo {command}\n")
        return False
    say(f"Installing system packages: {' '.join(packages)}")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    subprocess.run([*apt, "apt-get", "update", "-q"], check=False)
    if subprocess.run([*apt, *command.split(), "-q"], check=False).returncode == 0:
        return True
    say(f"apt could not install them. When that is solved, please type:\n\n    sudo {command}\n")
    return False


def root_prefix() -> list[str] | None:
    """Return what to write before a command for root, or None if we cannot be root.

    sudo may ask for the password if somebody sits at the terminal.
    """
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    silent = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo"] if silent.returncode == 0 or sys.stdin.isatty() else None


# --- the virtual environment ------------------------------------------------------------------


def tool(name: str) -> Path:
    """Return the path of a program in the virtual environment, whether or not it exists yet."""
    return VENV / (f"Scripts/{name}.exe" if os.name == "nt" else f"bin/{name}")


def stamp_text(lock: bytes, version: tuple[int, int]) -> str:
    """Return what the stamp says when the packages of this lock file are in place."""
    return f"{hashlib.sha256(lock).hexdigest()} python{version[0]}.{version[1]}\n"


def is_ready(name: str) -> bool:
    """Tell whether the set of packages `name`, or one that holds it, is installed."""
    if not tool("python").exists() or venv_version() != THIS_PYTHON:
        return False
    for containing in SETS_CONTAINING.get(name, (name,)):
        stamp, lock = VENV / f"set-up-{containing}", LOCKS / f"{containing}.lock"
        if stamp.exists() and stamp.read_text() == stamp_text(lock.read_bytes(), THIS_PYTHON):
            return True
    return False


def venv_version() -> tuple[int, int] | None:
    """Return the Python version that the virtual environment was made with."""
    try:
        text = (VENV / "pyvenv.cfg").read_text()
    except OSError:
        return None
    match = re.search(r"^version\s*=\s*(\d+)\.(\d+)", text, re.MULTILINE)
    return (int(match[1]), int(match[2])) if match else None


def set_up(name: str) -> None:
    """Bring system libraries, virtual environment and the packages of one lock file in place."""
    ensure_system_libraries()
    if is_ready(name):
        return
    started = time.monotonic()
    make_venv()
    say(f"Installing the packages of requirements/{name}.lock (some 200 MB the first time) ...")
    lock = LOCKS / f"{name}.lock"
    install = ["install", "--only-binary", ":all:", "--retries", "2", "-r", str(lock)]
    # train.lock has no hashes and leaves torch's own companions to pip: see its first lines.
    pip(install if name == "train" else [*install, "--no-deps", "--require-hashes"])
    pip(["install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "-e", str(ROOT)])
    (VENV / f"set-up-{name}").write_text(stamp_text(lock.read_bytes(), THIS_PYTHON))
    say(f"Set-up took {time.monotonic() - started:.0f} seconds; the next start needs none.")


def make_venv() -> None:
    """Create `.venv`, anew if it belongs to another Python."""
    if tool("python").exists() and venv_version() == THIS_PYTHON:
        return
    package = f"{PYTHON_NAME}-venv"
    if importlib.util.find_spec("ensurepip") is None and shutil.which("apt-get"):
        install_packages("apt-get", [package])
    say(f"Making a virtual environment in {VENV} ...")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False)
    if made.returncode != 0:
        raise Stop(
            "This Python cannot make a virtual environment. "
            f"On Debian or Ubuntu type: sudo apt install {package} and start again."
        )


def pip(arguments: list[str]) -> None:
    """Run pip in the virtual environment and show what it says; raise Stop if it fails."""
    command = [str(tool("python")), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    environment = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore"}
    process = subprocess.Popen(
        [*command, *arguments], stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    )
    complaints = []
    assert process.stderr is not None
    for line in process.stderr:
        complaints.append(line)
        print(line, end="", file=sys.stderr, flush=True)
    if process.wait() != 0:
        raise Stop(explain_pip_failure("".join(complaints)))


def explain_pip_failure(complaints: str) -> str:
    """Say in one sentence what went wrong, and what to do."""
    found = (sentence for pattern, sentence in PIP_FAILURES if re.search(pattern, complaints))
    return next(found, "pip could not install the packages. Its own message stands above.")


# --- commands ---------------------------------------------------------------------------------


def in_venv(*arguments: str, offscreen: bool = False) -> int:
    """Run a Python module in the virtual environment and return its exit status."""
    environment = {**os.environ, **({"QT_QPA_PLATFORM": "offscreen"} if offscreen else {})}
    command = [str(tool("python")), "-m", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def run(arguments: list[str]) -> int:
    """Open LilyDesk, or pass arguments on to its command line."""
    set_up("run")
    # -P: a folder "lilydesk" (or a file "numpy.py") where the user stands is none of our modules.
    command = [str(tool("python")), "-P", "-m", "lilydesk", *arguments]
    if os.name == "nt":
        return subprocess.run(command, check=False).returncode
    os.execv(command[0], command)  # not from ROOT: file names count from where the user stands


def test(arguments: list[str]) -> int:
    """Run the test suite, without screen, sound card or network."""
    set_up("test")
    return in_venv("pytest", *arguments, offscreen=True)


def check(arguments: list[str]) -> int:
    """Run every check, also when an earlier one fails, and sum up."""
    set_up("test")
    steps = {
        "format": ["ruff", "format", "--check", "."],
        "lint": ["ruff", "check", "."],
        "types": ["mypy"],
        "imports": ["lint-imports"],
    }
    failed = []
    for name, step in steps.items():
        say(f"--- {name}: {' '.join(step)}")
        started = time.monotonic()
        if subprocess.run([str(tool(step[0])), *step[1:]], cwd=ROOT, check=False).returncode != 0:
            failed.append(name)
        say(f"    {time.monotonic() - started:.1f} s")
    for path, n_lines in long_files(ROOT):
        say(f"warning: {path} has {n_lines} lines: which two things is it?")
    say(f"check: failed: {', '.join(failed)}" if failed else "check: all well")
    return 1 if failed else 0


def long_files(root: Path) -> list[tuple[str, int]]:
    """Return the Python files that have grown past the size one reads in a sitting."""
    paths = [*root.glob("*.py"), *root.glob("lilydesk/**/*.py"), *root.glob("tests/**/*.py")]
    sizes = ((path, len(path.read_text(encoding="utf-8").splitlines())) for path in sorted(paths))
    return [(path.relative_to(root).as_posix(), size) for path, size in sizes if size > MANY_LINES]


def bench(arguments: list[str]) -> int:
    """Print the figures a user can feel, measured on this machine."""
    set_up("run")
    return in_venv("lilydesk", "bench", *arguments, offscreen=True)


def train(arguments: list[str]) -> int:
    """Train a model; PyTorch is installed for this and for nothing else."""
    set_up("run")
    set_up("train")
    return in_venv("lilydesk", "train", *arguments)


def package(arguments: list[str]) -> int:
    """Build dist/lilydesk, one folder that needs no Python."""
    library = ctypes.util.find_library(PYTHON_NAME)
    needed = {"binutils": shutil.which("objdump"), f"lib{PYTHON_NAME}": library}
    missing = [name for name, found in needed.items() if found is None]
    if missing and shutil.which("apt-get"):
        install_packages("apt-get", missing)
    set_up("package")
    return in_venv("PyInstaller", "--noconfirm", *arguments, "pyinstaller.spec")


def lock(arguments: list[str]) -> int:
    """Resolve the dependencies of pyproject.toml for all platforms, with hashes."""
    make_venv()
    pip(["install", "--quiet", "uv==0.13.8"])
    groups_of = {"run": ["build"], "test": ["build", "test"], "package": ["build", "package"]}
    for name, groups in groups_of.items():
        command = ["uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
        command += ["--fork-strategy", "fewest", "--python-version", "3.11"]
        command += ["--no-header", "--no-annotate", "pyproject.toml", *arguments]
        command += [part for group in groups for part in ("--group", group)]
        command += [] if name == "run" else ["--constraint", "requirements/run.lock"]
        if in_venv(*command, "--output-file", f"requirements/{name}.lock") != 0:
            raise Stop("The dependencies could not be resolved. uv's own message stands above.")
    return 0


COMMANDS = {function.__name__: function for function in (run, test, check, bench, train, package)}
COMMANDS["lock"] = lock


def newer_python() -> str | None:
    """Return a Python on the path that is new enough, when this one is not."""
    names = (f"python3.{minor}" for minor in (13, 12, 11))
    return next((path for path in map(shutil.which, names) if path), None)


def main(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    if sys.version_info < OLDEST_PYTHON:
        other = newer_python()
        if other is not None:
            os.execv(other, [other, __file__, *arguments])
        raise Stop(
            f"This is Python {sys.version.split()[0]}, and LilyDesk needs 3.11 or newer. "
            "Install one and start again with it: python3.11 dev.py ..."
        )
    command = COMMANDS.get(arguments[0]) if arguments else None
    if command is None:
        say(__doc__ or "")
        return 0 if arguments[:1] in (["-h"], ["--help"], ["help"]) else 2
    return command(arguments[1:])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        sys.exit(f"dev.py: {stop}")
    except KeyboardInterrupt:
        sys.exit(130)
