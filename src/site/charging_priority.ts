/**
 * Classes of priority: whole numbers, higher goes first. site.yaml, operators and the site's own list
 * use 0 to 100; this is where nobody says anything.
 */
export const NORMAL_CLASS = 5;
/** The highest class that is given to places, tokens and groups. */
export const CLASS_MAX = 100;
/** The class of an operator's "this one first": before all of these, under every strategy. */
export const FIRST_CLASS = 1_000;

/** What everybody says about the priority of one session; null where nobody does. */
export interface PriorityWords {
  /** An operator, for this session or for some time. */
  readonly operator: number | null;
  /** The site's own list, about the token. */
  readonly token: number | null;
  /**
   * The CSMS about the token: `chargingPriority` of 2.x, -9 to 9. Its 0 is the default that says
   * nothing. 1.6 has no such field.
   */
  readonly csms: number | null;
  /** The site's own list, about the token's group. */
  readonly group: number | null;
  /** The place of the EVSE. */
  readonly evse: number;
}

/** A class, and who has said so. */
export interface PriorityClass {
  readonly class: number;
  readonly by: keyof PriorityWords;
}

/**
 * The class of a session: operator > token > CSMS about the token > group > EVSE. Who knows the case
 * best counts alone; classes never add up, so that an operator can tell what one press of a button
 * does. What the CSMS says counts from the normal class: +3 is class 8.
 */
export function priorityOf(words: PriorityWords): PriorityClass {
  const { operator, token, csms, group, evse } = words;
  if (operator !== null) return { class: operator, by: "operator" };
  if (token !== null) return { class: token, by: "token" };
  const fromCsms = classOfCsms(csms);
  if (fromCsms !== null) return { class: fromCsms, by: "csms" };
  if (group !== null) return { class: group, by: "group" };
  return { class: evse, by: "evse" };
}

const CSMS_PRIORITY_MAX = 9;

/** Null for 0 and for what is no number; what is out of range (2.1 §2: -9 to 9) counts as its end. */
function classOfCsms(priority: number | null): number | null {
  if (priority === null || !Number.isFinite(priority)) return null;
  const bounded = Math.min(CSMS_PRIORITY_MAX, Math.max(-CSMS_PRIORITY_MAX, Math.trunc(priority)));
  return bounded === 0 ? null : NORMAL_CLASS + bounded;
}
