"""`manage.py sweep_photos`: the sweep that beat runs every day, for cron and as a last resort."""

from django.core.management.base import BaseCommand

from tickets import photos


class Command(BaseCommand):
    help = "清理没有用上的照片：表没有交上来的，和没有记录的文件。"

    def handle(self, *args, **options):
        self.stdout.write(f"清理照片 {photos.sweep()} 项。")
