import {
  type Campaign,
  type CampaignCharger,
  type CampaignReason,
  type FirmwareStatus,
  isCampaignChargerOver,
  isForModel,
} from "../site/mod.ts";

/** What is known of a charger now. */
export interface CampaignFacts {
  readonly isConnected: boolean;
  /** No session runs at it. */
  readonly isIdle: boolean;
  /** The CSMS or a person has given it other firmware, which is not over. */
  readonly isTaken: boolean;
  readonly circuitId: string | null;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly version: string | null;
  /** The order of a campaign's attempt; null: there is none. */
  order(attempt: number): CampaignOrder | null;
}

/** An order as far as a campaign has to do with it. */
export interface CampaignOrder {
  readonly isOver: boolean;
  readonly status: FirmwareStatus | null;
  readonly reason: string | null;
}

/** What a campaign meets. */
export type CampaignEvent =
  /** Time has gone by, or something may have changed. */
  | {
    readonly kind: "look";
    readonly isInWindow: boolean;
    /** The image is still kept. */
    readonly hasImage: boolean;
    /** Null for a charger that nobody knows any more. */
    readonly facts: (chargerId: string) => CampaignFacts | null;
  }
  | { readonly kind: "pause" | "resume" | "cancel" | "retry" };

/** What is to be done for it; each may be asked for again, and is done once. */
export type CampaignEffect =
  | { readonly kind: "give"; readonly chargerId: string; readonly attempt: number }
  | { readonly kind: "cancel-order"; readonly chargerId: string; readonly attempt: number };

export interface CampaignStep {
  readonly campaign: Campaign;
  readonly effects: readonly CampaignEffect[];
}

/** After a failed try. */
const RETRY_WAIT_MS = 5 * 60_000;
/** Some start anew, and take their time, after they have said that they have it. */
export const CHECK_MS = 15 * 60_000;
/** A charger whose turn it is and that never is there, or never free. */
export const READY_MAX_MS = 7 * 86_400_000;
/** A campaign that nobody goes on with. */
export const HELD_MAX_MS = 30 * 86_400_000;

/**
 * The next state of a campaign. What it has begun it finds again by its attempts, so that no restart
 * between a word and its deed loses or doubles one. However events come, each charger's state ends.
 */
export function stepCampaign(
  campaign: Campaign,
  event: CampaignEvent,
  nowMs: number,
): CampaignStep {
  if (event.kind === "look") return look(campaign, event, nowMs);
  return { campaign: told(campaign, event.kind, nowMs), effects: [] };
}

/** What a person wants of it; nothing where that has no meaning now. */
function told(
  campaign: Campaign,
  word: "pause" | "resume" | "cancel" | "retry",
  nowMs: number,
): Campaign {
  const { state, chargers } = campaign;
  const to = (next: Campaign["state"]): Campaign => ({
    ...campaign,
    state: next,
    stateSinceMs: nowMs,
  });
  switch (word) {
    case "pause":
      return state === "running" ? to("paused") : campaign;
    case "resume":
      if (state !== "paused" && state !== "stopped") return campaign;
      return { ...goOn(to("running"), nowMs), forgiven: failuresIn(chargers) };
    case "cancel":
      return state === "over" || state === "cancelled" ? campaign : to("cancelled");
    case "retry":
      return retried(campaign, nowMs);
  }
}

/** Those who wait have not waited while nothing was to happen. */
function goOn(campaign: Campaign, nowMs: number): Campaign {
  const chargers = campaign.chargers.map((each) =>
    each.state === "queued" ? { ...each, sinceMs: nowMs } : each
  );
  return { ...campaign, chargers };
}

function retried(campaign: Campaign, nowMs: number): Campaign {
  if (campaign.state === "cancelled") return campaign;
  const again = (charger: CampaignCharger): CampaignCharger =>
    isCampaignChargerOver(charger) && charger.state !== "done"
      ? {
        ...charger,
        state: "queued",
        tries: 0,
        sinceMs: nowMs,
        notBeforeMs: nowMs,
        reason: null,
        detail: "",
      }
      : charger;
  const chargers = campaign.chargers.map(again);
  if (chargers.every((each, index) => each === campaign.chargers[index])) return campaign;
  const next: Campaign = {
    ...campaign,
    chargers,
    state: "running",
    stateSinceMs: nowMs,
    forgiven: 0,
  };
  return goOn(next, nowMs);
}

type Look = Extract<CampaignEvent, { readonly kind: "look" }>;

function look(campaign: Campaign, event: Look, nowMs: number): CampaignStep {
  if (campaign.state === "over") return { campaign, effects: [] };
  const effects: CampaignEffect[] = [];
  let now = heldTooLong(campaign, nowMs);
  now = {
    ...now,
    chargers: now.chargers.map((each) => followed(now, each, event, nowMs, effects)),
  };
  now = stoppedByFailures(turned(campaign, now, nowMs), nowMs);
  now = turned(campaign, begun(now, event, nowMs, effects), nowMs);
  const left = leftOver(now, event);
  effects.push(...left);
  const isOver = left.length === 0 && now.chargers.every(isCampaignChargerOver);
  if (isOver) now = { ...now, state: "over", stateSinceMs: nowMs };
  return { campaign: isSame(campaign, now) ? campaign : now, effects };
}

/** Orders that nobody waits for any more. A word to end one may get lost, so it is said until it has. */
function leftOver({ chargers }: Campaign, { facts }: Look): readonly CampaignEffect[] {
  return chargers.flatMap(({ chargerId, attempt, state }) => {
    const isLeft = state !== "updating" && facts(chargerId)?.order(attempt)?.isOver === false;
    return isLeft ? [{ kind: "cancel-order", chargerId, attempt } as const] : [];
  });
}

/** Chargers of a wave wait from when its turn comes. */
function turned(before: Campaign, now: Campaign, nowMs: number): Campaign {
  return openWaveOf(now) === openWaveOf(before) ? now : goOn(now, nowMs);
}

/** The first that is not over; Infinity where all are. */
function openWaveOf({ chargers }: Campaign): number {
  return Math.min(
    Infinity,
    ...chargers.filter((each) => !isCampaignChargerOver(each)).map(({ wave }) => wave),
  );
}

function heldTooLong(campaign: Campaign, nowMs: number): Campaign {
  const isHeld = campaign.state === "paused" || campaign.state === "stopped";
  return isHeld && nowMs - campaign.stateSinceMs > HELD_MAX_MS
    ? { ...campaign, state: "cancelled", stateSinceMs: nowMs }
    : campaign;
}

/** What has become of a charger that was begun, or that is not to begin any more. */
function followed(
  campaign: Campaign,
  charger: CampaignCharger,
  { facts }: Look,
  nowMs: number,
  effects: CampaignEffect[],
): CampaignCharger {
  const isCancelled = campaign.state === "cancelled";
  if (charger.state === "queued") {
    return isCancelled ? ended(charger, "cancelled", "cancelled", nowMs) : charger;
  }
  if (isCampaignChargerOver(charger)) return charger;
  const known = facts(charger.chargerId);
  if (known === null) return ended(charger, "failed", "unknown-charger", nowMs);
  const order = known.order(charger.attempt);
  const isInstalled = order?.isOver === true && order.status === "Installed";
  // Where it runs the same as before, only its word says whether it has it.
  const runsIt = known.version === campaign.version &&
    (charger.versionBefore !== campaign.version || isInstalled);
  if (runsIt && (charger.state === "checking" || isInstalled)) {
    return ended(charger, "done", null, nowMs);
  }
  const { chargerId, attempt, sinceMs } = charger;
  const isLate = nowMs - sinceMs > campaign.rules.timeoutMs;
  if (isCancelled) {
    const reason = order === null ? "cancelled" : "cancelled-late";
    return ended(charger, "cancelled", reason, nowMs);
  }
  if (charger.state === "checking") {
    return nowMs - charger.sinceMs > CHECK_MS
      ? tryFailed(campaign, charger, "other-version", known.version ?? "", nowMs)
      : charger;
  }
  if (order === null) {
    // It was meant to begin when the power went out; or somebody else was quicker.
    if (known.isTaken) return tryFailed(campaign, charger, "taken-over", "", nowMs);
    if (isLate) return tryFailed(campaign, charger, "timed-out", "", nowMs);
    effects.push({ kind: "give", chargerId, attempt });
  } else if (order.isOver) {
    if (isInstalled) return { ...charger, state: "checking", sinceMs: nowMs };
    const reason = known.isTaken ? "taken-over" : "not-installed";
    return tryFailed(campaign, charger, reason, order.reason ?? order.status ?? "", nowMs);
  } else if (isLate) {
    return tryFailed(campaign, charger, "timed-out", "", nowMs);
  }
  return charger;
}

function tryFailed(
  { rules }: Campaign,
  charger: CampaignCharger,
  reason: CampaignReason,
  detail: string,
  nowMs: number,
): CampaignCharger {
  if (charger.tries >= rules.triesMax) return ended(charger, "failed", reason, nowMs, detail);
  const notBeforeMs = nowMs + RETRY_WAIT_MS;
  return { ...charger, state: "queued", sinceMs: nowMs, notBeforeMs, reason, detail };
}

function ended(
  charger: CampaignCharger,
  state: CampaignCharger["state"],
  reason: CampaignReason | null,
  nowMs: number,
  detail = "",
): CampaignCharger {
  return { ...charger, state, reason, detail, sinceMs: nowMs };
}

/** Of the chargers that were begun; those that a person has seen fail and went on with count no more. */
function stoppedByFailures(campaign: Campaign, nowMs: number): Campaign {
  const { chargers, rules, forgiven } = campaign;
  if (campaign.state !== "running" || rules.failurePercentMax >= 100) return campaign;
  const failed = failuresIn(chargers) - forgiven;
  const begunCount =
    chargers.filter(({ state, tries }) => tries > 0 && state !== "cancelled").length;
  const isTooMany = failed > 0 && failed * 100 > rules.failurePercentMax * begunCount;
  return isTooMany ? { ...campaign, state: "stopped", stateSinceMs: nowMs } : campaign;
}

function failuresIn(chargers: readonly CampaignCharger[]): number {
  return chargers.filter(({ state, tries }) => state === "failed" && tries > 0).length;
}

/** Lets those begin whose turn it is. */
function begun(
  campaign: Campaign,
  event: Look,
  nowMs: number,
  effects: CampaignEffect[],
): Campaign {
  if (campaign.state !== "running") return campaign;
  const { rules } = campaign;
  const openWave = openWaveOf(campaign);
  const underWay = new Map<string, number>();
  const circuitOf = (chargerId: string) => event.facts(chargerId)?.circuitId ?? "";
  const count = (chargerId: string) => {
    const circuit = circuitOf(chargerId);
    underWay.set(circuit, (underWay.get(circuit) ?? 0) + 1);
  };
  for (const { state, chargerId } of campaign.chargers) {
    if (state === "updating" || state === "checking") count(chargerId);
  }
  const chargers = campaign.chargers.map((charger) => {
    if (charger.state !== "queued" || charger.wave !== openWave) return charger;
    const next = turnOf(campaign, charger, event, nowMs);
    if (next.state !== "updating") return next;
    const isFull = rules.perCircuitMax !== null &&
      (underWay.get(circuitOf(charger.chargerId)) ?? 0) >= rules.perCircuitMax;
    if (isFull) return charger;
    count(charger.chargerId);
    effects.push({ kind: "give", chargerId: charger.chargerId, attempt: next.attempt });
    return next;
  });
  return { ...campaign, chargers };
}

/** What becomes of a charger whose wave it is. */
function turnOf(
  campaign: Campaign,
  charger: CampaignCharger,
  { facts, isInWindow, hasImage }: Look,
  nowMs: number,
): CampaignCharger {
  const known = facts(charger.chargerId);
  if (known === null) return ended(charger, "refused", "unknown-charger", nowMs);
  if (!hasImage) return ended(charger, "refused", "image-gone", nowMs);
  const { vendor, model, version } = known;
  const isSaid = vendor !== null && model !== null;
  if (isSaid && !isForModel(campaign, { vendor, model })) {
    return ended(charger, "refused", "wrong-model", nowMs, `${vendor} ${model}`);
  }
  if (version === campaign.version) return ended(charger, "done", "had-it", nowMs);
  const { onlyIdle } = campaign.rules;
  const isLeft = known.order(charger.attempt)?.isOver === false;
  const isReady = isSaid && known.isConnected && isInWindow && !known.isTaken && !isLeft &&
    (!onlyIdle || known.isIdle) && nowMs >= charger.notBeforeMs;
  if (isReady) {
    return {
      ...charger,
      state: "updating",
      tries: charger.tries + 1,
      attempt: charger.attempt + 1,
      sinceMs: nowMs,
      versionBefore: version,
      reason: null,
      detail: "",
    };
  }
  return nowMs - charger.sinceMs > READY_MAX_MS
    ? ended(charger, "failed", "never-ready", nowMs)
    : charger;
}

function isSame(one: Campaign, other: Campaign): boolean {
  return one.state === other.state && one.forgiven === other.forgiven &&
    one.chargers.every((each, index) => {
      const after = other.chargers[index];
      return after !== undefined && each.state === after.state && each.sinceMs === after.sinceMs &&
        each.attempt === after.attempt && each.reason === after.reason;
    });
}
