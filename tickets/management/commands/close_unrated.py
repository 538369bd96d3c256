"""`manage.py close_unrated [--now ISO]`: what beat does every ten minutes, for cron and as a last resort."""

from django.core.management.base import BaseCommand

from stations.moments import moment
from tickets import sweeps


class Command(BaseCommand):
    help = "评价期满没有人评的工单结案。"

    def add_arguments(self, parser):
        parser.add_argument("--now", help="按这个时刻判断，ISO 格式，例如 2026-11-24T10:00+08:00；默认此刻。")

    def handle(self, *args, now=None, **options):
        closed = sweeps.close_unrated(now=moment(now) if now else None)
        self.stdout.write(f"结案 {closed} 单。")
