"""Who has been told of a reply."""

from django.conf import settings
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('tickets', '0012_rules_act'), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name='Telling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('phone', '打电话'), ('in_person', '当面'), ('link', '居民自己看到')], max_length=10, verbose_name='怎么告知')),
                ('at', models.DateTimeField(verbose_name='时间')),
            ],
            options={
                'verbose_name': '告知',
                'verbose_name_plural': '告知',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='telling',
            name='by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='告知人'),
        ),
        migrations.AddField(
            model_name='telling',
            name='reply',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tellings', to='tickets.reply', verbose_name='答复'),
        ),
        migrations.AddField(
            model_name='telling',
            name='reporter',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tellings', to='tickets.reporter', verbose_name='反映人'),
        ),
        migrations.AddConstraint(
            model_name='telling',
            constraint=models.UniqueConstraint(fields=('reply', 'reporter'), name='telling_once'),
        ),
        migrations.AddConstraint(
            model_name='telling',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('by', None), ('channel', 'link')), models.Q(models.Q(('channel', 'link'), _negated=True), ('by__isnull', False)), _connector='OR'), name='telling_by_somebody'),
        ),
    ]
