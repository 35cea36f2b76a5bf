
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('creditbank', '0005_ledger_move'),
        ('organisations', '0003_fields_have_names'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(editable=False)),
                ('code', models.CharField(max_length=24, verbose_name='number')),
                ('version', models.PositiveSmallIntegerField(verbose_name='version')),
                ('name_zh', models.CharField(max_length=120, verbose_name='Chinese name')),
                ('name_en', models.CharField(blank=True, max_length=200, verbose_name='English name')),
                ('effect_from', models.DateField(verbose_name='from')),
                ('effect_to', models.DateField(blank=True, help_text='First day on which nothing new is asked under it', null=True, verbose_name='until')),
                ('is_automatic', models.BooleanField(default=False, help_text="Else the receiving institution's registrar decides", verbose_name='decides by itself')),
                ('answer_days', models.PositiveSmallIntegerField(default=10, verbose_name='working days to answer')),
                ('escalation_days', models.PositiveSmallIntegerField(default=5, verbose_name='working days after the reminder')),
                ('silence', models.CharField(choices=[('lapses', 'the request lapses'), ('accepts', 'the request counts as accepted')], default='lapses', max_length=8, verbose_name='without an answer')),
                ('appeal_days', models.PositiveSmallIntegerField(default=15, verbose_name='days to appeal')),
                ('notice_days', models.PositiveSmallIntegerField(default=60, verbose_name='days of notice')),
                ('most_per_learner', models.PositiveIntegerField(blank=True, help_text='Hundredths of a credit, per direction', null=True, verbose_name='most for one learner')),
                ('most_per_period', models.PositiveIntegerField(blank=True, help_text='Hundredths of a credit, per learner and direction', null=True, verbose_name='most in one period')),
                ('period', models.CharField(blank=True, choices=[('year', 'calendar year'), ('half', 'half-year')], max_length=5, verbose_name='period')),
                ('evidence', models.CharField(blank=True, max_length=300, verbose_name='evidence needed')),
                ('price_fen', models.PositiveIntegerField(default=0, help_text='Fen per 1.00 credit, from the giving to the receiving side', verbose_name='price of a credit')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('offered', 'waits for the other side'), ('signed', 'waits for the certification body'), ('approved', 'in force'), ('rejected', 'sent back'), ('ended', 'ended')], default='draft', max_length=8, verbose_name='state')),
                ('drafted_at', models.DateTimeField(verbose_name='drafted')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('decision_reason', models.CharField(blank=True, max_length=300, verbose_name='reason of the decision')),
                ('ended_because', models.CharField(blank=True, max_length=300, verbose_name='why it ends')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='drafted by')),
                ('drafted_for', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', verbose_name='drafted by the side of')),
            ],
            options={
                'verbose_name': 'exchange agreement',
            },
        ),
        migrations.CreateModel(
            name='AgreementEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(editable=False)),
                ('code', models.CharField(max_length=24, verbose_name='number')),
                ('version', models.PositiveSmallIntegerField(verbose_name='version')),
                ('name_zh', models.CharField(max_length=120, verbose_name='Chinese name')),
                ('name_en', models.CharField(blank=True, max_length=200, verbose_name='English name')),
                ('effect_from', models.DateField(verbose_name='from')),
                ('effect_to', models.DateField(blank=True, help_text='First day on which nothing new is asked under it', null=True, verbose_name='until')),
                ('is_automatic', models.BooleanField(default=False, help_text="Else the receiving institution's registrar decides", verbose_name='decides by itself')),
                ('answer_days', models.PositiveSmallIntegerField(default=10, verbose_name='working days to answer')),
                ('escalation_days', models.PositiveSmallIntegerField(default=5, verbose_name='working days after the reminder')),
                ('silence', models.CharField(choices=[('lapses', 'the request lapses'), ('accepts', 'the request counts as accepted')], default='lapses', max_length=8, verbose_name='without an answer')),
                ('appeal_days', models.PositiveSmallIntegerField(default=15, verbose_name='days to appeal')),
                ('notice_days', models.PositiveSmallIntegerField(default=60, verbose_name='days of notice')),
                ('most_per_learner', models.PositiveIntegerField(blank=True, help_text='Hundredths of a credit, per direction', null=True, verbose_name='most for one learner')),
                ('most_per_period', models.PositiveIntegerField(blank=True, help_text='Hundredths of a credit, per learner and direction', null=True, verbose_name='most in one period')),
                ('period', models.CharField(blank=True, choices=[('year', 'calendar year'), ('half', 'half-year')], max_length=5, verbose_name='period')),
                ('evidence', models.CharField(blank=True, max_length=300, verbose_name='evidence needed')),
                ('price_fen', models.PositiveIntegerField(default=0, help_text='Fen per 1.00 credit, from the giving to the receiving side', verbose_name='price of a credit')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('offered', 'waits for the other side'), ('signed', 'waits for the certification body'), ('approved', 'in force'), ('rejected', 'sent back'), ('ended', 'ended')], default='draft', max_length=8, verbose_name='state')),
                ('drafted_at', models.DateTimeField(verbose_name='drafted')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('decision_reason', models.CharField(blank=True, max_length=300, verbose_name='reason of the decision')),
                ('ended_because', models.CharField(blank=True, max_length=300, verbose_name='why it ends')),
                ('decided_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('drafted_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='drafted by')),
                ('drafted_for', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organisations.organisation', verbose_name='drafted by the side of')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='exchange.agreement')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=500, verbose_name='what is wrong with the refusal')),
                ('lodged_at', models.DateTimeField(verbose_name='lodged')),
                ('due_on', models.DateField(verbose_name='to be answered by')),
                ('state', models.CharField(choices=[('open', 'open'), ('upheld', 'the refusal stands'), ('granted', 'granted')], default='open', max_length=8, verbose_name='state')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('answer', models.CharField(blank=True, max_length=500, verbose_name='answer')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
            ],
            options={
                'verbose_name': 'appeal against a refused exchange',
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(editable=False)),
                ('source_credits', models.PositiveBigIntegerField(help_text='Hundredths of a credit', verbose_name='credits held')),
                ('target_credits', models.PositiveBigIntegerField(help_text='Hundredths of a credit', verbose_name='credits given')),
                ('target_unit', models.CharField(blank=True, max_length=40, verbose_name='unit given')),
                ('state', models.CharField(choices=[('asked', 'asked'), ('earmarked', 'being looked at'), ('accepted', 'accepted'), ('settled', 'exchanged'), ('refused', 'refused'), ('lapsed', 'lapsed'), ('withdrawn', 'taken back')], default='asked', max_length=10, verbose_name='state')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('due_on', models.DateField(verbose_name='to be answered by')),
                ('escalated_at', models.DateTimeField(null=True, verbose_name='raised to the certification body')),
                ('ends_on', models.DateField(null=True, verbose_name='ends without an answer after')),
                ('hold', models.UUIDField(null=True, verbose_name='set-aside in the ledger')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('difference', models.CharField(blank=True, choices=[('level', 'level'), ('workload', 'amount of learning'), ('outcomes', 'learning outcomes'), ('quality', 'quality assurance'), ('currency', 'too long ago')], max_length=8, verbose_name='substantial difference')),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('settled_at', models.DateTimeField(null=True, verbose_name='exchanged')),
                ('after_appeal', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='granted_as', to='exchange.case', verbose_name='after an appeal against')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='exchange.agreement', verbose_name='exchange agreement')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='learner')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', verbose_name='giving')),
                ('source_class', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='creditbank.creditclass')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', verbose_name='receiving')),
                ('target_class', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='creditbank.creditclass')),
            ],
            options={
                'verbose_name': 'exchange of credits',
            },
        ),
        migrations.CreateModel(
            name='AppealEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('lodged_at', models.DateTimeField(verbose_name='lodged')),
                ('due_on', models.DateField(verbose_name='to be answered by')),
                ('state', models.CharField(choices=[('open', 'open'), ('upheld', 'the refusal stands'), ('granted', 'granted')], default='open', max_length=8, verbose_name='state')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('decided_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='exchange.appeal')),
                ('case', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='exchange.case')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='appeal',
            name='case',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='appeal', to='exchange.case'),
        ),
        migrations.CreateModel(
            name='Lot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('posting', models.UUIDField()),
                ('credits', models.PositiveBigIntegerField(help_text='Hundredths of a credit')),
                ('title', models.CharField(max_length=200)),
                ('credit_class', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='creditbank.creditclass')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'credits of one posting',
            },
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signed_at', models.DateTimeField(null=True, verbose_name='signed')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='exchange.agreement')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', verbose_name='institution')),
                ('signed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='signed by')),
            ],
            options={
                'verbose_name': 'party of an agreement',
            },
        ),
        migrations.CreateModel(
            name='PartyEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('signed_at', models.DateTimeField(null=True, verbose_name='signed')),
                ('agreement', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='exchange.agreement')),
                ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organisations.organisation', verbose_name='institution')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='exchange.party')),
                ('signed_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='signed by')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('basis', models.CharField(choices=[('unit', 'a certification unit'), ('course', 'a course, certificate or activity'), ('level', 'any credit of a kind and level')], max_length=6, verbose_name='about')),
                ('of_code', models.CharField(blank=True, max_length=60, verbose_name='code there')),
                ('of_kind', models.CharField(blank=True, choices=[('formal', 'formal education'), ('certificate', 'certificates'), ('community', 'community learning')], max_length=12, verbose_name='kind there')),
                ('as_kind', models.CharField(blank=True, choices=[('formal', 'formal education'), ('certificate', 'certificates'), ('community', 'community learning')], max_length=12, verbose_name='counts as the kind')),
                ('num', models.PositiveIntegerField(default=1, verbose_name='counts')),
                ('den', models.PositiveIntegerField(default=1, verbose_name='out of')),
                ('least_grade', models.CharField(blank=True, max_length=20, verbose_name='least grade')),
                ('grade_scale', models.CharField(blank=True, max_length=24, verbose_name='scale of the grade')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='terms', to='exchange.agreement')),
                ('as_level', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='creditbank.frameworklevel', verbose_name='counts at the level')),
                ('as_unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='creditbank.unitversion', verbose_name='counts as the unit')),
                ('of_level', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='creditbank.frameworklevel', verbose_name='level there')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', verbose_name='giving')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', verbose_name='receiving')),
            ],
            options={
                'verbose_name': 'term of an agreement',
                'ordering': ['agreement_id', 'number'],
            },
        ),
        migrations.CreateModel(
            name='CaseEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(editable=False)),
                ('source_credits', models.PositiveBigIntegerField(help_text='Hundredths of a credit', verbose_name='credits held')),
                ('target_credits', models.PositiveBigIntegerField(help_text='Hundredths of a credit', verbose_name='credits given')),
                ('state', models.CharField(choices=[('asked', 'asked'), ('earmarked', 'being looked at'), ('accepted', 'accepted'), ('settled', 'exchanged'), ('refused', 'refused'), ('lapsed', 'lapsed'), ('withdrawn', 'taken back')], default='asked', max_length=10, verbose_name='state')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('due_on', models.DateField(verbose_name='to be answered by')),
                ('escalated_at', models.DateTimeField(null=True, verbose_name='raised to the certification body')),
                ('ends_on', models.DateField(null=True, verbose_name='ends without an answer after')),
                ('hold', models.UUIDField(null=True, verbose_name='set-aside in the ledger')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('difference', models.CharField(blank=True, choices=[('level', 'level'), ('workload', 'amount of learning'), ('outcomes', 'learning outcomes'), ('quality', 'quality assurance'), ('currency', 'too long ago')], max_length=8, verbose_name='substantial difference')),
                ('settled_at', models.DateTimeField(null=True, verbose_name='exchanged')),
                ('after_appeal', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='exchange.case', verbose_name='after an appeal against')),
                ('agreement', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='exchange.agreement', verbose_name='exchange agreement')),
                ('asked_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('decided_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('learner', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='learner')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='exchange.case')),
                ('source', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organisations.organisation', verbose_name='giving')),
                ('source_class', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='creditbank.creditclass')),
                ('target', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organisations.organisation', verbose_name='receiving')),
                ('target_class', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='creditbank.creditclass')),
                ('term', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='exchange.term', verbose_name='term of the agreement')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='case',
            name='term',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='exchange.term', verbose_name='term of the agreement'),
        ),
        migrations.CreateModel(
            name='TermEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('basis', models.CharField(choices=[('unit', 'a certification unit'), ('course', 'a course, certificate or activity'), ('level', 'any credit of a kind and level')], max_length=6, verbose_name='about')),
                ('of_code', models.CharField(blank=True, max_length=60, verbose_name='code there')),
                ('of_kind', models.CharField(blank=True, choices=[('formal', 'formal education'), ('certificate', 'certificates'), ('community', 'community learning')], max_length=12, verbose_name='kind there')),
                ('as_kind', models.CharField(blank=True, choices=[('formal', 'formal education'), ('certificate', 'certificates'), ('community', 'community learning')], max_length=12, verbose_name='counts as the kind')),
                ('num', models.PositiveIntegerField(default=1, verbose_name='counts')),
                ('den', models.PositiveIntegerField(default=1, verbose_name='out of')),
                ('least_grade', models.CharField(blank=True, max_length=20, verbose_name='least grade')),
                ('grade_scale', models.CharField(blank=True, max_length=24, verbose_name='scale of the grade')),
                ('agreement', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='exchange.agreement')),
                ('as_level', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='creditbank.frameworklevel', verbose_name='counts at the level')),
                ('as_unit', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='creditbank.unitversion', verbose_name='counts as the unit')),
                ('of_level', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='creditbank.frameworklevel', verbose_name='level there')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='exchange.term')),
                ('source', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organisations.organisation', verbose_name='giving')),
                ('target', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organisations.organisation', verbose_name='receiving')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Use',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('span', django.contrib.postgres.fields.ranges.BigIntegerRangeField()),
                ('is_live', models.BooleanField(default=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='exchange.case')),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='exchange.lot')),
            ],
            options={
                'verbose_name': 'use of credits',
            },
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(fields=['state', 'code'], name='exchange_agreement_by_state'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.UniqueConstraint(fields=('public_id',), name='exchange_agreement_public_id_once'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.UniqueConstraint(fields=('code', 'version'), name='exchange_agreement_version_once'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('drafted_by')), _negated=True), _connector='OR'), name='exchange_agreement_decided_by_another'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'ended']), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='exchange_agreement_in_force_was_decided'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('effect_to__isnull', True), ('effect_to__gt', models.F('effect_from')), _connector='OR'), name='exchange_agreement_period'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('most_per_period__isnull', True), ('period', '')), models.Q(('most_per_period__isnull', False), models.Q(('period', ''), _negated=True)), _connector='OR'), name='exchange_agreement_cap_has_period'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('answer_days__gte', 1), ('escalation_days__gte', 1)), name='exchange_agreement_clocks_run'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agreement',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "exchange_agreementevent" ("answer_days", "appeal_days", "code", "decided_at", "decided_by_id", "decision_reason", "drafted_at", "drafted_by_id", "drafted_for_id", "effect_from", "effect_to", "ended_because", "escalation_days", "evidence", "id", "is_automatic", "most_per_learner", "most_per_period", "name_en", "name_zh", "notice_days", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price_fen", "public_id", "silence", "state", "version") VALUES (NEW."answer_days", NEW."appeal_days", NEW."code", NEW."decided_at", NEW."decided_by_id", NEW."decision_reason", NEW."drafted_at", NEW."drafted_by_id", NEW."drafted_for_id", NEW."effect_from", NEW."effect_to", NEW."ended_because", NEW."escalation_days", NEW."evidence", NEW."id", NEW."is_automatic", NEW."most_per_learner", NEW."most_per_period", NEW."name_en", NEW."name_zh", NEW."notice_days", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."price_fen", NEW."public_id", NEW."silence", NEW."state", NEW."version"); RETURN NULL;', hash='6d7f76ce669fe42ea10e292b4c7ca43eaf327bc6', operation='INSERT', pgid='pgtrigger_insert_insert_fec0a', table='exchange_agreement', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agreement',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "exchange_agreementevent" ("answer_days", "appeal_days", "code", "decided_at", "decided_by_id", "decision_reason", "drafted_at", "drafted_by_id", "drafted_for_id", "effect_from", "effect_to", "ended_because", "escalation_days", "evidence", "id", "is_automatic", "most_per_learner", "most_per_period", "name_en", "name_zh", "notice_days", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price_fen", "public_id", "silence", "state", "version") VALUES (NEW."answer_days", NEW."appeal_days", NEW."code", NEW."decided_at", NEW."decided_by_id", NEW."decision_reason", NEW."drafted_at", NEW."drafted_by_id", NEW."drafted_for_id", NEW."effect_from", NEW."effect_to", NEW."ended_because", NEW."escalation_days", NEW."evidence", NEW."id", NEW."is_automatic", NEW."most_per_learner", NEW."most_per_period", NEW."name_en", NEW."name_zh", NEW."notice_days", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."price_fen", NEW."public_id", NEW."silence", NEW."state", NEW."version"); RETURN NULL;', hash='d2701b082835663c30937d5aa44cdc62c4f21322', operation='UPDATE', pgid='pgtrigger_update_update_acb94', table='exchange_agreement', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agreement',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "exchange_agreementevent" ("answer_days", "appeal_days", "code", "decided_at", "decided_by_id", "decision_reason", "drafted_at", "drafted_by_id", "drafted_for_id", "effect_from", "effect_to", "ended_because", "escalation_days", "evidence", "id", "is_automatic", "most_per_learner", "most_per_period", "name_en", "name_zh", "notice_days", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price_fen", "public_id", "silence", "state", "version") VALUES (OLD."answer_days", OLD."appeal_days", OLD."code", OLD."decided_at", OLD."decided_by_id", OLD."decision_reason", OLD."drafted_at", OLD."drafted_by_id", OLD."drafted_for_id", OLD."effect_from", OLD."effect_to", OLD."ended_because", OLD."escalation_days", OLD."evidence", OLD."id", OLD."is_automatic", OLD."most_per_learner", OLD."most_per_period", OLD."name_en", OLD."name_zh", OLD."notice_days", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."price_fen", OLD."public_id", OLD."silence", OLD."state", OLD."version"); RETURN NULL;', hash='71dc3eb51002fc91702e9591e027aba033d319e3', operation='DELETE', pgid='pgtrigger_delete_delete_ff9ae', table='exchange_agreement', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agreementevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='fa7e1ffad2c5f63f00845fab9180652bc4437d47', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_25710', table='exchange_agreementevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appealevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='44ee00202a45bb14a6b1c1f9728018a68435a4bc', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_debb6', table='exchange_appealevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('decided_at__isnull', True), ('decided_by__isnull', True), ('state', 'open')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('state', 'open'), _negated=True), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='exchange_appeal_answered_whole'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appeal',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "exchange_appealevent" ("case_id", "decided_at", "decided_by_id", "due_on", "id", "lodged_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state") VALUES (NEW."case_id", NEW."decided_at", NEW."decided_by_id", NEW."due_on", NEW."id", NEW."lodged_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."state"); RETURN NULL;', hash='62d6cfbdd86ae135cdae3e1773b5a771b6dbd800', operation='INSERT', pgid='pgtrigger_insert_insert_768aa', table='exchange_appeal', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appeal',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."decided_at" IS DISTINCT FROM (NEW."decided_at") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."lodged_at" IS DISTINCT FROM (NEW."lodged_at") OR OLD."state" IS DISTINCT FROM (NEW."state"))', func='INSERT INTO "exchange_appealevent" ("case_id", "decided_at", "decided_by_id", "due_on", "id", "lodged_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state") VALUES (NEW."case_id", NEW."decided_at", NEW."decided_by_id", NEW."due_on", NEW."id", NEW."lodged_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."state"); RETURN NULL;', hash='468f0f078d76eaf3cb5de13f52979c356a221a50', operation='UPDATE', pgid='pgtrigger_update_update_b8e34', table='exchange_appeal', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appeal',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "exchange_appealevent" ("case_id", "decided_at", "decided_by_id", "due_on", "id", "lodged_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state") VALUES (OLD."case_id", OLD."decided_at", OLD."decided_by_id", OLD."due_on", OLD."id", OLD."lodged_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."state"); RETURN NULL;', hash='55a8328c2b87626e8c94926f900362e3231daf3f', operation='DELETE', pgid='pgtrigger_delete_delete_f6b65', table='exchange_appeal', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.UniqueConstraint(fields=('posting', 'learner'), name='exchange_lot_once'),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.CheckConstraint(condition=models.Q(('credits__gte', 1)), name='exchange_lot_has_credit'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.UniqueConstraint(fields=('agreement', 'organisation'), name='exchange_party_once'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.UniqueConstraint(fields=('agreement', 'signed_by'), name='exchange_party_speaks_for_one_side'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', True), ('signed_by__isnull', True)), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), name='exchange_party_signed_whole'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='party',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "exchange_partyevent" ("agreement_id", "id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "signed_at", "signed_by_id") VALUES (NEW."agreement_id", NEW."id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."signed_at", NEW."signed_by_id"); RETURN NULL;', hash='7b77257f62744d70259ba7e346c09c836a1da5df', operation='INSERT', pgid='pgtrigger_insert_insert_ce9fa', table='exchange_party', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='party',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "exchange_partyevent" ("agreement_id", "id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "signed_at", "signed_by_id") VALUES (NEW."agreement_id", NEW."id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."signed_at", NEW."signed_by_id"); RETURN NULL;', hash='b8743f7bf7eba95da60ebb67262fb89aceb15a25', operation='UPDATE', pgid='pgtrigger_update_update_cf82e', table='exchange_party', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='party',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "exchange_partyevent" ("agreement_id", "id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "signed_at", "signed_by_id") VALUES (OLD."agreement_id", OLD."id", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."signed_at", OLD."signed_by_id"); RETURN NULL;', hash='6eabb5c3dcab9569248752e1705b22e028f09b36', operation='DELETE', pgid='pgtrigger_delete_delete_7e117', table='exchange_party', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='partyevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='966ce462064daddb24bfc29fb23b83b6834c5dc4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_62782', table='exchange_partyevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='term',
            constraint=models.UniqueConstraint(fields=('agreement', 'number'), name='exchange_term_number_once'),
        ),
        migrations.AddConstraint(
            model_name='term',
            constraint=models.UniqueConstraint(fields=('agreement', 'source', 'target', 'basis', 'of_code', 'of_kind', 'of_level'), name='exchange_term_said_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='term',
            constraint=models.CheckConstraint(condition=models.Q(('source', models.F('target')), _negated=True), name='exchange_term_between_two'),
        ),
        migrations.AddConstraint(
            model_name='term',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('as_kind', ''), ('as_unit__isnull', False), ('basis__in', ['unit', 'course']), ('den', 1), ('num', 1), ('of_kind', ''), ('as_level__isnull', True), ('of_level__isnull', True), models.Q(('of_code', ''), _negated=True)), models.Q(('as_unit__isnull', True), ('basis', 'level'), ('den__gte', 1), ('num__gte', 1), ('of_code', ''), ('as_level__isnull', False), ('of_level__isnull', False), models.Q(('of_kind', ''), _negated=True), models.Q(('as_kind', ''), _negated=True)), _connector='OR'), name='exchange_term_pair_or_ratio'),
        ),
        migrations.AddConstraint(
            model_name='term',
            constraint=models.CheckConstraint(condition=models.Q(('num__lte', models.F('den'))), name='exchange_term_never_more'),
        ),
        migrations.AddConstraint(
            model_name='term',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('grade_scale', ''), ('least_grade', '')), models.Q(models.Q(('least_grade', ''), _negated=True), models.Q(('grade_scale', ''), _negated=True)), _connector='OR'), name='exchange_term_grade_has_scale'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='term',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "exchange_termevent" ("agreement_id", "as_kind", "as_level_id", "as_unit_id", "basis", "den", "grade_scale", "id", "least_grade", "num", "number", "of_code", "of_kind", "of_level_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id", "target_id") VALUES (NEW."agreement_id", NEW."as_kind", NEW."as_level_id", NEW."as_unit_id", NEW."basis", NEW."den", NEW."grade_scale", NEW."id", NEW."least_grade", NEW."num", NEW."number", NEW."of_code", NEW."of_kind", NEW."of_level_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source_id", NEW."target_id"); RETURN NULL;', hash='2a2ecae86dbf8c9d8543ef520e4e998b860cccf0', operation='INSERT', pgid='pgtrigger_insert_insert_b9499', table='exchange_term', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='term',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "exchange_termevent" ("agreement_id", "as_kind", "as_level_id", "as_unit_id", "basis", "den", "grade_scale", "id", "least_grade", "num", "number", "of_code", "of_kind", "of_level_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id", "target_id") VALUES (NEW."agreement_id", NEW."as_kind", NEW."as_level_id", NEW."as_unit_id", NEW."basis", NEW."den", NEW."grade_scale", NEW."id", NEW."least_grade", NEW."num", NEW."number", NEW."of_code", NEW."of_kind", NEW."of_level_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source_id", NEW."target_id"); RETURN NULL;', hash='bf05cd593127e0087e6e20eb0f3992d6b515f1a2', operation='UPDATE', pgid='pgtrigger_update_update_79181', table='exchange_term', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='term',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "exchange_termevent" ("agreement_id", "as_kind", "as_level_id", "as_unit_id", "basis", "den", "grade_scale", "id", "least_grade", "num", "number", "of_code", "of_kind", "of_level_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id", "target_id") VALUES (OLD."agreement_id", OLD."as_kind", OLD."as_level_id", OLD."as_unit_id", OLD."basis", OLD."den", OLD."grade_scale", OLD."id", OLD."least_grade", OLD."num", OLD."number", OLD."of_code", OLD."of_kind", OLD."of_level_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."source_id", OLD."target_id"); RETURN NULL;', hash='0c9c132e2e1fc94214b0a54107d776cb9f03201e', operation='DELETE', pgid='pgtrigger_delete_delete_28119', table='exchange_term', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='caseevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6ea92b2a4d8348435b81fe089675dd60c735f700', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3c89f', table='exchange_caseevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['learner', '-id'], name='exchange_case_of_learner'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['target', 'state', 'due_on', 'id'], name='exchange_case_of_target'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state', 'earmarked')), fields=['due_on', 'id'], name='exchange_case_open'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(fields=('public_id',), name='exchange_case_public_id_once'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['asked', 'earmarked', 'accepted', 'settled']), models.Q(('target_unit', ''), _negated=True)), fields=('learner', 'target_unit'), name='exchange_case_unit_once'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('source_credits__gte', 1), ('target_credits__gte', 1)), name='exchange_case_has_credit'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'asked'), ('hold__isnull', False), _connector='OR'), name='exchange_case_held'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', False), ('state', 'settled')), models.Q(models.Q(('state', 'settled'), _negated=True), ('settled_at__isnull', True)), _connector='OR'), name='exchange_case_settled_has_time'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', False), ('state', 'refused'), models.Q(('difference', ''), _negated=True), models.Q(('words', ''), _negated=True)), models.Q(models.Q(('state', 'refused'), _negated=True), ('difference', '')), _connector='OR'), name='exchange_case_refused_says_why'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ends_on__isnull', True), ('escalated_at__isnull', True)), models.Q(('ends_on__isnull', False), ('escalated_at__isnull', False)), _connector='OR'), name='exchange_case_escalated_ends'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='case',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "exchange_caseevent" ("after_appeal_id", "agreement_id", "asked_at", "asked_by_id", "decided_at", "decided_by_id", "difference", "due_on", "ends_on", "escalated_at", "hold", "id", "learner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "settled_at", "source_class_id", "source_credits", "source_id", "state", "target_class_id", "target_credits", "target_id", "term_id") VALUES (NEW."after_appeal_id", NEW."agreement_id", NEW."asked_at", NEW."asked_by_id", NEW."decided_at", NEW."decided_by_id", NEW."difference", NEW."due_on", NEW."ends_on", NEW."escalated_at", NEW."hold", NEW."id", NEW."learner_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."settled_at", NEW."source_class_id", NEW."source_credits", NEW."source_id", NEW."state", NEW."target_class_id", NEW."target_credits", NEW."target_id", NEW."term_id"); RETURN NULL;', hash='4749e029e5d1c3adbaacbfcb21e2d8a653a91cc1', operation='INSERT', pgid='pgtrigger_insert_insert_1d481', table='exchange_case', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='case',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."after_appeal_id" IS DISTINCT FROM (NEW."after_appeal_id") OR OLD."agreement_id" IS DISTINCT FROM (NEW."agreement_id") OR OLD."asked_at" IS DISTINCT FROM (NEW."asked_at") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."decided_at" IS DISTINCT FROM (NEW."decided_at") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id") OR OLD."difference" IS DISTINCT FROM (NEW."difference") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."ends_on" IS DISTINCT FROM (NEW."ends_on") OR OLD."escalated_at" IS DISTINCT FROM (NEW."escalated_at") OR OLD."hold" IS DISTINCT FROM (NEW."hold") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."learner_id" IS DISTINCT FROM (NEW."learner_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."settled_at" IS DISTINCT FROM (NEW."settled_at") OR OLD."source_id" IS DISTINCT FROM (NEW."source_id") OR OLD."source_class_id" IS DISTINCT FROM (NEW."source_class_id") OR OLD."source_credits" IS DISTINCT FROM (NEW."source_credits") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."target_id" IS DISTINCT FROM (NEW."target_id") OR OLD."target_class_id" IS DISTINCT FROM (NEW."target_class_id") OR OLD."target_credits" IS DISTINCT FROM (NEW."target_credits") OR OLD."term_id" IS DISTINCT FROM (NEW."term_id"))', func='INSERT INTO "exchange_caseevent" ("after_appeal_id", "agreement_id", "asked_at", "asked_by_id", "decided_at", "decided_by_id", "difference", "due_on", "ends_on", "escalated_at", "hold", "id", "learner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "settled_at", "source_class_id", "source_credits", "source_id", "state", "target_class_id", "target_credits", "target_id", "term_id") VALUES (NEW."after_appeal_id", NEW."agreement_id", NEW."asked_at", NEW."asked_by_id", NEW."decided_at", NEW."decided_by_id", NEW."difference", NEW."due_on", NEW."ends_on", NEW."escalated_at", NEW."hold", NEW."id", NEW."learner_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."settled_at", NEW."source_class_id", NEW."source_credits", NEW."source_id", NEW."state", NEW."target_class_id", NEW."target_credits", NEW."target_id", NEW."term_id"); RETURN NULL;', hash='adf39de7afa765a83570709fb79bec18694d7df6', operation='UPDATE', pgid='pgtrigger_update_update_a04dd', table='exchange_case', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='case',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "exchange_caseevent" ("after_appeal_id", "agreement_id", "asked_at", "asked_by_id", "decided_at", "decided_by_id", "difference", "due_on", "ends_on", "escalated_at", "hold", "id", "learner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "settled_at", "source_class_id", "source_credits", "source_id", "state", "target_class_id", "target_credits", "target_id", "term_id") VALUES (OLD."after_appeal_id", OLD."agreement_id", OLD."asked_at", OLD."asked_by_id", OLD."decided_at", OLD."decided_by_id", OLD."difference", OLD."due_on", OLD."ends_on", OLD."escalated_at", OLD."hold", OLD."id", OLD."learner_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."public_id", OLD."settled_at", OLD."source_class_id", OLD."source_credits", OLD."source_id", OLD."state", OLD."target_class_id", OLD."target_credits", OLD."target_id", OLD."term_id"); RETURN NULL;', hash='ab6e5440b8b677c0d9d5f50100a9115491626d37', operation='DELETE', pgid='pgtrigger_delete_delete_65313', table='exchange_case', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='termevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='297b418577ed4bd6be41a16986d0353885fd50cd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c3506', table='exchange_termevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='use',
            index=models.Index(fields=['case'], name='exchange_use_of_case'),
        ),
        migrations.AddConstraint(
            model_name='use',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('is_live', True)), expressions=[(models.Func(models.F('lot'), models.F('lot'), models.Value('[]'), function='int8range'), '&&'), ('span', '&&')], name='exchange_use_no_hundredth_twice'),
        ),
        migrations.AddConstraint(
            model_name='use',
            constraint=models.CheckConstraint(condition=models.Q(('span__isempty', False)), name='exchange_use_not_empty'),
        ),
    ]
