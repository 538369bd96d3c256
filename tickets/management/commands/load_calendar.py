"""`manage.py load_calendar YEAR…`: the State Council's days of these years, as chinesecalendar carries them."""

from django.core.management.base import BaseCommand, CommandError

from tickets import calendaring, recounting

SAYS = {
    calendaring.LOADED: "{year}年的放假安排已录入。",
    calendaring.UNCHANGED: "{year}年的放假安排已经录入过，没有变化。",
    calendaring.KEPT: "{year}年已按粘贴的通知录入，与软件包不同，保留通知的。",
}
UNKNOWN = (
    "{years}的放假安排，软件包 chinesecalendar 里还没有。国务院通知一般在11月公布：请派单员打开“日历”里的"
    "“粘贴放假通知”，把通知全文贴进去；或者等软件包更新，运行 pip install --upgrade chinesecalendar 之后再试。"
    "在此之前，时限按法定节假日暂算，标明“暂按”。"
)


class Command(BaseCommand):
    help = "录入这些年的放假和调休，重算没有办完的时限；重复运行没有关系。"

    def add_arguments(self, parser):
        parser.add_argument("years", nargs="+", type=int, metavar="年份", help="例如 2027")

    def handle(self, *args, years, **options):
        outcomes = {year: calendaring.load_year(year) for year in sorted(set(years))}
        for year, outcome in outcomes.items():
            if outcome in SAYS:
                self.stdout.write(SAYS[outcome].format(year=year))
        moved = recounting.recount()
        if moved:
            self.stdout.write(f"重算后，{moved}项时限改了到期时刻。")
        unknown = [f"{year}年" for year, outcome in outcomes.items() if outcome not in SAYS]
        if unknown:
            raise CommandError(UNKNOWN.format(years="、".join(unknown)))
