"""Where somebody who joined a ticket says that it is, when that is elsewhere than the ticket says."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('tickets', '0016_telling_is_an_event')]

    operations = [
        migrations.AddField(
            model_name='reporter',
            name='place',
            field=models.CharField(blank=True, help_text='后来加入的人说的楼栋和位置，和工单的不一样时。', max_length=121, verbose_name='他说的地点'),
        ),
    ]
