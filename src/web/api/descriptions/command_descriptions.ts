import { JSON_FIELDS } from "../../command_fields.ts";
import { SettingOutcomesSchema } from "../schemas/configuration_schema.ts";
import { CommandAccepted } from "../schemas/command_schema.ts";
import type { ApiDescription, ApiRouteKey, ApiTag } from "./description.ts";

/** A route that does something. */
function command(
  tag: ApiTag,
  summary: string,
  body: ApiDescription["body"],
  more?: string,
): ApiDescription {
  return {
    tag,
    summary,
    ...(more === undefined ? {} : { more }),
    body: body ?? { schema: JSON_FIELDS.nothing, example: {} },
    answer: { json: CommandAccepted, example: { outcome: "accepted", detail: "Accepted" } },
    isCommand: true,
  };
}

/** A command that needs no body. */
function bare(tag: ApiTag, summary: string, more?: string): ApiDescription {
  return command(tag, summary, undefined, more);
}

const circuitLimit = {
  schema: JSON_FIELDS.circuitLimit,
  example: { kW: 4.2, minutes: 120, reason: "order of the grid operator", source: "signal" },
};

const LIMIT_WORDS = "Say `amps` (per line) or `kW` (all lines), null for no limit any more. " +
  "`minutes` or `until` say how long; with neither it holds until it is lifted.";

/** What is said of the routes that do something. */
export const COMMAND_DESCRIPTIONS = {
  "POST /api/v1/evses/:slot/start": command("EVSEs", "Start a session", {
    schema: JSON_FIELDS.start,
    example: { idToken: "04A1B2C3" },
  }),
  "POST /api/v1/evses/:slot/stop": bare("EVSEs", "Stop the running session"),
  "POST /api/v1/evses/:slot/unlock": bare("EVSEs", "Unlock the connector"),
  "POST /api/v1/evses/:slot/reconnect": bare("EVSEs", "Close the contactor that was opened"),
  "POST /api/v1/evses/:slot/availability": command("EVSEs", "Take out of service, or put back", {
    schema: JSON_FIELDS.availability,
    example: { operational: false },
  }),
  "POST /api/v1/evses/:slot/limit": command("EVSEs", "Limit for some time", {
    schema: JSON_FIELDS.limit,
    example: { amps: 10, minutes: 30 },
  }, "0 A pauses it. The site's own limits always hold as well."),
  "POST /api/v1/evses/:slot/priority": command("EVSEs", "Say who goes first", {
    schema: JSON_FIELDS.priority,
    example: { first: true },
  }, "Either `first: true`, or a `class` (null: as others)."),
  "POST /api/v1/evses/:slot/demand": command("EVSEs", "Say what the driver wants", {
    schema: JSON_FIELDS.demand,
    example: { departure: "2026-01-05T17:30:00+05:30", energyKwh: 12 },
  }, "With nothing in it, what was said last is taken back."),
  "POST /api/v1/circuits/:id/source": command("Circuits", "Say what feeds the circuit", {
    schema: JSON_FIELDS.circuitSource,
    example: { source: "genset" },
  }),
  "POST /api/v1/circuits/:id/limit": command(
    "Circuits",
    "Limit the chargers of a circuit together",
    circuitLimit,
    LIMIT_WORDS,
  ),
  "DELETE /api/v1/circuits/:id/limit": {
    ...bare("Circuits", "Lift the limit of a circuit"),
    query: JSON_FIELDS.circuitLimitSource,
  },
  "POST /api/v1/site/limit": command(
    "Site",
    "Limit all chargers together",
    circuitLimit,
    LIMIT_WORDS,
  ),
  "DELETE /api/v1/site/limit": {
    ...bare("Site", "Lift the limit of the site"),
    query: JSON_FIELDS.circuitLimitSource,
  },
  "POST /api/v1/signals/:id": command("Circuits", "Tell what a signal wants", {
    schema: JSON_FIELDS.signal,
    example: { kW: 4.2, until: "2026-01-05T17:30:00+05:30" },
  }, `For signals that \`site.yaml\` gives the driver \`api\`. ${LIMIT_WORDS}`),
  "POST /api/v1/signals/:id/heartbeat": {
    tag: "Circuits",
    summary: "Show that a signal is still there",
    answer: { json: CommandAccepted, example: { outcome: "accepted", detail: "It is heard" } },
  },
  "POST /api/v1/chargers/:id/reset": command("Chargers", "Restart a charger", {
    schema: JSON_FIELDS.reset,
    example: { type: "soft" },
  }, "`soft` waits for what runs, `hard` does not."),
  "POST /api/v1/chargers/:id/trigger": command("Chargers", "Ask a charger for a message", {
    schema: JSON_FIELDS.trigger,
    example: { message: "MeterValues", slot: 1 },
  }),
  "POST /api/v1/chargers/:id/adopt": bare("Chargers", "Adopt a charger that waits"),
  "POST /api/v1/chargers/:id/rebind": command("Chargers", "Bind EVSEs to slots", {
    schema: JSON_FIELDS.rebind,
    example: { slots: { "1": 3, "2": 4 } },
  }, "For a charger that came back with another shape. With no `slots` it is taken as it is."),
  "POST /api/v1/chargers/:id/security": command("Chargers", "Change how a charger proves itself", {
    schema: JSON_FIELDS.security,
    example: { do: "revoke-certificates", reason: "stolen" },
  }),
  "POST /api/v1/chargers/:id/message": {
    ...command(
      "Chargers",
      "Say any OCPP message to a charger",
      {
        schema: JSON_FIELDS.message,
        example: { action: "GetDiagnostics", payload: { location: "ftp://files.example.com/" } },
      },
      "In the charger's own version, held against its schema; the outcome is the charger's answer. " +
        "What would undo the site's limits is refused. A person has to have shown who it is shortly " +
        "before; the audit log has each of them.",
    ),
  },
  "POST /api/v1/chargers/:id/configuration": command(
    "Chargers",
    "Change a setting of a charger",
    {
      schema: JSON_FIELDS.configure,
      example: { key: "BlinkRepeat", value: "3" },
    },
    "By its `key` (1.6), or by its `component` and `variable` (2.x). What would take the charger " +
      "away from the gateway, or undo what the gateway has set, is refused.",
  ),
  "POST /api/v1/configuration": {
    ...command("Chargers", "Change one setting of many chargers", {
      schema: JSON_FIELDS.configureMany,
      example: { chargers: ["CP01", "CP02"], name: "HeartbeatInterval", value: "300" },
    }, "By its key of 1.6 or its Component.Variable: each charger is told in its own version."),
    answer: {
      json: SettingOutcomesSchema,
      example: {
        results: [
          {
            chargerId: "CP01",
            outcome: "accepted",
            detail: "The charger has set HeartbeatInterval",
          },
          { chargerId: "CP02", outcome: "refused", detail: "The charger answered Rejected" },
        ],
      },
    },
  },
  "PUT /api/v1/tokens/:id": command("Tokens", "List a token", {
    schema: JSON_FIELDS.token,
    example: { status: "Accepted", expires: "2026-12-31T18:30:00Z", group: "FLEET" },
  }),
  "POST /api/v1/tokens": command(
    "Tokens",
    "List many tokens from CSV",
    {
      schema: JSON_FIELDS.tokenImport,
      example: { csv: "token,status\r\n04A1B2C3,Accepted\r\n", apply: false },
    },
    "The columns are those of `GET /tokens.csv`; only `token` has to be there. Without `apply` it " +
      "says what would change. With anything wrong nothing is listed, and each error names its line.",
  ),
  "DELETE /api/v1/tokens/:id": bare("Tokens", "Take a token off the list"),
  "POST /api/v1/transactions/:id/close": bare(
    "Sessions",
    "End a session whose charger is gone for good",
  ),
  "POST /api/v1/alerts/test": command("Records", "Send a test alert", {
    schema: JSON_FIELDS.alertRule,
    example: { rule: "office" },
  }, "Once, whatever hour it is. Accepted means that it arrived."),
  "POST /api/v1/faults/:id/acknowledge": bare(
    "Records",
    "Say that a fault has been seen",
    "What has only happened, and does not go on, is over with that.",
  ),
  "POST /api/v1/faults/:id/close": bare(
    "Records",
    "Say that a fault is over",
    "Where it is not, it comes back as a new one.",
  ),
  "POST /api/v1/evses/:slot/rotation-test": bare(
    "EVSEs",
    "Find the lines behind a socket",
    "For some minutes the current of its session is lowered and raised, never above what it has, while " +
      "the meter above it is watched. What comes of it is in the charger's commissioning.",
  ),
  "POST /api/v1/evses/:slot/rotation-test/end": bare(
    "EVSEs",
    "End such a test",
    "It has its former current again at once.",
  ),
  "POST /api/v1/meters/:id/believe": bare("Meters", "A meter that seemed turned is right"),
  "POST /api/v1/orphan-stops/:id/dismiss": bare("Sessions", "Dismiss an end without a session"),
  "POST /api/v1/outbox/:id/retry": bare("Records", "Try a record again"),
  "POST /api/v1/outbox/:id/discard": bare("Records", "Give a record up: the CSMS never hears it"),
} as const satisfies Partial<Record<ApiRouteKey, ApiDescription>>;
