"""A rule may dispatch by itself and name who is told first."""

from django.conf import settings
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('tickets', '0011_emergencies'), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField(
            model_name='rule',
            name='is_automatic',
            field=models.BooleanField(default=False, help_text='定得下单位的，接单后由系统直接派出。', verbose_name='自动派单'),
        ),
        migrations.AddField(
            model_name='rule',
            name='person',
            field=models.ForeignKey(blank=True, db_index=False, help_text='责任单位里的一个人；单位里谁都可以认领。', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='先告诉谁'),
        ),
    ]
