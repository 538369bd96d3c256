"""`manage.py flag_overdue [--now ISO]`: the sweep that beat runs every minute, for cron and as a last resort."""

from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tickets import sweeps


class Command(BaseCommand):
    help = "标记超过答复或办结时限的工单，并通知派单员和书记。"

    def add_arguments(self, parser):
        parser.add_argument("--now", help="按这个时刻判断，ISO 格式，例如 2026-11-24T10:00+08:00；默认此刻。")

    def handle(self, *args, now=None, **options):
        marked = sweeps.flag_overdue(now=self._moment(now) if now else None)
        self.stdout.write(f"标记超时 {marked} 项。")

    def _moment(self, text):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise CommandError(f"看不懂的时间：{text}。请写成 2026-11-24T10:00+08:00。") from None
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
