import { httpAuthority } from "../lib/address.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { MeterSource } from "../site/mod.ts";
import { authorizationFor, bestChallenge, type Challenge, readChallenges } from "./_http_auth.ts";
import { createHttpExchange, type HttpAnswer, type HttpExchange } from "../lib/http_exchange_io.ts";
import { freshnessOf } from "./_message_age.ts";
import type { MeterReporter } from "./_meter_reporter.ts";
import { createPolledSource, type Poll } from "./_polled_source.ts";
import { createReadingJudge } from "./_reading_judge.ts";
import {
  DEFAULT_HTTP_TIMEOUT_MS,
  type HttpMeterOptions,
  parseMeterUrl,
  valueProblems,
} from "./http_options.ts";
import { DEFAULT_POLL_INTERVAL_MS } from "./modbus_options.ts";
import { DEFAULT_MAX_AGE_MS } from "./mqtt_options.ts";
import { type BackOff, backOffMs } from "./pace.ts";
import { PAYLOAD_LIMIT_BYTES, readPayload, valueReader } from "./payload.ts";

/** Devices lock somebody out who tries the wrong password too often. */
const REFUSED_BACK_OFF: BackOff = { firstMs: 5_000, longestMs: 60_000 };

/**
 * A meter that is asked over HTTP.
 *
 * @throws RangeError when the address or a value cannot be: `parseMeterUrl` and `valueProblems` say
 * so beforehand.
 */
export function createHttpMeter(
  options: HttpMeterOptions,
  clock: Clock,
  log: Log,
  spawn: Spawner,
): MeterSource {
  const parsed = parseMeterUrl(options.url);
  const problems = [...(parsed.ok ? [] : [parsed.error]), ...valueProblems(options.values)];
  if (!parsed.ok || problems.length > 0) {
    throw new RangeError(`Cannot create meter ${options.id}: ${problems.join("; ")}`);
  }
  const url = parsed.value;
  const address = httpAuthority(url);
  const { timeoutMs = DEFAULT_HTTP_TIMEOUT_MS, ca } = options;
  let exchange: HttpExchange | null = null;
  return createPolledSource(
    {
      id: options.id,
      role: options.role,
      intervalMs: options.intervalMs ?? DEFAULT_POLL_INTERVAL_MS,
      createPoll(reporter, stop) {
        exchange = createHttpExchange({ timeoutMs, bytesMax: PAYLOAD_LIMIT_BYTES, ca }, clock);
        const ask = createAsk(exchange, url, options);
        return createPoll({ ...options, address, path: url.pathname }, ask, clock, reporter, stop);
      },
      pauseMs: (rounds) => backOffMs(rounds, REFUSED_BACK_OFF),
      release() {
        exchange?.close();
        return Promise.resolve();
      },
    },
    clock,
    log,
    spawn,
  );
}

/** Asks once, and once more when the server wants to know who asks. */
function createAsk(
  exchange: HttpExchange,
  url: URL,
  { username, password }: HttpMeterOptions,
): () => Promise<HttpAnswer> {
  const uri = `${url.pathname}${url.search}`;
  let known: { challenge: Challenge; clientNonce: string; uses: number } | null = null;

  function authorization(): string | null {
    if (known === null || username === undefined) return null;
    known.uses += 1;
    const { challenge, clientNonce, uses } = known;
    const who = { username, password: password ?? "" };
    return authorizationFor(challenge, { ...who, method: "GET", uri, clientNonce, uses });
  }

  function get(): Promise<HttpAnswer> {
    const header = authorization();
    return exchange.ask({ url, ...(header !== null && { headers: { authorization: header } }) });
  }

  return async () => {
    const answer = await get();
    if (answer.kind === "fault" || answer.status !== 401 || username === undefined) return answer;
    const challenge = bestChallenge(readChallenges(answer.challenge));
    if (challenge === null) return answer;
    const clientNonce = crypto.getRandomValues(new Uint8Array(16)).toHex();
    known = { challenge, clientNonce, uses: 0 };
    return await get();
  };
}

function createPoll(
  meter: HttpMeterOptions & { readonly address: string; readonly path: string },
  ask: () => Promise<HttpAnswer>,
  clock: Clock,
  reporter: MeterReporter,
  stop: AbortSignal,
): Poll {
  const readers = meter.values.map(valueReader);
  const judge = createReadingJudge(meter, clock, reporter);
  const maxAgeMs = meter.maxAgeMs ?? DEFAULT_MAX_AGE_MS;
  return async () => {
    const nowMonoMs = clock.monoMs();
    const nowWallMs = clock.wallMs();
    const answer = await ask();
    if (stop.aborted) return true;
    if (answer.kind === "fault") {
      if (answer.silent) reporter.failed(answer.reason);
      else reporter.refused(answer.reason);
      return true;
    }
    const refusal = statusReason(answer.status, meter);
    if (refusal !== null) {
      reporter.refused(refusal);
      return answer.status !== 401 && answer.status !== 403;
    }
    const read = readPayload(answer.body, readers);
    if (!read.ok) {
      reporter.refused(`${meter.address}: ${read.error}`);
      return true;
    }
    const { values, deviceWallMs } = read.value;
    const times = { retained: false, deviceWallMs, nowMonoMs, nowWallMs };
    const freshness = freshnessOf(times, maxAgeMs);
    if (freshness.kind === "fresh") judge(values, freshness.atMonoMs);
    else if (freshness.kind === "refused") reporter.refused(freshness.reason);
    return true;
  };
}

/** What a status means for a person at the cabinet; null for the good one. */
function statusReason(
  status: number,
  { address, path, username }: { address: string; path: string; username?: string | undefined },
): string | null {
  if (status === 200) return null;
  if (status === 401 || status === 403) {
    return username === undefined
      ? `${address} asks for a user name and a password`
      : `${address} refuses the user name or password`;
  }
  if (status === 404) return `${address} has nothing at ${path}`;
  if (status >= 300 && status < 400) return `${address} sends elsewhere (status ${status})`;
  return `${address} answers with status ${status}`;
}
