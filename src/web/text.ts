import type { EvseState, Role } from "../site/mod.ts";
import type { PasswordProblem } from "./sign_in/password_rules.ts";
import type { Bill } from "../transactions/mod.ts";
import { HINDI } from "./text_hi.ts";
import { MARATHI } from "./text_mr.ts";
import type { CircuitView, DemandBy, OutboxRowView, SiteView, TransactionView } from "./views.ts";

/** The English text: the source of what a language must have. */
const ENGLISH = {
  productName: "Sangam",
  productWord: "संगम",
  skipToContent: "Skip to content",
  navigation: "Main",
  navSite: "Site",
  navChargers: "Chargers",
  navSessions: "Sessions",
  navRecords: "Records",
  navTokens: "Cards",
  signedInAs: (name: string, role: string) => `${name}, ${role}`,
  userMenu: "Your account",
  changePassword: "Change password",
  signOut: "Sign out",
  cancel: "Cancel",
  back: "Back",
  yes: "Yes",
  no: "No",
  none: "None",
  unknown: "Unknown",
  justNow: "just now",

  connectionLost: "Connection to the gateway lost. What you see may be old; trying again.",
  scriptOff: "Without JavaScript this page does not update by itself. Reload to see news.",

  // Status line
  cloud: "Cloud",
  cloudOnline: "Cloud connected",
  cloudPending: "Cloud is answering slowly",
  cloudUnreachable: "Cloud unreachable",
  cloudNone: "No cloud",
  recordsWaiting: (count: number) => `${count} waiting`,
  recordsWaitingLong: (count: number) =>
    count === 1 ? "1 record is waiting" : `${count} records are waiting`,
  alarms: (count: number) => count === 1 ? "1 alarm" : `${count} alarms`,
  noAlarms: "No alarms",
  warnings: (count: number) => count === 1 ? "1 warning" : `${count} warnings`,

  // Banners
  offlineSince: (time: string) => `Cloud unreachable since ${time}.`,
  offlineCalm: (records: string) => `Charging goes on; ${records}.`,
  offlineNothingWaits: "Charging goes on; nothing is waiting to be sent.",
  pendingSince: (time: string) => `The cloud has not accepted this site yet (since ${time}).`,
  deadLetters: (count: number) =>
    count === 1
      ? "1 record was refused by the cloud and needs a decision."
      : `${count} records were refused by the cloud and need a decision.`,
  seeRecords: "See records",
  clockUntrusted:
    "The gateway does not know the time. Sessions are marked, and put right when the cloud tells it or the clock is set.",
  openListener:
    "Chargers may connect without a password on this network. Anybody who reaches it can pose as one.",

  // Totals
  totals: "The site now",
  chargingPower: "Charging power",
  charging: "Charging",
  ofEvses: (count: number) => `of ${count}`,
  energyToday: "Energy today",
  chargersConnected: "Chargers connected",

  // Circuits
  circuits: "Circuits",
  grid: "Grid",
  full: "full",
  limitOf: (amps: string) => `of ${amps}`,
  lineLoad: (line: string, load: string, limit: string) => `${line}: ${load} of ${limit}`,
  lineReserved: (line: string, reserved: string, limit: string) =>
    `${line}: ${reserved} reserved of ${limit}`,
  legendLoad: "flowing",
  legendReserved: "reserved for cars",
  legendFree: "free",
  notMeasured: "not measured",
  meterStates: {
    none: "No meter: reserved current counts",
    good: "",
    held: "Meter silent for a moment: last value held",
    substituted: "Meter silent: an assumed load counts",
    lost: "Meter lost: chargers are at their safe minimum",
    doubted: "Meter seems wrong: the worst other load counts",
  } satisfies Record<CircuitView["meterState"], string>,
  noEvses: "No connectors here",

  // EVSEs
  states: {
    available: "Available",
    preparing: "Plugged in",
    charging: "Charging",
    "suspended-by-ev": "Waiting",
    "suspended-by-evse": "Waiting",
    finishing: "Finishing",
    reserved: "Reserved",
    unavailable: "Out of service",
    faulted: "Fault",
    unreachable: "Unreachable",
    unknown: "No report yet",
  } satisfies Record<EvseState, string>,
  stateReasons: {
    available: null,
    preparing: "Waiting for a card or a start",
    charging: null,
    "suspended-by-ev": "The car is not taking power",
    "suspended-by-evse": "The charger has paused",
    finishing: "Unplug the car to free the connector",
    reserved: "Kept for one card",
    unavailable: "Switched off by an operator",
    faulted: "The charger reports a fault",
    unreachable: "The charger is not connected",
    unknown: "Connected, but no status came yet",
  } satisfies Record<EvseState, string | null>,
  connectorTitle: "Connector",
  connector: (slot: number) => `Connector ${slot}`,
  upTo: (amps: string) => `up to ${amps}`,
  allowed: (amps: string) => `${amps} allowed`,
  measuredAge: (age: string) => `measured ${age}`,
  batteryPercent: (percent: string) => `car at ${percent}`,
  card: "Card",

  // Meters
  meters: "Meters",
  drawing: "from grid",
  feeding: "to grid",
  producing: "producing",
  consuming: "drawing",
  meterWaiting: "No reading yet",
  meterFailing: "No usable reading",
  refusedReadings: (count: number) =>
    count === 1 ? "1 impossible reading refused" : `${count} impossible readings refused`,

  // Alarms
  alarmsTitle: "Needs attention",
  severities: { info: "Note", warning: "Warning", alarm: "Alarm" },
  since: (time: string) => `since ${time}`,
  times: (count: number) => `${count} times`,

  // Adoption and the first charger
  waitingTitle: "Chargers at the door",
  knocksHere: "is not known here and asks to be let in.",
  knocks: (count: number, last: string) =>
    count === 1 ? `knocked once, ${last}` : `knocked ${count} times, last ${last}`,
  adopt: "Adopt",
  adoptTitle: (charger: string) => `Adopt ${charger}?`,
  adoptExplained:
    "Do so only if you know this charger. It will be let in at its next attempt, and the password it then shows will be its own from then on.",
  emptyTitle: "No charger yet",
  emptyHint:
    "Enter this address in the charger’s settings as its central system or backend. It ends with a name of your choice for the charger.",
  copy: "Copy",
  copied: "Copied",
  qrOf: (address: string) => `QR code of ${address}`,
  identityPlaceholder: "CHARGER-NAME",
  securityProfiles: {
    0: "No password. For chargers that know nothing else, on a network of their own.",
    1: "With password (security profile 1)",
    2: "With password, encrypted (security profile 2)",
    3: "With certificate, encrypted (security profile 3)",
  },
  noListener:
    "The gateway listens nowhere for chargers. Add one under listen.chargers in site.yaml.",
  refusalsTitle: "Last refused attempts",
  noRefusals: "Nothing has knocked yet. If a charger is set up, check its network and the address.",
  at: "At",
  from: "From",
  name: "Name",
  reason: "Reason",

  // Chargers
  charger: "Charger",
  chargersTitle: "Chargers",
  connected: "Connected",
  notConnected: "Not connected",
  connectedSince: (time: string) => `Connected since ${time}`,
  state: "State",
  model: "Model",
  vendor: "Maker",
  serialNumber: "Serial number",
  firmware: "Firmware",
  protocol: "Protocol",
  address: "Address",
  bootedAt: "Started",
  connectors: "Connectors",
  clockOffset: "Clock",
  clockRight: "right",
  clockAhead: (time: string) => `${time} ahead`,
  clockBehind: (time: string) => `${time} behind`,
  lastFault: "Last fault",
  faultOver: "over",
  about: "About this charger",
  limitsTitle: "How it takes limits",
  limitPath: (slot: number, how: string, unit: string) => `Connector ${slot}: ${how}, in ${unit}.`,
  limitForm: (purpose: string, level: string) => `by ${purpose}, level ${level}`,
  limitByVendor: "in its vendor's own way",
  limitUntried: "no limit taken yet",
  limitPathNone: (slot: number) =>
    `Connector ${slot}: takes no limits, so its maximum is kept free for it.`,
  limitEnds: "A limit ends by itself when the gateway is gone.",
  limitStays: "Nobody has seen a limit end by itself: while it is away its last one stays counted.",
  failSafeIs: {
    schedule: "Its fail-safe current is in force, as it says itself.",
    current: "Its fail-safe current was measured.",
    unverified: "Its fail-safe current was taken, and not seen at work yet.",
    missing: "It has no fail-safe current.",
  },
  limitWrites: (today: number, max: number) => `Written to ${today} times today, of ${max}.`,
  limitWritesSpent:
    "To spare its memory it is raised each quarter of an hour only; reductions go out at once.",
  commandsTitle: "Commands",
  noCommands: "Nothing has been asked of it since the gateway started.",
  messagesTitle: "Last messages",
  noMessages: "No message yet.",
  messageIn: "from charger",
  messageOut: "to charger",

  heldTitle: "Waits to be bound",
  heldExplained: (was: string, is: string, since: string) =>
    `It came back with ${is} instead of ${was} (since ${since}). Nobody can charge here until it is said which connector is which.`,
  shape: (connectors: number, protocol: string) =>
    `${connectors === 1 ? "1 connector" : `${connectors} connectors`}, ${protocol}`,
  rebind: "Take it as it is now",
  rebindTitle: (charger: string) => `Take ${charger} as it is now?`,
  rebindExplained:
    "Connectors that were there keep their numbers, new ones get new numbers, and those that are gone are taken out of use for good. To give a connector another number, use the API.",
  rebindNotYours: "Somebody with the role installer has to do that.",
  formerly: "Before",
  formerStation: (model: string, serial: string, until: string) =>
    `${model}, ${serial}, until ${until}`,

  // Commands
  start: "Start",
  startHint: "Number of the card to charge on",
  cardNumber: "Card number",
  stop: "Stop",
  stopTitle: (slot: number) => `Stop charging at connector ${slot}?`,
  stopExplained: (card: string, energy: string, duration: string) =>
    `The session of card ${card} ends now, after ${energy} in ${duration}. The driver has to start again to go on.`,
  stopNobody: "There is no session there that the gateway knows of.",
  reconnect: "Reconnect",
  reconnectTitle: (slot: number) => `Give connector ${slot} its current back?`,
  reconnectExplained:
    "Its charger drew more than its circuit can bear. The contactor in front of it closes, also for the others behind it. Has somebody looked at the charger?",
  unlock: "Unlock",
  unlockTitle: (slot: number) => `Unlock the cable of connector ${slot}?`,
  unlockExplained: (card: string) =>
    `The plug is let go, and the session of card ${card} ends if it is still running. Anybody standing there can take the cable.`,
  unlockNobody: "The plug is let go. Nobody is charging there.",
  takeOut: "Take out of service",
  takeOutTitle: (slot: number) => `Take connector ${slot} out of service?`,
  takeOutExplained: "Nobody can start there until it is put back. A running session is not ended.",
  putBack: "Put back into service",
  thisOneFirst: "This one first",
  asOthers: "No longer first",
  demandDeparture: "Leaves at",
  demandEnergy: "Wants kWh",
  demandNoWaiting: "No waiting",
  setDemand: "Note",
  demandHint: "Of the whole session. Left empty, what was noted before is taken back.",
  demandLeaves: (time: string) => `leaves ${time}`,
  demandWasToLeave: (time: string) => `was to leave ${time}`,
  demandNeeds: (energy: string) => `needs ${energy}`,
  demandMet: "has what it needs",
  demandUrgent: "may not wait",
  demandBy: {
    vehicle: "says the car",
    token: "usual for this card",
    group: "usual for its group",
    habit: "guess from past sessions",
  } satisfies Record<Exclude<DemandBy, "operator">, string>,
  setLimit: "Limit",
  limitAmps: "Amperes",
  limitMinutes: "Minutes",
  limitHint: "0 pauses charging. It ends by itself.",
  restart: "Restart",
  restartTitle: (charger: string) => `Restart ${charger}?`,
  restartExplained: (sessions: number) =>
    sessions === 0
      ? "Nobody is charging there. It is away for a minute or two."
      : sessions === 1
      ? "One session is running there and will be ended. The charger is away for a minute or two."
      : `${sessions} sessions are running there and will be ended. The charger is away for a minute or two.`,
  restartSoft: "Restart",
  restartHard: "Restart hard",
  restartHardHint: "Hard cuts the power of its controller without ending sessions in order.",
  askStatus: "Ask for status",
  notYourRole: "Commands need the role operator.",

  stepAsked: "Asked",
  stepSent: "Sent",
  stepAccepted: "Accepted",
  stepRefused: "Refused",
  stepFailed: "Not delivered",
  stepUnanswered: "No answer",
  stepSeen: "In effect",
  stepAwaited: "Waiting to see it",
  stepMissed: "Not seen in effect",
  stepUnseeable: "Cannot be seen from here",
  sendingNow: "waiting for the answer",
  missedAdvice: "The charger said yes, but nothing has changed. Look at it, or try again.",
  unansweredAdvice: "Nobody knows whether it arrived. Look at the charger before trying again.",
  askedBy: (name: string, time: string) => `${name}, ${time}`,
  commandNames: {
    start: (slot: number, card: string) => `Start connector ${slot} for card ${card}`,
    stop: (slot: number) => `Stop connector ${slot}`,
    unlock: (slot: number) => `Unlock connector ${slot}`,
    reconnect: (slot: number) => `Give connector ${slot} its current back`,
    takeOut: (slot: number) => `Take connector ${slot} out of service`,
    putBack: (slot: number) => `Put connector ${slot} back into service`,
    limit: (slot: number, amps: string, minutes: number) =>
      `Limit connector ${slot} to ${amps} for ${minutes} min`,
    limitCircuit: (circuit: string | null, amount: string) =>
      `Limit all chargers of ${circuit ?? "the site"} to ${amount} together`,
    circuitSource: (circuit: string, source: string) => `Feed ${circuit} from ${source}`,
    signal: (id: string) => `Hear signal ${id}`,
    liftCircuit: (circuit: string | null) => `Lift the limit of ${circuit ?? "the site"}`,
    first: (slot: number) => `Connector ${slot} first`,
    asOthers: (slot: number) => `Connector ${slot} as others`,
    priority: (slot: number, priority: number) => `Connector ${slot} in class ${priority}`,
    demand: (slot: number) => `What the driver at connector ${slot} wants`,
    reset: (type: "soft" | "hard") => type === "soft" ? "Restart" : "Restart hard",
    trigger: (message: string) => `Ask for ${message}`,
    adopt: "Adopt",
    message: (action: string) => `Say ${action}`,
    configure: (name: string) => `Set ${name}`,
    rebind: "Take it as it is now",
    putToken: (card: string) => `Save card ${card}`,
    deleteToken: (card: string) => `Remove card ${card}`,
    closeSession: "Close the session",
    retryRow: (id: number) => `Send record ${id} again`,
    discardRow: (id: number) => `Discard record ${id}`,
    dismissOrphan: (charger: string) => `Take an end of ${charger} off the list`,
    believeMeter: (meter: string) => `Let meter ${meter} count again`,
  },
  outcomeAccepted: (command: string) => `${command}: done.`,
  outcomeRefused: (command: string, reason: string) => `${command}: refused, ${reason}.`,
  outcomeFailed: (command: string, reason: string) => `${command}: did not work, ${reason}.`,
  outcomeUnanswered: (command: string) => `${command}: no answer.`,

  // Sessions
  sessionsTitle: "Sessions",
  filter: "Filter",
  filterFrom: "From day",
  filterTo: "To day",
  filterAll: "All",
  filterClear: "Clear",
  show: "Show",
  exportCsv: "Download CSV",
  started: "Started",
  ended: "Ended",
  running: "running",
  durationTitle: "Duration",
  energy: "Energy",
  cost: "Cost",
  taxIncluded: (tax: string) => `${tax} tax included`,
  costLines: {
    energy: "Energy",
    chargingTime: "Charging time",
    idleTime: "Idle time",
    fixedFee: "Start fee",
    reservationFixed: "Reservation",
    adjustment: "Least or greatest cost",
  } satisfies Record<Bill["lines"][number]["kind"], string>,
  costRounding: "Rounding",
  costCorrection: (amount: string) => `${amount} by the end that came too late; not billed`,
  endReason: "End",
  authorization: "Let in by",
  upstream: "Cloud",
  upstreams: {
    none: "not meant for it",
    waiting: "waiting",
    partly: "partly there",
    delivered: "delivered",
    "dead-letter": "refused",
  } satisfies Record<TransactionView["upstream"], string>,
  sources: {
    list: "list of cards",
    cache: "remembered",
    csms: "cloud",
    "offline-policy": "offline rule",
    "site-rule": "site rule",
    remote: "remote start",
    "free-vend": "free for all",
    kind: "needs no card",
  } as Readonly<Record<string, string>>,
  flags: "Remarks",
  noSessions: "No session in this time.",
  older: "Older",
  newest: "Newest",
  sessionsCount: (count: number) => count === 1 ? "1 session" : `${count} sessions`,

  // Records
  recordsTitle: "Records for the cloud",
  withCount: (title: string, count: number) => `${title}: ${count}`,
  recordsHint: "Sessions are kept here until the cloud has confirmed them, oldest first.",
  recordsNone: "Everything is delivered.",
  recordsNoCloud: "This site stands alone: nothing has to be sent anywhere.",
  queued: "Waiting",
  dead: "Refused by the cloud",
  deadHint:
    "The cloud has said no to these too often. Send one again after mending the cause, or discard it: then the cloud will never know of it.",
  record: "Record",
  recordKinds: { started: "start", updated: "meter values", ended: "end" } satisfies Record<
    OutboxRowView["kind"],
    string
  >,
  session: "Session",
  created: "From",
  refusals: "Refused",
  lastError: "Last answer",
  retry: "Send again",
  discard: "Discard",
  discardTitle: (id: number) => `Discard record ${id}?`,
  discardExplained: (kind: string, session: string) =>
    `The ${kind} of session ${session} is never sent. The cloud may not bill this session, or bill it wrong. The session itself stays in this gateway.`,
  oldest: (age: string) => `oldest ${age}`,

  // Cards
  tokensTitle: "Cards",
  tokensHint: "Cards that may charge here even when the cloud cannot be asked.",
  noTokens: "No card in the list.",
  status: "Status",
  expires: "Expires",
  never: "never",
  group: "Group",
  origin: "From",
  origins: { csms: "cloud", operator: "this gateway" },
  addToken: "Add a card",
  save: "Save",
  remove: "Remove",
  removeTitle: (card: string) => `Remove card ${card}?`,
  removeExplained: "It is then unknown here. The cloud may add it again.",
  expiresDay: "Valid until, last day (leave empty for always)",
  priority: "Priority",
  priorityHint: "0 to 100, higher goes first (leave empty for as its connector)",
  usually: "Usually",
  usualDeparture: "Usually leaves",
  usualEnergy: "Usually needs kWh",
  groupHint: "Group (optional): cards of one group can stop each other’s sessions",
  tokenStatuses: {
    Accepted: "may charge",
    Blocked: "blocked",
    Expired: "expired",
    Invalid: "invalid",
  } as Readonly<Record<string, string>>,

  // Sign-in
  signInTitle: "Sign in",
  userName: "Name",
  password: "Password",
  signIn: "Sign in",
  signInWrong: "Name or password is wrong.",
  signInThrottled: (wait: string) => `Too many tries. Wait ${wait} and try again.`,
  signInExpired:
    "This one-time password is more than a day old. Restart the gateway: it prints a new one.",
  signInBusy: "Many people are signing in right now. Try again in a moment.",
  signInHint:
    "The first password was shown where the gateway was started. An administrator can reset yours.",
  waitSeconds: (seconds: number) => seconds === 1 ? "1 second" : `${seconds} seconds`,
  waitMinutes: (minutes: number) => minutes === 1 ? "1 minute" : `${minutes} minutes`,
  passwordTitle: "Change password",
  passwordForced: "Choose a password of your own before you go on.",
  oldPassword: "Present password",
  newPassword: "New password",
  newPasswordHint:
    "At least 12 characters. Three or four words that do not belong together are good.",
  repeatPassword: "New password again",
  passwordProblems: {
    "too-short": "The new password has fewer than 12 characters.",
    "too-long": "The new password has more than 128 characters.",
    "too-easy": "The new password is too easy to guess. Choose words that nobody would expect.",
    same: "The new password is the present one.",
    different: "The two new passwords are not the same.",
  } satisfies Record<PasswordProblem | "same" | "different", string>,
  oldPasswordWrong: "The present password is wrong.",
  passwordChanged: "Your password is changed. Your other sessions were signed out.",

  roles: {
    viewer: "viewer",
    operator: "operator",
    installer: "installer",
    admin: "administrator",
  } satisfies Record<Role, string>,

  // Errors
  notFoundTitle: "Not found",
  notFoundHint: "There is nothing at this address. It may have been moved or removed.",
  forbiddenTitle: "Not for your role",
  forbiddenHint: "Your account may not do this. Ask an administrator.",
  formExpiredTitle: "This form is no longer valid",
  formExpiredHint: "It was made for an earlier session, or by another site. Go back and try again.",
  badInputTitle: "That was not understood",
  badInputHint: "Go back and check what you entered.",
  tooBusyTitle: "Too many pages open",
  tooBusyHint: "Close some and try again.",
  tooManyTitle: "Too many requests",
  tooManyHint: "Wait a moment and try again.",
  brokenTitle: "Something went wrong",
  brokenHint: "The gateway goes on charging. Tell whoever looks after it this number:",
  goToSite: "Go to the site page",
};

/** All text of the pages in one language. What is missing in a language does not compile. */
export type Text = Translated<typeof ENGLISH>;

/** The same keys; texts may differ, and so may which of them are there to be said at all. */
type Translated<Source> = {
  readonly [Key in keyof Source]: Source[Key] extends (...given: infer Given) => string
    ? (...given: Given) => string
    : Source[Key] extends string ? string
    : Source[Key] extends string | null ? string | null
    : Translated<Source[Key]>;
};

const CATALOGUES: Readonly<Record<SiteView["language"], Text>> = {
  en: ENGLISH,
  mr: MARATHI,
  hi: HINDI,
};

/** The text of a language. */
export function textOf(language: SiteView["language"]): Text {
  return CATALOGUES[language];
}
