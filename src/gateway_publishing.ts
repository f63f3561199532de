import { errorText } from "./lib/log.ts";
import { TIMED_OUT, within } from "./lib/clock.ts";
import type { AuditNote, CommandOutcome } from "./site/mod.ts";
import {
  createSitePublisher,
  type MqttLink,
  type Order,
  type PublishedSite,
  type PublishingOptions,
  type SitePublisher,
} from "./telemetry/mod.ts";
import type { EvseView, WebPorts } from "./web/mod.ts";

/** Who gives an order by MQTT, in the log: a broker does not say who its clients are. */
const WHO = "mqtt";
/** No charger takes longer than this to answer one that is still of use. */
const ANSWER_LIMIT_MS = 60_000;

/** Publishes the site at a broker, and has orders carried out like those of the API. */
export function publishSite(
  options: PublishingOptions,
  link: MqttLink,
  web: Omit<WebPorts, "answered">,
  version: string,
): SitePublisher {
  const from = new URL(options.url).host;
  return createSitePublisher(options, {
    ...web,
    link,
    site: () => publishedSite(web, version),
    carryOut: async (order) => {
      const outcome = await outcomeOf(web, order);
      await note(web, order, outcome, from);
      return outcome;
    },
  });
}

async function outcomeOf(
  { views, commands, clock, log }: Pick<WebPorts, "views" | "commands" | "clock" | "log">,
  order: Order,
): Promise<CommandOutcome> {
  if (views.evse(order.slot) === undefined) {
    return { kind: "refused", reason: "No EVSE has this slot", advice: "See the published slots" };
  }
  try {
    const outcome = await within(clock, ANSWER_LIMIT_MS, issue(commands, order));
    if (outcome !== TIMED_OUT) return outcome;
    const advice = "Look at the charger before trying again";
    return { kind: "failed", reason: "No answer came in time", advice };
  } catch (error) {
    log("error", "command_broken", { command: order.name, error: errorText(error) });
    return { kind: "failed", reason: "The gateway made a mistake", advice: "See its log" };
  }
}

function issue(commands: WebPorts["commands"], order: Order): Promise<CommandOutcome> {
  switch (order.name) {
    case "start":
      return commands.start(order.slot, order.idToken, WHO);
    case "stop":
      return commands.stop(order.slot, WHO);
    case "limit":
      return commands.limit(order.slot, order.amps, order.minutes, WHO);
  }
}

/** The log of who did what. It never keeps anybody from stopping a charger. */
async function note(
  { audit, clock, log }: Pick<WebPorts, "audit" | "clock" | "log">,
  order: Order,
  outcome: CommandOutcome,
  from: string,
): Promise<void> {
  const said = outcome.kind === "accepted" ? outcome.detail : outcome.reason;
  const asked = order.name === "limit" ? `${order.amps} A for ${order.minutes} min: ` : "";
  const entry: AuditNote = {
    atWallMs: clock.wallMs(),
    who: WHO,
    way: "mqtt",
    from,
    what: `command ${order.name}`,
    about: `slot ${order.slot}`,
    outcome: outcome.kind === "accepted" ? "done" : outcome.kind,
    detail: asked + said,
  };
  try {
    await audit.append(entry);
  } catch (error) {
    log("error", "audit_not_written", { error: errorText(error) });
  }
}

function publishedSite({ views }: Pick<WebPorts, "views">, version: string): PublishedSite {
  const { name, clock, csms, totals, alarms, warnings } = views.site();
  const { configured, connected, online, protocol, outbox } = csms;
  const live = new Set(views.chargers().filter((each) => each.connected).map(({ id }) => id));
  return {
    gateway: {
      name,
      version,
      clock,
      csms: { configured, connected, online, protocol },
      outbox: {
        rows: outbox.rows,
        oldestSeconds: Math.round(outbox.oldestSeconds),
        deadLetters: outbox.deadLetters,
      },
      ...totals,
      alarms,
      warnings,
      faults: publishedFaults(views),
    },
    slots: views.evses().map((evse) => slotState(evse, live.has(evse.chargerId))),
    circuits: views.circuits().map(
      ({ id, limitAmps, loadAmps, reservedAmps, headroomAmps, meterState, source }) => ({
        id,
        limitAmps,
        loadAmps,
        reservedAmps,
        headroomAmps,
        meterState,
        source,
      }),
    ),
    meters: views.meters().map((meter) => ({
      id: meter.id,
      role: meter.role,
      health: meter.health,
      trouble: meter.trouble,
      powerW: meter.totalPowerW,
      currentsAmps: meter.currentsAmps,
      voltagesV: meter.voltagesV,
      importWh: meter.importWh,
      exportWh: meter.exportWh,
    })),
  };
}

/** More than this no dashboard shows, and each change is sent whole. */
const FAULTS_MAX = 30;
const RANKS = { alarm: 0, warning: 1, info: 2 } as const;

function publishedFaults(
  views: WebPorts["views"],
): PublishedSite["gateway"]["faults"] {
  return views.faults("standing").toSorted((a, b) => RANKS[a.severity] - RANKS[b.severity])
    .slice(0, FAULTS_MAX)
    .map(({ id, code, severity, subject, since, acknowledged }) => ({
      id,
      code,
      severity,
      subject,
      since,
      acknowledged: acknowledged !== null,
    }));
}

function slotState(evse: EvseView, connected: boolean): PublishedSite["slots"][number] {
  const { slot, chargerId, state, operative, reason, offeredAmps, maxCurrentAmps } = evse;
  const { measuredAmps, powerW, energyWh, socPercent, transaction } = evse;
  return {
    slot,
    chargerId,
    state,
    connected,
    operative,
    inSession: transaction !== null,
    reason,
    offeredAmps,
    maxAmps: maxCurrentAmps,
    measuredAmps,
    powerW,
    energyWh,
    socPercent,
  };
}
