import { FACT_SHAPE, FACTS_OF_ALL } from "./_fact_table_io.ts";
import { SIGNED_SHAPE } from "./_signed_table_io.ts";

/**
 * The shape of ledger.db, as the list of steps that led to it. A step is never edited once it was
 * released; the database remembers in `user_version` how many it has taken.
 */
export const LEDGER_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE record (
    collection TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (collection, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE charging_transaction (
    id TEXT PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    charger_id TEXT NOT NULL,
    slot INTEGER NOT NULL,
    token TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER,
    energy_wh REAL NOT NULL,
    value TEXT NOT NULL
  ) STRICT;
  CREATE INDEX transaction_open ON charging_transaction (number) WHERE ended_ms IS NULL;
  CREATE INDEX transaction_ended ON charging_transaction (ended_ms);
  CREATE INDEX transaction_started ON charging_transaction (started_ms);
  CREATE INDEX transaction_charger ON charging_transaction (charger_id, number);
  CREATE INDEX transaction_token ON charging_transaction (token, number);

  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    transaction_id TEXT NOT NULL,
    header TEXT NOT NULL,
    body TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX outbox_transaction ON outbox (transaction_id);

  CREATE TABLE high_water (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  // Of what was written before nobody knows whether it is what was written: it has no sum.
  `
  ALTER TABLE record ADD COLUMN checksum INTEGER;
  ALTER TABLE charging_transaction ADD COLUMN checksum INTEGER;
  `,
  FACT_SHAPE + FACTS_OF_ALL,
  // Sessions are looked for by the place at which they were.
  "CREATE INDEX transaction_slot ON charging_transaction (slot, number);",
  SIGNED_SHAPE,
];
