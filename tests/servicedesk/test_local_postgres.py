"""The launcher with real processes: as root and as an ordinary user, shared, killed, recovered."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
import pytest

from servicedesk import local_postgres
from tests.racing import PATIENCE

pytestmark = [pytest.mark.crash, pytest.mark.slow]

MODULE = str(Path(local_postgres.__file__).resolve())
# Borrows, prints the URL, and stays until its stdin closes.
USER = f"""
import importlib.util, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("launcher", {MODULE!r})
launcher = importlib.util.module_from_spec(spec)
spec.loader.exec_module(launcher)
launcher.find_binaries = lambda: Path(sys.argv[2])
print(launcher.borrow(Path(sys.argv[1]), durable=False), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def place():
    """A folder with a space in its name, below one that everybody may pass."""
    root = Path(tempfile.mkdtemp(prefix="社区 desk "))
    root.chmod(0o755)
    yield root / "postgres test"
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="module")
def made_before():
    """A cluster's folder; for the first start see the tests of modes and of the ordinary user."""
    folder = Path(tempfile.mkdtemp(prefix="desk "))
    folder.chmod(0o755)
    server = local_postgres.Server(folder / "made", local_postgres.find_binaries(), durable=False)
    server._make_data()
    yield server.folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def old_place(place, made_before):
    """The cluster lies there already, stopped, with its owners and modes; root's copy of the program beside it."""
    for program in made_before.parent.glob("program-*"):
        shutil.copytree(program, place.parent / program.name, symlinks=True, copy_function=os.link)
    subprocess.run(["cp", "-a", made_before, place], check=True)
    return place


@pytest.fixture
def borrow(place):
    """Starts processes that use the cluster; ends those that a test leaves behind."""
    processes = []

    def start(binaries=None, python=sys.executable, **options):
        binaries = binaries or local_postgres.find_binaries()
        process = subprocess.Popen(
            [python, "-c", USER, str(place), str(binaries)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **options,
        )  # fmt: skip
        processes.append(process)
        return process, process.stdout.readline().strip()

    yield start
    for process in processes:
        process.kill()
        process.communicate()
    assert wait_until(lambda: not servers(place)), "PostgreSQL outlived its users"


def running(part):
    """Numbers of the processes in whose command line this occurs."""
    command = ["ps", "-ww", "-eo", "pid=,args="]
    # In another locale ps prints question marks for the folder's Chinese name.
    listing = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    lines = [line.split(maxsplit=1) for line in listing.stdout.splitlines()]
    return [int(pid) for pid, args in lines if part in args]


def servers(place):
    """Process numbers of every PostgreSQL on this folder."""
    return running(f"postgres -D {place}/data")


def wait_until(condition, seconds=PATIENCE):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def answers(url):
    connection = psycopg2.connect(url, connect_timeout=60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        answer = cursor.fetchone()
    connection.close()
    return answer == (1,)


def end(process):
    process.communicate("")


def test_two_users_share_a_server_until_the_last_goes(old_place, borrow):
    first, url = borrow()
    second, same = borrow()
    assert servers(old_place)

    end(first)

    assert same == url and answers(url)
    end(second)
    assert wait_until(lambda: not servers(old_place))


def test_killed_user_leaves_no_server(old_place, borrow):
    process, url = borrow()
    assert answers(url)

    process.send_signal(signal.SIGKILL)

    assert wait_until(lambda: not servers(old_place))


def test_killed_keeper_takes_the_server_along_or_the_next_start_does(old_place, borrow):
    borrow()
    keepers = running(f"{MODULE} {old_place} ")

    for keeper in keepers:
        os.kill(keeper, signal.SIGKILL)
    _, url = borrow()

    assert keepers and answers(url)


def test_killed_server_is_started_again_at_the_same_address(old_place, borrow):
    _, url = borrow()

    os.kill(servers(old_place)[0], signal.SIGKILL)

    assert wait_until(lambda: servers(old_place) and can_connect(url))


def can_connect(url):
    try:
        return answers(url)
    except psycopg2.OperationalError:
        return False


def test_recovers_from_a_stale_pid_file_and_a_half_made_folder(old_place, borrow):
    process, _ = borrow()
    end(process)
    assert wait_until(lambda: not servers(old_place))
    # This test's own number is alive and no PostgreSQL.
    (old_place / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{old_place}/data\n1\n1\n")
    (old_place / "data.new").mkdir()

    _, url = borrow()

    assert answers(url)


def test_password_is_needed(old_place, borrow):
    _, url = borrow()
    user, rest = url.removeprefix("postgres://").split(":", 1)

    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(f"postgres://{user}:wrong@{rest.split('@')[1]}")


def test_root_leaves_the_modes_of_parents_alone(place, borrow):
    before = place.parent.stat().st_mode

    borrow()

    assert place.parent.stat().st_mode == before
    assert (place / "data").stat().st_mode & 0o777 == 0o700
    assert (place / "password").stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.getuid() != 0, reason="the other tests already run as an ordinary user")
def test_ordinary_user_runs_it_directly(place, borrow):
    """The interpreter may lie in a home others cannot enter; the system's may be used."""
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    if not python or Path(python).resolve().is_relative_to("/root"):
        pytest.skip("缺少系统自带的 python3")
    binaries = local_postgres._readable_copy(local_postgres.find_binaries(), place.parent)
    nobody = pwd.getpwnam("nobody")
    os.chown(place.parent, nobody.pw_uid, nobody.pw_gid)

    process, url = borrow(binaries, python, user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[], cwd="/")

    assert answers(url)
    assert (place / "data").stat().st_uid == nobody.pw_uid
