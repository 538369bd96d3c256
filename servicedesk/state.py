"""Where this checkout keeps what it makes: database, broker, keys, collected static files.

Standard library only.  The folder is the first writable one of SERVICEDESK_STATE (which
`script/serve --state` sets and notes down), `var/` in the checkout, a temporary folder.
"""

import fcntl
import hashlib
import json
import os
import secrets
import stat
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


class StateError(Exception):
    """Carries the sentence for a person whose machine offers no folder to write to."""


def folder() -> Path:
    """The state folder, made if need be."""
    base = base_folder()
    chosen = os.environ.get("SERVICEDESK_STATE") or _noted(base / "state.path")
    if not chosen:
        return base
    path = Path(chosen).absolute()
    if not _is_writable(path):
        raise StateError(f"不能写入状态文件夹 {path}，请用 --state 或 SERVICEDESK_STATE 另选一个。")
    return path


def base_folder() -> Path:
    """The checkout's own place whatever --state says: its lock and the note of --state live here."""
    var = CHECKOUT / "var"
    return var if _is_writable(var) else temporary_folder()


def database_folder(purpose: str) -> Path:
    """The cluster's folder; as root it has to lie where `nobody` may pass."""
    path = folder()
    if os.getuid() == 0 and not _everybody_may_pass(path):
        path = temporary_folder()
    clusters = path / "postgres"
    clusters.mkdir(exist_ok=True)
    clusters.chmod(_folder_mode())  # whatever the umask says
    return clusters / purpose


def temporary_folder() -> Path:
    """The same for every run of this checkout and user, and nobody else's."""
    name = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
    path = Path(tempfile.gettempdir()) / f"servicedesk-{os.getuid()}-{name}"
    if not _is_writable(path):
        raise StateError(f"没有可写的文件夹：var/ 和 {path} 都不能写入，请用 --state 指定一个。")
    facts = path.lstat()
    # In a shared folder somebody else could have made it first, or a link in its place.
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.getuid() or facts.st_mode & 0o022:
        raise StateError(f"{path} 不属于当前用户，请删除它或用 --state 指定另一个文件夹。")
    return path


def keys() -> dict[str, str]:
    """SECRET_KEY and RECEIPT_KEY of this checkout, made once: printed QR links outlive a restart."""
    path = folder() / "keys.json"
    if not path.exists():
        made = {name: secrets.token_urlsafe(64) for name in ("SECRET_KEY", "RECEIPT_KEY")}
        _create_once(path, json.dumps(made))
    return json.loads(path.read_text())


def free_slot(purpose: str) -> int:
    """The first number no live process holds; held until this process ends."""
    place = folder() / "slots"
    place.mkdir(exist_ok=True)
    for number in range(100):
        # A bare descriptor, closed by nobody: the lock is to last as long as the process.
        slot = os.open(place / f"{purpose}-{number}", os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            fcntl.flock(slot, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return number
        except OSError:
            os.close(slot)
    raise StateError("同时运行的测试太多。")


def _noted(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""


def _is_writable(path: Path) -> bool:
    try:
        path.mkdir(parents=True, exist_ok=True, mode=_folder_mode())
        with tempfile.TemporaryFile(dir=path):
            return True
    except OSError:
        return False


def _folder_mode() -> int:
    """Root's database server runs as another user, who passes through but may not look around."""
    return 0o711 if os.getuid() == 0 else 0o700


def _everybody_may_pass(path: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in (path, *path.parents))


def _create_once(path: Path, text: str) -> None:
    """Whole or not at all, also with two starters at once."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:  # 0600
        file.write(text)
    try:
        os.link(file.name, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(file.name)
