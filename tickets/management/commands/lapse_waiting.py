"""`manage.py lapse_waiting [--now ISO]`: the sweep that beat runs every minute, for cron and as a last resort."""

from django.core.management.base import BaseCommand

from stations.moments import moment
from tickets import sweeps


class Command(BaseCommand):
    help = "等居民补充的期限到了还没有补充的工单，交还经办人接着办，并通知他。"

    def add_arguments(self, parser):
        parser.add_argument("--now", help="按这个时刻判断，ISO 格式，例如 2026-11-24T10:00+08:00；默认此刻。")

    def handle(self, *args, now=None, **options):
        ended = sweeps.lapse_waiting(now=moment(now) if now else None)
        self.stdout.write(f"交还经办人 {ended} 项。")
