"""`manage.py import_ledgers`: read and write what waits of the old ledgers sent through the page; beat starts it."""

from django.core.management.base import BaseCommand

from tickets.importing import working


class Command(BaseCommand):
    help = "读完、写完页面上传来的旧台账。后台每15秒看一次，有要做的就自动运行，平时不用手动。"

    def handle(self, *args, **options):
        self.stdout.write(f"做了{working.go_on()}份。")
