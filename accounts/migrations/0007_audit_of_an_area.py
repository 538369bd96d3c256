"""An audit entry says in which community, about which ticket, and whether somebody should look at it."""

import django.db.models.deletion
from django.db import migrations, models

ACTIONS = [
    ("sign_in", "登录"),
    ("sign_in_failed", "登录失败"),
    ("sign_out", "退出"),
    ("password_changed", "改密码"),
    ("password_reset", "发一次性密码"),
    ("enrolled", "登记人员"),
    ("post_ended", "结束岗位身份"),
    ("slip_printed", "补打回执"),
    ("slip_reissued", "换发回执"),
    ("revealed", "查看电话姓名"),
    ("exported", "导出报告"),
    ("configured", "改设置"),
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_audit_without_refusals"), ("stations", "0001_places")]
    operations = [
        migrations.AlterField(
            model_name="auditentry",
            name="action",
            field=models.CharField(choices=ACTIONS, max_length=20, verbose_name="事项"),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="area",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.area",
                verbose_name="片区",
            ),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="subject",
            field=models.CharField(blank=True, default="", max_length=24, verbose_name="工单"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="auditentry",
            name="is_marked",
            field=models.BooleanField(default=False, verbose_name="需留意"),
        ),
    ]
