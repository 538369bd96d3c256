"""`manage.py forget_deliveries`: what beat does every hour, for cron and as a last resort."""

from django.core.management.base import BaseCommand

from notices import delivery


class Command(BaseCommand):
    help = "删除90天前已经发出或决定不发的外发记录；站内通知和发不出的不动。"

    def handle(self, *args, **options):
        self.stdout.write(f"删除 {delivery.forget_old()} 条。")
