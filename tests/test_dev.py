"""What dev.py decides: what is missing, what is ready, and the sentence when it cannot go on."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import dev

ALL_SONAMES = frozenset(library.soname for library in dev.LIBRARIES)
HERE = (sys.version_info.major, sys.version_info.minor)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a virtual environment in which nothing was installed yet."""
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "LOCKS", tmp_path)
    dev.tool("python").parent.mkdir(parents=True)
    dev.tool("python").touch()
    (tmp_path / ".venv" / "pyvenv.cfg").write_text(
        f"home = /usr/bin\nversion = {HERE[0]}.{HERE[1]}.9"
    )
    for name in ("run", "test", "package"):
        (tmp_path / f"{name}.lock").write_text(f"{name}==1\n")
    return tmp_path


def put_stamp(checkout: Path, name: str, lock: bytes) -> None:
    (checkout / ".venv" / f"set-up-{name}").write_text(dev.stamp_text(lock, HERE))


def pins(name: str) -> dict[str, str]:
    text = (dev.ROOT / "requirements" / f"{name}.lock").read_text()
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE))


def test_a_new_checkout_is_not_ready(checkout: Path) -> None:
    assert not dev.is_ready("run")


def test_a_stamp_of_the_same_lock_makes_ready(checkout: Path) -> None:
    put_stamp(checkout, "run", b"run==1\n")
    assert dev.is_ready("run")
    assert not dev.is_ready("test")


def test_a_changed_lock_asks_for_set_up_again(checkout: Path) -> None:
    put_stamp(checkout, "run", b"run==0\n")
    assert not dev.is_ready("run")


def test_the_test_packages_serve_to_run(checkout: Path) -> None:
    put_stamp(checkout, "test", b"test==1\n")
    assert dev.is_ready("run")


def test_another_python_asks_for_set_up_again(checkout: Path) -> None:
    put_stamp(checkout, "run", b"run==1\n")
    (checkout / ".venv" / "pyvenv.cfg").write_text("version = 3.4.1\n")
    assert dev.venv_version() == (3, 4)
    assert not dev.is_ready("run")


def test_a_stamp_tells_python_versions_apart() -> None:
    assert dev.stamp_text(b"x", (3, 11)) != dev.stamp_text(b"x", (3, 12))


def test_nothing_is_missing_where_everything_is_there() -> None:
    assert dev.missing_packages("apt-get", ALL_SONAMES, has_sound_font=True) == []


def test_missing_packages_are_named_as_the_distribution_names_them() -> None:
    sonames = ALL_SONAMES - {"libxcb-cursor.so.0", "libfluidsynth.so.3"}
    assert dev.missing_packages("apt-get", sonames, has_sound_font=False) == [
        "libxcb-cursor0", "libfluidsynth3", "fluidr3mono-gm-soundfont",
    ]  # fmt: skip
    assert dev.missing_packages("dnf", sonames, has_sound_font=True) == [
        "xcb-util-cursor", "fluidsynth-libs",
    ]  # fmt: skip


def test_a_package_that_brings_several_libraries_is_named_once() -> None:
    packages = dev.missing_packages("pacman", frozenset(), has_sound_font=False)
    assert packages.count("libxcb") == 1


def test_without_root_the_command_to_type_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "root_prefix", lambda: None)
    assert not dev.install_packages("apt-get", ["libegl1", "libgl1"])
    command = "    sudo apt-get install -y --no-install-recommends libegl1 libgl1\n"
    assert command in capsys.readouterr().out


def test_other_package_managers_are_never_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "root_prefix", lambda: [])
    assert not dev.install_packages("pacman", ["fluidsynth"])
    assert "sudo pacman -S --needed fluidsynth" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("complaint", "sentence"),
    [
        ("after connection broken by 'NewConnectionError('<pip...", "Check the network"),
        ("ERROR: Could not install: [Errno 28] No space left on device", "The disk is full"),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE",
            "is not the one that was locked",
        ),
        ("ERROR: No matching distribution found for numpy==2.4.6", "CPython 3.11 to 3.13"),
        ("ERROR: something else", "Its own message stands above"),
    ],
)
def test_a_failure_of_pip_becomes_a_sentence(complaint: str, sentence: str) -> None:
    assert sentence in dev.explain_pip_failure(complaint)


def test_an_old_python_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(dev, "newer_python", lambda: None)
    with pytest.raises(dev.Stop, match=r"needs 3\.11 or newer"):
        dev.main(["run"])


def test_an_unknown_command_prints_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["dance"]) == 2
    assert "dev.py run" in capsys.readouterr().out
    assert dev.main(["--help"]) == 0


def test_every_command_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    dev.main([])
    usage = capsys.readouterr().out
    assert all(f"dev.py {name} " in usage for name in dev.COMMANDS)


def test_long_files_are_reported(tmp_path: Path) -> None:
    (tmp_path / "lilydesk").mkdir()
    (tmp_path / "lilydesk" / "long.py").write_text("\n" * (dev.MANY_LINES + 1))
    (tmp_path / "lilydesk" / "short.py").write_text("\n" * dev.MANY_LINES)
    assert dev.long_files(tmp_path) == [("lilydesk/long.py", dev.MANY_LINES + 1)]


def test_all_locks_agree_on_the_run_time_packages() -> None:
    run = pins("run")
    assert run.items() <= pins("test").items()
    assert run.items() <= pins("package").items()


def test_qt_is_locked_below_the_version_that_loses_references() -> None:
    pinned = tuple(map(int, pins("run")["pyside6-essentials"].split(".")))
    assert (6, 11) <= pinned < (6, 12)


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((dev.ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[<>=]", requirement)[0].lower() for requirement in project["dependencies"]}
    assert wanted <= pins("run").keys()


def test_every_locked_package_has_a_hash() -> None:
    for name in ("run", "test", "package"):
        blocks = (dev.ROOT / "requirements" / f"{name}.lock").read_text().split("\n\n")
        for entry in re.split(r"\n(?=\w)", "\n".join(blocks).strip()):
            assert "--hash=sha256:" in entry, entry


def test_a_folder_named_like_us_where_the_user_stands_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lilydesk").mkdir()
    (tmp_path / "numpy.py").write_text("raise SystemExit('not this one')")
    commands: list[list[str]] = []
    monkeypatch.setattr(dev, "set_up", lambda name: None)
    monkeypatch.setattr(dev, "tool", lambda name: Path(sys.executable))
    monkeypatch.setattr(dev.os, "execv", lambda path, command: commands.append(command))
    dev.run(["--version"])
    shown = subprocess.run(
        commands[0], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )
    assert shown.stdout.lower().startswith("lilydesk")
