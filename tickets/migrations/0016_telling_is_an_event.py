"""Telling a reporter of an answer leaves an event as every change does."""

from django.db import migrations, models

VERBS = [
    ("receive", "接单"), ("attach", "加入"), ("amend", "更正"), ("dispatch", "派单"), ("claim", "认领"),
    ("release", "放回"), ("hand_back", "退单"), ("reply", "答复"), ("ask_resident", "请居民补充"),
    ("resident_answered", "居民已补充"), ("waiting_lapsed", "补充到期"), ("resolve", "办结"), ("review", "评单"),
    ("change_rating", "改评价"), ("reopen", "重办"), ("close_unrated", "未评结案"), ("merge", "并单"),
    ("unmerge", "拆单"), ("withdraw", "撤单"), ("restore", "恢复"), ("flag", "标记超时"), ("tell", "告知"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("tickets", "0015_promises")]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="verb",
            field=models.CharField(choices=VERBS, max_length=20, verbose_name="动作"),
        ),
    ]
