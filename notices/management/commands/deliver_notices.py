"""`manage.py deliver_notices`: the sweep that beat runs every 15 seconds, for cron and as a last resort."""

from django.core.management.base import BaseCommand

from notices import delivery


class Command(BaseCommand):
    help = "把等着发的通知发到邮箱和企业微信群。"

    def handle(self, *args, **options):
        tally = delivery.deliver()
        self.stdout.write(f"发出 {tally.sent} 条，稍后再试 {tally.later} 条，发不出去 {tally.dead} 条。")
