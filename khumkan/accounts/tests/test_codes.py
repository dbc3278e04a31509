"""One-time codes cannot be guessed, farmed or carried elsewhere (S5)."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from khumkan.accounts import codes, limits, throttle
from khumkan.accounts.codes import Answer
from khumkan.accounts.models import OneTimeCode
from khumkan.accounts.states import CodePurpose
from khumkan.accounts.tests.parallel import at_once
from khumkan.kernel.crypto import blind_index
from khumkan.kernel.identifiers import IdentifierKind

NUMBER = "thai:1101700207366"
SIGN_IN = CodePurpose.SIGN_IN


def sent(person_id=7, purpose=SIGN_IN, target=NUMBER):
    """Ask for a code and deliver it; return the handle and the code."""
    asked = codes.ask(purpose, target=target)
    with transaction.atomic():
        return asked.handle, codes.deliver(codes.waiting(asked.code_id), person_id=person_id)


def code_id():
    return OneTimeCode.objects.latest("id").pk


def wrong_for(code):
    return str((int(code) + 1) % 10 ** len(code)).zfill(len(code))


@pytest.mark.django_db
class TestOne:
    def test_the_right_code_opens_once(self):
        handle, code = sent()
        assert codes.guess(handle, purpose=SIGN_IN, typed=code) == codes.Guess(Answer.RIGHT, 7, code_id())
        assert codes.guess(handle, purpose=SIGN_IN, typed=code).answer is Answer.SPENT

    def test_thai_digits_and_blanks_do_not_matter(self):
        handle, code = sent()
        thai = " ".join(code).translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
        assert codes.guess(handle, purpose=SIGN_IN, typed=thai).answer is Answer.RIGHT

    def test_five_wrong_guesses_end_the_code(self):
        handle, code = sent()
        for _ in range(5):
            assert codes.guess(handle, purpose=SIGN_IN, typed=wrong_for(code)).answer is Answer.WRONG
        assert codes.guess(handle, purpose=SIGN_IN, typed=code).answer is Answer.SPENT

    def test_another_browser_gets_nothing(self):
        _, code = sent()
        other, _ = sent(person_id=8)
        assert codes.guess(other, purpose=SIGN_IN, typed=code).answer is Answer.WRONG
        assert codes.guess("guessed-handle", purpose=SIGN_IN, typed=code).answer is Answer.SPENT

    @pytest.mark.parametrize("purpose", [CodePurpose.STEP_UP, CodePurpose.NEW_PHONE, CodePurpose.LETTER])
    def test_another_purpose_gets_nothing(self, purpose):
        handle, code = sent()
        assert codes.guess(handle, purpose=purpose, typed=code).answer is Answer.SPENT

    def test_a_code_expires_by_the_clock_of_the_database(self):
        handle, code = sent()
        OneTimeCode.objects.update(expires_at=Now() - timedelta(seconds=1))
        assert codes.guess(handle, purpose=SIGN_IN, typed=code).answer is Answer.SPENT

    @pytest.mark.parametrize("typed", ["", "000000", "123456", "0" * 64])
    def test_a_code_for_an_unknown_number_opens_nothing(self, typed):
        asked = codes.ask(SIGN_IN, target=NUMBER)
        plain = codes.deliver(codes.waiting(asked.code_id), person_id=None)
        for text in (typed, plain):
            assert codes.guess(asked.handle, purpose=SIGN_IN, typed=text).answer is Answer.WRONG

    def test_before_delivery_nothing_opens(self):
        asked = codes.ask(SIGN_IN, target=NUMBER)
        assert codes.guess(asked.handle, purpose=SIGN_IN, typed="000000").answer is Answer.WRONG

    def test_a_code_is_delivered_once(self):
        asked = codes.ask(SIGN_IN, target=NUMBER)
        code = codes.waiting(asked.code_id)
        assert codes.target_of(code) == NUMBER
        codes.deliver(code, person_id=7)
        assert codes.waiting(asked.code_id) is None

    def test_neither_code_nor_number_nor_handle_stands_in_the_row(self):
        handle, code = sent()
        asked = codes.ask(SIGN_IN, target=NUMBER)
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_jsonb(t)::text FROM accounts_onetimecode t")
            dump = " ".join(row[0] for row in cursor.fetchall())
        for secret in (handle, asked.handle, NUMBER, NUMBER[5:]):
            assert secret not in dump
            assert secret.encode().hex() not in dump
        assert blind_index(code, purpose="accounts.code").hex() not in dump

    def test_many_wrong_guesses_make_codes_longer(self):
        assert codes.digits_now() == 6
        throttle.take(limits.GUESS_RISK, codes.WHOLE_SERVICE, cost=limits.GUESS_RISK.burst * 0.6)
        assert codes.digits_now() == 8
        handle, code = sent()
        assert len(code) == 8
        assert codes.guess(handle, purpose=SIGN_IN, typed=code).answer is Answer.RIGHT

    def test_the_whole_service_bears_ten_thousand_wrong_guesses_an_hour(self):
        budget = limits.GUESS_RISK
        assert (budget.burst + budget.refill) / codes._risk(6) == 10_000
        handle, code = sent()
        throttle.take(budget, codes.WHOLE_SERVICE, cost=budget.burst - 50)
        assert codes.guess(handle, purpose=SIGN_IN, typed=code).answer is Answer.BUSY

    def test_right_guesses_cost_nothing(self):
        handle, code = sent()
        codes.guess(handle, purpose=SIGN_IN, typed=code)
        assert throttle.level(limits.GUESS_RISK, codes.WHOLE_SERVICE) == limits.GUESS_RISK.burst


@pytest.mark.django_db
class TestLetters:
    def test_a_letter_opens_once_and_only_with_its_number(self):
        letter = codes.write_letter(kind=IdentifierKind.THAI, number="1101700207366", person_id=7)
        thai = {"kind": IdentifierKind.THAI, "typed": letter.lower().replace("-", " ")}
        assert codes.guess_letter(number="3101700207366", **thai).answer is Answer.SPENT
        assert codes.guess_letter(number="1101700207366", **thai) == codes.Guess(Answer.RIGHT, 7, code_id())
        assert codes.guess_letter(number="1101700207366", **thai).answer is Answer.SPENT

    def test_a_new_letter_ends_the_old_one(self):
        both = [codes.write_letter(kind=IdentifierKind.THAI, number="1101700207366", person_id=7) for _ in range(2)]
        tried = [codes.guess_letter(kind=IdentifierKind.THAI, number="1101700207366", typed=each) for each in both]
        assert [each.answer for each in tried] == [Answer.WRONG, Answer.RIGHT]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
class TestMany:
    def test_of_five_hundred_wrong_guesses_at_once_five_are_looked_at(self):
        handle, code = sent()
        guesses = at_once(500, lambda _: codes.guess(handle, purpose=SIGN_IN, typed=wrong_for(code)).answer)
        assert guesses.count(Answer.WRONG) == 5
        assert guesses.count(Answer.SPENT) == 495
        assert codes.guess(handle, purpose=SIGN_IN, typed=code).answer is Answer.SPENT

    def test_of_fifty_right_guesses_at_once_one_opens(self):
        handle, code = sent()
        guesses = at_once(50, lambda _: codes.guess(handle, purpose=SIGN_IN, typed=code).answer)
        assert guesses.count(Answer.RIGHT) == 1

    def test_control_a_counter_in_python_lets_many_more_through(self):
        """The same tries counted by reading, comparing and writing in Python: more than five get through."""
        sent()
        row = OneTimeCode.objects.get()

        def careless(_: int) -> bool:
            read = OneTimeCode.objects.get(pk=row.pk)
            if read.attempts >= 5:
                return False
            OneTimeCode.objects.filter(pk=row.pk).update(attempts=read.attempts + 1)
            return True

        assert sum(at_once(500, careless)) > 5
