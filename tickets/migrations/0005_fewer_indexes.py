"""Drops what no query asks for: a foreign key that begins a longer index, prefixes of hashes; each costs writes."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_audit_slip_printed'),
        ('stations', '0001_places'),
        ('tickets', '0004_list_of_a_district'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='clock',
            name='clock_area',
        ),
        migrations.AlterField(
            model_name='clock',
            name='area',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stations.area', verbose_name='社区'),
        ),
        migrations.AlterField(
            model_name='clock',
            name='ticket',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='clocks', to='tickets.ticket', verbose_name='工单'),
        ),
        migrations.AlterField(
            model_name='clock',
            name='unit',
            field=models.ForeignKey(blank=True, db_index=False, help_text='到期或完成时持有工单的单位；空着表示派单台。', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stations.unit', verbose_name='计入单位'),
        ),
        migrations.AlterField(
            model_name='counter',
            name='station',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stations.station'),
        ),
        migrations.AlterField(
            model_name='event',
            name='area',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stations.area', verbose_name='社区'),
        ),
        migrations.AlterField(
            model_name='event',
            name='by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='操作人'),
        ),
        migrations.AlterField(
            model_name='event',
            name='post',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.post', verbose_name='以何身份'),
        ),
        migrations.AlterField(
            model_name='event',
            name='ticket',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='tickets.ticket', verbose_name='工单'),
        ),
        migrations.AlterField(
            model_name='rating',
            name='entered_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='代评人'),
        ),
        migrations.AlterField(
            model_name='rating',
            name='reporter',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='tickets.reporter', verbose_name='反映人'),
        ),
        migrations.AlterField(
            model_name='receipt',
            name='code_hash',
            field=models.CharField(editable=False, max_length=64),
        ),
        # With the field's index Django would drop this one too, which is on the same column: out and in again.
        migrations.RemoveConstraint(model_name='receipt', name='receipt_one_valid'),
        migrations.AlterField(
            model_name='receipt',
            name='reporter',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='tickets.reporter', verbose_name='反映人'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(
                fields=('reporter',), condition=models.Q(('revoked_at', None)), name='receipt_one_valid'
            ),
        ),
        migrations.AlterField(
            model_name='receipt',
            name='token_hash',
            field=models.CharField(editable=False, max_length=64),
        ),
        migrations.AlterField(
            model_name='reply',
            name='by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='答复人'),
        ),
        migrations.AlterField(
            model_name='reporter',
            name='logged_by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人'),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='area',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='stations.area', verbose_name='社区'),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='claimant',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claimed_tickets', to=settings.AUTH_USER_MODEL, verbose_name='经办人'),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='number',
            field=models.CharField(max_length=24, verbose_name='编号'),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='station',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='stations.station', verbose_name='站点'),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='unit',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='stations.unit', verbose_name='责任单位'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['by', 'at'], name='event_by'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(django.db.models.functions.text.Right('number', 8), name='ticket_number_tail'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(fields=('token_hash',), name='receipt_token_once'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(fields=('code_hash',), name='receipt_code_once'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.UniqueConstraint(fields=('number',), name='ticket_number_once'),
        ),
    ]
