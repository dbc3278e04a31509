import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


GUARDS = """
CREATE TRIGGER loans_schedule_added_only BEFORE UPDATE OR DELETE ON loans_schedule
FOR EACH ROW EXECUTE FUNCTION loans_refuse_change();
CREATE TRIGGER loans_instalment_added_only BEFORE UPDATE OR DELETE ON loans_instalment
FOR EACH ROW EXECUTE FUNCTION loans_refuse_change();
CREATE TRIGGER loans_journal_added_only BEFORE UPDATE OR DELETE ON loans_journal
FOR EACH ROW EXECUTE FUNCTION loans_refuse_change();
CREATE TRIGGER loans_journalline_added_only BEFORE UPDATE OR DELETE ON loans_journalline
FOR EACH ROW EXECUTE FUNCTION loans_refuse_change();

-- Each journal has, at commit, as many lines as it says, and they balance. A line that comes later is one too many.
CREATE FUNCTION loans_journal_must_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    which bigint := CASE TG_TABLE_NAME WHEN 'loans_journal' THEN (to_jsonb(NEW)->>'id')::bigint
                    ELSE (to_jsonb(NEW)->>'journal_id')::bigint END;
    good boolean;
BEGIN
    SELECT count(l.id) = j.lines_in AND coalesce(sum(l.debit), 0) = coalesce(sum(l.credit), 0) INTO good
    FROM loans_journal j LEFT JOIN loans_journalline l ON l.journal_id = j.id WHERE j.id = which GROUP BY j.id;
    IF NOT coalesce(good, false) THEN
        RAISE EXCEPTION 'journal % does not balance', which USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER loans_journal_balances AFTER INSERT ON loans_journal
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION loans_journal_must_balance();
CREATE CONSTRAINT TRIGGER loans_journalline_balances AFTER INSERT ON loans_journalline
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION loans_journal_must_balance();

-- The balances of the accounts of loans follow from their lines, and nobody else writes them.
CREATE FUNCTION loans_line_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE loans_ledgeraccount SET balance = balance + NEW.debit - NEW.credit
    WHERE id = NEW.account_id AND loan_id IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER loans_journalline_counts AFTER INSERT ON loans_journalline
FOR EACH ROW EXECUTE FUNCTION loans_line_counts();
CREATE FUNCTION loans_account_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.balance <> 0 THEN
            RAISE EXCEPTION 'an account begins with nothing' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR pg_trigger_depth() < 2
       OR to_jsonb(NEW) - 'balance' IS DISTINCT FROM to_jsonb(OLD) - 'balance' THEN
        RAISE EXCEPTION 'the balance of an account follows from its lines' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER loans_ledgeraccount_kept BEFORE INSERT OR UPDATE OR DELETE ON loans_ledgeraccount
FOR EACH ROW EXECUTE FUNCTION loans_account_is_kept();
"""
UNGUARD = """
DROP TRIGGER loans_schedule_added_only ON loans_schedule;
DROP TRIGGER loans_instalment_added_only ON loans_instalment;
DROP TRIGGER loans_journal_added_only ON loans_journal;
DROP TRIGGER loans_journalline_added_only ON loans_journalline;
DROP TRIGGER loans_journal_balances ON loans_journal;
DROP TRIGGER loans_journalline_balances ON loans_journalline;
DROP TRIGGER loans_journalline_counts ON loans_journalline;
DROP TRIGGER loans_ledgeraccount_kept ON loans_ledgeraccount;
DROP FUNCTION loans_journal_must_balance();
DROP FUNCTION loans_line_counts();
DROP FUNCTION loans_account_is_kept();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('loans', '0001_trunk'),
    ]

    operations = [
        migrations.CreateModel(
            name='BankFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('kind', models.CharField(choices=[('drawdowns', 'Money that was drawn'), ('repayments', 'Money that was paid back')], max_length=10)),
                ('state', models.CharField(choices=[('checked', 'checked'), ('taken', 'taken'), ('dropped', 'dropped')], max_length=7)),
                ('file_name', models.CharField(blank=True, max_length=200)),
                ('file_hash', models.CharField(help_text='SHA-256 of what was sent', max_length=64)),
                ('file_bytes', models.BigIntegerField()),
                ('heading', models.JSONField(default=list)),
                ('rows_in', models.PositiveIntegerField(default=0)),
                ('good', models.PositiveIntegerField(default=0)),
                ('doubled', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('good_amount', models.DecimalField(decimal_places=2, default=0, help_text='baht of the good lines', max_digits=16)),
                ('sent_at', models.DateTimeField()),
                ('sent_by', models.BigIntegerField(null=True)),
                ('taken_at', models.DateTimeField(null=True)),
                ('taken_by', models.BigIntegerField(null=True)),
                ('bank', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='files', to='loans.bank')),
            ],
            options={
                'ordering': ('-sent_at', '-id'),
                'indexes': [
                    models.Index(fields=['bank', '-sent_at'], name='loans_bankfile_of_bank'),
                ],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('state', 'dropped'), _negated=True), fields=('bank', 'kind', 'file_hash'), name='loans_bankfile_once'),
                    models.CheckConstraint(condition=models.Q(('rows_in', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('good'), '+', models.F('doubled')), '+', models.F('refused')))), name='loans_bankfile_rows_accounted_for'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'taken'), ('taken_at__isnull', False)), models.Q(models.Q(('state', 'taken'), _negated=True), ('taken_at', None)), _connector='OR'), name='loans_bankfile_taken_dated'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Journal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text='whoever sends it again changes nothing', max_length=120, unique=True)),
                ('event', models.CharField(choices=[('drawn', 'Money was drawn'), ('repaid', 'Paid back'), ('prepaid', 'Paid back ahead of time'), ('capitalised', 'Interest added to the principal'), ('reversed', 'Taken back'), ('deposited', 'Deposited at the bank'), ('withdrawn', 'Taken from the deposit')], max_length=11)),
                ('amount', models.DecimalField(decimal_places=2, help_text='baht that were moved', max_digits=16)),
                ('booked_on', models.DateField(help_text='the day for which it counts')),
                ('lines_in', models.PositiveSmallIntegerField(help_text='how many lines it has; no line comes later')),
                ('why', models.CharField(blank=True, max_length=200)),
                ('posted_at', models.DateTimeField()),
                ('by_kind', models.CharField(choices=[('person', 'person'), ('staff', 'staff'), ('client', 'client'), ('system', 'system')], max_length=10)),
                ('by', models.BigIntegerField(null=True)),
                ('bank', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='loans.bank')),
                ('loan', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='journals', to='loans.loan')),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='loans.journal')),
            ],
            options={
                'ordering': ('posted_at', 'id'),
                'indexes': [
                    models.Index(fields=['loan', 'booked_on', 'id'], name='loans_journal_of_loan'),
                    models.Index(fields=['bank', 'booked_on', 'id'], name='loans_journal_of_bank'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('lines_in__gte', 2)), name='loans_journal_moves_money'),
                    models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='loans_journal_has_a_key'),
                    models.CheckConstraint(condition=models.Q(models.Q(('event', 'reversed'), _negated=True), models.Q(('reverses__isnull', False), models.Q(('why', ''), _negated=True)), _connector='OR'), name='loans_journal_reversal_says_what'),
                    models.CheckConstraint(condition=models.Q(models.Q(('event__in', ['deposited', 'withdrawn']), ('loan', None)), models.Q(models.Q(('event__in', ['deposited', 'withdrawn']), _negated=True), ('loan__isnull', False)), _connector='OR'), name='loans_journal_of_a_loan'),
                ],
            },
        ),
        migrations.CreateModel(
            name='BankFileLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row_number', models.PositiveIntegerField(help_text='as a spreadsheet shows it: the heading is row 1')),
                ('verdict', models.CharField(choices=[('good', 'In order'), ('doubled', 'Known already'), ('refused', 'Not taken')], max_length=7)),
                ('number', models.CharField(blank=True, max_length=60)),
                ('amount', models.DecimalField(decimal_places=2, help_text='baht', max_digits=14, null=True)),
                ('booked_on', models.DateField(null=True)),
                ('cells', models.JSONField(default=list, help_text='as they stood; no cell names a person')),
                ('column', models.CharField(blank=True, help_text='heading of the column at fault', max_length=100)),
                ('code', models.CharField(blank=True, max_length=40)),
                ('text', models.CharField(blank=True, help_text='the sentence in English, to be translated when shown', max_length=300)),
                ('params', models.JSONField(default=dict)),
                ('file', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='loans.bankfile')),
                ('loan', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='loans.loan')),
                ('journal', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='loans.journal')),
            ],
            options={
                'ordering': ('file', 'row_number'),
                'constraints': [
                    models.UniqueConstraint(fields=('file', 'row_number'), name='loans_bankline_once'),
                    models.CheckConstraint(condition=models.Q(models.Q(('verdict', 'good'), _negated=True), models.Q(('amount__gt', 0), ('booked_on__isnull', False), ('code', ''), ('loan__isnull', False)), _connector='OR'), name='loans_bankline_good_is_whole'),
                    models.CheckConstraint(condition=models.Q(('verdict', 'good'), models.Q(('code', ''), _negated=True), _connector='OR'), name='loans_bankline_says_why'),
                ],
            },
        ),
        migrations.CreateModel(
            name='LedgerAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('principal', 'Principal that an employer owes'), ('interest', 'Interest of a loan, paid or added to the principal'), ('fee', 'Fees for paying ahead of time'), ('cash', 'Money of the bank'), ('deposit', 'Deposit of the office at the bank'), ('fund', 'Money of the fund')], max_length=9)),
                ('balance', models.DecimalField(decimal_places=2, default=0, help_text='debits less credits in baht; kept by the database', max_digits=16)),
                ('bank', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='loans.bank')),
                ('loan', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='loans.loan')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('loan', 'kind'), name='loans_account_of_loan_once'),
                    models.UniqueConstraint(condition=models.Q(('loan', None)), fields=('bank', 'kind'), name='loans_account_of_bank_once', nulls_distinct=False),
                    models.CheckConstraint(condition=models.Q(models.Q(('bank__isnull', False), ('kind__in', ['principal', 'interest', 'fee']), ('loan__isnull', False)), models.Q(('bank__isnull', False), ('kind__in', ['cash', 'deposit']), ('loan', None)), models.Q(('bank', None), ('kind', 'fund'), ('loan', None)), _connector='OR'), name='loans_account_belongs'),
                    models.CheckConstraint(condition=models.Q(models.Q(('kind', 'principal'), _negated=True), ('balance__gte', 0), _connector='OR'), name='loans_account_principal_not_below_0'),
                ],
            },
        ),
        migrations.CreateModel(
            name='JournalLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('debit', models.DecimalField(decimal_places=2, default=0, max_digits=16)),
                ('credit', models.DecimalField(decimal_places=2, default=0, max_digits=16)),
                ('journal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='loans.journal')),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='loans.ledgeraccount')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['account', 'journal'], name='loans_line_of_account'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('journal', 'account'), name='loans_line_once'),
                    models.CheckConstraint(condition=models.Q(models.Q(('credit', 0), ('debit__gt', 0)), models.Q(('credit__gt', 0), ('debit', 0)), _connector='OR'), name='loans_line_one_side'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField()),
                ('reason', models.CharField(choices=[('drawn', 'Money was drawn'), ('prepaid', 'Part was paid back ahead of time'), ('moratorium', 'Payments pause'), ('restructured', 'New terms were agreed'), ('stepped_up', 'The rate rises after a breach'), ('recalled', 'The bank asked for everything back')], max_length=12)),
                ('principal', models.DecimalField(decimal_places=2, help_text='baht owed when it begins', max_digits=14)),
                ('rate', models.DecimalField(decimal_places=3, help_text='percent a year', max_digits=6)),
                ('kind', models.CharField(choices=[('instalments', 'Equal instalments'), ('principal', 'Equal parts of the principal, and the interest'), ('interest', 'Interest only at first, then equal instalments')], max_length=11)),
                ('day_count', models.CharField(choices=[('actual365', 'True days, of a year of 365'), ('thirty360', 'Months of 30 days, of a year of 360')], max_length=9)),
                ('from_on', models.DateField(help_text='the day from which interest runs')),
                ('interest_only', models.PositiveSmallIntegerField(help_text='instalments at first that pay interest only')),
                ('carried', models.DecimalField(decimal_places=2, help_text='interest due with the first instalment', max_digits=14)),
                ('spread', models.DecimalField(decimal_places=2, help_text='interest of a pause, on all instalments', max_digits=14)),
                ('level', models.DecimalField(decimal_places=2, help_text='the instalment that was kept', max_digits=14, null=True)),
                ('total', models.DecimalField(decimal_places=2, help_text='baht of all its instalments', max_digits=15)),
                ('terms_version', models.PositiveIntegerField(help_text='of loans.servicing')),
                ('why', models.CharField(blank=True, max_length=200)),
                ('made_at', models.DateTimeField()),
                ('made_by_kind', models.CharField(choices=[('person', 'person'), ('staff', 'staff'), ('client', 'client'), ('system', 'system')], max_length=10)),
                ('made_by', models.BigIntegerField(null=True)),
                ('loan', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='schedules', to='loans.loan')),
            ],
            options={
                'ordering': ('loan', 'version'),
                'constraints': [
                    models.UniqueConstraint(fields=('loan', 'version'), name='loans_schedule_version_once'),
                    models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='loans_schedule_version_from_1'),
                    models.CheckConstraint(condition=models.Q(('carried__gte', 0), ('principal__gt', 0), ('rate__gte', 0), ('spread__gte', 0), ('total__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('principal'), '+', models.F('carried')), '+', models.F('spread')))), name='loans_schedule_amounts'),
                    models.CheckConstraint(condition=models.Q(('reason__in', ['drawn', 'prepaid']), models.Q(('why', ''), _negated=True), _connector='OR'), name='loans_schedule_says_why'),
                    models.CheckConstraint(condition=models.Q(('kind__in', ['instalments', 'principal', 'interest'])), name='loans_schedule_kind_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='LoanBook',
            fields=[
                ('loan', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='book', serialize=False, to='loans.loan')),
                ('kind', models.CharField(choices=[('instalments', 'Equal instalments'), ('principal', 'Equal parts of the principal, and the interest'), ('interest', 'Interest only at first, then equal instalments')], default='instalments', max_length=11)),
                ('interest_only', models.PositiveSmallIntegerField(default=0)),
                ('due_day', models.PositiveSmallIntegerField(default=0, help_text='of the month; 0 until money was drawn')),
                ('limit', models.DecimalField(decimal_places=2, help_text='baht of the contract', max_digits=14)),
                ('drawn', models.DecimalField(decimal_places=2, default=0, help_text='baht, of all drawings', max_digits=14)),
                ('scheduled', models.DecimalField(decimal_places=2, default=0, help_text='baht of its instalments', max_digits=15)),
                ('filled', models.DecimalField(decimal_places=2, default=0, help_text='baht of them that are paid', max_digits=15)),
                ('paused_months', models.PositiveSmallIntegerField(default=0, help_text='of all pauses')),
                ('restructured', models.PositiveSmallIntegerField(default=0, help_text='times')),
                ('opened_at', models.DateTimeField()),
                ('schedule', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='loans.schedule')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('drawn__gte', 0), ('drawn__lte', models.F('limit'))), name='loans_book_drawn_within_limit'),
                    models.CheckConstraint(condition=models.Q(('filled__gte', 0), ('filled__lte', models.F('scheduled'))), name='loans_book_filled_within_total'),
                    models.CheckConstraint(condition=models.Q(models.Q(('drawn', 0), ('schedule', None)), models.Q(('drawn__gt', 0), ('due_day__gte', 1), ('schedule__isnull', False)), _connector='OR'), name='loans_book_drawn_has_a_schedule'),
                ],
            },
        ),
        migrations.AddField(
            model_name='journal',
            name='schedule',
            field=models.ForeignKey(db_index=False, help_text='the schedule that it filled, or that came of it', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='loans.schedule'),
        ),
        migrations.CreateModel(
            name='Instalment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('due_on', models.DateField()),
                ('principal', models.DecimalField(decimal_places=2, max_digits=14)),
                ('interest', models.DecimalField(decimal_places=2, max_digits=14)),
                ('balance', models.DecimalField(decimal_places=2, help_text='principal that is owed after it', max_digits=14)),
                ('reached', models.DecimalField(decimal_places=2, help_text='baht of this and all earlier ones', max_digits=15)),
                ('schedule', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='instalments', to='loans.schedule')),
            ],
            options={
                'ordering': ('schedule', 'number'),
                'constraints': [
                    models.UniqueConstraint(fields=('schedule', 'number'), name='loans_instalment_once'),
                    models.UniqueConstraint(fields=('schedule', 'due_on'), name='loans_instalment_one_a_day'),
                    models.CheckConstraint(condition=models.Q(('balance__gte', 0), ('interest__gte', 0), ('number__gte', 1), ('principal__gte', 0), ('reached__gte', 0)), name='loans_instalment_not_below_0'),
                ],
            },
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
