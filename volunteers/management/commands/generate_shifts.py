"""`manage.py generate_shifts [--weeks N] [--now ISO]`: what beat does every hour, for cron and as a last resort."""

from django.core.management.base import BaseCommand, CommandError

from stations.moments import moment
from volunteers import generation

MOST_WEEKS = 52
NOTHING = "没有要新排的班。"


class Command(BaseCommand):
    help = "按班表排出以后几周的班次；做过的不重做，改过的、有人的班不动。"

    def add_arguments(self, parser):
        parser.add_argument("--weeks", type=int, default=generation.WEEKS, help="排几周，1到52，默认8。")
        parser.add_argument("--now", help="按这个时刻判断，ISO 格式，例如 2026-11-24T10:00+08:00；默认此刻。")

    def handle(self, *args, weeks=generation.WEEKS, now=None, **options):
        if not 1 <= weeks <= MOST_WEEKS:
            raise CommandError(f"周数写1到{MOST_WEEKS}之间的数。")
        done = generation.generate(now=moment(now) if now else None, weeks=weeks)
        self.stdout.write(f"{done.said}。" if done.said else NOTHING)
        if done.left:
            self.stdout.write(f"{len(done.left)}个班和班表不一样了，但有人，留给站长决定。")
