import { preferencesView } from "./gateway_demands_views.ts";
import type { ViewPorts } from "./gateway_view_ports.ts";
import { isoTime } from "./lib/clock.ts";
import type { TokenUsageView, TokenView, WebViews } from "./web/mod.ts";

const YEAR_MS = 365 * 86_400_000;
/** Adding up a year of a large site takes a moment; nobody needs it fresher. */
const FRESH_MS = 60_000;

/** Tokens of the site, as the pages and the API show them. */
export function createTokenViews(
  { clock, tokens, store }: Pick<ViewPorts, "clock" | "tokens" | "store">,
): Pick<WebViews, "tokens" | "tokenUsage" | "cachedTokens"> {
  let known: { readonly atMs: number; readonly usage: Promise<TokenUsageView[]> } | null = null;

  async function readUsage(): Promise<TokenUsageView[]> {
    const nowMs = clock.wallMs();
    const sums = await store.factSums({ fromMs: nowMs - YEAR_MS, toMs: nowMs + 1 }, "token");
    const usage = new Map<string, TokenUsageView>();
    // One card has a sum for each of its groups and currencies.
    for (const { key, sessions, energyWh, lastStartedMs } of sums) {
      const before = usage.get(key);
      const last = isoTime(lastStartedMs);
      usage.set(key, {
        token: key,
        sessions: (before?.sessions ?? 0) + sessions,
        energyWh: (before?.energyWh ?? 0) + energyWh,
        lastUsedAt: before === undefined || before.lastUsedAt < last ? last : before.lastUsedAt,
      });
    }
    return [...usage.values()];
  }

  return {
    tokens: () => [...tokens.list().tokens.values()].map(tokenView),
    cachedTokens: () => tokens.cacheSize(),
    async tokenUsage() {
      const nowMs = clock.monoMs();
      if (known === null || nowMs - known.atMs >= FRESH_MS) {
        known = { atMs: nowMs, usage: readUsage() };
        // What could not be read is tried again by whoever asks next.
        known.usage.catch(() => void (known = null));
      }
      const listed = new Set(
        [...tokens.list().tokens.values()].map(({ idToken }) => idToken.idToken),
      );
      return (await known.usage).filter(({ token }) => listed.has(token));
    },
  };
}

function tokenView(
  { idToken, info, origin, preferences }:
    & ReturnType<
      ReturnType<ViewPorts["tokens"]["list"]>["tokens"]["get"]
    >
    & object,
): TokenView {
  return {
    token: idToken.idToken,
    type: idToken.type,
    status: info.status,
    expires: info.cacheExpiryDateTime ?? null,
    group: info.groupIdToken?.idToken ?? null,
    origin,
    ...preferencesView(preferences),
  };
}
