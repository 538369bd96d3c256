"""What deploy/ starts is there: programs, options, files and variables; one beat, and thirty seconds to stop."""

import configparser
import re
import secrets
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest
import yaml
from celery.bin.beat import beat
from celery.bin.worker import worker
from gunicorn.config import Config

from servicedesk import environment, gunicorn_config

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
PROCESSES = ("web", "worker", "beat")
SECONDS_TO_STOP = 30
KNOWN = {
    *re.findall(r'\(variables, "([A-Z_]+)"', (ROOT / "servicedesk" / "environment.py").read_text()),
    "SERVICEDESK_STATE",
}
HARDENED = ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "ProtectKernelModules", "LockPersonality")


def unit(path):
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(path, encoding="utf-8")
    return parser


def example():
    """{variable: value} of the file that is copied and filled in."""
    lines = (DEPLOY / "servicedesk.env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def assert_starts(program, *arguments):
    """The program takes these arguments, and what they name is in the checkout."""
    if program == "gunicorn":
        options = Config().parser().parse_args(arguments)
        assert (ROOT / options.config).exists() and options.bind
    else:
        assert program == "celery" and arguments[:2] == ("--app", "servicedesk")
        command = {"worker": worker, "beat": beat}[arguments[2]]
        _, rest, _ = command.make_parser(click.Context(command)).parse_args(list(arguments[3:]))
        assert rest == []


def test_three_units_one_of_them_beat():
    assert [path.name for path in UNITS] == [f"servicedesk-{name}.service" for name in sorted(PROCESSES)]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_unit_starts_what_is_there_and_is_hardened(path):
    service = unit(path)["Service"]
    program, *arguments = shlex.split(service["ExecStart"])

    assert Path(program).parent == Path(service["WorkingDirectory"]) / ".venv" / "bin"
    assert_starts(Path(program).name, *arguments)
    assert service["EnvironmentFile"] == "/etc/servicedesk.env"
    assert (service["Restart"], service["KillSignal"], service["KillMode"]) == ("always", "SIGTERM", "mixed")
    assert {service[name] for name in HARDENED} == {"yes"} and service["ProtectSystem"] == "strict"
    assert service["ReadWritePaths"] == example()["SERVICEDESK_STATE"]


def test_web_has_thirty_seconds_to_finish_and_a_little_more_to_say_so():
    stop = unit(DEPLOY / "servicedesk-web.service")["Service"]["TimeoutStopSec"]

    assert gunicorn_config.graceful_timeout == SECONDS_TO_STOP < int(stop)


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_others_are_gone_after_thirty_seconds(name):
    service = unit(DEPLOY / f"servicedesk-{name}.service")["Service"]

    assert int(service["TimeoutStopSec"]) <= SECONDS_TO_STOP


@pytest.mark.prove
def test_systemd_finds_no_fault_in_the_units():
    """Only where there is systemd: without it this fails, so nobody takes it for proven."""
    program = shutil.which("systemd-analyze")

    assert program, "systemd-analyze is not on this machine"
    done = subprocess.run([program, "verify", "--man=no", *UNITS], capture_output=True, text=True)

    faults = [line for line in done.stderr.splitlines() if "is not executable: No such file" not in line]
    assert faults == []


def test_filled_in_example_starts_the_product(tmp_path):
    filled = {
        name: value or secrets.token_urlsafe(64) for name, value in example().items() if name != "EMAIL_URL"
    }

    found = environment.read({**filled, "MEDIA_ROOT": str(tmp_path)})

    assert set(example()) <= KNOWN
    assert found.redis_url and not found.demo


def test_example_as_it_stands_is_refused(tmp_path):
    with pytest.raises(environment.Refusal):
        environment.read({**example(), "MEDIA_ROOT": str(tmp_path)})


def test_compose_has_every_process_once():
    assert set(SERVICES) == {"postgres", "redis", "prepare", *PROCESSES}
    assert "deploy" not in SERVICES["beat"] and "scale" not in SERVICES["beat"]


@pytest.mark.parametrize("name", PROCESSES)
def test_compose_starts_what_is_there_and_gives_it_time_to_stop(name):
    service = SERVICES[name]

    assert_starts(*service["command"])
    assert service["stop_grace_period"] == f"{SECONDS_TO_STOP}s"
    assert service["restart"] == "unless-stopped"
    assert set(service["environment"]) <= KNOWN
    assert service["env_file"] == ["servicedesk.env"] and service["read_only"]
    assert set(service["depends_on"]) <= set(SERVICES)


def test_compose_prepares_with_commands_that_there_are():
    script = SERVICES["prepare"]["command"][-1]
    commands = re.findall(r"manage\.py (\w+)", script)

    assert commands == ["migrate", "collectstatic"]


def test_compose_declares_its_volumes_and_builds_from_what_is_there():
    mounted = {
        mount.partition(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])
    }

    assert mounted == set(COMPOSE["volumes"])
    assert (DEPLOY / SERVICES["web"]["build"]["context"] / SERVICES["web"]["build"]["dockerfile"]).exists()


def test_page_of_the_installation_names_only_what_is_there():
    page = (ROOT / "docs" / "deploy.md").read_text()

    named = re.findall(r"deploy/[\w.*-]+[\w*]", page)
    made = {"deploy/.env", "deploy/servicedesk.env"}  # by the steps themselves
    assert [name for name in named if not list(ROOT.glob(name)) and name not in made] == []
