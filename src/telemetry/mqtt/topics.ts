import type { PublishedSite } from "./published_state.ts";

/** The orders that an EVSE takes from the broker. */
export const ORDER_NAMES = ["start", "stop", "limit"] as const;

/** A name of `ORDER_NAMES`. */
export type OrderName = typeof ORDER_NAMES[number];

/** What the will of the connection says, and what is said while it lives. */
export const ONLINE = "online";
export const OFFLINE = "offline";

/** Our topics, below a prefix. */
export function topicsOf(prefix: string) {
  return {
    status: `${prefix}/status`,
    gateway: `${prefix}/gateway`,
    slot: (slot: number) => `${prefix}/slot/${slot}`,
    circuit: (id: string) => `${prefix}/circuit/${id}`,
    alert: (ruleId: string) => `${prefix}/alert/${ruleId}`,
    meter: (id: string) => `${prefix}/meter/${id}`,
    order: (slot: number, name: OrderName) => `${prefix}/slot/${slot}/${name}`,
    outcome: (slot: number) => `${prefix}/slot/${slot}/outcome`,
    /** What is subscribed to for orders. */
    orders: ORDER_NAMES.map((name) => `${prefix}/slot/+/${name}`),
    /** The slot and the order that a topic means; null for any other topic. */
    orderAt(topic: string): { readonly slot: number; readonly name: OrderName } | null {
      if (!topic.startsWith(`${prefix}/slot/`)) return null;
      const [digits = "", word, ...more] = topic.slice(`${prefix}/slot/`.length).split("/");
      const name = ORDER_NAMES.find((each) => each === word);
      if (!/^\d{1,5}$/.test(digits) || name === undefined || more.length > 0) return null;
      return { slot: Number(digits), name };
    },
  };
}

/** The retained messages that say how the site is, by topic. */
export function stateMessages(prefix: string, site: PublishedSite): ReadonlyMap<string, string> {
  const topics = topicsOf(prefix);
  return new Map([
    [topics.gateway, JSON.stringify(site.gateway)] as const,
    ...site.slots.map((each) => [topics.slot(each.slot), JSON.stringify(each)] as const),
    ...site.circuits.map((each) => [topics.circuit(each.id), JSON.stringify(each)] as const),
    ...site.meters.map((each) => [topics.meter(each.id), JSON.stringify(each)] as const),
  ]);
}
