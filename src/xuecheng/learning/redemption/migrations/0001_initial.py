import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('creditbank', '0006_points'),
        ('organisations', '0003_fields_have_names'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(editable=False)),
                ('kind', models.CharField(choices=[('goods', 'reward'), ('fee', 'course fee'), ('exemption', 'exemption from a course'), ('qualification', 'qualification')], max_length=13, verbose_name='what for')),
                ('title_zh', models.CharField(max_length=60, verbose_name='Chinese name')),
                ('title_en', models.CharField(blank=True, max_length=120, verbose_name='English name')),
                ('about_zh', models.CharField(blank=True, max_length=500, verbose_name='what it is')),
                ('about_en', models.CharField(blank=True, max_length=800, verbose_name='what it is, in English')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='where and when it is handed out')),
                ('points', models.PositiveBigIntegerField(default=0, help_text='Hundredths of a point, for one', verbose_name='points')),
                ('face_fen', models.PositiveIntegerField(default=0, help_text='Fen of a course fee, for one', verbose_name='worth')),
                ('is_everywhere', models.BooleanField(default=False, help_text="Else at the organisation's own classes only", verbose_name='pays at every college')),
                ('consumes', models.BooleanField(default=False, help_text='Else the credit stays and is marked as used (C-41)', verbose_name='uses the credit up')),
                ('most_per_order', models.PositiveSmallIntegerField(default=1, verbose_name='most at once')),
                ('most_per_person', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='most for a person')),
                ('period', models.CharField(choices=[('ever', 'in all'), ('year', 'a year'), ('half', 'a half-year'), ('month', 'a month')], default='ever', max_length=5, verbose_name='in which time')),
                ('hold_hours', models.PositiveSmallIntegerField(default=72, verbose_name='hours it is kept')),
                ('low_stock', models.PositiveIntegerField(blank=True, null=True, verbose_name='say when so few are left')),
                ('opens_on', models.DateField(verbose_name='from')),
                ('closes_on', models.DateField(blank=True, help_text='First day on which it is not given', null=True, verbose_name='until')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('published', 'on the shelf'), ('closed', 'closed')], default='draft', max_length=9, verbose_name='state')),
                ('drafted_at', models.DateTimeField(verbose_name='drafted')),
                ('published_at', models.DateTimeField(null=True, verbose_name='published')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed')),
                ('closed_because', models.CharField(blank=True, max_length=200, verbose_name='why it is closed')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                ('credit_class', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='creditbank.creditclass', verbose_name='kind of points')),
                ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='drafted by')),
                ('follows', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='redemption.offer', verbose_name='in place of')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', verbose_name='offered by')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by')),
            ],
            options={
                'verbose_name': 'offer',
            },
        ),
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('posting', models.UUIDField()),
                ('credits', models.PositiveBigIntegerField(help_text='Hundredths of a credit', verbose_name='credits')),
                ('hold', models.UUIDField(null=True, verbose_name='set-aside in the ledger')),
                ('is_live', models.BooleanField(default=True)),
                ('credit_class', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='creditbank.creditclass')),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='creditbank.unitversion', verbose_name='unit')),
                ('offer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='redemption.offer')),
            ],
            options={
                'verbose_name': "use of a unit's credit",
            },
        ),
        migrations.CreateModel(
            name='Stock',
            fields=[
                ('offer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='stock', serialize=False, to='redemption.offer')),
                ('on_hand', models.PositiveIntegerField(default=0, editable=False, verbose_name='there are')),
                ('reserved', models.PositiveIntegerField(default=0, editable=False, verbose_name='kept for somebody')),
            ],
            options={
                'verbose_name': 'stock',
            },
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='creditbank.unitversion', verbose_name='unit')),
                ('offer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='redemption.offer')),
            ],
            options={
                'verbose_name': 'unit that an offer takes',
            },
        ),
        migrations.CreateModel(
            name='OfferEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(editable=False)),
                ('kind', models.CharField(choices=[('goods', 'reward'), ('fee', 'course fee'), ('exemption', 'exemption from a course'), ('qualification', 'qualification')], max_length=13, verbose_name='what for')),
                ('title_zh', models.CharField(max_length=60, verbose_name='Chinese name')),
                ('title_en', models.CharField(blank=True, max_length=120, verbose_name='English name')),
                ('about_zh', models.CharField(blank=True, max_length=500, verbose_name='what it is')),
                ('about_en', models.CharField(blank=True, max_length=800, verbose_name='what it is, in English')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='where and when it is handed out')),
                ('points', models.PositiveBigIntegerField(default=0, help_text='Hundredths of a point, for one', verbose_name='points')),
                ('face_fen', models.PositiveIntegerField(default=0, help_text='Fen of a course fee, for one', verbose_name='worth')),
                ('is_everywhere', models.BooleanField(default=False, help_text="Else at the organisation's own classes only", verbose_name='pays at every college')),
                ('consumes', models.BooleanField(default=False, help_text='Else the credit stays and is marked as used (C-41)', verbose_name='uses the credit up')),
                ('most_per_order', models.PositiveSmallIntegerField(default=1, verbose_name='most at once')),
                ('most_per_person', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='most for a person')),
                ('period', models.CharField(choices=[('ever', 'in all'), ('year', 'a year'), ('half', 'a half-year'), ('month', 'a month')], default='ever', max_length=5, verbose_name='in which time')),
                ('hold_hours', models.PositiveSmallIntegerField(default=72, verbose_name='hours it is kept')),
                ('low_stock', models.PositiveIntegerField(blank=True, null=True, verbose_name='say when so few are left')),
                ('opens_on', models.DateField(verbose_name='from')),
                ('closes_on', models.DateField(blank=True, help_text='First day on which it is not given', null=True, verbose_name='until')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('published', 'on the shelf'), ('closed', 'closed')], default='draft', max_length=9, verbose_name='state')),
                ('drafted_at', models.DateTimeField(verbose_name='drafted')),
                ('published_at', models.DateTimeField(null=True, verbose_name='published')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed')),
                ('closed_because', models.CharField(blank=True, max_length=200, verbose_name='why it is closed')),
                ('closed_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                ('credit_class', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='creditbank.creditclass', verbose_name='kind of points')),
                ('drafted_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='drafted by')),
                ('follows', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='redemption.offer', verbose_name='in place of')),
                ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organisations.organisation', verbose_name='offered by')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='redemption.offer')),
                ('published_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Redemption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(editable=False)),
                ('items', models.PositiveSmallIntegerField(default=1, verbose_name='how many')),
                ('handed', models.PositiveSmallIntegerField(default=0, verbose_name='handed out')),
                ('returned', models.PositiveSmallIntegerField(default=0, verbose_name='taken back')),
                ('points_back', models.PositiveBigIntegerField(default=0, help_text='Hundredths', verbose_name='points given back')),
                ('points', models.PositiveBigIntegerField(default=0, help_text='Hundredths', verbose_name='points for one')),
                ('code', models.CharField(max_length=10, verbose_name='number of the voucher')),
                ('state', models.CharField(choices=[('reserved', 'reserved'), ('fulfilled', 'handed out'), ('released', 'given up')], default='reserved', max_length=9, verbose_name='state')),
                ('reserved_at', models.DateTimeField(verbose_name='reserved')),
                ('until', models.DateTimeField(verbose_name='kept until')),
                ('hold', models.UUIDField(null=True, verbose_name='set-aside in the ledger')),
                ('reminded_at', models.DateTimeField(null=True, verbose_name='reminded')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('because', models.CharField(blank=True, choices=[('learner', 'taken back'), ('provider', 'called off by the provider'), ('clock', 'not fetched in time')], max_length=8, verbose_name='why it ended')),
                ('words', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='learner')),
                ('offer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='redemptions', to='redemption.offer', verbose_name='offer')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', verbose_name='offered by')),
                ('reserved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reserved by')),
            ],
            options={
                'verbose_name': 'redemption',
            },
        ),
        migrations.CreateModel(
            name='Handing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(editable=False)),
                ('way', models.CharField(choices=[('out', 'handed out'), ('back', 'taken back')], max_length=4, verbose_name='what was done')),
                ('items', models.PositiveSmallIntegerField(help_text='0: a part of one, of a fee', verbose_name='how many')),
                ('points', models.PositiveBigIntegerField(help_text='Hundredths', verbose_name='points')),
                ('fen', models.PositiveIntegerField(default=0, help_text='Fen', verbose_name='of a course fee')),
                ('posting', models.UUIDField(null=True, verbose_name='posting')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('why', models.CharField(blank=True, max_length=200, verbose_name='why')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='learner')),
                ('undoes', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='redemption.handing')),
                ('redemption', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handings', to='redemption.redemption')),
            ],
            options={
                'verbose_name': 'hand-over',
            },
        ),
        migrations.CreateModel(
            name='AllocationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('posting', models.UUIDField()),
                ('credits', models.PositiveBigIntegerField(help_text='Hundredths of a credit', verbose_name='credits')),
                ('hold', models.UUIDField(null=True, verbose_name='set-aside in the ledger')),
                ('is_live', models.BooleanField(default=True)),
                ('credit_class', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='creditbank.creditclass')),
                ('learner', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='redemption.allocation')),
                ('unit', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='creditbank.unitversion', verbose_name='unit')),
                ('offer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='redemption.offer')),
                ('redemption', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='redemption.redemption')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='allocation',
            name='redemption',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='redemption.redemption'),
        ),
        migrations.CreateModel(
            name='RedemptionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(editable=False)),
                ('items', models.PositiveSmallIntegerField(default=1, verbose_name='how many')),
                ('handed', models.PositiveSmallIntegerField(default=0, verbose_name='handed out')),
                ('returned', models.PositiveSmallIntegerField(default=0, verbose_name='taken back')),
                ('points_back', models.PositiveBigIntegerField(default=0, help_text='Hundredths', verbose_name='points given back')),
                ('points', models.PositiveBigIntegerField(default=0, help_text='Hundredths', verbose_name='points for one')),
                ('state', models.CharField(choices=[('reserved', 'reserved'), ('fulfilled', 'handed out'), ('released', 'given up')], default='reserved', max_length=9, verbose_name='state')),
                ('reserved_at', models.DateTimeField(verbose_name='reserved')),
                ('until', models.DateTimeField(verbose_name='kept until')),
                ('hold', models.UUIDField(null=True, verbose_name='set-aside in the ledger')),
                ('reminded_at', models.DateTimeField(null=True, verbose_name='reminded')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('because', models.CharField(blank=True, choices=[('learner', 'taken back'), ('provider', 'called off by the provider'), ('clock', 'not fetched in time')], max_length=8, verbose_name='why it ended')),
                ('learner', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='learner')),
                ('offer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='redemption.offer', verbose_name='offer')),
                ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organisations.organisation', verbose_name='offered by')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='redemption.redemption')),
                ('reserved_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reserved by')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StockMovement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(editable=False)),
                ('kind', models.CharField(choices=[('received', 'came in'), ('written_off', 'written off'), ('handed_out', 'handed out'), ('taken_back', 'taken back')], max_length=11, verbose_name='kind')),
                ('amount', models.IntegerField(verbose_name='how many')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('why', models.CharField(blank=True, max_length=200, verbose_name='why')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('stock', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='redemption.stock')),
            ],
            options={
                'verbose_name': 'movement of stock',
            },
        ),
        migrations.AddConstraint(
            model_name='stock',
            constraint=models.CheckConstraint(condition=models.Q(('reserved__gte', 0), ('reserved__lte', models.F('on_hand'))), name='redemption_stock_reserved_within'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['-id'], name='redemption_offer_on_shelf'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(fields=['organisation', 'state', '-id'], name='redemption_offer_of_place'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.UniqueConstraint(fields=('public_id',), name='redemption_offer_public_id_once'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('consumes', False), ('credit_class__isnull', False), ('kind__in', ['goods', 'fee']), ('points__gte', 1)), models.Q(('credit_class__isnull', True), ('kind__in', ['exemption', 'qualification']), ('points', 0)), _connector='OR'), name='redemption_offer_takes_one_kind'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('face_fen__gte', 1), ('kind', 'fee')), models.Q(models.Q(('kind', 'fee'), _negated=True), ('face_fen', 0), ('is_everywhere', False)), _connector='OR'), name='redemption_offer_fee_has_worth'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['goods', 'fee']), ('most_per_order', 1), _connector='OR'), name='redemption_offer_one_by_one'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('hold_hours__gte', 1), ('most_per_order__gte', 1)), name='redemption_offer_limits'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('closes_on__isnull', True), ('closes_on__gt', models.F('opens_on')), _connector='OR'), name='redemption_offer_days'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('published_by__isnull', True), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), ('published_at__isnull', False), ('published_by__isnull', False)), _connector='OR'), name='redemption_offer_published_whole'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['goods', 'fee']), ('published_by__isnull', True), models.Q(('published_by', models.F('drafted_by')), _negated=True), _connector='OR'), name='redemption_offer_published_by_another'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('state', 'closed'), models.Q(('closed_because', ''), _negated=True)), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at__isnull', True), ('closed_because', ''), ('closed_by__isnull', True)), _connector='OR'), name='redemption_offer_closed_whole'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='offer',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "redemption_offerevent" ("about_en", "about_zh", "closed_at", "closed_because", "closed_by_id", "closes_on", "consumes", "credit_class_id", "drafted_at", "drafted_by_id", "face_fen", "follows_id", "hold_hours", "id", "is_everywhere", "kind", "low_stock", "most_per_order", "most_per_person", "opens_on", "organisation_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "points", "public_id", "published_at", "published_by_id", "state", "title_en", "title_zh") VALUES (NEW."about_en", NEW."about_zh", NEW."closed_at", NEW."closed_because", NEW."closed_by_id", NEW."closes_on", NEW."consumes", NEW."credit_class_id", NEW."drafted_at", NEW."drafted_by_id", NEW."face_fen", NEW."follows_id", NEW."hold_hours", NEW."id", NEW."is_everywhere", NEW."kind", NEW."low_stock", NEW."most_per_order", NEW."most_per_person", NEW."opens_on", NEW."organisation_id", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."points", NEW."public_id", NEW."published_at", NEW."published_by_id", NEW."state", NEW."title_en", NEW."title_zh"); RETURN NULL;', hash='8d38256846b2399af3b92c796a24c389769fd6ef', operation='INSERT', pgid='pgtrigger_insert_insert_042fa', table='redemption_offer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='offer',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "redemption_offerevent" ("about_en", "about_zh", "closed_at", "closed_because", "closed_by_id", "closes_on", "consumes", "credit_class_id", "drafted_at", "drafted_by_id", "face_fen", "follows_id", "hold_hours", "id", "is_everywhere", "kind", "low_stock", "most_per_order", "most_per_person", "opens_on", "organisation_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "points", "public_id", "published_at", "published_by_id", "state", "title_en", "title_zh") VALUES (NEW."about_en", NEW."about_zh", NEW."closed_at", NEW."closed_because", NEW."closed_by_id", NEW."closes_on", NEW."consumes", NEW."credit_class_id", NEW."drafted_at", NEW."drafted_by_id", NEW."face_fen", NEW."follows_id", NEW."hold_hours", NEW."id", NEW."is_everywhere", NEW."kind", NEW."low_stock", NEW."most_per_order", NEW."most_per_person", NEW."opens_on", NEW."organisation_id", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."points", NEW."public_id", NEW."published_at", NEW."published_by_id", NEW."state", NEW."title_en", NEW."title_zh"); RETURN NULL;', hash='a46cf4a7e8a36f583ccc29837980b9203279b552', operation='UPDATE', pgid='pgtrigger_update_update_161ab', table='redemption_offer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='offer',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "redemption_offerevent" ("about_en", "about_zh", "closed_at", "closed_because", "closed_by_id", "closes_on", "consumes", "credit_class_id", "drafted_at", "drafted_by_id", "face_fen", "follows_id", "hold_hours", "id", "is_everywhere", "kind", "low_stock", "most_per_order", "most_per_person", "opens_on", "organisation_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "points", "public_id", "published_at", "published_by_id", "state", "title_en", "title_zh") VALUES (OLD."about_en", OLD."about_zh", OLD."closed_at", OLD."closed_because", OLD."closed_by_id", OLD."closes_on", OLD."consumes", OLD."credit_class_id", OLD."drafted_at", OLD."drafted_by_id", OLD."face_fen", OLD."follows_id", OLD."hold_hours", OLD."id", OLD."is_everywhere", OLD."kind", OLD."low_stock", OLD."most_per_order", OLD."most_per_person", OLD."opens_on", OLD."organisation_id", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."place", OLD."points", OLD."public_id", OLD."published_at", OLD."published_by_id", OLD."state", OLD."title_en", OLD."title_zh"); RETURN NULL;', hash='e4c7d608ccdfb0db9d70bf74acb2c261c85d16d8', operation='DELETE', pgid='pgtrigger_delete_delete_59db0', table='redemption_offer', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.UniqueConstraint(fields=('offer', 'unit'), name='redemption_need_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='offerevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b791061a642ac2a8c16050cfdf369f11ac399fab', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ef999', table='redemption_offerevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='redemption',
            index=models.Index(fields=['learner', '-id'], name='redemption_of_learner'),
        ),
        migrations.AddIndex(
            model_name='redemption',
            index=models.Index(fields=['offer', 'learner'], name='redemption_of_offer'),
        ),
        migrations.AddIndex(
            model_name='redemption',
            index=models.Index(fields=['organisation', 'state', 'until', 'id'], name='redemption_of_place'),
        ),
        migrations.AddIndex(
            model_name='redemption',
            index=models.Index(condition=models.Q(('state', 'reserved')), fields=['until', 'id'], name='redemption_running'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=models.UniqueConstraint(fields=('public_id',), name='redemption_public_id_once'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=models.UniqueConstraint(fields=('code',), name='redemption_code_once'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=models.CheckConstraint(condition=models.Q(('code__regex', '^[0-9]{10}$')), name='redemption_code_form'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=models.CheckConstraint(condition=models.Q(('handed__lte', models.F('items')), ('items__gte', 1), ('points_back__lte', django.db.models.expressions.CombinedExpression(models.F('handed'), '*', models.F('points'))), ('returned__lte', models.F('handed'))), name='redemption_counts_fit'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('because', ''), ('ended_at__isnull', True), ('handed__lt', models.F('items')), ('state', 'reserved')), models.Q(('ended_at__isnull', False), ('handed__gte', 1), ('state', 'fulfilled')), models.Q(('ended_at__isnull', False), ('handed', 0), ('state', 'released'), models.Q(('because', ''), _negated=True)), _connector='OR'), name='redemption_state_as_counts'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'fulfilled'), _negated=True), models.Q(('because', ''), ('handed', models.F('items'))), models.Q(('handed__lt', models.F('items')), models.Q(('because', ''), _negated=True)), _connector='OR'), name='redemption_ends_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('because', 'provider'), _negated=True), models.Q(('words', ''), _negated=True), _connector='OR'), name='redemption_provider_says_why'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='redemption',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "redemption_redemptionevent" ("because", "ended_at", "handed", "hold", "id", "items", "learner_id", "offer_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "points_back", "public_id", "reminded_at", "reserved_at", "reserved_by_id", "returned", "state", "until") VALUES (NEW."because", NEW."ended_at", NEW."handed", NEW."hold", NEW."id", NEW."items", NEW."learner_id", NEW."offer_id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."points", NEW."points_back", NEW."public_id", NEW."reminded_at", NEW."reserved_at", NEW."reserved_by_id", NEW."returned", NEW."state", NEW."until"); RETURN NULL;', hash='0cf223e9e1f28fb0a740e7751d5bbd92cb91ed44', operation='INSERT', pgid='pgtrigger_insert_insert_0a891', table='redemption_redemption', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='redemption',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."because" IS DISTINCT FROM (NEW."because") OR OLD."ended_at" IS DISTINCT FROM (NEW."ended_at") OR OLD."handed" IS DISTINCT FROM (NEW."handed") OR OLD."hold" IS DISTINCT FROM (NEW."hold") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."items" IS DISTINCT FROM (NEW."items") OR OLD."learner_id" IS DISTINCT FROM (NEW."learner_id") OR OLD."offer_id" IS DISTINCT FROM (NEW."offer_id") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."points" IS DISTINCT FROM (NEW."points") OR OLD."points_back" IS DISTINCT FROM (NEW."points_back") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."reminded_at" IS DISTINCT FROM (NEW."reminded_at") OR OLD."reserved_at" IS DISTINCT FROM (NEW."reserved_at") OR OLD."reserved_by_id" IS DISTINCT FROM (NEW."reserved_by_id") OR OLD."returned" IS DISTINCT FROM (NEW."returned") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."until" IS DISTINCT FROM (NEW."until"))', func='INSERT INTO "redemption_redemptionevent" ("because", "ended_at", "handed", "hold", "id", "items", "learner_id", "offer_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "points_back", "public_id", "reminded_at", "reserved_at", "reserved_by_id", "returned", "state", "until") VALUES (NEW."because", NEW."ended_at", NEW."handed", NEW."hold", NEW."id", NEW."items", NEW."learner_id", NEW."offer_id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."points", NEW."points_back", NEW."public_id", NEW."reminded_at", NEW."reserved_at", NEW."reserved_by_id", NEW."returned", NEW."state", NEW."until"); RETURN NULL;', hash='d70f1605288ea55502a3790b53d0f4e95735f76b', operation='UPDATE', pgid='pgtrigger_update_update_bf193', table='redemption_redemption', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='redemption',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "redemption_redemptionevent" ("because", "ended_at", "handed", "hold", "id", "items", "learner_id", "offer_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "points_back", "public_id", "reminded_at", "reserved_at", "reserved_by_id", "returned", "state", "until") VALUES (OLD."because", OLD."ended_at", OLD."handed", OLD."hold", OLD."id", OLD."items", OLD."learner_id", OLD."offer_id", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."points", OLD."points_back", OLD."public_id", OLD."reminded_at", OLD."reserved_at", OLD."reserved_by_id", OLD."returned", OLD."state", OLD."until"); RETURN NULL;', hash='dcd7b9f21b44dced199743198df0f508e19c8681', operation='DELETE', pgid='pgtrigger_delete_delete_dd92d', table='redemption_redemption', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='handing',
            index=models.Index(fields=['redemption', 'id'], name='redemption_handing_of_order'),
        ),
        migrations.AddConstraint(
            model_name='handing',
            constraint=models.UniqueConstraint(fields=('public_id',), name='redemption_handing_public_id_once'),
        ),
        migrations.AddConstraint(
            model_name='handing',
            constraint=models.CheckConstraint(condition=models.Q(('items__gte', 1), ('fen__gte', 1), _connector='OR'), name='redemption_handing_of_something'),
        ),
        migrations.AddConstraint(
            model_name='handing',
            constraint=models.CheckConstraint(condition=models.Q(('way', 'out'), models.Q(('why', ''), _negated=True), _connector='OR'), name='redemption_handing_back_says_why'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='handing',
            trigger=pgtrigger.compiler.Trigger(name='handing_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a55134ccbd48923fe143efa7d0f0f9c8a523d2ed', operation='UPDATE OR DELETE', pgid='pgtrigger_handing_stays_3f9f1', table='redemption_handing', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocationevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='dc0f94090bab30dc8f89785a34b1e573cbe550e0', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_daf0e', table='redemption_allocationevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.UniqueConstraint(fields=('redemption', 'unit'), name='redemption_allocation_unit_once'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.UniqueConstraint(condition=models.Q(('is_live', True)), fields=('posting', 'learner', 'offer'), name='redemption_allocation_of_offer_once'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.UniqueConstraint(condition=models.Q(('hold__isnull', False), ('is_live', True)), fields=('posting', 'learner'), name='redemption_allocation_consumed_once'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(('credits__gte', 1)), name='redemption_allocation_has_credit'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "redemption_allocationevent" ("credit_class_id", "credits", "hold", "id", "is_live", "learner_id", "offer_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posting", "redemption_id", "unit_id") VALUES (NEW."credit_class_id", NEW."credits", NEW."hold", NEW."id", NEW."is_live", NEW."learner_id", NEW."offer_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."posting", NEW."redemption_id", NEW."unit_id"); RETURN NULL;', hash='24f86575377f389cc917fc195908084e0f32e006', operation='INSERT', pgid='pgtrigger_insert_insert_e5b1a', table='redemption_allocation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "redemption_allocationevent" ("credit_class_id", "credits", "hold", "id", "is_live", "learner_id", "offer_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posting", "redemption_id", "unit_id") VALUES (NEW."credit_class_id", NEW."credits", NEW."hold", NEW."id", NEW."is_live", NEW."learner_id", NEW."offer_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."posting", NEW."redemption_id", NEW."unit_id"); RETURN NULL;', hash='e440c884ff86a9fe1832eee1351470caefaf8f74', operation='UPDATE', pgid='pgtrigger_update_update_e2736', table='redemption_allocation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "redemption_allocationevent" ("credit_class_id", "credits", "hold", "id", "is_live", "learner_id", "offer_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posting", "redemption_id", "unit_id") VALUES (OLD."credit_class_id", OLD."credits", OLD."hold", OLD."id", OLD."is_live", OLD."learner_id", OLD."offer_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."posting", OLD."redemption_id", OLD."unit_id"); RETURN NULL;', hash='b2dffe6790ea4e536268c370365de9a4633b68ca', operation='DELETE', pgid='pgtrigger_delete_delete_95ed5', table='redemption_allocation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='redemptionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9e8adc2a12d96516117c2b893e9a4bc5185dbcdd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4fa1e', table='redemption_redemptionevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='stockmovement',
            index=models.Index(fields=['stock', '-id'], name='redemption_movement_of_stock'),
        ),
        migrations.AddConstraint(
            model_name='stockmovement',
            constraint=models.UniqueConstraint(fields=('public_id',), name='redemption_movement_public_id_once'),
        ),
        migrations.AddConstraint(
            model_name='stockmovement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gte', 1), ('kind__in', ['received', 'taken_back'])), models.Q(('amount__lte', -1), ('kind__in', ['written_off', 'handed_out'])), _connector='OR'), name='redemption_movement_sign'),
        ),
        migrations.AddConstraint(
            model_name='stockmovement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'written_off'), _negated=True), models.Q(('why', ''), _negated=True), _connector='OR'), name='redemption_movement_says_why'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='stockmovement',
            trigger=pgtrigger.compiler.Trigger(name='stock_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9194f5ecc01b890a5da43a3a254ab339a8c3ac7c', operation='UPDATE OR DELETE', pgid='pgtrigger_stock_stays_46397', table='redemption_stockmovement', when='BEFORE')),
        ),
    ]
