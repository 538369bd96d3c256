"""The resolve clock pauses while the resident is asked."""

import datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('tickets', '0009_ratings_need_their_ticket')]

    operations = [
        migrations.AddField(
            model_name='clock',
            name='paused_for',
            field=models.DurationField(default=datetime.timedelta, help_text='等居民补充用去的。', verbose_name='已暂停的工作时间'),
        ),
        migrations.AddConstraint(
            model_name='clock',
            constraint=models.CheckConstraint(condition=models.Q(('paused_at', None), ('kind', 'resolve'), _connector='OR'), name='clock_only_resolve_pauses'),
        ),
    ]
