"""Who joined the wrong ticket gets one of their own: it names the one that their slip names."""

import django.db.models.deletion
from django.db import migrations, models

VERBS = [
    ("receive", "接单"), ("attach", "加入"), ("detach", "另开一单"), ("amend", "更正"), ("dispatch", "派单"),
    ("claim", "认领"), ("release", "放回"), ("hand_back", "退单"), ("reply", "答复"),
    ("ask_resident", "请居民补充"), ("resident_answered", "居民已补充"), ("waiting_lapsed", "补充到期"),
    ("resolve", "办结"), ("review", "评单"), ("change_rating", "改评价"), ("reopen", "重办"),
    ("close_unrated", "未评结案"), ("merge", "并单"), ("unmerge", "拆单"), ("withdraw", "撤单"),
    ("restore", "恢复"), ("flag", "标记超时"), ("recount", "时限调整"), ("tell", "告知"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("tickets", "0035_single_characters")]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="verb",
            field=models.CharField(choices=VERBS, max_length=20, verbose_name="动作"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="split_from",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="反映人当初加入的那一张；他的回执上写的是那个编号。",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="splits",
                to="tickets.ticket",
                verbose_name="从哪张分出",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("split_from__isnull", False)), fields=["split_from"], name="ticket_splits"
            ),
        ),
    ]
