/** What to look at, by what a meter's trouble is. */
export type MeterAdvice =
  | "no-answer"
  | "nobody-listens"
  | "serial-noise"
  | "word-order"
  | "wrong-map"
  | "impossible"
  | "frozen"
  | "login"
  | "certificate"
  | "no-message"
  | "serial-number"
  | "not-sunspec"
  | "part";

/** Earlier ones count first: a reckoned meter's trouble holds that of its part. */
const SIGNS: readonly [words: RegExp, advice: MeterAdvice][] = [
  [/^meter "/, "part"],
  [/wordOrder:/, "word-order"],
  [/user name|password/, "login"],
  [/certificate/, "certificate"],
  [/refuses the connection/, "nobody-listens"],
  [/no SunSpec mark|SunSpec model/, "not-sunspec"],
  [/give the serial|no datagram/, "serial-number"],
  [/no reading (on|of)|has measured nothing/, "no-message"],
  [
    /check sum|noise|cut off|wrong unit|no Modbus RTU|answer to function|answer of \d+ bytes/,
    "serial-noise",
  ],
  [/exception [123]\b|gives no value|has nothing at|no number for|no JSON/, "wrong-map"],
  [/frozen/, "frozen"],
  [/is outside|more than \d+ times the main fuse/, "impossible"],
  [/no answer|no route|does not answer|unit \d+/, "no-answer"],
];

/** What to look at; null where the trouble says it all. */
export function meterAdvice(trouble: string): MeterAdvice | null {
  return SIGNS.find(([words]) => words.test(trouble))?.[1] ?? null;
}
