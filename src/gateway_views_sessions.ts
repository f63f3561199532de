import { reasonView } from "./gateway_reasons.ts";
import type { ViewPorts } from "./gateway_view_ports.ts";
import { isoTime } from "./lib/clock.ts";
import type { IdToken } from "./ocpp/mod.ts";
import { auditedToken } from "./site/mod.ts";
import {
  correctionCost,
  correctionWh,
  costOf,
  energyWh,
  evidenceTotal,
  remarksOn,
  startedAt,
  stoppedAt,
  type Transaction,
} from "./transactions/mod.ts";
import type { TransactionView, WebViews } from "./web/mod.ts";

/** By so much a clock may have been put right in the middle of a session and its record be found. */
const CLOCK_SLACK_MS = 3_600_000;
const LIMIT_CHANGES_MAX = 5_000;

/** Sessions and what was decided about them, as the pages and the API show them. */
export interface SessionViews
  extends Pick<WebViews, "transactions" | "transaction" | "limits" | "decisions"> {
  readonly viewOf: (transaction: Transaction) => TransactionView;
}

/** Draws the sessions. Those in memory win: the disk may not have the newest reading. */
export function createSessionViews(ports: ViewPorts): SessionViews {
  const { clock, transactions } = ports;

  function transactionView(transaction: Transaction): TransactionView {
    const evidence = evidenceTotal(transaction);
    const { stop } = transaction;
    return {
      id: transaction.id,
      number: transaction.number,
      chargerId: transaction.chargerId,
      slot: transaction.slot,
      token: transaction.idToken.idToken,
      startedAt: startedAt(transaction),
      stoppedAt: stoppedAt(transaction),
      energyWh: energyWh(transaction),
      stopReason: stop === null ? null : stop.reason ?? "Local",
      authorizationSource: transaction.authorization.source,
      authorizationReason: transaction.authorization.reason,
      authorizationStatus: transaction.authorization.info.status,
      upstream: upstreamState(transaction),
      flags: transaction.flags,
      remarks: remarksOn(transaction),
      evidenceWh: evidence?.energyWh ?? null,
      evidenceBy: evidence?.by ?? null,
      correctionWh: correctionWh(transaction),
      correctionCost: correctionCost(transaction),
      signedReadings: transaction.signedReadings ?? 0,
      cost: costOf(transaction, ports.pricing),
    };
  }

  function upstreamState(transaction: Transaction): TransactionView["upstream"] {
    if (ports.csms === null) return "none";
    const rows = ports.outbox.state().lanes.get(transaction.id)?.rows ?? [];
    if (rows.some(({ dead }) => dead)) return "dead-letter";
    if (rows.length === 0) return "delivered";
    return rows.some(({ kind }) => kind === "started") ? "waiting" : "partly";
  }

  async function sessionOf(id: string): Promise<Transaction | undefined> {
    const held = transactions.state().transactions.get(id);
    if (held !== undefined) return held;
    const [found] = await ports.store.transactions({ id, limit: 1 });
    return found;
  }

  return {
    viewOf: transactionView,
    async transactions({ from, to, charger, token, slot, state, limit, before }) {
      const found = await ports.store.transactions({
        limit,
        ...(from === undefined ? {} : { fromMs: Date.parse(from) }),
        ...(to === undefined ? {} : { toMs: Date.parse(to) }),
        ...(charger === undefined ? {} : { chargerId: charger }),
        // Who asks may have it from the CSMS.
        ...(token === undefined ? {} : { token: ports.aliases.read(centralToken(token)).idToken }),
        ...(slot === undefined ? {} : { slot }),
        ...(state === undefined ? {} : { isOpen: state === "running" }),
        ...(before === undefined ? {} : { beforeNumber: before }),
      });
      // Of one that is in memory the disk may not have the newest reading.
      const { transactions: held } = transactions.state();
      return found.map((each) => transactionView(held.get(each.id) ?? each));
    },
    async transaction(id) {
      const found = await sessionOf(id);
      return found === undefined ? undefined : transactionView(found);
    },
    async limits(id) {
      const found = await sessionOf(id);
      if (found === undefined) return undefined;
      const changes = await ports.telemetry.limits({
        transactionId: id,
        fromMs: found.startHeardAtMs - CLOCK_SLACK_MS,
        toMs: (found.stop?.heardAtMs ?? clock.wallMs()) + CLOCK_SLACK_MS,
        limit: LIMIT_CHANGES_MAX,
      });
      return changes.map(({ atWallMs, limitAmps, reason }) => ({
        at: isoTime(atWallMs),
        limitAmps,
        why: reasonView(reason, ports),
      }));
    },
    async decisions({ from, to, charger, token, limit }) {
      const found = await ports.telemetry.decisions({
        limit,
        ...(from === undefined ? {} : { fromMs: Date.parse(from) }),
        ...(to === undefined ? {} : { toMs: Date.parse(to) }),
        ...(charger === undefined ? {} : { chargerId: charger }),
        ...(token === undefined
          ? {}
          : { token: auditedToken(ports.aliases.read(centralToken(token))) }),
      });
      return found.map(({ atWallMs, ...decision }) => ({ at: isoTime(atWallMs), ...decision }));
    },
  };
}

function centralToken(idToken: string): IdToken {
  return { idToken, type: "Central" };
}
