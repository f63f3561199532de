import type { Clock } from "../../lib/clock.ts";
import type { Events } from "../../lib/events.ts";
import { errorText, type Log } from "../../lib/log.ts";
import type { Spawner } from "../../lib/spawn.ts";
import type { CommandOutcome, SiteEvents } from "../../site/mod.ts";
import { birthTopic, discoveryMessages } from "./discovery.ts";
import type { MqttLink } from "./mqtt_link.ts";
import { type Order, ORDER_BYTES_MAX, type OrderOutcome, readOrder } from "./orders.ts";
import type { PublishedSite } from "./published_state.ts";
import type { PublishingOptions } from "./publishing_options.ts";
import { ONLINE, type OrderName, stateMessages, topicsOf } from "./topics.ts";

/** However much happens, the state goes out so often at most. */
export const PUBLISH_MS = 1_000;
/** More orders at once are turned away. */
export const ORDERS_MAX = 16;

/** What the publisher works with. */
export interface PublisherPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly link: MqttLink;
  /** How the site is now. */
  readonly site: () => PublishedSite;
  /** Carries an order out. Never rejects for what a charger does. */
  readonly carryOut: (order: Order) => Promise<CommandOutcome>;
}

/** Publishes the state of the site at a broker, and takes orders from there. */
export interface SitePublisher {
  start(): void;
  /** Publishes an alert of a rule, which the broker does not keep; false where that cannot be now. */
  alert(ruleId: string, payload: string): boolean;
  stop(): Promise<void>;
}

/** Creates it. Nothing of the gateway waits for the broker. */
export function createSitePublisher(
  options: PublishingOptions,
  { clock, log, spawn, events, link, site, carryOut }: PublisherPorts,
): SitePublisher {
  const topics = topicsOf(options.prefix);
  /** What the broker has of us, by topic, since the connection stands. */
  let published = new Map<string, string>();
  let isConnected = false;
  let isTroubleTold = false;
  let cancel: (() => void) | null = null;
  let lastMs = Number.NEGATIVE_INFINITY;
  let ordersUnderWay = 0;

  function touch(): void {
    if (!isConnected || cancel !== null) return;
    cancel = clock.after(Math.max(0, lastMs + PUBLISH_MS - clock.monoMs()), () => {
      cancel = null;
      lastMs = clock.monoMs();
      publishChanges();
    });
  }

  function publishChanges(): void {
    try {
      const now = site();
      const wanted = new Map([
        ...discoveryMessages(options, now),
        ...stateMessages(options.prefix, now),
      ]);
      for (const topic of published.keys()) {
        // An empty message takes a kept one off the broker.
        if (!wanted.has(topic) && link.publish(topic, "", true)) published.delete(topic);
      }
      for (const [topic, payload] of wanted) {
        if (published.get(topic) === payload) continue;
        if (!link.publish(topic, payload, true)) return touch();
        published.set(topic, payload);
      }
    } catch (error) {
      log("error", "mqtt_publishing_failed", { error: errorText(error) });
    }
  }

  function tellOutcome(slot: number, outcome: OrderOutcome): void {
    if (isConnected) link.publish(topics.outcome(slot), JSON.stringify(outcome), false);
  }

  function hearOrder(slot: number, name: OrderName, payload: string): void {
    const refuse = (text: string, ref: string | null, advice?: string) =>
      tellOutcome(
        slot,
        outcomeOf(name, ref, {
          kind: "refused",
          reason: text,
          advice: advice ?? "",
        }),
      );
    if (payload.length > ORDER_BYTES_MAX) return refuse("The message is too long", null);
    const reading = readOrder(name, slot, payload, options.startToken);
    if (!reading.ok) return refuse(reading.problem, reading.ref);
    if (ordersUnderWay >= ORDERS_MAX) {
      return refuse("Too many orders are under way", reading.ref, "Try again in a moment");
    }
    ordersUnderWay++;
    spawn("carry out order by MQTT", () => follow(reading.order, reading.ref));
  }

  async function follow(order: Order, ref: string | null): Promise<void> {
    try {
      const outcome = await carryOut(order);
      log("info", "mqtt_order", { order: order.name, slot: order.slot, outcome: outcome.kind });
      tellOutcome(order.slot, outcomeOf(order.name, ref, outcome));
    } finally {
      ordersUnderWay--;
    }
  }

  const listener = {
    connected() {
      isConnected = true;
      isTroubleTold = false;
      // Nobody knows what the broker still has.
      published = new Map();
      log("info", "mqtt_connected", {});
      link.publish(topics.status, ONLINE, true);
      touch();
    },
    disconnected(reason: string) {
      isConnected = false;
      cancel?.();
      cancel = null;
      if (isTroubleTold) return;
      isTroubleTold = true;
      log("warning", "mqtt_disconnected", { reason });
    },
    message(topic: string, payload: string, retained: boolean) {
      const { discoveryPrefix } = options;
      if (discoveryPrefix !== null && topic === birthTopic(discoveryPrefix)) {
        // Home Assistant has started: it may have a broker that keeps nothing.
        if (payload === ONLINE && !retained) published = new Map();
        return touch();
      }
      const order = options.commands ? topics.orderAt(topic) : null;
      // A kept order is from nobody knows when: it would start a session at each connection.
      if (order !== null && !retained) hearOrder(order.slot, order.name, payload);
    },
  };

  let endWatch = () => {};
  return {
    start() {
      const names = ["charger", "evse", "transaction", "measured", "sample"] as const;
      const others = ["meter-health", "circuits", "csms", "fault", "fault-episode"] as const;
      const endings = [...names, ...others].map((name) => events.on(name, touch));
      endWatch = () => endings.forEach((end) => end());
      link.start(listener);
    },
    alert: (ruleId, payload) => isConnected && link.publish(topics.alert(ruleId), payload, false),
    async stop() {
      endWatch();
      isConnected = false;
      cancel?.();
      cancel = null;
      await link.stop();
    },
  };
}

function outcomeOf(
  order: OrderName,
  ref: string | null,
  outcome: CommandOutcome,
): OrderOutcome {
  const named = ref === null ? {} : { ref };
  if (outcome.kind === "accepted") {
    return { order, outcome: "accepted", text: outcome.detail, ...named };
  }
  const { kind, reason, advice } = outcome;
  return { order, outcome: kind, text: reason, ...(advice === "" ? {} : { advice }), ...named };
}
