import { z } from "zod";
import type { Clock } from "../lib/clock.ts";
import { httpAuthority } from "../lib/address.ts";
import { createHttpExchange, type HttpAnswer, type HttpQuestion } from "../lib/http_exchange_io.ts";
import { jsonIn } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { clip } from "../lib/text.ts";
import type { OpenAdrOptions } from "./signal_options.ts";

/** A schedule of a site with its reasons is a few kilobytes. */
const ANSWER_BYTES_MAX = 2 * 1_048_576;
const TIMEOUT_MS = 15_000;
/** OpenADR gives at most 50 objects at once. */
const PAGE = 50;
const PAGES_MAX = 20;
/** A token is renewed before it is over; one that does not say when is asked for each hour. */
const RENEW_BEFORE_MS = 30_000;
const TOKEN_LASTS_MS = 3_600_000;

const Token = z.object({
  access_token: z.string().min(1).max(8_192).regex(/^[\x21-\x7e]+$/),
  expires_in: z.number().positive().nullish(),
});
const AuthServer = z.object({ tokenURL: z.url().max(8_000) });

/** A VTN as we ask it. The errors are what a person can act on, without any secret. */
export interface OpenAdrApi {
  /** All objects of a collection, page by page. */
  list(
    path: "events" | "programs" | "vens",
    query: readonly (readonly [string, string])[],
  ): Promise<Result<readonly unknown[], string>>;
  /** Makes an object; that it is there already is as good. */
  make(path: "vens", object: unknown): Promise<Result<void, string>>;
  close(): void;
}

/** Creates it; nothing is asked before it is needed. */
export function createOpenAdrApi(options: OpenAdrOptions, clock: Clock): OpenAdrApi {
  const { url, ca } = options;
  const exchange = createHttpExchange(
    { timeoutMs: TIMEOUT_MS, bytesMax: ANSWER_BYTES_MAX, ca },
    clock,
  );
  let token: { readonly text: string; readonly untilMs: number } | null = null;

  async function tokenText(): Promise<Result<string, string>> {
    if (token !== null && clock.monoMs() < token.untilMs) return ok(token.text);
    const place = await tokenPlace();
    if (!place.ok) return place;
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: options.clientId,
      client_secret: options.clientSecret,
      ...(options.scope !== undefined && { scope: options.scope }),
    });
    const answer = await exchange.ask({
      url: place.value,
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: form.toString(),
    });
    const read = readAs(Token, answer, place.value);
    if (!read.ok) return fail(`no token: ${read.error}`);
    const { access_token: text, expires_in: seconds } = read.value;
    const lastsMs = seconds === undefined || seconds === null ? TOKEN_LASTS_MS : seconds * 1_000;
    const untilMs = clock.monoMs() + Math.max(0, lastsMs - RENEW_BEFORE_MS);
    token = { text, untilMs };
    return ok(text);
  }

  /** Our secret goes to no host that site.yaml does not name. */
  async function tokenPlace(): Promise<Result<URL, string>> {
    if (options.tokenUrl !== undefined) return ok(new URL(options.tokenUrl));
    const usual = new URL(`${url}/auth/token`);
    if (options.version === "3.0") return ok(usual);
    const asked = new URL(`${url}/auth/server`);
    const answer = await exchange.ask({ url: asked });
    if (answer.kind === "answer" && answer.status === 404) return ok(usual);
    const read = readAs(AuthServer, answer, asked);
    if (!read.ok) return fail(`no token: ${read.error}`);
    const named = new URL(read.value.tokenURL);
    if (named.origin === usual.origin) return ok(named);
    const where = clip(named.origin, 100);
    return fail(`tokens are given at ${where}: name that address as tokenUrl if you trust it`);
  }

  /** With our token; once more with a new one where that is not taken any more. */
  async function ask(question: HttpQuestion): Promise<Result<HttpAnswer, string>> {
    for (let isAgain = false;; isAgain = true) {
      const text = await tokenText();
      if (!text.ok) return text;
      const headers = { ...question.headers, authorization: `Bearer ${text.value}` };
      const answer = await exchange.ask({ ...question, headers });
      const isRefused = answer.kind === "answer" &&
        (answer.status === 401 || answer.status === 403);
      if (isRefused) token = null;
      if (!isRefused || isAgain) return ok(answer);
    }
  }

  return {
    async list(path, query) {
      const objects: unknown[] = [];
      for (let page = 0; page < PAGES_MAX; page++) {
        const asked = new URL(`${url}/${path}`);
        for (const [name, value] of query) asked.searchParams.append(name, value);
        asked.searchParams.set("skip", String(page * PAGE));
        asked.searchParams.set("limit", String(PAGE));
        const answer = await ask({ url: asked });
        if (!answer.ok) return answer;
        const read = readAs(z.array(z.unknown()).max(1_000), answer.value, asked);
        if (!read.ok) return read;
        objects.push(...read.value);
        // More than was asked for: it knows no pages, and this is all.
        if (read.value.length !== PAGE) return ok(objects);
      }
      return fail(`more than ${PAGE * PAGES_MAX} ${path}: name a program or targets`);
    },
    async make(path, object) {
      const asked = new URL(`${url}/${path}`);
      const answer = await ask({
        url: asked,
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(object),
      });
      if (!answer.ok) return answer;
      if (answer.value.kind === "answer" && answer.value.status === 409) return ok(undefined);
      const read = readAs(z.unknown(), answer.value, asked);
      return read.ok ? ok(undefined) : read;
    },
    close: () => exchange.close(),
  };
}

function readAs<Schema extends z.ZodType>(
  schema: Schema,
  answer: HttpAnswer,
  url: URL,
): Result<z.output<Schema>, string> {
  if (answer.kind === "fault") return fail(answer.reason);
  const where = `${httpAuthority(url)}${url.pathname}`;
  if (answer.status < 200 || answer.status > 299) {
    return fail(`${where} answers ${answer.status}${problemText(answer)}`);
  }
  const json = jsonIn(answer.body);
  if (json === undefined) return fail(`${where} answers with what is no JSON`);
  const read = schema.safeParse(json);
  if (read.success) return ok(read.data);
  const [issue] = read.error.issues;
  return fail(`${where} answers with something else: ${clip(issue?.message ?? "", 100)}`);
}

const Problem = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  error: z.string().optional(),
});

function problemText({ body }: HttpAnswer & { readonly kind: "answer" }): string {
  const read = Problem.safeParse(jsonIn(body));
  const text = read.data?.detail ?? read.data?.title ?? read.data?.error ?? "";
  return text === "" ? "" : `: ${clip(text.replace(/\p{Cc}+/gu, " "), 120)}`;
}
