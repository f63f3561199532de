import { isoTime } from "../lib/clock.ts";
import { drop, put } from "../lib/write.ts";
import type { IdToken, InsideRequest } from "../ocpp/mod.ts";
import type { LedgerWrite } from "../outbox/mod.ts";
import { sameToken } from "../site/mod.ts";
import {
  energyWh,
  forgetPerson,
  startedAt,
  stoppedAt,
  type Transaction,
  withoutPerson,
} from "../transactions/mod.ts";
import { pieces } from "./pieces.ts";
import type { CommandDesk, Route } from "./route.ts";

/** NotifyCustomerInformation holds so many characters (2.0.1). */
const DATA_LENGTH_MAX = 512;
/** Sessions of one customer that are looked for; nobody has had more. */
const SESSIONS_MAX = 5_000;
const SESSIONS_AT_ONCE = 200;

/**
 * CustomerInformation (N09, N10): what the site knows of a driver, told after the answer, and forgotten
 * where that is wanted, by the chargers too. The local list is the CSMS's to change. Sessions keep their
 * energy, times and cost; those that the CSMS has still to hear of keep their driver until then.
 */
export const customerInformation: Route<"CustomerInformation"> = {
  handling: ["answer", "fan-out"],
  isForOne: true,
  run({ message }, desk) {
    const named = [message.idToken, message.customerIdentifier, message.customerCertificate]
      .filter((each) => each !== undefined);
    // N09.FR.09: just one of the three.
    if (named.length !== 1) return Promise.resolve({ message: { status: "Invalid" } });
    // N09.FR.07.
    if (!message.report && !message.clear) {
      return Promise.resolve({ message: { status: "Rejected" } });
    }
    desk.spawn("customer information", () => tell(message, desk));
    return Promise.resolve({ message: { status: "Accepted" } });
  },
};

async function tell(
  message: InsideRequest<"CustomerInformation">,
  desk: CommandDesk,
): Promise<void> {
  const token = tokenOf(message);
  const known = token === null ? NOTHING : await knownOf(token, desk);
  if (message.clear && token !== null) await forget(token, known, message, desk);
  const text = known.lines.length === 0
    ? "No data found."
    : message.report
    ? known.lines.join("\n")
    : "The data was cleared.";
  const generatedAt = isoTime(desk.clock.wallMs());
  const { requestId } = message;
  for (const { part, seqNo, tbc } of pieces([...text], DATA_LENGTH_MAX)) {
    desk.follow(`customer ${requestId} ${seqNo}`, {
      action: "NotifyCustomerInformation",
      message: { data: part.join(""), seqNo, tbc, generatedAt, requestId },
    });
  }
}

/** A contract's or a card's text; of certificates the site keeps nothing. */
function tokenOf(
  { idToken, customerIdentifier }: InsideRequest<"CustomerInformation">,
): IdToken | null {
  if (idToken !== undefined) return idToken;
  return customerIdentifier === undefined ? null : { idToken: customerIdentifier, type: "Central" };
}

interface Known {
  readonly lines: readonly string[];
  readonly sessions: readonly Transaction[];
}

const NOTHING: Known = { lines: [], sessions: [] };

async function knownOf(idToken: IdToken, desk: CommandDesk): Promise<Known> {
  const sessions = await sessionsOf(idToken, desk);
  const { listed, cached } = desk.tokens.recall(idToken);
  const reserved = [...desk.site.reservations().values()]
    .filter((each) => sameToken(each.idToken, idToken));
  return {
    sessions,
    lines: [
      ...(listed === undefined ? [] : [`Local list: ${listed.info.status}`]),
      ...(cached === undefined
        ? []
        : [`Authorization cache: ${cached.info.status}, used ${isoTime(cached.usedAtMs)}`]),
      ...reserved.map(({ id, slot, expiresAtMs }) =>
        `Reservation ${id}: EVSE ${slot ?? "any"} until ${isoTime(expiresAtMs)}`
      ),
      ...sessions.map((session) =>
        `Session ${session.id}: EVSE ${session.slot}, ${startedAt(session)} to ` +
        `${stoppedAt(session) ?? "now"}, ${Math.round(energyWh(session))} Wh`
      ),
    ],
  };
}

async function sessionsOf(
  { idToken: token }: IdToken,
  { store, transactions }: CommandDesk,
): Promise<readonly Transaction[]> {
  const found: Transaction[] = [];
  while (found.length < SESSIONS_MAX) {
    const last = found.at(-1);
    const page = await store.transactions({
      token,
      limit: SESSIONS_AT_ONCE,
      ...(last === undefined ? {} : { beforeNumber: last.number }),
    });
    found.push(...page);
    if (page.length < SESSIONS_AT_ONCE) break;
  }
  const { transactions: held } = transactions.state();
  return found.map((each) => held.get(each.id) ?? each);
}

async function forget(
  idToken: IdToken,
  { sessions }: Known,
  { requestId }: InsideRequest<"CustomerInformation">,
  desk: CommandDesk,
): Promise<void> {
  const { transactions, outbox, chargers, site } = desk;
  const over = sessions.filter(({ id, stop }) => stop !== null && !outbox.holds(id));
  const writes = over.flatMap((session): LedgerWrite[] => {
    transactions.apply(forgetPerson(transactions.state(), session.id));
    return [
      put("transactions", session.id, withoutPerson(session)),
      drop("signed-readings", session.id),
    ];
  });
  await desk.journal.commit([...desk.tokens.forget(idToken), ...writes]);
  for (const { id } of over) desk.events.emit("transaction", { transactionId: id });
  for (const chargerId of chargers.connected()) {
    if ((site.charger(chargerId)?.version ?? "ocpp1.6") === "ocpp1.6") continue;
    desk.spawn("clear customer", () =>
      chargers.call(chargerId, {
        action: "CustomerInformation",
        message: { requestId, report: false, clear: true, idToken },
      }));
  }
}
