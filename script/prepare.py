"""Brings the served database and static files up to date; fills an empty database with demo data."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")

import django  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402


def main() -> None:
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    # The database itself says whether it is filled: a note in a file could outlive it.
    if not get_user_model().objects.exists():
        print("首次运行，正在生成演示数据 …", flush=True)
        call_command("load_demo", verbosity=0)


if __name__ == "__main__":
    main()
