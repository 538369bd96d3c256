"""What people are told: the outbox (notice), where it goes outside (outlets), each message on its way (delivery)."""

from notices.models.delivery import Delivery
from notices.models.notice import Kind, Notice
from notices.models.outlets import Preference, Robot, is_quiet, quiet_until

__all__ = ["Delivery", "Kind", "Notice", "Preference", "Robot", "is_quiet", "quiet_until"]
