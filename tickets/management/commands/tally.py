"""`manage.py tally [--all]`: what beat does every minute, at once and to the end."""

from django.core.management.base import BaseCommand

from tickets.models import TallyMark
from tickets.reports import tallying


class Command(BaseCommand):
    help = "马上给服务报告把各社区各月份的数先数好；平时每分钟自动数一次。"

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="全部重数，不只是有变动的。")

    def handle(self, *args, **options):
        if options["all"]:
            TallyMark.objects.mark_all()
        done = 0
        while counted := tallying.tally():
            done += counted
            self.stdout.write(f"数好{done}个社区月份 …")
        self.stdout.write(f"完成，共{done}个社区月份。" if done else "都是新的，没有要数的。")
