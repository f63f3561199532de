import type { ConfigurationReading } from "../site/mod.ts";
import type { WebPorts } from "./ports.ts";

/** What is known of a charger's settings. */
export type KnownSettings =
  | { readonly kind: "never" }
  | { readonly kind: "asking" }
  | { readonly kind: "told"; readonly atMs: number; readonly reading: ConfigurationReading };

/** Asks chargers for their settings and remembers what the last ones told, for the pages. */
export interface ConfigurationDesk {
  of(chargerId: string): KnownSettings;
  /** Resolves when it has told them, or has not. A charger that is being asked is not asked twice. */
  read(chargerId: string): Promise<void>;
}

/** A 2.x charger may tell a thousand variables: those of a few chargers are kept. */
const KEPT_MAX = 8;

/** Nothing is known yet; `onChange` hears when a charger has told. */
export function createConfigurationDesk(
  { commands, clock }: Pick<WebPorts, "commands" | "clock">,
  onChange: () => void,
): ConfigurationDesk {
  const told = new Map<string, KnownSettings & { kind: "told" }>();
  const asking = new Map<string, Promise<void>>();

  async function ask(chargerId: string): Promise<void> {
    try {
      const reading = await commands.readConfiguration(chargerId, []);
      told.delete(chargerId);
      told.set(chargerId, { kind: "told", atMs: clock.wallMs(), reading });
      const [oldest] = told.keys();
      if (told.size > KEPT_MAX && oldest !== undefined) told.delete(oldest);
    } finally {
      asking.delete(chargerId);
      onChange();
    }
  }

  return {
    of: (chargerId) =>
      asking.has(chargerId) ? { kind: "asking" } : told.get(chargerId) ?? { kind: "never" },
    read(chargerId) {
      const going = asking.get(chargerId) ?? Promise.resolve().then(() => ask(chargerId));
      asking.set(chargerId, going);
      onChange();
      return going;
    },
  };
}
