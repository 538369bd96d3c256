"""`manage.py flag_overdue [--now ISO]`: the sweep that beat runs every minute, for cron and as a last resort."""

from django.core.management.base import BaseCommand

from stations.moments import moment
from tickets import sweeps


class Command(BaseCommand):
    help = "标记超过答复或办结时限的工单，通知派单员和书记；过半的提醒经办人，过八成的提醒单位负责人。"

    def add_arguments(self, parser):
        parser.add_argument("--now", help="按这个时刻判断，ISO 格式，例如 2026-11-24T10:00+08:00；默认此刻。")

    def handle(self, *args, now=None, **options):
        at, marked = moment(now) if now else None, 0
        while overdue := sweeps.flag_overdue(now=at):  # a run leaves to the next one what is too much for it
            marked += overdue
        self.stdout.write(f"标记超时 {marked} 项。")
