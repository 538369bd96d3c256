"""Printing a receipt again, and giving out a new one, are written down too."""

from django.db import migrations, models

ACTIONS = [
    ("sign_in", "登录"),
    ("sign_in_failed", "登录失败"),
    ("sign_out", "退出"),
    ("password_changed", "改密码"),
    ("password_reset", "发一次性密码"),
    ("enrolled", "登记人员"),
    ("post_ended", "结束岗位身份"),
    ("refused", "无权访问"),
    ("slip_printed", "补打回执"),
    ("slip_reissued", "换发回执"),
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_audit_names_the_device")]
    operations = [
        migrations.AlterField(
            model_name="auditentry",
            name="action",
            field=models.CharField(choices=ACTIONS, max_length=20, verbose_name="事项"),
        )
    ]
