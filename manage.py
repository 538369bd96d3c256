#!/usr/bin/env python
"""Django's command line.  Without any environment it uses what script/serve has set up."""

import os
import sys

from django.core.management import execute_from_command_line

from servicedesk import local_environment


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
    if local_environment.is_wanted():
        local_environment.prepare("serve")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
