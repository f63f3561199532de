import type { IdToken } from "../ocpp/mod.ts";

/** What the kind of a token says about how it is treated. */
export interface KindRules {
  /** Somebody has to say that it is good: the list, the cache or the CSMS. */
  readonly isChecked: boolean;
  /** It charges in one place at a time, unless the CSMS allows more. */
  readonly isOnePerson: boolean;
}

const CHECKED: KindRules = { isChecked: true, isOnePerson: true };

/**
 * Kinds that differ from a card's (2.1 appendix 7.1). `Central` does not: 1.6 knows no kinds, and what
 * does not look like a card is read as `Central`; one that was ordered is known by its order.
 */
const KINDS: Readonly<Record<string, KindRules>> = {
  // C02.FR.02: a start button has to be accepted. Its token is empty, and everybody's.
  NoAuthorization: { isChecked: false, isOnePerson: false },
  // C18: the payment terminal has authorized it. One payment is for one session.
  DirectPayment: { isChecked: false, isOnePerson: true },
  // "Needs no checking by CSMS": the charger made it up itself.
  Local: { isChecked: false, isOnePerson: false },
};

/** How a token of this kind is treated. A kind that nobody knows is checked like a card. */
export function kindRules({ type }: Pick<IdToken, "type">): KindRules {
  return Object.hasOwn(KINDS, type) ? KINDS[type] ?? CHECKED : CHECKED;
}

/** Whether answers about the token are kept; none about a start button may be (C02.FR.03). */
export function isRemembered(idToken: Pick<IdToken, "type">): boolean {
  return kindRules(idToken).isChecked;
}
