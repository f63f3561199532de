import type { NoteKey, ReportName } from "../reports/mod.ts";
import type { ReportSpan } from "./report_query.ts";
import { HINDI } from "./report_text_hi.ts";
import { MARATHI } from "./report_text_mr.ts";
import type { SiteView } from "./views.ts";

/** What the pages of reports say. Columns, tables and values by their names in `reports/`. */
export interface ReportText {
  readonly title: string;
  readonly reports: Readonly<Record<ReportName, string>>;
  readonly hints: Readonly<Record<ReportName, string>>;
  readonly spans: Readonly<Record<ReportSpan, string>>;
  readonly reportsLabel: string;
  readonly spansLabel: string;
  readonly before: string;
  readonly after: string;
  readonly date: string;
  readonly from: string;
  readonly to: string;
  readonly go: string;
  readonly download: string;
  readonly print: string;
  readonly table: string;
  readonly nothing: string;
  /** A cell of which there is no name: no group, no cause. */
  readonly none: string;
  readonly rest: string;
  readonly shownOnly: (shown: string) => string;
  readonly madeAt: (moment: string) => string;
  readonly chart: (title: string, values: string) => string;
  readonly least: string;
  readonly most: string;
  readonly schedules: string;
  readonly noSchedules: string;
  readonly ways: Readonly<Record<"folder" | "email", string>>;
  readonly notYet: string;
  readonly sentTo: (day: string) => string;
  readonly notSent: (error: string) => string;
  readonly noPrinting: string;
  readonly tables: Readonly<Record<string, string>>;
  readonly columns: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, string>>;
  readonly notes: Readonly<Record<NoteKey, (...values: readonly string[]) => string>>;
}

const ENGLISH: ReportText = {
  title: "Reports",
  reports: {
    sessions: "Sessions",
    energy: "Energy",
    utilisation: "Utilisation",
    availability: "Availability",
    faults: "Faults",
    load: "Load and peaks",
    revenue: "Revenue",
    carbon: "CO₂",
    service: "Service and placement",
  },
  hints: {
    sessions: "Every charging session with its cost, tariff and whatever is odd about it.",
    energy: "What was charged, by day, month, connector, card and group; what meters counted.",
    utilisation: "How connectors are used: occupied against charging, by the hours of the week.",
    availability: "How much of the time each connector could be used, and what kept it from it.",
    faults: "What was wrong, how often and how long.",
    load: "Demand of each circuit by quarters of an hour, its peaks, and where the limit was felt.",
    revenue: "What sessions were billed, by tariff, month and group; and what was not billed.",
    carbon: "The CO₂ of the energy charged, by the factor of the grid.",
    service:
      "How long drivers waited, who was turned away, where the next charger would earn most.",
  },
  spans: {
    today: "Day",
    week: "Week",
    month: "Month",
    quarter: "Quarter",
    year: "Year",
    any: "Any",
  },
  reportsLabel: "Report",
  spansLabel: "Period",
  before: "Earlier",
  after: "Later",
  date: "Date",
  from: "From",
  to: "To, this day included",
  go: "Show",
  download: "Take along",
  print: "Print",
  table: "In figures",
  nothing: "Nothing is known of this time.",
  none: "none",
  rest: "all others",
  shownOnly: (shown) => `The first ${shown} rows; the files hold all.`,
  madeAt: (moment) => `Made on ${moment}`,
  chart: (title, values) => `${title}: ${values}`,
  least: "least",
  most: "most",
  schedules: "Sent by itself",
  noSchedules: "No report is sent by itself. site.yaml names them under reports.schedules.",
  ways: { folder: "to a folder", email: "by e-mail" },
  notYet: "not sent yet",
  sentTo: (day) => `sent up to ${day}`,
  notSent: (error) => `not sent: ${error}`,
  noPrinting:
    "To have PDF files made here, name a Chromium in site.yaml under reports.printing; your " +
    "browser prints this page as well.",
  tables: {
    sessions: "Sessions",
    days: "Day by day",
    months: "Month by month",
    connectors: "By connector",
    tokens: "By card",
    groups: "By group",
    meters: "By meter",
    week: "Hours of the week",
    connectorWeek: "Hours of the week, by connector",
    causes: "What kept connectors out of use",
    kinds: "By kind",
    faults: "One by one",
    circuits: "By circuit",
    peaks: "Highest quarters of an hour",
    quarters: "Every quarter of an hour",
    tariffs: "By tariff",
    billing: "Billed and not billed",
    placement: "Where the next charger would earn most",
    waits: "Waiting for current",
    turnedAway: "Turned away",
  },
  columns: {
    id: "Session",
    startedAt: "Started",
    stoppedAt: "Ended",
    charger: "Charger",
    slot: "Connector",
    token: "Card",
    group: "Group",
    energyKwh: "Energy, kWh",
    total: "Total",
    tax: "Tax",
    exclTax: "Without tax",
    currency: "Currency",
    tariff: "Tariff",
    authorizedBy: "Allowed by",
    stopReason: "Ended because",
    marks: "Marks",
    remarks: "Remarks",
    date: "Time",
    sessions: "Sessions",
    hours: "Hours",
    meter: "Meter",
    role: "Measures",
    importKwh: "Drawn, kWh",
    exportKwh: "Fed in, kWh",
    readShare: "Read",
    occupiedShare: "Occupied",
    chargingShare: "Charging",
    waitingShare: "Waiting for current",
    idleShare: "Occupied, not charging",
    reservedShare: "Reserved",
    downShare: "Out of use",
    freeShare: "Free",
    watchedHours: "Observed, h",
    weekday: "Day",
    hour: "Hour",
    availableShare: "Usable",
    downHours: "Out of use, h",
    faultedHours: "Faulted, h",
    unreachableHours: "Unreachable, h",
    unavailableHours: "Out of service, h",
    outages: "Outages",
    failures: "Failures",
    hoursBetweenFailures: "Between failures, h",
    hoursToRepair: "To repair, h",
    state: "State",
    cause: "Cause",
    times: "Times",
    kind: "Kind",
    severity: "Severity",
    lastAt: "Last",
    raisedAt: "Raised",
    endedAt: "Over",
    subject: "About",
    circuit: "Circuit",
    at: "Quarter of an hour",
    peakKva: "Peak, kVA",
    peakKw: "Peak, kW",
    peakAt: "Peak at",
    meanKva: "Mean, kVA",
    maxKva: "Most, kVA",
    meanKw: "Mean, kW",
    limitAmps: "Limit, A",
    limitedHours: "At the limit, h",
    limitedShare: "At the limit",
    limitedQuarters: "Quarters at the limit",
    measuredHours: "Measured, h",
    measuredShare: "Measured",
    billing: "Billing",
    carbonKg: "CO₂, kg",
    rank: "Rank",
    connectors: "Connectors",
    fullHours: "None free, h",
    fullShare: "None free",
    lostPerMonth: "Drivers lost a month",
    lostPerMonthLow: "at least",
    lostPerMonthHigh: "at most",
    lostKwhPerMonth: "Lost a month, kWh",
    lostMoneyPerMonth: "Lost a month",
    waits: "Waits",
    waitHours: "Waited, h",
    meanWaitHours: "Mean, h",
    longestWaitHours: "Longest, h",
    what: "Asked for",
    status: "Answer",
    source: "Decided by",
    reason: "Reason",
    tokens: "Cards",
  },
  values: {
    faulted: "faulted",
    unreachable: "unreachable",
    unavailable: "out of service",
    held: "has another shape than before",
    ordered: "ordered by an operator or the cloud",
    charger: "by itself",
    billed: "billed",
    "not-billed": "not billed: no tariff applied",
    "no-energy": "not billed: no energy flowed",
    info: "note",
    warning: "warning",
    alarm: "alarm",
    authorize: "card shown",
    start: "start",
    "remote-start": "start from afar",
  },
  notes: {
    "by-start": () => "Sessions count in the period in which they began.",
    "running": (count) => `Sessions that go on: ${count}. Sums count them once they have ended.`,
    "no-record": () => "Nothing is kept of this yet.",
    "record-since": (moment) => `Observed since ${moment}; of the time before nothing is known.`,
    "nominal-voltage": () =>
      "kVA by the measured current and the nominal voltage; kW by the circuit's own meter.",
    "no-factor": () => "site.yaml names no factor: reports.carbon.gramsPerKwh.",
    "factor": (grams) => `Reckoned with ${grams} g of CO₂ for a kilowatt hour.`,
    "factor-hourly": (low, high) =>
      `Reckoned hour by hour with ${low} to ${high} g of CO₂ for a kilowatt hour, as if a ` +
      "session's energy had flowed evenly.",
    "method-placement": () =>
      "Drivers lost: as many as come in the same hours of working days or weekends while a " +
      "connector of the circuit is free, for the time in which none was. “At least” and “at " +
      "most” hold in 95 of 100 cases if drivers come independently of each other. Who waits, " +
      "comes back or charges elsewhere on the site is not known, so the true figure is rather lower.",
    "too-little": (count) =>
      `Fewer than ${count} sessions were seen on each circuit: too few to say what is lost.`,
    "others-joined": (count) => `Beyond ${count} cards, the rest is counted together.`,
    "not-billed": (count) => `Sessions without a bill: ${count}.`,
    "faults-kept": () => "The newest hundred thousand changes are kept.",
    "decisions-kept": () =>
      "Cards turned away are kept for 180 days, the newest hundred thousand decisions.",
    "tokens-hidden": () => "Numbers of cards are hidden from who only looks.",
  },
};

const TEXTS: Readonly<Record<SiteView["language"], ReportText>> = {
  en: ENGLISH,
  mr: MARATHI,
  hi: HINDI,
};

/** The words of reports in a site's language. */
export function reportTextOf(language: SiteView["language"]): ReportText {
  return TEXTS[language];
}
