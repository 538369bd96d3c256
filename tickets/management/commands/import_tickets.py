"""`manage.py import_tickets FILE [--dry-run] [--station CODE]`: old cases become tickets, once each."""

from pathlib import Path
from time import monotonic

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from stations.models import Station
from stations.refusals import Refused
from tickets.importing import remarks, running, said
from tickets.importing.columns import Unassigned
from tickets.importing.headings import plain
from tickets.importing.known import known_in
from tickets.importing.source import Source
from tickets.models import LedgerImport

HINT = "例如加上 --column 原标题=收到时间。"
EVERY = 5  # seconds between two words about how far it is


class Command(BaseCommand):
    help = (
        "导入旧台账（CSV 或 XLSX）。可以反复运行：已导入的不会再导一次，中断了接着再运行就行。"
        "有问题的行逐行列出原因，其余照样导入。"
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="CSV（UTF-8、GB18030）或 XLSX 文件。")
        parser.add_argument("--dry-run", action="store_true", help="只看读成了什么，不导入。")
        parser.add_argument(
            "--station", help="表里没写站点的行导入到哪个站（站码，例如 HY01）；默认第一个站点。"
        )
        parser.add_argument(
            "--answered", choices=["end", "open"], default="end",
            help="只有答复、没写办结的行：end 到此结束（默认，不算已解决），open 还没办完，进派单台。",
        )  # fmt: skip

        parser.add_argument(
            "--column", action="append", default=[], metavar="原标题=字段",
            help="哪一列是什么，例如 --column 来件日=收到时间，不用的写“不用”；可以写几次。"
            "同样表头的下一份文件也照这样读。",
        )  # fmt: skip
        parser.add_argument(
            "--rating", action="append", default=[], metavar="一般=基本满意",
            help="认不出来的评价算什么：满意、基本满意、不满意、不算评价；可以写几次。"
            "同一社区的下一份文件也照这样算。",
        )  # fmt: skip

    def handle(
        self, *args, file, dry_run=False, station=None, answered="end", column=(), rating=(), **options
    ):
        station = self._station(station)
        by, now = running.dispatcher_of(station), timezone.now()
        if by is None:
            raise CommandError(running.NO_DISPATCHER)
        self._say(f"导入到{station.area}·{station}（{station.code}）。")
        try:
            with file.open("rb") as opened:
                source = Source(opened, file.stat().st_size)
                known = known_in(
                    station, now=now, answered_ends=answered == "end",
                    by_hand=said.of_columns(column),
                    ratings=LedgerImport.objects.ratings_in(station.area) | said.of_ratings(rating),
                )  # fmt: skip
                found = running.look(source, known, faults=self._list, tell=self._progress("读了", "total"))
                self._tell(found, source, known)
                if not dry_run:
                    self._write(running.begin(found, source, known, by=by, name=file.name), source)
        except Unassigned as lack:
            raise CommandError(f"{lack}{HINT}") from None
        except (Refused, OSError) as refusal:
            raise CommandError(str(refusal)) from None

    def _station(self, code):
        found = Station.objects.select_related("area").filter(code=code).first() if code else None
        found = found if code else running.usual_station()
        if found is None:
            raise CommandError(f"没有站码是{code}的站点。" if code else "还没有站点，请先登记站点。")
        return found

    def _list(self, faults):
        for fault in faults:
            self._say(f"第{fault.line}行没有导入：{'；'.join(fault.reasons)}")

    def _tell(self, found, source, known):
        self._say(f"文件读作{source.how}。{'有的列照说明的读。' if found.is_by_hand else ''}")
        for column in found.columns:
            self._say(f"  列“{column['heading']}” → {column['label'] or '没有用到'}")
        for word in found.words:
            self._say(f"  评价“{word['word']}”{word['rows']}行，算作：{self._counts_as(known, word['word'])}")
        for note, count in found.notes.items():
            self._say(f"  {count}行：{note}")
        self._say(
            f"共{found.total}行：可以导入{found.ready}行，已有、不再导入{found.known}行，有问题{found.bad}行。"
        )
        for row in found.known_rows:
            self._say(f"  第{row['line']}行已有：{row['number']} {row['title']}")
        if found.known > len(found.known_rows):
            self._say(f"  还有{found.known - len(found.known_rows)}行已有的没有列出来。")
        if remark := remarks.of_coverage(LedgerImport(unrated=found.unrated, columns=found.columns)):
            self._say(remark)

    def _counts_as(self, known, word):
        code = known.ratings.get(plain(word))
        return "没有说明（可以加 --rating），这些行不导入" if code is None else said.LABELS_OF[code]

    def _write(self, ledger, source):
        running.carry_on(
            ledger, source, now=timezone.now(), tell=self._progress("导入了", "done_line", "到第{}行")
        )
        self._say(
            f"导入了{ledger.written}张工单，已经有的{ledger.known}行没有动，{ledger.bad}行有问题没有导入。"
        )
        if remark := remarks.of_coverage(ledger):
            self._say(remark)

    def _progress(self, verb, name, said="{}行"):
        last = monotonic()

        def tell(found):
            nonlocal last
            if monotonic() - last > EVERY:
                last = monotonic()
                self._say(f"{verb}{said.format(getattr(found, name))} …")

        return tell

    def _say(self, text):
        self.stdout.write(text)
        self.stdout.flush()
