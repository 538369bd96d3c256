"""What a query can ask of an id besides what Django knows."""

from typing import Any

from django.db import models


@models.BigAutoField.register_lookup
@models.ForeignKey.register_lookup
class AnyOf(models.Lookup):
    """`pk__any_of=[3, 5]`: the ids are one value, so that the statement stays the same however many there are."""

    lookup_name = "any_of"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, list]:
        return "%s", [list(value)]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list]:
        column, params = self.process_lhs(compiler, connection)
        array, ids = self.process_rhs(compiler, connection)
        return f"{column} = ANY({array})", [*params, *ids]
