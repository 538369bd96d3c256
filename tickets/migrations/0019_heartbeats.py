"""Signs of life of beat, worker and jobs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('tickets', '0018_pairs_apart'),
    ]

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='名称')),
                ('started_at', models.DateTimeField(null=True, verbose_name='上次开始')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='上次做完')),
                ('failed_at', models.DateTimeField(null=True, verbose_name='上次出错')),
                ('result', models.CharField(blank=True, help_text='做了多少，或者出了什么错。', max_length=60, verbose_name='结果')),
            ],
            options={
                'verbose_name': '心跳',
                'verbose_name_plural': '心跳',
                'ordering': ['pk'],
            },
        ),
    ]
