import type {
  CampaignChargerState,
  CampaignReason,
  FirmwareOrder,
  FirmwareStatus,
} from "../../site/mod.ts";
import type { CampaignView, FirmwareOrderView, SiteView, UploadOutcome } from "../views.ts";
import { FIRMWARE_HINDI } from "./firmware_text_hi.ts";
import { FIRMWARE_MARATHI } from "./firmware_text_mr.ts";

/** What the pages say of firmware. */
export interface FirmwareText {
  readonly title: string;
  readonly hint: string;
  readonly noFiles: string;
  // Images
  readonly images: string;
  readonly noImages: string;
  readonly image: string;
  readonly isFor: string;
  readonly forNobody: string;
  readonly size: string;
  readonly kept: string;
  readonly keptFrom: (from: string, time: string) => string;
  readonly signed: string;
  readonly inUse: string;
  readonly remove: string;
  readonly removeTitle: (name: string) => string;
  readonly removeExplained: string;
  readonly sayFor: string;
  readonly downloads: string;
  readonly downloading: (from: string, size: string) => string;
  readonly waitsBecause: (reason: string) => string;
  readonly failedFetch: (from: string, time: string) => string;
  // Upload
  readonly upload: string;
  readonly uploadHint: (size: string) => string;
  readonly file: string;
  readonly vendor: string;
  readonly model: string;
  readonly version: string;
  readonly versionHint: string;
  readonly checksum: string;
  readonly signature: string;
  readonly certificate: string;
  readonly ifGiven: string;
  readonly uploaded: (name: string, digest: string) => string;
  readonly notTaken: Readonly<
    Record<
      | Extract<UploadOutcome, { readonly kind: "refused" }>["why"]
      | "no-file"
      | "busy"
      | "broken-off"
      | "bad-fields",
      string
    >
  >;
  readonly fetch: string;
  readonly fetchHint: string;
  readonly address: string;
  readonly md5: string;
  // Orders
  readonly orders: string;
  readonly noOrders: string;
  readonly charger: string;
  readonly state: string;
  readonly since: string;
  readonly origins: Readonly<Record<FirmwareOrderView["origin"], string>>;
  readonly stages: Readonly<Record<FirmwareOrder["stage"], string>>;
  readonly statuses: Readonly<Record<FirmwareStatus, string>>;
  readonly cancel: string;
  readonly cancelTitle: (charger: string) => string;
  readonly cancelBefore: string;
  readonly cancelTold: string;
  readonly retry: string;
  // One charger
  readonly chargerTitle: (charger: string) => string;
  readonly runs: (version: string) => string;
  readonly runsUnknown: string;
  readonly updateFromImage: string;
  readonly updateFromAddress: string;
  readonly noImageFits: string;
  readonly update: string;
  readonly updateHint: string;
  readonly underWay: string;
  readonly history: string;
  // Campaigns
  readonly campaigns: string;
  readonly noCampaigns: string;
  readonly newCampaign: string;
  readonly campaignHint: string;
  readonly name: string;
  readonly chargers: string;
  readonly noChargerFits: string;
  readonly onlyFirmware: string;
  readonly anyFirmware: string;
  readonly show: string;
  readonly waves: string;
  readonly wavesHint: string;
  readonly perCircuit: string;
  readonly perCircuitHint: string;
  readonly onlyIdle: string;
  readonly from: string;
  readonly to: string;
  readonly windowHint: (zone: string) => string;
  readonly failures: string;
  readonly timeout: string;
  readonly tries: string;
  readonly preview: string;
  readonly previewTitle: string;
  readonly previewed: (chargers: number, waves: string) => string;
  readonly wave: (number: number) => string;
  readonly remarks: Readonly<Record<"had-it" | "away" | "busy" | "taken", string>>;
  readonly begin: string;
  readonly back: string;
  readonly campaignStates: Readonly<Record<CampaignView["state"], string>>;
  readonly chargerStates: Readonly<Record<CampaignChargerState, string>>;
  readonly reasons: Readonly<Record<CampaignReason, string>>;
  readonly triesOf: (tries: number) => string;
  readonly begunBy: (name: string, time: string) => string;
  readonly rules: string;
  readonly ruleAt: (from: string, to: string) => string;
  readonly rulePerCircuit: (count: number) => string;
  readonly ruleFailures: (percent: number) => string;
  readonly ruleTimeout: (minutes: number, tries: number) => string;
  readonly words: Readonly<Record<"pause" | "resume" | "cancel" | "retry", string>>;
  readonly cancelCampaignTitle: (name: string) => string;
  readonly cancelCampaign: string;
  readonly stoppedHint: string;
  // Commands
  readonly commands: {
    readonly update: (charger: string) => string;
    readonly cancelOrder: (number: number) => string;
    readonly retryOrder: (number: number) => string;
    readonly fetch: string;
    readonly describe: string;
    readonly remove: string;
    readonly beginCampaign: (name: string) => string;
    readonly campaign: string;
  };
}

const ENGLISH: FirmwareText = {
  title: "Firmware",
  hint: "Images for chargers, who gets them, and how far they are.",
  noFiles:
    "Chargers get no files from this gateway. site.yaml says how, under files: an address, and http or ftp.",
  images: "Kept images",
  noImages: "No image is kept yet.",
  image: "Image",
  isFor: "For",
  forNobody: "Nobody has said for which model",
  size: "Size",
  kept: "Kept",
  keptFrom: (from, time) => `${from}, ${time}`,
  signed: "signed by its maker",
  inUse: "in use",
  remove: "Remove",
  removeTitle: (name) => `Remove ${name}?`,
  removeExplained: "Chargers that run it are not touched.",
  sayFor: "Say for which model",
  downloads: "On their way here",
  downloading: (from, size) => `From ${from}: ${size}`,
  waitsBecause: (reason) => `waits to try again: ${reason}`,
  failedFetch: (from, time) => `From ${from}, ${time}: not fetched`,
  upload: "Upload an image",
  uploadHint: (size) => `At most ${size}. Vendor and model as the charger says them.`,
  file: "File",
  vendor: "Vendor",
  model: "Model",
  version: "Version",
  versionHint: "Exactly as the charger reports it once it runs it: by that the update is checked.",
  checksum: "Checksum (SHA-256 or MD5)",
  signature: "Signature (base64)",
  certificate: "Certificate of the maker (PEM)",
  ifGiven: "Compared if given",
  uploaded: (name, digest) => `${name} is kept. Its SHA-256: ${digest}`,
  notTaken: {
    "empty": "The file is empty.",
    "too-large": "The file is too large: site.yaml says how large under files.sizeMaxMiB.",
    "no-room": "The disk has no room for it.",
    "checksum": "The file has another checksum. Nothing was kept.",
    "signature": "The maker did not sign this file. Nothing was kept.",
    "certificate": "The certificate of the maker is not valid.",
    "no-file": "No file was chosen.",
    "busy": "Other images are coming in. Try again in a moment.",
    "broken-off": "The upload was broken off. Nothing was kept.",
    "bad-fields":
      "A field is wrong: vendor, model and version are one line each; a signature comes with its certificate.",
  },
  fetch: "Fetch an image",
  fetchHint: "From the hosts that csms.files in site.yaml allows.",
  address: "Address",
  md5: "MD5",
  orders: "Updates of single chargers",
  noOrders: "No charger was given firmware yet.",
  charger: "Charger",
  state: "State",
  since: "Since",
  origins: { csms: "ordered by the CSMS", operator: "ordered here", campaign: "campaign" },
  stages: {
    fetching: "the gateway fetches it",
    waiting: "waits to tell the charger",
    told: "the charger has it in hand",
    over: "over",
  },
  statuses: {
    Idle: "idle",
    Downloading: "downloading",
    Downloaded: "downloaded",
    DownloadFailed: "download failed",
    DownloadPaused: "download paused",
    DownloadScheduled: "download planned",
    InstallRebooting: "restarting to install",
    InstallScheduled: "installation planned",
    Installing: "installing",
    Installed: "installed",
    InstallationFailed: "installation failed",
    InstallVerificationFailed: "check before installation failed",
    InvalidSignature: "signature not valid",
    SignatureVerified: "signature is right",
  },
  cancel: "Cancel",
  cancelTitle: (charger) => `Cancel the update of ${charger}?`,
  cancelBefore: "The charger has not been told yet: it will not be.",
  cancelTold:
    "OCPP has no word that takes an update back. The file is no longer given out; what the charger has fetched already it may still install. A charger of OCPP 2.x lets go of it when it is given another image.",
  retry: "Try again",
  chargerTitle: (charger) => `Firmware of ${charger}`,
  runs: (version) => `It runs ${version}.`,
  runsUnknown: "It has not said what it runs.",
  updateFromImage: "From a kept image",
  updateFromAddress: "From an address",
  noImageFits: "No kept image is for this model.",
  update: "Update",
  updateHint: "The charger restarts, some in the middle of a session. Better when nobody charges.",
  underWay: "Under way",
  history: "Earlier updates",
  campaigns: "Campaigns",
  noCampaigns: "No campaign yet: one brings an image to many chargers, a few at a time.",
  newCampaign: "New campaign",
  campaignHint: "One image for many chargers, in waves: the first ones show whether it is good.",
  name: "Name",
  chargers: "Chargers",
  noChargerFits: "No charger is of the model that this image is for.",
  onlyFirmware: "Only those that run",
  anyFirmware: "any version",
  show: "Show",
  waves: "Sizes of waves",
  wavesHint: "Such as 1, 5: one first, then five, then the rest.",
  perCircuit: "At once on one circuit",
  perCircuitHint: "Empty: any number",
  onlyIdle: "Only while nobody charges at it",
  from: "From",
  to: "Until",
  windowHint: (zone) => `Hours of the day (${zone}); empty: at any time`,
  failures: "Stop at failures (%)",
  timeout: "Minutes for each charger",
  tries: "Tries for each charger",
  preview: "See what would happen",
  previewTitle: "Before it begins",
  previewed: (chargers, waves) =>
    chargers === 1 ? "1 charger." : `${chargers} chargers, in waves of ${waves}.`,
  wave: (number) => `Wave ${number}`,
  remarks: {
    "had-it": "runs it already",
    "away": "not connected now",
    "busy": "charging now",
    "taken": "gets other firmware now",
  },
  begin: "Begin",
  back: "Back",
  campaignStates: {
    running: "running",
    paused: "paused",
    stopped: "stopped: too many failures",
    cancelled: "being cancelled",
    over: "over",
  },
  chargerStates: {
    queued: "waits",
    updating: "under way",
    checking: "installed, version not seen yet",
    done: "done",
    failed: "failed",
    cancelled: "cancelled",
    refused: "refused",
  },
  reasons: {
    "had-it": "it ran it already",
    "wrong-model": "the image is for another model",
    "unknown-charger": "there is no such charger",
    "image-gone": "the image is no longer kept",
    "not-installed": "it was not installed",
    "other-version": "it says that it installed it, but runs another version",
    "timed-out": "it took too long",
    "never-ready": "for a week it was not there or not free",
    "taken-over": "somebody gave it other firmware",
    "cancelled": "cancelled before it began",
    "cancelled-late": "cancelled while under way: it may still install it",
  },
  triesOf: (tries) => tries === 1 ? "1 try" : `${tries} tries`,
  begunBy: (name, time) => `Begun by ${name}, ${time}`,
  rules: "Rules",
  ruleAt: (from, to) => `between ${from} and ${to}`,
  rulePerCircuit: (count) => `at most ${count} at once on one circuit`,
  ruleFailures: (percent) => `stops at ${percent} % failures`,
  ruleTimeout: (minutes, tries) => `${minutes} min each, up to ${tries} tries`,
  words: {
    pause: "Pause",
    resume: "Go on",
    cancel: "Cancel the campaign",
    retry: "Try the failed ones again",
  },
  cancelCampaignTitle: (name) => `Cancel ${name}?`,
  cancelCampaign:
    "Chargers that wait are left as they are. From those under way the file is taken away; what they have fetched they may still install.",
  stoppedHint: "Look at the failures first. Whoever goes on begins with the next chargers.",
  commands: {
    update: (charger) => `Update the firmware of ${charger}`,
    cancelOrder: (number) => `Cancel update ${number}`,
    retryOrder: (number) => `Try update ${number} again`,
    fetch: "Fetch an image",
    describe: "Say for which model the image is",
    remove: "Remove the image",
    beginCampaign: (name) => `Begin campaign ${name}`,
    campaign: "Tell the campaign",
  },
};

const TEXTS: Readonly<Record<SiteView["language"], FirmwareText>> = {
  en: ENGLISH,
  mr: FIRMWARE_MARATHI,
  hi: FIRMWARE_HINDI,
};

/** The words of firmware in a site's language. */
export function firmwareTextOf(language: SiteView["language"]): FirmwareText {
  return TEXTS[language];
}
