"""`manage.py restore FILE [--check] [--replace]`: a backup back into an empty database, all of it or nothing."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from stations.refusals import Refused
from tickets.backups import restoring


class Command(BaseCommand):
    help = "从备份恢复数据库和照片。先核对整个文件；只放进空的数据库，要么全部恢复，要么什么都不动。"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="备份文件。")
        parser.add_argument("--check", action="store_true", help="只核对文件，说里面有什么，不恢复。")
        parser.add_argument(
            "--replace", action="store_true", help="数据库里有数据也恢复：现在的数据全部换成备份里的。"
        )

    def handle(self, *args, file=None, check=False, replace=False, **options):
        told = self._tell if options["verbosity"] > 1 else lambda words: None
        try:
            done = restoring.look(file) if check else restoring.restore(file, is_replacing=replace, told=told)
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self._report("备份完好" if check else "恢复完成", done)

    def _report(self, words, done):
        found = done.manifest
        photos = len(found.photos) - len(found.missing)
        self.stdout.write(
            f"{words}：{restoring.made(found)}的备份，{len(found.tables)} 张表 {found.rows:,} 行，照片 {photos:,} 张。"
        )
        for note in done.notes:
            self.stdout.write(note)

    def _tell(self, words):
        self.stdout.write(words)
        self.stdout.flush()
