import { isoTime } from "./lib/clock.ts";
import { clip } from "./lib/text.ts";
import type { AlertRule } from "./operations/mod.ts";
import type { AlertItem, AlertMessage } from "./site/mod.ts";
import { alertTextOf, faultWords, formatOf } from "./web/mod.ts";

/** A message in words, ready to go. */
export interface AlertLetter {
  /** The same for each try. */
  readonly id: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
  /** The same for programs, as JSON. */
  readonly json: string;
}

/** What a letter says of where it comes from. */
export interface AlertSite {
  readonly siteName: string;
  readonly timezone: string;
}

const SUBJECT_MAX = 150;

/** Puts a message into words, in the language of its rule. */
export function alertLetter(
  message: AlertMessage,
  { id: rule, language }: Pick<AlertRule, "id" | "language">,
  { siteName, timezone }: AlertSite,
): AlertLetter {
  const words = alertTextOf(language);
  const format = formatOf(language, timezone);
  const time = (atMs: number) => format.dateTime(isoTime(atMs));
  const about = subjectOf(message, language);
  const paragraphs = message.items.map((item) => paragraph(item, language, time));
  const lines = [
    ...(message.kind === "test" ? [words.testWords] : paragraphs),
    ...(message.more > 0 ? [words.more(String(message.more))] : []),
  ];
  const subject = clip(oneLine(`${siteName}: ${about}`), SUBJECT_MAX);
  return {
    id: message.id,
    subject,
    text: `${lines.join("\n\n")}\n\n${siteName} · ${time(message.atMs)}\n`,
    json: JSON.stringify({
      version: 1,
      id: message.id,
      rule,
      site: siteName,
      kind: message.kind,
      at: isoTime(message.atMs),
      subject,
      alerts: message.items.map((item) => ({
        ...factsOf(item),
        ...faultWords(language, item.code),
      })),
      more: message.more,
    }),
  };
}

function subjectOf({ kind, items, more }: AlertMessage, language: AlertRule["language"]): string {
  const words = alertTextOf(language);
  if (kind === "test") return words.testSubject;
  const [item] = items;
  if (item === undefined || items.length + more > 1) {
    return words.faultsOf(String(items.length + more));
  }
  return headline(item, language);
}

function headline(item: AlertItem, language: AlertRule["language"]): string {
  const words = alertTextOf(language);
  const { title } = faultWords(language, item.code);
  const state = item.overMs === null ? words.severities[item.severity] : words.over;
  return `${state}: ${title} (${placeOf(item)})`;
}

function paragraph(
  item: AlertItem,
  language: AlertRule["language"],
  time: (atMs: number) => string,
): string {
  const words = alertTextOf(language);
  const { meaning, remedy } = faultWords(language, item.code);
  const when = item.overMs === null
    ? words.since(time(item.sinceMs))
    : words.stood(time(item.sinceMs), time(item.overMs));
  const often = item.times > 1 ? ` · ${words.came(String(item.times))}` : "";
  const advice = item.overMs === null
    ? [`${words.meaning}: ${meaning}`, `${words.remedy}: ${remedy}`]
    : [];
  return [
    oneLine(headline(item, language)),
    `${when}${often}`,
    ...advice,
    `${words.reported}: ${oneLine(item.text)}`,
  ].join("\n");
}

function placeOf({ subject, chargerId }: AlertItem): string {
  return chargerId === null || chargerId === subject ? subject : `${chargerId}, ${subject}`;
}

function factsOf(item: AlertItem) {
  const { faultId, code, kind, severity, subject, chargerId, text, sinceMs, overMs, times } = item;
  return {
    state: overMs === null ? "raised" : "over",
    faultId,
    code,
    kind,
    severity,
    subject,
    charger: chargerId,
    text,
    since: isoTime(sinceMs),
    over: overMs === null ? null : isoTime(overMs),
    times,
  };
}

/** A charger's words may hold anything; a line in them would be a line of ours. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ").trim();
}
