"""What makes a password acceptable; every refusal reads as plain Chinese."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from tests.factories import PASSWORD, UserFactory, person


@pytest.fixture
def user(db):
    return UserFactory(phone="13800131234", name="刘桂芳")


@pytest.mark.parametrize(
    "password",
    ["短一点", "a" * 9, "password123", "1234567890", "20260101202", "a00131234b", "ab13800131234",
     "刘桂芳2026", "fuwutai123", "qwertyuiop", "Hongyan2026"],
)  # fmt: skip
def test_weak_password_is_refused_in_chinese(user, password):
    with pytest.raises(ValidationError) as refusal:
        validate_password(password, user)

    assert not any(
        letter.isascii() and letter.isalpha() for words in refusal.value.messages for letter in words
    )


@pytest.mark.parametrize(
    "password", ["对面楼三只花猫都很胖", "correct horse 马", "x7#kQ2pWz9", "长" * 64, "a b c d e f g h" * 5]
)
def test_good_password_is_accepted(user, password):
    validate_password(password, user)


def test_digits_alone_are_told_what_to_add(user):
    with pytest.raises(ValidationError, match="不要全是数字，加几个字或字母"):
        validate_password("8352947160", user)


def test_admin_needs_a_longer_one(db):
    admin = person("admin")

    with pytest.raises(ValidationError, match="至少 15 个字符"):
        validate_password("x7#kQ2pWz9abcd", admin)
    validate_password("x7#kQ2pWz9abcde", admin)


def test_refused_password_does_not_come_back(client_of, user):
    response = client_of(user).post(
        reverse("accounts:password"), {"old": PASSWORD, "new": "ab13800131234", "again": "ab13800131234"}
    )

    assert response.status_code == 422
    assert "ab13800131234" not in response.content.decode()
    assert "密码里不要有自己的手机号" in response.content.decode()


def test_overlong_password_is_refused_not_hashed(client_of, user):
    response = client_of(user).post(
        reverse("accounts:password"), {"old": PASSWORD, "new": "长" * 129, "again": "长" * 129}
    )

    assert response.status_code == 422
