import type { Mirror } from "../files/mod.ts";
import type { Clock } from "../lib/clock.ts";
import { isoTime } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import {
  type CommandOutcome,
  type FirmwareAction,
  type FirmwareOrder,
  isForModel,
  plainAction,
  type SiteBook,
} from "../site/mod.ts";
import type { CampaignDesk, CampaignWord } from "./campaign_desk.ts";
import type { CampaignObjection } from "./campaign_plan.ts";
import type { FirmwareDesk } from "./firmware_desk.ts";

/** What people have done with firmware. */
export interface FirmwareCommands {
  carryOut(action: FirmwareAction, by: string): Promise<CommandOutcome>;
  /** The newest downloads that people asked for and that failed, newest first. */
  failedFetches(): readonly FailedFetch[];
}

/** A download that came to nothing. */
export interface FailedFetch {
  /** The host that it was to come from. */
  readonly from: string;
  readonly at: string;
  readonly reason: string;
}

export interface FirmwareCommandPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly site: Pick<SiteBook, "charger">;
  readonly mirror: Pick<Mirror, "image" | "obtain" | "describe" | "remove">;
  readonly firmware: Pick<FirmwareDesk, "give" | "giveFrom" | "cancel" | "order" | "openOf">;
  readonly campaigns: Pick<CampaignDesk, "begin" | "tell">;
  /** What speaks against fetching from there; null where nothing does. */
  readonly locationProblem: (location: string) => string | null;
}

const FAILED_MAX = 10;

type Refused = Extract<CommandOutcome, { readonly kind: "refused" }>;

const done = (detail: string): CommandOutcome => ({ kind: "accepted", detail });
const refused = (reason: string, advice: string): Refused => ({ kind: "refused", reason, advice });

/** Creates the commands. */
export function createFirmwareCommands(ports: FirmwareCommandPorts): FirmwareCommands {
  const { clock, log, mirror, firmware, campaigns } = ports;
  const failed: FailedFetch[] = [];

  async function update(chargerId: string, image: string, who: string): Promise<CommandOutcome> {
    const kept = mirror.image(image);
    if (kept === undefined) return refused("there is no such image", "upload it again");
    const problem = freeProblem(chargerId) ?? fitProblem(chargerId, kept.meantFor);
    if (problem !== null) return problem;
    const order = await firmware.give(chargerId, image, { kind: "operator", who });
    return order === null
      ? refused("there is no such image", "upload it again")
      : done(`Order ${order.number}`);
  }

  async function updateFrom(
    { chargerId, location, version }: Extract<FirmwareAction, { readonly do: "update-from" }>,
    who: string,
  ): Promise<CommandOutcome> {
    const problem = freeProblem(chargerId) ?? addressRefusal(location);
    if (problem !== null) return problem;
    const order = await firmware.giveFrom(chargerId, { location, version }, {
      kind: "operator",
      who,
    });
    return done(`Order ${order.number}`);
  }

  function addressRefusal(location: string): Refused | null {
    const problem = ports.locationProblem(location);
    return problem === null ? null : refused(problem, "csms.files in site.yaml says where from");
  }

  function freeProblem(chargerId: string): Refused | null {
    if (ports.site.charger(chargerId) === undefined) {
      return refused("no charger has this identity", "look at the list of chargers");
    }
    const [open] = firmware.openOf(chargerId);
    return open === undefined ? null : refused(
      open.origin.kind === "csms"
        ? "the CSMS has ordered other firmware for it"
        : "it is getting other firmware",
      "wait for its end, or cancel that first",
    );
  }

  function fitProblem(
    chargerId: string,
    meantFor: { readonly vendor: string; readonly model: string } | undefined,
  ): Refused | null {
    if (meantFor === undefined) {
      return refused("nobody has said which model this image is for", "say so on the image first");
    }
    const { vendorName, model } = ports.site.charger(chargerId)?.station?.message ?? {};
    if (vendorName === undefined || model === undefined) {
      return refused("the charger has never said what it is", "let it start once");
    }
    return isForModel(meantFor, { vendor: vendorName, model }) ? null : refused(
      `the image is for ${meantFor.vendor} ${meantFor.model}, the charger is ${vendorName} ${model}`,
      "choose an image for this model",
    );
  }

  async function cancel(number: number, by: string): Promise<CommandOutcome> {
    const order = firmware.order(number);
    if (order === undefined) return refused("there is no such order", "look at the list again");
    if (order.stage === "over") return refused("it is over already", "");
    await firmware.cancel(number, `Called off by ${by}`);
    return done(
      order.stage === "told" ? "What it has fetched it may still install" : "It is called off",
    );
  }

  async function retry(number: number, by: string): Promise<CommandOutcome> {
    const order = firmware.order(number);
    if (order === undefined) return refused("there is no such order", "look at the list again");
    if (order.stage !== "over") return refused("it is not over yet", "cancel it first");
    const again = againOf(order);
    return again === null
      ? refused("the CSMS ordered it", "have the CSMS order it again")
      : await carryOut(again, by);
  }

  function fetchImage(
    action: Extract<FirmwareAction, { readonly do: "fetch" }>,
  ): CommandOutcome {
    const { location, md5, meantFor } = action;
    const problem = addressRefusal(location);
    if (problem !== null) return problem;
    ports.spawn("fetch an image", async () => {
      const obtained = await mirror.obtain({ location, md5, signing: null });
      if (obtained.kind === "here") {
        await mirror.describe(obtained.image.sha256, meantFor);
        return;
      }
      const from = URL.parse(location)?.host ?? "";
      failed.unshift({ from, at: isoTime(clock.wallMs()), reason: obtained.reason });
      failed.length = Math.min(failed.length, FAILED_MAX);
    });
    return done("It is being fetched");
  }

  async function remove(image: string): Promise<CommandOutcome> {
    if (mirror.image(image) === undefined) return refused("there is no such image", "");
    return await mirror.remove(image)
      ? done("It is gone")
      : refused("a charger or a campaign still needs it", "wait for their end, or cancel them");
  }

  async function describe(
    { image, meantFor }: Extract<FirmwareAction, { readonly do: "describe" }>,
  ): Promise<CommandOutcome> {
    return await mirror.describe(image, meantFor)
      ? done("It is noted")
      : refused("there is no such image", "upload it again");
  }

  async function tellCampaign(id: string, word: CampaignWord): Promise<CommandOutcome> {
    const campaign = await campaigns.tell(id, word);
    return campaign === null
      ? refused("there is no such campaign", "look at the list again")
      : done(campaign.state);
  }

  async function carryOut(action: FirmwareAction, by: string): Promise<CommandOutcome> {
    log("info", "operator_firmware", { ...plainAction(action), by });
    switch (action.do) {
      case "update":
        return await update(action.chargerId, action.image, by);
      case "update-from":
        return await updateFrom(action, by);
      case "cancel-order":
        return await cancel(action.number, by);
      case "retry-order":
        return await retry(action.number, by);
      case "fetch":
        return fetchImage(action);
      case "describe":
        return await describe(action);
      case "remove":
        return await remove(action.image);
      case "begin-campaign": {
        const begun = await campaigns.begin(action.wish, by);
        return "kind" in begun ? objectionRefusal(begun) : done(begun.id);
      }
      case "pause-campaign":
        return await tellCampaign(action.id, "pause");
      case "resume-campaign":
        return await tellCampaign(action.id, "resume");
      case "cancel-campaign":
        return await tellCampaign(action.id, "cancel");
      case "retry-campaign":
        return await tellCampaign(action.id, "retry");
    }
  }

  return { carryOut, failedFetches: () => failed };
}

/** The same once more; null for what only the CSMS can order. */
function againOf(
  { chargerId, origin, image, message, version }: FirmwareOrder,
): FirmwareAction | null {
  if (origin.kind === "csms") return null;
  if (image !== null) return { do: "update", chargerId, image };
  return { do: "update-from", chargerId, location: message.firmware.location, version };
}

const OBJECTIONS: Readonly<Record<CampaignObjection["kind"], readonly [string, string]>> = {
  "no-image": ["there is no such image", "upload it again"],
  "no-purpose": ["nobody has said which model this image is for", "say so on the image first"],
  "no-chargers": ["no charger is chosen", "choose at least one"],
  "unknown-charger": ["no charger has this identity", "look at the list of chargers"],
  "unknown-model": ["the charger has never said what it is", "let it start once, or leave it out"],
  "wrong-model": ["the image is not for this model", "leave these chargers out"],
  "other-campaign": ["it is in another campaign that is not over", "cancel that first"],
  "too-many": ["too many campaigns are not over", "let one end first"],
};

/** The same in words. */
export function objectionRefusal({ kind, chargers }: CampaignObjection): Refused {
  const [reason, advice] = OBJECTIONS[kind];
  const named = chargers.slice(0, 10).join(", ");
  return refused(named === "" ? reason : `${reason}: ${named}`, advice);
}
