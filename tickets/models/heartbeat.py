"""心跳: when beat, the worker and each of their jobs last started and ended, and with what result."""

from django.db import models


class HeartbeatQuerySet(models.QuerySet):
    def note(self, name, **facts):
        """Write facts about one of them, in one statement; what is not named stays as it was."""
        row = Heartbeat(name=name, **facts)
        self.bulk_create([row], update_conflicts=True, unique_fields=["name"], update_fields=list(facts))

    def by_name(self):
        return {row.name: row for row in self}


class Heartbeat(models.Model):
    """One row each for beat, the worker and every job. Those of processes: started, last sign of life.

    That of the backup: when the last good one was made, its file and size, or why it could not be made.
    """

    BEAT, WORKER, BACKUP = "beat", "worker", "backup"

    name = models.CharField("名称", max_length=60, unique=True)
    started_at = models.DateTimeField("上次开始", null=True)
    finished_at = models.DateTimeField("上次做完", null=True)
    failed_at = models.DateTimeField("上次出错", null=True)
    result = models.CharField("结果", max_length=60, blank=True, help_text="做了多少，或者出了什么错。")

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "心跳"
        ordering = ["pk"]

    def __str__(self):
        return self.name

    @property
    def has_failed(self) -> bool:
        """The last run that ended did not end well."""
        return self.failed_at is not None and (self.finished_at is None or self.failed_at > self.finished_at)
