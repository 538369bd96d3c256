"""A session says whose it is. Those that are there do so from the next time they are written."""

from django.db import migrations, models

FORWARD = 'ALTER TABLE "django_session" ADD COLUMN "user_id" bigint NULL'
BACKWARD = 'ALTER TABLE "django_session" DROP COLUMN "user_id"'


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_audit_ledger_read'),
        ('sessions', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'db_table': 'django_session',
                'abstract': False,
                'managed': False,
            },
        ),
    ]
