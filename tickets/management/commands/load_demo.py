"""`manage.py load_demo [--tickets N] [--now ISO] [--sign-ins]`: fills an empty demonstration, no other."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from stations.moments import moment
from tickets.demo import load, sign_ins


class Command(BaseCommand):
    help = "生成演示数据：三个社区、站点、人员和工单。只在 DEMO=1 时可用；再运行一次不会改动。"

    def add_arguments(self, parser):
        parser.add_argument("--tickets", type=int, default=0, help="再加测试用的社区和工单，凑足这么多张。")
        parser.add_argument("--now", help="当作此刻的时间，ISO 格式，例如 2026-11-24T10:42+08:00；默认此刻。")
        parser.add_argument("--sign-ins", action="store_true", help="只列出演示账号，不碰数据库。")

    def handle(self, *args, tickets=0, now=None, **options):
        if not settings.DEMO:  # so that no demo account ever stands in a real installation
            raise CommandError("演示数据只在 DEMO=1 的演示环境里生成，正式环境里不能有演示账号。")
        if options["sign_ins"]:
            return self._list_sign_ins()
        if tickets and options["verbosity"]:
            self.stdout.write("正在生成，十万张约需两分钟 …")
            self.stdout.flush()
        try:
            said = load.load(now=moment(now) if now else timezone.now(), tickets=tickets)
        except load.NotEmpty:
            raise CommandError("数据库里已有别的站点，演示数据只放进空的数据库。") from None
        if options["verbosity"]:
            self.stdout.write("\n".join(said))

    def _list_sign_ins(self):
        for person in sign_ins.DEMO_SIGN_INS:
            self.stdout.write(f"{person.role}\t{person.name}\t{person.phone}")
        self.stdout.write(f"共同密码：{sign_ins.PASSWORD}")
