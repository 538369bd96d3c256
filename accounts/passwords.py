"""What makes a password acceptable here, and the words that say so."""

import unicodedata

from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    NumericPasswordValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError

from accounts.models import Post

LENGTH, ADMIN_LENGTH = 10, 15
HOUSE_WORDS = (
    "shequ",
    "fuwutai",
    "fuwuzhan",
    "hongyan",
    "zhiyuanzhe",
    "wuye",
    "servicedesk",
    "社区",
    "服务台",
    "红岩",
    "志愿者",
)
SHORT_OF_OWN = 5  # that many characters beside a name or a house word make no password
DIGITS_OF_PHONE = 8


class OwnWordsValidator:
    """Refuses the phone number, and passwords that are little more than a name or a word of this house."""

    def validate(self, password, user=None):
        plain = unicodedata.normalize("NFKC", password).casefold()
        phone, name = getattr(user, "phone", ""), getattr(user, "name", "")
        if phone and phone[-DIGITS_OF_PHONE:] in plain:
            raise ValidationError("密码里不要有自己的手机号，换一个别人猜不到的。", code="password_has_phone")
        for word in filter(None, (name.casefold(), *HOUSE_WORDS)):
            if word in plain and len(plain.replace(word, "")) < SHORT_OF_OWN:
                raise ValidationError("密码不要只用姓名或常见的词加几个数字。", code="password_has_own_word")

    def get_help_text(self):
        return "不要用手机号、姓名、生日。"


class CommonValidator(CommonPasswordValidator):
    """Django's list, in words that say what to do."""

    def get_error_message(self):
        return "这个密码太常见，换一个别人猜不到的。"


class DigitsValidator(NumericPasswordValidator):
    def get_error_message(self):
        return "密码不要全是数字，加几个字或字母。"


class SimilarValidator(UserAttributeSimilarityValidator):
    def get_error_message(self):
        return "密码和自己的手机号、姓名太像，换一个别人猜不到的。"


class LengthValidator:
    """Long enough to resist guessing; an admin signs in without a second factor, so longer still."""

    def validate(self, password, user=None):
        is_admin = bool(user and user.pk) and user.has_role(Post.Role.ADMIN)
        if is_admin and len(password) < ADMIN_LENGTH:
            raise ValidationError(f"系统管理员的密码至少 {ADMIN_LENGTH} 个字符。", code="password_too_short")
        if len(password) < LENGTH:
            raise ValidationError(f"密码至少 {LENGTH} 个字符。", code="password_too_short")

    def get_help_text(self):
        return f"至少 {LENGTH} 个字符，系统管理员至少 {ADMIN_LENGTH} 个字符。"
