"""Serves this checkout as a demonstration: database, web server, Celery worker and beat, until Ctrl-C."""

import argparse
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))

from supervisor import Supervisor  # noqa: E402

from servicedesk import local_environment, local_postgres, state  # noqa: E402

HOST, PORT = "127.0.0.1", 8000
READY_SECONDS = 120


def main() -> int:
    options = _options()
    os.chdir(CHECKOUT)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    base = state.base_folder()
    with (base / "serve.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return _say_running(options, base)
        return _serve(options, base)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/serve", description="启动社区服务台演示环境")
    parser.add_argument("--host", help=f"监听地址，默认 {HOST}，只限本机")
    parser.add_argument("--port", type=int, help=f"端口，默认 {PORT}，被占用时另选")
    parser.add_argument("--state", help="存放数据库和文件的文件夹")
    parser.add_argument("--no-system", action="store_true", help="不用 apt 安装系统软件")
    return parser.parse_args()


def _say_running(options: argparse.Namespace, base: Path) -> int:
    """What runs where and how it is stopped; 1 where this start asked for something else, which it does not get.

    Its note is written a moment after the lock: a second start waits for it.
    """
    note = base / "serve.json"
    deadline = time.monotonic() + READY_SECONDS
    while not note.exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    running = json.loads(note.read_text()) if note.exists() else {}
    print(f"这份程序已经在运行：{running.get('address', '（尚未就绪）')}")
    if state_folder := running.get("state"):
        print(f"数据在：{state_folder}")
    unmet = _unmet(options, running)
    if unmet:
        print(f"这次写的 {'、'.join(unmet)} 没有用上：一份程序同时只运行一个。")
    print(_how_to_stop(running, again=bool(unmet)))
    return 1 if unmet else 0


def _unmet(options: argparse.Namespace, running: dict) -> list[str]:
    """The options of this start that what runs was not started with."""
    chosen = str(Path(options.state).absolute()) if options.state else None
    wanted = {"host": options.host, "port": options.port, "state": chosen}
    return [f"--{name} {value}" for name, value in wanted.items() if value and running.get(name) != value]


def _how_to_stop(running: dict, *, again: bool) -> str:
    by_number = f"，或运行 kill {running['pid']}" if "pid" in running else ""
    then = "，停了再运行这一条" if again else ""
    return f"要停下：在启动它的窗口按 Ctrl-C{by_number}{then}。"


def _serve(options: argparse.Namespace, base: Path) -> int:
    note = base / "serve.json"
    note.unlink(missing_ok=True)
    _note_state(options.state, base / "state.path")
    options.host = options.host or HOST
    port = _choose_port(options)
    address = f"http://{_shown_host(options.host)}:{port}"
    _set_environment(options, address)
    supervisor = Supervisor(CHECKOUT)
    try:
        _prepare()
        _start(supervisor, options.host, port)
        _wait_until_ready(supervisor, "127.0.0.1" if options.host == "0.0.0.0" else options.host, port)
        _write_note(note, options.host, port, address)
        _welcome(address)
        return supervisor.watch()
    except KeyboardInterrupt:
        return 0
    finally:
        # A second Ctrl-C must not leave half of them running.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        note.unlink(missing_ok=True)
        supervisor.stop()
        local_postgres.give_back()
        print("已停止。", flush=True)


def _write_note(note: Path, host: str, port: int, address: str) -> None:
    """For whoever starts it a second time; whole as soon as it is there."""
    running = {
        "address": address,
        "host": host,
        "port": port,
        "state": str(state.folder()),
        "pid": os.getpid(),
    }
    new = note.with_suffix(".new")
    new.write_text(json.dumps(running))
    new.rename(note)


def _note_state(chosen: str | None, note: Path) -> None:
    """So that plain manage.py in another terminal finds the same database."""
    if chosen:
        os.environ["SERVICEDESK_STATE"] = str(Path(chosen).absolute())
    if os.environ.get("SERVICEDESK_STATE"):
        note.write_text(os.environ["SERVICEDESK_STATE"])
    else:
        note.unlink(missing_ok=True)


def _choose_port(options: argparse.Namespace) -> int:
    if _is_free(options.host, options.port or PORT):
        return options.port or PORT
    if options.port:
        sys.exit(f"端口 {options.port} 已被占用，请另选一个，或不写 --port 由程序自选。")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _shown_host(host: str) -> str:
    return _own_addresses()[0] if host == "0.0.0.0" else host


def _own_addresses() -> list[str]:
    """Where neighbours in the local network reach this machine; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return [probe.getsockname()[0]]
        except OSError:
            return ["127.0.0.1"]


def _set_environment(options: argparse.Namespace, address: str) -> None:
    """A demonstration whatever the shell says; only the engines may be named from outside."""
    hosts = {"127.0.0.1", "localhost", options.host, socket.gethostname(), *_own_addresses()}
    os.environ.update(
        DEMO="1",
        DEBUG="0",
        PUBLIC_URL=address,
        ALLOWED_HOSTS=",".join(sorted(hosts - {"0.0.0.0"})),
        PYTHONUNBUFFERED="1",
        # Celery tells root not to be root; in a container's demonstration there is nobody else.
        PYTHONWARNINGS="ignore:You're running the worker with superuser",
    )
    print("正在启动数据库 …", flush=True)
    local_environment.prepare("serve")


def _prepare() -> None:
    """In a process group of the terminal: Ctrl-C ends it too, and a migration rolls back."""
    done = subprocess.run([sys.executable, "script/prepare.py"])
    if done.returncode:
        sys.exit("数据库或演示数据没有准备好，原因见上。")


def _start(supervisor: Supervisor, host: str, port: int) -> None:
    web = ["gunicorn", "--config", "servicedesk/gunicorn_config.py", "--bind", f"{host}:{port}"]
    celery = ["celery", "--app", "servicedesk", "--quiet"]
    # The proxy headers of a demonstration come from nobody we know.
    supervisor.start("网页", [*web, "--forwarded-allow-ips", ""])
    quiet = ["--without-gossip", "--without-mingle"]
    supervisor.start("后台任务", [*celery, "worker", "--concurrency", "1", "--loglevel", "WARNING", *quiet])
    supervisor.start("定时任务", [*celery, "beat", "--loglevel", "WARNING", "--pidfile="])


def _wait_until_ready(supervisor: Supervisor, host: str, port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        supervisor.look_after()
        try:
            with urllib.request.urlopen(f"http://{host}:{port}/readyz", timeout=5):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
    sys.exit("网页服务在两分钟内没有就绪，原因见上。")


def _welcome(address: str) -> None:
    print(f"\n社区服务台已就绪：{address}\n演示账号：", flush=True)
    subprocess.run([sys.executable, "manage.py", "load_demo", "--sign-ins"])
    print("按 Ctrl-C 停止。", flush=True)


if __name__ == "__main__":
    sys.exit(main())
