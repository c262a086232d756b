#!/usr/bin/env python
"""The only entry point: every command of the project is `python manage.py <command>`."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workshop.settings")
    if sys.argv[1:2] == ["demo"]:
        from tools.demo.environment import settle

        settle(sys.argv[2:])
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
