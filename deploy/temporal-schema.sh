#!/bin/sh
# Creates or updates Temporal's two databases in PostgreSQL; harmless when they are up to date. Runs in temporalio/admin-tools.
set -eu

sql_tool() {
  temporal-sql-tool --plugin postgres12 --ep "$POSTGRES_SEEDS" -u "$POSTGRES_USER" -p 5432 "$@"
}

prepare() {
  name=$1
  versions=/etc/temporal/schema/postgresql/v12/$2/versioned
  # An update fails only where there is nothing to update yet.
  if sql_tool --db "$name" update-schema -d "$versions"; then return; fi
  sql_tool --db "$name" create
  sql_tool --db "$name" setup-schema -v 0.0
  sql_tool --db "$name" update-schema -d "$versions"
}

prepare temporal temporal
prepare temporal_visibility visibility
