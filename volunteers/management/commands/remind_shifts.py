"""`manage.py remind_shifts [--now ISO]`: what beat does every five minutes, for cron and as a last resort."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from stations.moments import moment
from volunteers import reminding

NOTHING = "没有要提醒的班。"


class Command(BaseCommand):
    help = "提醒快要值班的人：前一天晚上一次，开始前两小时一次；提醒过的不再提醒。"

    def add_arguments(self, parser):
        parser.add_argument("--now", help="按这个时刻判断，ISO 格式，例如 2026-11-24T18:00+08:00；默认此刻。")

    def handle(self, *args, now=None, **options):
        count = reminding.remind(now=moment(now) if now else timezone.now())
        self.stdout.write(f"提醒了{count}人次。" if count else NOTHING)
