"""`manage.py attend_shifts`: what beat does every five minutes, for cron and as a last resort."""

from django.core.management.base import BaseCommand

from volunteers.seating import on_duty


class Command(BaseCommand):
    help = "过了一小时没签到的记为没到，通知站长；忘了签退的暂按下班时间，请站长确认；补写服务记录。"

    def handle(self, *args, **options):
        self.stdout.write(f"处理 {on_duty.sweep()} 项。")
