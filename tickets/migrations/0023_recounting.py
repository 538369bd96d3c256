"""Clocks name the rows of their calendar; those of an older one are found by an index and leave an event when moved."""

from django.db import migrations, models

VERBS = [
    ("receive", "接单"), ("attach", "加入"), ("amend", "更正"), ("dispatch", "派单"), ("claim", "认领"),
    ("release", "放回"), ("hand_back", "退单"), ("reply", "答复"), ("ask_resident", "请居民补充"),
    ("resident_answered", "居民已补充"), ("waiting_lapsed", "补充到期"), ("resolve", "办结"), ("review", "评单"),
    ("change_rating", "改评价"), ("reopen", "重办"), ("close_unrated", "未评结案"), ("merge", "并单"),
    ("unmerge", "拆单"), ("withdraw", "撤单"), ("restore", "恢复"), ("flag", "标记超时"),
    ("recount", "时限调整"), ("tell", "告知"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("tickets", "0022_reconciliations"), ("stations", "0004_working_calendar")]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="verb",
            field=models.CharField(choices=VERBS, max_length=20, verbose_name="动作"),
        ),
        migrations.AlterField(
            model_name="clock",
            name="calendar_version",
            field=models.CharField(max_length=80, verbose_name="日历版本"),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("flagged_at", None), ("met_at", None), ("stopped_at", None)),
                fields=["area", "calendar_version"],
                name="clock_to_recount",
            ),
        ),
    ]
