"""An audit entry says from which browser it came, like an event does."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_sign_in_throttle")]
    operations = [
        migrations.AddField(
            model_name="auditentry",
            name="device",
            field=models.CharField(
                blank=True, help_text="登录时给浏览器的随机编号。", max_length=16, verbose_name="设备"
            ),
        ),
    ]
