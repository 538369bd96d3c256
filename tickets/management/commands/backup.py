"""`manage.py backup [FILE]`: database and photos in one file, checked before it gets its name."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from stations.refusals import Refused
from tickets.backups import making, nightly


class Command(BaseCommand):
    help = (
        "把数据库和照片备份成一个文件，读回来核对过才算数。不写文件名，就放进备份文件夹，旧的按天、按周留。"
    )

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, help="另存到这个文件，不动备份文件夹。")

    def handle(self, *args, file=None, **options):
        told = self._tell if options["verbosity"] > 1 else lambda words: None
        try:
            made = _elsewhere(file, told) if file else nightly.run(told=told)
        except Refused as refused:
            raise CommandError(str(refused)) from None
        found = made.manifest
        photos = f"照片 {len(found.photos) - len(found.missing):,} 张"
        lost = f"（另有 {len(found.missing):,} 张照片的文件早已不在）" if found.missing else ""
        size = nightly.in_words(made.bytes)
        self.stdout.write(
            f"备份完成，已核对：{made.path}\n{len(found.tables)} 张表 {found.rows:,} 行，{photos}{lost}，{size}。"
        )

    def _tell(self, words):
        self.stdout.write(words)
        self.stdout.flush()


def _elsewhere(file, told):
    if file.exists():
        raise Refused("已经有这个文件，没有备份。请换一个名字。")
    return making.make(file.absolute(), told=told)
