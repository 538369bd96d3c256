"""`manage.py reconcile [--now ISO]`: the checks of the night at once; what was found takes the place of today's."""

from django.core.management.base import BaseCommand

from stations.moments import moment
from tickets.reconciling import nightly


class Command(BaseCommand):
    help = "马上对一次账，结果在“每晚对账”一页。"

    def add_arguments(self, parser):
        parser.add_argument("--now", help="按这个时刻判断，ISO 格式，例如 2026-11-24T10:00+08:00；默认此刻。")

    def handle(self, *args, now=None, **options):
        found = nightly.run(now=moment(now) if now else None)
        busy = "另一次对账正在进行，没有再做。"
        self.stdout.write(busy if found is None else f"对账完毕，{found}处对不上。")
