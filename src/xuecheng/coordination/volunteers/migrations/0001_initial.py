
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('facilities', '0002_holds_follow_bookings'),
        ('organisations', '0003_fields_have_names'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('territories', '0002_fields_have_names'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(editable=False)),
                ('category', models.CharField(choices=[('xx', 'help with learning'), ('ln', 'elders'), ('se', 'children and families'), ('wh', 'culture, libraries and museums'), ('sq', 'neighbourhood'), ('hb', 'environment'), ('jk', 'health'), ('ds', 'large events'), ('yj', 'emergencies')], max_length=2, verbose_name='category')),
                ('title', models.CharField(max_length=80, verbose_name='title')),
                ('about', models.CharField(max_length=1000, verbose_name='what is done')),
                ('risks', models.CharField(max_length=500, verbose_name='risks')),
                ('demands', models.CharField(blank=True, max_length=200, verbose_name='what it asks of the body')),
                ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('company', 'keeping elders company'), ('smartphone', 'helping with smartphones'), ('guide', 'guiding visitors'), ('order', 'keeping order at events'), ('reading', 'reading with children'), ('tutoring', 'tutoring'), ('first_aid', 'first aid'), ('sign', 'sign language'), ('translation', 'translating'), ('driving', 'driving'), ('photography', 'taking photographs'), ('repair', 'repairing things')], max_length=12), default=list, size=None, verbose_name='skills')),
                ('trainings', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('basics', 'basics of volunteering'), ('first_aid', 'first aid'), ('elders', 'being with elders'), ('children', 'protection of minors'), ('fire', 'fire safety'), ('guide', 'guiding in museums'), ('disaster', 'help in disasters')], max_length=12), default=list, size=None, verbose_name='trainings asked for first')),
                ('least_age', models.PositiveSmallIntegerField(null=True, verbose_name='from the age of')),
                ('most_age', models.PositiveSmallIntegerField(null=True, verbose_name='up to the age of')),
                ('funding', models.CharField(choices=[('city', 'volunteer fund of the city'), ('district', 'volunteer fund of the district'), ('street', 'street or town'), ('unit', "the organiser's own means"), ('donation', 'donations'), ('none', 'costs nothing')], max_length=10, verbose_name='where the money comes from')),
                ('funding_note', models.CharField(blank=True, max_length=120, verbose_name='about the money')),
                ('has_bodily_risk', models.BooleanField(default=False, verbose_name='risk for the body')),
                ('insurer', models.CharField(blank=True, max_length=80, verbose_name='insurer')),
                ('policy_number', models.CharField(blank=True, max_length=60, verbose_name='number of the policy')),
                ('insured_at', models.DateTimeField(null=True, verbose_name='insurance recorded')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('closed', 'closed'), ('cancelled', 'cancelled')], default='draft', max_length=10, verbose_name='state')),
                ('published_at', models.DateTimeField(null=True, verbose_name='published')),
                ('cancelled_because', models.CharField(blank=True, max_length=200, verbose_name='why it is cancelled')),
                ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='drafted by')),
                ('insured_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='insurance recorded by')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', verbose_name='organiser')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='verified by')),
            ],
            options={
                'verbose_name': 'volunteer activity',
            },
        ),
        migrations.CreateModel(
            name='ActivityEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(editable=False)),
                ('category', models.CharField(choices=[('xx', 'help with learning'), ('ln', 'elders'), ('se', 'children and families'), ('wh', 'culture, libraries and museums'), ('sq', 'neighbourhood'), ('hb', 'environment'), ('jk', 'health'), ('ds', 'large events'), ('yj', 'emergencies')], max_length=2, verbose_name='category')),
                ('title', models.CharField(max_length=80, verbose_name='title')),
                ('about', models.CharField(max_length=1000, verbose_name='what is done')),
                ('risks', models.CharField(max_length=500, verbose_name='risks')),
                ('demands', models.CharField(blank=True, max_length=200, verbose_name='what it asks of the body')),
                ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('company', 'keeping elders company'), ('smartphone', 'helping with smartphones'), ('guide', 'guiding visitors'), ('order', 'keeping order at events'), ('reading', 'reading with children'), ('tutoring', 'tutoring'), ('first_aid', 'first aid'), ('sign', 'sign language'), ('translation', 'translating'), ('driving', 'driving'), ('photography', 'taking photographs'), ('repair', 'repairing things')], max_length=12), default=list, size=None, verbose_name='skills')),
                ('trainings', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('basics', 'basics of volunteering'), ('first_aid', 'first aid'), ('elders', 'being with elders'), ('children', 'protection of minors'), ('fire', 'fire safety'), ('guide', 'guiding in museums'), ('disaster', 'help in disasters')], max_length=12), default=list, size=None, verbose_name='trainings asked for first')),
                ('least_age', models.PositiveSmallIntegerField(null=True, verbose_name='from the age of')),
                ('most_age', models.PositiveSmallIntegerField(null=True, verbose_name='up to the age of')),
                ('funding', models.CharField(choices=[('city', 'volunteer fund of the city'), ('district', 'volunteer fund of the district'), ('street', 'street or town'), ('unit', "the organiser's own means"), ('donation', 'donations'), ('none', 'costs nothing')], max_length=10, verbose_name='where the money comes from')),
                ('funding_note', models.CharField(blank=True, max_length=120, verbose_name='about the money')),
                ('has_bodily_risk', models.BooleanField(default=False, verbose_name='risk for the body')),
                ('insurer', models.CharField(blank=True, max_length=80, verbose_name='insurer')),
                ('policy_number', models.CharField(blank=True, max_length=60, verbose_name='number of the policy')),
                ('insured_at', models.DateTimeField(null=True, verbose_name='insurance recorded')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('closed', 'closed'), ('cancelled', 'cancelled')], default='draft', max_length=10, verbose_name='state')),
                ('published_at', models.DateTimeField(null=True, verbose_name='published')),
                ('cancelled_because', models.CharField(blank=True, max_length=200, verbose_name='why it is cancelled')),
                ('drafted_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='drafted by')),
                ('insured_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='insurance recorded by')),
                ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organisations.organisation', verbose_name='organiser')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.activity')),
                ('published_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='verified by')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(editable=False)),
                ('state', models.CharField(choices=[('applied', 'waits for the organiser'), ('assigned', 'assigned'), ('refused', 'not taken'), ('withdrawn', 'taken back'), ('released', 'called off'), ('serving', 'serving'), ('served', 'served'), ('absent', 'did not come')], default='applied', max_length=10, verbose_name='state')),
                ('applied_at', models.DateTimeField(verbose_name='applied')),
                ('due_at', models.DateTimeField(verbose_name='to be answered until')),
                ('is_able', models.BooleanField(default=False, verbose_name='said to be able')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='answered')),
                ('words', models.CharField(blank=True, max_length=200, verbose_name='what was said')),
                ('checked_in_at', models.DateTimeField(null=True, verbose_name='checked in')),
                ('checked_out_at', models.DateTimeField(null=True, verbose_name='checked out')),
                ('checked_in_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='checked in by')),
                ('checked_out_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='checked out by')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'volunteer on a shift',
            },
        ),
        migrations.CreateModel(
            name='GuardianConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(editable=False)),
                ('proof', models.CharField(max_length=120, verbose_name='proof')),
                ('until', models.DateField(verbose_name='counts until')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='taken back')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', verbose_name='recorded at')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
            ],
            options={
                'verbose_name': "guardian's consent to volunteering",
            },
        ),
        migrations.CreateModel(
            name='Scale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begins_on', models.DateField(verbose_name='counts from')),
                ('values', models.JSONField(verbose_name='numbers')),
                ('why', models.CharField(max_length=200, verbose_name='reason')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='set by')),
                ('territory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territories.territory', verbose_name='territory')),
            ],
            options={
                'verbose_name': 'numbers of volunteering',
            },
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(editable=False)),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name='period')),
                ('pause_minutes', models.PositiveSmallIntegerField(default=0, verbose_name='pauses and waiting, minutes')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='minutes')),
                ('state', models.CharField(choices=[('counted', 'counted'), ('review', 'is looked at'), ('refused', 'not counted')], max_length=10, verbose_name='state')),
                ('entered_at', models.DateTimeField(verbose_name='entered')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('why', models.CharField(blank=True, max_length=200, verbose_name='why')),
                ('record_key', models.CharField(blank=True, max_length=80)),
                ('no_record', models.CharField(blank=True, max_length=300, verbose_name='why no record was written')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='volunteers.activity', verbose_name='activity')),
                ('assignment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='service', to='volunteers.assignment', verbose_name='assignment')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', verbose_name='organiser')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'volunteer service',
            },
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(editable=False)),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name='period')),
                ('needed', models.PositiveSmallIntegerField(verbose_name='people needed')),
                ('place', models.CharField(blank=True, max_length=120, verbose_name='where')),
                ('state', models.CharField(choices=[('planned', 'planned'), ('cancelled', 'cancelled')], default='planned', max_length=10, verbose_name='state')),
                ('cancelled_because', models.CharField(blank=True, max_length=200, verbose_name='why it is cancelled')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to='volunteers.activity', verbose_name='activity')),
                ('venue', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='facilities.venue', verbose_name='place of the city')),
            ],
            options={
                'verbose_name': 'shift of volunteers',
            },
        ),
        migrations.AddField(
            model_name='assignment',
            name='shift',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='volunteers.shift', verbose_name='shift'),
        ),
        migrations.CreateModel(
            name='ShiftEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(editable=False)),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name='period')),
                ('needed', models.PositiveSmallIntegerField(verbose_name='people needed')),
                ('place', models.CharField(blank=True, max_length=120, verbose_name='where')),
                ('state', models.CharField(choices=[('planned', 'planned'), ('cancelled', 'cancelled')], default='planned', max_length=10, verbose_name='state')),
                ('cancelled_because', models.CharField(blank=True, max_length=200, verbose_name='why it is cancelled')),
                ('activity', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.activity', verbose_name='activity')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.shift')),
                ('venue', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='facilities.venue', verbose_name='place of the city')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Training',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(editable=False)),
                ('kind', models.CharField(choices=[('basics', 'basics of volunteering'), ('first_aid', 'first aid'), ('elders', 'being with elders'), ('children', 'protection of minors'), ('fire', 'fire safety'), ('guide', 'guiding in museums'), ('disaster', 'help in disasters')], max_length=12, verbose_name='training')),
                ('completed_on', models.DateField(verbose_name='completed on')),
                ('valid_until', models.DateField(null=True, verbose_name='valid until')),
                ('proof', models.CharField(max_length=120, verbose_name='proof')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='taken back')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', verbose_name='recorded at')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
            ],
            options={
                'verbose_name': 'training of a volunteer',
            },
        ),
        migrations.CreateModel(
            name='Volunteer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(editable=False)),
                ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('company', 'keeping elders company'), ('smartphone', 'helping with smartphones'), ('guide', 'guiding visitors'), ('order', 'keeping order at events'), ('reading', 'reading with children'), ('tutoring', 'tutoring'), ('first_aid', 'first aid'), ('sign', 'sign language'), ('translation', 'translating'), ('driving', 'driving'), ('photography', 'taking photographs'), ('repair', 'repairing things')], max_length=12), default=list, size=None, verbose_name='skills')),
                ('times', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('weekday_day', 'weekdays in the daytime'), ('weekday_evening', 'weekday evenings'), ('weekend_day', 'weekends in the daytime'), ('weekend_evening', 'weekend evenings')], max_length=16), size=None, verbose_name='times')),
                ('state', models.CharField(choices=[('registered', 'registered'), ('left', 'left')], default='registered', max_length=10, verbose_name='state')),
                ('registered_at', models.DateTimeField(verbose_name='registered')),
                ('identity_seen_at', models.DateTimeField(null=True, verbose_name='identity seen')),
                ('identity_seen_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='identity seen by')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('via', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', verbose_name='registered through')),
            ],
            options={
                'verbose_name': 'volunteer',
            },
        ),
        migrations.CreateModel(
            name='TrainingEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(editable=False)),
                ('kind', models.CharField(choices=[('basics', 'basics of volunteering'), ('first_aid', 'first aid'), ('elders', 'being with elders'), ('children', 'protection of minors'), ('fire', 'fire safety'), ('guide', 'guiding in museums'), ('disaster', 'help in disasters')], max_length=12, verbose_name='training')),
                ('completed_on', models.DateField(verbose_name='completed on')),
                ('valid_until', models.DateField(null=True, verbose_name='valid until')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='taken back')),
                ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organisations.organisation', verbose_name='recorded at')),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.training')),
                ('recorded_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('volunteer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.volunteer')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='training',
            name='volunteer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trainings', to='volunteers.volunteer'),
        ),
        migrations.CreateModel(
            name='ServiceEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(editable=False)),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name='period')),
                ('pause_minutes', models.PositiveSmallIntegerField(default=0, verbose_name='pauses and waiting, minutes')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='minutes')),
                ('state', models.CharField(choices=[('counted', 'counted'), ('review', 'is looked at'), ('refused', 'not counted')], max_length=10, verbose_name='state')),
                ('entered_at', models.DateTimeField(verbose_name='entered')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('activity', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.activity', verbose_name='activity')),
                ('assignment', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.assignment', verbose_name='assignment')),
                ('decided_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organisations.organisation', verbose_name='organiser')),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.service')),
                ('volunteer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.volunteer')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='service',
            name='volunteer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='volunteers.volunteer'),
        ),
        migrations.CreateModel(
            name='GuardianConsentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(editable=False)),
                ('until', models.DateField(verbose_name='counts until')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='taken back')),
                ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organisations.organisation', verbose_name='recorded at')),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.guardianconsent')),
                ('recorded_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('volunteer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.volunteer')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='guardianconsent',
            name='volunteer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='volunteers.volunteer'),
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(editable=False)),
                ('language', models.CharField(max_length=8, verbose_name='language')),
                ('issued_at', models.DateTimeField(verbose_name='issued')),
                ('minutes', models.PositiveIntegerField(verbose_name='minutes')),
                ('star', models.PositiveSmallIntegerField(verbose_name='star')),
                ('content', models.JSONField(verbose_name='content')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('volunteer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='volunteers.volunteer')),
            ],
            options={
                'verbose_name': 'certificate of service',
            },
        ),
        migrations.CreateModel(
            name='AssignmentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(editable=False)),
                ('state', models.CharField(choices=[('applied', 'waits for the organiser'), ('assigned', 'assigned'), ('refused', 'not taken'), ('withdrawn', 'taken back'), ('released', 'called off'), ('serving', 'serving'), ('served', 'served'), ('absent', 'did not come')], default='applied', max_length=10, verbose_name='state')),
                ('applied_at', models.DateTimeField(verbose_name='applied')),
                ('due_at', models.DateTimeField(verbose_name='to be answered until')),
                ('is_able', models.BooleanField(default=False, verbose_name='said to be able')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='answered')),
                ('checked_in_at', models.DateTimeField(null=True, verbose_name='checked in')),
                ('checked_out_at', models.DateTimeField(null=True, verbose_name='checked out')),
                ('checked_in_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='checked in by')),
                ('checked_out_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='checked out by')),
                ('decided_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.assignment')),
                ('shift', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.shift', verbose_name='shift')),
                ('volunteer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='volunteers.volunteer')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='assignment',
            name='volunteer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='volunteers.volunteer'),
        ),
        migrations.CreateModel(
            name='VolunteerEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(editable=False)),
                ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('company', 'keeping elders company'), ('smartphone', 'helping with smartphones'), ('guide', 'guiding visitors'), ('order', 'keeping order at events'), ('reading', 'reading with children'), ('tutoring', 'tutoring'), ('first_aid', 'first aid'), ('sign', 'sign language'), ('translation', 'translating'), ('driving', 'driving'), ('photography', 'taking photographs'), ('repair', 'repairing things')], max_length=12), default=list, size=None, verbose_name='skills')),
                ('times', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('weekday_day', 'weekdays in the daytime'), ('weekday_evening', 'weekday evenings'), ('weekend_day', 'weekends in the daytime'), ('weekend_evening', 'weekend evenings')], max_length=16), size=None, verbose_name='times')),
                ('state', models.CharField(choices=[('registered', 'registered'), ('left', 'left')], default='registered', max_length=10, verbose_name='state')),
                ('registered_at', models.DateTimeField(verbose_name='registered')),
                ('identity_seen_at', models.DateTimeField(null=True, verbose_name='identity seen')),
                ('identity_seen_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='identity seen by')),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='volunteers.volunteer')),
                ('via', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organisations.organisation', verbose_name='registered through')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['organisation', 'state', '-id'], name='volunteer_activity_of_unit'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.UniqueConstraint(fields=('public_id',), name='volunteer_activity_public_id_once'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('risks', ''), _negated=True), name='volunteer_activity_states_risks'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['published', 'closed']), _negated=True), models.Q(('published_at__isnull', False), ('published_by__isnull', False)), _connector='OR'), name='volunteer_activity_published_was_verified'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('insured_at__isnull', True), ('insured_by__isnull', True), ('insurer', ''), ('policy_number', '')), models.Q(('insured_at__isnull', False), ('insured_by__isnull', False), models.Q(('insurer', ''), _negated=True), models.Q(('policy_number', ''), _negated=True)), _connector='OR'), name='volunteer_activity_insured_whole'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('least_age__isnull', True), ('most_age__isnull', True), ('least_age__lte', models.F('most_age')), _connector='OR'), name='volunteer_activity_ages_in_order'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'cancelled'), models.Q(('cancelled_because', ''), _negated=True)), models.Q(models.Q(('state', 'cancelled'), _negated=True), ('cancelled_because', '')), _connector='OR'), name='volunteer_activity_cancelled_says_why'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='activity',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_activityevent" ("about", "cancelled_because", "category", "demands", "drafted_by_id", "funding", "funding_note", "has_bodily_risk", "id", "insured_at", "insured_by_id", "insurer", "least_age", "most_age", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_number", "public_id", "published_at", "published_by_id", "risks", "skills", "state", "title", "trainings") VALUES (NEW."about", NEW."cancelled_because", NEW."category", NEW."demands", NEW."drafted_by_id", NEW."funding", NEW."funding_note", NEW."has_bodily_risk", NEW."id", NEW."insured_at", NEW."insured_by_id", NEW."insurer", NEW."least_age", NEW."most_age", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."policy_number", NEW."public_id", NEW."published_at", NEW."published_by_id", NEW."risks", NEW."skills", NEW."state", NEW."title", NEW."trainings"); RETURN NULL;', hash='c651bdb95981402007a07affbe10d988d73a20f3', operation='INSERT', pgid='pgtrigger_insert_insert_33c03', table='volunteers_activity', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='activity',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_activityevent" ("about", "cancelled_because", "category", "demands", "drafted_by_id", "funding", "funding_note", "has_bodily_risk", "id", "insured_at", "insured_by_id", "insurer", "least_age", "most_age", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_number", "public_id", "published_at", "published_by_id", "risks", "skills", "state", "title", "trainings") VALUES (NEW."about", NEW."cancelled_because", NEW."category", NEW."demands", NEW."drafted_by_id", NEW."funding", NEW."funding_note", NEW."has_bodily_risk", NEW."id", NEW."insured_at", NEW."insured_by_id", NEW."insurer", NEW."least_age", NEW."most_age", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."policy_number", NEW."public_id", NEW."published_at", NEW."published_by_id", NEW."risks", NEW."skills", NEW."state", NEW."title", NEW."trainings"); RETURN NULL;', hash='af497ef5f9f7830c34ee4c4be9d18d9cce60fe6f', operation='UPDATE', pgid='pgtrigger_update_update_f0cd5', table='volunteers_activity', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='activity',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_activityevent" ("about", "cancelled_because", "category", "demands", "drafted_by_id", "funding", "funding_note", "has_bodily_risk", "id", "insured_at", "insured_by_id", "insurer", "least_age", "most_age", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_number", "public_id", "published_at", "published_by_id", "risks", "skills", "state", "title", "trainings") VALUES (OLD."about", OLD."cancelled_because", OLD."category", OLD."demands", OLD."drafted_by_id", OLD."funding", OLD."funding_note", OLD."has_bodily_risk", OLD."id", OLD."insured_at", OLD."insured_by_id", OLD."insurer", OLD."least_age", OLD."most_age", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."policy_number", OLD."public_id", OLD."published_at", OLD."published_by_id", OLD."risks", OLD."skills", OLD."state", OLD."title", OLD."trainings"); RETURN NULL;', hash='a299fb51e5326e261360dec9cb968cf05a1a439f', operation='DELETE', pgid='pgtrigger_delete_delete_5cdc0', table='volunteers_activity', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='activityevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='70e06fd761bd0fac22928ae21d24cca290ac20b1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9f9cd', table='volunteers_activityevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='scale',
            constraint=models.UniqueConstraint(fields=('territory', 'begins_on'), name='volunteer_scale_once_a_day'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='scale',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9a845940888ff4adac1092e8775197d812f9030c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e502d', table='volunteers_scale', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='shift',
            index=models.Index(fields=['activity', 'during'], name='volunteer_shift_of_activity'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.UniqueConstraint(fields=('public_id',), name='volunteer_shift_public_id_once'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(('during__isempty', False)), name='volunteer_shift_not_empty'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(('needed__range', (1, 500))), name='volunteer_shift_needs_people'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(('venue__isnull', False), models.Q(('place', ''), _negated=True), _connector='OR'), name='volunteer_shift_has_place'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='shift',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_shiftevent" ("activity_id", "cancelled_because", "during", "id", "needed", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "public_id", "state", "venue_id") VALUES (NEW."activity_id", NEW."cancelled_because", NEW."during", NEW."id", NEW."needed", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."public_id", NEW."state", NEW."venue_id"); RETURN NULL;', hash='96a777e3ebd0968bb1dc06b0250d5419eb84b1af', operation='INSERT', pgid='pgtrigger_insert_insert_ce2b7', table='volunteers_shift', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='shift',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_shiftevent" ("activity_id", "cancelled_because", "during", "id", "needed", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "public_id", "state", "venue_id") VALUES (NEW."activity_id", NEW."cancelled_because", NEW."during", NEW."id", NEW."needed", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."public_id", NEW."state", NEW."venue_id"); RETURN NULL;', hash='75024f16e8476e72ce02cd1b42bc40dd12e4f451', operation='UPDATE', pgid='pgtrigger_update_update_cde99', table='volunteers_shift', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='shift',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_shiftevent" ("activity_id", "cancelled_because", "during", "id", "needed", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "public_id", "state", "venue_id") VALUES (OLD."activity_id", OLD."cancelled_because", OLD."during", OLD."id", OLD."needed", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."place", OLD."public_id", OLD."state", OLD."venue_id"); RETURN NULL;', hash='f5cc7f4872569cb4242c3ef5893b8498febc5133', operation='DELETE', pgid='pgtrigger_delete_delete_2b414', table='volunteers_shift', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='shiftevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8e45997e678abf135384e6a7d644c6bafe8465bd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_06fde', table='volunteers_shiftevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='volunteer',
            index=models.Index(fields=['via', '-id'], name='volunteer_of_unit'),
        ),
        migrations.AddConstraint(
            model_name='volunteer',
            constraint=models.UniqueConstraint(fields=('public_id',), name='volunteer_public_id_once'),
        ),
        migrations.AddConstraint(
            model_name='volunteer',
            constraint=models.CheckConstraint(condition=models.Q(('times', []), _negated=True), name='volunteer_has_times'),
        ),
        migrations.AddConstraint(
            model_name='volunteer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('identity_seen_at__isnull', True), ('identity_seen_by__isnull', True)), models.Q(('identity_seen_at__isnull', False), ('identity_seen_by__isnull', False), models.Q(('identity_seen_by', models.F('person')), _negated=True)), _connector='OR'), name='volunteer_identity_seen_by_another'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='volunteer',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_volunteerevent" ("id", "identity_seen_at", "identity_seen_by_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "registered_at", "skills", "state", "times", "via_id") VALUES (NEW."id", NEW."identity_seen_at", NEW."identity_seen_by_id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."registered_at", NEW."skills", NEW."state", NEW."times", NEW."via_id"); RETURN NULL;', hash='3f498a87a20a30d4f29e7a05a3251432be5b1f56', operation='INSERT', pgid='pgtrigger_insert_insert_fa6cd', table='volunteers_volunteer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='volunteer',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "volunteers_volunteerevent" ("id", "identity_seen_at", "identity_seen_by_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "registered_at", "skills", "state", "times", "via_id") VALUES (NEW."id", NEW."identity_seen_at", NEW."identity_seen_by_id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."registered_at", NEW."skills", NEW."state", NEW."times", NEW."via_id"); RETURN NULL;', hash='4e9b2726a599cc3d8bd5b2f201dfa33e38955cab', operation='UPDATE', pgid='pgtrigger_update_update_6cedd', table='volunteers_volunteer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='volunteer',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_volunteerevent" ("id", "identity_seen_at", "identity_seen_by_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "registered_at", "skills", "state", "times", "via_id") VALUES (OLD."id", OLD."identity_seen_at", OLD."identity_seen_by_id", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."public_id", OLD."registered_at", OLD."skills", OLD."state", OLD."times", OLD."via_id"); RETURN NULL;', hash='b71df4407a2f740863d423efaaf184a28dac32f8', operation='DELETE', pgid='pgtrigger_delete_delete_16027', table='volunteers_volunteer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trainingevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='329c91d81fbb7ea2f82403967c5129749cd58a45', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_90843', table='volunteers_trainingevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='training',
            constraint=models.UniqueConstraint(fields=('public_id',), name='volunteer_training_public_id_once'),
        ),
        migrations.AddConstraint(
            model_name='training',
            constraint=models.CheckConstraint(condition=models.Q(('proof', ''), _negated=True), name='volunteer_training_has_proof'),
        ),
        migrations.AddConstraint(
            model_name='training',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gte', models.F('completed_on')), _connector='OR'), name='volunteer_training_ends_after'),
        ),
        migrations.AddConstraint(
            model_name='training',
            constraint=models.CheckConstraint(condition=models.Q(('recorded_by', models.F('person')), _negated=True), name='volunteer_training_recorded_by_another'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='training',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_trainingevent" ("completed_on", "id", "kind", "organisation_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "recorded_at", "recorded_by_id", "valid_until", "volunteer_id", "withdrawn_at") VALUES (NEW."completed_on", NEW."id", NEW."kind", NEW."organisation_id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."recorded_at", NEW."recorded_by_id", NEW."valid_until", NEW."volunteer_id", NEW."withdrawn_at"); RETURN NULL;', hash='3000a0a7071359a9bb14f1d7e178d3afed91b8df', operation='INSERT', pgid='pgtrigger_insert_insert_47514', table='volunteers_training', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='training',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."completed_on" IS DISTINCT FROM (NEW."completed_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at") OR OLD."recorded_by_id" IS DISTINCT FROM (NEW."recorded_by_id") OR OLD."valid_until" IS DISTINCT FROM (NEW."valid_until") OR OLD."volunteer_id" IS DISTINCT FROM (NEW."volunteer_id") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at"))', func='INSERT INTO "volunteers_trainingevent" ("completed_on", "id", "kind", "organisation_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "recorded_at", "recorded_by_id", "valid_until", "volunteer_id", "withdrawn_at") VALUES (NEW."completed_on", NEW."id", NEW."kind", NEW."organisation_id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."recorded_at", NEW."recorded_by_id", NEW."valid_until", NEW."volunteer_id", NEW."withdrawn_at"); RETURN NULL;', hash='3a40076ae4144c69840ca18e5d9f00a7e8c20131', operation='UPDATE', pgid='pgtrigger_update_update_315c2', table='volunteers_training', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='training',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_trainingevent" ("completed_on", "id", "kind", "organisation_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "recorded_at", "recorded_by_id", "valid_until", "volunteer_id", "withdrawn_at") VALUES (OLD."completed_on", OLD."id", OLD."kind", OLD."organisation_id", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."public_id", OLD."recorded_at", OLD."recorded_by_id", OLD."valid_until", OLD."volunteer_id", OLD."withdrawn_at"); RETURN NULL;', hash='ffddea4ddfb8c569a82cd4d4afb293d94efba667', operation='DELETE', pgid='pgtrigger_delete_delete_f1741', table='volunteers_training', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='serviceevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c078569c5aa9887e51eb6b5fa11b0462e0933ac9', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_13728', table='volunteers_serviceevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='service',
            index=models.Index(fields=['person', '-id'], name='volunteer_service_of'),
        ),
        migrations.AddIndex(
            model_name='service',
            index=models.Index(fields=['organisation', '-id'], name='volunteer_service_at'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.UniqueConstraint(fields=('public_id',), name='volunteer_service_public_id_once'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('during__isempty', False)), name='volunteer_service_not_empty'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state', 'counted')), expressions=[(models.Func(models.F('person'), models.F('person'), models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), ('during', '&&')], name='volunteer_service_counts_once'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('why', '')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('why', ''), _negated=True), models.Q(('decided_by', models.F('person')), _negated=True)), _connector='OR'), name='volunteer_service_decided_by_another'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), ('decided_by__isnull', False), _connector='OR'), name='volunteer_service_refused_was_decided'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='service',
            trigger=pgtrigger.compiler.Trigger(name='service_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='0dec6d72e79c35f7d5ef35e430e7effddd8f3a3d', operation='DELETE', pgid='pgtrigger_service_stays_84510', table='volunteers_service', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='service',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_serviceevent" ("activity_id", "assignment_id", "decided_at", "decided_by_id", "during", "entered_at", "id", "minutes", "organisation_id", "pause_minutes", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "state", "volunteer_id") VALUES (NEW."activity_id", NEW."assignment_id", NEW."decided_at", NEW."decided_by_id", NEW."during", NEW."entered_at", NEW."id", NEW."minutes", NEW."organisation_id", NEW."pause_minutes", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."state", NEW."volunteer_id"); RETURN NULL;', hash='10e90928708852e3d2f93dede6da6254a4bb211a', operation='INSERT', pgid='pgtrigger_insert_insert_6be23', table='volunteers_service', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='service',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."activity_id" IS DISTINCT FROM (NEW."activity_id") OR OLD."assignment_id" IS DISTINCT FROM (NEW."assignment_id") OR OLD."decided_at" IS DISTINCT FROM (NEW."decided_at") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id") OR OLD."during" IS DISTINCT FROM (NEW."during") OR OLD."entered_at" IS DISTINCT FROM (NEW."entered_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."minutes" IS DISTINCT FROM (NEW."minutes") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."pause_minutes" IS DISTINCT FROM (NEW."pause_minutes") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."volunteer_id" IS DISTINCT FROM (NEW."volunteer_id"))', func='INSERT INTO "volunteers_serviceevent" ("activity_id", "assignment_id", "decided_at", "decided_by_id", "during", "entered_at", "id", "minutes", "organisation_id", "pause_minutes", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "state", "volunteer_id") VALUES (NEW."activity_id", NEW."assignment_id", NEW."decided_at", NEW."decided_by_id", NEW."during", NEW."entered_at", NEW."id", NEW."minutes", NEW."organisation_id", NEW."pause_minutes", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."state", NEW."volunteer_id"); RETURN NULL;', hash='a37255919039f060cb87f7d20e6897cfb8c6ce52', operation='UPDATE', pgid='pgtrigger_update_update_aaedc', table='volunteers_service', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='service',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_serviceevent" ("activity_id", "assignment_id", "decided_at", "decided_by_id", "during", "entered_at", "id", "minutes", "organisation_id", "pause_minutes", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "state", "volunteer_id") VALUES (OLD."activity_id", OLD."assignment_id", OLD."decided_at", OLD."decided_by_id", OLD."during", OLD."entered_at", OLD."id", OLD."minutes", OLD."organisation_id", OLD."pause_minutes", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."public_id", OLD."state", OLD."volunteer_id"); RETURN NULL;', hash='b8b063a27d823d2db9a241a932fc25582bfc3f92', operation='DELETE', pgid='pgtrigger_delete_delete_ab599', table='volunteers_service', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='guardianconsentevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b283d872c3c2907af2d54209f686c16220010c11', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_44c4a', table='volunteers_guardianconsentevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='guardianconsent',
            constraint=models.UniqueConstraint(fields=('public_id',), name='volunteer_consent_public_id_once'),
        ),
        migrations.AddConstraint(
            model_name='guardianconsent',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('volunteer',), name='volunteer_consent_one_counts'),
        ),
        migrations.AddConstraint(
            model_name='guardianconsent',
            constraint=models.CheckConstraint(condition=models.Q(('proof', ''), _negated=True), name='volunteer_consent_has_proof'),
        ),
        migrations.AddConstraint(
            model_name='guardianconsent',
            constraint=models.CheckConstraint(condition=models.Q(('recorded_by', models.F('person')), _negated=True), name='volunteer_consent_recorded_by_another'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='guardianconsent',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_guardianconsentevent" ("id", "organisation_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "recorded_at", "recorded_by_id", "until", "volunteer_id", "withdrawn_at") VALUES (NEW."id", NEW."organisation_id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."recorded_at", NEW."recorded_by_id", NEW."until", NEW."volunteer_id", NEW."withdrawn_at"); RETURN NULL;', hash='385ce9e48249e20af042712d7092f9ff625c1663', operation='INSERT', pgid='pgtrigger_insert_insert_b83cb', table='volunteers_guardianconsent', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='guardianconsent',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at") OR OLD."recorded_by_id" IS DISTINCT FROM (NEW."recorded_by_id") OR OLD."until" IS DISTINCT FROM (NEW."until") OR OLD."volunteer_id" IS DISTINCT FROM (NEW."volunteer_id") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at"))', func='INSERT INTO "volunteers_guardianconsentevent" ("id", "organisation_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "recorded_at", "recorded_by_id", "until", "volunteer_id", "withdrawn_at") VALUES (NEW."id", NEW."organisation_id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."recorded_at", NEW."recorded_by_id", NEW."until", NEW."volunteer_id", NEW."withdrawn_at"); RETURN NULL;', hash='ef2a518e4f46eba962b7e966fc056c9251183ec3', operation='UPDATE', pgid='pgtrigger_update_update_63151', table='volunteers_guardianconsent', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='guardianconsent',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_guardianconsentevent" ("id", "organisation_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "recorded_at", "recorded_by_id", "until", "volunteer_id", "withdrawn_at") VALUES (OLD."id", OLD."organisation_id", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."public_id", OLD."recorded_at", OLD."recorded_by_id", OLD."until", OLD."volunteer_id", OLD."withdrawn_at"); RETURN NULL;', hash='4267eb9457e6c841dbec1866484ce18cff5c7420', operation='DELETE', pgid='pgtrigger_delete_delete_f883f', table='volunteers_guardianconsent', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(fields=('public_id',), name='volunteer_certificate_public_id_once'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__gte', 1)), name='volunteer_certificate_of_something'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='certificate',
            trigger=pgtrigger.compiler.Trigger(name='never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='1b0bd4930612f77e62c8118595b306f90c090247', operation='UPDATE', pgid='pgtrigger_never_changed_42674', table='volunteers_certificate', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignmentevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1c8f701454a7042f6133e4f164495e613208d7e3', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_cf499', table='volunteers_assignmentevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(fields=['person', '-id'], name='volunteer_assignment_of'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('state', 'applied')), fields=['due_at'], name='volunteer_assignment_due'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(fields=('public_id',), name='volunteer_assignment_public_id_once'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['applied', 'assigned', 'serving', 'served', 'absent'])), fields=('shift', 'person'), name='volunteer_assignment_one_lives'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('decided_by', models.F('person')), _negated=True)), _connector='OR'), name='volunteer_assignment_answered_by_another'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['refused', 'released']), _negated=True), models.Q(('words', ''), _negated=True), _connector='OR'), name='volunteer_assignment_no_says_why'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_in_at__isnull', False), ('checked_in_by__isnull', False), ('state', 'serving'), ('checked_out_at__isnull', True), ('checked_out_by__isnull', True)), models.Q(('checked_in_at__isnull', False), ('checked_in_by__isnull', False), ('state', 'served'), ('checked_out_at__gt', models.F('checked_in_at')), ('checked_out_by__isnull', False)), models.Q(models.Q(('state__in', ['serving', 'served']), _negated=True), ('checked_in_at__isnull', True), ('checked_in_by__isnull', True), ('checked_out_at__isnull', True), ('checked_out_by__isnull', True)), _connector='OR'), name='volunteer_assignment_checked_whole'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_in_by__isnull', True), models.Q(('checked_in_by', models.F('person')), _negated=True), _connector='OR'), models.Q(('checked_out_by__isnull', True), models.Q(('checked_out_by', models.F('person')), _negated=True), _connector='OR')), name='volunteer_assignment_checked_by_another'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_assignmentevent" ("applied_at", "checked_in_at", "checked_in_by_id", "checked_out_at", "checked_out_by_id", "decided_at", "decided_by_id", "due_at", "id", "is_able", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "shift_id", "state", "volunteer_id") VALUES (NEW."applied_at", NEW."checked_in_at", NEW."checked_in_by_id", NEW."checked_out_at", NEW."checked_out_by_id", NEW."decided_at", NEW."decided_by_id", NEW."due_at", NEW."id", NEW."is_able", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."shift_id", NEW."state", NEW."volunteer_id"); RETURN NULL;', hash='5275cd00fe4c3a8faaed9b7d1b361636047331e6', operation='INSERT', pgid='pgtrigger_insert_insert_0e7b1', table='volunteers_assignment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."applied_at" IS DISTINCT FROM (NEW."applied_at") OR OLD."checked_in_at" IS DISTINCT FROM (NEW."checked_in_at") OR OLD."checked_in_by_id" IS DISTINCT FROM (NEW."checked_in_by_id") OR OLD."checked_out_at" IS DISTINCT FROM (NEW."checked_out_at") OR OLD."checked_out_by_id" IS DISTINCT FROM (NEW."checked_out_by_id") OR OLD."decided_at" IS DISTINCT FROM (NEW."decided_at") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id") OR OLD."due_at" IS DISTINCT FROM (NEW."due_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_able" IS DISTINCT FROM (NEW."is_able") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."shift_id" IS DISTINCT FROM (NEW."shift_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."volunteer_id" IS DISTINCT FROM (NEW."volunteer_id"))', func='INSERT INTO "volunteers_assignmentevent" ("applied_at", "checked_in_at", "checked_in_by_id", "checked_out_at", "checked_out_by_id", "decided_at", "decided_by_id", "due_at", "id", "is_able", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "shift_id", "state", "volunteer_id") VALUES (NEW."applied_at", NEW."checked_in_at", NEW."checked_in_by_id", NEW."checked_out_at", NEW."checked_out_by_id", NEW."decided_at", NEW."decided_by_id", NEW."due_at", NEW."id", NEW."is_able", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."shift_id", NEW."state", NEW."volunteer_id"); RETURN NULL;', hash='f86bddf08732b173ee4ffea5d8018952fe9f3bbd', operation='UPDATE', pgid='pgtrigger_update_update_6728f', table='volunteers_assignment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignment',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "volunteers_assignmentevent" ("applied_at", "checked_in_at", "checked_in_by_id", "checked_out_at", "checked_out_by_id", "decided_at", "decided_by_id", "due_at", "id", "is_able", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "shift_id", "state", "volunteer_id") VALUES (OLD."applied_at", OLD."checked_in_at", OLD."checked_in_by_id", OLD."checked_out_at", OLD."checked_out_by_id", OLD."decided_at", OLD."decided_by_id", OLD."due_at", OLD."id", OLD."is_able", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."public_id", OLD."shift_id", OLD."state", OLD."volunteer_id"); RETURN NULL;', hash='c27247b59de2817b0ed7f3d1454239ba0c509de8', operation='DELETE', pgid='pgtrigger_delete_delete_d9b4b', table='volunteers_assignment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='volunteerevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c5535e351ea1afe2d73f8d2290ca76b549279c5e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fb428', table='volunteers_volunteerevent', when='BEFORE')),
        ),
    ]
