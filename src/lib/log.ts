/** How loud an event is. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** Facts that go with an event. Secrets never do; the sink hides known secret fields besides. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * A log of events. `event` is a fixed snake_case name ("charger_connected"); what varies goes into
 * the fields, so that events can be counted and searched.
 */
export interface Log {
  (level: LogLevel, event: string, fields?: LogFields): void;
}

/** A log that adds the same fields to every event. */
export function logWith(log: Log, fields: LogFields): Log {
  return (level, event, more) => log(level, event, { ...fields, ...more });
}

/** What an error says, for a log field: its name and message, never its stack. */
export function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
