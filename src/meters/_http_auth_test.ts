import { assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { assume } from "../lib/assert.ts";
import { authorizationFor, bestChallenge, readChallenges } from "./_http_auth.ts";

/** RFC 7616, §3.9.1: a server that offers SHA-256 and MD5. */
const REALM = 'Digest realm="http-auth@example.org", qop="auth, auth-int", ' +
  'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", ' +
  'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", algorithm=';

const REQUEST = {
  username: "Mufasa",
  password: "Circle of Life",
  method: "GET",
  uri: "/dir/index.html",
  clientNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
  uses: 1,
} as const;

function answerTo(header: string): string {
  const challenge = bestChallenge(readChallenges(header));
  assume(challenge !== null, "there is a challenge that can be answered");
  return authorizationFor(challenge, REQUEST);
}

Deno.test("the digests of RFC 7616 come out as printed there", () => {
  const md5 = answerTo(`${REALM}MD5`);
  assertStringIncludes(md5, 'response="8ca523f5e9506fed4657c9700eebdbec"');
  assertStringIncludes(md5, 'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
  assertStringIncludes(
    answerTo(`${REALM}SHA-256`),
    'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"',
  );
});

Deno.test("the plain way is that of RFC 7617", () => {
  const [challenge] = readChallenges('Basic realm="WallyWorld"');
  assume(challenge !== undefined, "there is one challenge");
  assertEquals(
    authorizationFor(challenge, { ...REQUEST, username: "Aladdin", password: "open sesame" }),
    "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
  );
});

Deno.test("a server without qop gets the older digest of RFC 2617", () => {
  const text = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"';
  const answer = answerTo(text);
  // md5(md5("Mufasa:testrealm@host.com:Circle of Life"):nonce:md5("GET:/dir/index.html"))
  assertStringIncludes(answer, 'response="2951cdbad33b2271fcb6b8e7b8feac23"');
  assertEquals(answer.includes("cnonce"), false);
});

const OFFERS: readonly [header: string, scheme: string | null, algorithm?: string][] = [
  [`${REALM}MD5, ${REALM}SHA-256`, "digest", "SHA-256"],
  ['Basic realm="x", Digest realm="x", nonce="n", qop="auth"', "digest"],
  ['Digest realm="x", nonce="n", qop="auth-int", Basic realm="x"', "basic"],
  ['Digest realm="x", nonce="n", algorithm=SHA-512-256', null],
  ['Digest realm="x"', null],
  ["Negotiate, Bearer", null],
  ["", null],
  ['realm="nobody"', null],
];

for (const [header, scheme, algorithm] of OFFERS) {
  Deno.test(`of ${header.slice(0, 60) || "no challenge"} the best is ${scheme}`, () => {
    const best = bestChallenge(readChallenges(header));
    assertEquals(best?.scheme ?? null, scheme);
    if (algorithm !== undefined) assertEquals(best?.params.get("algorithm"), algorithm);
  });
}

Deno.test("quotes in a realm do not break out of the answer", () => {
  const answer = answerTo('Digest realm="a\\"b", nonce="n", qop="auth"');
  assertStringIncludes(answer, 'realm="a\\"b"');
});

Deno.test("whatever a server writes is read without a fault and in bounded time", () => {
  fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => {
    for (const challenge of readChallenges(text)) authorizationFor(challenge, REQUEST);
  }));
  assertEquals(readChallenges("Basic ".repeat(100_000)).length < 5_000, true);
});
