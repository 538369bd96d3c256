"""One more kind of entry: everything was brought back from a backup."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0017_audit_ledger_imported'),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditentry',
            name='action',
            field=models.CharField(choices=[('sign_in', '登录'), ('sign_in_failed', '登录失败'), ('sign_out', '退出'), ('password_changed', '改密码'), ('password_reset', '发一次性密码'), ('enrolled', '登记人员'), ('post_ended', '结束岗位身份'), ('slip_printed', '补打回执'), ('slip_reissued', '换发回执'), ('revealed', '查看电话姓名'), ('exported', '导出报告'), ('configured', '改设置'), ('rule_changed', '改规则'), ('calendar_changed', '改日历'), ('notice_handled', '处理发不出的通知'), ('roster_changed', '改排班'), ('consent_changed', '改志愿者的同意'), ('skill_checked', '核对技能'), ('wall_changed', '改回音壁'), ('ledger_imported', '导入旧台账'), ('restored', '从备份恢复')], max_length=20, verbose_name='事项'),
        ),
    ]
