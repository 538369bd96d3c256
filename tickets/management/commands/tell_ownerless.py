"""`manage.py tell_ownerless [--now ISO]`: what beat does every five minutes, for cron and as a last resort."""

from django.core.management.base import BaseCommand

from stations.moments import moment
from tickets import ownerless


class Command(BaseCommand):
    help = "没人接的工单通知派单员，没有派单员的社区通知书记和系统管理员；同一件事一天只通知一次。"

    def add_arguments(self, parser):
        parser.add_argument("--now", help="按这个时刻判断，ISO 格式，例如 2026-11-24T10:00+08:00；默认此刻。")

    def handle(self, *args, now=None, **options):
        meant = ownerless.tell(now=moment(now) if now else None)
        self.stdout.write(f"今天该通知 {meant} 人次。")
