import { Secret, TOTP } from "otpauth";

/** A browser without a window, at the pages of a gateway's process. */
export interface BareBrowser {
  /** The text of a page, or of whatever it is answered. */
  get(path: string): Promise<{ readonly status: number; readonly text: string }>;
  /** Sends a form as the pages do. */
  post(
    path: string,
    fields: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly text: string }>;
}

/** What somebody who sets up an administrator's account is shown once. */
export interface ShownOnce {
  readonly totpSecret: string;
  readonly recoveryCodes: readonly string[];
  readonly apiToken: string;
}

/** Opens a browser that keeps cookies. */
export function bareBrowser(base: string): BareBrowser {
  const cookies = new Map<string, string>();

  async function send(path: string, init: RequestInit = {}) {
    const headers = new Headers(init.headers);
    headers.set("cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    const response = await fetch(base + path, { ...init, headers, redirect: "manual" });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    return { status: response.status, text: await response.text() };
  }

  return {
    get: (path) => send(path),
    async post(path, fields) {
      const { text } = await send("/account/password");
      const csrf = /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? "";
      return await send(path, {
        method: "POST",
        headers: { origin: base, "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ csrf, ...fields }),
      });
    },
  };
}

/**
 * Signs in for the first time, and sets up what an administrator needs: an own password, a second factor,
 * and a token for scripts. Who is done has just shown who they are.
 */
export async function setUpAdmin(
  browser: BareBrowser,
  passwords: { readonly first: string; readonly own: string },
): Promise<ShownOnce> {
  const { first, own } = passwords;
  await done(browser.post("/sign-in", { name: "admin", password: first }), 303);
  await done(browser.post("/account/password", { old: first, new: own, repeat: own }), 303);
  const { text } = await browser.get("/account/second-factor");
  const totpSecret = (/secret-text">([A-Z2-7 ]+)</.exec(text)?.[1] ?? "").replaceAll(" ", "");
  const code = new TOTP({ secret: Secret.fromBase32(totpSecret) }).generate();
  const codes = await done(browser.post("/account/second-factor", { code }), 200);
  const recoveryCodes = [...codes.matchAll(/<li class="token">([^<]+)</g)]
    .map(([, each = ""]) => each);
  const [recovery = ""] = recoveryCodes;
  await done(browser.post("/account/confirm", { password: own, code: recovery, next: "/" }), 303);
  const made = await done(
    browser.post("/api-tokens", { name: "depot-script", role: "viewer", days: "90" }),
    200,
  );
  return { totpSecret, recoveryCodes, apiToken: /id="shown-once">([^<]+)</.exec(made)?.[1] ?? "" };
}

/** Signs in with a recovery code, which works once. */
export async function signInAgain(
  browser: BareBrowser,
  password: string,
  recoveryCode: string,
): Promise<void> {
  const { text } = await browser.post("/sign-in", { name: "admin", password });
  const ticket = /name="ticket" value="([^"]+)"/.exec(text)?.[1] ?? "";
  await done(browser.post("/sign-in/code", { ticket, code: recoveryCode, next: "/" }), 303);
}

async function done(
  answer: Promise<{ readonly status: number; readonly text: string }>,
  status: number,
): Promise<string> {
  const given = await answer;
  if (given.status !== status) throw new Error(`HTTP ${given.status}: ${given.text.slice(-2_000)}`);
  return given.text;
}
