import { isLine } from "../site/mod.ts";
import type { MeterFinding, TroubleFinding } from "./finding.ts";

type Parts = Readonly<Record<string, string | undefined>>;

/** What may be said of a trouble, by the words in which it is told; the first that fits counts. */
const SIGNS: readonly [words: RegExp, finding: (parts: Parts) => TroubleFinding | null][] = [
  // A reckoned meter's trouble holds that of its part.
  [/^meter "(?<meter>[^"]*)"|^no reading of meter "(?<other>[^"]*)"/, ({ meter, other }) => ({
    kind: "part",
    meter: meter ?? other ?? "",
  })],
  [/wordOrder: (?<order>high-first|low-first)/, ({ order }) => ({
    kind: "word-order",
    wordOrder: order === "low-first" ? "low-first" : "high-first",
  })],
  [
    /^(?<place>\S+) (?:refuses the user name|asks for a user name|refuses the subscription|refuses the client id|has shut us out)/,
    at("login"),
  ],
  [/certificate of (?<place>\S+) is not trusted/, at("certificate")],
  [/^(?<place>\S+) (?:does not speak TLS|wants TLS)/, at("not-tls")],
  [/^(?<place>\S+) refuses the connection/, at("nobody-listens")],
  [/^no host has the name of (?<place>\S+)|^the name of (?<other>\S+) cannot/, at("name-unknown")],
  [/no SunSpec mark|SunSpec model/, () => ({ kind: "not-sunspec" })],
  [/give the serial|no datagram/, () => ({ kind: "serial-number" })],
  [/charger of slot (?<slot>\d+) has measured/, ({ slot = "" }) => ({
    kind: "charger-silent",
    slot,
  })],
  [/^only kept messages on (?<topics>.+) of (?<place>\S+) for/, onTopics("only-kept")],
  [/^no reading on (?<topics>.+) of (?<place>\S+) for/, onTopics("no-message")],
  [/by the device's clock$|^a reading of slot/, () => ({ kind: "wrong-time" })],
  [
    /^answer of the wrong unit: (?<unit>\d+) instead of unit \d+ of (?<place>\S+)/,
    ofUnit("stranger"),
  ],
  [
    /exception (?:10|11)\b.* from unit (?<unit>\d+) of (?<place>\S+)/,
    ofUnit("behind-gateway"),
  ],
  [/exception [123]\b.* at (?<address>\d+) from/, ({ address = "" }) => ({
    kind: "no-register",
    address,
  })],
  [/exception (?<code>\d+)\b.* of (?<place>\S+)$/, ({ place = "", code = "" }) => ({
    kind: "device-fault",
    place,
    code,
  })],
  [
    /(?:check sum|noise|cut off|no Modbus|not Modbus|answer to function|answer of \d+ bytes|impossible length|without its|other requests).* from unit \d+ of (?<place>\S+)/,
    at("noise"),
  ],
  [/gives no value for (?<quantity>.+)$/, ({ quantity = "" }) => ({ kind: "no-value", quantity })],
  [/no number for|no JSON|no time in|a message of \d+ bytes/, () => ({ kind: "unreadable" })],
  [/^(?<place>\S+) has nothing at (?<path>.+)$/, ({ place = "", path = "" }) => ({
    kind: "no-path",
    place,
    path,
  })],
  [
    /^(?<place>\S+) (?:answers with status|sends elsewhere \(status) (?<status>\d+)/,
    ({ place = "", status = "" }) => ({ kind: "http-status", place, status }),
  ],
  [/frozen/, () => ({ kind: "frozen" })],
  [
    /^voltage (?<line>L[123]) of (?<volts>\S+) is outside/,
    ({ line = "", volts }) =>
      isLine(line) && isDead(Number(volts)) ? { kind: "dead-line", lines: [line] } : null,
  ],
  [/^(?<quantity>.+) of (?<value>\S+) is outside/, ({ quantity = "", value = "" }) => ({
    kind: "impossible",
    quantity,
    value,
  })],
  [/^current (?<line>L[123]) of (?<amps>\S+) A is more than/, ({ line = "", amps = "" }) => ({
    kind: "over-fuse",
    line,
    amps,
  })],
  [
    /^there is no (?<place>\/\S+?):?(?: |$)|^no right to open (?<other>\S+?):|^cannot open (?<third>\S+?):/,
    at("port"),
  ],
  [/^(?<place>\/\S+) (?:is no serial|cannot be set|was unplugged|was closed)/, at("port")],
  [/^no answer from (?<place>\/\S+) \(unit (?<unit>\d+)\)/, ofUnit("bus-silent")],
  [/^no answer from (?<place>\S+) \(unit (?<unit>\d+)\)/, ofUnit("unit-silent")],
  [/^(?:no answer from|no route to|cannot reach) (?<place>\S+?):?(?: |$)/, at("host-absent")],
  [
    /^(?<place>\S+) (?:reset|closed) the connection|^the connection to (?<other>\S+) was broken/,
    at("connection-lost"),
  ],
];

/** A line that is not connected shows nothing or a little; what is next to nothing is a misread number. */
function isDead(volts: number): boolean {
  return volts === 0 || (Math.abs(volts) > 0.001 && Math.abs(volts) < 20);
}

function at(
  kind:
    | "host-absent"
    | "name-unknown"
    | "nobody-listens"
    | "connection-lost"
    | "noise"
    | "port"
    | "login"
    | "certificate"
    | "not-tls",
) {
  return ({ place, other, third }: Parts): TroubleFinding => ({
    kind,
    place: place ?? other ?? third ?? "",
  });
}

function ofUnit(kind: "stranger" | "unit-silent" | "bus-silent" | "behind-gateway") {
  return ({ place = "", unit = "" }: Parts): TroubleFinding => ({ kind, place, unit });
}

function onTopics(kind: "no-message" | "only-kept") {
  return ({ place = "", topics = "" }: Parts): TroubleFinding => ({ kind, place, topics });
}

/**
 * What a trouble means, as `MeterHealth` and the refusals of a meter tell it; null where its own words
 * say all that can be said.
 *
 * @param neighboursAnswer whether others on the same line answer
 */
export function troubleFinding(trouble: string, neighboursAnswer = false): MeterFinding | null {
  for (const [words, findingOf] of SIGNS) {
    const match = words.exec(trouble);
    const finding = match === null ? null : findingOf(match.groups ?? {});
    if (finding === null) continue;
    const isLone = finding.kind === "bus-silent" || finding.kind === "unit-silent";
    return isLone && neighboursAnswer ? { ...finding, kind: "one-silent" } : finding;
  }
  return null;
}
